/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_WHOLE_TABLE_H
#define SK_RUNTIME_WHOLE_TABLE_H

#include "base/arena.h"
#include "base/text.h"
#include "base/verdict.h"

/*
 * What a whole read has seen so far and what of it is news, on disk, for it may have any
 * number of rows: a temporary SQLite file of a few MiB of memory, gone when it is closed.
 * Errors are SK_RETRY "whole.table".
 */
struct sk_whole_table;

enum sk_staged_kind {
    SK_STAGED_EVENT,   /* says something new */
    SK_STAGED_ERASED,  /* says that it was deleted */
    SK_STAGED_MISSING, /* stands on the bus, and was not read */
    SK_STAGED_LETTER,  /* a row that cannot be used */
};

/* One thing to be sent when the read is judged well. */
struct sk_staged {
    int64_t number; /* from 1, in the order of the read */
    enum sk_staged_kind kind;
    struct sk_text topic, key; /* of a letter: the key that the row names, or absent */
    struct sk_bytes value;     /* the event as Avro without framing; a letter's row */
    struct sk_text origin;     /* of a letter */
    struct sk_text cause_id, cause_text;
};

/* A file of an earlier run at the path is replaced. */
enum sk_verdict sk_whole_table_open(const char *path, struct sk_whole_table **ret_table,
                                    struct sk_error *err);
void sk_whole_table_close(struct sk_whole_table *table); /* removes it; accepts NULL */

/* The key was read; `staged` is the number of what is new about it, or 0. */
enum sk_verdict sk_whole_table_see(struct sk_whole_table *table, struct sk_text topic,
                                   struct sk_text key, int64_t staged,
                                   struct sk_error *err);

/* *ret_staged as seen; -1: the key was not read. */
enum sk_verdict sk_whole_table_seen(struct sk_whole_table *table, struct sk_text topic,
                                    struct sk_text key, int64_t *ret_staged,
                                    struct sk_error *err);

/* Copies it; its number is assigned. */
enum sk_verdict sk_whole_table_stage(struct sk_whole_table *table,
                                     const struct sk_staged *staged, int64_t *ret_number,
                                     struct sk_error *err);

/* The first that was staged after `number`, texts in the arena; number 0: none. */
enum sk_verdict sk_whole_table_next(struct sk_whole_table *table, int64_t number,
                                    struct sk_arena *arena, struct sk_staged *ret_staged,
                                    struct sk_error *err);

#endif
