/* SPDX-License-Identifier: Apache-2.0 */
/* codec - framing, events of other versions of their schema, and what people see. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "avro/json_view.h"
#include "base/alloc.h"
#include "base/json.h"
#include "base/uuid.h"
#include "bus/codec.h"
#include "core/bus/registry_process.h"
#include "events/klacht.h"
#include "events/schakel_positie.h"
#include "events/schakel_wacht.h"

struct fixture {
    void *registry;
    struct sk_registry_client *client;
    struct sk_codec *codec;
    struct sk_arena arena;
    struct sk_buffer value;
};

static int setup(void **state)
{
    struct fixture *fixture = sk_alloc_zeroed(sizeof(*fixture));

    if (registry_process_setup(&fixture->registry) != 0)
        return -1;
    fixture->client = registry_client(fixture->registry, "cache");
    fixture->codec = sk_codec_new(fixture->client);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    void *registry = fixture->registry;

    sk_codec_free(fixture->codec);
    sk_registry_client_close(fixture->client);
    sk_arena_fini(&fixture->arena);
    sk_buffer_fini(&fixture->value);
    free(fixture);
    return registry_process_teardown(&registry);
}

static struct schakel_positie example(void)
{
    return (struct schakel_positie){.proces = SK_TEXT("edison"),
                                    .flow = SK_TEXT("locaties"),
                                    .positie = SK_TEXT("17"),
                                    .gelezen = 42,
                                    .has_op = true,
                                    .op = 1764000000123};
}

static void encode(struct fixture *fixture, const struct sk_event_type *type,
                   const void *event)
{
    struct sk_error err = {0};

    fixture->value.size = 0;
    if (sk_codec_encode(fixture->codec, type, event, &fixture->value, &err) != SK_OK)
        fail_msg("%s: %s", err.id, err.text);
}

static void decode(struct fixture *fixture, struct schakel_positie *event, bool *whole)
{
    struct sk_error err = {0};

    if (sk_codec_decode(fixture->codec, &sk_schakel_positie,
                        sk_buffer_bytes(&fixture->value), &fixture->arena, event, whole,
                        &err) != SK_OK)
        fail_msg("%s: %s", err.id, err.text);
}

static void assert_decode_fails(struct fixture *fixture, struct sk_bytes value,
                                enum sk_verdict verdict, const char *id)
{
    struct schakel_positie event;
    struct sk_error err = {0};
    bool whole;

    assert_int_equal(sk_codec_decode(fixture->codec, &sk_schakel_positie, value,
                                     &fixture->arena, &event, &whole, &err),
                     verdict);
    assert_string_equal(err.id, id);
}

/* The value a process with this schema of schakel.positie would write. */
static void encode_as(struct fixture *fixture, json_t *schema, const char *event)
{
    sk_auto_free char *text = json_dumps(schema, JSON_COMPACT);
    struct sk_event_type type = type_of_schema("schakel.positie", text);
    sk_schema_document_auto *document = NULL;
    struct sk_error err = {0};
    json_auto_t *json = json_loads(event, 0, NULL);
    int32_t id = 0;

    if (sk_registry_client_id(fixture->client, &type, &id, &err) != SK_OK ||
        sk_schema_parse(text, strlen(text), &document, &err) != SK_OK)
        fail_msg("%s: %s", err.id, err.text);
    fixture->value.size = 0;
    sk_buffer_append(&fixture->value, (uint8_t[]){0, 0, 0, 0, (uint8_t)id}, 5);
    if (sk_avro_from_json(sk_schema_root(document), json, SK_JSON_PLAIN, &fixture->value,
                          &err) != SK_OK)
        fail_msg("%s: %s", err.id, err.text);
    json_decref(schema);
}

static json_t *own_schema(json_t **ret_fields)
{
    json_t *schema = json_loads(sk_schakel_positie.schema, 0, NULL);

    *ret_fields = json_object_get(schema, "fields");
    return schema;
}

