/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_PROCESSOR_H
#define SK_RUNTIME_PROCESSOR_H

#include "runtime/emitter.h"

/*
 * A processor at work: first its tables whole, then its inputs in order, each record with
 * what it emits in one unit of work. It does no I/O of its own, so what cannot be handled
 * now (SK_RETRY) is the bus's or the registry's trouble: all of it waits, in order.
 */
struct sk_processor_flow {
    struct sk_flow flow;
    struct sk_process *process;
    const struct sk_processor *processor;
    struct sk_emitter emitter;
    int inputs, tables; /* subscriptions; -1: none */
    bool loaded;
    bool paused;
    int64_t tick_at_ms; /* monotonic */
};

enum sk_verdict sk_processor_open(struct sk_processor_flow *self, struct sk_error *err);
void sk_processor_close(struct sk_processor_flow *self);

/* Does this subscription belong to it? */
bool sk_processor_owns(const struct sk_processor_flow *self, int subscription);

/* Handles the records until one must wait: then false, and the bus must be rewound. */
bool sk_processor_take(struct sk_processor_flow *self, const struct sk_bus_batch *batch);

/* Ends the loading when the tables are read, ticks when it is time. */
void sk_processor_pump(struct sk_processor_flow *self);
int64_t sk_processor_due_ms(const struct sk_processor_flow *self);

#endif
