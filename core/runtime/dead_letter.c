/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/dead_letter.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"

enum {
    OWN_HEADERS = 9, /* at most, with those of the caller */
    BLOB_HEADERS = 2,
    OWN_HEADERS_ROOM = 4096, /* bytes of ours: what theirs must leave */
    FIRST_PART = 64 * 1024,
};

static struct sk_bus_header *add(struct sk_bus_header *at, const char *name,
                                 struct sk_text value)
{
    *at = (struct sk_bus_header){sk_text(name), value};
    return at + 1;
}

/* Why, whose, after what. Returns how many. */
static size_t own_headers(const struct sk_flow *flow, int64_t attempts,
                          const struct sk_error *cause, struct sk_arena *arena,
                          struct sk_bus_header headers[OWN_HEADERS])
{
    char now[SK_INSTANT_SIZE];
    struct sk_bus_header *at = headers;

    at = add(at, "schakel_flow", sk_text(flow->name));
    at = add(at, "schakel_verdict", SK_TEXT("REJECT"));
    at = add(at, "schakel_error_id", sk_text(cause->id));
    at = add(at, "schakel_error_text", sk_arena_text(arena, sk_text(cause->text)));
    at = add(at, "schakel_attempts", sk_arena_printf(arena, "%" PRId64, attempts));
    at = add(at, "schakel_at",
             sk_arena_text(arena, sk_text(sk_instant_format(sk_clock_now_ms(), now))));
    return (size_t)(at - headers);
}

static void count_dead(void *context, bool committed)
{
    struct sk_flow *flow = context;

    flow->count.dead += committed;
}

static enum sk_verdict send(struct sk_process *process, struct sk_flow *flow,
                            struct sk_bus_message *message, struct sk_arena *arena,
                            struct sk_error *err)
{
    message->topic = sk_process_topic(process, "dlq", arena);
    SK_TRY(sk_unit_send(&process->unit, message, err));
    sk_unit_tell(&process->unit, count_dead, flow);
    flow->last_ms = sk_clock_now_ms();
    sk_log_warn("dead_letter", SK_STR("flow", flow->name), SK_SLICE("key", message->key));
    return SK_OK;
}

/* Theirs, as far as there is room for them beside ours. */
static size_t copy_headers(const struct sk_bus_record *record, struct sk_bus_header *out)
{
    size_t room = SK_BUS_HEADERS_LIMIT - OWN_HEADERS_ROOM;
    size_t count = 0;

    for (size_t i = 0; i < record->header_count; i++) {
        size_t size = record->headers[i].name.size + record->headers[i].value.size;
        if (size > room)
            continue;
        room -= size;
        out[count++] = record->headers[i];
    }
    return count;
}

enum sk_verdict sk_dead_letter_record(struct sk_process *process, struct sk_flow *flow,
                                      const struct sk_bus_record *record,
                                      int64_t attempts, const struct sk_error *cause,
                                      struct sk_error *err)
{
    sk_arena_auto arena = {0};
    struct sk_bus_header *headers =
        sk_arena_alloc(&arena, (record->header_count + OWN_HEADERS) * sizeof(*headers));
    size_t count = copy_headers(record, headers);
    struct sk_bus_message message = {.value = record->value, .headers = headers};

    count += own_headers(flow, attempts, cause, &arena, headers + count);
    add(headers + count++, "schakel_topic", record->topic);
    add(headers + count++, "schakel_key", record->key);
    if (!record->value.data) { /* a tombstone in the dead letters would erase them */
        add(headers + count++, "schakel_value", SK_TEXT("null"));
        message.value = (struct sk_bytes){(const uint8_t *)"", 0};
    }
    message.header_count = count;
    message.key = sk_arena_printf(&arena, "%.*s/%d/%" PRId64, SK_TEXT_ARG(record->topic),
                                  record->partition, record->position);
    return send(process, flow, &message, &arena, err);
}

/* Keeps the whole in the blob folder; what stays in the message is its first part. */
static enum sk_verdict keep_blob(struct sk_process *process, struct sk_bytes *bytes,
                                 struct sk_arena *arena,
                                 struct sk_bus_header headers[BLOB_HEADERS],
                                 struct sk_error *err)
{
    char hash[SK_SHA256_HEX_SIZE];
    sk_auto_free char *folder = sk_strf("%s/blobs", process->common.data);
    sk_auto_free char *path = NULL;

