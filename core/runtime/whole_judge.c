/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a read says, row by row, and then what it does not say: of every key of this
 * source that stands on the bus, the table knows whether it was read.
 */
#include "runtime/whole.h"

#include "avro/event_field.h"
#include "base/alloc.h"
#include "base/buffer.h"

static const char GONE[] = "NIET_MEER_GELEVERD";

int32_t sk_whole_gone(const struct sk_event_type *type, const struct sk_field **ret_field)
{
    const struct sk_field *field = sk_record_field(&type->record, SK_TEXT("toestand"));

    if (!field || field->kind != SK_FIELD_ENUM || field->array || field->optional)
        return -1;
    *ret_field = field;
    for (size_t i = 0; i < field->symbol_count; i++)
        if (strcmp(field->symbols[i], GONE) == 0)
            return (int32_t)i;
    return -1;
}

/* Rows. ------------------------------------------------------------------------------ */

static struct sk_whole *whole_of(struct sk_stage *stage)
{
    return (struct sk_whole *)(void *)((char *)stage - offsetof(struct sk_whole, stage));
}

/* Does an earlier row of this read say the same of the key? */
static enum sk_verdict says_the_same(struct sk_whole *self, int64_t number,
                                     const struct sk_staged *now, bool *ret_same,
                                     struct sk_error *err)
{
    sk_arena_auto arena = {0};
    struct sk_staged before = {0};

    if (number)
        SK_TRY(sk_whole_table_next(self->table, number - 1, &arena, &before, err));
    *ret_same = before.kind == now->kind && before.value.size == now->value.size &&
                (!now->value.size ||
                 memcmp(before.value.data, now->value.data, now->value.size) == 0);
    return SK_OK;
}

/* It waits until all of the row is translated; its number says for now whether it is
 * news. */
enum sk_verdict sk_whole_say(struct sk_stage *stage, const struct sk_said *said,
                             struct sk_error *err)
{
    struct sk_whole *self = whole_of(stage);
    struct sk_staged staged = {.kind = SK_STAGED_EVENT,
                               .topic = sk_text(said->type->topic),
                               .key = sk_arena_text(&self->emitter.arena, said->key)};
    sk_buffer_auto value = {0};
    int64_t number = -1;
    bool same = true;

    if (!said->event)
        staged.kind = SK_STAGED_ERASED;
    if (said->event && said->news) {
        SK_TRY(said->type->encode(said->event, &value, err));
        struct sk_text copy = sk_arena_text(&self->emitter.arena, sk_buffer_text(&value));
        staged.value = (struct sk_bytes){(const uint8_t *)copy.data, copy.size};
    }
    SK_TRY(sk_whole_table_seen(self->table, staged.topic, staged.key, &number, err));
    if (number >= 0) {
        SK_TRY(says_the_same(self, number, &staged, &same, err));
        return same ? SK_OK
                    : sk_fail(err, SK_REJECT, "whole.double",
                              "an earlier row of the same read says something else of "
                              "this key");
    }
    self->said = sk_grow(self->said, &self->said_capacity, self->said_count + 1,
                         sizeof(*self->said));
    staged.number = said->news;
    self->said[self->said_count++] = staged;
    return SK_OK;
}

static enum sk_verdict keep_said(struct sk_whole *self, struct sk_error *err)
{
    for (size_t i = 0; i < self->said_count; i++) {
        const struct sk_staged *said = &self->said[i];
        int64_t number = 0;

        if (said->number) {
            SK_TRY(sk_whole_table_stage(self->table, said, &number, err));
            self->news++;
        }
        SK_TRY(sk_whole_table_see(self->table, said->topic, said->key, number, err));
    }
    return SK_OK;
}

