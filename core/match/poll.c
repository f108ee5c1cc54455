/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers of entries stand in ascending order in the postings of a value, and those of
 * one town lie close together when the register was read so; two lists are joined by
 * leaps.
 */
#include "match/poll.h"

#include <stdlib.h>

#include "base/compiler.h"
#include "match/names.h"

enum {
    RARE = 96,    /* carriers of a value that names them all, at most … */
    NAMED = 200,  /* … and of all those values together */
    BOTH = 300,   /* locations that carry two common values */
    AT_LEAST = 4, /* compared in any case; the rest when not far behind the first */
};

void sk_poll_init(struct sk_poll *self, const struct sk_query *query)
{
    self->query = query;
    self->key_count = self->place_count = self->count = 0;
    memset(self->slots, 0, sizeof self->slots);
}

static void add_to(struct sk_poll *self, uint32_t symbol, int similarity,
                   struct sk_poll_key *keys, size_t *count)
{
    struct sk_postings carriers = sk_symbol_postings(&self->query->self->symbols, symbol);

    if (*count == SK_POLL_KEYS || carriers.count == 0)
        return;
    for (size_t i = 0; i < *count; i++) {
        if (keys[i].symbol == symbol)
            return;
    }
    keys[(*count)++] = (struct sk_poll_key){
        symbol, carriers, sk_word_weight(self->query, symbol) * similarity / 1024};
}

void sk_poll_add(struct sk_poll *self, uint32_t symbol, int similarity)
{
    add_to(self, symbol, similarity, self->keys, &self->key_count);
}

void sk_poll_add_place(struct sk_poll *self, uint32_t symbol)
{
    add_to(self, symbol, 1024, self->places, &self->place_count);
}

bool sk_poll_has_room(const struct sk_poll *self, size_t more)
{
    return self->count + more <= SK_COUNT(self->votes);
}

static void vote(struct sk_poll *self, uint32_t number, int32_t score, bool adds)
{
    size_t at = (number * 2654435761u >> 12) & (SK_POLL_SLOTS - 1);

    while (self->slots[at] && self->votes[self->slots[at] - 1].number != number)
        at = (at + 1) & (SK_POLL_SLOTS - 1);
    if (self->slots[at] == 0) {
        if (!adds || !sk_poll_has_room(self, 1))
            return;
        self->votes[self->count] = (struct sk_vote){.number = number};
        self->slots[at] = (uint16_t)++self->count;
    }
    self->votes[self->slots[at] - 1].score += score;
}

static bool is_location(const struct sk_poll *self, uint32_t number)
{
    return self->query->self->entries[number]->kind == SK_MATCH_LOCATIE;
}

/* An organiser stands for its locations. */
static void vote_organiser(struct sk_poll *self, const struct sk_entry *organiser)
{
    const struct sk_match_register *reg = self->query->self;
    struct sk_postings own =
        sk_symbol_postings(&reg->symbols, sk_symbol_organiser(organiser->id));
    int32_t weight = sk_fixed_log2(reg->locations + 1, own.count ? own.count : 1);

    for (size_t i = 0; i < own.count; i++)
        vote(self, own.items[i], weight, true);
}

/* Whether organisers carry such values, beside or instead of locations. */
static bool is_of_organisers(uint32_t symbol)
{
    switch (sk_symbol_kind(symbol)) {
    case SK_SYMBOL_PHONE:
    case SK_SYMBOL_EMAIL:
    case SK_SYMBOL_HOST:
    case SK_SYMBOL_ENTERPRISE:
    case SK_SYMBOL_OPERATOR:
    case SK_SYMBOL_OPERATOR_WORD:
        return true;
    default:
        return false;
    }
}

/* How many locations the value names, organisers standing for theirs. */
static size_t named_by(const struct sk_poll *self, const struct sk_poll_key *key)
{
    const struct sk_match_register *reg = self->query->self;
    size_t named = 0;

    for (size_t i = 0; i < key->carriers.count; i++) {
        const struct sk_entry *entry = reg->entries[key->carriers.items[i]];

        named +=
            entry->kind == SK_MATCH_LOCATIE
                ? 1
                : sk_symbol_postings(&reg->symbols, sk_symbol_organiser(entry->id)).count;
    }
    return named;
}

/* All who carry the value, or none: whom there is no room for must not depend on the
 * order in which the register was read. */
static void vote_key(struct sk_poll *self, const struct sk_poll_key *key)
{
    bool locations = !is_of_organisers(key->symbol);

    if (!sk_poll_has_room(self, locations ? key->carriers.count : named_by(self, key)))
        return;
    for (size_t i = 0; i < key->carriers.count; i++) {
        uint32_t number = key->carriers.items[i];

        if (locations || is_location(self, number))
            vote(self, number, key->weight, true);
        else
            vote_organiser(self, self->query->self->entries[number]);
    }
}

