/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_PARK_H
#define SK_RUNTIME_PARK_H

#include "base/arena.h"
#include "base/map.h"
#include "bus/bus.h"
#include "runtime/due.h"
#include "runtime/flow.h"

/*
 * Records that wait for a next attempt. Each stands in `wacht.<process>`, written in the
 * unit that moves the position past it; here are only the times, the record itself is
 * read again when its time has come. One entry a flow and key: a newer state of the key
 * takes the place of the older.
 */
struct sk_process;

struct sk_parked {
    struct sk_due_entry due; /* Unix ms; not in the flow's heap while an attempt is queued
                              * or under way */
    struct sk_flow *flow;
    char *key; /* of the entity; ends with NUL; owned */
    size_t key_size;
    int64_t attempts;   /* failed ones */
    int64_t first_ms;   /* Unix ms */
    int64_t used_ms;    /* of the retry budget, up to ... */
    int64_t healthy_ms; /* ... this time of flow->healthy_ms */
    bool offered;       /* handed over; the other side's answer is awaited */
};

struct sk_park {
    struct sk_map entries; /* "<flow>/<key>" to struct sk_parked */
};

/* Reads wacht.<process> anew, for the flows this process has; also after a unit was given
 * up, when what is remembered and what stands there may differ. */
enum sk_verdict sk_park_load(struct sk_process *process, struct sk_error *err);
void sk_park_fini(struct sk_park *park);

struct sk_parked *sk_park_find(const struct sk_process *process,
                               const struct sk_flow *flow, struct sk_text key);

/* How it waits on. */
struct sk_parking {
    const struct sk_error *error;
    int64_t attempts, first_ms, next_ms, used_ms;
    bool offered;
};

/* Adds the parked record to the unit of work and remembers it. SK_REJECT when it is too
 * large to be parked. */
enum sk_verdict sk_park_put(struct sk_process *process, struct sk_flow *flow,
                            const struct sk_bus_record *record,
                            const struct sk_parking *parking, struct sk_error *err);

/* Its wait is over: a tombstone in the unit of work. Nothing when it is not parked. */
enum sk_verdict sk_park_clear(struct sk_process *process, struct sk_flow *flow,
                              struct sk_text key, struct sk_error *err);

/* The parked record as it was polled; texts live in the arena. *ret_found false: it is
 * not there any more, or cannot be read and became a dead letter, and is forgotten. */
enum sk_verdict sk_park_read(struct sk_process *process, struct sk_parked *parked,
                             struct sk_arena *arena, struct sk_bus_record *ret_record,
                             bool *ret_found, struct sk_error *err);

/* Of those of the flow that nobody has taken, the one that is due first, or NULL. */
struct sk_parked *sk_park_next(const struct sk_flow *flow);

/* An attempt is queued; sk_park_put, _clear or _wait ends that. */
void sk_park_take(struct sk_parked *parked);
bool sk_park_taken(const struct sk_parked *parked);

/* It waits on until then, with nothing new to be written about it. */
void sk_park_wait(struct sk_parked *parked, int64_t until_ms);

/* The target is back: what waits for a next attempt is due within `spread_ms`. */
void sk_park_hasten(struct sk_process *process, struct sk_flow *flow, int64_t spread_ms);

#endif
