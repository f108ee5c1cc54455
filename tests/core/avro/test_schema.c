/* SPDX-License-Identifier: Apache-2.0 */
#include "schema_case.h"

#include "base/alloc.h"

static const struct sk_schema *field_type(const struct sk_schema_document *document,
                                          size_t i)
{
    return sk_schema_root(document)->fields[i].type;
}

static void a_record_keeps_names_docs_order_defaults_and_unknown_attributes(void **)
{
    sk_schema_document_auto *document = schema_of(
        "{\"type\":\"record\",\"name\":\"Adres\",\"namespace\":\"be.x\",\"doc\":\"D\","
        "\"aliases\":[\"Oud\",\"nl.y.Adres\"],\"schakel.sleutel\":[\"a\"],\"fields\":["
        "{\"name\":\"a\",\"type\":\"int\",\"doc\":\"veld\",\"default\":7,"
        "\"order\":\"ignore\",\"aliases\":[\"b\"],\"confluent:tags\":[\"PII\"]}]}");
    const struct sk_schema *record = sk_schema_root(document);
    const struct sk_schema_field *field = &record->fields[0];

    assert_string_equal(record->name, "Adres");
    assert_string_equal(record->fullname, "be.x.Adres");
    assert_string_equal(record->doc, "D");
    assert_int_equal(record->alias_count, 2);
    assert_string_equal(record->aliases[0], "be.x.Oud");
    assert_string_equal(record->aliases[1], "nl.y.Adres");
    assert_int_equal(
        json_array_size(json_object_get(record->attributes, "schakel.sleutel")), 1);
    assert_string_equal(field->doc, "veld");
    assert_int_equal(json_integer_value(field->fallback), 7);
    assert_int_equal(field->order, SK_AVRO_IGNORE);
    assert_string_equal(field->aliases[0], "b");
    assert_non_null(json_object_get(field->attributes, "confluent:tags"));
    assert_null(json_object_get(field->attributes, "doc"));
}

static void a_named_type_is_one_node_wherever_it_is_named(void **)
{
    sk_schema_document_auto *document = schema_of(
        "{\"type\":\"record\",\"name\":\"a.List\",\"fields\":["
        "{\"name\":\"next\",\"type\":[\"null\",\"List\"],\"default\":null},"
        "{\"name\":\"same\",\"type\":{\"type\":\"array\",\"items\":\"a.List\"}}]}");

    assert_ptr_equal(field_type(document, 0)->branches[1], sk_schema_root(document));
    assert_ptr_equal(field_type(document, 1)->items, sk_schema_root(document));
    assert_ptr_equal(sk_schema_find(document, SK_TEXT("a.List")),
                     sk_schema_root(document));
    assert_null(sk_schema_find(document, SK_TEXT("List")));
}

static void a_namespace_reaches_inner_types_until_another_is_given(void **)
{
    sk_schema_document_auto *document = schema_of(
        "{\"type\":\"record\",\"name\":\"A\",\"namespace\":\"x\",\"fields\":["
        "{\"name\":\"b\",\"type\":{\"type\":\"enum\",\"name\":\"B\",\"symbols\":[]}},"
        "{\"name\":\"c\",\"type\":{\"type\":\"fixed\",\"name\":\"C\",\"namespace\":\"\","
        "\"size\":1}},"
        "{\"name\":\"d\",\"type\":{\"type\":\"record\",\"name\":\"y.D\",\"fields\":["
        "{\"name\":\"e\",\"type\":{\"type\":\"fixed\",\"name\":\"E\",\"size\":2}}]}},"
        "{\"name\":\"c2\",\"type\":\"C\"}]}");

    assert_string_equal(field_type(document, 0)->fullname, "x.B");
    assert_string_equal(field_type(document, 1)->fullname, "C");
    assert_string_equal(field_type(document, 2)->fullname, "y.D");
    assert_string_equal(field_type(document, 2)->fields[0].type->fullname, "y.E");
    assert_ptr_equal(field_type(document, 3), field_type(document, 1));
}

