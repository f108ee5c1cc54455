/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happens to one delivery: decoded, rendered, handed over; and then the one place
 * that decides between done, parked, dead letter and a flow that stops.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/uuid.h"
#include "runtime/dead_letter.h"
#include "runtime/sink.h"

enum { OFFERED_LOOK_MS = 5000, OFFERED_MOST_MS = 60000, HASTEN_SPREAD_MS = 500 };

static void hold(struct sk_sink_job *job, const struct sk_error *err)
{
    sk_flow_hold(&job->owner->flow, SK_FLOW_WAITING, err, 0);
}

/* Back where it came from: its position has not moved, or it is parked still. */
static void put_back(struct sk_sink_job *job)
{
    struct sk_sink_flow *sink = job->owner;
    struct sk_parked *parked;

    if (!job->from_park) {
        json_decref(job->output.body);
        job->output = (struct sk_output){0};
        sk_arena_reset(&job->attempt);
        sk_sink_push_front(sink, job);
        return;
    }
    parked = sk_park_find(sink->process, &sink->flow, job->record.key);
    if (parked)
        sk_park_wait(parked, parked->due.at_ms);
    sk_sink_job_free(job);
}

/* A parked state of the key that waits its turn in the queue is older than this one. */
static void drop_older(struct sk_sink_job *job)
{
    const struct sk_parked *parked =
        sk_park_find(job->owner->process, &job->owner->flow, job->record.key);

    if (!job->from_park && parked && sk_park_taken(parked))
        sk_sink_drop_parked(job->owner, job->record.key);
}

/* The record is dealt with: its position may move, its key waits no longer. */
static void finish(struct sk_sink_job *job)
{
    struct sk_sink_flow *sink = job->owner;
    struct sk_error err = {0};

    drop_older(job);
    if (sk_park_clear(sink->process, &sink->flow, job->record.key, &err) != SK_OK)
        hold(job, &err);
    if (!job->record.value.data && sk_dead_letter_erase(sink->process, job->record.topic,
                                                        job->record.key, &err) != SK_OK)
        hold(job, &err);
    if (!job->from_park)
        sk_unit_done(&sink->process->unit, &job->record);
    sink->flow.last_ms = sk_clock_now_ms();
    sk_sink_job_free(job);
}

static void bury(struct sk_sink_job *job, int64_t attempts, const struct sk_error *cause)
{
    struct sk_sink_flow *sink = job->owner;
    struct sk_error err = {0};

    if (sk_dead_letter_record(sink->process, &sink->flow, &job->record, attempts, cause,
                              &err) != SK_OK) {
        hold(job, &err);
        put_back(job);
        return;
    }
    finish(job);
}

/* The longer the other side takes, the less often is looked. */
static int64_t offered_look_ms(int64_t since_ms)
{
    int64_t wait = since_ms / 10;

    if (wait < OFFERED_LOOK_MS)
        return OFFERED_LOOK_MS;
    return wait < OFFERED_MOST_MS ? wait : OFFERED_MOST_MS;
}

/* How it waits on, given how it waited before. */
static struct sk_parking next_wait(const struct sk_sink_job *job,
                                   const struct sk_answer *answer)
{
    const struct sk_sink_flow *sink = job->owner;
    const struct sk_parked *before =
        sk_park_find(sink->process, &sink->flow, job->record.key);
    int64_t now = sk_clock_now_ms();
    struct sk_parking parking = {.error = &answer->error,
                                 .first_ms = now,
                                 .offered = answer->outcome == SK_OUTCOME_OFFERED};

    if (before && job->from_park) {
        parking.first_ms = before->first_ms;
        parking.attempts = before->attempts;
        parking.used_ms = before->used_ms + sink->flow.healthy_ms - before->healthy_ms;
    }
    if (parking.offered) {
        parking.next_ms = now + offered_look_ms(now - parking.first_ms);
        return parking;
    }
    int64_t wait = sk_backoff_ms(++parking.attempts, sink->options.retry_first_ms,
                                 sink->options.retry_most_ms);
    parking.next_ms =
        now + (wait > answer->retry_after_ms ? wait : answer->retry_after_ms);
    return parking;
}

