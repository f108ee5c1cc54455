/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_SINK_H
#define SK_RUNTIME_SINK_H

#include "adapter/adapter.h"
#include "runtime/process.h"

/*
 * One sink at work. Polled records are copied into jobs that wait in a queue; up to
 * `inflight` jobs of different keys are under way at once, those of one key one after the
 * other. sink.c owns queue and order, deliver.c what happens to one job.
 */
struct sk_sink_options {
    int adapter; /* SK_SINK_ADAPTERS */
    const char *resource;
    int64_t inflight, retry_budget_ms, retry_first_ms, retry_most_ms;
};

extern const struct sk_option sk_sink_option_table[];

struct sk_sink_job {
    struct sk_sink_job *next;
    struct sk_sink_flow *owner;
    struct sk_arena arena;   /* holds the record */
    struct sk_arena attempt; /* what one attempt makes of it */
    struct sk_bus_record record;
    bool from_park; /* not polled: its position has been passed */
    bool probe;     /* it shows whether a target that is down is back */
    bool stale;     /* its position was rewound or its key was dealt with */
    struct sk_output output;
    struct sk_delivery delivery;
    struct sk_call *call; /* under way in the adapter */
};

struct sk_sink_flow {
    struct sk_flow flow;
    struct sk_process *process;
    const struct sk_sink *sink;
    struct sk_sink_options options;
    const struct sk_adapter *adapter;
    void *config;
    char *prefix; /* "stukken." */
    struct sk_writer *writer;
    int subscription;
    bool paused;

    struct sk_sink_job *first, *last; /* waiting, in order */
    size_t queued;
    struct sk_map busy; /* key to the job under way */
    size_t probes;      /* since the target is down */
};

/* Reads its options and the adapter's; nothing is opened yet. */
enum sk_verdict sk_sink_configure(struct sk_sink_flow *self, struct sk_error *err);
enum sk_verdict sk_sink_open(struct sk_sink_flow *self, struct sk_error *err);
void sk_sink_close(struct sk_sink_flow *self); /* cancels what is under way */

/* Copies the polled record into the queue. */
void sk_sink_take(struct sk_sink_flow *self, const struct sk_bus_record *record);

/* Starts what may start: queued jobs, parked records that are due, a probe. */
void sk_sink_pump(struct sk_sink_flow *self);

/* Milliseconds until pump has something to do without news; -1: never. */
int64_t sk_sink_due_ms(const struct sk_sink_flow *self);

/* The bus returns uncommitted records again: what came from polls is void. */
void sk_sink_rewind(struct sk_sink_flow *self);

/* Gives up what is under way; those records are not done. */
void sk_sink_cancel(struct sk_sink_flow *self);

void sk_sink_push_front(struct sk_sink_flow *self, struct sk_sink_job *job);
void sk_sink_drop_parked(struct sk_sink_flow *self, struct sk_text key);
void sk_sink_job_free(struct sk_sink_job *job);

/* deliver.c: decodes, renders and hands over one job; it ends in an outcome that moves
 * the position, parks, dead-letters or stops the flow. The job is the callee's. */
void sk_deliver(struct sk_sink_job *job);

#endif
