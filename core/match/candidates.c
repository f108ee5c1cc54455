/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every stated value votes, by its rarity, for the locations that carry it. Rare values
 * name who is voted for; of a common one ("De Rakkers", Kerkstraat) only who is also in a
 * stated place. A place alone names nobody, unless nothing else does: then the names
 * there are compared letter by letter, for one may be misspelt beyond recognition.
 */
#include "match/candidates.h"

#include <stdlib.h>

#include "base/compiler.h"

#include "match/compare.h"
#include "match/fixed.h"
#include "match/memorise.h"
#include "match/names.h"
#include "match/spelling.h"

enum {
    SLOTS = 2048, /* power of two; half of them are used at most */
    KEYS = 128,
    RARE = 96,      /* carriers of a value that names them all, at most … */
    NAMED = 200,    /* … and of all those values together */
    IN_PLACE = 600, /* locations of a place that are looked through */
    AT_LEAST = 10,  /* compared in any case; the rest when not far behind the first */
    BEHIND = 11 * SK_BIT,
    BOTH = 300, /* locations that carry two common values */
    NAME_WORDS = 4,
    KEY_SIZE = 128,
    REMEMBERED = 8,
};

struct vote {
    uint32_t number; /* of the entry */
    int32_t score;
    int32_t place; /* the rarest stated place it is in, part of the score */
};

/* One stated value. */
struct key {
    uint32_t symbol;
    struct sk_postings carriers;
    int32_t weight;
};

struct poll {
    const struct sk_query *query;
    struct key keys[KEYS], places[KEYS];
    size_t key_count, place_count;
    struct vote votes[SLOTS / 2];
    size_t count;
    uint16_t slots[SLOTS]; /* by the hash of the number: vote + 1; 0: free */
};

static void add_to(struct poll *self, uint32_t symbol, int similarity, struct key *keys,
                   size_t *count)
{
    struct sk_postings carriers = sk_symbol_postings(&self->query->self->symbols, symbol);

    if (*count == KEYS || carriers.count == 0)
        return;
    for (size_t i = 0; i < *count; i++) {
        if (keys[i].symbol == symbol)
            return;
    }
    keys[(*count)++] = (struct key){
        symbol, carriers, sk_word_weight(self->query, symbol) * similarity / 1024};
}

static void add_key(struct poll *self, uint32_t symbol)
{
    add_to(self, symbol, 1024, self->keys, &self->key_count);
}

static void add_near_key(struct poll *self, uint32_t symbol)
{
    add_to(self, symbol, 800, self->keys, &self->key_count);
}

static void add_place(struct poll *self, uint32_t symbol)
{
    add_to(self, symbol, 1024, self->places, &self->place_count);
}

static void add_spellings(struct poll *self, enum sk_symbol_kind kind,
                          struct sk_text text)
{
    const struct sk_match_register *reg = self->query->self;
    struct sk_spellings near;

    sk_spellings_find(&reg->spellings, &reg->symbols, kind, text, &near);
    for (size_t i = 0; i < near.count; i++) {
        if (kind == SK_SYMBOL_PLACE)
            add_place(self, near.symbol[i]);
        else
            add_near_key(self, near.symbol[i]);
    }
}

static void add_found(struct poll *self, enum sk_symbol_kind kind, struct sk_text text)
{
    add_key(self, sk_symbol_find(&self->query->self->symbols, kind, text));
}

/* People call a place by its name or by who runs it. */
static void add_name(struct poll *self, const struct sk_stated_name *name)
{
    add_found(self, SK_SYMBOL_NAME, name->key);
    add_found(self, SK_SYMBOL_OPERATOR, name->key);
    for (size_t i = 0; i < name->words.count; i++) {
        add_key(self, name->as_name[i]);
        add_key(self, name->as_operator[i]);
        if (!name->as_name[i])
            add_spellings(self, SK_SYMBOL_WORD, name->words.items[i].text);
    }
}

