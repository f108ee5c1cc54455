/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_MATCH_NAMES_H
#define SK_MATCH_NAMES_H

#include "match/query.h"

/* How a location's name agrees with what is stated. From strong to weak. */
enum sk_name_level {
    SK_NAME_EXACT,
    SK_NAME_TYPO,   /* the same words but for a slip */
    SK_NAME_SUBSET, /* all words of the one stand in the other */
    SK_NAME_SIMILAR,
    SK_NAME_DIFFERENT,
    SK_NAME_IN_TEXT,   /* its words stand together in the free text */
    SK_NAME_MENTIONED, /* one common word, or some of the words, does */
    SK_NAME_MISSING,   /* nothing is stated: no evidence either way */
};

struct sk_name_match {
    enum sk_name_level level;
    enum sk_feature_level id;
    enum sk_feature_source source;
    int32_t bits;  /* 1/1024 bit */
    bool whole;    /* in the text, and all words of the name are there … */
    bool no_place; /* … but for the town it stands in */
    bool slip;     /* but for a slip of the pen */
    bool former;   /* a name that did not hold on the day */
    bool sender;   /* in the signature */
    enum sk_match_field field;
    uint32_t begin, end;
};

/* The words of a name, each with its rarity. */
enum { SK_NAME_WORDS = 12 };
struct sk_weighed_words {
    struct sk_text text[SK_NAME_WORDS];
    uint32_t symbol[SK_NAME_WORDS];
    int32_t weight[SK_NAME_WORDS];
    size_t count;
};

/* Compares the stated name, else the free text, with all names of the location. */
struct sk_name_match sk_name_compare(const struct sk_query *query,
                                     const struct sk_entry *entry);

/* The best place of the location's name in the free text: names_text.c. */
struct sk_name_match sk_name_in_text(const struct sk_query *query,
                                     const struct sk_entry *entry);

/* Whether the text marks some other word as a facility's name than the ones that stand in
 * [begin, end) of that field; names of places do not count. */
bool sk_name_is_rivalled(const struct sk_query *query, enum sk_match_field field,
                         uint32_t begin, uint32_t end);

/* Compares stated words (the organiser's name, or what stands in the name's field) with
 * the names of an organiser. */
struct sk_name_match sk_operator_compare(const struct sk_query *query,
                                         const struct sk_entry *organiser,
                                         const struct sk_stated_name *stated);

/* log2(locations / carriers) of a word; an unknown word is the rarest. */
int32_t sk_word_weight(const struct sk_query *query, uint32_t word);

/* The words of the register name that is the entry's fact number `at`: they follow it. */
void sk_name_weigh(const struct sk_query *query, const struct sk_entry *entry, size_t at,
                   struct sk_weighed_words *ret_words);

/* Whether the entry stands, or stood, in the place that is called so. */
bool sk_name_is_place_of(const struct sk_query *query, const struct sk_entry *entry,
                         struct sk_text word);

/* What it adds that a name is stated with all its words; `at` is the name's fact. */
int32_t sk_name_surface_bits(const struct sk_query *query, const struct sk_entry *entry,
                             size_t at, struct sk_text surface);

/* A little less for a name that did not hold on the day. */
void sk_name_note_period(const struct sk_fact *fact, int32_t day,
                         struct sk_name_match *match);

#endif