/* Offered before and not answered yet: nothing new stands to be written. */
static bool still_offered(struct sk_sink_job *job, const struct sk_parking *parking)
{
    struct sk_sink_flow *sink = job->owner;
    struct sk_parked *parked = sk_park_find(sink->process, &sink->flow, job->record.key);

    if (!job->from_park || !parking->offered || !parked || !parked->offered)
        return false;
    sk_park_wait(parked, parking->next_ms);
    sk_sink_job_free(job);
    return true;
}

static void park(struct sk_sink_job *job, const struct sk_answer *answer)
{
    struct sk_sink_flow *sink = job->owner;
    struct sk_parking parking = next_wait(job, answer);
    struct sk_error err = {0};

    if (!parking.offered && !sink->sink->must_arrive &&
        parking.used_ms > sink->options.retry_budget_ms) {
        bury(job, parking.attempts, &answer->error);
        return;
    }
    if (still_offered(job, &parking))
        return;
    drop_older(job);
    enum sk_verdict verdict =
        sk_park_put(sink->process, &sink->flow, &job->record, &parking, &err);
    if (verdict == SK_REJECT) { /* too large to wait there */
        bury(job, parking.attempts, &answer->error);
        return;
    }
    if (verdict != SK_OK) {
        hold(job, &err);
        put_back(job);
        return;
    }
    if (sink->sink->must_arrive && !parking.offered)
        sk_log_error("delivery.must_arrive", SK_STR("flow", sink->flow.name),
                     SK_INT64("attempts", parking.attempts),
                     SK_STR("cause", answer->error.id));
    if (!job->from_park)
        sk_unit_done(&sink->process->unit, &job->record);
    sk_sink_job_free(job);
}

/* Deliveries that were under way when it went down are no further attempts. */
static void target_down(struct sk_sink_job *job, const struct sk_answer *answer)
{
    struct sk_flow *flow = &job->owner->flow;

    if (flow->state != SK_FLOW_DOWN || job->probe)
        sk_flow_hold(flow, SK_FLOW_DOWN, &answer->error, answer->retry_after_ms);
    job->probe = false;
    put_back(job);
}

static void succeeded(struct sk_sink_job *job, const struct sk_answer *answer)
{
    struct sk_sink_flow *sink = job->owner;
    bool was_down = sink->flow.state == SK_FLOW_DOWN;

    sk_flow_success(&sink->flow);
    if (was_down)
        sk_park_hasten(sink->process, &sink->flow, HASTEN_SPREAD_MS);
    if (answer->outcome == SK_OUTCOME_OFFERED) {
        park(job, answer);
        return;
    }
    if (answer->outcome == SK_OUTCOME_NEWER) {
        sink->flow.count.newer++;
        sk_log_warn("delivery.newer", SK_STR("flow", sink->flow.name),
                    SK_SLICE("event", job->delivery.event_id));
    }
    sink->flow.count.delivered++;
    finish(job);
}

static void rejected(struct sk_sink_job *job, const struct sk_answer *answer)
{
    struct sk_sink_flow *sink = job->owner;
    const struct sk_parked *parked =
        sk_park_find(sink->process, &sink->flow, job->record.key);
    int64_t attempts = job->from_park && parked ? parked->attempts + 1 : 1;

    if (sk_flow_rejected(&sink->flow))
        target_down(job, answer);
    else if (sink->sink->must_arrive)
        park(job, answer);
    else
        bury(job, attempts, &answer->error);
}

