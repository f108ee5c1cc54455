/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/sink.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"

enum { RESUME_BELOW = 16 }; /* queued jobs: fewer, and the flow polls again */

#define SK_SINK_ADAPTERS "rest|files|odbc"
static const char *const adapter_names[] = {"rest", "files", "odbc"};

const struct sk_option sk_sink_option_table[] = {
    // clang-format off
    SK_CHOICE(struct sk_sink_options, adapter, .name = "adapter", .fallback = "rest",
              .choices = SK_SINK_ADAPTERS, .help = "How the system is reached."),
    SK_STRING(struct sk_sink_options, resource, .name = "resource", .optional = true,
              .help = "Its name there; the flow's name when it is not set."),
    SK_INTEGER(struct sk_sink_options, inflight, .name = "inflight", .fallback = "8",
               .min = 1, .max = 64, .help = "Deliveries of different keys open at once."),
    SK_DURATION(struct sk_sink_options, retry_budget_ms, .name = "retry.budget",
                .fallback = "15m", .help = "How long one record is tried again while "
                "others succeed, before it is a dead letter."),
    SK_DURATION(struct sk_sink_options, retry_first_ms, .name = "retry.first",
                .fallback = "1s", .min = 10, .max = 3600000,
                .help = "First wait of a parked record; doubles at each attempt."),
    SK_DURATION(struct sk_sink_options, retry_most_ms, .name = "retry.most",
                .fallback = "1m", .min = 10, .max = 86400000,
                .help = "Longest wait of a parked record."),
    // clang-format on
    SK_END_OF_OPTIONS,
};

enum sk_verdict sk_sink_configure(struct sk_sink_flow *self, struct sk_error *err)
{
    self->prefix = sk_strf("%s.", self->flow.name);
    SK_TRY(sk_options_read(sk_sink_option_table, self->prefix, self->process->settings,
                           &self->options, err));
    if (!self->options.resource)
        self->options.resource = self->flow.name;
    self->adapter = sk_adapter_of(sk_text(adapter_names[self->options.adapter]));
    self->config = sk_alloc_zeroed(self->adapter->write_config_size);
    SK_TRY(sk_options_read(self->adapter->write_options, self->prefix,
                           self->process->settings, self->config, err));
    return self->adapter->write_check
               ? self->adapter->write_check(self->config, self->sink->fields, err)
               : SK_OK;
}

enum sk_verdict sk_sink_open(struct sk_sink_flow *self, struct sk_error *err)
{
    struct sk_process *process = self->process;
    struct sk_text topic = sk_text(self->flow.topic);
    const struct sk_adapter_setup setup = {.process = process->connector->name,
                                           .resource = self->options.resource,
                                           .settings = process->settings,
                                           .prefix = self->prefix,
                                           .config = self->config,
                                           .data = process->data,
                                           .client = process->http,
                                           .watches = &process->watches};

    if (!self->writer)
        SK_TRY(self->adapter->writer_open(&setup, &self->writer, err));
    if (self->subscription >= 0)
        return SK_OK;
    return sk_bus_subscribe(process->bus, self->flow.group, &topic, 1, SK_BUS_EARLIEST,
                            &self->subscription, err);
}

void sk_sink_job_free(struct sk_sink_job *job)
{
    json_decref(job->output.body);
    sk_arena_fini(&job->arena);
    sk_arena_fini(&job->attempt);
    free(job);
}

/* Takes out the job after `before`; NULL: the first. */
static struct sk_sink_job *pop(struct sk_sink_flow *self, struct sk_sink_job *before)
{
    struct sk_sink_job *job = before ? before->next : self->first;

    if (before)
        before->next = job->next;
    else
        self->first = job->next;
    if (self->last == job)
        self->last = before;
    self->queued--;
    job->next = NULL;
    return job;
}

void sk_sink_push_front(struct sk_sink_flow *self, struct sk_sink_job *job)
{
    job->next = self->first;
    self->first = job;
    if (!self->last)
        self->last = job;
    self->queued++;
}

static void push_back(struct sk_sink_flow *self, struct sk_sink_job *job)
{
    if (self->last)
        self->last->next = job;
    else
        self->first = job;
    self->last = job;
    self->queued++;
}

static struct sk_sink_job *new_job(struct sk_sink_flow *self)
{
    struct sk_sink_job *job = sk_alloc_zeroed(sizeof(*job));

    job->owner = self;
    return job;
}

static void copy_record(struct sk_sink_job *job, const struct sk_bus_record *record)
{
    struct sk_arena *arena = &job->arena;
    struct sk_bus_header *headers =
        sk_arena_alloc(arena, record->header_count * sizeof(*headers));
    struct sk_text value = {(const char *)record->value.data, record->value.size};

    for (size_t i = 0; i < record->header_count; i++) {
        headers[i].name = sk_arena_text(arena, record->headers[i].name);
        headers[i].value = sk_arena_text(arena, record->headers[i].value);
    }
    job->record = *record;
    job->record.topic = sk_text(job->owner->flow.topic);
    job->record.key = sk_arena_text(arena, record->key);
    if (value.data)
        job->record.value.data = (const uint8_t *)sk_arena_text(arena, value).data;
    job->record.headers = headers;
}

static void pause_at_need(struct sk_sink_flow *self)
{
    bool held = self->flow.state >= SK_FLOW_WAITING && self->queued;
    bool paused = held || self->queued >= RESUME_BELOW;

    if (paused == self->paused)
        return;
    self->paused = paused;
    sk_bus_pause(self->process->bus, self->subscription, paused);
}

