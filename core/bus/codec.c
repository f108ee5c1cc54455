/* SPDX-License-Identifier: Apache-2.0 */
/*
 * codec - events to framed values and back.
 *
 * What depends on the type and the writer's schema id only (our own id, how to read the
 * other's) is looked up once and then found in a short table.
 */
#include "bus/codec.h"

#include <endian.h>
#include <stdlib.h>

#include "avro/event_json.h"
#include "avro/json_view.h"
#include "base/alloc.h"
#include "bus/codec_mask.h"
#include "bus/codec_plan.h"

enum {
    FRAME_SIZE = 5,  /* 0 and the id, big-endian */
    PLANS_MAX = 256, /* more writers' schemas than that: begin anew */
};

/* A type, and the id of a schema: its own, or that of the event read last. */
struct type_id {
    const struct sk_event_type *type;
    int32_t id;
};

struct sk_codec {
    struct sk_registry_client *client;
    struct type_id *own;
    size_t own_count, own_capacity;
    struct type_id *read;
    size_t read_count, read_capacity;
    struct sk_codec_plan *plans;
    size_t plan_count, plan_capacity;
    struct sk_buffer resolved;
    struct sk_arena shown; /* the event that is shown to people */
};

struct sk_codec *sk_codec_new(struct sk_registry_client *client)
{
    struct sk_codec *codec = sk_alloc_zeroed(sizeof(*codec));

    codec->client = client;
    return codec;
}

static void forget_plans(struct sk_codec *codec)
{
    for (size_t i = 0; i < codec->plan_count; i++)
        sk_codec_plan_fini(&codec->plans[i]);
    codec->plan_count = 0;
}

void sk_codec_free(struct sk_codec *codec)
{
    if (!codec)
        return;
    forget_plans(codec);
    free(codec->plans);
    free(codec->own);
    free(codec->read);
    sk_buffer_fini(&codec->resolved);
    sk_arena_fini(&codec->shown);
    free(codec);
}

/* Writing. --------------------------------------------------------------------------- */

static enum sk_verdict own_id(struct sk_codec *codec, const struct sk_event_type *type,
                              int32_t *ret_id, struct sk_error *err)
{
    for (size_t i = 0; i < codec->own_count; i++) {
        if (codec->own[i].type == type) {
            *ret_id = codec->own[i].id;
            return SK_OK;
        }
    }
    SK_TRY(sk_registry_client_id(codec->client, type, ret_id, err));
    codec->own = sk_grow(codec->own, &codec->own_capacity, codec->own_count + 1,
                         sizeof(*codec->own));
    codec->own[codec->own_count++] = (struct type_id){type, *ret_id};
    return SK_OK;
}

enum sk_verdict sk_codec_encode(struct sk_codec *codec, const struct sk_event_type *type,
                                const void *event, struct sk_buffer *out,
                                struct sk_error *err)
{
    size_t before = out->size;
    int32_t id = 0;

    SK_TRY(own_id(codec, type, &id, err));
    uint32_t wire_id = htobe32((uint32_t)id);
    sk_buffer_append_byte(out, 0);
    sk_buffer_append(out, &wire_id, sizeof(wire_id));
    enum sk_verdict verdict = type->encode(event, out, err);
    if (verdict != SK_OK)
        out->size = before;
    return verdict;
}

/* Reading. --------------------------------------------------------------------------- */

static enum sk_verdict unframe(struct sk_bytes value, int32_t *ret_id,
                               struct sk_bytes *ret_payload, struct sk_error *err)
{
    uint32_t wire_id;

    if (value.size < FRAME_SIZE || value.data[0] != 0)
        return sk_fail(err, SK_REJECT, "codec.frame",
                       "the value does not begin with 0 and a schema id (%zu bytes)",
                       value.size);
    memcpy(&wire_id, value.data + 1, sizeof(wire_id));
    *ret_id = (int32_t)be32toh(wire_id);
    *ret_payload = (struct sk_bytes){value.data + FRAME_SIZE, value.size - FRAME_SIZE};
    return SK_OK;
}

static enum sk_verdict find_plan(struct sk_codec *codec, const struct sk_event_type *type,
                                 int32_t id, const struct sk_codec_plan **ret_plan,
                                 struct sk_error *err)
{
    const char *schema;

    for (size_t i = 0; i < codec->plan_count; i++) {
        if (codec->plans[i].id == id && codec->plans[i].type == type) {
            *ret_plan = &codec->plans[i];
            return SK_OK;
        }
    }
    SK_TRY(sk_registry_client_schema(codec->client, id, &schema, err));
    if (codec->plan_count == PLANS_MAX)
        forget_plans(codec);
    codec->plans = sk_grow(codec->plans, &codec->plan_capacity, codec->plan_count + 1,
                           sizeof(*codec->plans));
    struct sk_codec_plan *plan = &codec->plans[codec->plan_count];
    SK_TRY(sk_codec_plan_init(plan, type, id, schema, err));
    codec->plan_count++;
    *ret_plan = plan;
    return SK_OK;
}

