/* SPDX-License-Identifier: Apache-2.0 */
#include "schema_case.h"

#include <stdlib.h>

#include "avro/binary.h"
#include "base/alloc.h"

/* From JSON to binary and back must give `again`. */
static void assert_through(const char *schema, enum sk_json_mode mode, const char *json,
                           const char *again)
{
    sk_schema_document_auto *document = schema_of(schema);
    struct sk_buffer binary = binary_of(sk_schema_root(document), json, mode);
    struct sk_error err = {0};
    json_t *seen = NULL;
    json_t *wanted = json_of(again);

    if (sk_avro_to_json(sk_schema_root(document), sk_buffer_bytes(&binary), mode, &seen,
                        &err) != SK_OK)
        fail_msg("%s: %s", json, err.text);
    if (!json_equal(seen, wanted)) {
        sk_auto_free char *text = json_dumps(seen, JSON_ENCODE_ANY);
        fail_msg("%s became %s", json, text);
    }
    json_decref(seen);
    json_decref(wanted);
    sk_buffer_fini(&binary);
}

static const char *json_error(const char *schema, enum sk_json_mode mode,
                              const char *text)
{
    static struct sk_error err;
    sk_schema_document_auto *document = schema_of(schema);
    json_t *json = json_of(text);
    struct sk_buffer out = {0};

    sk_buffer_append_byte(&out, 'x');
    if (sk_avro_from_json(sk_schema_root(document), json, mode, &out, &err) == SK_OK)
        fail_msg("taken: %s as %s", text, schema);
    assert_int_equal(out.size, 1);
    assert_string_equal(err.id, "avro.json");
    json_decref(json);
    sk_buffer_fini(&out);
    return err.text;
}

static const char person[] =
    "{\"type\":\"record\",\"name\":\"n.P\",\"fields\":["
    "{\"name\":\"naam\",\"type\":\"string\"},"
    "{\"name\":\"leeftijd\",\"type\":[\"null\",\"int\"],\"default\":null},"
    "{\"name\":\"vrienden\",\"type\":{\"type\":\"array\",\"items\":\"P\"},\"default\":[]}"
    "]}";

static void avro_json_names_the_type_of_a_union(void **)
{
    assert_through(person, SK_JSON_AVRO,
                   "{\"naam\":\"A\",\"leeftijd\":{\"int\":7},\"vrienden\":[{\"naam\":"
                   "\"B\",\"leeftijd\":null,\"vrienden\":[]}]}",
                   "{\"naam\":\"A\",\"leeftijd\":{\"int\":7},\"vrienden\":[{\"naam\":"
                   "\"B\",\"leeftijd\":null,\"vrienden\":[]}]}");
    assert_through("[\"null\",{\"type\":\"fixed\",\"name\":\"n.F\",\"size\":1}]",
                   SK_JSON_AVRO, "{\"n.F\":\"\\u00ff\"}", "{\"n.F\":\"\\u00ff\"}");
    assert_through("[\"null\",{\"type\":\"fixed\",\"name\":\"n.F\",\"size\":1}]",
                   SK_JSON_AVRO, "{\"F\":\"a\"}", "{\"n.F\":\"a\"}");
}

static void plain_json_has_no_wrapper_and_fills_defaults(void **)
{
    assert_through(person, SK_JSON_PLAIN, "{\"naam\":\"A\",\"leeftijd\":7}",
                   "{\"naam\":\"A\",\"leeftijd\":7,\"vrienden\":[]}");
    assert_through(
        "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"b\",\"type\":"
        "\"bytes\",\"default\":\"\\u00ff\"}]}",
        SK_JSON_PLAIN, "{}", "{\"b\":\"/w==\"}");
    assert_through(person, SK_JSON_PLAIN, "{\"naam\":\"A\"}",
                   "{\"naam\":\"A\",\"leeftijd\":null,\"vrienden\":[]}");
}

