/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_MATCH_CERTIFY_H
#define SK_MATCH_CERTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "match/confidence.h"

/*
 * What may be decided without a person, proved on labels: thresholds are tried from
 * strict to loose, and the loosest is taken up to which every one keeps the rate of wrong
 * links under the stated rate with 95 % confidence (Clopper and Pearson; Learn then
 * Test).
 */

/* Labels by step of trust (sk_step_of), ascending. */
struct sk_outcomes {
    uint32_t right[SK_STEPS], wrong[SK_STEPS];
};

struct sk_certificate {
    uint32_t rate;       /* stated share of wrong links, in millionths */
    uint32_t sample;     /* labels at or above the threshold */
    uint32_t errors;     /* of which wrong */
    uint32_t bound;      /* at most so many wrong, in millionths, with 95 % confidence */
    int32_t first, last; /* days on which people decided; 0 with no labels */
    int32_t from;        /* trust from which on it is automatic; INT32_MAX: never */
    uint32_t proved;     /* 1: bound <= rate; 0: `from` is built in, or stricter */
};

/* Whether at most `rate` (millionths) is wrong, with 95 % confidence, when `errors` of
 * `sample` were. Whole numbers: the same on every machine. */
bool sk_certify_holds(uint32_t errors, uint32_t sample, uint32_t rate);

/* The smallest such rate, in millionths; 1000000 without a sample. */
uint32_t sk_certify_bound(uint32_t errors, uint32_t sample);

/* Fills everything but the days. `builtin` is the trust from which on the built-in model
 * decides, at the edge of a step. */
void sk_certify(const struct sk_outcomes *outcomes, uint32_t rate, int32_t builtin,
                struct sk_certificate *ret_certificate);

#endif
