/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_MATCH_NORMALISE_H
#define SK_MATCH_NORMALISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"

/*
 * One spelling for what people write in many. A text becomes words of lower-case letters
 * and digits without accents (NFKD, case folded, marks stripped), each with its place in
 * the source. All results live in the arena.
 */
struct sk_word {
    struct sk_text text; /* at most SK_WORD_SIZE bytes */
    uint32_t begin, end; /* bytes in the source */
    uint32_t meaning;    /* words.h */
};

struct sk_words {
    struct sk_word *items;
    size_t count;
};

enum { SK_WORD_SIZE = 60, SK_WORDS_LIMIT = 4000 };

/* The words of the first 64 KiB of the source, at most SK_WORDS_LIMIT. */
struct sk_words sk_words_of(struct sk_text source, struct sk_arena *arena);

/* The words that tell one name from another: without articles, legal forms and words for
 * the type of childcare, unless nothing is left then. */
struct sk_words sk_name_words(struct sk_text name, struct sk_arena *arena);

/* Words [from, from + count) with `between` between them. */
struct sk_text sk_words_join(struct sk_words words, size_t from, size_t count,
                             const char *between, struct sk_arena *arena);

/* "Kerkstr." and "Kerk straat" are "kerkstraat"; "St.-Jansplein" is "sintjansplein". */
struct sk_text sk_street_key(struct sk_text street, struct sk_arena *arena);

/* The same for a run of words that sk_street_words spelt out. */
struct sk_words sk_street_words(struct sk_words words, struct sk_arena *arena);
struct sk_text sk_street_key_of(struct sk_words street_words, size_t from, size_t count,
                                struct sk_arena *arena);

/* Takes a house number off the end of a street: "Kerkstraat 12 bus 3" is "Kerkstraat" and
 * "12 bus 3". Both point into the source; *ret_number is absent without one. */
void sk_street_split(struct sk_text source, struct sk_arena *arena,
                     struct sk_text *ret_street, struct sk_text *ret_number);

/* "Gand", "GENT" are "gent"; "St-Niklaas" is "sintniklaas". */
struct sk_text sk_place_key(struct sk_text place, struct sk_arena *arena);
struct sk_text sk_place_key_of(struct sk_words words, size_t from, size_t count,
                               struct sk_arena *arena);

/* "12 A", "12a bus 3" are "12a"; "12-14" is "12". Absent without a number. */
struct sk_text sk_number_key(struct sk_text number, struct sk_arena *arena);

/* Letters and digits only: "9000", "1012ab". */
struct sk_text sk_postcode_key(struct sk_text postcode, struct sk_arena *arena);

/* As a number's digits and letters, without "BE" and with the zero that nine digits lack.
 */
struct sk_text sk_enterprise_key(struct sk_text number, struct sk_arena *arena);

/* The last nine digits of the national number; absent under eight digits. */
struct sk_text sk_phone_key(struct sk_text phone, struct sk_arena *arena);

/* Lower case, trimmed; absent without an @ in the middle. */
struct sk_text sk_email_key(struct sk_text email, struct sk_arena *arena);

/* The host of an e-mail address or website without "www."; absent for providers that
 * everybody uses (gmail.com, telenet.be, …). */
struct sk_text sk_host_key(struct sk_text address, struct sk_arena *arena);

/* Similarity of two keys from 0 to 1024: 1024 minus the share of edits (insert, delete,
 * replace, swap) in the longer one. 0 for any that is below SK_SIMILAR_LEAST, and for
 * different texts of more than 64 bytes. */
enum { SK_SIMILAR_LEAST = 660 };
int sk_similarity(struct sk_text a, struct sk_text b);

#endif
