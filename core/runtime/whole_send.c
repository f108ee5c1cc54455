/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was staged goes as any event goes: compared once more with what stands on the bus
 * now, so that a part that was sent before a crash is not sent again.
 */
#include "runtime/whole.h"

#include <stdio.h>

#include "runtime/position.h"

enum { UNIT_EVENTS = 500, UNIT_BYTES = 1024 * 1024 };

static enum sk_verdict send_event(struct sk_whole *self, const struct sk_staged *staged,
                                  struct sk_error *err)
{
    struct sk_emitter *out = &self->source->emitter;
    const struct sk_event_type *type = sk_event_type_of(staged->topic);

    if (staged->kind == SK_STAGED_ERASED)
        return sk_emit_erased(out, type, staged->key, err);
    void *event = sk_arena_alloc_zeroed(&out->arena, type->record.size);
    SK_TRY(type->decode(event, staged->value, &out->arena, err));
    return sk_emit(out, type, event, err);
}

/* All that it said stays, but for its toestand. */
static enum sk_verdict send_missing(struct sk_whole *self, const struct sk_staged *staged,
                                    struct sk_error *err)
{
    struct sk_emitter *out = &self->source->emitter;
    const struct sk_event_type *type = self->source->source->event;
    const struct sk_field *field = NULL;
    int32_t gone = sk_whole_gone(type, &field);
    const void *newest = NULL;

    SK_TRY(sk_latest(out, type, staged->key, &newest, err));
    if (!newest)
        return SK_OK;
    char *event = sk_arena_alloc(&out->arena, type->record.size);
    memcpy(event, newest, type->record.size);
    memcpy(event + field->offset, &gone, sizeof(gone));
    return sk_emit(out, type, event, err);
}

static enum sk_verdict send_letter(struct sk_whole *self, const struct sk_staged *staged,
                                   struct sk_error *err)
{
    const struct sk_raw_letter letter = {
        .bytes = staged->value, .origin = staged->origin, .entity = staged->key};
    struct sk_error cause = {.id = staged->cause_id.data};

    snprintf(cause.text, sizeof(cause.text), "%.*s", SK_TEXT_ARG(staged->cause_text));
    return sk_dead_letter_raw(self->source->process, &self->source->flow, &letter, &cause,
                              err);
}

static enum sk_verdict send_one(struct sk_whole *self, const struct sk_staged *staged,
                                struct sk_error *err)
{
    struct sk_emitter *out = &self->source->emitter;
    enum sk_verdict verdict;

    if (staged->kind == SK_STAGED_LETTER)
        return send_letter(self, staged, err);
    sk_emitter_begin(out, (struct sk_text){0}, (struct sk_text){0});
    verdict = staged->kind == SK_STAGED_MISSING ? send_missing(self, staged, err)
                                                : send_event(self, staged, err);
    sk_emitter_end(out, verdict);
    return verdict;
}

/* The position says which read was taken over last; what was refused is settled. */
static enum sk_verdict send_end(struct sk_whole *self, struct sk_error *err)
{
    struct sk_source_flow *source = self->source;

    SK_TRY(sk_position_moved(source, sk_text(self->reached), self->rows, err));
    return sk_refusal_close(source->process, source->flow.name,
                            self->refusal[0] ? self->refusal : NULL, err);
}

enum sk_verdict sk_whole_send(struct sk_whole *self, bool *ret_last, struct sk_error *err)
{
    struct sk_unit_mark mark = sk_unit_mark(&self->source->process->unit);
    enum sk_verdict verdict = SK_OK;
    sk_arena_auto arena = {0};
    size_t bytes = 0;

    *ret_last = false;
    self->sending = self->sent;
    for (int i = 0; i < UNIT_EVENTS && bytes < UNIT_BYTES && !*ret_last; i++) {
        struct sk_staged staged = {0};
        verdict = sk_whole_table_next(self->table, self->sending, &arena, &staged, err);
        *ret_last = verdict == SK_OK && !staged.number;
        if (verdict == SK_OK)
            verdict = *ret_last ? send_end(self, err) : send_one(self, &staged, err);
        if (verdict != SK_OK)
            break;
        bytes += staged.value.size;
        self->sending = *ret_last ? self->sending : staged.number;
    }
    if (verdict != SK_OK)
        sk_unit_rollback(&self->source->process->unit, mark);
    return verdict;
}
