/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_UNIT_H
#define SK_RUNTIME_UNIT_H

#include "base/arena.h"
#include "base/map.h"
#include "bus/bus.h"

/*
 * The unit of work while it grows: everything that one turn of the loop wants to send and
 * to mark done, in memory, so that one record that fails is taken out again and all the
 * others go to the bus together. {0} is an empty unit.
 */
struct sk_unit_message {
    struct sk_bus_message message;
    size_t before; /* of the same topic and key: its number + 1, or 0 */
};

/* Called when the unit is committed, or given up: its messages were not sent and its
 * records are not done. */
typedef void sk_unit_settled(void *context, bool committed);

struct sk_unit_waiter {
    sk_unit_settled *settled;
    void *context;
};

struct sk_unit {
    struct sk_arena arena;
    struct sk_unit_message *messages;
    size_t message_count, message_capacity;
    struct sk_bus_record *done; /* copies: topic, partition, position, subscription */
    size_t done_count, done_capacity;
    struct sk_unit_waiter *waiters;
    size_t waiter_count, waiter_capacity;
    struct sk_map newest; /* topic and key to the number + 1 of its last message */
    int64_t now_ms;       /* the present of this unit */
    bool begun;           /* on the bus, and all handed over */
    bool waits;           /* for a commit: nothing may be added */
};

void sk_unit_fini(struct sk_unit *unit);
bool sk_unit_empty(const struct sk_unit *unit); /* nothing to send, mark or tell */

/* Copies the message. SK_REJECT "bus.large" or "bus.key" when no bus can hold it. */
enum sk_verdict sk_unit_send(struct sk_unit *unit, const struct sk_bus_message *message,
                             struct sk_error *err);
void sk_unit_done(struct sk_unit *unit, const struct sk_bus_record *record);
void sk_unit_tell(struct sk_unit *unit, sk_unit_settled *settled, void *context);

/* The last message of the key in this unit, or NULL. */
const struct sk_bus_message *sk_unit_newest(struct sk_unit *unit, struct sk_text topic,
                                            struct sk_text key);

/* Takes out what was added since the mark. */
struct sk_unit_mark {
    size_t messages, done, waiters;
};
struct sk_unit_mark sk_unit_mark(const struct sk_unit *unit);
void sk_unit_rollback(struct sk_unit *unit, struct sk_unit_mark mark);

/* Commits, tells the waiters and empties the unit. SK_RETRY: the bus is away; when
 * unit->waits, call again later and add nothing until then; when not, the bus is full and
 * the unit was given up: waiters told, unit empty, its records will be polled again. */
enum sk_verdict sk_unit_commit(struct sk_unit *unit, struct sk_bus *bus,
                               struct sk_error *err);

/* Gives it up. */
void sk_unit_drop(struct sk_unit *unit);

#endif
