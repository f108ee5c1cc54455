/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_MATCH_SPELLING_H
#define SK_MATCH_SPELLING_H

#include "match/symbol.h"

/* Near spellings in the register of words with a slip in them. */

/* Where the values of the register stand by what is left of them without one letter. */
struct sk_spelling_index {
    struct sk_spelling_slot {
        uint32_t symbol; /* 0: free */
        uint32_t hash;
    } * slots;
    size_t slot_count; /* power of two */
    size_t count;
};

enum { SK_SPELLINGS = 4, SK_SPELLING_LEAST = 4, SK_SPELLING_MOST = 40 };

struct sk_spellings {
    uint32_t symbol[SK_SPELLINGS];
    int similarity[SK_SPELLINGS]; /* of 1024 */
    size_t count;
};

void sk_spelling_index_fini(struct sk_spelling_index *self); /* {0} is an empty one */

/* Adds a value; once each. Of fewer or more than so many bytes it cannot be found. */
void sk_spelling_index_add(struct sk_spelling_index *self,
                           const struct sk_symbols *symbols, uint32_t symbol);

/* The values of that kind that are one edit away, from eight letters on two; the nearest
 * first, then by their bytes. The text itself is none. */
void sk_spellings_find(const struct sk_spelling_index *self,
                       const struct sk_symbols *symbols, enum sk_symbol_kind kind,
                       struct sk_text text, struct sk_spellings *ret_spellings);

#endif
