/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_EMITTER_H
#define SK_RUNTIME_EMITTER_H

#include "runtime/process.h"

/* What an event says of a key; a whole read is judged before any of it is sent. */
struct sk_said {
    const struct sk_event_type *type;
    struct sk_text key;
    const void *event; /* NULL: it was erased */
    bool news;         /* another than what stands on the bus */
};

/* Takes what is said in place of the unit of work. */
struct sk_stage {
    enum sk_verdict (*take)(struct sk_stage *stage, const struct sk_said *said,
                            struct sk_error *err);
};

/*
 * Takes the events that one call of a connector makes: compares each with what stands on
 * the bus, gives it versie, id and headers, and adds it to the unit of work.
 */
struct sk_emitter {
    struct sk_process *process;
    struct sk_flow *flow;
    struct sk_stage *stage; /* NULL: what is new goes to the unit of work */
    struct sk_arena arena;
    struct sk_text cause; /* ce_id of the event that led to this call, or absent */
    struct sk_text trace;
    struct sk_unit_mark mark;
    struct sk_looked_up *looked_up; /* of this call, the last key asked for; or NULL */
    struct {
        int64_t sent, unchanged, refused_values;
    } count; /* of this call */
};

/* Before a call; what the former call was given is gone. */
void sk_emitter_begin(struct sk_emitter *emitter, struct sk_text cause,
                      struct sk_text trace);

/* After it: counts what it emitted, or takes it out again when the verdict is not OK. */
void sk_emitter_end(struct sk_emitter *emitter, enum sk_verdict verdict);

void sk_emitter_fini(struct sk_emitter *emitter);

/* An event of the runtime's own (position, parked record, status): encoded and given its
 * headers, nothing compared. Everything lives in the arena. */
enum sk_verdict sk_emitter_message(struct sk_process *process, struct sk_text topic,
                                   const struct sk_event_type *type, const void *event,
                                   struct sk_arena *arena,
                                   struct sk_bus_message *ret_message,
                                   struct sk_error *err);

#endif
