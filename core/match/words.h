/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_MATCH_WORDS_H
#define SK_MATCH_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "match/normalise.h"

/* Words with a meaning of their own, Dutch and French, in their normalised spelling. */

/* What a type word says; a type can be of both axes ("onthaalouder" is only of one). */
enum sk_type {
    SK_TYPE_FAMILY = 1, /* gezinsopvang */
    SK_TYPE_GROUP = 2,  /* groepsopvang */
    SK_TYPE_YOUNG = 4,  /* baby's and toddlers */
    SK_TYPE_SCHOOL = 8, /* school children */
};

/* Types given as data instead: each its own bit, and the words that say it. {0}: none are
 * given, and the built-in words hold. */
enum { SK_TYPE_LIMIT = 31, SK_TYPE_PHRASE_LIMIT = 255, SK_TYPE_PHRASE_WORDS = 5 };
struct sk_types {
    struct sk_type_phrase {
        char text[48]; /* words with blanks between */
        uint8_t size;
        uint32_t bits;
    } phrases[SK_TYPE_PHRASE_LIMIT];
    size_t count;
    char names[SK_TYPE_LIMIT][48];
    size_t name_count;
};

/* Adds one word and its type, which says itself too; false when the lists are full or
 * either is too long or empty. */
bool sk_types_add(struct sk_types *self, struct sk_text word, struct sk_text type,
                  struct sk_arena *arena);

/* Bits of the types that the words say, the longest phrases first. */
uint32_t sk_types_of_words(const struct sk_types *self, struct sk_words words,
                           struct sk_arena *arena);

/* What is left of the bits of a running text: one that says both ends of an axis ("van
 * de crèche naar de buitenschoolse") says nothing on it. */
uint32_t sk_types_settle(const struct sk_types *self, uint32_t bits);

/* Whether what is stated excludes what is known; 0 says nothing. */
bool sk_types_contradict(const struct sk_types *self, uint32_t a, uint32_t b);

/* Bits of enum sk_type said by the word; 0 when it says none. */
uint8_t sk_type_of_word(struct sk_text word);

/* No part of what distinguishes a name: article, legal form, word for childcare. */
bool sk_word_is_generic(struct sk_text word);

/* The same but for a slip in it. */
bool sk_word_is_nearly_generic(struct sk_text word);

/* Stands before a name: "opvang De Kabouters", "crèche". */
bool sk_word_announces_name(struct sk_text word);

/* Says that a number near it is a dossier number. */
bool sk_word_announces_number(struct sk_text word);

/* Says that the address near it is the sender's own: "ik woon", "j'habite". */
bool sk_word_announces_own_address(struct sk_text word);

/* Says that its sentence is about another time: "vroeger", "autrefois". */
bool sk_word_looks_back(struct sk_text word);

/* Whether words [from, from + count) are marked as an organiser: "vzw …", "… bv". */
bool sk_word_announces_operator(struct sk_words name, size_t from, size_t count);

/* Ends like a street: "molenstraat", "steenweg". */
bool sk_word_ends_street(struct sk_text word);

/* "de", "'t", "la". */
bool sk_word_is_article(struct sk_text word);

/* Stands before what a letter is about: "over de …", "naar het …". */
bool sk_word_leads_to_name(struct sk_text word);

/* Stands before the name of a place: "in", "te". */
bool sk_word_leads_to_place(struct sk_text word);

/* Closes a letter; what follows is the sender's signature. */
bool sk_word_closes_letter(struct sk_text word);

/* A mail provider that says nothing about who writes. */
bool sk_host_is_common(struct sk_text host);

/* The Dutch name of a municipality for its French one, else the text itself. Keys. */
struct sk_text sk_place_in_dutch(struct sk_text place);

/* The full word for an abbreviated street word ("str", "ln"), else the text itself. */
struct sk_text sk_street_word(struct sk_text word);

#endif
