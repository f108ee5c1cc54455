/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From an entry's texts to symbols. Each kind of fact has one spelling (normalise.h), so
 * that two facts are equal when their symbols are.
 */
#include "match/entry.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "match/normalise.h"
#include "match/words.h"

/* A name is also its words, an e-mail address also its host. */
enum { FACTS = 4 * SK_MATCH_FACT_LIMIT };

/* An entry that is being made. */
struct maker {
    struct sk_symbols *symbols;
    struct sk_spelling_index *spellings;
    struct sk_arena *arena;
    enum sk_match_kind kind;
    struct sk_fact facts[FACTS];
    size_t fact_count;
    const struct sk_types *types;
    uint32_t type, type_of_name;
};

/* A value that is new is also found when it is misspelt. */
static uint32_t intern_spelt(struct maker *self, enum sk_symbol_kind kind,
                             struct sk_text key)
{
    size_t before = self->symbols->count;
    uint32_t symbol = sk_symbol_intern(self->symbols, kind, key);

    if (self->symbols->count > before)
        sk_spelling_index_add(self->spellings, self->symbols, symbol);
    return symbol;
}

static void add(struct maker *self, enum sk_symbol_kind kind, struct sk_text key,
                const struct sk_match_fact *fact)
{
    uint32_t symbol = kind == SK_SYMBOL_WORD ? intern_spelt(self, kind, key)
                      : kind == SK_SYMBOL_ORGANISER
                          ? sk_symbol_intern_organiser(self->symbols, key)
                          : sk_symbol_intern(self->symbols, kind, key);

    if (symbol == 0 || self->fact_count == FACTS)
        return;
    self->facts[self->fact_count++] = (struct sk_fact){symbol, fact->from, fact->to};
}

/* A name is a fact, all of it is one before it, and each of its words is one after it. */
static void add_name(struct maker *self, const struct sk_match_fact *fact)
{
    struct sk_words words = sk_name_words(fact->value, self->arena);
    bool location = self->kind == SK_MATCH_LOCATIE;

    if (location) {
        struct sk_words all = sk_words_of(fact->value, self->arena);

        add(self, SK_SYMBOL_SURFACE, sk_words_join(all, 0, all.count, " ", self->arena),
            fact);
    }
    add(self, location ? SK_SYMBOL_NAME : SK_SYMBOL_OPERATOR,
        sk_words_join(words, 0, words.count, " ", self->arena), fact);
    for (size_t i = 0; i < words.count; i++)
        add(self, location ? SK_SYMBOL_WORD : SK_SYMBOL_OPERATOR_WORD,
            words.items[i].text, fact);
    if (location)
        self->type_of_name |= sk_types_of_words(
            self->types, sk_words_of(fact->value, self->arena), self->arena);
}

static void add_person(struct maker *self, const struct sk_match_fact *fact)
{
    struct sk_words words = sk_words_of(fact->value, self->arena);

    add(self, SK_SYMBOL_PERSON, sk_words_join(words, 0, words.count, " ", self->arena),
        fact);
}

static void add_fact(struct maker *self, const struct sk_match_fact *fact)
{
    struct sk_arena *arena = self->arena;
    struct sk_text value = sk_text_trim(fact->value);

    switch (fact->kind) {
    case SK_FACT_NAME:
        return add_name(self, fact);
    case SK_FACT_PHONE:
        return add(self, SK_SYMBOL_PHONE, sk_phone_key(value, arena), fact);
    case SK_FACT_EMAIL:
        add(self, SK_SYMBOL_EMAIL, sk_email_key(value, arena), fact);
        return add(self, SK_SYMBOL_HOST, sk_host_key(value, arena), fact);
    case SK_FACT_WEBSITE:
        return add(self, SK_SYMBOL_HOST, sk_host_key(value, arena), fact);
    case SK_FACT_ENTERPRISE:
        return add(self, SK_SYMBOL_ENTERPRISE, sk_enterprise_key(value, arena), fact);
    case SK_FACT_ESTABLISHMENT:
        return add(self, SK_SYMBOL_ESTABLISHMENT, sk_enterprise_key(value, arena), fact);
    case SK_FACT_DOSSIER:
        return add(self, SK_SYMBOL_DOSSIER, sk_postcode_key(value, arena), fact);
    case SK_FACT_ORGANISER:
        return add(self, SK_SYMBOL_ORGANISER, value, fact);
    case SK_FACT_PERSON:
        return add_person(self, fact);
    case SK_FACT_FACILITY:
        return add(self, SK_SYMBOL_FACILITY, value, fact);
    case SK_FACT_SUBSIDY_GROUP:
        return add(self, SK_SYMBOL_SUBSIDY_GROUP, value, fact);
    case SK_FACT_SUCCESSOR:
        return add(self, SK_SYMBOL_SUCCESSOR, value, fact);
    case SK_FACT_TYPE:
        self->type |= sk_types_of_words(self->types, sk_words_of(value, arena), arena);
    }
}

