/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A name as somebody wrote it, and where people linked it: an alias. It speaks like a
 * former name once two people said so, or one and the address agreed; refused more often
 * than confirmed, it speaks against. A sender speaks for the locations he mostly wrote
 * about: one who writes about many tells nothing.
 */
#include "match/memorise.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/compiler.h"
#include "match/fixed.h"

enum {
    REFUSED = -6 * SK_BIT,
    SENDER_MOST = 6 * SK_BIT,
    SENDER_DOUBT = 4 * SK_BIT, /* also a faithful sender writes about another at times */
    SENDER_LEAST = 2,          /* letters about one location before it counts */
};

static int by_surface(const void *a, const void *b)
{
    const struct sk_remark *left = a, *right = b;
    int order = sk_text_compare(left->surface, right->surface);

    if (order == 0)
        order = sk_text_compare(left->location, right->location);
    return order ? order : sk_text_compare(left->reviewer, right->reviewer);
}

/* Takes in one remark; `reviewers` counts the different people who confirmed. */
static void take(struct sk_memory *memory, const struct sk_remark *remark,
                 struct sk_text *last_reviewer, uint32_t *reviewers, bool *address)
{
    if (!remark->confirmed) {
        memory->refused++;
        return;
    }
    if (memory->confirmed++ == 0 || !sk_text_equal(*last_reviewer, remark->reviewer))
        ++*reviewers;
    *last_reviewer = remark->reviewer;
    *address |= remark->address;
}

void sk_memories_make(struct sk_memories *ret_memories, struct sk_remark *remarks,
                      size_t count)
{
    struct sk_memories *self = ret_memories;

    *self = (struct sk_memories){
        .surfaces = sk_alloc_zeroed((count + 1) * sizeof *self->surfaces),
        .items = sk_alloc_zeroed((count + 1) * sizeof *self->items)};
    if (count)
        qsort(remarks, count, sizeof *remarks, by_surface);
    for (size_t i = 0; i < count;) {
        const struct sk_remark *first = &remarks[i];
        struct sk_memory memory = {.location =
                                       sk_arena_text(&self->arena, first->location)};
        struct sk_text last_reviewer = {0};
        uint32_t reviewers = 0;
        bool address = false;

        for (; i < count && sk_text_equal(remarks[i].surface, first->surface) &&
               sk_text_equal(remarks[i].location, first->location);
             i++)
            take(&memory, &remarks[i], &last_reviewer, &reviewers, &address);
        memory.certain = memory.refused == 0 && (reviewers >= 2 || address);
        self->surfaces[self->count] = sk_arena_text(&self->arena, first->surface);
        self->items[self->count++] = memory;
    }
}

struct sk_text sk_memory_surface(const struct sk_query *query)
{
    size_t at = 0;
    const struct sk_stated *place = sk_query_next(query, SK_SYMBOL_PLACE, &at);
    struct sk_text town = place && place->certain ? place->text : SK_TEXT("");

    if (query->name.words.count == 0)
        return (struct sk_text){0};
    return sk_arena_printf(query->arena, "%.*s|%.*s", SK_TEXT_ARG(query->name.key),
                           SK_TEXT_ARG(town));
}

/* What is remembered for the message; borrowed from its model. */
static size_t memories_for(const struct sk_query *query, enum sk_memory_kind kind,
                           const struct sk_memory **ret_items)
{
    struct sk_text surface =
        kind == SK_MEMORY_NAME ? sk_memory_surface(query) : query->sender;
    const struct sk_memories *memories = &query->model->memories[kind];

    if (memories->count == 0 || !sk_text_filled(surface) ||
        (query->model->without & SK_WITHOUT_ALIASES))
        return 0;
    return sk_memories_of(memories, surface, ret_items);
}

