/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_MATCH_COMPARE_H
#define SK_MATCH_COMPARE_H

#include "match/decide.h"
#include "match/query.h"

/* One location against what is stated: evidence in bits, and what it amounts to. */

/* What speaks for it; the first ones are independent kinds of evidence. */
enum sk_support {
    SK_FOR_DOSSIER = 1 << 0,        /* its dossier number, certain */
    SK_FOR_ESTABLISHMENT = 1 << 1,  /* its establishment number */
    SK_FOR_CONTACT = 1 << 2,        /* its own phone or e-mail address */
    SK_FOR_NAME = 1 << 3,           /* its name, but for a slip */
    SK_FOR_NAME_EXACT = 1 << 4,     /* its name to the letter, in a field */
    SK_FOR_ADDRESS = 1 << 5,        /* street and house number */
    SK_FOR_OPERATOR = 1 << 6,       /* its organiser, by number, name or contact */
    SK_FOR_PLACE = 1 << 7,          /* municipality or postcode */
    SK_FOR_PERSON = 1 << 8,         /* its verantwoordelijke */
    SK_FOR_DOSSIER_LOOSE = 1 << 9,  /* a number in the text that is its dossier number */
    SK_FOR_NAME_PART = 1 << 10,     /* part of its name */
    SK_FOR_TYPE = 1 << 11,          /* the type, stated in a field of its own */
    SK_FOR_NAME_TEXT = 1 << 12,     /* its whole name stands in the text */
    SK_FOR_NAME_LIKE = 1 << 13,     /* a name like it */
    SK_FOR_STREET = 1 << 14,        /* its street, no number stated */
    SK_FOR_NAME_WORD = 1 << 15,     /* its one-word name stands unmarked in the text */
    SK_FOR_SENDER = 1 << 16,        /* the sender's address or phone is the facility's */
    SK_FOR_SLIP = 1 << 17,          /* the name, with a slip in it */
    SK_FOR_HOME_TOWN = 1 << 18,     /* the writer lives in its municipality */
    SK_FOR_STREET_NAME = 1 << 19,   /* its name is that of its street: counted once */
    SK_FOR_NAME_SUBJECT = 1 << 20,  /* its name stands in the subject */
    SK_FOR_TYPE_TEXT = 1 << 21,     /* the type, read from the text or name */
    SK_FOR_OPERATOR_TEXT = 1 << 22, /* its organiser's name stands in the text */
    SK_FOR_NUMBERED_OPERATOR = 1 << 23, /* its organiser's enterprise number */
};

/* What is stated and does not fit it. */
enum sk_conflict {
    SK_AGAINST_DOSSIER = 1, /* the stated number is another location's */
    SK_AGAINST_ESTABLISHMENT = 2,
    SK_AGAINST_ENTERPRISE = 4,
    SK_AGAINST_CONTACT = 8, /* the phone or address of another organiser */
    SK_AGAINST_NAME = 16,
    SK_AGAINST_PLACE = 32,
    SK_AGAINST_STREET = 64,
    SK_AGAINST_TYPE = 128,
    SK_AGAINST_OPERATOR = 256,
    SK_AGAINST_TIME = 512,         /* not open on the day */
    SK_AGAINST_NAME_TEXT = 1024,   /* the text marks another name, and not this one */
    SK_AGAINST_PLACE_TEXT = 2048,  /* the text names another place only */
    SK_AGAINST_STREET_TEXT = 4096, /* the text names another street */
    SK_AGAINST_TYPE_TEXT = 8192,
    SK_AGAINST_POSTCODE = 16384, /* its town, and another postcode */
    SK_AGAINST_FORMER = 32768,   /* a name or address that did not hold on the day */
};

enum { SK_EVIDENCE_LIMIT = 12 };

struct sk_comparison {
    const struct sk_entry *entry;
    int64_t score; /* 1/1024 bit, without the prior */
    int64_t p;     /* millionths */
    uint64_t mass; /* relative likelihood: 2^32 is the likeliest of all */
    uint32_t support, conflicts;
    uint32_t group[SK_MATCH_LEVELS];  /* symbols on the day: itself, voorziening, … */
    const struct sk_entry *organiser; /* of the day, or NULL */
    bool open;                        /* on the day */
    bool remembered;                  /* people linked this name or sender here before */
    size_t evidence_count;
    struct sk_match_evidence evidence[SK_EVIDENCE_LIMIT]; /* last: most of it is unused */
};

void sk_compare(const struct sk_query *query, const struct sk_entry *entry,
                struct sk_comparison *ret_comparison);

/* The parts of sk_compare: compare_number.c, compare_name.c. */
void sk_compare_numbers(const struct sk_query *query, struct sk_comparison *comparison);
void sk_compare_names(const struct sk_query *query, struct sk_comparison *comparison);

/* Compares the address and municipality: compare_place.c. The town in the location's
 * name, as it stands in the text, is no town that is stated; `name` is where it stands.
 */
void sk_compare_place(const struct sk_query *query, const struct sk_stated *name,
                      struct sk_comparison *comparison);

/* Adds evidence and its bits; `stated` says where it stands and may be NULL. */
void sk_comparison_add(struct sk_comparison *comparison,
                       const struct sk_match_evidence *evidence,
                       const struct sk_stated *stated);

/* The same for one of those levels, with the words that say it. */
void sk_comparison_note(struct sk_comparison *comparison, enum sk_feature_level id,
                        const char *feature, int32_t bits,
                        const struct sk_stated *stated);

/* Whether it stands in a field of its own or in running text. */
enum sk_feature_source sk_stated_source(const struct sk_stated *stated);

bool sk_entry_carries(const struct sk_entry *entry, uint32_t symbol);

/* Locations of the organiser of the day, at least 1. */
size_t sk_comparison_siblings(const struct sk_query *query,
                              const struct sk_comparison *comparison);

/* log2(m / u) in 1/1024 bit of a value with so many carriers: compare_weigh.c. */
int32_t sk_weigh(const struct sk_query *query, enum sk_feature_level level,
                 enum sk_feature_source source, size_t carriers);

/* The same of a level that says "different": log2(m), the rest being of no weight. */
int32_t sk_weigh_against(const struct sk_query *query, enum sk_feature_level level,
                         enum sk_feature_source source);

/* How many entries carry the value. */
size_t sk_query_carriers(const struct sk_query *query, uint32_t symbol);

/* Locations in the register, at least 1. */
uint64_t sk_query_population(const struct sk_query *query);

#endif
