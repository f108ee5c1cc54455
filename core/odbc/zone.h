/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ODBC_ZONE_H
#define SK_ODBC_ZONE_H

#include <stdint.h>

#include "base/text.h"
#include "base/verdict.h"

/*
 * The time zone of columns that have a time but no zone: one a process, set once.
 *
 * An hour that comes twice (the end of summer time) is taken for the second, in winter
 * time, as all of Schakel does; a time that does not exist (the hour skipped in spring)
 * is read in winter time, so an hour later. Who needs more gives a column with a zone.
 */

/* "Europe/Brussels" and "UTC" need nothing; other names need tzdata. SK_FATAL
 * "odbc.settings". */
enum sk_verdict sk_zone_set(const char *name, struct sk_error *err);

struct sk_zone_time {
    int year, month, day, hour, minute, second;
    uint32_t nanosecond;
};

enum { SK_ZONE_TEXT = 48 };

/* RFC 3339 in UTC, with as much of the fraction as there is. Returns `out`. */
const char *sk_zone_to_utc(const struct sk_zone_time *local, char out[SK_ZONE_TEXT]);

/* The same of a time that is UTC already. */
const char *sk_zone_utc(const struct sk_zone_time *utc, char out[SK_ZONE_TEXT]);

/* "2026-11-24 10:00:00.123 +01:00", as databases write a time with its offset, in UTC;
 * false: it is something else. */
bool sk_zone_parse(struct sk_text text, char out[SK_ZONE_TEXT]);

/* ".123" without trailing zeros, or "". */
const char *sk_zone_fraction(uint32_t nanosecond, char out[16]);

#endif
