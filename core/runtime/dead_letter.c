/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/dead_letter.h"

#include <inttypes.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"

enum {
    OWN_HEADERS = 8,
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

/* Why, where from, after what. Returns how many. */
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

static enum sk_verdict send(struct sk_process *process, struct sk_flow *flow,
                            struct sk_bus_message *message, struct sk_arena *arena,
                            struct sk_error *err)
{
    message->topic = sk_process_topic(process, "dlq", arena);
    SK_TRY(sk_unit_send(&process->unit, message, err));
    flow->count.dead++;
    flow->last_ms = sk_clock_now_ms();
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
    add(headers + count++, "schakel_key", record->key);
    if (!record->value.data) { /* a tombstone in the dead letters would erase them */
        add(headers + count++, "schakel_value", SK_TEXT("null"));
        message.value = (struct sk_bytes){(const uint8_t *)"", 0};
    }
    message.header_count = count;
    message.key = sk_arena_printf(&arena, "%.*s/%d/%" PRId64, SK_TEXT_ARG(record->topic),
                                  record->partition, record->position);
    sk_log_warn("dead_letter", SK_STR("flow", flow->name), SK_STR("cause", cause->id),
                SK_SLICE("key", message.key));
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

/* "<source>/<origin>", an origin that is too long as its hash. */
static struct sk_text raw_key(const struct sk_flow *flow, struct sk_text origin,
                              struct sk_arena *arena)
{
    char hash[SK_SHA256_HEX_SIZE];

    if (origin.size <= SK_BUS_KEY_LIMIT / 2)
        return sk_arena_printf(arena, "%s/%.*s", flow->name, SK_TEXT_ARG(origin));
    return sk_arena_printf(arena, "%s/sha256:%s", flow->name,
                           sk_sha256_hex(origin.data, origin.size, hash));
}

enum sk_verdict sk_dead_letter_raw(struct sk_process *process, struct sk_flow *flow,
                                   struct sk_text origin, struct sk_bytes bytes,
                                   const struct sk_error *cause, struct sk_error *err)
{
    sk_arena_auto arena = {0};
    struct sk_bus_header headers[OWN_HEADERS + BLOB_HEADERS];
    size_t count = own_headers(flow, 1, cause, &arena, headers);

    if (bytes.size > SK_BUS_VALUE_LIMIT) {
        SK_TRY(keep_blob(process, &bytes, &arena, headers + count, err));
        count += BLOB_HEADERS;
    }
    struct sk_bus_message message = {.key = raw_key(flow, origin, &arena),
                                     .value = bytes,
                                     .headers = headers,
                                     .header_count = count};
    if (!bytes.data)
        message.value = (struct sk_bytes){(const uint8_t *)"", 0};
    sk_log_warn("dead_letter", SK_STR("flow", flow->name), SK_STR("cause", cause->id),
                SK_SLICE("origin", origin));
    return send(process, flow, &message, &arena, err);
}
