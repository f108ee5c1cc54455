/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_MATCH_SYMBOL_H
#define SK_MATCH_SYMBOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/*
 * The vocabulary of the register: every distinct value once, in one arena of characters,
 * and with each value the sorted numbers of the entries that carry it. The number of
 * carriers is the u of Fellegi and Sunter. Symbol 0 is "no such value"; a symbol holds
 * its kind in its upper bits, so that telling kinds apart touches no memory.
 */
enum sk_symbol_kind {
    SK_SYMBOL_LOCATION = 1, /* id of a location */
    SK_SYMBOL_ORGANISER,    /* id of a location's organiser; postings: its locations */
    SK_SYMBOL_ORGANISER_ID, /* id of an organiser; postings: its entry */
    SK_SYMBOL_DOSSIER,
    SK_SYMBOL_ESTABLISHMENT,
    SK_SYMBOL_ENTERPRISE,
    SK_SYMBOL_PHONE,
    SK_SYMBOL_EMAIL,
    SK_SYMBOL_HOST,
    SK_SYMBOL_SURFACE,  /* a location's name, all its words */
    SK_SYMBOL_NAME,     /* the distinguishing ones */
    SK_SYMBOL_WORD,     /* one word of such a name */
    SK_SYMBOL_OPERATOR, /* an organiser's name */
    SK_SYMBOL_OPERATOR_WORD,
    SK_SYMBOL_STREET,
    SK_SYMBOL_NUMBER,  /* house number; no postings */
    SK_SYMBOL_DOOR,    /* street and number, in whatever town */
    SK_SYMBOL_ADDRESS, /* the same with its postcode or municipality */
    SK_SYMBOL_POSTCODE,
    SK_SYMBOL_PLACE, /* municipality or sub-municipality */
    SK_SYMBOL_PERSON,
    SK_SYMBOL_FACILITY,
    SK_SYMBOL_SUBSIDY_GROUP,
    SK_SYMBOL_SUCCESSOR,
    SK_SYMBOL_DISTRICT, /* part of a municipality; postings: symbols of postcodes */
};

enum { SK_SYMBOL_KIND_SHIFT = 27 };

struct sk_symbol {
    uint32_t text_at;
    uint16_t text_size;
    uint8_t capacity; /* log2 of the room for postings; 0: `at` is the only one */
    uint32_t count;
    uint32_t at; /* of the postings in the pool */
};

struct sk_symbol_slot {
    uint32_t symbol; /* 0: free */
    uint32_t hash;
};

struct sk_symbols {
    char *text;
    size_t text_size, text_capacity;
    struct sk_symbol *items;
    size_t count, capacity;
    struct sk_symbol_slot *slots;
    size_t slot_count; /* power of two */
    uint64_t *begins;  /* which beginnings values of streets and places have */
    uint32_t *pool;
    size_t pool_size, pool_capacity;
    uint32_t free_blocks[32]; /* by log2 of their size; linked through their first word */
};

struct sk_postings {
    const uint32_t *items; /* ascending */
    size_t count;
};

enum { SK_SYMBOL_TEXT_LIMIT = 120 };

void sk_symbols_fini(struct sk_symbols *self); /* {0} is an empty one */

uint32_t sk_symbol_find(const struct sk_symbols *self, enum sk_symbol_kind kind,
                        struct sk_text text);

/* False when no street, place or district begins like the text; true says "perhaps". Its
 * first SK_BEGIN_SIZE bytes count, or all of a shorter one that is a whole value. */
bool sk_symbol_may_begin(const struct sk_symbols *self, struct sk_text text);
enum { SK_BEGIN_SIZE = 5 };

/* Finds or adds. An empty text gives 0. */
uint32_t sk_symbol_intern(struct sk_symbols *self, enum sk_symbol_kind kind,
                          struct sk_text text);

/* The id of an organiser as both kinds: SK_SYMBOL_ORGANISER, and SK_SYMBOL_ORGANISER_ID
 * as the next number, so that each leads to the other without looking up. */
uint32_t sk_symbol_intern_organiser(struct sk_symbols *self, struct sk_text id);

static inline uint32_t sk_symbol_organiser_id(uint32_t organiser)
{
    return organiser + 1 +
           ((SK_SYMBOL_ORGANISER_ID - SK_SYMBOL_ORGANISER) << SK_SYMBOL_KIND_SHIFT);
}

static inline uint32_t sk_symbol_organiser(uint32_t organiser_id)
{
    return organiser_id - 1 -
           ((SK_SYMBOL_ORGANISER_ID - SK_SYMBOL_ORGANISER) << SK_SYMBOL_KIND_SHIFT);
}

static inline enum sk_symbol_kind sk_symbol_kind(uint32_t symbol)
{
    return (enum sk_symbol_kind)(symbol >> SK_SYMBOL_KIND_SHIFT);
}

/* Where its item stands. */
static inline uint32_t sk_symbol_number(uint32_t symbol)
{
    return symbol & (((uint32_t)1 << SK_SYMBOL_KIND_SHIFT) - 1);
}

/* Borrowed until the next intern. */
static inline struct sk_text sk_symbol_text(const struct sk_symbols *self,
                                            uint32_t symbol)
{
    if (symbol == 0)
        return (struct sk_text){"", 0};
    const struct sk_symbol *item = &self->items[sk_symbol_number(symbol)];

    return (struct sk_text){self->text + item->text_at, item->text_size};
}

/* Borrowed until the next change; symbol 0 has none. */
static inline struct sk_postings sk_symbol_postings(const struct sk_symbols *self,
                                                    uint32_t symbol)
{
    if (symbol == 0)
        return (struct sk_postings){0};
    const struct sk_symbol *item = &self->items[sk_symbol_number(symbol)];

    if (item->capacity == 0)
        return (struct sk_postings){&item->at, item->count};
    return (struct sk_postings){self->pool + item->at, item->count};
}

/* Adds or takes out one number; doing it again changes nothing. */
void sk_symbol_post(struct sk_symbols *self, uint32_t symbol, uint32_t number);
void sk_symbol_unpost(struct sk_symbols *self, uint32_t symbol, uint32_t number);

size_t sk_symbols_footprint(const struct sk_symbols *self);

#endif
