/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_MATCH_QUERY_H
#define SK_MATCH_QUERY_H

#include "base/arena.h"
#include "match/entry.h"
#include "match/message.h"
#include "match/model.h"
#include "match/normalise.h"

/* Who or what a part of the text is about. */
enum sk_role {
    SK_ROLE_SPOKEN,   /* the facility, as far as we know */
    SK_ROLE_HOME,     /* where the writer lives: at most the town says something */
    SK_ROLE_SENDER,   /* the signature: evidence when it is a facility's own */
    SK_ROLE_ASIDE,    /* another facility, of another time */
    SK_ROLE_OPERATOR, /* the organiser, by name */
};

/* What one message states, in the register's spelling: the fields of one mention, and
 * what its free text holds. */
struct sk_stated {
    enum sk_symbol_kind kind;
    struct sk_text text;   /* the key */
    struct sk_text number; /* of a street: the house number's key */
    uint32_t symbol;       /* 0: the register does not know the value */
    enum sk_match_field field;
    uint32_t begin, end; /* bytes in that field */
    enum sk_role role;
    uint32_t district; /* of a place: its SK_SYMBOL_DISTRICT, when the name is one */
    bool
        certain; /* in a field of its own, or announced in the text ("dossiernummer …") */
};

enum { SK_NEAR = 2, SK_HITS = 48 };

/* One run of free text. */
struct sk_zone {
    enum sk_match_field field;
    struct sk_text source; /* without quotes and tags */
    struct sk_words words;
    struct sk_words street_words; /* the same with abbreviations of streets spelt out */
    uint32_t *symbols;            /* per word: its SK_SYMBOL_WORD or 0 */
    uint8_t *roles;               /* per word: enum sk_role */
    bool no_capitals; /* the writer uses none, so that their absence says nothing */

    /* The words that may belong to a name: they stand in names of the register, or do so
     * but for a slip. */
    struct sk_hit {
        uint32_t word;
        uint32_t near[SK_NEAR]; /* SK_SYMBOL_WORD of the nearest, when it is no word */
        bool announced;         /* marked as a name: "crèche X", quotes, a capital … */
        bool called;            /* … by more than a capital */
    } hits[SK_HITS];
    size_t hit_count;
};

/* A stated name: its distinguishing words, and what the register knows of each. */
struct sk_stated_name {
    struct sk_words words;
    struct sk_text key; /* the words with blanks between */
    struct sk_text
        surface;           /* the same of all words, also those that tell nothing apart */
    uint32_t *as_name;     /* per word: its SK_SYMBOL_WORD or 0 */
    uint32_t *as_operator; /* per word: its SK_SYMBOL_OPERATOR_WORD or 0 */
};

enum { SK_STATED_LIMIT = 96, SK_ZONES = 2 + SK_MATCH_ATTACHMENT_LIMIT };

struct sk_query {
    const struct sk_match_register *self;
    const struct sk_match_model *model;
    struct sk_arena *arena;
    enum sk_match_channel channel;
    struct sk_text sender; /* opaque key, or absent */
    int32_t day;
    bool day_of_facts;
    struct sk_stated stated[SK_STATED_LIMIT];
    size_t stated_count;
    struct sk_stated_name name, operator_name;
    uint32_t type;    /* bits of types: words.h */
    bool type_stated; /* in a field; else read from the name or text */
    bool type_apart;  /* stated by more than a word of the name, or one before a name */
    struct sk_zone zones[SK_ZONES];
    size_t zone_count;
};

/* Reads one mention (NULL: none) and, when `with_text`, subject and text. */
void sk_query_read(struct sk_query *query, const struct sk_match_message *message,
                   const struct sk_match_mention *mention, bool with_text);

/* Adds what was found, unless the list is full or the value is the sender's own. */
void sk_query_add(struct sk_query *query, const struct sk_stated *stated);

/* Adds a run of free text, as far as the sender speaks himself: zone.c. */
void sk_zone_add(struct sk_query *query, enum sk_match_field field,
                 struct sk_text source);

/* Reads the zones of free text into the query: extract.c. */
void sk_query_extract(struct sk_query *query);

/* Reads the streets and places of a zone, and its organisers: extract_place.c. */
void sk_query_extract_places(struct sk_query *query, const struct sk_zone *zone);
void sk_query_extract_operators(struct sk_query *query, struct sk_zone *zone);

/* The part of a municipality that is called so, when the register has locations in a
 * postcode of it; else 0. */
uint32_t sk_query_district(const struct sk_query *query, struct sk_text key);

/* The next stated value of that kind from *at on, or NULL; start with at = 0. */
const struct sk_stated *sk_query_next(const struct sk_query *query,
                                      enum sk_symbol_kind kind, size_t *at);

/* Whether a stated value of that kind covers the word of the zone. */
bool sk_query_covers(const struct sk_query *query, enum sk_symbol_kind kind,
                     const struct sk_zone *zone, uint32_t word);

/* Whether the mention or text says anything that can tell facilities apart. */
bool sk_query_is_empty(const struct sk_query *query);

#endif
