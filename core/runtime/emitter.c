/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An event is sent only when it says something new. Its id is derived from what it says
 * and whose state it is, so that it is the same wherever the event comes by.
 */
#include "runtime/emitter.h"

#include <inttypes.h>
#include <stdio.h>

#include "avro/event_field.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/uuid.h"
#include "runtime/dead_letter.h"
#include "runtime/erasure.h"

enum { IDLE_ARENA = 256 * 1024 };

void sk_emitter_begin(struct sk_emitter *emitter, struct sk_text cause,
                      struct sk_text trace)
{
    if (sk_arena_footprint(&emitter->arena) > IDLE_ARENA)
        sk_arena_fini(&emitter->arena);
    else
        sk_arena_reset(&emitter->arena);
    emitter->cause = cause;
    emitter->trace = trace;
    emitter->mark = sk_unit_mark(&emitter->process->unit);
    emitter->looked_up = NULL;
    memset(&emitter->count, 0, sizeof(emitter->count));
}

void sk_emitter_end(struct sk_emitter *emitter, enum sk_verdict verdict)
{
    if (verdict != SK_OK) {
        sk_unit_rollback(&emitter->process->unit, emitter->mark);
        return;
    }
    emitter->flow->count.sent += emitter->count.sent;
    emitter->flow->count.unchanged += emitter->count.unchanged;
    emitter->flow->count.refused_values += emitter->count.refused_values;
}

void sk_emitter_fini(struct sk_emitter *emitter)
{
    sk_arena_fini(&emitter->arena);
}

struct sk_arena *sk_emitter_arena(struct sk_emitter *out)
{
    return &out->arena;
}

const char *sk_emitter_folder(const struct sk_emitter *out)
{
    return out->process->data;
}

int64_t sk_emitter_now_ms(const struct sk_emitter *out)
{
    struct sk_unit *unit = &out->process->unit;

    if (!unit->now_ms)
        unit->now_ms = sk_clock_now_ms();
    return unit->now_ms;
}

/* What stands on the bus, or in this unit, about a key. */
struct newest {
    struct sk_bytes value; /* data NULL: nothing, or erased; else in the unit or arena */
    const void *event;     /* the value decoded, or NULL */
    bool whole;
    int64_t versie;    /* of the event; when it was erased, that time; 0: nothing */
    int64_t erased_ms; /* erased: up to this bron.gewijzigd_op (erasure.h); 0: unknown */
};

static enum sk_verdict newest_value(struct sk_emitter *out,
                                    const struct sk_event_type *type, struct sk_text key,
                                    struct newest *ret_newest, struct sk_error *err)
{
    const struct sk_bus_message *own =
        sk_unit_newest(&out->process->unit, sk_text(type->topic), key);
    struct newest newest = {.whole = true};
    struct sk_bus_record record = {0};
    bool found = false;

    if (own) {
        newest.value = own->value;
        newest.versie = sk_emitter_now_ms(out);
        if (!own->value.data)
            newest.erased_ms = sk_erasure_until(own->headers, own->header_count);
        *ret_newest = newest;
        return SK_OK;
    }
    SK_TRY(sk_bus_latest(out->process->bus, sk_text(type->topic), key, &record, &found,
                         err));
    if (found)
        newest.versie = record.timestamp_ms;
    if (found && !record.value.data)
        newest.erased_ms = sk_erasure_until(record.headers, record.header_count);
    if (found && record.value.data) {
        struct sk_text copy =
            sk_arena_text(&out->arena, (struct sk_text){(const char *)record.value.data,
                                                        record.value.size});
        newest.value = (struct sk_bytes){(const uint8_t *)copy.data, copy.size};
    }
    *ret_newest = newest;
    return SK_OK;
}

/* A translation asks for the newest of the key that it then emits: one look is enough. */
struct sk_looked_up {
    const struct sk_event_type *type;
    struct sk_text key;
    struct newest newest;
};

static void remember(struct sk_emitter *out, const struct sk_event_type *type,
                     struct sk_text key, const struct newest *newest)
{
    out->looked_up = sk_arena_alloc(&out->arena, sizeof(*out->looked_up));
    *out->looked_up =
        (struct sk_looked_up){type, sk_arena_text(&out->arena, key), *newest};
}

static enum sk_verdict newest_event(struct sk_emitter *out,
                                    const struct sk_event_type *type, struct sk_text key,
                                    struct newest *ret_newest, struct sk_error *err)
{
    const struct sk_looked_up *last = out->looked_up;
    struct newest newest;

