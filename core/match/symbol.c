/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interned values with their postings. Most values (phones, numbers, addresses) have one
 * carrier, which stands in the symbol itself; longer lists live in one pool, in blocks of
 * powers of two that are reused when a list outgrows them.
 */
#include "match/symbol.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"

enum { BEGIN_BITS = 16 };

void sk_symbols_fini(struct sk_symbols *self)
{
    free(self->text);
    free(self->items);
    free(self->slots);
    free(self->pool);
    free(self->begins);
    *self = (struct sk_symbols){0};
}

static uint32_t hash_of(enum sk_symbol_kind kind, struct sk_text text)
{
    uint64_t hash =
        sk_name_hash(text.data, text.size) + (uint64_t)kind * 0x9e3779b97f4a7c15;

    hash ^= hash >> 29;
    return (uint32_t)(hash * 0xbf58476d1ce4e5b9 >> 32);
}

static struct sk_symbol *item_of(const struct sk_symbols *self, uint32_t symbol)
{
    return &self->items[sk_symbol_number(symbol)];
}

/* The slot of the value, or the free one where it would go. */
static size_t slot_of(const struct sk_symbols *self, enum sk_symbol_kind kind,
                      struct sk_text text, uint32_t hash)
{
    size_t mask = self->slot_count - 1;
    size_t at = hash & mask;

    for (; self->slots[at].symbol; at = (at + 1) & mask) {
        const struct sk_symbol_slot *slot = &self->slots[at];

        if (slot->hash != hash || sk_symbol_kind(slot->symbol) != kind)
            continue;
        const struct sk_symbol *item = item_of(self, slot->symbol);

        if (item->text_size == text.size &&
            memcmp(self->text + item->text_at, text.data, text.size) == 0)
            break;
    }
    return at;
}

static struct sk_text cut(struct sk_text text)
{
    if (text.size > SK_SYMBOL_TEXT_LIMIT)
        text.size = SK_SYMBOL_TEXT_LIMIT;
    return text;
}

uint32_t sk_symbol_find(const struct sk_symbols *self, enum sk_symbol_kind kind,
                        struct sk_text text)
{
    if (self->slot_count == 0 || text.size == 0)
        return 0;
    text = cut(text);
    return self->slots[slot_of(self, kind, text, hash_of(kind, text))].symbol;
}

static uint32_t begin_of(struct sk_text text)
{
    size_t size = text.size < SK_BEGIN_SIZE ? text.size : SK_BEGIN_SIZE;

    return sk_name_hash(text.data, size) >> (32 - BEGIN_BITS);
}

bool sk_symbol_may_begin(const struct sk_symbols *self, struct sk_text text)
{
    uint32_t begin = begin_of(text);

    return self->begins && (self->begins[begin >> 6] >> (begin & 63) & 1);
}

static void note_begin(struct sk_symbols *self, struct sk_text text)
{
    uint32_t begin = begin_of(text);

    if (!self->begins)
        self->begins = sk_alloc_zeroed((1 << BEGIN_BITS) / 8);
    self->begins[begin >> 6] |= (uint64_t)1 << (begin & 63);
}

static void rehash(struct sk_symbols *self)
{
    struct sk_symbol_slot *before = self->slots;
    size_t count = self->slot_count;

    self->slot_count = count ? count * 2 : 256;
    self->slots = sk_alloc_zeroed(self->slot_count * sizeof *self->slots);
    sk_prefer_large_pages(self->slots, self->slot_count * sizeof *self->slots);
    for (size_t i = 0; i < count; i++) {
        size_t at = before[i].hash & (self->slot_count - 1);

        if (before[i].symbol == 0)
            continue;
        while (self->slots[at].symbol)
            at = (at + 1) & (self->slot_count - 1);
        self->slots[at] = before[i];
    }
    free(before);
}

static uint32_t add(struct sk_symbols *self, enum sk_symbol_kind kind,
                    struct sk_text text)
{
    self->items =
        sk_grow(self->items, &self->capacity, self->count + 1, sizeof *self->items);
    self->text =
        sk_grow(self->text, &self->text_capacity, self->text_size + text.size, 1);
    memcpy(self->text + self->text_size, text.data, text.size);
    self->items[self->count] = (struct sk_symbol){
        .text_at = (uint32_t)self->text_size,
        .text_size = (uint16_t)text.size,
    };
    self->text_size += text.size;
    if (kind == SK_SYMBOL_STREET || kind == SK_SYMBOL_PLACE || kind == SK_SYMBOL_DISTRICT)
        note_begin(self, text);
    return (uint32_t)kind << SK_SYMBOL_KIND_SHIFT | (uint32_t)self->count++;
}

