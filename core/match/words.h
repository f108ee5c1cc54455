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

/* Bits of enum sk_type said by the word; 0 when it says none. */
uint8_t sk_type_of_word(struct sk_text word);
uint8_t sk_type_of_words(struct sk_words words);

/* Both say something on one axis and nothing in common on it. */
bool sk_types_contradict(uint8_t a, uint8_t b);

/* No part of what distinguishes a name: article, legal form, word for childcare. */
bool sk_word_is_generic(struct sk_text word);

/* Stands before a name: "opvang De Kabouters", "crèche". */
bool sk_word_announces_name(struct sk_text word);

/* Says that a number near it is a dossier number. */
bool sk_word_announces_number(struct sk_text word);

/* Says that the address near it is the sender's own: "ik woon", "j'habite". */
bool sk_word_announces_own_address(struct sk_text word);

/* Closes a letter; what follows is the sender's signature. */
bool sk_word_closes_letter(struct sk_text word);

/* A mail provider that says nothing about who writes. */
bool sk_host_is_common(struct sk_text host);

/* The Dutch name of a municipality for its French one, else the text itself. Keys. */
struct sk_text sk_place_in_dutch(struct sk_text place);

/* The full word for an abbreviated street word ("str", "ln"), else the text itself. */
struct sk_text sk_street_word(struct sk_text word);

#endif
