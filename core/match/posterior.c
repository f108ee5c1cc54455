/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From scores to probabilities: each location starts equally likely (1/N), "none of the
 * register" with what the channel teaches, and all share one million.
 */
#include <stdlib.h>

#include "match/fixed.h"
#include "match/judge.h"

enum { ALL = 100000 };

/* log2 of the share of messages about no registered location. */
static int64_t none_prior(const struct sk_query *query)
{
    uint32_t share = query->model->none[query->channel];

    return sk_fixed_log2(share ? share : 1, ALL);
}

/* Ids go by their symbols' texts, whatever the order in which they came. */
static int by_score(const void *a, const void *b, void *argument)
{
    const struct sk_comparison *left = *(struct sk_comparison *const *)a;
    const struct sk_comparison *right = *(struct sk_comparison *const *)b;
    const struct sk_symbols *symbols = argument;

    if (left->score != right->score)
        return left->score < right->score ? 1 : -1;
    return sk_text_compare(sk_symbol_text(symbols, left->entry->id),
                           sk_symbol_text(symbols, right->entry->id));
}

/* What of it is used. */
static void copy(const struct sk_comparison *from, struct sk_comparison *to)
{
    memcpy(to, from,
           offsetof(struct sk_comparison, evidence) +
               from->evidence_count * sizeof *from->evidence);
}

/* A comparison is large: pointers are sorted, and each is moved once. */
static void sort_items(struct sk_judgement *self)
{
    struct sk_arena *arena = self->query->arena;
    const struct sk_symbols *symbols = &self->query->self->symbols;
    struct sk_comparison **order = sk_arena_alloc(arena, self->count * sizeof *order);
    struct sk_comparison *sorted = sk_arena_alloc(arena, self->count * sizeof *sorted);

    for (size_t i = 0; i < self->count; i++)
        order[i] = &self->items[i];
    if (self->count)
        qsort_r(order, self->count, sizeof *order, by_score, (void *)symbols);
    for (size_t i = 0; i < self->count; i++)
        copy(order[i], &sorted[i]);
    self->items = sorted;
}

void sk_posterior(struct sk_judgement *self)
{
    int64_t prior = -sk_fixed_log2(sk_query_population(self->query), 1);
    int64_t none = none_prior(self->query);
    int64_t top = none;
    uint64_t sum;

    sort_items(self);
    if (self->count && self->items[0].score + prior > top)
        top = self->items[0].score + prior;
    sum = sk_fixed_exp2_down(top - none);
    for (size_t i = 0; i < self->count; i++)
        sum += sk_fixed_exp2_down(top - self->items[i].score - prior);
    self->mass_none = sk_fixed_exp2_down(top - none);
    self->p_none = (int64_t)(self->mass_none * 1000000 / sum);
    for (size_t i = 0; i < self->count; i++) {
        struct sk_comparison *item = &self->items[i];

        item->mass = sk_fixed_exp2_down(top - item->score - prior);
        item->p = (int64_t)(item->mass * 1000000 / sum);
    }
}
