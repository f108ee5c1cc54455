/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_AVRO_CODEGEN_LAYOUT_H
#define SK_AVRO_CODEGEN_LAYOUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "avro/event.h"
#include "base/arena.h"
#include "base/verdict.h"

/*
 * The schemas as C will know them: which structs and enums there are, in which file each
 * stands, and what each field becomes. The writers of headers and code only read this.
 * Everything lives in the arena of the layout.
 */
struct layout_enum {
    const char *name;    /* "KlachtToestand" */
    const char *c_name;  /* "klacht_toestand" */
    const char *c_upper; /* "KLACHT_TOESTAND" */
    const char *doc;
    const char **symbols;
    size_t symbol_count;
};

struct layout_field {
    const char *name;
    const char *doc;
    enum sk_field_kind kind;
    enum sk_field_logical logical;
    uint8_t tags; /* its own, not those of an enclosing field */
    bool optional;
    bool array;
    const struct layout_record *record;    /* SK_FIELD_RECORD */
    const struct layout_enum *enumeration; /* SK_FIELD_ENUM */
    int64_t default_number;                /* boolean, int, long, enum */
    const char *default_text;              /* string; "" without one */
};

struct layout_record {
    const char *name;   /* "OpvangLocatie" */
    const char *c_name; /* "opvang_locatie" */
    bool shared;        /* stands in more than one schema, so in gedeeld */
    const char *doc;
    struct layout_field *fields;
    size_t field_count;
};

/* One named type, in the file that gets it. */
struct layout_type {
    const char *full_name;
    const char *definition;       /* its JSON, inner named types reduced to their names */
    const char *path;             /* of the (first) schema that has it */
    struct layout_record *record; /* either this */
    struct layout_enum *enumeration; /* or this */
    bool shared;
    struct layout_type *next; /* in order of definition: inner types first */
};

/* One schema file. */
struct layout_event {
    const char *path;
    const char *topic;  /* "opvang.locatie" */
    const char *c_name; /* "opvang_locatie" */
    const char *full_name;
    const char *schema; /* compact JSON */
    uint8_t fingerprint[32];
    struct layout_record *record;
    const char **key; /* names of fields, ends with NULL */
    struct layout_event *next;
};

struct layout {
    struct sk_arena *arena;
    struct layout_type *types, **types_end;
    struct layout_event *events, **events_end;
};

void layout_init(struct layout *layout, struct sk_arena *arena);

/* Adds one .avsc. SK_REJECT names file, record and field: what is not supported, or how a
 * type differs from the same name in an earlier file. */
enum sk_verdict layout_add(struct layout *layout, const char *path, struct sk_error *err);

/* When all are in: no two things have one name in C, no event is part of another. */
enum sk_verdict layout_check(const struct layout *layout, struct sk_error *err);

/* "KlachtToestand" to "klacht_toestand", "opvang.locatie" to "opvang_locatie". */
char *layout_snake(struct sk_arena *arena, const char *name);
char *layout_upper(struct sk_arena *arena, const char *name);

const struct layout_field *layout_record_field(const struct layout_record *record,
                                               const char *name); /* NULL: none */

/* Usually an instant of our time: declared as one, or a `versie`, which starts from one.
 */
bool layout_field_is_instant(const struct layout_field *field);

/* The least bytes that a value takes on the wire. */
size_t layout_record_least(const struct layout_record *record);
size_t layout_field_least(const struct layout_field *field);

#endif
