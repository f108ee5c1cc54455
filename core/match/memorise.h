/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_MATCH_MEMORISE_H
#define SK_MATCH_MEMORISE_H

#include "match/compare.h"
#include "match/memory.h"

/* Memories are made here, and brought to bear on a message. */

/* One person's word about one surface and location. */
struct sk_remark {
    struct sk_text surface, location, reviewer;
    bool confirmed; /* else refused */
    bool address;   /* and the address stated is that location's */
};

/* Adds up the remarks, which it sorts; the order given does not matter. */
void sk_memories_make(struct sk_memories *ret_memories, struct sk_remark *remarks,
                      size_t count);

/* The surface of the stated name: its words, and the municipality stated with it, so that
 * one town's "De Zon" is not another's. Absent without a name. */
struct sk_text sk_memory_surface(const struct sk_query *query);

/* Adds the symbols of locations that are remembered for the message's name or sender;
 * returns how many, at most `limit`. */
size_t sk_memory_candidates(const struct sk_query *query, uint32_t *symbols,
                            size_t limit);

/* Adds what is remembered as evidence; after the name was compared. */
void sk_memory_compare(const struct sk_query *query, struct sk_comparison *comparison);

#endif
