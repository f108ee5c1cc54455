/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rests → reads → (refused, until it is accepted or something newer is there) → sends →
 * rests. Trouble on the way gives up the read: it begins anew, with an empty table.
 */
#include "runtime/whole.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "runtime/position.h"

enum { ACCEPTED_LOOK_MS = 1000 };

struct sk_whole *sk_whole_new(struct sk_source_flow *source)
{
    struct sk_whole *self = sk_alloc_zeroed(sizeof(*self));

    self->source = source;
    self->stage.take = sk_whole_say;
    self->emitter.process = source->process;
    self->emitter.flow = &source->flow;
    self->emitter.stage = &self->stage;
    return self;
}

/* Forgets the read under way; the table with it. */
static void forget(struct sk_whole *self)
{
    sk_whole_table_close(self->table);
    free(self->reached);
    free(self->dump);
    sk_arena_reset(&self->arena);
    self->table = NULL;
    self->reached = self->dump = NULL;
    self->rows = self->news = self->letters = self->unnamed = self->sent = 0;
    self->refusal[0] = '\0';
    self->step = SK_WHOLE_RESTS;
}

void sk_whole_free(struct sk_whole *self)
{
    if (!self)
        return;
    forget(self);
    sk_emitter_fini(&self->emitter);
    sk_arena_fini(&self->arena);
    free(self->said);
    free(self);
}

/* What was read counts for nothing, and it begins anew after a back-off. */
static void give_up(struct sk_whole *self, enum sk_flow_state state,
                    const struct sk_error *error, int64_t at_least_ms)
{
    struct sk_source_flow *source = self->source;

    if (self->step != SK_WHOLE_RESTS)
        source->flow.count = source->counts;
    forget(self);
    sk_flow_hold(&source->flow, state, error, at_least_ms);
    source->reading = false;
    source->read_at_ms = 0;
}

/* By what a call of ours ended with. */
static void stopped(struct sk_whole *self, enum sk_verdict verdict,
                    const struct sk_error *error)
{
    if (verdict == SK_FATAL)
        sk_process_fail(self->source->process, error);
    give_up(self, SK_FLOW_WAITING, error, 0);
}

/* Refused. --------------------------------------------------------------------------- */

static struct sk_refusal refusal_of(const struct sk_whole *self)
{
    int64_t examples =
        self->missing < SK_REFUSAL_EXAMPLES ? self->missing : SK_REFUSAL_EXAMPLES;

    return (struct sk_refusal){.flow = self->source->flow.name,
                               .dump = sk_text(self->dump ? self->dump : ""),
                               .rows = self->rows,
                               .known = self->known,
                               .missing = self->missing,
                               .limit = sk_refusal_limit(self->known),
                               .examples = self->examples,
                               .example_count = (size_t)examples};
}

static void explain(struct sk_whole *self)
{
    struct sk_text rest =
        sk_text(self->dump ? self->dump : self->source->options.resource);
    struct sk_text name = sk_text_split(&rest, ' ');

    (void)!sk_fail(&self->error, SK_RETRY, "whole.refused",
                   "%.*s: %" PRId64 " of the %" PRId64
                   " known are missing in its %" PRId64 " rows (%" PRId64
                   " may be): nothing is taken over; if it is right: "
                   "schakel accept %s/%s --reason \"…\"",
                   SK_TEXT_ARG(name), self->missing, self->known, self->rows,
                   sk_refusal_limit(self->known), self->source->process->connector->name,
                   self->source->flow.name);
}

