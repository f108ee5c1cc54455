/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/processor.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "runtime/dead_letter.h"

enum { TICK_MS = 1000, MOST_TOPICS = 16 };

static enum sk_verdict subscribe(struct sk_processor_flow *self, const char *group,
                                 const struct sk_event_type *const *types,
                                 int *ret_subscription, struct sk_error *err)
{
    struct sk_text topics[MOST_TOPICS];
    size_t count = 0;

    if (*ret_subscription >= 0)
        return SK_OK;
    while (types && types[count] && count < MOST_TOPICS) {
        topics[count] = sk_text(types[count]->topic);
        count++;
    }
    if (!count)
        return SK_OK;
    return sk_bus_subscribe(self->process->bus, group, topics, count, SK_BUS_EARLIEST,
                            ret_subscription, err);
}

static void pause_inputs(struct sk_processor_flow *self, bool paused)
{
    if (self->inputs < 0 || self->paused == paused)
        return;
    self->paused = paused;
    sk_bus_pause(self->process->bus, self->inputs, paused);
}

enum sk_verdict sk_processor_open(struct sk_processor_flow *self, struct sk_error *err)
{
    self->emitter.process = self->process;
    self->emitter.flow = &self->flow;
    SK_TRY(subscribe(self, NULL, self->processor->tables, &self->tables, err));
    SK_TRY(
        subscribe(self, self->flow.group, self->processor->inputs, &self->inputs, err));
    pause_inputs(self, true);
    return SK_OK;
}

void sk_processor_close(struct sk_processor_flow *self)
{
    sk_emitter_fini(&self->emitter);
    free(self->flow.group);
}

bool sk_processor_owns(const struct sk_processor_flow *self, int subscription)
{
    return subscription == self->inputs || subscription == self->tables;
}

static const struct sk_event_type *type_of(const struct sk_processor_flow *self,
                                           const struct sk_bus_record *record)
{
    const struct sk_event_type *const *types = record->subscription == self->tables
                                                   ? self->processor->tables
                                                   : self->processor->inputs;

    while (!sk_text_is(record->topic, (*types)->topic))
        types++;
    return *types;
}

static enum sk_verdict decode(struct sk_processor_flow *self,
                              const struct sk_bus_record *record,
                              struct sk_event *ret_event, struct sk_error *err)
{
    const struct sk_event_type *type = type_of(self, record);
    struct sk_text time = sk_bus_header_value(record, "ce_time");
    struct sk_event event = {.type = type,
                             .key = record->key,
                             .id = sk_bus_header_value(record, "ce_id"),
                             .whole = true};

    if (!time.data || !sk_instant_parse(time, &event.time_ms))
        event.time_ms = record->timestamp_ms;
    if (record->value.data) {
        void *value = sk_arena_alloc_zeroed(&self->emitter.arena, type->record.size);
        SK_TRY(sk_codec_decode(self->process->codec, type, record->value,
                               &self->emitter.arena, value, &event.whole, err));
        event.value = value;
    }
    *ret_event = event;
    return SK_OK;
}

static enum sk_verdict handle(struct sk_processor_flow *self,
                              const struct sk_bus_record *record, struct sk_error *err)
{
    bool table = record->subscription == self->tables;
    struct sk_event event;

    SK_TRY(decode(self, record, &event, err));
    if (!table && !event.value)
        SK_TRY(sk_dead_letter_erase(self->process, record->topic, record->key, err));
    if (table)
        return self->processor->table(self->process->state, &event,
                                      self->loaded ? &self->emitter : NULL, err);
    return self->processor->handle(self->process->state, &event, &self->emitter, err);
}