static void plain_json_writes_logical_types_as_text(void **)
{
    static const struct {
        const char *type, *json, *again;
    } cases[] = {
        {"{\"type\":\"int\",\"logicalType\":\"date\"}", "\"2026-11-24\"", NULL},
        {"{\"type\":\"int\",\"logicalType\":\"date\"}", "20000", "\"2024-10-04\""},
        {"{\"type\":\"int\",\"logicalType\":\"date\"}", "2000000000", NULL},
        {"{\"type\":\"int\",\"logicalType\":\"time-millis\"}", "\"23:59:59.999\"", NULL},
        {"{\"type\":\"long\",\"logicalType\":\"time-micros\"}", "\"01:02:03\"",
         "\"01:02:03.000000\""},
        {"{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}",
         "\"2026-11-24T18:30:00.5+01:00\"", "\"2026-11-24T17:30:00.500Z\""},
        {"{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}",
         "\"1969-12-31T23:59:59.000001Z\"", NULL},
        {"{\"type\":\"long\",\"logicalType\":\"timestamp-nanos\"}",
         "\"2026-11-24T17:30:00.123456789Z\"", NULL},
        {"{\"type\":\"long\",\"logicalType\":\"local-timestamp-millis\"}",
         "\"2026-11-24T17:30:00.123\"", NULL},
        {"{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":6,\"scale\":2}",
         "\"-1234.50\"", NULL},
        {"{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":6,\"scale\":2}",
         "\"0.05\"", NULL},
        {"{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":6,\"scale\":2}",
         "12", "\"12.00\""},
        {"{\"type\":\"fixed\",\"name\":\"D\",\"size\":20,\"logicalType\":\"decimal\","
         "\"precision\":40}",
         "\"-1234567890123456789012345678901234567890\"", NULL},
        {"{\"type\":\"fixed\",\"name\":\"U\",\"size\":16,\"logicalType\":\"uuid\"}",
         "\"00112233-4455-6677-8899-aabbccddeeff\"", NULL},
        {"{\"type\":\"fixed\",\"name\":\"T\",\"size\":12,\"logicalType\":\"duration\"}",
         "{\"months\":1,\"days\":2,\"millis\":4294967295}", NULL},
        {"\"bytes\"", "\"AP8=\"", NULL},
        {"\"bytes\"", "\"\"", NULL},
        {"\"double\"", "\"-Infinity\"", NULL},
    };

    for (size_t i = 0; i < SK_COUNT(cases); i++)
        assert_through(cases[i].type, SK_JSON_PLAIN, cases[i].json,
                       cases[i].again ? cases[i].again : cases[i].json);
}

static void a_plain_union_takes_the_type_that_fits_exactly_before_one_that_fits(void **)
{
    sk_schema_document_auto *document = schema_of("[\"double\",\"int\",\"string\"]");
    struct sk_buffer binary = binary_of(sk_schema_root(document), "3", SK_JSON_PLAIN);

    assert_memory_equal(binary.data, "\x02\x06", 2);
    sk_buffer_fini(&binary);
    binary = binary_of(sk_schema_root(document), "3.5", SK_JSON_PLAIN);
    assert_int_equal(binary.data[0], 0);
    sk_buffer_fini(&binary);
    assert_through("[\"string\",\"double\"]", SK_JSON_PLAIN, "3", "3.0");
    /* {} is a whole B, but an A only with its default. */
    assert_through(
        "[{\"type\":\"record\",\"name\":\"A\",\"fields\":[{\"name\":\"x\",\"type\":"
        "\"int\",\"default\":1}]},{\"type\":\"record\",\"name\":\"B\",\"fields\":[]}]",
        SK_JSON_PLAIN, "{}", "{}");
}

static void an_error_names_the_path_of_the_field(void **)
{
    static const struct {
        const char *type, *json, *error;
    } cases[] = {
        {person, "{\"naam\":\"A\",\"vrienden\":[{\"naam\":\"B\"},{\"naam\":5}]}",
         "vrienden[1].naam: must be a string, but is an integer"},
        {person, "{}", "naam: is missing and has no default"},
        {person, "{\"naam\":\"A\",\"nam\":1}", "\"nam\" is no field of n.P"},
        {person, "[]", "must be an object, but is a list"},
        {person, "{\"naam\":\"A\",\"leeftijd\":3000000000}",
         "leeftijd: the number does not fit 32 bits"},
        {"{\"type\":\"map\",\"values\":\"int\"}", "{\"a\":true}",
         "[\"a\"]: must be an integer, but is true"},
        {"{\"type\":\"int\",\"logicalType\":\"date\"}", "\"2026-02-30\"",
         "must be a date or time (ISO 8601, RFC 3339), but is a string"},
        {"[\"int\",\"string\"]", "true", "must be of a type in the union, but is true"},
        {"{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\",\"C\"]}", "\"B\"",
         "is no symbol of E: A, C"},
        {person,
         "{\"naam\":\"A\","
         "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx€€\":1}",
         "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\" is no field of "
         "n.P"},
        {"{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":3,\"scale\":1}",
         "\"123.4\"",
         "must be a decimal number as text, within its precision and scale, but is a "
         "string"},
        {"{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":9,\"scale\":1}",
         "\"123.45\"",
         "must be a decimal number as text, within its precision and scale, but is a "
         "string"},
        {"{\"type\":\"fixed\",\"name\":\"T\",\"size\":12,\"logicalType\":\"duration\"}",
         "{\"months\":1,\"days\":-1,\"millis\":0}",
         "must be {\"months\", \"days\", \"millis\"}, but is an object"},
        {"\"bytes\"", "\"AP8\"", "must be base64, but is a string"},
        {"{\"type\":\"fixed\",\"name\":\"F\",\"size\":3}", "\"AP8=\"",
         "must be 3 bytes, but is 2"},
        {"\"float\"", "1e300", "the number does not fit a float"},
    };

    for (size_t i = 0; i < SK_COUNT(cases); i++)
        assert_string_equal(json_error(cases[i].type, SK_JSON_PLAIN, cases[i].json),
                            cases[i].error);
    assert_string_equal(json_error("[\"null\",\"int\"]", SK_JSON_AVRO, "{\"string\":1}"),
                        "\"string\" is no type of the union");
    assert_string_equal(json_error("[\"null\",\"int\"]", SK_JSON_AVRO, "5"),
                        "must be null or an object with one member, the type, but is an "
                        "integer");
}