static void an_event_comes_back_as_it_was(void **state)
{
    struct fixture *fixture = *state;
    struct schakel_positie event = example(), back = {0};
    bool whole = false;

    encode(fixture, &sk_schakel_positie, &event);
    assert_memory_equal(fixture->value.data, "\0\0\0\0\1", 5);
    decode(fixture, &back, &whole);
    assert_true(schakel_positie_equal(&event, &back));
    assert_true(whole);
    /* Texts are not copied: they point into the value. */
    assert_in_range((uintptr_t)back.proces.data, (uintptr_t)fixture->value.data,
                    (uintptr_t)fixture->value.data + fixture->value.size);
}

/* The own schema with an optional field more, in the middle. */
static json_t *newer_schema(void)
{
    json_t *fields;
    json_t *schema = own_schema(&fields);

    json_array_insert_new(
        fields, 1,
        json_pack("{ss,s[ss],sn}", "name", "nieuw", "type", "null", "string", "default"));
    return schema;
}

#define NEWER(proces)                                                                    \
    "{\"proces\":\"" proces "\",\"flow\":\"locaties\",\"positie\":\"17\","               \
    "\"gelezen\":42,\"op\":1764000000123,\"nieuw\":\"x\"}"

static void an_event_of_a_newer_writer_is_read_but_not_whole(void **state)
{
    struct fixture *fixture = *state;
    struct schakel_positie back = {0}, expected = example();
    bool whole = true;

    encode_as(fixture, newer_schema(), NEWER("edison"));
    decode(fixture, &back, &whole);
    assert_true(schakel_positie_equal(&expected, &back));
    assert_false(whole);
}

static void a_resolved_event_outlives_its_value_and_the_next_one(void **state)
{
    struct fixture *fixture = *state;
    struct schakel_positie first = {0}, second = {0}, expected = example();
    bool whole;

    encode_as(fixture, newer_schema(), NEWER("edison"));
    decode(fixture, &first, &whole);
    encode_as(fixture, newer_schema(), NEWER("ander!"));
    decode(fixture, &second, &whole);
    memset(fixture->value.data, 0xff, fixture->value.size);
    assert_true(schakel_positie_equal(&expected, &first));
    assert_true(sk_text_is(second.proces, "ander!"));
}

static void an_event_of_an_older_writer_takes_the_defaults_and_is_whole(void **state)
{
    struct fixture *fixture = *state;
    struct schakel_positie back = {0}, expected = example();
    bool whole = false;
    json_t *fields;
    json_t *schema = own_schema(&fields);

    json_array_remove(fields, 4); /* op */
    json_array_remove(fields, 3); /* gelezen */
    encode_as(fixture, schema,
              "{\"proces\":\"edison\",\"flow\":\"locaties\",\"positie\":\"17\"}");
    expected.gelezen = 0;
    expected.has_op = false;
    expected.op = 0;
    decode(fixture, &back, &whole);
    assert_true(schakel_positie_equal(&expected, &back));
    assert_true(whole);
}

static void another_doc_is_no_other_schema(void **state)
{
    struct fixture *fixture = *state;
    struct schakel_positie back = {0}, expected = example();
    bool whole = false;
    json_t *fields;
    json_t *schema = own_schema(&fields);

    json_object_set_new(schema, "doc", json_string("Iets anders."));
    encode_as(
        fixture, schema,
        "{\"proces\":\"edison\",\"flow\":\"locaties\",\"positie\":\"17\",\"gelezen\":"
        "42,\"op\":1764000000123}");
    decode(fixture, &back, &whole);
    assert_true(schakel_positie_equal(&expected, &back));
    assert_true(whole);
}

static void a_schema_of_something_else_is_rejected(void **state)
{
    struct fixture *fixture = *state;
    struct klacht klacht;

    klacht_init(&klacht);
    klacht.klacht_id = SK_TEXT("K-1");
    encode(fixture, &sk_klacht, &klacht);
    assert_decode_fails(fixture, sk_buffer_bytes(&fixture->value), SK_REJECT,
                        "codec.schema");
}

