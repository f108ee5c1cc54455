/* SPDX-License-Identifier: Apache-2.0 */
/* The desk: a connector's options, and an emitter that keeps what it is given. */
#include "connectors/support/translate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/json.h"
#include "base/map.h"

/* 2026-11-24T12:00:00Z: the present of every test. */
enum { NOW_DAYS = 20781 };
static const int64_t now_ms = (int64_t)NOW_DAYS * 86400000 + 43200000;

struct desk {
    const struct sk_connector *connector;
    struct sk_settings *settings;
    void *state;
    struct sk_map latest; /* topic and key: struct sk_buffer *, the encoded event */
};

struct sk_emitter {
    struct desk *desk;
    struct sk_arena arena;
    json_t *results;
};

struct desk *desk_open(const struct sk_connector *connector, const char *file,
                       const char *const *arguments, int count)
{
    struct desk *desk = sk_alloc_zeroed(sizeof(*desk));
    char *const *writable = (char *const *)(uintptr_t)arguments;
    struct sk_error err = {0};

    desk->connector = connector;
    desk->state = sk_alloc_zeroed(connector->state_size);
    assert_int_equal(
        sk_settings_load(connector->name, file, count, writable, &desk->settings, &err),
        SK_OK);
    assert_int_equal(
        sk_options_read(connector->options, NULL, desk->settings, desk->state, &err),
        SK_OK);
    assert_int_equal(connector->open(desk->state, &err), SK_OK);
    return desk;
}

struct sk_settings *desk_settings(const struct desk *desk)
{
    return desk->settings;
}

void desk_close(struct desk *desk)
{
    const struct sk_map_slot *slot = NULL;
    size_t at = 0;

    desk->connector->close(desk->state);
    while ((slot = sk_map_next(&desk->latest, &at))) {
        sk_buffer_fini(slot->value);
        free(slot->value);
    }
    sk_map_fini(&desk->latest);
    sk_settings_free(desk->settings);
    free(desk->state);
    free(desk);
}

/* The runtime's side. ---------------------------------------------------------------- */

static struct sk_text place(struct sk_emitter *out, const struct sk_event_type *type,
                            struct sk_text key)
{
    return sk_arena_printf(&out->arena, "%s %.*s", type->topic, SK_TEXT_ARG(key));
}

static void keep(struct desk *desk, struct sk_text where, struct sk_buffer *encoded)
{
    struct sk_buffer *old = sk_map_put(&desk->latest, where, encoded);

    if (old)
        sk_buffer_fini(old);
    free(old);
}

/* The newest of its key is the same, byte for byte; then `encoded` is freed. */
static bool says_nothing_new(struct sk_emitter *out, struct sk_text where,
                             struct sk_buffer *encoded)
{
    const struct sk_buffer *newest = sk_map_get(&out->desk->latest, where);

    if (!newest || newest->size != encoded->size ||
        memcmp(newest->data, encoded->data, encoded->size) != 0)
        return false;
    sk_buffer_fini(encoded);
    free(encoded);
    return true;
}

enum sk_verdict sk_emit(struct sk_emitter *out, const struct sk_event_type *type,
                        const void *event, struct sk_error *err)
{
    static const struct sk_event_view view = {.leave_out_absent = true};
    struct sk_buffer *encoded = sk_alloc_zeroed(sizeof(*encoded));
    struct sk_text key;

    SK_TRY(sk_event_key(type, event, &out->arena, &key, err));
    assert_int_equal(type->encode(event, encoded, err), SK_OK);
    if (says_nothing_new(out, place(out, type, key), encoded)) {
        json_array_append_new(out->results,
                              json_pack("{s:o}", "unchanged", sk_json_from_text(key)));
        return SK_OK;
    }
    keep(out->desk, place(out, type, key), encoded);
    json_t *json = sk_event_to_json(type, event, &view);
    json_object_del(json, "versie");
    json_array_append_new(out->results, json_pack("{s:o}", "event", json));
    return SK_OK;
}

enum sk_verdict sk_emit_erased(struct sk_emitter *out, const struct sk_event_type *type,
                               struct sk_text key, struct sk_error *err)
{
    (void)err;
    struct sk_buffer *old = sk_map_remove(&out->desk->latest, place(out, type, key));
    if (old)
        sk_buffer_fini(old);
    free(old);
    json_array_append_new(out->results,
                          json_pack("{s:o}", "erased", sk_json_from_text(key)));
    return SK_OK;
}

