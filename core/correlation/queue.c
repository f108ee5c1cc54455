/* SPDX-License-Identifier: Apache-2.0 */
#include "correlation/queue.h"

#include <stdlib.h>

#include "base/alloc.h"

enum { AHEAD = 16 }; /* slots whose items are on their way from memory */

/* What is learnt from one answer: how uncertain it is, for how many it holds. */
static uint64_t worth(const struct work_item *item)
{
    return (uint64_t)item->doubt * (item->group ? item->group->count : 1);
}

static int64_t due_of(const struct work_item *item)
{
    return item->due_ms ? item->due_ms : INT64_MAX;
}

int queue_compare(const struct work_item *a, const struct work_item *b)
{
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->danger != b->danger)
        return a->danger < b->danger ? -1 : 1;
    if (due_of(a) != due_of(b))
        return due_of(a) < due_of(b) ? -1 : 1;
    if (worth(a) != worth(b))
        return worth(a) > worth(b) ? -1 : 1;
    return sk_text_compare(work_item_key(a), work_item_key(b));
}

/* The first `count` items so far, as a heap with the last of them on top. */
struct best {
    struct work_item **items;
    size_t count, limit;
};

static void sink(struct best *best, size_t at)
{
    for (;;) {
        size_t child = 2 * at + 1;

        if (child >= best->count)
            return;
        if (child + 1 < best->count &&
            queue_compare(best->items[child + 1], best->items[child]) > 0)
            child++;
        if (queue_compare(best->items[child], best->items[at]) <= 0)
            return;
        struct work_item *swapped = best->items[at];
        best->items[at] = best->items[child];
        best->items[child] = swapped;
        at = child;
    }
}

static void offer(struct best *best, struct work_item *item)
{
    if (best->count < best->limit) {
        best->items[best->count++] = item;
        for (size_t i = best->count == best->limit ? best->count / 2 : 0; i-- > 0;)
            sink(best, i);
    } else if (best->limit && queue_compare(item, best->items[0]) < 0) {
        best->items[0] = item;
        sink(best, 0);
    }
}

static int by_order(const void *a, const void *b)
{
    return queue_compare(*(struct work_item *const *)a, *(struct work_item *const *)b);
}

static bool passes(const struct work_item *item, const struct queue_filter *filter,
                   const struct work_item *after)
{
    struct sk_text claimant = queue_claimant(item, filter->now_ms);

    if (filter->audits && item->kind != WORK_AUDIT)
        return false;
    if (filter->group.data &&
        (!item->group ||
         !sk_text_equal((struct sk_text){item->group->id, item->group->id_size},
                        filter->group)))
        return false;
    if (filter->by.data && claimant.data && !sk_text_equal(claimant, filter->by))
        return false;
    return !after || queue_compare(after, item) < 0;
}

static void count_item(struct queue_counts *counts, const struct work_item *item,
                       int64_t now_ms)
{
    counts->open += item->kind == WORK_OPEN;
    counts->proposals += item->kind == WORK_PROPOSAL;
    counts->audits += item->kind == WORK_AUDIT;
    counts->danger += item->kind == WORK_OPEN && item->danger < 2;
    counts->late += item->kind == WORK_OPEN && item->due_ms && item->due_ms <= now_ms;
}

size_t queue_first(const struct worklist *list, const struct queue_filter *filter,
                   size_t limit, struct work_item **ret_items,
                   struct queue_counts *ret_counts)
{
    struct best best = {.items = ret_items,
                        .limit = limit < QUEUE_LIMIT ? limit : QUEUE_LIMIT};
    const struct work_item *after =
        filter->after.data ? worklist_find(list, filter->after) : NULL;
    const struct sk_map *items = &list->items;

    *ret_counts = (struct queue_counts){0};
    for (size_t i = 0; i < items->capacity; i++) {
        struct work_item *item = items->slots[i].value;

        if (i + AHEAD < items->capacity)
            __builtin_prefetch(items->slots[i + AHEAD].value);
        if (!items->slots[i].key)
            continue;
        count_item(ret_counts, item, filter->now_ms);
        if (passes(item, filter, after))
            offer(&best, item);
    }
    if (best.count)
        qsort(best.items, best.count, sizeof *best.items, by_order);
    return best.count;
}

struct sk_text queue_claimant(const struct work_item *item, int64_t now_ms)
{
    return item->claim_until_ms > now_ms ? sk_text(item->claimed_by)
                                         : (struct sk_text){0};
}

bool queue_claim(struct work_item *item, struct sk_text who, bool take_over,
                 int64_t now_ms)
{
    struct sk_text claimant = queue_claimant(item, now_ms);

    if (claimant.data && !take_over && !sk_text_equal(claimant, who))
        return false;
    if (who.size > CLAIM_NAME_LIMIT)
        who.size = CLAIM_NAME_LIMIT;
    free(item->claimed_by);
    item->claimed_by = sk_strndup(who.data ? who.data : "", who.size);
    item->claim_until_ms = now_ms + CLAIM_MS;
    return true;
}

void queue_release(struct work_item *item, struct sk_text who)
{
    if (item->claimed_by && sk_text_is(who, item->claimed_by))
        item->claim_until_ms = 0;
}