static void
an_unqualified_name_means_the_near_type_before_the_one_without_namespace(void **)
{
    sk_schema_document_auto *document = schema_of(
        "{\"type\":\"record\",\"name\":\"x.A\",\"fields\":["
        "{\"name\":\"a\",\"type\":{\"type\":\"fixed\",\"name\":\"F\",\"namespace\":\"\","
        "\"size\":1}},{\"name\":\"b\",\"type\":\"F\"},"
        "{\"name\":\"c\",\"type\":{\"type\":\"fixed\",\"name\":\"F\",\"size\":2}},"
        "{\"name\":\"d\",\"type\":\"F\"},{\"name\":\"e\",\"type\":\"x.F\"}]}");

    assert_int_equal(field_type(document, 1)->size, 1);
    assert_int_equal(field_type(document, 3)->size, 2);
    assert_int_equal(field_type(document, 4)->size, 2);
}

static void names_follow_the_rule_but_a_namespace_may_hold_dashes(void **)
{
    static const char *const good[] = {"R", "_r9", "a.b.R", "my-org.a.R"};
    static const char *const bad[] = {"",   "9R",   "a-b",  "a..R",
                                      ".R", "a.R.", "-a.R", "a.b-c"};

    for (size_t i = 0; i < SK_COUNT(good); i++) {
        sk_auto_free char *text =
            sk_strf("{\"type\":\"fixed\",\"name\":\"%s\",\"size\":1}", good[i]);
        sk_schema_document_auto *document = schema_of(text);
        assert_string_equal(sk_schema_root(document)->fullname, good[i]);
    }
    for (size_t i = 0; i < SK_COUNT(bad); i++) {
        sk_auto_free char *text =
            sk_strf("{\"type\":\"fixed\",\"name\":\"%s\",\"size\":1}", bad[i]);
        assert_contains(schema_error(text), "is no name for this fixed");
    }
}

static void a_logical_type_counts_only_where_it_fits(void **)
{
    static const struct {
        const char *text;
        enum sk_avro_logical logical;
    } cases[] = {
        {"{\"type\":\"int\",\"logicalType\":\"date\"}", SK_AVRO_DATE},
        {"{\"type\":\"long\",\"logicalType\":\"date\"}", SK_AVRO_PLAIN},
        {"{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}",
         SK_AVRO_TIMESTAMP_MILLIS},
        {"{\"type\":\"string\",\"logicalType\":\"uuid\"}", SK_AVRO_UUID},
        {"{\"type\":\"string\",\"logicalType\":\"no-such\"}", SK_AVRO_PLAIN},
        {"{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":4,\"scale\":2}",
         SK_AVRO_DECIMAL},
        {"{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":4,\"scale\":5}",
         SK_AVRO_PLAIN},
        {"{\"type\":\"bytes\",\"logicalType\":\"decimal\"}", SK_AVRO_PLAIN},
        {"{\"type\":\"fixed\",\"name\":\"F\",\"size\":4,\"logicalType\":\"decimal\","
         "\"precision\":9}",
         SK_AVRO_DECIMAL},
        {"{\"type\":\"fixed\",\"name\":\"F\",\"size\":4,\"logicalType\":\"decimal\","
         "\"precision\":10}",
         SK_AVRO_PLAIN},
        {"{\"type\":\"fixed\",\"name\":\"F\",\"size\":12,\"logicalType\":\"duration\"}",
         SK_AVRO_DURATION},
    };

    for (size_t i = 0; i < SK_COUNT(cases); i++) {
        sk_schema_document_auto *document = schema_of(cases[i].text);
        if (sk_schema_root(document)->logical != cases[i].logical)
            fail_msg("%s: %d", cases[i].text, sk_schema_root(document)->logical);
    }
}

