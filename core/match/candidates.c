/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every stated value votes, by its rarity, for the locations that carry it: exact keys,
 * words of the name (also near spellings, found by trigrams), streets and municipalities.
 * The rarest values name who is voted for, as many as the poll can hold; what is more
 * common only adds to others' votes.
 */
#include "match/candidates.h"

#include "match/fixed.h"
#include "match/names.h"
#include "match/spelling.h"

enum {
    SLOTS = 4096, /* power of two; half of them are used at most */
    VALUES = 256,
    AT_LEAST = 10, /* compared in any case; the rest when not far behind the first */
    BEHIND = 8 * SK_BIT,
};

struct vote {
    uint32_t number; /* entry number + 1; 0: free */
    int32_t score;
};

struct poll {
    const struct sk_query *query;
    uint32_t values[VALUES]; /* symbols, each once */
    size_t value_count;
    struct vote votes[SLOTS];
    size_t count;
};

static size_t carriers_of(const struct poll *self, uint32_t symbol)
{
    return sk_symbol_postings(&self->query->self->symbols, symbol).count;
}

static void add_value(struct poll *self, uint32_t symbol)
{
    if (self->value_count == VALUES || carriers_of(self, symbol) == 0)
        return;
    for (size_t i = 0; i < self->value_count; i++) {
        if (self->values[i] == symbol)
            return;
    }
    self->values[self->value_count++] = symbol;
}

static void vote(struct poll *self, uint32_t number, int32_t score, bool adds)
{
    size_t at = (number * 2654435761u >> 12) & (SLOTS - 1);

    while (self->votes[at].number && self->votes[at].number != number + 1)
        at = (at + 1) & (SLOTS - 1);
    if (self->votes[at].number == 0) {
        if (!adds || self->count >= SLOTS / 2)
            return;
        self->votes[at].number = number + 1;
        self->count++;
    }
    self->votes[at].score += score;
}

/* The value's carriers; an organiser stands for its locations. */
static void vote_value(struct poll *self, uint32_t symbol, bool adds)
{
    const struct sk_match_register *reg = self->query->self;
    struct sk_postings carriers = sk_symbol_postings(&reg->symbols, symbol);
    int32_t weight = sk_word_weight(self->query, symbol);

    for (size_t i = 0; i < carriers.count; i++) {
        const struct sk_entry *entry = reg->entries[carriers.items[i]];

        if (entry->kind == SK_MATCH_LOCATIE) {
            vote(self, carriers.items[i], weight, adds);
            continue;
        }
        struct sk_postings own = sk_symbol_postings(
            &reg->symbols, sk_symbol_find(&reg->symbols, SK_SYMBOL_ORGANISER,
                                          sk_symbol_text(&reg->symbols, entry->id)));

        for (size_t k = 0; k < own.count; k++)
            vote(self, own.items[k], sk_fixed_log2(reg->locations + 1, own.count), adds);
    }
}

/* People call a place by its name or by who runs it. */
static void add_name(struct poll *self, const struct sk_stated_name *name)
{
    for (size_t i = 0; i < name->words.count; i++) {
        struct sk_spellings near = {.count = 0};

        add_value(self, name->as_name[i]);
        add_value(self, name->as_operator[i]);
        if (name->words.items[i].text.size >= 4)
            sk_spellings_find(&near, &self->query->self->symbols,
                              name->words.items[i].text);
        for (size_t k = 0; k < near.count; k++)
            add_value(self, near.symbol[k]);
    }
}

static void add_values(struct poll *self)
{
    const struct sk_query *query = self->query;

    for (size_t i = 0; i < query->stated_count; i++)
        add_value(self, query->stated[i].symbol);
    add_name(self, &query->name);
    for (size_t i = 0; i < query->operator_name.words.count; i++)
        add_value(self, query->operator_name.as_operator[i]);
    for (size_t z = 0; z < query->zone_count; z++) {
        const struct sk_zone *zone = &query->zones[z];

        for (size_t i = 0; i < zone->words.count; i++) {
            if (!zone->own[i])
                add_value(self, zone->symbols[i]);
        }
    }
}

/* The number of carriers up to which all values together still fit into the poll. */
static size_t rare_limit(const struct poll *self)
{
    size_t limit = SLOTS / 2;

    while (limit > 1) {
        size_t sum = 0;

        for (size_t i = 0; i < self->value_count; i++) {
            size_t carriers = carriers_of(self, self->values[i]);

            sum += carriers <= limit ? carriers : 0;
        }
        if (sum <= SLOTS / 2)
            break;
        limit = limit * 3 / 4;
    }
    return limit;
}

static void vote_all(struct poll *self)
{
    size_t limit = rare_limit(self);

    for (int common = 0; common < 2; common++) {
        for (size_t i = 0; i < self->value_count; i++) {
            if ((carriers_of(self, self->values[i]) > limit) == common)
                vote_value(self, self->values[i], !common);
        }
    }
}

/* Whether a goes before b. */
static bool is_before(const struct poll *self, const struct vote *a, const struct vote *b)
{
    const struct sk_match_register *reg = self->query->self;

    if (a->score != b->score)
        return a->score > b->score;
    return sk_text_compare(
               sk_symbol_text(&reg->symbols, reg->entries[a->number - 1]->id),
               sk_symbol_text(&reg->symbols, reg->entries[b->number - 1]->id)) < 0;
}

/* The best so far, in order; a new one pushes the last one out. */
struct best {
    struct vote items[SK_CANDIDATES_COMPARED];
    size_t count;
};

static void keep_best(const struct poll *self, struct best *best, const struct vote *vote)
{
    size_t at = best->count;

    if (at == SK_CANDIDATES_COMPARED) {
        at--;
        if (!is_before(self, vote, &best->items[at]))
            return;
    } else {
        best->count++;
    }
    for (; at > 0 && is_before(self, vote, &best->items[at - 1]); at--)
        best->items[at] = best->items[at - 1];
    best->items[at] = *vote;
}

size_t sk_candidates(const struct sk_query *query,
                     uint32_t ret_numbers[SK_CANDIDATES_COMPARED])
{
    struct poll *self = sk_arena_alloc_zeroed(query->arena, sizeof *self);
    struct best best = {.count = 0};

    self->query = query;
    add_values(self);
    vote_all(self);
    for (size_t i = 0; i < SLOTS; i++) {
        if (self->votes[i].number)
            keep_best(self, &best, &self->votes[i]);
    }
    size_t count = 0;

    while (count < best.count &&
           (count < AT_LEAST || best.items[0].score - best.items[count].score < BEHIND))
        count++;
    for (size_t i = 0; i < count; i++)
        ret_numbers[i] = best.items[i].number - 1;
    return count;
}
