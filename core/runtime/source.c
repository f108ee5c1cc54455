/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/source.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "runtime/position.h"
#include "runtime/whole.h"

static const char *const adapter_names[] = {"rest", "files", "odbc", "inbox"};

const struct sk_option sk_source_option_table[] = {
    // clang-format off
    SK_CHOICE(struct sk_source_options, adapter, .name = "adapter", .fallback = "rest",
              .choices = "rest|files|odbc|inbox",
              .help = "How records come: asked for, as files, by a query, or only by "
              "the inbox."),
    SK_STRING(struct sk_source_options, resource, .name = "resource", .optional = true,
              .help = "Its name there; the flow's name when it is not set."),
    SK_CHOICE(struct sk_source_options, mode, .name = "mode", .fallback = "changes",
              .choices = "changes|full",
              .help = "What comes: what changed, or each time all there is (a dump, a view): "
              "it is then compared with what stands on the bus."),
    SK_DURATION(struct sk_source_options, poll_ms, .name = "poll", .fallback = "5s",
                .min = 10, .max = 86400000,
                .help = "Pause between two reads when nothing is new."),
    SK_DURATION(struct sk_source_options, overlap_ms, .name = "overlap", .fallback = "0s",
                .help = "How far back each read begins again, for systems where something "
                "may appear before a position already given."),
    // clang-format on
    SK_END_OF_OPTIONS,
};

static enum sk_verdict check_mode(const struct sk_source_flow *self, struct sk_error *err)
{
    const struct sk_field *field = NULL;
    const char *section = self->process->connector->name;

    if (self->options.mode != SK_SOURCE_FULL)
        return SK_OK;
    if (!self->adapter || self->options.overlap_ms)
        return sk_fail(err, SK_FATAL, "option.mode",
                       "[%s] %smode = full reads all there is: it goes with neither "
                       "adapter = inbox nor overlap",
                       section, self->prefix);
    if (sk_whole_gone(self->source->event, &field) < 0)
        return sk_fail(err, SK_FATAL, "option.mode",
                       "[%s] %smode = full: %s cannot say NIET_MEER_GELEVERD", section,
                       self->prefix, self->source->event->topic);
    return SK_OK;
}

enum sk_verdict sk_source_configure(struct sk_source_flow *self, struct sk_error *err)
{
    struct sk_settings *settings = self->process->settings;

    self->prefix = sk_strf("%s.", self->flow.name);
    self->emitter.process = self->process;
    self->emitter.flow = &self->flow;
    SK_TRY(sk_options_read(sk_source_option_table, self->prefix, settings, &self->options,
                           err));
    SK_TRY(sk_mapping_load(settings, self->prefix, &self->mapping, err));
    if (!self->options.resource)
        self->options.resource = self->flow.name;
    self->adapter = sk_adapter_of(sk_text(adapter_names[self->options.adapter]));
    if (!self->adapter && !self->process->options.inbox_listen)
        return sk_fail(err, SK_FATAL, "option.missing",
                       "[%s] %sadapter = inbox needs \"inbox.listen\" (HOST:PORT)",
                       self->process->connector->name, self->prefix);
    SK_TRY(check_mode(self, err));
    if (!self->adapter)
        return SK_OK;
    self->config = sk_alloc_zeroed(self->adapter->read_config_size);
    SK_TRY(sk_options_read(self->adapter->read_options, self->prefix, settings,
                           self->config, err));
    return self->adapter->read_check ? self->adapter->read_check(self->config, err)
                                     : SK_OK;
}

enum sk_verdict sk_source_open(struct sk_source_flow *self, struct sk_error *err)
{
    struct sk_process *process = self->process;
    const struct sk_adapter_setup setup = {.process = process->connector->name,
                                           .resource = self->options.resource,
                                           .settings = process->settings,
                                           .prefix = self->prefix,
                                           .config = self->config,
                                           .data = process->data,
                                           .client = process->http,
                                           .watches = &process->watches,
                                           .whole = self->options.mode == SK_SOURCE_FULL};

    SK_TRY(sk_position_load(self, err));
    if (!self->adapter || self->reader)
        return SK_OK;
    if (self->options.mode == SK_SOURCE_FULL && !self->whole)
        self->whole = sk_whole_new(self);
    return self->adapter->reader_open(&setup, &self->reader, err);
}

