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
    uint32_t begins; /* which letters phrases begin with, by their last five bits */
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

/* What a word means beside its type; 0: it may distinguish a name. */
enum sk_meaning {
    SK_MEANS_NOTHING = 1 << 4,    /* article, legal form, word for childcare */
    SK_ANNOUNCES_NAME = 1 << 5,   /* stands before a name: "opvang", "creche" */
    SK_ANNOUNCES_NUMBER = 1 << 6, /* says that a number near it is a dossier number */
    SK_SAYS_HOME = 1 << 7,        /* the address near it is the writer's: "woon" */
    SK_LOOKS_BACK = 1 << 8,       /* its sentence is about another time: "vroeger" */
    SK_CLOSES_LETTER = 1 << 9,    /* what follows is the signature: "groeten" */
    SK_MARKS_OPERATOR = 1 << 10,  /* beside an organiser's name: "vzw" */
    SK_IS_ARTICLE = 1 << 11,
    SK_LEADS_TO_NAME = 1 << 12,  /* before what a letter is about: "over", "naar" */
    SK_LEADS_TO_PLACE = 1 << 13, /* before a place: "in", "te" */
};

/* Bits of enum sk_type and enum sk_meaning; of the singular when it is a plural. */
uint32_t sk_word_meaning(struct sk_text word);

/* Means nothing but for a slip in it. */
bool sk_word_is_nearly_generic(struct sk_text word);

/* Whether words [from, from + count) are marked as an organiser: "vzw …", "… bv". */
bool sk_words_mark_operator(struct sk_words words, size_t from, size_t count);

/* Ends like a street: "molenstraat", "steenweg". */
bool sk_word_ends_street(struct sk_text word);

/* A mail provider that says nothing about who writes. */
bool sk_host_is_common(struct sk_text host);

/* The Dutch name of a municipality for its French one, else the text itself. Keys. */
struct sk_text sk_place_in_dutch(struct sk_text place);

/* The full word for an abbreviated street word ("str", "ln"), else the text itself. */
struct sk_text sk_street_word(struct sk_text word);

#endif