/* The refusal stands on the bus: somebody may accept it. */
static void on_refused(void *context, bool committed)
{
    struct sk_whole *self = context;
    struct sk_source_flow *source = self->source;
    int64_t now = sk_clock_monotonic_ms();

    if (!committed) {
        give_up(self, SK_FLOW_WAITING, &self->error, 0);
        return;
    }
    if (!source->flow.error.id || strcmp(source->flow.error.id, self->error.id) != 0)
        sk_log_error("whole.refused", SK_STR("flow", source->flow.name),
                     SK_INT64("known", self->known), SK_INT64("missing", self->missing));
    self->step = SK_WHOLE_REFUSED;
    self->again_ms = now + source->options.poll_ms;
    sk_flow_hold(&source->flow, SK_FLOW_DOWN, &self->error, 0);
    source->flow.retry_at_ms = now + ACCEPTED_LOOK_MS;
    source->reading = false;
}

/* Accepted, replaced by something newer, to be read anew, or none of these. */
static void look_again(struct sk_whole *self)
{
    struct sk_source_flow *source = self->source;
    int64_t now = sk_clock_monotonic_ms();
    struct sk_error err = {0};
    bool accepted = false, newer;

    source->reading = false;
    enum sk_verdict verdict =
        sk_refusal_accepted(source->process, self->refusal, &accepted, &err);
    if (verdict != SK_OK) {
        stopped(self, verdict, &err);
        return;
    }
    if (accepted) {
        sk_log_warn("whole.accepted", SK_STR("flow", source->flow.name),
                    SK_INT64("missing", self->missing));
        self->step = SK_WHOLE_SENDS;
        sk_flow_success(&source->flow);
        return;
    }
    newer = source->adapter->superseded
                ? source->adapter->superseded(source->reader, &self->error)
                : now >= self->again_ms;
    if (newer)
        forget(self);
    source->flow.retry_at_ms = newer ? 0 : now + ACCEPTED_LOOK_MS;
}

/* Judged. ---------------------------------------------------------------------------- */

static enum sk_verdict refuse(struct sk_whole *self, struct sk_error *err)
{
    struct sk_process *process = self->source->process;
    const struct sk_refusal refusal = refusal_of(self);
    bool accepted = false;

    SK_TRY(sk_refusal_find(process, &refusal, self->refusal, &accepted, err));
    if (accepted) {
        self->step = SK_WHOLE_SENDS;
        return SK_OK;
    }
    explain(self);
    if (!self->refusal[0])
        SK_TRY(sk_refusal_say(process, &refusal, self->refusal, err));
    sk_unit_tell(&process->unit, on_refused, self);
    return SK_OK;
}

/* All of it has been read. */
static enum sk_verdict judge(struct sk_whole *self, struct sk_text dump,
                             struct sk_error *err)
{
    if (dump.data)
        self->dump = sk_strndup(dump.data, dump.size);
    SK_TRY(sk_whole_compare(self, err));
    if (self->missing > sk_refusal_limit(self->known))
        return refuse(self, err);
    if (self->missing && self->unnamed)
        sk_log_warn("whole.unsure", SK_STR("flow", self->source->flow.name),
                    SK_INT64("missing", self->missing),
                    SK_INT64("unnamed", self->unnamed));
    self->step = SK_WHOLE_SENDS;
    return SK_OK;
}

/* Sent. ------------------------------------------------------------------------------ */

static void finish(struct sk_whole *self)
{
    struct sk_source_flow *source = self->source;

    source->flow.count.read += self->rows;
    sk_position_committed(source);
    sk_position_forget(source); /* every read begins at the beginning */
    if (source->adapter->taken)
        source->adapter->taken(source->reader, sk_text(self->reached));
    sk_log_info("whole.taken", SK_STR("flow", source->flow.name),
                SK_INT64("rows", self->rows), SK_INT64("news", self->news),
                SK_INT64("missing", self->missing), SK_INT64("letters", self->letters));
    forget(self);
    sk_flow_busy(&source->flow, false);
    source->read_at_ms = source->adapter->taken
                             ? 0 /* there may be another file */
                             : sk_clock_monotonic_ms() + source->options.poll_ms;
}