void sk_source_close(struct sk_source_flow *self)
{
    sk_whole_free(self->whole);
    if (self->reader)
        self->adapter->reader_close(self->reader);
    sk_mapping_free(self->mapping);
    sk_emitter_fini(&self->emitter);
    sk_position_fini(self);
    free(self->config);
    free(self->prefix);
}

/* The record in our names. */
static enum sk_verdict read_record(const struct sk_source_flow *self, struct sk_text text,
                                   struct sk_arena *arena, struct sk_value *ret_record,
                                   struct sk_error *err)
{
    SK_TRY(sk_value_parse(text, arena, ret_record, err));
    if (ret_record->kind != SK_VALUE_OBJECT)
        return sk_fail(err, SK_REJECT, "record.object", "the record is no JSON object");
    sk_mapping_apply(self->mapping, ret_record, arena);
    return SK_OK;
}

enum sk_verdict sk_source_translate(struct sk_source_flow *self, struct sk_emitter *out,
                                    const struct sk_raw *raw, struct sk_error *err)
{
    struct sk_value json;
    const struct sk_record record = {
        .json = &json, .position = raw->position, .origin = raw->origin};
    const struct sk_translation job = {
        .record = &record, .arena = &out->arena, .out = out};

    sk_emitter_begin(out, (struct sk_text){0}, raw->trace);
    enum sk_verdict verdict = read_record(self, raw->text, &out->arena, &json, err);
    if (verdict == SK_OK)
        verdict = self->source->translate(self->process->state, &job, err);
    sk_emitter_end(out, verdict);
    if (verdict == SK_OK)
        self->flow.last_ms = sk_clock_now_ms();
    return verdict;
}

/* The key that a record names, as far as it can be seen: by the event's key field or by
 * "id". Absent: none. */
static struct sk_text entity_of(const struct sk_source_flow *self,
                                const struct sk_value *record)
{
    const struct sk_field *const *key = self->source->event->key;
    struct sk_text entity = {0};

    if (key[0] && !key[1])
        entity = sk_value_member_text(record, key[0]->name);
    if (!sk_text_filled(entity))
        entity = sk_value_member_text(record, "id");
    return entity.size <= SK_BUS_KEY_LIMIT ? entity : (struct sk_text){0};
}

struct sk_raw_letter sk_source_letter(const struct sk_source_flow *self,
                                      const struct sk_raw *raw, struct sk_arena *arena)
{
    struct sk_text bytes = raw->text.data ? raw->text : raw->bytes;
    struct sk_value record = {.kind = SK_VALUE_NULL};
    struct sk_error unreadable;
    bool read = raw->text.data &&
                read_record(self, raw->text, arena, &record, &unreadable) == SK_OK;

    return (struct sk_raw_letter){.bytes = {(const uint8_t *)bytes.data, bytes.size},
                                  .origin = raw->origin,
                                  .entity = read ? entity_of(self, &record)
                                                 : (struct sk_text){0}};
}

static enum sk_verdict bury(struct sk_source_flow *self, const struct sk_raw *raw,
                            const struct sk_error *cause, struct sk_error *err)
{
    sk_arena_auto arena = {0};
    const struct sk_raw_letter letter = sk_source_letter(self, raw, &arena);

    return sk_dead_letter_raw(self->process, &self->flow, &letter, cause, err);
}

static enum sk_verdict take(struct sk_source_flow *self, const struct sk_raw *raw,
                            struct sk_error *err)
{
    struct sk_error cause = raw->error;
    enum sk_verdict verdict = SK_REJECT;

    if (raw->text.data)
        verdict = sk_source_translate(self, &self->emitter, raw, &cause);
    if (verdict == SK_REJECT)
        return bury(self, raw, &cause, err);
    *err = cause;
    return verdict;
}

/* The whole batch, or nothing of it. */
static enum sk_verdict take_all(struct sk_source_flow *self,
                                const struct sk_raw_batch *batch, struct sk_error *err)
{
    struct sk_unit_mark mark = sk_unit_mark(&self->process->unit);

    for (size_t i = 0; i < batch->count; i++) {
        enum sk_verdict verdict = take(self, &batch->records[i], err);
        if (verdict == SK_OK)
            continue;
        sk_unit_rollback(&self->process->unit, mark);
        return verdict;
    }
    return SK_OK;
}

