/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two words that are one edit apart share what is left of them without one letter. So
 * each value stands in the index under itself and under each of its rests; what is met
 * there is compared letter by letter.
 */
#include "match/spelling.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "match/normalise.h"

enum { TWO_EDITS_FROM = 8 };

void sk_spelling_index_fini(struct sk_spelling_index *self)
{
    free(self->slots);
    *self = (struct sk_spelling_index){0};
}

static uint32_t hash_of(enum sk_symbol_kind kind, const char *data, size_t size)
{
    return sk_name_hash(data, size) * 0x9e3779b1u + (uint32_t)kind * 0x85ebca6bu;
}

static void insert(struct sk_spelling_index *self, struct sk_spelling_slot slot)
{
    size_t mask = self->slot_count - 1, at = slot.hash & mask;

    while (self->slots[at].symbol) {
        if (self->slots[at].hash == slot.hash && self->slots[at].symbol == slot.symbol)
            return;
        at = (at + 1) & mask;
    }
    self->slots[at] = slot;
    self->count++;
}

static void widen(struct sk_spelling_index *self)
{
    struct sk_spelling_index wide = {.slot_count =
                                         self->slot_count ? self->slot_count * 2 : 1024};

    wide.slots = sk_alloc_zeroed(wide.slot_count * sizeof *wide.slots);
    sk_prefer_large_pages(wide.slots, wide.slot_count * sizeof *wide.slots);
    for (size_t i = 0; i < self->slot_count; i++) {
        if (self->slots[i].symbol)
            insert(&wide, self->slots[i]);
    }
    free(self->slots);
    *self = wide;
}

/* The text and its rests, one after the other; `at` is the letter left out. */
static size_t rest_of(struct sk_text text, size_t at, char rest[SK_SPELLING_MOST])
{
    if (at == text.size) {
        memcpy(rest, text.data, text.size);
        return text.size;
    }
    memcpy(rest, text.data, at);
    memcpy(rest + at, text.data + at + 1, text.size - at - 1);
    return text.size - 1;
}

static bool is_findable(struct sk_text text)
{
    return text.size >= SK_SPELLING_LEAST && text.size <= SK_SPELLING_MOST;
}

void sk_spelling_index_add(struct sk_spelling_index *self,
                           const struct sk_symbols *symbols, uint32_t symbol)
{
    struct sk_text text = sk_symbol_text(symbols, symbol);
    char rest[SK_SPELLING_MOST];

    if (!is_findable(text))
        return;
    for (size_t at = 0; at <= text.size; at++) {
        size_t size = rest_of(text, at, rest);

        if (self->count * 4 >= self->slot_count * 3)
            widen(self);
        insert(self, (struct sk_spelling_slot){
                         symbol, hash_of(sk_symbol_kind(symbol), rest, size)});
    }
}

static void keep(struct sk_spellings *self, const struct sk_symbols *symbols,
                 uint32_t symbol, int similarity)
{
    size_t at = self->count < SK_SPELLINGS ? self->count++ : SK_SPELLINGS;

    while (at > 0) {
        int before = self->similarity[at - 1];

        if (before > similarity ||
            (before == similarity &&
             sk_text_compare(sk_symbol_text(symbols, self->symbol[at - 1]),
                             sk_symbol_text(symbols, symbol)) < 0))
            break;
        if (at < SK_SPELLINGS) {
            self->symbol[at] = self->symbol[at - 1];
            self->similarity[at] = before;
        }
        at--;
    }
    if (at == SK_SPELLINGS)
        return;
    self->symbol[at] = symbol;
    self->similarity[at] = similarity;
}

static bool is_kept(const struct sk_spellings *self, uint32_t symbol)
{
    for (size_t i = 0; i < self->count; i++) {
        if (self->symbol[i] == symbol)
            return true;
    }
    return false;
}

/* What similarity one edit leaves, or two in a long text. */
static int least_similarity(size_t size)
{
    int edits = size >= TWO_EDITS_FROM ? 2 : 1;

    return 1024 - edits * 1024 / (int)size;
}

void sk_spellings_find(const struct sk_spelling_index *self,
                       const struct sk_symbols *symbols, enum sk_symbol_kind kind,
                       struct sk_text text, struct sk_spellings *ret_spellings)
{
    char rest[SK_SPELLING_MOST];
    size_t mask = self->slot_count - 1;

    *ret_spellings = (struct sk_spellings){.count = 0};
    if (!is_findable(text) || self->slot_count == 0)
        return;
    int least = least_similarity(text.size);

    for (size_t left_out = 0; left_out <= text.size; left_out++) {
        size_t size = rest_of(text, left_out, rest);
        uint32_t hash = hash_of(kind, rest, size);

        for (size_t at = hash & mask; self->slots[at].symbol; at = (at + 1) & mask) {
            uint32_t symbol = self->slots[at].symbol;

            if (self->slots[at].hash != hash || sk_symbol_kind(symbol) != kind ||
                is_kept(ret_spellings, symbol))
                continue;
            int similarity = sk_similarity(sk_symbol_text(symbols, symbol), text);

            if (similarity >= least && similarity < 1024)
                keep(ret_spellings, symbols, symbol, similarity);
        }
    }
}