static struct sk_place place_of(struct maker *self,
                                const struct sk_match_address *address)
{
    struct sk_symbols *symbols = self->symbols;
    struct sk_text street = address->street, number = address->number;

    if (!sk_text_filled(number))
        sk_street_split(address->street, self->arena, &street, &number);
    street = sk_street_key(street, self->arena);
    number = sk_number_key(number, self->arena);

    struct sk_text postcode = sk_postcode_key(address->postcode, self->arena);
    struct sk_text place = sk_place_key(address->municipality, self->arena);
    struct sk_text town = postcode.size ? postcode : place;
    struct sk_text door = {0}, key = {0};

    if (street.size && number.size)
        door = sk_arena_printf(self->arena, "%.*s %.*s", SK_TEXT_ARG(street),
                               SK_TEXT_ARG(number));
    if (door.size && town.size)
        key = sk_arena_printf(self->arena, "%.*s %.*s", SK_TEXT_ARG(door),
                              SK_TEXT_ARG(town));
    return (struct sk_place){
        .address = sk_symbol_intern(symbols, SK_SYMBOL_ADDRESS, key),
        .door = sk_symbol_intern(symbols, SK_SYMBOL_DOOR, door),
        .street = intern_spelt(self, SK_SYMBOL_STREET, street),
        .number = sk_symbol_intern(symbols, SK_SYMBOL_NUMBER, number),
        .postcode = sk_symbol_intern(symbols, SK_SYMBOL_POSTCODE, postcode),
        .place = intern_spelt(self, SK_SYMBOL_PLACE, place),
        .subplace = intern_spelt(self, SK_SYMBOL_PLACE,
                                 sk_place_key(address->submunicipality, self->arena)),
        .from = address->from,
        .to = address->to,
    };
}

static uint32_t id_of(struct sk_symbols *symbols, const struct sk_match_entry *input)
{
    if (input->kind == SK_MATCH_LOCATIE || input->id.size == 0)
        return sk_symbol_intern(symbols, SK_SYMBOL_LOCATION, input->id);
    return sk_symbol_organiser_id(sk_symbol_intern_organiser(symbols, input->id));
}

struct sk_entry *sk_entry_new(struct sk_match_register *self,
                              const struct sk_match_entry *input)
{
    struct sk_symbols *symbols = &self->symbols;
    struct maker maker = {.symbols = symbols,
                          .spellings = &self->spellings,
                          .arena = &self->scratch,
                          .kind = input->kind,
                          .types = &self->types};
    size_t addresses = input->address_count < SK_MATCH_ADDRESS_LIMIT
                           ? input->address_count
                           : SK_MATCH_ADDRESS_LIMIT;

    for (size_t i = 0; i < input->fact_count && i < SK_MATCH_FACT_LIMIT; i++)
        add_fact(&maker, &input->facts[i]);

    size_t facts = maker.fact_count * sizeof *maker.facts;
    struct sk_entry *entry =
        sk_alloc(sizeof *entry + facts + addresses * sizeof(struct sk_place));

    *entry = (struct sk_entry){
        .id = id_of(symbols, input),
        .from = input->from,
        .to = input->to,
        .fact_count = (uint16_t)maker.fact_count,
        .address_count = (uint8_t)addresses,
        .kind = (uint8_t)input->kind,
        .type = maker.type | maker.type_of_name,
        .tie = sk_name_hash(input->id.data, input->id.size),
        .version = input->version,
        .addresses = (struct sk_place *)(entry->facts + maker.fact_count),
    };
    if (facts)
        memcpy(entry->facts, maker.facts, facts);
    for (size_t i = 0; i < addresses; i++)
        entry->addresses[i] = place_of(&maker, &input->addresses[i]);
    return entry;
}

size_t sk_entry_size(const struct sk_entry *entry)
{
    return sizeof *entry + entry->fact_count * sizeof *entry->facts +
           entry->address_count * sizeof *entry->addresses;
}

static void post(struct sk_symbols *symbols, uint32_t symbol, uint32_t number, bool on)
{
    if (on)
        sk_symbol_post(symbols, symbol, number);
    else
        sk_symbol_unpost(symbols, symbol, number);
}

void sk_entry_post(struct sk_symbols *symbols, const struct sk_entry *entry,
                   uint32_t number, bool on)
{
    post(symbols, entry->id, number, on);
    for (size_t i = 0; i < entry->fact_count; i++)
        post(symbols, entry->facts[i].symbol, number, on);
    if (entry->kind != SK_MATCH_LOCATIE)
        return; /* complaints are about where the children are, not about a head office */
    for (size_t i = 0; i < entry->address_count; i++) {
        const struct sk_place *place = &entry->addresses[i];

        post(symbols, place->address, number, on);
        post(symbols, place->door, number, on);
        post(symbols, place->street, number, on);
        post(symbols, place->postcode, number, on);
        post(symbols, place->place, number, on);
        post(symbols, place->subplace, number, on);
    }
}

uint32_t sk_entry_fact_on(const struct sk_entry *entry, enum sk_symbol_kind kind,
                          int32_t day)
{
    const struct sk_fact *newest = NULL;

    for (size_t i = 0; i < entry->fact_count; i++) {
        const struct sk_fact *fact = &entry->facts[i];

        if (sk_symbol_kind(fact->symbol) != kind)
            continue;
        if (sk_holds_on(fact->from, fact->to, day))
            return fact->symbol;
        if (!newest || fact->to > newest->to)
            newest = fact;
    }
    return newest ? newest->symbol : 0;
}

const struct sk_place *sk_entry_address_on(const struct sk_entry *entry, int32_t day)
{
    const struct sk_place *newest = NULL;

    for (size_t i = 0; i < entry->address_count; i++) {
        const struct sk_place *place = &entry->addresses[i];

        if (sk_holds_on(place->from, place->to, day))
            return place;
        if (!newest || place->to > newest->to)
            newest = place;
    }
    return newest;
}
