/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BUS_FLIGHT_H
#define SK_BUS_FLIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bus/bus.h"

/*
 * What was handed out of one partition and is not behind the committed position yet.
 * Every driver moves its positions by these rules, so that *done* means the same on all.
 * {0} is empty.
 */
struct sk_flight {
    struct sk_flight_entry *entries; /* by position */
    size_t count;
    size_t capacity;
};

void sk_flight_fini(struct sk_flight *flight);

/* Before handing out the record at `position`: false when it was done in a committed unit
 * already and must be skipped. */
bool sk_flight_take(struct sk_flight *flight, int64_t position);

/* Done in the open unit. False when the record is not in flight. */
bool sk_flight_done(struct sk_flight *flight, int64_t position);

/* What a driver answers for a record that is done or not ("bus.use"). */
enum sk_verdict sk_flight_answer(bool done, bool unit_open,
                                 const struct sk_bus_record *record,
                                 struct sk_error *err);

/* The position that may be committed: the first record that is not done, or `read`, up to
 * which was read. */
int64_t sk_flight_position(const struct sk_flight *flight, int64_t read);

/* The unit was committed, and with it `position` (from sk_flight_position). */
void sk_flight_commit(struct sk_flight *flight, int64_t position);

/* The unit was aborted: reading starts again from the committed position. */
void sk_flight_abort(struct sk_flight *flight);

#endif
