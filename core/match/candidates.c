/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which values vote (poll.h): all that is stated, near spellings of what nobody is
 * called, what a text may mean by a name. A place alone names nobody, unless nothing else
 * does: then the names there are compared letter by letter, for one may be misspelt
 * beyond recognition.
 */
#include "match/candidates.h"

#include "match/compare.h"
#include "match/memorise.h"
#include "match/names.h"
#include "match/poll.h"
#include "match/spelling.h"

enum {
    SURE = 1024,
    NEAR = 800,     /* of 1024: what a near spelling counts */
    IN_PLACE = 600, /* locations of a place that are looked through */
    NAME_WORDS = 4,
    KEY_SIZE = 128,
    REMEMBERED = 8,
};

static void add_key(struct sk_poll *self, uint32_t symbol)
{
    sk_poll_add(self, symbol, SURE);
}

static void add_near(struct sk_poll *self, uint32_t symbol)
{
    sk_poll_add(self, symbol, NEAR);
}

static void add_spellings(struct sk_poll *self, enum sk_symbol_kind kind,
                          struct sk_text text)
{
    const struct sk_match_register *reg = self->query->self;
    struct sk_spellings near;

    sk_spellings_find(&reg->spellings, &reg->symbols, kind, text, &near);
    for (size_t i = 0; i < near.count; i++) {
        if (kind == SK_SYMBOL_PLACE)
            sk_poll_add_place(self, near.symbol[i]);
        else
            add_near(self, near.symbol[i]);
    }
}

static void add_found(struct sk_poll *self, enum sk_symbol_kind kind, struct sk_text text)
{
    add_key(self, sk_symbol_find(&self->query->self->symbols, kind, text));
}

/* People call a place by its name or by who runs it. */
static void add_name(struct sk_poll *self, const struct sk_stated_name *name)
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
static void add_street(struct sk_poll *self, const struct sk_stated *street)
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

static void add_town(struct sk_poll *self, const struct sk_stated *town)
{
    struct sk_postings postcodes =
        sk_symbol_postings(&self->query->self->symbols, town->district);

    sk_poll_add_place(self, town->symbol);
    for (size_t i = 0; i < postcodes.count; i++)
        sk_poll_add_place(self, postcodes.items[i]);
    if (!town->symbol && !town->district && town->certain)
        add_spellings(self, SK_SYMBOL_PLACE, town->text);
}

/* Where people linked this name or sender before. */
static void add_memories(struct sk_poll *self)
{
    uint32_t symbols[REMEMBERED];
    size_t count = sk_memory_candidates(self->query, symbols, REMEMBERED);

    for (size_t i = 0; i < count; i++)
        add_key(self, symbols[i]);
}

static void add_stated(struct sk_poll *self)
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
static void add_names_at(struct sk_poll *self, const struct sk_zone *zone, size_t h)
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

static void add_text(struct sk_poll *self)
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
                add_near(self, hit->near[i]);
            add_names_at(self, zone, h);
        }
    }
}

/* How far the location's name is like what is stated. */
static int32_t likeness(const struct sk_poll *self, uint32_t number)
{
    struct sk_name_match match =
        sk_name_compare(self->query, self->query->self->entries[number]);

    return match.level == SK_NAME_MISSING || match.level == SK_NAME_DIFFERENT ||
                   match.bits <= 0
               ? 0
               : match.bits;
}

static void look_through(struct sk_poll *self, const struct sk_poll_key *place)
{
    if (place->carriers.count > IN_PLACE ||
        !sk_poll_has_room(self, place->carriers.count))
        return;
    for (size_t i = 0; i < place->carriers.count; i++) {
        uint32_t number = place->carriers.items[i];
        int32_t score = likeness(self, number);

        if (score)
            sk_poll_vote_for(self, number, place->weight + score);
    }
}

/* Whether someone who is voted for has more than a common word. */
static bool has_good_vote(const struct sk_poll *self)
{
    for (size_t i = 0; i < self->count; i++) {
        if (self->votes[i].score > SK_POLL_BEHIND)
            return true;
    }
    return false;
}

size_t sk_candidates(const struct sk_query *query,
                     uint32_t ret_numbers[SK_CANDIDATES_COMPARED])
{
    struct sk_poll *self = sk_arena_alloc(query->arena, sizeof *self);

    sk_poll_init(self, query);
    add_memories(self);
    add_stated(self);
    add_name(self, &query->name);
    add_name(self, &query->operator_name);
    add_text(self);
    sk_poll_vote(self);
    if (query->name.words.count && !has_good_vote(self)) {
        for (size_t i = 0; i < self->place_count; i++)
            look_through(self, &self->places[i]);
    }
    return sk_poll_rank(self, ret_numbers);
}