/* A row that cannot be used is no missing one, as far as it says whose it is. */
static enum sk_verdict keep_letter(struct sk_whole *self, const struct sk_raw *raw,
                                   const struct sk_error *cause, struct sk_error *err)
{
    sk_arena_auto arena = {0};
    const struct sk_raw_letter letter = sk_source_letter(self->source, raw, &arena);
    struct sk_text topic = sk_text(self->source->source->event->topic);
    const struct sk_staged staged = {.kind = SK_STAGED_LETTER,
                                     .topic = topic,
                                     .key = letter.entity,
                                     .value = letter.bytes,
                                     .origin = letter.origin,
                                     .cause_id = sk_text(cause->id),
                                     .cause_text = sk_text(cause->text)};
    int64_t number = 0, seen = 0;

    SK_TRY(sk_whole_table_stage(self->table, &staged, &number, err));
    self->letters++;
    if (!sk_text_filled(letter.entity)) {
        self->unnamed++;
        return SK_OK;
    }
    SK_TRY(sk_whole_table_seen(self->table, topic, letter.entity, &seen, err));
    return seen < 0 ? sk_whole_table_see(self->table, topic, letter.entity, 0, err)
                    : SK_OK;
}

enum sk_verdict sk_whole_take(struct sk_whole *self, const struct sk_raw *raw,
                              struct sk_error *err)
{
    struct sk_error cause = raw->error;
    enum sk_verdict verdict = SK_REJECT;

    self->rows++;
    self->said_count = 0;
    if (raw->text.data)
        verdict = sk_source_translate(self->source, &self->emitter, raw, &cause);
    if (verdict == SK_OK)
        return keep_said(self, err);
    if (verdict == SK_REJECT)
        return keep_letter(self, raw, &cause, err);
    *err = cause;
    return verdict;
}

/* The comparison. -------------------------------------------------------------------- */

/* An operator's correction (schakel put) of what this source said is this source's too.
 */
static bool is_ours(const struct sk_whole *self, const struct sk_bus_record *record)
{
    struct sk_text source = sk_bus_header_value(record, "ce_source");
    const char *process = self->source->process->connector->name;

    if (sk_text_is(source, "/cli"))
        return true;
    if (!sk_text_starts_with(source, "/"))
        return false;
    source.data++;
    source.size--;
    return sk_text_is(sk_text_split(&source, '/'), process) &&
           sk_text_is(source, self->source->flow.name);
}

/* Erased, unreadable or said to be gone already: it cannot go missing. */
static enum sk_verdict is_present(struct sk_whole *self,
                                  const struct sk_bus_record *record, bool *ret_present,
                                  struct sk_error *err)
{
    const struct sk_event_type *type = self->source->source->event;
    const struct sk_field *field = NULL;
    sk_arena_auto arena = {0};
    int32_t toestand = 0;
    bool whole;

    *ret_present = false;
    void *event = sk_arena_alloc_zeroed(&arena, type->record.size);
    enum sk_verdict verdict = sk_codec_decode(self->source->process->codec, type,
                                              record->value, &arena, event, &whole, err);
    if (verdict == SK_REJECT)
        return SK_OK;
    SK_TRY(verdict);
    int32_t gone = sk_whole_gone(type, &field);
    memcpy(&toestand, (const char *)event + field->offset, sizeof(toestand));
    *ret_present = toestand != gone;
    return SK_OK;
}

static enum sk_verdict look_at(void *context, const struct sk_bus_record *record,
                               struct sk_error *err)
{
    struct sk_whole *self = context;
    int64_t number = 0;
    bool present = true;

    if (!is_ours(self, record))
        return SK_OK;
    SK_TRY(sk_whole_table_seen(self->table, record->topic, record->key, &number, err));
    if (number < 0)
        SK_TRY(is_present(self, record, &present, err));
    self->known += present;
    if (number >= 0 || !present)
        return SK_OK;
    const struct sk_staged staged = {
        .kind = SK_STAGED_MISSING, .topic = record->topic, .key = record->key};
    if (self->missing < SK_REFUSAL_EXAMPLES)
        self->examples[self->missing] = sk_arena_text(&self->arena, record->key);
    self->missing++;
    /* who knows: it may be one of the rows that do not say whose they are */
    return self->unnamed ? SK_OK
                         : sk_whole_table_stage(self->table, &staged, &number, err);
}

enum sk_verdict sk_whole_compare(struct sk_whole *self, struct sk_error *err)
{
    self->known = self->missing = 0;
    return sk_bus_each(self->source->process->bus,
                       sk_text(self->source->source->event->topic), look_at, self, err);
}
