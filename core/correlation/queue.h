/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CORRELATION_QUEUE_H
#define SK_CORRELATION_QUEUE_H

#include "correlation/worklist.h"

/*
 * The worklist in the order in which people do it: what waits before what is checked
 * afterwards; danger first; then what is due first; then what most is learnt from (an
 * uncertain one of a frequent pattern). Nothing is kept sorted: a question looks at every
 * item once, which keeps the order true whatever changes and costs some milliseconds for
 * 100,000 items.
 */
enum { QUEUE_LIMIT = 200, CLAIM_MS = 10 * 60 * 1000, CLAIM_NAME_LIMIT = 64 };

struct queue_filter {
    int64_t now_ms;
    struct sk_text group; /* absent: all */
    struct sk_text by;    /* leaves out what others claimed; absent: nobody's claims */
    struct sk_text after; /* key of the item to go on from; absent: from the first */
    bool audits;          /* only those drawn for a check */
};

struct queue_counts { /* of all items that pass no filter but time */
    size_t open, danger, late, proposals, audits;
};

/* The first `limit` (at most QUEUE_LIMIT) in order; returns how many. The items are the
 * worklist's, until it changes. */
size_t queue_first(const struct worklist *list, const struct queue_filter *filter,
                   size_t limit, struct work_item **ret_items,
                   struct queue_counts *ret_counts);

/* Negative when a goes before b. */
int queue_compare(const struct work_item *a, const struct work_item *b);

/* Who works on it now, or absent. */
struct sk_text queue_claimant(const struct work_item *item, int64_t now_ms);

/* Claims it for CLAIM_MS; false when somebody else has it and `take_over` is not set. */
bool queue_claim(struct work_item *item, struct sk_text who, bool take_over,
                 int64_t now_ms);

/* Gives it back, if it is theirs. */
void queue_release(struct work_item *item, struct sk_text who);

#endif