static void what_is_no_event_is_rejected(void **state)
{
    struct fixture *fixture = *state;
    struct schakel_positie event = example();
    uint8_t *data;

    encode(fixture, &sk_schakel_positie, &event);
    data = fixture->value.data;
    size_t size = fixture->value.size;
    assert_decode_fails(fixture, (struct sk_bytes){data, 0}, SK_REJECT, "codec.frame");
    assert_decode_fails(fixture, (struct sk_bytes){data, 4}, SK_REJECT, "codec.frame");
    for (size_t cut = 5; cut < size; cut++)
        assert_decode_fails(fixture, (struct sk_bytes){data, cut}, SK_REJECT,
                            "codec.data");
    sk_buffer_append_byte(&fixture->value, 0);
    assert_decode_fails(fixture, sk_buffer_bytes(&fixture->value), SK_REJECT,
                        "codec.data");
    data = fixture->value.data;
    data[0] = 1;
    assert_decode_fails(fixture, (struct sk_bytes){data, size}, SK_REJECT, "codec.frame");
    memcpy(data, "\0\0\0\x30\x39", 5);
    assert_decode_fails(fixture, (struct sk_bytes){data, size}, SK_REJECT,
                        "registry.unknown");
    memcpy(data, "\0\xff\xff\xff\xff", 5);
    assert_decode_fails(fixture, (struct sk_bytes){data, size}, SK_REJECT,
                        "registry.unknown");
}

static void an_unknown_id_waits_while_the_registry_is_away(void **state)
{
    struct fixture *fixture = *state;
    struct schakel_positie event = example();

    encode(fixture, &sk_schakel_positie, &event);
    registry_process_kill(fixture->registry);
    fixture->value.data[4] = 9;
    assert_decode_fails(fixture, sk_buffer_bytes(&fixture->value), SK_RETRY,
                        "registry.away");
}

static void a_failed_encode_leaves_nothing_behind(void **state)
{
    struct fixture *fixture = *state;
    struct schakel_positie event = example();
    struct sk_error err = {0};

    event.flow = SK_TEXT("\xff");
    sk_buffer_append(&fixture->value, "before", 6);
    assert_int_equal(sk_codec_encode(fixture->codec, &sk_schakel_positie, &event,
                                     &fixture->value, &err),
                     SK_REJECT);
    assert_int_equal(fixture->value.size, 6);
}

/* A complaint with a complainant, as JSON: the same with its type and without. */
static json_t *klacht_json(struct fixture *fixture, bool mask)
{
    struct klager klager = {.naam = SK_TEXT("An Peeters")};
    struct klacht klacht;
    const struct sk_event_type *const types[] = {&sk_klacht, NULL};
    struct sk_error err = {0};
    json_t *json[2];

    klacht_init(&klacht);
    klacht.klacht_id = SK_TEXT("K-1");
    klacht.tekst = SK_TEXT("Mijn kind …");
    klacht.klager = &klager;
    encode(fixture, &sk_klacht, &klacht);
    for (size_t i = 0; i < 2; i++) {
        sk_buffer_auto text = {0};

        if (sk_codec_put_json(fixture->codec, types[i], sk_buffer_bytes(&fixture->value),
                              mask, &text, &err) != SK_OK)
            fail_msg("%s: %s", err.id, err.text);
        json[i] = json_loads(sk_buffer_string(&text), 0, NULL);
    }
    assert_true(json_equal(json[0], json[1]));
    json_decref(json[1]);
    return json[0];
}

static void people_see_tagged_fields_masked(void **state)
{
    json_auto_t *json = klacht_json(*state, true);
    const json_t *klager = json_object_get(json, "klager");

    assert_true(sk_text_is(sk_json_text_or_absent(json, "klacht_id"), "K-1"));
    assert_true(sk_text_is(sk_json_text_or_absent(json, "tekst"), "•••"));
    assert_true(sk_text_is(sk_json_text_or_absent(klager, "naam"), "•••"));
    assert_true(json_is_null(json_object_get(klager, "email")));
    assert_true(json_is_null(json_object_get(json, "onderwerp")));
}

static void unmasked_they_stand_as_they_are(void **state)
{
    json_auto_t *json = klacht_json(*state, false);
    const json_t *klager = json_object_get(json, "klager");

    assert_true(sk_text_is(sk_json_text_or_absent(json, "tekst"), "Mijn kind …"));
    assert_true(sk_text_is(sk_json_text_or_absent(klager, "naam"), "An Peeters"));
}

/* Without a registry. ---------------------------------------------------------------- */