static void an_error_names_the_path_and_what_is_wrong(void **)
{
    static const struct {
        const char *text, *path, *what;
    } cases[] = {
        {"{\"type\":\"record\",\"name\":\"K\",\"fields\":[{\"name\":\"g\",\"type\":"
         "{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"G\",\"fields\":"
         "[{\"name\":\"n\",\"type\":\"strng\"}]}}}]}",
         "K.g[].n: ", "\"strng\" is not defined"},
        {"{\"type\":\"record\",\"name\":\"K\",\"fields\":[{\"name\":\"a\",\"type\":"
         "\"int\"},"
         "{\"name\":\"a\",\"type\":\"int\"}]}",
         "K.a: ", "two fields"},
        {"{\"type\":\"record\",\"name\":\"K\",\"fields\":[{\"name\":\"a\"}]}",
         "K.a: ", "no \"type\""},
        {"{\"type\":\"record\",\"name\":\"K\"}", "K: ", "\"fields\""},
        {"{\"type\":\"record\",\"fields\":[]}", "", "name"},
        {"{\"type\":\"record\",\"name\":\"1x\",\"fields\":[]}", "", "\"1x\" is no name"},
        {"{\"type\":\"record\",\"name\":\"int\",\"fields\":[]}", "", "cannot be called"},
        {"[\"int\",\"int\"]", "", "int twice"},
        {"[{\"type\":\"fixed\",\"name\":\"F\",\"size\":1},{\"type\":\"fixed\",\"name\":"
         "\"F\",\"size\":2}]",
         "<1>: ", "\"F\" is defined twice"},
        {"[\"int\",[\"null\"]]", "", "another union"},
        {"{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\",\"A\"]}", "E: ", "twice"},
        {"{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A-B\"]}", "E: ", "no name"},
        {"{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"],\"default\":\"B\"}",
         "E: ", "no symbol"},
        {"{\"type\":\"fixed\",\"name\":\"F\",\"size\":-1}", "F: ", "\"size\""},
        {"{\"type\":\"array\"}", "", "\"items\""},
        {"{\"items\":\"int\"}", "", "\"type\""},
        {"\"intt\"", "", "\"intt\" is not defined"},
        {"17", "", "a name, an object or a list"},
        {"{\"type\":", "", "no JSON: line 1"},
    };

    for (size_t i = 0; i < SK_COUNT(cases); i++) {
        const char *text = schema_error(cases[i].text);
        if (strncmp(text, cases[i].path, strlen(cases[i].path)) != 0)
            fail_msg("%s does not begin with %s", text, cases[i].path);
        assert_contains(text, cases[i].what);
    }
}

static void a_default_must_be_a_value_of_its_type(void **)
{
    static const struct {
        const char *type, *fallback;
        bool good;
    } cases[] = {
        {"\"int\"", "1", true},
        {"\"int\"", "1.5", false},
        {"\"int\"", "3000000000", false},
        {"\"double\"", "1", true},
        {"\"string\"", "null", false},
        {"[\"null\",\"string\"]", "null", true},
        {"[\"null\",\"string\"]", "\"x\"", true},
        {"[\"null\",\"string\"]", "5", false},
        {"\"bytes\"", "\"\\u0000\\u00ff\"", true},
        {"\"bytes\"", "\"\\u0100\"", false},
        {"{\"type\":\"fixed\",\"name\":\"F\",\"size\":2}", "\"\\u0000a\"", true},
        {"{\"type\":\"fixed\",\"name\":\"F\",\"size\":2}", "\"a\"", false},
        {"{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"]}", "\"B\"", false},
        {"{\"type\":\"array\",\"items\":\"int\"}", "[1,2]", true},
        {"{\"type\":\"array\",\"items\":\"int\"}", "{}", false},
        {"{\"type\":\"record\",\"name\":\"S\",\"fields\":[{\"name\":\"x\",\"type\":"
         "\"int\","
         "\"default\":1}]}",
         "{}", true},
        {"{\"type\":\"record\",\"name\":\"S\",\"fields\":[{\"name\":\"x\",\"type\":"
         "\"int\"}]}",
         "{}", false},
    };

    for (size_t i = 0; i < SK_COUNT(cases); i++) {
        sk_auto_free char *text =
            sk_strf("{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"f\","
                    "\"type\":%s,\"default\":%s}]}",
                    cases[i].type, cases[i].fallback);
        if (cases[i].good)
            sk_schema_document_unref(schema_of(text));
        else
            assert_contains(schema_error(text), "R.f: the default does not fit");
    }
}

/* A default that leans on itself, and one that doubles at each of forty levels. */
static void a_default_that_explodes_is_refused(void **)
{
    struct sk_buffer text = {0};

    assert_contains(schema_error("{\"type\":\"record\",\"name\":\"R\",\"fields\":["
                                 "{\"name\":\"r\",\"type\":\"R\",\"default\":{}}]}"),
                    "deeper than 64");
    for (int i = 0; i < 40; i++)
        sk_buffer_printf(&text,
                         "{\"type\":\"record\",\"name\":\"R%d\",\"fields\":[{\"name\":"
                         "\"a\",\"default\":{},\"type\":",
                         i);
    sk_buffer_append_text(&text, SK_TEXT("{\"type\":\"record\",\"name\":\"R40\","
                                         "\"fields\":[]}"));
    for (int i = 39; i >= 0; i--)
        sk_buffer_printf(&text, "},{\"name\":\"b\",\"default\":{},\"type\":\"R%d\"}]}",
                         i + 1);
    assert_contains(schema_error(sk_buffer_string(&text)), "too many values");
    sk_buffer_fini(&text);
}

