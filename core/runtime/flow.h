/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_FLOW_H
#define SK_RUNTIME_FLOW_H

#include "base/text.h"
#include "base/verdict.h"
#include "runtime/due.h"

/*
 * What every flow has: its counts, what it is doing, and the judgement whether one record
 * is in trouble or the whole other side is.
 */
enum sk_flow_kind { SK_FLOW_SOURCE, SK_FLOW_SINK, SK_FLOW_PROCESSOR };

enum sk_flow_state {
    SK_FLOW_RESTING, /* nothing to do */
    SK_FLOW_WORKING,
    SK_FLOW_WAITING, /* tries again later */
    SK_FLOW_DOWN,    /* the other side is away: position unmoved, probes go on */
};

enum {
    SK_FLOW_FAILING_KEYS = 5,     /* different keys in a row: the target is down */
    SK_FLOW_FAILING_REJECTS = 20, /* rejects without a success: likewise */
};

struct sk_flow_counts {
    int64_t read, sent, delivered, unchanged, retried, dead, newer, refused_values;
    int64_t parked; /* now */
};

struct sk_flow {
    const char *name;
    enum sk_flow_kind kind;
    const char *topic;
    char *group; /* "<process>.<flow>"; NULL for sources */

    enum sk_flow_state state;
    int64_t state_ms;      /* since, Unix ms */
    int64_t retry_at_ms;   /* monotonic; of the next attempt, when waiting or down */
    int64_t attempts;      /* failed ones in a row */
    int64_t last_ms;       /* the last record that was dealt with, Unix ms */
    int64_t healthy_ms;    /* so long, in all, one success followed another */
    int64_t success_ms;    /* monotonic: the last success; 0: there was trouble since */
    struct sk_error error; /* id NULL: none */
    bool *changed;         /* set at each change of state: the status goes out */

    uint64_t failing[SK_FLOW_FAILING_KEYS]; /* hashes of the keys failing in a row */
    size_t failing_count;
    struct sk_due due; /* its parked records that nobody has taken */
    size_t rejects;    /* since the last success */

    struct sk_flow_counts count;
};

/* Something went well: the counts of trouble start again, a flow that was down works. */
void sk_flow_success(struct sk_flow *flow);

/* This key failed for now; true when the target must now be taken for down. */
bool sk_flow_key_failed(struct sk_flow *flow, struct sk_text key);

/* The target refused a record for good; true when it must be the target itself. */
bool sk_flow_rejected(struct sk_flow *flow);

/* Waits or stays down until the back-off, or `at_least_ms` if that is longer, is over;
 * `error` is what holds the flow up. */
void sk_flow_hold(struct sk_flow *flow, enum sk_flow_state state,
                  const struct sk_error *error, int64_t at_least_ms);

/* Its wait is over: it tries again, and `error` stays until something succeeds. */
void sk_flow_resume(struct sk_flow *flow);

/* WORKING or RESTING, unless the flow waits or is down. */
void sk_flow_busy(struct sk_flow *flow, bool busy);

/* May it try, as far as its back-off is concerned? */
bool sk_flow_ready(const struct sk_flow *flow, int64_t monotonic_ms);

/* How long to wait after `attempts` failures: doubles from `first` to `most`, then a
 * random part of a quarter is taken off, so that many do not come back together. */
int64_t sk_backoff_ms(int64_t attempts, int64_t first_ms, int64_t most_ms);

#endif
