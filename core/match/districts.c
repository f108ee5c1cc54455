/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parts of municipalities. A fifth of all addresses is written with the old village
 * instead of the municipality that the register knows; postcodes join the two.
 */
#include "match/districts.h"

#include "match/entry.h"
#include "match/normalise.h"

void sk_match_register_district(struct sk_match_register *self, struct sk_text name,
                                struct sk_text postcode)
{
    struct sk_symbols *symbols = &self->symbols;
    size_t before = symbols->count;
    uint32_t district =
        sk_symbol_intern(symbols, SK_SYMBOL_DISTRICT, sk_place_key(name, &self->scratch));

    if (symbols->count > before)
        sk_spelling_index_add(&self->spellings, symbols, district);
    if (district)
        sk_symbol_post(symbols, district,
                       sk_symbol_intern(symbols, SK_SYMBOL_POSTCODE,
                                        sk_postcode_key(postcode, &self->scratch)));
    sk_arena_reset(&self->scratch);
}

void sk_districts_builtin(struct sk_match_register *self)
{
    struct sk_text rest = sk_text(sk_districts_lines);

    while (rest.data) {
        struct sk_text names = sk_text_split(&rest, '\n');
        struct sk_text postcode = sk_text_split(&names, '\t');

        while (names.data)
            sk_match_register_district(self, sk_text_split(&names, ';'), postcode);
    }
}
