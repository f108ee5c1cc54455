/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_MATCH_JUDGE_H
#define SK_MATCH_JUDGE_H

#include "match/compare.h"

/* The rules that turn compared locations into a decision about one mention. */
struct sk_judgement {
    const struct sk_query *query;
    struct sk_comparison *items; /* likeliest first */
    size_t count;
    int64_t p_none; /* millionths */
    uint64_t mass_none;

    enum sk_match_besluit besluit;
    enum sk_match_level level; /* of the answer or the proposal */
    size_t *members;           /* items that the answer spans, in the order of items */
    size_t member_count;
    int64_t p;
    const char *reasons[SK_MATCH_REASON_LIMIT];
    size_t reason_count;
    const char *not_deeper; /* or NULL */
    bool address_answers;   /* as in the message */
    bool whole_organiser;   /* the answer is the organiser, not some of its locations */

    /* What the rules found, for the trust in the answer. */
    bool supported;        /* two independent kinds of evidence, or a number of its own */
    bool against;          /* something stated speaks against it: a person must look */
    bool names_another;    /* the text names another in its own right … */
    bool another_is_meant; /* … before it comes to this one, or as fully */
    bool unknown_number;   /* a dossier number that nobody bears */
    bool tied;             /* another outside the answer is within reach */
    struct sk_confidence confidence[SK_QUESTIONS];
    int32_t trust[SK_QUESTIONS];
};

/* Compares the candidates and judges. Everything lives in the query's arena. */
void sk_judge(const struct sk_query *query, const struct sk_match_message *message,
              struct sk_judgement *ret_judgement);

/* From what the rules found to the trust in it, p and the decision: settle.c. */
void sk_judgement_settle(struct sk_judgement *self);

/* Fills p of every item and p_none from the scores, and sorts: posterior.c. */
void sk_posterior(struct sk_judgement *self);

/* Adds a fixed code, once. */
void sk_judgement_reason(struct sk_judgement *self, const char *reason);

#endif
