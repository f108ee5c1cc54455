/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_MATCH_COMPARE_H
#define SK_MATCH_COMPARE_H

#include "match/decide.h"
#include "match/query.h"

/* One location against what is stated: evidence in bits, and what it amounts to. */

/* Independent kinds of evidence that speak for it. */
enum sk_support {
    SK_FOR_DOSSIER = 1,         /* its dossier number, certain */
    SK_FOR_ESTABLISHMENT = 2,   /* its establishment number */
    SK_FOR_CONTACT = 4,         /* its own phone or e-mail address */
    SK_FOR_NAME = 8,            /* its name, but for a slip */
    SK_FOR_NAME_EXACT = 16,     /* its name to the letter, in a field */
    SK_FOR_ADDRESS = 32,        /* street and house number */
    SK_FOR_OPERATOR = 64,       /* its organiser, by number, name or contact */
    SK_FOR_PLACE = 128,         /* municipality or postcode */
    SK_FOR_PERSON = 256,        /* its verantwoordelijke */
    SK_FOR_DOSSIER_LOOSE = 512, /* a number in the text that is its dossier number */
    SK_FOR_NAME_PART = 1024,    /* part of its name */
    SK_FOR_NAME_LIKE = 8192,    /* a name like it: counts beside its address only */
    SK_FOR_TYPE = 2048,         /* the type, stated in a field of its own */
    SK_FOR_NAME_TEXT = 4096,    /* its whole name stands in the text */
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
    SK_AGAINST_TIME = 512, /* not open on the day */
};

enum { SK_EVIDENCE_LIMIT = 16 };

struct sk_comparison {
    const struct sk_entry *entry;
    int64_t score; /* 1/1024 bit, without the prior */
    int64_t p;     /* millionths */
    uint64_t mass; /* relative likelihood: 2^32 is the likeliest of all */
    uint32_t support, conflicts;
    struct sk_match_evidence evidence[SK_EVIDENCE_LIMIT];
    size_t evidence_count;
    uint32_t group[SK_MATCH_LEVELS];  /* symbols on the day: itself, voorziening, … */
    const struct sk_entry *organiser; /* of the day, or NULL */
    bool open;                        /* on the day */
    bool remembered;                  /* people linked this name or sender here before */
};

void sk_compare(const struct sk_query *query, const struct sk_entry *entry,
                struct sk_comparison *ret_comparison);

/* Compares the address and municipality: compare_place.c. */
void sk_compare_place(const struct sk_query *query, struct sk_comparison *comparison);

/* Adds evidence; `stated` may be NULL. */
void sk_comparison_add(struct sk_comparison *comparison, const char *feature,
                       const char *level, int32_t bits, const struct sk_stated *stated);

/* Locations in the register, at least 1. */
uint64_t sk_query_population(const struct sk_query *query);

#endif
