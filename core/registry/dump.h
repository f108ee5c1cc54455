/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_DUMP_H
#define SK_REGISTRY_DUMP_H

#include "base/buffer.h"
#include "registry/store.h"

/*
 * Everything a store remembers as lines of JSON: contexts with their last ids, schemas,
 * versions with their times and marks of deletion, references and settings. The last
 * member of each line, "chain", is the SHA-256 of the line before's and of this line, so
 * that a changed, missing or added line is found and named; the last line counts them.
 * Export, import and following are this.
 */

/* "<uuid>:<number of the last change>": equal means the same contents. Into the arena. */
enum sk_verdict sk_dump_revision(struct sk_store *store, struct sk_arena *arena,
                                 struct sk_text *ret_revision, struct sk_error *err);

/* From one snapshot. */
enum sk_verdict sk_dump_write(struct sk_store *store, struct sk_buffer *out,
                              struct sk_error *err);

/* All of it or nothing. With `replace` what was there goes and the store gets the dump's
 * uuid; without, a store that is not empty is SK_REJECT "registry.not_empty". Lines that
 * are no such dump are SK_REJECT "dump.line" with their number. */
enum sk_verdict sk_dump_load(struct sk_store *store, struct sk_text lines, bool replace,
                             struct sk_error *err);

#endif