/* The payload as the type's own binary: itself, or resolved and then in the arena, since
 * the event's texts will point into it. */
static enum sk_verdict own_binary(struct sk_codec *codec,
                                  const struct sk_codec_plan *plan,
                                  struct sk_bytes *payload, struct sk_arena *arena,
                                  struct sk_error *err)
{
    if (!plan->resolver)
        return SK_OK;
    codec->resolved.size = 0;
    SK_TRY(sk_resolver_run(plan->resolver, *payload, &codec->resolved, err));
    struct sk_text copy = sk_arena_text(arena, sk_buffer_text(&codec->resolved));
    *payload = (struct sk_bytes){(const uint8_t *)copy.data, copy.size};
    return SK_OK;
}

static void remember_read(struct sk_codec *codec, const struct sk_event_type *type,
                          int32_t id)
{
    size_t i = 0;

    while (i < codec->read_count && codec->read[i].type != type)
        i++;
    if (i == codec->read_count) {
        codec->read = sk_grow(codec->read, &codec->read_capacity, codec->read_count + 1,
                              sizeof(*codec->read));
        codec->read_count++;
    }
    codec->read[i] = (struct type_id){type, id};
}

bool sk_codec_last_read(const struct sk_codec *codec, size_t index,
                        struct sk_text *ret_topic, int32_t *ret_id)
{
    if (index >= codec->read_count)
        return false;
    *ret_topic = sk_text(codec->read[index].type->topic);
    *ret_id = codec->read[index].id;
    return true;
}

enum sk_verdict sk_codec_decode(struct sk_codec *codec, const struct sk_event_type *type,
                                struct sk_bytes value, struct sk_arena *arena,
                                void *event, bool *ret_whole, struct sk_error *err)
{
    const struct sk_codec_plan *plan;
    struct sk_bytes payload;
    int32_t id = 0;

    SK_TRY(unframe(value, &id, &payload, err));
    SK_TRY(find_plan(codec, type, id, &plan, err));
    enum sk_verdict verdict = own_binary(codec, plan, &payload, arena, err);
    if (verdict == SK_OK)
        verdict = type->decode(event, payload, arena, err);
    if (verdict != SK_OK) {
        err->id = "codec.data";
        sk_error_prefix(err, "%s, schema %d", type->topic, id);
        return verdict;
    }
    remember_read(codec, type, id);
    *ret_whole = plan->whole;
    return SK_OK;
}

/* For people. ------------------------------------------------------------------------ */

/* Written with the type's own schema: its JSON comes straight from the struct. */
static enum sk_verdict put_own(struct sk_codec *codec, const struct sk_codec_plan *plan,
                               struct sk_bytes payload, bool mask, struct sk_buffer *out,
                               struct sk_error *err)
{
    const struct sk_event_view view = {.mask = mask};

    sk_arena_reset(&codec->shown);
    void *event = sk_arena_alloc_zeroed(&codec->shown, plan->type->record.size);
    SK_TRY(plan->type->decode(event, payload, &codec->shown, err));
    sk_event_put_json(out, plan->type, event, &view);
    return SK_OK;
}

/* Any other: by its writer's schema, generically. */
static enum sk_verdict put_foreign(struct sk_codec *codec, int32_t id,
                                   struct sk_bytes payload, bool mask,
                                   struct sk_buffer *out, struct sk_error *err)
{
    sk_schema_document_auto *writer = NULL;
    json_t *read = NULL;
    const char *schema;

    SK_TRY(sk_registry_client_schema(codec->client, id, &schema, err));
    SK_TRY(sk_schema_parse(schema, strlen(schema), &writer, err));
    SK_TRY(sk_avro_to_json(sk_schema_root(writer), payload, SK_JSON_PLAIN, &read, err));
    json_auto_t *json = mask ? sk_codec_mask_take(sk_schema_root(writer), read) : read;
    sk_auto_free char *text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
    sk_buffer_append_text(out, sk_text(text));
    return SK_OK;
}

enum sk_verdict sk_codec_put_json(struct sk_codec *codec,
                                  const struct sk_event_type *type, struct sk_bytes value,
                                  bool mask, struct sk_buffer *out, struct sk_error *err)
{
    const struct sk_codec_plan *plan = NULL;
    struct sk_bytes payload;
    struct sk_error other = {0};
    int32_t id = 0;

    SK_TRY(unframe(value, &id, &payload, err));
    if (type && find_plan(codec, type, id, &plan, &other) == SK_OK && !plan->resolver)
        return put_own(codec, plan, payload, mask, out, err);
    return put_foreign(codec, id, payload, mask, out, err);
}
