/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_MATCH_ENTRY_H
#define SK_MATCH_ENTRY_H

#include "base/arena.h"
#include "match/register.h"
#include "match/spelling.h"
#include "match/symbol.h"
#include "match/words.h"

/*
 * How the register holds an entry: one block of memory with its dated facts and addresses
 * as symbols. Nothing else is kept of it, so an entry costs about 12 bytes a fact.
 */
struct sk_fact {
    uint32_t symbol; /* its kind is the fact's kind */
    int32_t from, to;
};

struct sk_place {
    uint32_t address, door, street, number, postcode, place, subplace;
    int32_t from, to;
};

struct sk_entry {
    uint32_t id; /* symbol */
    int32_t from, to;
    uint16_t fact_count;
    uint8_t address_count;
    uint8_t kind;  /* enum sk_match_kind */
    uint32_t type; /* bits of its types: words.h */
    uint32_t tie;  /* of the id: who goes first when all else is equal */
    int64_t version;
    struct sk_place *addresses; /* in the same block, behind the facts */
    struct sk_fact facts[];
};

struct sk_match_register {
    struct sk_symbols symbols;
    struct sk_spelling_index spellings;
    struct sk_entry **entries; /* NULL: free */
    size_t count, capacity;
    uint32_t *free;
    size_t free_count, free_capacity;
    size_t locations;
    size_t of_type[32]; /* locations whose type has that bit */
    int64_t version;
    size_t block_bytes;
    struct sk_arena scratch;
    struct sk_types types;
};

/* Makes the entry's block; its values become symbols of the register. The caller frees
 * it. */
struct sk_entry *sk_entry_new(struct sk_match_register *self,
                              const struct sk_match_entry *input);

size_t sk_entry_size(const struct sk_entry *entry);

/* Posts the entry's number on all its values, or takes it off. */
void sk_entry_post(struct sk_symbols *symbols, const struct sk_entry *entry,
                   uint32_t number, bool on);

static inline bool sk_holds_on(int32_t from, int32_t to, int32_t day)
{
    return from <= day && day < to;
}

/* The day itself while the entry is open, else the nearest one on which it was: what held
 * until it closed is not former because it closed. */
static inline int32_t sk_entry_day(const struct sk_entry *entry, int32_t day)
{
    return day >= entry->to ? entry->to - 1 : day < entry->from ? entry->from : day;
}

/* The fact of that kind on that day, else the newest one; 0 when there is none. */
uint32_t sk_entry_fact_on(const struct sk_entry *entry, enum sk_symbol_kind kind,
                          int32_t day);

/* The address on that day, else the newest; NULL when there is none. */
const struct sk_place *sk_entry_address_on(const struct sk_entry *entry, int32_t day);

/* About how many locations are of one of those types. */
size_t sk_register_of_type(const struct sk_match_register *self, uint32_t types);

/* The entry of that organiser symbol, or NULL. */
const struct sk_entry *sk_register_organiser(const struct sk_match_register *self,
                                             uint32_t organiser);

#endif