/* A street is also its addresses: with the number, and in each stated postcode. */
static void add_street(struct poll *self, const struct sk_stated *street)
{
    const struct sk_query *query = self->query;
    const struct sk_stated *postcode;
    size_t at = 0;

    add_key(self, street->symbol);
    if (!street->symbol)
        add_spellings(self, SK_SYMBOL_STREET, street->text);
    if (street->number.size == 0)
        return;
    struct sk_text door =
        sk_arena_printf(query->arena, "%.*s %.*s", SK_TEXT_ARG(street->text),
                        SK_TEXT_ARG(street->number));

    add_found(self, SK_SYMBOL_DOOR, door);
    while ((postcode = sk_query_next(query, SK_SYMBOL_POSTCODE, &at)))
        add_found(self, SK_SYMBOL_ADDRESS,
                  sk_arena_printf(query->arena, "%.*s %.*s", SK_TEXT_ARG(door),
                                  SK_TEXT_ARG(postcode->text)));
}

static void add_town(struct poll *self, const struct sk_stated *town)
{
    struct sk_postings postcodes =
        sk_symbol_postings(&self->query->self->symbols, town->district);

    add_place(self, town->symbol);
    for (size_t i = 0; i < postcodes.count; i++)
        add_place(self, postcodes.items[i]);
    if (!town->symbol && !town->district && town->certain)
        add_spellings(self, SK_SYMBOL_PLACE, town->text);
}

/* Where people linked this name or sender before. */
static void add_memories(struct poll *self)
{
    uint32_t symbols[REMEMBERED];
    size_t count = sk_memory_candidates(self->query, symbols, REMEMBERED);

    for (size_t i = 0; i < count; i++)
        add_key(self, symbols[i]);
}

static void add_stated(struct poll *self)
{
    const struct sk_query *query = self->query;

    for (size_t i = 0; i < query->stated_count; i++) {
        const struct sk_stated *stated = &query->stated[i];

        switch (stated->kind) {
        case SK_SYMBOL_PLACE:
        case SK_SYMBOL_POSTCODE:
            if (stated->role != SK_ROLE_SENDER)
                add_town(self, stated);
            break;
        case SK_SYMBOL_STREET:
            add_street(self, stated);
            break;
        default:
            add_key(self, stated->symbol);
        }
    }
}

/* The names that hits from h on, one behind the other, are the words of. */
static void add_names_at(struct poll *self, const struct sk_zone *zone, size_t h)
{
    char key[KEY_SIZE];
    size_t size = 0;

    for (size_t k = h; k < zone->hit_count && k < h + NAME_WORDS; k++) {
        struct sk_text word = zone->words.items[zone->hits[k].word].text;

        if (zone->hits[k].near[0])
            word = sk_symbol_text(&self->query->self->symbols, zone->hits[k].near[0]);
        if (size + word.size + 1 > KEY_SIZE)
            return;
        if (size)
            key[size++] = ' ';
        memcpy(key + size, word.data, word.size);
        size += word.size;
        if (k > h)
            add_found(self, SK_SYMBOL_NAME, (struct sk_text){key, size});
    }
}

static void add_text(struct poll *self)
{
    for (size_t z = 0; z < self->query->zone_count; z++) {
        const struct sk_zone *zone = &self->query->zones[z];

        for (size_t h = 0; h < zone->hit_count; h++) {
            const struct sk_hit *hit = &zone->hits[h];

            if (zone->roles[hit->word] != SK_ROLE_SPOKEN)
                continue;
            /* "Heist-op-den-Berg" is stated, and many a name holds it. */
            if (!sk_query_covers(self->query, SK_SYMBOL_PLACE, zone, hit->word))
                add_key(self, zone->symbols[hit->word]);
            for (size_t i = 0; i < SK_NEAR; i++)
                add_near_key(self, hit->near[i]);
            add_names_at(self, zone, h);
        }
    }
}

static bool has_room(const struct poll *self, size_t more)
{
    return self->count + more <= SK_COUNT(self->votes);
}

static void vote(struct poll *self, uint32_t number, int32_t score, bool adds)
{
    size_t at = (number * 2654435761u >> 12) & (SLOTS - 1);

    while (self->slots[at] && self->votes[self->slots[at] - 1].number != number)
        at = (at + 1) & (SLOTS - 1);
    if (self->slots[at] == 0) {
        if (!adds || !has_room(self, 1))
            return;
        self->votes[self->count] = (struct vote){.number = number};
        self->slots[at] = (uint16_t)++self->count;
    }
    self->votes[self->slots[at] - 1].score += score;
}

static bool is_location(const struct poll *self, uint32_t number)
{
    return self->query->self->entries[number]->kind == SK_MATCH_LOCATIE;
}