    sk_sha256_hex(bytes->data, bytes->size, hash);
    path = sk_strf("%s/%s", folder, hash);
    SK_TRY(sk_folder_make(folder, err));
    SK_TRY(sk_file_replace(path, bytes->data, bytes->size, err));
    add(headers, "schakel_blob_sha256", sk_arena_text(arena, sk_text(hash)));
    add(headers + 1, "schakel_blob_bytes", sk_arena_printf(arena, "%zu", bytes->size));
    bytes->size = FIRST_PART;
    return SK_OK;
}

/* Is there a letter with this key, in this unit or on the bus? */
static enum sk_verdict is_there(struct sk_process *process, struct sk_text key,
                                struct sk_arena *arena, bool *ret_there,
                                struct sk_error *err)
{
    struct sk_text topic = sk_process_topic(process, "dlq", arena);
    struct sk_bus_record record = {0};
    bool found = false;

    *ret_there = sk_unit_newest(&process->unit, topic, key) != NULL;
    if (*ret_there)
        return SK_OK;
    SK_TRY(sk_bus_latest(process->bus, topic, key, &record, &found, err));
    *ret_there = found && record.value.data;
    return SK_OK;
}

enum sk_verdict sk_dead_letter_raw(struct sk_process *process, struct sk_flow *flow,
                                   const struct sk_raw_letter *letter,
                                   const struct sk_error *cause, struct sk_error *err)
{
    sk_arena_auto arena = {0};
    struct sk_bus_header headers[OWN_HEADERS + BLOB_HEADERS];
    struct sk_bytes bytes = letter->bytes;
    char hash[SK_SHA256_HEX_SIZE];
    struct sk_text key = sk_arena_printf(&arena, "%s/%s", flow->name,
                                         sk_sha256_hex(bytes.data, bytes.size, hash));
    bool there = false;

    SK_TRY(is_there(process, key, &arena, &there, err));
    if (there)
        return SK_OK;
    size_t count = own_headers(flow, 1, cause, &arena, headers);
    add(headers + count++, "schakel_origin", letter->origin);
    add(headers + count++, "schakel_topic", sk_text(flow->topic));
    if (letter->entity.data)
        add(headers + count++, "schakel_key", letter->entity);
    if (bytes.size > SK_BUS_VALUE_LIMIT) {
        SK_TRY(keep_blob(process, &bytes, &arena, headers + count, err));
        count += BLOB_HEADERS;
    }
    if (!bytes.data)
        bytes.data = (const uint8_t *)"";
    struct sk_bus_message message = {
        .key = key, .value = bytes, .headers = headers, .header_count = count};
    return send(process, flow, &message, &arena, err);
}

/* Which letters are about an entity. */
struct erasure {
    struct sk_text topic, entity;
    struct sk_arena *arena;
    struct sk_text *keys;
    size_t count, capacity;
};

static enum sk_verdict note_letter(void *context, const struct sk_bus_record *record,
                                   struct sk_error *)
{
    struct erasure *erasure = context;

    if (!sk_text_equal(sk_bus_header_value(record, "schakel_topic"), erasure->topic) ||
        !sk_text_equal(sk_bus_header_value(record, "schakel_key"), erasure->entity))
        return SK_OK;
    erasure->keys = sk_grow(erasure->keys, &erasure->capacity, erasure->count + 1,
                            sizeof(*erasure->keys));
    erasure->keys[erasure->count++] = sk_arena_text(erasure->arena, record->key);
    return SK_OK;
}

/* Erasures are rare and letters few: they are looked for one by one. */
enum sk_verdict sk_dead_letter_erase(struct sk_process *process, struct sk_text topic,
                                     struct sk_text entity, struct sk_error *err)
{
    sk_arena_auto arena = {0};
    struct erasure erasure = {.topic = topic, .entity = entity, .arena = &arena};
    struct sk_bus_message erased = {.topic = sk_process_topic(process, "dlq", &arena)};

    enum sk_verdict verdict =
        sk_bus_each(process->bus, erased.topic, note_letter, &erasure, err);
    for (size_t i = 0; verdict == SK_OK && i < erasure.count; i++) {
        erased.key = erasure.keys[i];
        verdict = sk_unit_send(&process->unit, &erased, err);
    }
    free(erasure.keys);
    return verdict;
}
