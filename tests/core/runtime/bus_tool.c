/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bus_tool BUS REGISTRY FOLDER dump TOPIC | put TOPIC | raw TOPIC KEY - the bus for tests
 * in Python: dump writes each kept record as one line of JSON, put publishes events given
 * as such lines, raw publishes all of its input as one value.
 */
#include <stdio.h>
#include <stdlib.h>

#include "avro/event_json.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/uuid.h"
#include "bus/admin.h"
#include "bus/codec.h"

struct tool {
    struct sk_bus *bus;
    struct sk_registry_client *registry;
    struct sk_codec *codec;
};

static json_t *value_of(const struct tool *tool, const struct sk_bus_record *record)
{
    struct sk_error ignored = {0};
    sk_buffer_auto text = {0};

    if (!record->value.data)
        return json_null();
    if (record->value.size && record->value.data[0] == 0 &&
        sk_codec_put_json(tool->codec, NULL, record->value, false, &text, &ignored) ==
            SK_OK)
        return json_loads(sk_buffer_string(&text), 0, NULL);
    return sk_json_from_text(
        (struct sk_text){(const char *)record->value.data, record->value.size});
}

static enum sk_verdict dump_one(void *context, const struct sk_bus_record *record,
                                struct sk_error *)
{
    json_auto_t *headers = json_object();
    json_auto_t *line = json_object();

    for (size_t i = 0; i < record->header_count; i++) {
        char name[128];
        snprintf(name, sizeof(name), "%.*s", SK_TEXT_ARG(record->headers[i].name));
        json_object_set_new(headers, name, sk_json_from_text(record->headers[i].value));
    }
    json_object_set_new(line, "key", sk_json_from_text(record->key));
    json_object_set_new(line, "position", json_integer(record->position));
    json_object_set_new(line, "headers", json_incref(headers));
    json_object_set_new(line, "value", value_of(context, record));
    json_dumpf(line, stdout, JSON_COMPACT);
    putchar('\n');
    return SK_OK;
}

static enum sk_verdict dump(struct tool *tool, struct sk_text topic, struct sk_error *err)
{
    for (int32_t partition = 0; partition < 4; partition++) {
        int64_t next = 0, before = -1;
        while (next != before) {
            before = next;
            if (sk_bus_fetch(tool->bus, topic, partition, next, 1000, dump_one, tool,
                             &next, err) != SK_OK)
                break; /* fewer partitions */
        }
    }
    return SK_OK;
}

static enum sk_verdict put_one(struct tool *tool, const struct sk_event_type *type,
                               struct sk_text text, struct sk_error *err)
{
    struct sk_event_headers values = {.source = SK_TEXT("/test"),
                                      .time_ms = sk_clock_now_ms()};
    struct sk_bus_header headers[SK_EVENT_HEADER_COUNT];
    struct sk_rejected_fields rejected = {0};
    struct sk_bus_message message = {.topic = sk_text(type->topic), .headers = headers};
    sk_arena_auto arena = {0};
    sk_buffer_auto value = {0};
    struct sk_value json;

    SK_TRY(sk_value_parse(text, &arena, &json, err));
    void *event = sk_arena_alloc_zeroed(&arena, type->record.size);
    SK_TRY(sk_event_from_json(type, &json, &arena, event, &rejected, err));
    SK_TRY(sk_event_key(type, event, &arena, &message.key, err));
    SK_TRY(sk_codec_encode(tool->codec, type, event, &value, err));
    sk_uuid_v4(values.id);
    message.header_count = sk_event_headers_make(type, &values, &arena, headers);
    if (!sk_value_is(sk_value_member(&json, "verwijderd"), SK_VALUE_TRUE))
        message.value = sk_buffer_bytes(&value);
    return sk_bus_publish(tool->bus, &message, err);
}

static enum sk_verdict put(struct tool *tool, struct sk_text topic, struct sk_error *err)
{
    const struct sk_event_type *type = sk_event_type_of(topic);
    char *line = NULL;
    size_t capacity = 0;
    ssize_t size;
    enum sk_verdict verdict = SK_OK;

    while (verdict == SK_OK && (size = getline(&line, &capacity, stdin)) > 0)
        verdict = put_one(tool, type, (struct sk_text){line, (size_t)size}, err);
    free(line);
    return verdict;
}

static enum sk_verdict put_raw(struct tool *tool, struct sk_text topic, const char *key,
                               struct sk_error *err)
{
    char value[4096];
    size_t size = fread(value, 1, sizeof(value), stdin);
    const struct sk_bus_message message = {
        .topic = topic, .key = sk_text(key), .value = {(const uint8_t *)value, size}};

    return sk_bus_publish(tool->bus, &message, err);
}

static enum sk_verdict act(struct tool *tool, char **arguments, struct sk_error *err)
{
    struct sk_text topic = sk_text(arguments[1]);

    if (strcmp(arguments[0], "dump") == 0)
        return dump(tool, topic, err);
    if (strcmp(arguments[0], "raw") == 0)
        return put_raw(tool, topic, arguments[2], err);
    return put(tool, topic, err);
}

int main(int argc, char **argv)
{
    const struct sk_bus_options options = {0};
    struct sk_error err = {0};
    struct tool tool = {0};

    if (argc < 6)
        return 2;
    enum sk_verdict verdict = sk_bus_open(argv[1], &options, &tool.bus, &err);
    if (verdict == SK_OK)
        verdict = sk_registry_client_open(argv[2], argv[3], &tool.registry, &err);
    if (verdict == SK_OK) {
        tool.codec = sk_codec_new(tool.registry);
        verdict = act(&tool, argv + 4, &err);
    }
    if (verdict != SK_OK)
        fprintf(stderr, "%s: %s\n", err.id, err.text);
    sk_codec_free(tool.codec);
    sk_registry_client_close(tool.registry);
    sk_bus_close(tool.bus);
    return verdict != SK_OK;
}