/* An organiser stands for its locations. */
static void vote_organiser(struct poll *self, const struct sk_entry *organiser)
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
static size_t named_by(const struct poll *self, const struct key *key)
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
static void vote_key(struct poll *self, const struct key *key)
{
    bool locations = !is_of_organisers(key->symbol);

    if (!has_room(self, locations ? key->carriers.count : named_by(self, key)))
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
static void vote_both(struct poll *self, const struct key *a, const struct key *b)
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
    for (i = 0; has_room(self, count) && i < count; i++)
        vote(self, both[i], 0, true);
}

static bool carries(const struct key *key, uint32_t number)
{
    size_t at = seek(key->carriers, 0, number);

    return at < key->carriers.count && key->carriers.items[at] == number;
}

/* The value's vote for those who are voted for already, by the shorter way. */
static void vote_for_known(struct poll *self, const struct key *key)
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
static void vote_for_place(struct poll *self, const struct key *key)
{
    for (size_t i = 0; i < self->count; i++) {
        struct vote *vote = &self->votes[i];

        if (vote->place >= key->weight || !carries(key, vote->number))
            continue;
        vote->score += key->weight - vote->place;
        vote->place = key->weight;
    }
}

static int by_carriers(const void *a, const void *b)
{
    const struct key *left = a, *right = b;

    if (left->carriers.count != right->carriers.count)
        return left->carriers.count < right->carriers.count ? -1 : 1;
    return 0;
}

/* How many of the keys, the rarest first, name all who carry them. */
static size_t rare_keys(struct poll *self)
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

static void vote_all(struct poll *self)
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

/* How far the location's name is like what is stated. */
static int32_t likeness(const struct poll *self, uint32_t number)
{
    struct sk_name_match match =
        sk_name_compare(self->query, self->query->self->entries[number]);

    return match.level == SK_NAME_MISSING || match.level == SK_NAME_DIFFERENT ||
                   match.bits <= 0
               ? 0
               : match.bits;
}

static void look_through(struct poll *self, const struct key *place)
{
    if (place->carriers.count > IN_PLACE || !has_room(self, place->carriers.count))
        return;
    for (size_t i = 0; i < place->carriers.count; i++) {
        uint32_t number = place->carriers.items[i];
        int32_t score = likeness(self, number);

        if (score)
            vote(self, number, place->weight + score, true);
    }
}

/* Whether someone who is voted for has more than a common word. */
static bool has_good_vote(const struct poll *self)
{
    for (size_t i = 0; i < self->count; i++) {
        if (self->votes[i].score > BEHIND)
            return true;
    }
    return false;
}

/* Whether a goes before b. */
static bool is_before(const struct poll *self, const struct vote *a, const struct vote *b)
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

/* A score that at least AT_LEAST reach, if so many are voted for, and none that is far
 * behind: what is below it need not be ordered. */
static int32_t least_score(const struct poll *self)
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

    return tenth < top - BEHIND ? tenth : top - BEHIND;
}

static size_t rank(const struct poll *self, uint32_t ret_numbers[SK_CANDIDATES_COMPARED])
{
    struct best best = {.count = 0};
    size_t count = 0;
    int32_t least = least_score(self);

    for (size_t i = 0; i < self->count; i++) {
        if (self->votes[i].score >= least)
            keep_best(self, &best, &self->votes[i]);
    }
    while (count < best.count &&
           (count < AT_LEAST || best.items[0].score - best.items[count].score < BEHIND))
        count++;
    for (size_t i = 0; i < count; i++)
        ret_numbers[i] = best.items[i].number;
    return count;
}

size_t sk_candidates(const struct sk_query *query,
                     uint32_t ret_numbers[SK_CANDIDATES_COMPARED])
{
    struct poll *self = sk_arena_alloc(query->arena, sizeof *self);

    self->query = query;
    self->key_count = self->place_count = self->count = 0;
    memset(self->slots, 0, sizeof self->slots);
    add_memories(self);
    add_stated(self);
    add_name(self, &query->name);
    add_name(self, &query->operator_name);
    add_text(self);
    vote_all(self);
    if (query->name.words.count && !has_good_vote(self)) {
        for (size_t i = 0; i < self->place_count; i++)
            look_through(self, &self->places[i]);
    }
    return rank(self, ret_numbers);
}
