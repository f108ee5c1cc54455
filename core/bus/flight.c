/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sorted list of the records in flight. A record is open, done in the open unit, or
 * done for good; only those done for good outlive an abort, so that a record that was
 * done out of order is not handed out twice.
 */
#include "bus/flight.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

enum flight_state { OPEN, DONE_IN_UNIT, DONE };

struct sk_flight_entry {
    int64_t position;
    enum flight_state state;
};

void sk_flight_fini(struct sk_flight *flight)
{
    free(flight->entries);
    *flight = (struct sk_flight){0};
}

/* The index of the first entry at or after `position`. */
static size_t find(const struct sk_flight *flight, int64_t position)
{
    size_t low = 0, high = flight->count;

    if (high > 0 && flight->entries[high - 1].position < position)
        return high; /* what comes in order, comes last */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (flight->entries[middle].position < position)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct sk_flight_entry *entry_at(const struct sk_flight *flight, int64_t position)
{
    size_t at = find(flight, position);

    if (at == flight->count || flight->entries[at].position != position)
        return NULL;
    return &flight->entries[at];
}

bool sk_flight_take(struct sk_flight *flight, int64_t position)
{
    const struct sk_flight_entry *known = entry_at(flight, position);
    size_t at = find(flight, position);

    if (known)
        return known->state != DONE;
    flight->entries = sk_grow(flight->entries, &flight->capacity, flight->count + 1,
                              sizeof(*flight->entries));
    memmove(flight->entries + at + 1, flight->entries + at,
            (flight->count - at) * sizeof(*flight->entries));
    flight->entries[at] = (struct sk_flight_entry){position, OPEN};
    flight->count++;
    return true;
}

bool sk_flight_done(struct sk_flight *flight, int64_t position)
{
    struct sk_flight_entry *entry = entry_at(flight, position);

    if (entry && entry->state == OPEN)
        entry->state = DONE_IN_UNIT;
    return entry != NULL;
}

enum sk_verdict sk_flight_answer(bool done, bool unit_open,
                                 const struct sk_bus_record *record, struct sk_error *err)
{
    if (!unit_open)
        return sk_fail(err, SK_FATAL, "bus.use", "done outside a unit of work");
    if (done)
        return SK_OK;
    return sk_fail(err, SK_FATAL, "bus.use",
                   "done of a record that poll did not return to this group since the "
                   "last abort (%.*s/%d/%lld)",
                   SK_TEXT_ARG(record->topic), (int)record->partition,
                   (long long)record->position);
}

int64_t sk_flight_position(const struct sk_flight *flight, int64_t read)
{
    for (size_t i = 0; i < flight->count && flight->entries[i].position < read; i++) {
        if (flight->entries[i].state == OPEN)
            return flight->entries[i].position;
    }
    return read;
}

/* Keeps those at or after `from`; of these the open ones only when asked. */
static void drop(struct sk_flight *flight, int64_t from, bool open_too)
{
    size_t kept = 0;

    for (size_t i = 0; i < flight->count; i++) {
        struct sk_flight_entry entry = flight->entries[i];
        if (entry.position >= from && (open_too || entry.state == DONE))
            flight->entries[kept++] = entry;
    }
    flight->count = kept;
}

void sk_flight_commit(struct sk_flight *flight, int64_t position)
{
    for (size_t i = 0; i < flight->count; i++) {
        if (flight->entries[i].state == DONE_IN_UNIT)
            flight->entries[i].state = DONE;
    }
    drop(flight, position, true);
}

void sk_flight_abort(struct sk_flight *flight)
{
    drop(flight, 0, false);
}
