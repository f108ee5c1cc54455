/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_TESTS_AVRO_EVENT_FILL_H
#define SK_TESTS_AVRO_EVENT_FILL_H

#include "avro/event.h"
#include "core/avro/random.h"

/* The events that a test program is built for; ends with NULL. */
extern const struct sk_event_type *const event_types[];

/* Fills an event by its field table. `all`: every optional field is there and every array
 * has two items; else as chance has it. Days and instants stay in years 1900 to 2100. */
void event_fill(struct random *random, const struct sk_event_type *type, void *event,
                bool all, struct sk_arena *arena);

/* A zeroed event of the type, from the arena. */
void *event_new(const struct sk_event_type *type, struct sk_arena *arena);

#endif
