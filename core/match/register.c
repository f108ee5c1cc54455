/* SPDX-License-Identifier: Apache-2.0 */
/* The entries, numbered; each number stands in the postings of all the entry's values. */
#include "match/register.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "match/districts.h"
#include "match/entry.h"

struct sk_match_register *sk_match_register_new(void)
{
    struct sk_match_register *self = sk_alloc_zeroed(sizeof *self);

    sk_districts_builtin(self);
    return self;
}

void sk_match_register_free(struct sk_match_register *self)
{
    if (!self)
        return;
    for (size_t i = 0; i < self->count; i++)
        free(self->entries[i]);
    free(self->entries);
    free(self->free);
    sk_symbols_fini(&self->symbols);
    sk_spelling_index_fini(&self->spellings);
    sk_arena_fini(&self->scratch);
    free(self);
}

static enum sk_symbol_kind symbol_kind(enum sk_match_kind kind)
{
    return kind == SK_MATCH_LOCATIE ? SK_SYMBOL_LOCATION : SK_SYMBOL_ORGANISER_ID;
}

/* The number of the entry with that id symbol, or -1. */
static int64_t number_of(const struct sk_match_register *self, uint32_t id)
{
    struct sk_postings postings = sk_symbol_postings(&self->symbols, id);

    for (size_t i = 0; i < postings.count; i++) {
        if (self->entries[postings.items[i]]->id == id)
            return postings.items[i];
    }
    return -1;
}

static void count(struct sk_match_register *self, const struct sk_entry *entry, int step)
{
    if (entry->kind != SK_MATCH_LOCATIE)
        return;
    self->locations += (size_t)step;
    for (size_t bit = 0; bit < SK_COUNT(self->of_type); bit++)
        self->of_type[bit] += entry->type >> bit & 1 ? (size_t)step : 0;
}

size_t sk_register_of_type(const struct sk_match_register *self, uint32_t types)
{
    size_t most = 0;

    for (size_t bit = 0; bit < SK_COUNT(self->of_type); bit++) {
        if (types >> bit & 1 && self->of_type[bit] > most)
            most = self->of_type[bit];
    }
    return most;
}

static void take_out(struct sk_match_register *self, uint32_t number)
{
    struct sk_entry *entry = self->entries[number];

    sk_entry_post(&self->symbols, entry, number, false);
    count(self, entry, -1);
    self->block_bytes -= sk_entry_size(entry);
    free(entry);
    self->entries[number] = NULL;
}

static uint32_t number_new(struct sk_match_register *self)
{
    if (self->free_count)
        return self->free[--self->free_count];
    self->entries = sk_grow(self->entries, &self->capacity, self->count + 1,
                            sizeof(struct sk_entry *));
    self->entries[self->count] = NULL;
    return (uint32_t)self->count++;
}

void sk_match_register_put(struct sk_match_register *self,
                           const struct sk_match_entry *input)
{
    struct sk_entry *entry = sk_entry_new(self, input);
    int64_t found = number_of(self, entry->id);
    uint32_t number = found >= 0 ? (uint32_t)found : 0;

    if (found >= 0)
        take_out(self, number);
    else
        number = number_new(self);
    self->entries[number] = entry;
    sk_entry_post(&self->symbols, entry, number, true);
    count(self, entry, 1);
    self->block_bytes += sk_entry_size(entry);
    if (input->version > self->version)
        self->version = input->version;
    sk_arena_reset(&self->scratch);
}

bool sk_match_register_type(struct sk_match_register *self, struct sk_text word,
                            struct sk_text type)
{
    bool added = sk_types_add(&self->types, word, type, &self->scratch);

    sk_arena_reset(&self->scratch);
    return added;
}

bool sk_match_register_remove(struct sk_match_register *self, enum sk_match_kind kind,
                              struct sk_text id)
{
    int64_t number =
        number_of(self, sk_symbol_find(&self->symbols, symbol_kind(kind), id));

    if (number < 0)
        return false;
    take_out(self, (uint32_t)number);
    self->free = sk_grow(self->free, &self->free_capacity, self->free_count + 1,
                         sizeof *self->free);
    self->free[self->free_count++] = (uint32_t)number;
    return true;
}

bool sk_match_register_has(const struct sk_match_register *self, enum sk_match_kind kind,
                           struct sk_text id)
{
    return number_of(self, sk_symbol_find(&self->symbols, symbol_kind(kind), id)) >= 0;
}

size_t sk_match_register_locations(const struct sk_match_register *self)
{
    return self->locations;
}

int64_t sk_match_register_version(const struct sk_match_register *self)
{
    return self->version;
}

struct sk_text sk_match_register_organiser(const struct sk_match_register *self,
                                           struct sk_text location, int32_t day)
{
    int64_t number =
        number_of(self, sk_symbol_find(&self->symbols, SK_SYMBOL_LOCATION, location));
    uint32_t organiser = 0;

    if (number >= 0)
        organiser = sk_entry_fact_on(self->entries[number], SK_SYMBOL_ORGANISER, day);
    return organiser ? sk_symbol_text(&self->symbols, organiser) : (struct sk_text){0};
}

static int by_text(const void *a, const void *b)
{
    return sk_text_compare(*(const struct sk_text *)a, *(const struct sk_text *)b);
}

size_t sk_match_register_of_organiser(const struct sk_match_register *self,
                                      struct sk_text organiser, int32_t day,
                                      struct sk_arena *arena,
                                      struct sk_text **ret_locations)
{
    uint32_t symbol = sk_symbol_find(&self->symbols, SK_SYMBOL_ORGANISER, organiser);
    struct sk_postings postings = sk_symbol_postings(&self->symbols, symbol);
    struct sk_text *locations =
        sk_arena_alloc(arena, (postings.count + 1) * sizeof *locations);
    size_t count = 0;

    for (size_t i = 0; i < postings.count; i++) {
        const struct sk_entry *entry = self->entries[postings.items[i]];

        if (sk_holds_on(entry->from, entry->to, day) &&
            sk_entry_fact_on(entry, SK_SYMBOL_ORGANISER, day) == symbol)
            locations[count++] =
                sk_arena_text(arena, sk_symbol_text(&self->symbols, entry->id));
    }
    qsort(locations, count, sizeof *locations, by_text);
    *ret_locations = locations;
    return count;
}

const struct sk_entry *sk_register_organiser(const struct sk_match_register *self,
                                             uint32_t organiser)
{
    int64_t number = organiser ? number_of(self, sk_symbol_organiser_id(organiser)) : -1;

    return number >= 0 ? self->entries[number] : NULL;
}

size_t sk_match_register_footprint(const struct sk_match_register *self)
{
    return sizeof *self + sk_symbols_footprint(&self->symbols) + self->block_bytes +
           self->count * sizeof(struct sk_entry *) + sk_arena_footprint(&self->scratch);
}