static void a_text_too_deep_or_with_too_many_types_is_refused(void **)
{
    struct sk_buffer text = {0};

    for (int i = 0; i < 65; i++)
        sk_buffer_append_text(&text, SK_TEXT("{\"type\":\"array\",\"items\":"));
    sk_buffer_append_text(&text, SK_TEXT("\"int\""));
    for (int i = 0; i < 65; i++)
        sk_buffer_append_byte(&text, '}');
    assert_contains(schema_error(sk_buffer_string(&text)), "deeper than 64");

    text.size = 0;
    sk_buffer_append_text(&text,
                          SK_TEXT("{\"type\":\"record\",\"name\":\"R\",\"fields\":["));
    for (int i = 0; i < 10001; i++)
        sk_buffer_printf(&text, "%s{\"name\":\"f%d\",\"type\":\"int\"}", i ? "," : "", i);
    sk_buffer_append_text(&text, SK_TEXT("]}"));
    assert_contains(schema_error(sk_buffer_string(&text)), "10001 fields");
    sk_buffer_fini(&text);
}

/* The text of a schema around `count` times `c`. */
static const char *long_text(struct sk_buffer *out, const char *before, char c,
                             size_t count, const char *after)
{
    out->size = 0;
    sk_buffer_append_text(out, sk_text(before));
    sk_buffer_reserve(out, count);
    memset(out->data + out->size, c, count);
    out->size += count;
    sk_buffer_append_text(out, sk_text(after));
    return sk_buffer_string(out);
}

static void a_text_too_large_or_with_too_long_a_name_is_refused(void **)
{
    static const char fixed[] = "{\"type\":\"fixed\",\"size\":1,\"name\":\"";
    struct sk_buffer text = {0};

    sk_schema_document_unref(schema_of(long_text(&text, fixed, 'n', 1024, "\"}")));
    assert_contains(schema_error(long_text(&text, fixed, 'n', 1025, "\"}")),
                    "is no name for this fixed");
    assert_contains(schema_error(long_text(&text, "", ' ', SK_SCHEMA_TEXT_MAX + 1, "")),
                    "1048577 bytes");
    assert_contains(schema_error(long_text(&text, "", '[', 1000000, "")), "no JSON");
    sk_buffer_fini(&text);
}

static void a_document_lives_until_its_last_reference_goes(void **)
{
    struct sk_schema_document *document = schema_of("\"int\"");
    struct sk_schema_document *again = sk_schema_document_ref(document);

    sk_schema_document_unref(document);
    assert_int_equal(sk_schema_root(again)->type, SK_AVRO_INT);
    assert_string_equal(json_string_value(sk_schema_json(again)), "int");
    sk_schema_document_unref(again);
    sk_schema_document_unref(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_keeps_names_docs_order_defaults_and_unknown_attributes),
        cmocka_unit_test(a_named_type_is_one_node_wherever_it_is_named),
        cmocka_unit_test(a_namespace_reaches_inner_types_until_another_is_given),
        cmocka_unit_test(
            an_unqualified_name_means_the_near_type_before_the_one_without_namespace),
        cmocka_unit_test(names_follow_the_rule_but_a_namespace_may_hold_dashes),
        cmocka_unit_test(a_logical_type_counts_only_where_it_fits),
        cmocka_unit_test(an_error_names_the_path_and_what_is_wrong),
        cmocka_unit_test(a_default_must_be_a_value_of_its_type),
        cmocka_unit_test(a_default_that_explodes_is_refused),
        cmocka_unit_test(a_text_too_deep_or_with_too_many_types_is_refused),
        cmocka_unit_test(a_text_too_large_or_with_too_long_a_name_is_refused),
        cmocka_unit_test(a_document_lives_until_its_last_reference_goes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