/* The unit with the batch is committed, or given up: then the batch is read again. */
static void on_settled(void *context, bool committed)
{
    struct sk_source_flow *self = context;

    self->reading = false;
    if (!committed) {
        self->flow.count = self->counts;
        sk_position_forget(self);
        self->read_at_ms = 0;
        return;
    }
    self->flow.count.read += (int64_t)self->batch_count;
    if (sk_position_committed(self) && self->adapter->taken)
        self->adapter->taken(self->reader, sk_text(self->reached));
    self->read_at_ms = self->more ? 0 : sk_clock_monotonic_ms() + self->options.poll_ms;
    if (!self->more)
        sk_position_round_ended(self);
    sk_flow_busy(&self->flow, self->more);
}

static void hold(struct sk_source_flow *self, enum sk_flow_state state,
                 const struct sk_error *error, int64_t at_least_ms)
{
    sk_flow_hold(&self->flow, state, error, at_least_ms);
    self->reading = false;
    self->read_at_ms = 0;
}

void sk_source_say_broken(const struct sk_source_flow *self,
                          const struct sk_answer *answer)
{
    if (answer->broken)
        sk_log_error("files.broken", SK_STR("flow", self->flow.name),
                     SK_INT64("files", answer->broken),
                     SK_STR("cause", answer->broken_error.id));
}

static void on_fetched(void *context, const struct sk_answer *answer,
                       struct sk_raw_batch *batch)
{
    struct sk_source_flow *self = context;
    struct sk_error err = {0};

    sk_source_say_broken(self, answer);
    if (answer->outcome != SK_OUTCOME_DONE) {
        bool down = answer->outcome != SK_OUTCOME_RETRY;
        if (!down)
            self->flow.count.retried++;
        hold(self, down ? SK_FLOW_DOWN : SK_FLOW_WAITING, &answer->error,
             answer->retry_after_ms);
        sk_raw_batch_fini(batch);
        return;
    }
    sk_flow_success(&self->flow);
    self->counts = self->flow.count;
    enum sk_verdict verdict = take_all(self, batch, &err);
    if (verdict == SK_OK)
        verdict = sk_position_moved(self, batch->next, (int64_t)batch->count, &err);
    self->more = batch->more;
    self->batch_count = batch->count;
    sk_raw_batch_fini(batch);
    if (verdict == SK_OK) {
        sk_unit_tell(&self->process->unit, on_settled, self);
        return;
    }
    self->flow.count = self->counts;
    hold(self, SK_FLOW_WAITING, &err, 0);
    if (verdict == SK_FATAL)
        sk_process_fail(self->process, &err);
}

/* Monotonic: not before its pause and its back-off are over. */
static int64_t next_read_ms(const struct sk_source_flow *self)
{
    return self->read_at_ms > self->flow.retry_at_ms ? self->read_at_ms
                                                     : self->flow.retry_at_ms;
}

void sk_source_pump(struct sk_source_flow *self)
{
    const char *after = self->reached ? self->reached : self->position;

    if (!self->reader || self->reading || next_read_ms(self) > sk_clock_monotonic_ms())
        return;
    self->reading = true;
    if (self->whole) {
        sk_whole_pump(self->whole);
        return;
    }
    self->adapter->read(self->reader, sk_text(after), on_fetched, self);
}

int64_t sk_source_due_ms(const struct sk_source_flow *self)
{
    int64_t due = next_read_ms(self) - sk_clock_monotonic_ms();

    if (!self->reader || self->reading)
        return -1;
    return due < 0 ? 0 : due;
}

int sk_source_descriptor(const struct sk_source_flow *self)
{
    if (!self->reader || !self->adapter->descriptor || self->reading ||
        self->flow.state >= SK_FLOW_WAITING)
        return -1;
    return self->adapter->descriptor(self->reader);
}

void sk_source_wake(struct sk_source_flow *self)
{
    self->read_at_ms = 0;
}