static void a_path_that_is_too_long_keeps_its_end(void **)
{
    struct sk_buffer text = {0};

    for (int i = 0; i < 60; i++)
        sk_buffer_append_text(&text, SK_TEXT("{\"type\":\"map\",\"values\":"));
    sk_buffer_append_text(&text, SK_TEXT("\"int\""));
    for (int i = 0; i < 60; i++)
        sk_buffer_append_byte(&text, '}');
    struct sk_buffer json = {0};
    for (int i = 0; i < 60; i++)
        sk_buffer_printf(&json, "{\"k%d\":", i);
    sk_buffer_append_text(&json, SK_TEXT("\"x\""));
    for (int i = 0; i < 60; i++)
        sk_buffer_append_byte(&json, '}');
    const char *error =
        json_error(sk_buffer_string(&text), SK_JSON_PLAIN, sk_buffer_string(&json));
    assert_contains(error, "…");
    assert_contains(error, "[\"k58\"][\"k59\"]: must be an integer, but is a string");
    sk_buffer_fini(&text);
    sk_buffer_fini(&json);
}

/* Every size around the limit: the whole path, or "…" and its end. */
static void a_path_of_any_size_fits_its_buffer(void **)
{
    char name[SK_PATH_SIZE + 20];
    char out[SK_PATH_SIZE];

    for (size_t size = 1; size < sizeof(name); size++) {
        memset(name, 'n', size);
        name[size] = '\0';
        struct sk_path first = sk_path_field(NULL, "top");
        struct sk_path middle = sk_path_field(&first, name);
        struct sk_path last = sk_path_field(&middle, "laatste");
        sk_path_format(&last, out);
        bool whole = strncmp(out, "top.n", 5) == 0 && strlen(out) == size + 12;
        bool cut = strncmp(out, "….", strlen("….")) == 0;
        assert_true(whole || cut);
        assert_string_equal(out + strlen(out) - strlen(".laatste"), ".laatste");
    }
}

static void more_values_than_a_json_view_holds_are_refused(void **)
{
    sk_schema_document_auto *document =
        schema_of("{\"type\":\"array\",\"items\":\"boolean\"}");
    struct sk_buffer binary = {0};
    struct sk_error err = {0};
    json_t *json = NULL;
    size_t count = SK_JSON_VALUES_MAX + 1;

    sk_avro_write_long(&binary, (int64_t)count);
    sk_buffer_reserve(&binary, count + 1);
    memset(binary.data + binary.size, 0, count + 1);
    binary.size += count + 1;
    assert_int_equal(
        sk_avro_check(sk_schema_root(document), sk_buffer_bytes(&binary), &err), SK_OK);
    assert_int_equal(sk_avro_to_json(sk_schema_root(document), sk_buffer_bytes(&binary),
                                     SK_JSON_AVRO, &json, &err),
                     SK_REJECT);
    assert_contains(err.text, "more items than");
    sk_buffer_fini(&binary);
}

/* A union of 30 records, each holding the union again: trying must not explode. */
static void trying_the_types_of_unions_is_bounded(void **)
{
    struct sk_buffer text = {0};
    struct sk_buffer json = {0};

    sk_buffer_append_text(&text, SK_TEXT("{\"type\":\"record\",\"name\":\"R\",\"fields\":"
                                         "[{\"name\":\"u\",\"type\":[\"null\",\"R\""));
    for (int i = 0; i < 30; i++)
        sk_buffer_printf(&text,
                         ",{\"type\":\"record\",\"name\":\"R%d\",\"fields\":[{\"name\":"
                         "\"u\",\"type\":[\"null\",\"R\",\"R%d\"]}]}",
                         i, i);
    sk_buffer_append_text(&text, SK_TEXT("]}]}"));
    for (int i = 0; i < 50; i++)
        sk_buffer_append_text(&json, SK_TEXT("{\"u\":"));
    sk_buffer_append_text(&json, SK_TEXT("5"));
    for (int i = 0; i < 50; i++)
        sk_buffer_append_byte(&json, '}');
    json_error(sk_buffer_string(&text), SK_JSON_PLAIN, sk_buffer_string(&json));
    sk_buffer_fini(&text);
    sk_buffer_fini(&json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(avro_json_names_the_type_of_a_union),
        cmocka_unit_test(plain_json_has_no_wrapper_and_fills_defaults),
        cmocka_unit_test(plain_json_writes_logical_types_as_text),
        cmocka_unit_test(
            a_plain_union_takes_the_type_that_fits_exactly_before_one_that_fits),
        cmocka_unit_test(an_error_names_the_path_of_the_field),
        cmocka_unit_test(a_path_that_is_too_long_keeps_its_end),
        cmocka_unit_test(a_path_of_any_size_fits_its_buffer),
        cmocka_unit_test(more_values_than_a_json_view_holds_are_refused),
        cmocka_unit_test(trying_the_types_of_unions_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