    if (last && last->type == type && sk_text_equal(last->key, key)) {
        *ret_newest = last->newest;
        return SK_OK;
    }
    SK_TRY(newest_value(out, type, key, &newest, err));
    if (newest.value.data) {
        void *event = sk_arena_alloc_zeroed(&out->arena, type->record.size);
        SK_TRY(sk_codec_decode(out->process->codec, type, newest.value, &out->arena,
                               event, &newest.whole, err));
        newest.event = event;
        newest.versie = sk_event_versie(type, event);
    }
    remember(out, type, key, &newest);
    *ret_newest = newest;
    return SK_OK;
}

enum sk_verdict sk_latest(struct sk_emitter *out, const struct sk_event_type *type,
                          struct sk_text key, const void **ret_event,
                          struct sk_error *err)
{
    struct newest newest;

    SK_TRY(newest_event(out, type, key, &newest, err));
    *ret_event = newest.event;
    return SK_OK;
}

/* A copy of `event` without bron.gewijzigd_op and versie: what counts as its content. */
static void *content_of(const struct sk_event_type *type, const void *event,
                        struct sk_arena *arena)
{
    char *copy = sk_arena_alloc(arena, type->record.size);
    const struct sk_field *bron = sk_record_field(&type->record, SK_TEXT("bron"));

    memcpy(copy, event, type->record.size);
    if (type->versie)
        sk_event_set_versie(type, copy, 0);
    if (!bron || bron->kind != SK_FIELD_RECORD || bron->array)
        return copy;
    char *record = copy + bron->offset;
    if (bron->optional) {
        const char *shared = *(char **)(copy + bron->offset);
        if (!shared)
            return copy;
        record = sk_arena_alloc(arena, bron->record->size);
        memcpy(record, shared, bron->record->size);
        memcpy(copy + bron->offset, &record, sizeof(record));
    }
    const struct sk_field *changed =
        sk_record_field(bron->record, SK_TEXT("gewijzigd_op"));
    if (changed && changed->kind == SK_FIELD_LONG) {
        if (changed->optional)
            *(bool *)(record + changed->presence) = false;
        *(int64_t *)(record + changed->offset) = 0;
    }
    return copy;
}

/* UUIDv5 of system, entity, id, versie and the SHA-256 of the payload without versie. */
static enum sk_verdict event_id(struct sk_emitter *out, const struct sk_event_type *type,
                                struct sk_text key, void *event, char id[SK_UUID_SIZE],
                                struct sk_error *err)
{
    sk_buffer_auto payload = {0};
    char hash[SK_SHA256_HEX_SIZE], versie[48];
    int64_t number = sk_event_versie(type, event);

    if (type->versie)
        sk_event_set_versie(type, event, 0);
    enum sk_verdict verdict = type->encode(event, &payload, err);
    if (type->versie)
        sk_event_set_versie(type, event, number);
    SK_TRY(verdict);
    sk_sha256_hex(payload.data, payload.size, hash);
    if (type->versie)
        snprintf(versie, sizeof(versie), "%" PRId64, number);
    else /* the same said again later is another event */
        snprintf(versie, sizeof(versie), "%" PRId64 ".%zu", sk_emitter_now_ms(out),
                 out->process->unit.message_count);
    const struct sk_text parts[] = {sk_text(out->process->connector->name),
                                    sk_text(type->topic), key, sk_text(versie),
                                    sk_text(hash)};
    sk_uuid_v5(parts, SK_COUNT(parts), id);
    return SK_OK;
}

/* `said` as a message with this value (none: a tombstone) and event id. A tombstone says
 * which states it ends: up to said->event. */
static enum sk_verdict add_message(struct sk_emitter *out, const struct sk_said *said,
                                   struct sk_bytes value, const char *id,
                                   struct sk_error *err)
{
    const struct sk_event_type *type = said->type;
    struct sk_event_headers values = {
        .source = sk_arena_printf(&out->arena, "/%s/%s", out->process->connector->name,
                                  out->flow->name),
        .cause = out->cause,
        .trace = out->trace,
        .time_ms = sk_emitter_now_ms(out)};
    struct sk_bus_header headers[SK_EVENT_HEADER_COUNT + 1];

    memcpy(values.id, id, SK_UUID_SIZE);
    struct sk_bus_message message = {
        .topic = sk_text(type->topic),
        .key = said->key,
        .value = value,
        .headers = headers,
        .header_count = sk_event_headers_make(type, &values, &out->arena, headers)};
    if (!value.data && said->event)
        message.header_count += sk_erasure_mark(type, said->event, &out->arena,
                                                &headers[message.header_count]);
    SK_TRY(sk_unit_send(&out->process->unit, &message, err));
    out->looked_up = NULL;
    out->count.sent++;
    return SK_OK;
}

static void count_refused_values(struct sk_emitter *out, const struct sk_event_type *type,
                                 const void *event)
{
    const struct sk_field *refused = sk_record_field(&type->record, SK_TEXT("afgekeurd"));

    if (refused && refused->array)
        out->count.refused_values +=
            (int64_t) * (const size_t *)((const char *)event + refused->presence);
}