uint32_t sk_symbol_intern(struct sk_symbols *self, enum sk_symbol_kind kind,
                          struct sk_text text)
{
    if (text.size == 0)
        return 0;
    text = cut(text);
    if (self->count == 0)
        self->count = 1; /* symbol 0 is taken */
    if (self->count * 10 >= self->slot_count * 7)
        rehash(self);

    uint32_t hash = hash_of(kind, text);
    size_t at = slot_of(self, kind, text, hash);

    if (!self->slots[at].symbol)
        self->slots[at] = (struct sk_symbol_slot){add(self, kind, text), hash};
    return self->slots[at].symbol;
}

uint32_t sk_symbol_intern_organiser(struct sk_symbols *self, struct sk_text id)
{
    uint32_t organiser = sk_symbol_intern(self, SK_SYMBOL_ORGANISER, id);

    sk_symbol_intern(self, SK_SYMBOL_ORGANISER_ID, id);
    return organiser;
}

static uint32_t block_take(struct sk_symbols *self, uint8_t capacity)
{
    uint32_t block = self->free_blocks[capacity];
    size_t size = (size_t)1 << capacity;

    if (self->pool_size == 0)
        self->pool_size = 1; /* block 0 means: no free block */
    if (block) {
        self->free_blocks[capacity] = self->pool[block];
        return block;
    }
    self->pool = sk_grow(self->pool, &self->pool_capacity, self->pool_size + size,
                         sizeof *self->pool);
    block = (uint32_t)self->pool_size;
    self->pool_size += size;
    return block;
}

static void block_widen(struct sk_symbols *self, struct sk_symbol *item)
{
    uint8_t capacity = (uint8_t)(item->capacity + 1);
    uint32_t block = block_take(self, capacity);

    if (item->capacity == 0) {
        self->pool[block] = item->at;
    } else {
        memcpy(self->pool + block, self->pool + item->at,
               item->count * sizeof *self->pool);
        self->pool[item->at] = self->free_blocks[item->capacity];
        self->free_blocks[item->capacity] = item->at;
    }
    item->at = block;
    item->capacity = capacity;
}

/* Where the number stands or would stand. */
static size_t place_of(struct sk_postings postings, uint32_t number)
{
    size_t low = 0, high = postings.count;

    if (high && postings.items[high - 1] < number)
        return high; /* entries mostly come in ascending order */
    while (low < high) {
        size_t middle = (low + high) / 2;

        if (postings.items[middle] < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void sk_symbol_post(struct sk_symbols *self, uint32_t symbol, uint32_t number)
{
    if (symbol == 0)
        return;

    struct sk_symbol *item = item_of(self, symbol);
    struct sk_postings postings = sk_symbol_postings(self, symbol);
    size_t at = place_of(postings, number);

    if (at < postings.count && postings.items[at] == number)
        return;
    if (item->count == 0 && item->capacity == 0) {
        item->at = number;
        item->count = 1;
        return;
    }
    if (item->count == (uint32_t)1 << item->capacity)
        block_widen(self, item);
    uint32_t *items = self->pool + item->at;

    memmove(items + at + 1, items + at, (item->count - at) * sizeof *items);
    items[at] = number;
    item->count++;
}

void sk_symbol_unpost(struct sk_symbols *self, uint32_t symbol, uint32_t number)
{
    if (symbol == 0)
        return;

    struct sk_symbol *item = item_of(self, symbol);
    struct sk_postings postings = sk_symbol_postings(self, symbol);
    size_t at = place_of(postings, number);

    if (at == postings.count || postings.items[at] != number)
        return;
    item->count--;
    if (item->capacity) {
        uint32_t *items = self->pool + item->at;

        memmove(items + at, items + at + 1, (item->count - at) * sizeof *items);
    }
}

size_t sk_symbols_footprint(const struct sk_symbols *self)
{
    return self->text_size + self->count * sizeof *self->items +
           self->slot_count * sizeof *self->slots + self->pool_size * sizeof *self->pool +
           (self->begins ? (1 << BEGIN_BITS) / 8 : 0);
}