static void on_delivered(void *context, const struct sk_answer *answer)
{
    struct sk_sink_job *job = context;
    struct sk_sink_flow *sink = job->owner;

    job->call = NULL;
    sk_map_remove(&sink->busy, job->record.key);
    if (job->stale) {
        sk_sink_job_free(job);
        return;
    }
    switch (answer->outcome) {
    case SK_OUTCOME_DONE:
    case SK_OUTCOME_NEWER:
    case SK_OUTCOME_OFFERED:
        succeeded(job, answer);
        return;
    case SK_OUTCOME_RETRY:
        sink->flow.count.retried++;
        if (sk_flow_key_failed(&sink->flow, job->record.key) ||
            sink->flow.state == SK_FLOW_DOWN)
            target_down(job, answer);
        else
            park(job, answer);
        return;
    case SK_OUTCOME_TARGET:
        target_down(job, answer);
        return;
    case SK_OUTCOME_REJECT:
        rejected(job, answer);
        return;
    }
}

static enum sk_verdict decode(struct sk_sink_job *job, struct sk_event *ret_event,
                              struct sk_error *err)
{
    const struct sk_event_type *type = job->owner->sink->event;
    const struct sk_bus_record *record = &job->record;
    struct sk_event event = {.type = type, .key = record->key, .whole = true};
    struct sk_text time = sk_bus_header_value(record, "ce_time");

    event.id = sk_bus_header_value(record, "ce_id");
    if (!time.data || !sk_instant_parse(time, &event.time_ms))
        event.time_ms = record->timestamp_ms;
    if (!event.id.data) { /* a foreign event: where it stands is its id */
        char id[SK_UUID_SIZE];
        const struct sk_text parts[] = {
            record->topic, sk_arena_printf(&job->attempt, "%d/%" PRId64,
                                           record->partition, record->position)};
        event.id = sk_arena_text(&job->attempt, sk_text(sk_uuid_v5(parts, 2, id)));
    }
    if (record->value.data) {
        void *value = sk_arena_alloc_zeroed(&job->attempt, type->record.size);
        SK_TRY(sk_codec_decode(job->owner->process->codec, type, record->value,
                               &job->attempt, value, &event.whole, err));
        event.value = value;
    }
    *ret_event = event;
    return SK_OK;
}

static enum sk_verdict render(struct sk_sink_job *job, struct sk_error *err)
{
    const struct sk_sink *sink = job->owner->sink;
    const struct sk_event_view view = {.fields = sink->fields};
    struct sk_event event;

    SK_TRY(decode(job, &event, err));
    job->output.id = event.key;
    if (sink->render)
        SK_TRY(sink->render(job->owner->process->state, &event, &job->output, err));
    else if (event.value)
        job->output.body = sk_event_to_json(event.type, event.value, &view);
    job->delivery.id = sk_arena_text(&job->attempt, job->output.id);
    job->delivery.event_id = event.id;
    job->delivery.trace = sk_bus_header_value(&job->record, "traceparent");
    job->delivery.body = job->output.body;
    return SK_OK;
}

/* What our own side could not make of it. */
static void not_rendered(struct sk_sink_job *job, enum sk_verdict verdict,
                         const struct sk_error *cause)
{
    const struct sk_answer answer = {.outcome = SK_OUTCOME_RETRY, .error = *cause};

    if (verdict == SK_REJECT) {
        bury(job, 1, cause);
        return;
    }
    if (verdict == SK_RETRY && job->output.id.data) {
        park(job, &answer);
        return;
    }
    if (verdict == SK_FATAL)
        sk_process_fail(job->owner->process, cause);
    hold(job, cause); /* its schema cannot be had now: everything waits */
    put_back(job);
}

void sk_deliver(struct sk_sink_job *job)
{
    struct sk_sink_flow *sink = job->owner;
    struct sk_error err = {0};
    struct sk_call *call = NULL;

    enum sk_verdict verdict = render(job, &err);
    if (verdict != SK_OK) {
        not_rendered(job, verdict, &err);
        return;
    }
    if (job->output.skip) {
        finish(job);
        return;
    }
    sk_map_put(&sink->busy, job->record.key, job);
    sink->adapter->deliver(sink->writer, &job->delivery, on_delivered, job, &call);
    if (call)
        job->call = call;
}