void sk_sink_take(struct sk_sink_flow *self, const struct sk_bus_record *record)
{
    struct sk_sink_job *job = new_job(self);

    copy_record(job, record);
    push_back(self, job);
    self->flow.count.read++;
    pause_at_need(self);
}

void sk_sink_drop_parked(struct sk_sink_flow *self, struct sk_text key)
{
    for (struct sk_sink_job *job = self->first; job; job = job->next)
        if (job->from_park && sk_text_equal(job->record.key, key))
            job->stale = true;
}

/* A job for a parked record, at the head of the queue. */
static void unpark(struct sk_sink_flow *self, struct sk_parked *parked)
{
    struct sk_sink_job *job = new_job(self);
    struct sk_error err = {0};
    bool found = false;

    job->from_park = true;
    job->delivery.offered = parked->offered;
    if (sk_park_read(self->process, parked, &job->arena, &job->record, &found, &err) !=
        SK_OK)
        sk_flow_hold(&self->flow,
                     self->flow.state == SK_FLOW_DOWN ? SK_FLOW_DOWN : SK_FLOW_WAITING,
                     &err, 0);
    if (!found) {
        sk_sink_job_free(job);
        return;
    }
    sk_park_take(parked);
    sk_sink_push_front(self, job);
}

/* Starts, in order, the jobs whose key is not under way. */
static void start_queued(struct sk_sink_flow *self)
{
    struct sk_sink_job *before = NULL;

    while (self->busy.count < (size_t)self->options.inflight) {
        struct sk_sink_job *job = before ? before->next : self->first;
        if (!job || self->flow.state >= SK_FLOW_WAITING)
            return;
        if (job->stale) {
            sk_sink_job_free(pop(self, before));
            continue;
        }
        if (sk_map_get(&self->busy, job->record.key)) {
            before = job;
            continue;
        }
        sk_deliver(pop(self, before));
        before = NULL; /* the end of a job may have changed the queue */
    }
}

/* Parked records take the room that polled ones leave. */
static bool has_room(const struct sk_sink_flow *self)
{
    return self->queued + self->busy.count <
           (size_t)self->options.inflight + RESUME_BELOW;
}

static void unpark_due(struct sk_sink_flow *self)
{
    int64_t now = sk_clock_now_ms();
    struct sk_parked *parked;

    while (has_room(self) && (parked = sk_park_next(&self->flow)) &&
           parked->due.at_ms <= now)
        unpark(self, parked);
}

/* One record shows whether the target is back: another each time, so that one that is
 * refused for itself does not keep the flow down; the first of its key, for the order. */
static void probe(struct sk_sink_flow *self)
{
    struct sk_sink_job *chosen, *before = NULL;
    struct sk_parked *parked = NULL;

    if (!self->queued && (parked = sk_park_next(&self->flow)))
        unpark(self, parked);
    if (!self->queued || self->busy.count)
        return;
    chosen = self->first;
    for (size_t skip = self->probes++ % self->queued; skip; skip--)
        chosen = chosen->next;
    for (struct sk_sink_job *job = self->first;
         !sk_text_equal(job->record.key, chosen->record.key); job = job->next)
        before = job;
    struct sk_sink_job *job = pop(self, before);
    if (job->stale) {
        sk_sink_job_free(job);
        return;
    }
    job->probe = true;
    sk_deliver(job);
}

void sk_sink_pump(struct sk_sink_flow *self)
{
    bool ready = sk_flow_ready(&self->flow, sk_clock_monotonic_ms());

    if (self->flow.state == SK_FLOW_DOWN && ready)
        probe(self);
    if (self->flow.state == SK_FLOW_WAITING && ready)
        sk_flow_resume(&self->flow);
    if (self->flow.state <= SK_FLOW_WORKING) {
        self->probes = 0;
        unpark_due(self);
        start_queued(self);
    }
    sk_flow_busy(&self->flow, self->queued || self->busy.count);
    pause_at_need(self);
}

int64_t sk_sink_due_ms(const struct sk_sink_flow *self)
{
    const struct sk_parked *parked = sk_park_next(&self->flow);
    int64_t due;

    if (self->flow.state >= SK_FLOW_WAITING) {
        if (self->busy.count || (!self->queued && !parked))
            return -1;
        due = self->flow.retry_at_ms - sk_clock_monotonic_ms();
    } else {
        if (!parked || !has_room(self))
            return -1;
        due = parked->due.at_ms - sk_clock_now_ms();
    }
    return due < 0 ? 0 : due;
}

void sk_sink_rewind(struct sk_sink_flow *self)
{
    struct sk_map_slot *slot;

    while (self->first)
        sk_sink_job_free(pop(self, NULL));
    for (size_t at = 0; (slot = sk_map_next(&self->busy, &at));)
        ((struct sk_sink_job *)slot->value)->stale = true;
}

void sk_sink_cancel(struct sk_sink_flow *self)
{
    struct sk_map_slot *slot;

    for (size_t at = 0; (slot = sk_map_next(&self->busy, &at));) {
        struct sk_sink_job *job = slot->value;
        self->adapter->cancel(job->call);
        sk_sink_job_free(job);
    }
    sk_map_fini(&self->busy);
}

void sk_sink_close(struct sk_sink_flow *self)
{
    sk_sink_cancel(self);
    while (self->first)
        sk_sink_job_free(pop(self, NULL));
    sk_due_fini(&self->flow.due);
    if (self->writer)
        self->adapter->writer_close(self->writer);
    free(self->config);
    free(self->prefix);
    free(self->flow.group);
}
