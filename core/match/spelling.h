/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_MATCH_SPELLING_H
#define SK_MATCH_SPELLING_H

#include "match/symbol.h"

/* Near spellings of a word in the register, the nearest first; the word itself is none.
 */
enum { SK_SPELLINGS = 8 };
struct sk_spellings {
    uint32_t symbol[SK_SPELLINGS];
    int similarity[SK_SPELLINGS]; /* of 1024 */
    size_t count;
};

/* Adds the words of locations' names that look like this one, through shared trigrams. */
void sk_spellings_find(struct sk_spellings *self, const struct sk_symbols *symbols,
                       struct sk_text word);

#endif