/* The first item that is not below `number`, from `low` on. */
static size_t seek(struct sk_postings postings, size_t low, uint32_t number)
{
    size_t step = 1, high;

    while (low + step < postings.count && postings.items[low + step] < number) {
        low += step;
        step *= 2;
    }
    high = low + step < postings.count ? low + step : postings.count;
    while (low < high) {
        size_t middle = (low + high) / 2;

        if (postings.items[middle] < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Names who carries both, unless they are too many to tell anything. */
static void vote_both(struct sk_poll *self, const struct sk_poll_key *a,
                      const struct sk_poll_key *b)
{
    bool swap = a->carriers.count > b->carriers.count;
    struct sk_postings few = swap ? b->carriers : a->carriers;
    struct sk_postings many = swap ? a->carriers : b->carriers;
    uint32_t both[BOTH];
    size_t i = 0, k = 0, count = 0;

    while (i < few.count && k < many.count) {
        uint32_t number = few.items[i];

        k = seek(many, k, number);
        if (k < many.count && many.items[k] != number) {
            i = seek(few, i, many.items[k]);
        } else if (k < many.count) {
            if (count == BOTH)
                return;
            both[count++] = number;
            i++;
        }
    }
    for (i = 0; sk_poll_has_room(self, count) && i < count; i++)
        vote(self, both[i], 0, true);
}

static bool carries(const struct sk_poll_key *key, uint32_t number)
{
    size_t at = seek(key->carriers, 0, number);

    return at < key->carriers.count && key->carriers.items[at] == number;
}

/* The value's vote for those who are voted for already, by the shorter way. */
static void vote_for_known(struct sk_poll *self, const struct sk_poll_key *key)
{
    if (key->carriers.count < self->count * 8) {
        for (size_t i = 0; i < key->carriers.count; i++)
            vote(self, key->carriers.items[i], key->weight, false);
        return;
    }
    for (size_t i = 0; i < self->count; i++) {
        if (carries(key, self->votes[i].number))
            self->votes[i].score += key->weight;
    }
}

/* A town, its postcode and its part are one place. */
static void vote_for_place(struct sk_poll *self, const struct sk_poll_key *key)
{
    for (size_t i = 0; i < self->count; i++) {
        struct sk_vote *vote = &self->votes[i];

        if (vote->place >= key->weight || !carries(key, vote->number))
            continue;
        vote->score += key->weight - vote->place;
        vote->place = key->weight;
    }
}

static int by_carriers(const void *a, const void *b)
{
    const struct sk_poll_key *left = a, *right = b;

    if (left->carriers.count != right->carriers.count)
        return left->carriers.count < right->carriers.count ? -1 : 1;
    return 0;
}

/* How many of the keys, the rarest first, name all who carry them. */
static size_t rare_keys(struct sk_poll *self)
{
    size_t named = 0, rare = 0;

    qsort(self->keys, self->key_count, sizeof *self->keys, by_carriers);
    while (rare < self->key_count && self->keys[rare].carriers.count <= RARE &&
           named + self->keys[rare].carriers.count <= NAMED)
        named += self->keys[rare++].carriers.count;
    /* Of values as frequent as the first that no longer fits none is rare. */
    while (rare > 0 && rare < self->key_count &&
           self->keys[rare - 1].carriers.count == self->keys[rare].carriers.count)
        rare--;
    return rare;
}

void sk_poll_vote(struct sk_poll *self)
{
    size_t rare = rare_keys(self);

    for (size_t i = 0; i < rare; i++)
        vote_key(self, &self->keys[i]);
    for (size_t i = rare; i < self->key_count; i++) {
        for (size_t k = 0; k < self->place_count; k++)
            vote_both(self, &self->keys[i], &self->places[k]);
    }
    for (size_t i = rare; i < self->key_count; i++)
        vote_for_known(self, &self->keys[i]);
    for (size_t k = 0; k < self->place_count; k++)
        vote_for_place(self, &self->places[k]);
}

void sk_poll_vote_for(struct sk_poll *self, uint32_t number, int32_t score)
{
    vote(self, number, score, true);
}

/* Whether a goes before b. */
static bool is_before(const struct sk_poll *self, const struct sk_vote *a,
                      const struct sk_vote *b)
{
    const struct sk_match_register *reg = self->query->self;

    if (a->score != b->score)
        return a->score > b->score;
    const struct sk_entry *one = reg->entries[a->number];
    const struct sk_entry *two = reg->entries[b->number];

    if (one->tie != two->tie)
        return one->tie < two->tie;
    return sk_text_compare(sk_symbol_text(&reg->symbols, one->id),
                           sk_symbol_text(&reg->symbols, two->id)) < 0;
}

/* The best so far, in order; a new one pushes the last one out. */
struct best {
    struct sk_vote items[SK_CANDIDATES_COMPARED];
    size_t count;
};

static void keep_best(const struct sk_poll *self, struct best *best,
                      const struct sk_vote *vote)
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

/* A score that at least AT_LEAST reach, if so many are voted for, and none that is far
 * behind: what is below it need not be ordered. */
static int32_t least_score(const struct sk_poll *self)
{
    size_t reached = 0, in_step[64] = {0}, step = SK_COUNT(in_step);
    int32_t top = 0;

    for (size_t i = 0; i < self->count; i++)
        top = self->votes[i].score > top ? self->votes[i].score : top;
    for (size_t i = 0; i < self->count; i++)
        in_step[(int64_t)self->votes[i].score * 63 / (top + 1)]++;
    while (step > 0 && reached < AT_LEAST)
        reached += in_step[--step];
    int32_t tenth = (int32_t)((int64_t)step * (top + 1) / 63);

    return tenth < top - SK_POLL_BEHIND ? tenth : top - SK_POLL_BEHIND;
}

size_t sk_poll_rank(const struct sk_poll *self,
                    uint32_t ret_numbers[SK_CANDIDATES_COMPARED])
{
    struct best best = {.count = 0};
    size_t count = 0;
    int32_t least = least_score(self);

    for (size_t i = 0; i < self->count; i++) {
        if (self->votes[i].score >= least)
            keep_best(self, &best, &self->votes[i]);
    }
    while (count < best.count &&
           (count < AT_LEAST ||
            best.items[0].score - best.items[count].score < SK_POLL_BEHIND))
        count++;
    for (size_t i = 0; i < count; i++)
        ret_numbers[i] = best.items[i].number;
    return count;
}