static void on_sent(void *context, bool committed)
{
    struct sk_whole *self = context;

    self->source->reading = false;
    if (committed) {
        self->sent = self->sending;
        sk_flow_success(&self->source->flow); /* the bus may have been full */
        return;
    }
    self->source->flow.count = self->source->counts;
    sk_position_forget(self->source);
}

static void on_ended(void *context, bool committed)
{
    struct sk_whole *self = context;

    on_sent(context, committed);
    if (committed)
        finish(self);
}

static void send_on(struct sk_whole *self)
{
    struct sk_source_flow *source = self->source;
    struct sk_error err = {0};
    bool last = false;

    source->counts = source->flow.count;
    enum sk_verdict verdict = sk_whole_send(self, &last, &err);
    if (verdict != SK_OK)
        stopped(self, verdict, &err);
    else
        sk_unit_tell(&source->process->unit, last ? on_ended : on_sent, self);
}

/* Read. ------------------------------------------------------------------------------ */

static enum sk_verdict take_batch(struct sk_whole *self, const struct sk_raw_batch *batch,
                                  struct sk_error *err)
{
    struct sk_source_flow *source = self->source;

    for (size_t i = 0; i < batch->count; i++)
        SK_TRY(sk_whole_take(self, &batch->records[i], err));
    if (batch->next.data) {
        free(self->reached);
        self->reached = sk_strndup(batch->next.data, batch->next.size);
    }
    source->reading = batch->end;      /* until it is judged */
    if (!batch->end && !batch->more) { /* there is nothing to read */
        forget(self);
        source->read_at_ms = sk_clock_monotonic_ms() + source->options.poll_ms;
        sk_flow_success(&source->flow);
        sk_flow_busy(&source->flow, false);
    }
    return batch->end ? judge(self, batch->dump, err) : SK_OK;
}

static void on_fetched(void *context, const struct sk_answer *answer,
                       struct sk_raw_batch *batch)
{
    struct sk_whole *self = context;
    struct sk_source_flow *source = self->source;
    struct sk_error err = {0};
    enum sk_verdict verdict;

    sk_source_say_broken(source, answer);
    if (answer->outcome != SK_OUTCOME_DONE) {
        bool down = answer->outcome != SK_OUTCOME_RETRY;
        give_up(self, down ? SK_FLOW_DOWN : SK_FLOW_WAITING, &answer->error,
                answer->retry_after_ms);
        source->flow.count.retried += !down;
        sk_raw_batch_fini(batch);
        return;
    }
    verdict = take_batch(self, batch, &err);
    sk_raw_batch_fini(batch);
    if (verdict != SK_OK) {
        stopped(self, verdict, &err);
        return;
    }
    if (self->step == SK_WHOLE_SENDS) {
        source->reading = false;
        sk_flow_success(&source->flow);
    }
}

static enum sk_verdict begin(struct sk_whole *self, struct sk_error *err)
{
    struct sk_source_flow *source = self->source;
    sk_auto_free char *path =
        sk_strf("%s/%s.lezing", source->process->data, source->flow.name);

    source->counts = source->flow.count;
    SK_TRY(sk_whole_table_open(path, &self->table, err));
    self->step = SK_WHOLE_READS;
    sk_flow_busy(&source->flow, true);
    return SK_OK;
}

static void read_on(struct sk_whole *self)
{
    struct sk_source_flow *source = self->source;

    source->adapter->read(source->reader, sk_text(self->reached), on_fetched, self);
}

void sk_whole_pump(struct sk_whole *self)
{
    struct sk_error err = {0};
    enum sk_verdict verdict = SK_OK;

    switch (self->step) {
    case SK_WHOLE_RESTS:
        verdict = begin(self, &err);
        if (verdict == SK_OK)
            read_on(self);
        else
            stopped(self, verdict, &err);
        return;
    case SK_WHOLE_READS:
        read_on(self);
        return;
    case SK_WHOLE_REFUSED:
        look_again(self);
        return;
    case SK_WHOLE_SENDS:
        send_on(self);
        return;
    }
}
