/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_MATCH_POLL_H
#define SK_MATCH_POLL_H

#include "match/candidates.h"
#include "match/fixed.h"

/*
 * A vote of values for the locations that carry them. Rare values name who is voted for;
 * of a common one only who is also in a stated place; all others add to the votes of who
 * is named. Who is left out for want of room depends on the values and the register,
 * never on the order in which the register was read.
 */
enum { SK_POLL_SLOTS = 2048, SK_POLL_KEYS = 128 };

/* Further than this behind the first nobody is worth comparing. */
enum { SK_POLL_BEHIND = 11 * SK_BIT };

struct sk_vote {
    uint32_t number; /* of the entry */
    int32_t score;
    int32_t place; /* the rarest stated place it is in, part of the score */
};

/* One stated value. */
struct sk_poll_key {
    uint32_t symbol;
    struct sk_postings carriers;
    int32_t weight;
};

struct sk_poll {
    const struct sk_query *query;
    struct sk_poll_key keys[SK_POLL_KEYS], places[SK_POLL_KEYS];
    size_t key_count, place_count;
    struct sk_vote votes[SK_POLL_SLOTS / 2];
    size_t count;
    uint16_t slots[SK_POLL_SLOTS]; /* by the hash of the number: vote + 1; 0: free */
};

void sk_poll_init(struct sk_poll *self, const struct sk_query *query);

/* Adds a value, once; `similarity` of 1024 says how surely it is the one that is meant. A
 * place names nobody alone. */
void sk_poll_add(struct sk_poll *self, uint32_t symbol, int similarity);
void sk_poll_add_place(struct sk_poll *self, uint32_t symbol);

/* All values vote. */
void sk_poll_vote(struct sk_poll *self);

/* Votes for one location, naming it when there is room. */
void sk_poll_vote_for(struct sk_poll *self, uint32_t number, int32_t score);
bool sk_poll_has_room(const struct sk_poll *self, size_t more);

/* The locations worth comparing, the best first. Returns how many. */
size_t sk_poll_rank(const struct sk_poll *self,
                    uint32_t ret_numbers[SK_CANDIDATES_COMPARED]);

#endif