/* `before`: the versie of what it says it in place of. */
static enum sk_verdict send_event(struct sk_emitter *out, const struct sk_said *news,
                                  int64_t before, struct sk_error *err)
{
    const struct sk_event_type *type = news->type;
    char *copy = sk_arena_alloc(&out->arena, type->record.size);
    int64_t now = sk_emitter_now_ms(out);
    sk_buffer_auto value = {0};
    char id[SK_UUID_SIZE];

    memcpy(copy, news->event, type->record.size);
    if (type->versie)
        sk_event_set_versie(type, copy, before + 1 > now ? before + 1 : now);
    SK_TRY(event_id(out, type, news->key, copy, id, err));
    SK_TRY(sk_codec_encode(out->process->codec, type, copy, &value, err));
    SK_TRY(add_message(out, news, sk_buffer_bytes(&value), id, err));
    count_refused_values(out, type, news->event);
    return SK_OK;
}

enum sk_verdict sk_emit(struct sk_emitter *out, const struct sk_event_type *type,
                        const void *event, struct sk_error *err)
{
    struct newest before;
    struct sk_text key;

    SK_TRY(sk_event_key(type, event, &out->arena, &key, err));
    SK_TRY(newest_event(out, type, key, &before, err));
    bool news = before.event ? !type->equal(content_of(type, before.event, &out->arena),
                                            content_of(type, event, &out->arena))
                             : !sk_erasure_covers(before.erased_ms, type, event);
    if (!news)
        out->count.unchanged++;
    else if (!before.whole)
        return sk_fail(err, SK_RETRY, "event.newer_schema",
                       "the newest event of this key on %s was written by a newer "
                       "program: upgrade this one",
                       type->topic);
    const struct sk_said said = {type, key, event, news};
    if (out->stage)
        return out->stage->take(out->stage, &said, err);
    return news ? send_event(out, &said, before.versie, err) : SK_OK;
}

/* The last state of what is erased; one that cannot be read is erased all the same. */
static enum sk_verdict ended_event(struct sk_emitter *out, struct sk_said *said,
                                   struct sk_bytes value, struct sk_error *err)
{
    void *event = sk_arena_alloc_zeroed(&out->arena, said->type->record.size);
    bool whole;

    enum sk_verdict verdict = sk_codec_decode(out->process->codec, said->type, value,
                                              &out->arena, event, &whole, err);
    if (verdict == SK_OK)
        said->event = event;
    return verdict == SK_REJECT ? SK_OK : verdict;
}

enum sk_verdict sk_emit_erased(struct sk_emitter *out, const struct sk_event_type *type,
                               struct sk_text key, struct sk_error *err)
{
    struct sk_said said = {.type = type, .key = key, .news = true};
    char id[SK_UUID_SIZE], now[24];
    struct newest before;

    if (out->stage)
        return out->stage->take(out->stage, &said, err);
    SK_TRY(sk_dead_letter_erase(out->process, sk_text(type->topic), key, err));
    SK_TRY(newest_value(out, type, key, &before, err));
    if (!before.value.data) {
        out->count.unchanged++;
        return SK_OK;
    }
    SK_TRY(ended_event(out, &said, before.value, err));
    snprintf(now, sizeof(now), "%" PRId64, sk_emitter_now_ms(out));
    const struct sk_text parts[] = {sk_text(out->process->connector->name),
                                    sk_text(type->topic), key, sk_text(now),
                                    SK_TEXT("erased")};
    sk_uuid_v5(parts, SK_COUNT(parts), id);
    return add_message(out, &said, (struct sk_bytes){0}, id, err);
}

enum sk_verdict sk_emitter_message(struct sk_process *process, struct sk_text topic,
                                   const struct sk_event_type *type, const void *event,
                                   struct sk_arena *arena,
                                   struct sk_bus_message *ret_message,
                                   struct sk_error *err)
{
    struct sk_event_headers values = {
        .source = sk_arena_printf(arena, "/%s", process->connector->name),
        .time_ms = sk_clock_now_ms()};
    struct sk_bus_header *headers =
        sk_arena_alloc(arena, SK_EVENT_HEADER_COUNT * sizeof(*headers));
    sk_buffer_auto value = {0};
    struct sk_text key;

    SK_TRY(sk_event_key(type, event, arena, &key, err));
    SK_TRY(sk_codec_encode(process->codec, type, event, &value, err));
    sk_uuid_v4(values.id);
    size_t count = sk_event_headers_make(type, &values, arena, headers);
    struct sk_text copy = sk_arena_text(arena, sk_buffer_text(&value));
    *ret_message =
        (struct sk_bus_message){.topic = topic,
                                .key = key,
                                .value = {(const uint8_t *)copy.data, copy.size},
                                .headers = headers,
                                .header_count = count};
    return SK_OK;
}
