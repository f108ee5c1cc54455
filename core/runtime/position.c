/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/position.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "events/schakel_positie.h"

enum { LARGEST_POSITION = 16 * 1024, MOST_CHECKPOINTS = 256 };

static void replace(char **field, char *text_take)
{
    free(*field);
    *field = text_take;
}

void sk_position_fini(struct sk_source_flow *self)
{
    for (size_t i = 0; i < self->checkpoint_count; i++)
        free(self->checkpoints[i].position);
    free(self->checkpoints);
    free(self->position);
    free(self->reached);
    free(self->uncommitted);
}

enum sk_verdict sk_position_load(struct sk_source_flow *self, struct sk_error *err)
{
    struct sk_process *process = self->process;
    sk_arena_auto arena = {0};
    struct sk_text key =
        sk_arena_printf(&arena, "%s/%s", process->connector->name, self->flow.name);
    struct schakel_positie positie = {0};
    struct sk_bus_record record = {0};
    bool found = false, whole;

    SK_TRY(sk_bus_latest(process->bus, sk_text(sk_schakel_positie.topic), key, &record,
                         &found, err));
    if (!found || !record.value.data)
        return SK_OK;
    SK_TRY(sk_codec_decode(process->codec, &sk_schakel_positie, record.value, &arena,
                           &positie, &whole, err));
    replace(&self->position, positie.positie.size
                                 ? sk_strndup(positie.positie.data, positie.positie.size)
                                 : NULL);
    self->taken_count = positie.gelezen;
    return SK_OK;
}

/* The position to keep now that `reached` is reached: with an overlap, the newest that is
 * older than it; NULL: what is kept stays. Of many checkpoints, every other one goes. */
static const char *position_to_keep(struct sk_source_flow *self, const char *reached)
{
    int64_t now = sk_clock_monotonic_ms();
    const char *keep = NULL;

    if (!self->options.overlap_ms)
        return reached;
    for (size_t i = 0; i < self->checkpoint_count; i++)
        if (self->checkpoints[i].at_ms + self->options.overlap_ms <= now)
            keep = self->checkpoints[i].position;
    return keep;
}

static void drop_checkpoint(struct sk_source_flow *self, size_t index)
{
    free(self->checkpoints[index].position);
    self->checkpoint_count--;
    memmove(&self->checkpoints[index], &self->checkpoints[index + 1],
            (self->checkpoint_count - index) * sizeof(*self->checkpoints));
}

static void remember(struct sk_source_flow *self, const char *reached)
{
    size_t count = self->checkpoint_count;

    if (!self->options.overlap_ms ||
        (count && strcmp(self->checkpoints[count - 1].position, reached) == 0))
        return;
    if (count == MOST_CHECKPOINTS)
        for (size_t i = 1; i < self->checkpoint_count; i++)
            drop_checkpoint(self, i);
    self->checkpoints = sk_grow(self->checkpoints, &self->checkpoint_capacity,
                                self->checkpoint_count + 1, sizeof(*self->checkpoints));
    self->checkpoints[self->checkpoint_count++] = (struct sk_checkpoint){
        .position = sk_strdup(reached), .at_ms = sk_clock_monotonic_ms()};
}

static enum sk_verdict send(struct sk_source_flow *self, const char *keep,
                            struct sk_error *err)
{
    struct sk_process *process = self->process;
    struct schakel_positie positie;
    struct sk_bus_message message;
    sk_arena_auto arena = {0};

    schakel_positie_init(&positie);
    positie.proces = sk_text(process->connector->name);
    positie.flow = sk_text(self->flow.name);
    positie.positie = sk_text(keep ? keep : "");
    positie.gelezen = self->taken_count;
    positie.has_op = true;
    positie.op = sk_clock_now_ms();
    SK_TRY(sk_emitter_message(process, sk_text(sk_schakel_positie.topic),
                              &sk_schakel_positie, &positie, &arena, &message, err));
    return sk_unit_send(&process->unit, &message, err);
}

enum sk_verdict sk_position_moved(struct sk_source_flow *self, struct sk_text next,
                                  int64_t count, struct sk_error *err)
{
    const char *from = self->reached ? self->reached : self->position;

    if (next.size > LARGEST_POSITION)
        return sk_fail(err, SK_RETRY, "source.position",
                       "the source's position has %zu bytes: at most %d are taken",
                       next.size, LARGEST_POSITION);
    if (!next.data || (from && sk_text_is(next, from)))
        return SK_OK;
    replace(&self->uncommitted, sk_strndup(next.data, next.size));
    const char *keep = position_to_keep(self, self->uncommitted);
    self->taken_count += count;
    if (!keep || (self->position && strcmp(keep, self->position) == 0))
        return SK_OK;
    return send(self, keep, err);
}

bool sk_position_committed(struct sk_source_flow *self)
{
    if (!self->uncommitted)
        return false;
    const char *keep = position_to_keep(self, self->uncommitted);
    if (keep)
        replace(&self->position, sk_strdup(keep));
    remember(self, self->uncommitted);
    replace(&self->reached, self->uncommitted);
    self->uncommitted = NULL;
    return true;
}

void sk_position_forget(struct sk_source_flow *self)
{
    replace(&self->uncommitted, NULL);
    replace(&self->reached, NULL);
}

void sk_position_round_ended(struct sk_source_flow *self)
{
    if (self->options.overlap_ms)
        replace(&self->reached, NULL);
}
