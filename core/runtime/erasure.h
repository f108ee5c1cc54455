/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_ERASURE_H
#define SK_RUNTIME_ERASURE_H

#include "avro/event.h"
#include "bus/record.h"

/*
 * What keeps an erased entity from coming back by a state of before its erasure: a push
 * that is sent again late, a page that is read again. The tombstone's header says up to
 * which bron.gewijzigd_op all is over; it holds as long as the bus keeps the tombstone
 * (90 days). A type or a source without gewijzigd_op has no such mark.
 */

/* Fills the header for the tombstone after `event`; false: the event has no time. */
bool sk_erasure_mark(const struct sk_event_type *type, const void *event,
                     struct sk_arena *arena, struct sk_bus_header *ret_header);

/* The mark among a tombstone's headers, Unix ms; 0: none. */
int64_t sk_erasure_until(const struct sk_bus_header *headers, size_t count);

/* Is this a state of before that erasure? */
bool sk_erasure_covers(int64_t until_ms, const struct sk_event_type *type,
                       const void *event);

#endif