/* One record to its end; false: it must wait. */
static bool take_one(struct sk_processor_flow *self, const struct sk_bus_record *record)
{
    struct sk_error err = {0}, problem = {0};

    sk_emitter_begin(&self->emitter, sk_bus_header_value(record, "ce_id"),
                     sk_bus_header_value(record, "traceparent"));
    enum sk_verdict verdict = handle(self, record, &err);
    sk_emitter_end(&self->emitter, verdict);
    if (verdict == SK_REJECT)
        verdict =
            sk_dead_letter_record(self->process, &self->flow, record, 1, &err, &problem);
    if (problem.id)
        err = problem;
    if (verdict == SK_OK) {
        if (record->subscription == self->inputs)
            sk_unit_done(&self->process->unit, record);
        self->flow.count.read++;
        self->flow.last_ms = sk_clock_now_ms();
        return true;
    }
    sk_flow_hold(&self->flow, SK_FLOW_WAITING, &err, 0);
    if (verdict == SK_FATAL || record->subscription == self->tables)
        sk_process_fail(self->process,
                        &err); /* a table is read again only from its start */
    return false;
}

bool sk_processor_take(struct sk_processor_flow *self, const struct sk_bus_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++)
        if (!take_one(self, &batch->records[i])) {
            pause_inputs(self, true);
            return false;
        }
    if (batch->count && self->flow.state == SK_FLOW_WAITING)
        sk_flow_success(&self->flow);
    sk_flow_busy(&self->flow, batch->count > 0);
    return true;
}

/* A call of the connector that no record led to; false: it must be made again. */
static bool call(struct sk_processor_flow *self,
                 enum sk_verdict (*slot)(struct sk_processor_flow *, struct sk_error *))
{
    struct sk_error err = {0};

    sk_emitter_begin(&self->emitter, (struct sk_text){0}, (struct sk_text){0});
    enum sk_verdict verdict = slot(self, &err);
    sk_emitter_end(&self->emitter, verdict);
    if (verdict == SK_OK) {
        if (self->flow.state == SK_FLOW_WAITING)
            sk_flow_success(&self->flow);
        return true;
    }
    sk_flow_hold(&self->flow, SK_FLOW_WAITING, &err, 0);
    if (verdict != SK_RETRY) /* there is no record to dead-letter: it is a fault */
        sk_process_fail(self->process, &err);
    return false;
}

static enum sk_verdict call_loaded(struct sk_processor_flow *self, struct sk_error *err)
{
    if (!self->processor->loaded)
        return SK_OK;
    return self->processor->loaded(self->process->state, &self->emitter, err);
}

static enum sk_verdict call_tick(struct sk_processor_flow *self, struct sk_error *err)
{
    return self->processor->tick(self->process->state, sk_clock_now_ms(), &self->emitter,
                                 err);
}

static void load(struct sk_processor_flow *self)
{
    struct sk_error err = {0};
    bool caught_up = self->tables < 0;

    if (!caught_up &&
        sk_bus_caught_up(self->process->bus, self->tables, &caught_up, &err) != SK_OK) {
        sk_flow_hold(&self->flow, SK_FLOW_WAITING, &err, 0);
        return;
    }
    if (!caught_up || !call(self, call_loaded))
        return;
    self->loaded = true;
    sk_log_info("processor.loaded", SK_STR("flow", self->flow.name),
                SK_INT64("records", self->flow.count.read));
}

void sk_processor_pump(struct sk_processor_flow *self)
{
    int64_t now = sk_clock_monotonic_ms();

    if (!sk_flow_ready(&self->flow, now))
        return;
    if (!self->loaded)
        load(self);
    if (!self->loaded)
        return;
    pause_inputs(self, false);
    if (!self->processor->tick || self->tick_at_ms > now)
        return;
    self->tick_at_ms = now + TICK_MS;
    call(self, call_tick);
}

int64_t sk_processor_due_ms(const struct sk_processor_flow *self)
{
    int64_t now = sk_clock_monotonic_ms();

    if (!sk_flow_ready(&self->flow, now))
        return self->flow.retry_at_ms - now;
    if (!self->loaded || !self->processor->tick)
        return -1;
    return self->tick_at_ms > now ? self->tick_at_ms - now : 0;
}