enum sk_verdict sk_latest(struct sk_emitter *out, const struct sk_event_type *type,
                          struct sk_text key, const void **ret_event,
                          struct sk_error *err)
{
    const struct sk_buffer *encoded =
        sk_map_get(&out->desk->latest, place(out, type, key));

    *ret_event = NULL;
    if (!encoded)
        return SK_OK;
    void *event = sk_arena_alloc_zeroed(&out->arena, type->record.size);
    SK_TRY(type->decode(event, sk_buffer_bytes(encoded), &out->arena, err));
    *ret_event = event;
    return SK_OK;
}

struct sk_arena *sk_emitter_arena(struct sk_emitter *out)
{
    return &out->arena;
}

int64_t sk_emitter_now_ms(const struct sk_emitter *out)
{
    (void)out;
    return now_ms;
}

/* The test's side. ------------------------------------------------------------------- */

const struct sk_source *desk_source(const struct desk *desk, const char *name)
{
    const struct sk_source *source = desk->connector->sources;

    while (source->name && strcmp(source->name, name) != 0)
        source++;
    return source->name ? source : NULL;
}

const struct sk_sink *desk_sink(const struct desk *desk, const char *name)
{
    const struct sk_sink *sink = desk->connector->sinks;

    while (sink->name && strcmp(sink->name, name) != 0)
        sink++;
    return sink->name ? sink : NULL;
}

void desk_translate_value(struct desk *desk, const char *name, struct sk_value *record,
                          json_t *results)
{
    const struct sk_source *source = desk_source(desk, name);
    struct sk_emitter out = {.desk = desk, .results = results};
    const struct sk_record raw = {.json = record, .origin = SK_TEXT("test:1")};
    const struct sk_translation job = {.record = &raw, .arena = &out.arena, .out = &out};
    struct sk_error err = {0};

    assert_non_null(source);
    enum sk_verdict verdict = source->translate(desk->state, &job, &err);
    assert_true(verdict == SK_OK || verdict == SK_REJECT);
    if (verdict == SK_REJECT)
        json_array_append_new(results,
                              json_pack("{s:s,s:s}", "reject", err.id, "text", err.text));
    sk_arena_fini(&out.arena);
}

/* The same, said with jansson. */
static struct sk_value value_of(const json_t *json, struct sk_arena *arena)
{
    sk_auto_free char *text = json_dumps(json, JSON_ENCODE_ANY);
    struct sk_text kept = sk_arena_text(arena, sk_text(text));
    struct sk_error err = {0};
    struct sk_value value;

    assert_int_equal(sk_value_parse(kept, arena, &value, &err), SK_OK);
    return value;
}

void desk_translate(struct desk *desk, const char *name, const json_t *record,
                    json_t *results)
{
    sk_arena_auto arena = {0};
    struct sk_value value = value_of(record, &arena);

    desk_translate_value(desk, name, &value, results);
}

json_t *desk_render(struct desk *desk, const char *name, const json_t *json)
{
    const struct sk_sink *sink = desk_sink(desk, name);
    sk_arena_auto arena = {0};
    struct sk_rejected_fields rejected = {0};
    struct sk_error err = {0};
    struct sk_event event = {.type = sink->event, .whole = true};
    struct sk_output output = {0};
    struct sk_value tree = value_of(json, &arena);

    void *value = sk_arena_alloc_zeroed(&arena, sink->event->record.size);
    assert_int_equal(
        sk_event_from_json(sink->event, &tree, &arena, value, &rejected, &err), SK_OK);
    assert_int_equal(rejected.count, 0);
    assert_int_equal(sk_event_key(sink->event, value, &arena, &event.key, &err), SK_OK);
    event.value = value;
    output.id = event.key;
    if (sink->render)
        assert_int_equal(sink->render(desk->state, &event, &output, &err), SK_OK);
    else
        output.body = sk_event_to_json(sink->event, value,
                                       &(struct sk_event_view){.fields = sink->fields});
    json_t *id = sk_json_from_text(output.id);
    return output.skip ? json_pack("{s:o,s:b}", "id", id, "skip", 1)
                       : json_pack("{s:o,s:o}", "id", id, "body", output.body);
}

json_t *load_json(const char *path)
{
    sk_buffer_auto text = {0};
    struct sk_error err = {0};
    json_t *value = NULL;

    if (sk_file_read(path, 1 << 20, &text, &err) != SK_OK ||
        sk_json_parse(text.data, text.size, &value, &err) != SK_OK)
        fail_msg("%s: %s", path, err.text);
    return value;
}
