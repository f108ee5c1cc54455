/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_MATCH_CALIBRATE_H
#define SK_MATCH_CALIBRATE_H

#include <stdbool.h>

#include "match/certify.h"
#include "match/confidence.h"

/* What trust was worth: a table from labels. */

enum {
    SK_LABELS_ISOTONIC = 500, /* from so many on any rising curve may be fitted */
    SK_LABELS_PLATT = 50,     /* from so many on a line in the log-odds */
};

/* Fits the table to the outcomes; trust at its word counts for 200 labels. False, with
 * the table untouched, when there are fewer than SK_LABELS_PLATT. Whole numbers only: the
 * same labels give the same table on every machine. */
bool sk_calibrate(const struct sk_outcomes *outcomes, struct sk_calibration *table);

#endif