static void every_schema_has_its_type(void **)
{
    sk_auto_free char *path =
        sk_strf("ls %s/schemas | sed -n 's/\\.avsc$//p'", getenv("SK_SOURCE_DIR"));
    FILE *list = popen(path, "r");
    char topic[64];
    int count = 0;

    while (fscanf(list, "%63s", topic) == 1) {
        const struct sk_event_type *type = sk_event_type_of(sk_text(topic));
        if (!type)
            fail_msg("%s has no type", topic);
        assert_string_equal(type->topic, topic);
        count++;
    }
    assert_true(pclose(list) == 0 && count >= 10);
    assert_ptr_equal(sk_event_type_of(SK_TEXT("wacht.edison")), &sk_schakel_wacht);
    assert_null(sk_event_type_of(SK_TEXT("dlq.edison")));
    assert_null(sk_event_type_of(SK_TEXT("")));
}

static struct sk_text value_of(const struct sk_bus_header *headers, size_t count,
                               const char *name)
{
    return sk_bus_header_value(
        &(struct sk_bus_record){.headers = headers, .header_count = count}, name);
}

static void an_event_carries_its_cloudevents_headers(void **)
{
    sk_arena_auto arena = {0};
    struct sk_event_headers values = {.id = "0b8cb5cf-5ddc-5d7f-b7d1-8e5fdc4e8f3f",
                                      .source = SK_TEXT("/klaroen/klachten"),
                                      .cause = SK_TEXT("oorzaak"),
                                      .time_ms = 1764000000123};
    struct sk_bus_header headers[SK_EVENT_HEADER_COUNT];
    size_t count = sk_event_headers_make(&sk_klacht, &values, &arena, headers);
    static const struct {
        const char *name, *value;
    } expected[] = {
        {"ce_specversion", "1.0"},
        {"ce_id", "0b8cb5cf-5ddc-5d7f-b7d1-8e5fdc4e8f3f"},
        {"ce_source", "/klaroen/klachten"},
        {"ce_type", "be.vlaanderen.kinderopvang.Klacht"},
        {"ce_time", "2025-11-24T16:00:00.123Z"},
        {"content-type", "application/avro"},
        {"causationid", "oorzaak"},
    };

    memset(values.id, 'x', 36); /* what headers hold is their own */
    assert_int_equal(count, 8);
    for (size_t i = 0; i < SK_COUNT(expected); i++) {
        if (!sk_text_is(value_of(headers, count, expected[i].name), expected[i].value))
            fail_msg("%s", expected[i].name);
    }
    assert_null(value_of(headers, count, "ce_none").data);
}

static void a_trace_goes_on_or_begins(void **)
{
    sk_arena_auto arena = {0};
    struct sk_event_headers values = {.trace = SK_TEXT("00-1-2-01")};
    struct sk_bus_header headers[SK_EVENT_HEADER_COUNT];

    size_t count = sk_event_headers_make(&sk_klacht, &values, &arena, headers);
    assert_int_equal(count, 7);
    assert_true(sk_text_is(value_of(headers, count, "traceparent"), "00-1-2-01"));
    values.trace = (struct sk_text){0};
    count = sk_event_headers_make(&sk_klacht, &values, &arena, headers);
    struct sk_text trace = value_of(headers, count, "traceparent");
    assert_int_equal(trace.size, 55);
    assert_memory_equal(trace.data, "00-", 3);
    assert_memory_equal(trace.data + 52, "-01", 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_event_comes_back_as_it_was),
        TEST(an_event_of_a_newer_writer_is_read_but_not_whole),
        TEST(a_resolved_event_outlives_its_value_and_the_next_one),
        TEST(an_event_of_an_older_writer_takes_the_defaults_and_is_whole),
        TEST(another_doc_is_no_other_schema),
        TEST(a_schema_of_something_else_is_rejected),
        TEST(what_is_no_event_is_rejected),
        TEST(an_unknown_id_waits_while_the_registry_is_away),
        TEST(a_failed_encode_leaves_nothing_behind),
        TEST(people_see_tagged_fields_masked),
        TEST(unmasked_they_stand_as_they_are),
        cmocka_unit_test(every_schema_has_its_type),
        cmocka_unit_test(an_event_carries_its_cloudevents_headers),
        cmocka_unit_test(a_trace_goes_on_or_begins),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
