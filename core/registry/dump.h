/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_DUMP_H
#define SK_REGISTRY_DUMP_H

#include "registry/store.h"

/*
 * What a store remembers as lines of JSON: contexts with their last ids, schemas,
 * versions with their times and marks of deletion, references and settings. The last
 * member of each line, "chain", is the SHA-256 of the line before's and of this line, so
 * that a changed, missing or added line is found and named; the last line counts them.
 * Export, import and following are this.
 *
 * A dump of changes begins with the names that changed since a revision, each of which
 * the reader forgets; what they are now follows.
 */
enum { SK_DUMP_ALL = -1 };

/* "<uuid>:<number>:<time> of the last change": equal means the same contents. Into the
 * arena. */
enum sk_verdict sk_dump_revision(struct sk_store *store, struct sk_arena *arena,
                                 struct sk_text *ret_revision, struct sk_error *err);

/* The number of the change at which the store was at this revision; SK_DUMP_ALL when it
 * never was, or does not remember what changed since. */
enum sk_verdict sk_dump_number(struct sk_store *store, struct sk_text revision,
                               int64_t *ret_number, struct sk_error *err);

/* Everything (SK_DUMP_ALL) or what changed after that number, to the open file, from one
 * snapshot. SK_RETRY "dump.file": the disk refuses. */
enum sk_verdict sk_dump_write(struct sk_store *store, int64_t since, int file,
                              struct sk_error *err);

/* Who the lines come from. */
enum sk_dump_source {
    SK_DUMP_IMPORT, /* an operator: the store must be empty, or SK_REJECT
                     * "registry.not_empty" */
    SK_DUMP_LEADER, /* what was there goes; changes only from the revision last taken */
};

/* All of it or nothing; the store gets the dump's uuid. Lines that are no such dump are
 * SK_REJECT "dump.line" with their number. Memory does not grow with the lines. */
enum sk_verdict sk_dump_load(struct sk_store *store, struct sk_text lines,
                             enum sk_dump_source source, struct sk_error *err);

/* The leader's revision as last taken; "" when there is none, or the store has gone its
 * own way since (forget). */
enum sk_verdict sk_dump_leader(struct sk_store *store, struct sk_arena *arena,
                               struct sk_text *ret_revision, struct sk_error *err);
enum sk_verdict sk_dump_forget_leader(struct sk_store *store, struct sk_error *err);

#endif
