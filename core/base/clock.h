/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BASE_CLOCK_H
#define SK_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* Instants are Unix milliseconds UTC; dates are days since 1970-01-01 (Avro's `date`). */

int64_t sk_clock_now_ms(void);       /* wall clock; may jump */
int64_t sk_clock_monotonic_ms(void); /* for deadlines */

enum {
    SK_INSTANT_SIZE = sizeof("2026-11-24T17:30:00.123Z"),
    SK_DATE_SIZE = sizeof("2026-11-24"),
};

/* RFC 3339, always UTC with milliseconds. Returns `out`. */
const char *sk_instant_format(int64_t instant_ms, char out[SK_INSTANT_SIZE]);

/* RFC 3339 with Z or an offset, seconds and fraction optional; without an offset the time
 * is Brussels time (what Flemish systems mean). False for anything else. */
bool sk_instant_parse(struct sk_text text, int64_t *ret_instant_ms);

/* ISO 8601 "2026-11-24". */
const char *sk_date_format(int32_t days, char out[SK_DATE_SIZE]);
bool sk_date_parse(struct sk_text text, int32_t *ret_days); /* only dates that exist */

/* The legal day of an instant in Europe/Brussels, and the instant of a local time there.
 * Summer time by the rule of Directive 2000/84/EC: last Sundays of March and October. */
int32_t sk_brussels_date(int64_t instant_ms);
int64_t sk_brussels_instant_ms(int32_t days, int hour, int minute);

#endif
