/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_MATCH_TRUST_H
#define SK_MATCH_TRUST_H

#include "match/model.h"

/* Fills trust, calibration and thresholds with what is built in: weights fitted on other
 * sets than any that is scored (tests/match/README.md), trust taken at its word, and
 * thresholds from which nothing was wrong there. */
void sk_trust_builtin(struct sk_match_model *model);

/* The trust from which on the built-in model decides. */
int32_t sk_trust_builtin_from(enum sk_question question);

#endif
