/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One failing record is that record's trouble and is parked; many different ones in a row
 * are the target's, and then the flow stops with its position unmoved.
 */
#include "runtime/flow.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"

enum {
    FIRST_HOLD_MS = 500,
    LONGEST_HOLD_MS = 5000,
    LONGEST_ASKED_MS = 3600000,
    LONGEST_GAP_MS = 60000
};

int64_t sk_backoff_ms(int64_t attempts, int64_t first_ms, int64_t most_ms)
{
    int64_t wait = first_ms;
    uint32_t random;

    for (int64_t i = 1; i < attempts && wait < most_ms; i++)
        wait *= 2;
    if (wait > most_ms)
        wait = most_ms;
    sk_random(&random, sizeof(random));
    return wait - (int64_t)(random % ((uint64_t)wait / 4 + 1));
}

static void enter(struct sk_flow *flow, enum sk_flow_state state)
{
    static const char *const names[] = {"resting", "working", "waiting", "down"};

    if (flow->state == state)
        return;
    bool alarming = state >= SK_FLOW_WAITING || flow->state >= SK_FLOW_WAITING;
    flow->state = state;
    flow->state_ms = sk_clock_now_ms();
    *flow->changed = *flow->changed || alarming;
    if (state == SK_FLOW_DOWN)
        sk_log_error("flow.down", SK_STR("flow", flow->name),
                     SK_STR("cause", flow->error.id), SK_ERROR(flow->error));
    else if (alarming)
        sk_log_info("flow.state", SK_STR("flow", flow->name),
                    SK_STR("state", names[state]),
                    SK_STR("cause", flow->error.id ? flow->error.id : "none"));
}

/* The clock of retry budgets: it runs from one success to the next, and stands still
 * while the flow waits, is down or has nothing to do. */
static void count_healthy(struct sk_flow *flow)
{
    int64_t now = sk_clock_monotonic_ms();
    int64_t since = flow->success_ms ? now - flow->success_ms : 0;

    flow->healthy_ms += since < LONGEST_GAP_MS ? since : LONGEST_GAP_MS;
    flow->success_ms = now;
}

void sk_flow_success(struct sk_flow *flow)
{
    flow->failing_count = 0;
    flow->rejects = 0;
    flow->attempts = 0;
    flow->retry_at_ms = 0;
    flow->error.id = NULL;
    count_healthy(flow);
    enter(flow, SK_FLOW_WORKING);
}

bool sk_flow_key_failed(struct sk_flow *flow, struct sk_text key)
{
    uint64_t hash = sk_hash64(key.data, key.size);

    for (size_t i = 0; i < flow->failing_count; i++)
        if (flow->failing[i] == hash)
            return false;
    if (flow->failing_count < SK_FLOW_FAILING_KEYS)
        flow->failing[flow->failing_count++] = hash;
    return flow->failing_count == SK_FLOW_FAILING_KEYS;
}

bool sk_flow_rejected(struct sk_flow *flow)
{
    return ++flow->rejects >= SK_FLOW_FAILING_REJECTS;
}

void sk_flow_hold(struct sk_flow *flow, enum sk_flow_state state,
                  const struct sk_error *error, int64_t at_least_ms)
{
    int64_t wait = sk_backoff_ms(++flow->attempts, FIRST_HOLD_MS, LONGEST_HOLD_MS);

    if (at_least_ms > LONGEST_ASKED_MS)
        at_least_ms = LONGEST_ASKED_MS;
    if (wait < at_least_ms)
        wait = at_least_ms;
    flow->error = *error;
    flow->success_ms = 0;
    flow->retry_at_ms = sk_clock_monotonic_ms() + wait;
    enter(flow, state);
}

void sk_flow_resume(struct sk_flow *flow)
{
    enter(flow, SK_FLOW_WORKING);
}

void sk_flow_busy(struct sk_flow *flow, bool busy)
{
    if (flow->state <= SK_FLOW_WORKING)
        enter(flow, busy ? SK_FLOW_WORKING : SK_FLOW_RESTING);
}

bool sk_flow_ready(const struct sk_flow *flow, int64_t monotonic_ms)
{
    return flow->retry_at_ms <= monotonic_ms;
}
