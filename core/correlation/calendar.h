/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CORRELATION_CALENDAR_H
#define SK_CORRELATION_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/verdict.h"

/* Working days of the Flemish administration: weekends, the legal holidays (those that
 * hang on Easter are computed), 11 July, and the closing days of a file. */
struct calendar {
    int32_t *closed; /* days since 1970-01-01, from the file */
    size_t closed_count;
};

/* `path` NULL: no closing days. One date (2026-12-24) a line; # begins a comment.
 * SK_FATAL names the line. */
enum sk_verdict calendar_init(struct calendar *self, const char *path,
                              struct sk_error *err);
void calendar_fini(struct calendar *self);

bool calendar_is_working_day(const struct calendar *self, int32_t day);

/* Noon, Brussels time, of the next working day after the instant's. */
int64_t calendar_next_noon_ms(const struct calendar *self, int64_t instant_ms);

#endif
