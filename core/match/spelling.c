/* SPDX-License-Identifier: Apache-2.0 */
/* A word with a slip in it still shares trigrams with the word that was meant. */
#include "match/spelling.h"

#include "match/normalise.h"

enum { NEAR_SPELLING = 740 /* of 1024 */ };

static void keep_spelling(struct sk_spellings *self, const struct sk_symbols *symbols,
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

void sk_spellings_find(struct sk_spellings *self, const struct sk_symbols *symbols,
                       struct sk_text word)
{
    for (size_t i = 0; i + 3 <= word.size; i++) {
        struct sk_postings words = sk_symbol_postings(
            symbols, sk_symbol_find(symbols, SK_SYMBOL_TRIGRAM,
                                    (struct sk_text){word.data + i, 3}));

        for (size_t k = 0; k < words.count; k++) {
            int similarity = sk_similarity(sk_symbol_text(symbols, words.items[k]), word);
            bool known = false;

            for (size_t j = 0; j < self->count; j++)
                known |= self->symbol[j] == words.items[k];
            if (!known && similarity >= NEAR_SPELLING && similarity < 1024)
                keep_spelling(self, symbols, words.items[k], similarity);
        }
    }
}