size_t sk_memory_candidates(const struct sk_query *query, uint32_t *symbols, size_t limit)
{
    size_t found = 0;

    for (enum sk_memory_kind kind = 0; kind < SK_MEMORY_KINDS; kind++) {
        const struct sk_memory *items;
        size_t count = memories_for(query, kind, &items);

        for (size_t i = 0; i < count && found < limit; i++) {
            uint32_t symbol = sk_symbol_find(&query->self->symbols, SK_SYMBOL_LOCATION,
                                             items[i].location);

            if (symbol && items[i].confirmed > items[i].refused)
                symbols[found++] = symbol;
        }
    }
    return found;
}

/* That of this location, or NULL; *ret_total is how often people confirmed any. */
static const struct sk_memory *memory_of(const struct sk_query *query,
                                         enum sk_memory_kind kind,
                                         const struct sk_entry *entry,
                                         uint32_t *ret_total)
{
    const struct sk_memory *items, *own = NULL;
    size_t count = memories_for(query, kind, &items);
    struct sk_text id = sk_symbol_text(&query->self->symbols, entry->id);

    *ret_total = 0;
    for (size_t i = 0; i < count; i++) {
        *ret_total += items[i].confirmed;
        if (sk_text_equal(items[i].location, id))
            own = &items[i];
    }
    return own;
}

/* That the name differs is no evidence where people have said that it is his. */
static void forgive_name(struct sk_comparison *comparison)
{
    for (size_t i = 0; i < comparison->evidence_count; i++) {
        struct sk_match_evidence *evidence = &comparison->evidence[i];

        if (strcmp(evidence->feature, "naam") != 0 || evidence->bits >= 0)
            continue;
        comparison->score -= evidence->bits;
        evidence->bits = 0;
    }
    comparison->conflicts &= ~(uint32_t)SK_AGAINST_NAME;
}

static int32_t share_bits(const struct sk_query *query, uint32_t part, uint32_t whole)
{
    return sk_fixed_log2(sk_query_population(query) * part, whole);
}

static void add(struct sk_comparison *comparison, const char *feature, const char *level,
                int32_t bits, const struct sk_stated *stated)
{
    sk_comparison_add(
        comparison,
        &(struct sk_match_evidence){
            .feature = feature, .level = level, .bits = bits, .id = SK_LEVEL_NOT_LEARNT},
        stated);
}

static void compare_name(const struct sk_query *query, struct sk_comparison *comparison)
{
    uint32_t total;
    const struct sk_memory *memory =
        memory_of(query, SK_MEMORY_NAME, comparison->entry, &total);
    const struct sk_stated place = {.field = SK_MENTION_NAAM};

    if (!memory || memory->confirmed == memory->refused)
        return;
    if (comparison->support & SK_FOR_NAME)
        return; /* it is his name anyway; of two that bear it, one was meant then */
    if (memory->refused > memory->confirmed) {
        add(comparison, "eerder", "zo geweigerd", REFUSED, &place);
        return;
    }
    forgive_name(comparison);
    add(comparison, "eerder", "zo gekoppeld",
        share_bits(query, memory->confirmed, total + 1), &place);
    if (!memory->certain)
        return;
    comparison->support |= SK_FOR_NAME;
    comparison->remembered = true;
}

static void compare_sender(const struct sk_query *query, struct sk_comparison *comparison)
{
    uint32_t total;
    const struct sk_memory *memory =
        memory_of(query, SK_MEMORY_SENDER, comparison->entry, &total);

    if (!memory || memory->confirmed < SENDER_LEAST)
        return;
    int32_t bits = share_bits(query, memory->confirmed, total + 2) - SENDER_DOUBT;

    if (bits > SENDER_MOST)
        bits = SENDER_MOST;
    if (bits > 0)
        add(comparison, "afzender", "schreef eerder hierover", bits, NULL);
}

void sk_memory_compare(const struct sk_query *query, struct sk_comparison *comparison)
{
    compare_name(query, comparison);
    compare_sender(query, comparison);
}
