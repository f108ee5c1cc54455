/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_AVRO_RESOLVE_INTERNAL_H
#define SK_AVRO_RESOLVE_INTERNAL_H

#include "avro/path.h"
#include "avro/resolve.h"
#include "base/arena.h"

/*
 * The program that resolve_compile.c makes and resolve.c runs: a graph of steps, one for
 * each pair of writer's and reader's type that meet; recursive records make cycles.
 */
enum sk_step_kind {
    SK_STEP_COPY,    /* the same primitive, or one with the same encoding */
    SK_STEP_TEXT,    /* bytes or a string to a string: must be UTF-8 */
    SK_STEP_REAL,    /* a number to float or double */
    SK_STEP_ENUM,    /* symbols[writer's index] */
    SK_STEP_ARRAY,   /* inner, item by item; a map too */
    SK_STEP_RECORD,  /* record */
    SK_STEP_BRANCH,  /* the reader's union: writes `index`, then inner */
    SK_STEP_CHOICE,  /* the writer's union: branches[its index] */
    SK_STEP_FAILURE, /* what came cannot be read: `failure` says why */
};

struct sk_step {
    enum sk_step_kind kind;
    const struct sk_schema *writer;
    const struct sk_schema *reader;
    union {
        const struct sk_step *inner;
        const struct sk_step *const *branches;
        const int *symbols; /* -1: the reader has no such symbol and no default */
        const struct sk_step_record *record;
        const char *failure;
    };
    size_t index;
};

/* Reads the writer's fields in their order and writes the reader's in theirs. */
struct sk_step_record {
    struct sk_step_move {
        const struct sk_step *step; /* NULL: skip the writer's field */
        size_t reader_field;
    } * moves;                        /* one for each of the writer's fields */
    const struct sk_bytes *fallbacks; /* one for each reader's field; NULL data: moved */
    bool in_order; /* the moves go up in reader_field, so nothing has to wait */
};

struct sk_resolver {
    struct sk_schema_document *writer, *reader;
    struct sk_arena arena;
    const struct sk_step *root;
};

/* resolve_compile.c: sets `root`. */
enum sk_verdict sk_resolver_compile(struct sk_resolver *resolver, struct sk_error *err);

#endif
