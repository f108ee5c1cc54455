/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every stated value votes, by its rarity, for the locations that carry it: exact keys,
 * words of the name (also near spellings, found by trigrams), streets, and
 * municipalities. A municipality with many locations only votes for those that something
 * else named.
 */
#include "match/candidates.h"

#include "match/fixed.h"
#include "match/names.h"

enum {
    SLOTS = 4096, /* power of two; half of them are used at most */
    COMMON = 600, /* carriers from which on a value only adds to others' votes */
    SPELLINGS = 8,
    AT_LEAST = 10, /* compared in any case; the rest when not far behind the first */
    BEHIND = 8 * SK_BIT,
    NEAR_SPELLING = 740, /* of 1024 */
};

struct vote {
    uint32_t number; /* entry number + 1; 0: free */
    int32_t score;
};

struct poll {
    const struct sk_query *query;
    struct vote votes[SLOTS];
    size_t count;
};

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

static bool is_rare(const struct poll *self, uint32_t symbol)
{
    return sk_symbol_postings(&self->query->self->symbols, symbol).count <= COMMON;
}

/* The register's words that look like an unknown one, through shared trigrams. */
static size_t spellings(const struct sk_symbols *symbols, struct sk_text word,
                        uint32_t found[SPELLINGS])
{
    size_t count = 0;

    for (size_t i = 0; i + 3 <= word.size; i++) {
        struct sk_text trigram = {word.data + i, 3};
        struct sk_postings words = sk_symbol_postings(
            symbols, sk_symbol_find(symbols, SK_SYMBOL_TRIGRAM, trigram));

        for (size_t k = 0; k < words.count && count < SPELLINGS; k++) {
            bool known = false;

            for (size_t j = 0; j < count; j++)
                known |= found[j] == words.items[k];
            if (!known && sk_similarity(sk_symbol_text(symbols, words.items[k]), word) >=
                              NEAR_SPELLING)
                found[count++] = words.items[k];
        }
    }
    return count;
}

static void vote_rare(struct poll *self, uint32_t symbol)
{
    vote_value(self, symbol, is_rare(self, symbol));
}

/* People call a place by its name or by who runs it. */
static void vote_name(struct poll *self, const struct sk_stated_name *name)
{
    for (size_t i = 0; i < name->words.count; i++) {
        struct sk_text word = name->words.items[i].text;
        uint32_t near[SPELLINGS];
        size_t count =
            word.size < 4 ? 0 : spellings(&self->query->self->symbols, word, near);

        vote_rare(self, name->as_name[i]);
        vote_rare(self, name->as_operator[i]);
        for (size_t k = 0; k < count; k++) {
            if (near[k] != name->as_name[i])
                vote_rare(self, near[k]);
        }
    }
}

static void vote_operator(struct poll *self, const struct sk_stated_name *name)
{
    for (size_t i = 0; i < name->words.count; i++)
        vote_rare(self, name->as_operator[i]);
}

static void vote_text(struct poll *self, const struct sk_zone *zone)
{
    for (size_t i = 0; i < zone->words.count; i++) {
        if (zone->symbols[i] && !zone->own[i])
            vote_rare(self, zone->symbols[i]);
    }
}

/* Values that name one or few go before those that name a town. */
static void vote_stated(struct poll *self, bool towns)
{
    const struct sk_query *query = self->query;

    for (size_t i = 0; i < query->stated_count; i++) {
        const struct sk_stated *stated = &query->stated[i];
        bool town = stated->kind == SK_SYMBOL_PLACE || stated->kind == SK_SYMBOL_POSTCODE;

        if (town == towns && stated->symbol)
            vote_rare(self, stated->symbol);
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
    vote_stated(self, false);
    vote_name(self, &query->name);
    vote_operator(self, &query->operator_name);
    for (size_t i = 0; i < query->zone_count; i++)
        vote_text(self, &query->zones[i]);
    vote_stated(self, true);
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
