/* SPDX-License-Identifier: Apache-2.0 */
#include "schema_case.h"

#include <stdlib.h>

#include "avro/binary.h"
#include "avro/resolve.h"
#include "base/alloc.h"

/* Runs a value through: `written` by the writer's schema, read as Avro JSON by the
 * reader's. On failure the result is NULL and *err tells. */
static json_t *resolve(const char *writer, const char *reader, const char *written,
                       struct sk_error *err)
{
    sk_schema_document_auto *from = schema_of(writer);
    sk_schema_document_auto *to = schema_of(reader);
    struct sk_buffer in = binary_of(sk_schema_root(from), written, SK_JSON_AVRO);
    struct sk_buffer out = {0};
    struct sk_resolver *resolver = NULL;
    json_t *json = NULL;

    if (sk_resolver_new(from, to, &resolver, err) == SK_OK &&
        sk_resolver_run(resolver, sk_buffer_bytes(&in), &out, err) == SK_OK &&
        sk_avro_to_json(sk_schema_root(to), sk_buffer_bytes(&out), SK_JSON_AVRO, &json,
                        err) != SK_OK)
        fail_msg("not the reader's binary: %s", err->text);
    sk_resolver_free(resolver);
    sk_buffer_fini(&in);
    sk_buffer_fini(&out);
    return json;
}

static void assert_resolves(const char *writer, const char *reader, const char *written,
                            const char *read)
{
    struct sk_error err = {0};
    json_t *seen = resolve(writer, reader, written, &err);
    json_t *wanted = json_of(read);

    if (!seen)
        fail_msg("%s to %s: %s", writer, reader, err.text);
    if (!json_equal(seen, wanted)) {
        sk_auto_free char *text = json_dumps(seen, JSON_ENCODE_ANY);
        fail_msg("%s to %s: %s became %s", writer, reader, written, text);
    }
    json_decref(seen);
    json_decref(wanted);
}

static void assert_fails(const char *writer, const char *reader, const char *written,
                         const char *error)
{
    struct sk_error err = {0};
    json_t *seen = resolve(writer, reader, written, &err);

    if (seen)
        fail_msg("resolved: %s to %s", writer, reader);
    assert_string_equal(err.text, error);
}

#define RECORD(fields) "{\"type\":\"record\",\"name\":\"R\",\"fields\":[" fields "]}"

static void numbers_strings_and_bytes_are_promoted(void **)
{
    static const struct {
        const char *writer, *reader, *written, *read;
    } cases[] = {
        {"\"int\"", "\"long\"", "-5", "-5"},
        {"\"int\"", "\"float\"", "5", "5.0"},
        {"\"int\"", "\"double\"", "5", "5.0"},
        {"\"long\"", "\"float\"", "5000000000", "5000000000.0"},
        {"\"long\"", "\"double\"", "5", "5.0"},
        {"\"float\"", "\"double\"", "1.5", "1.5"},
        {"\"string\"", "\"bytes\"", "\"ab\"", "\"ab\""},
        {"\"bytes\"", "\"string\"", "\"ab\"", "\"ab\""},
    };

    for (size_t i = 0; i < SK_COUNT(cases); i++)
        assert_resolves(cases[i].writer, cases[i].reader, cases[i].written,
                        cases[i].read);
}

static void no_other_type_becomes_another(void **)
{
    static const char *const types[] = {"null",  "boolean", "int",   "long",
                                        "float", "double",  "bytes", "string"};
    static const char promoted[][2] = {{2, 3}, {2, 4}, {2, 5}, {3, 4},
                                       {3, 5}, {4, 5}, {6, 7}, {7, 6}};

    for (size_t w = 0; w < SK_COUNT(types); w++) {
        for (size_t r = 0; r < SK_COUNT(types); r++) {
            sk_auto_free char *writer = sk_strf("\"%s\"", types[w]);
            sk_auto_free char *reader = sk_strf("\"%s\"", types[r]);
            sk_schema_document_auto *from = schema_of(writer);
            sk_schema_document_auto *to = schema_of(reader);
            struct sk_resolver *resolver = NULL;
            struct sk_error err = {0};
            bool wanted = w == r;
            for (size_t i = 0; i < SK_COUNT(promoted); i++)
                wanted |= promoted[i][0] == (char)w && promoted[i][1] == (char)r;
            bool seen = sk_resolver_new(from, to, &resolver, &err) == SK_OK;
            if (seen != wanted)
                fail_msg("%s to %s: %d", writer, reader, seen);
            sk_resolver_free(resolver);
        }
    }
}

static void bytes_that_are_no_utf8_do_not_become_a_string(void **)
{
    assert_fails("\"bytes\"", "\"string\"", "\"\\u00ff\"", "a string that is not UTF-8");
}

static void fields_may_be_added_removed_and_reordered(void **)
{
    assert_resolves(
        RECORD("{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"weg\",\"type\":{\"type\":"
               "\"array\",\"items\":\"string\"}},{\"name\":\"b\",\"type\":\"string\"},"
               "{\"name\":\"c\",\"type\":\"double\"}"),
        RECORD(
            "{\"name\":\"c\",\"type\":\"double\"},{\"name\":\"nieuw\",\"type\":[\"null\","
            "\"int\"],\"default\":null},{\"name\":\"b\",\"type\":\"string\"},"
            "{\"name\":\"lijst\",\"type\":{\"type\":\"array\",\"items\":\"int\"},"
            "\"default\":[1,2]},{\"name\":\"a\",\"type\":\"long\"}"),
        "{\"a\":1,\"weg\":[\"x\",\"y\"],\"b\":\"t\",\"c\":2.5}",
        "{\"c\":2.5,\"nieuw\":null,\"b\":\"t\",\"lijst\":[1,2],\"a\":1}");
    assert_resolves(
        RECORD("{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"b\",\"type\":"
               "\"int\"}"),
        RECORD("{\"name\":\"x\",\"type\":\"int\",\"default\":9},{\"name\":\"b\","
               "\"type\":\"int\"},{\"name\":\"y\",\"type\":\"string\","
               "\"default\":\"z\"}"),
        "{\"a\":1,\"b\":2}", "{\"x\":9,\"b\":2,\"y\":\"z\"}");
}

static void a_missing_field_without_a_default_is_named(void **)
{
    assert_fails(RECORD("{\"name\":\"s\",\"type\":{\"type\":\"record\",\"name\":\"S\","
                        "\"fields\":[]}}"),
                 RECORD("{\"name\":\"s\",\"type\":{\"type\":\"record\",\"name\":\"S\","
                        "\"fields\":[{\"name\":\"x\",\"type\":\"int\"}]}}"),
                 "{\"s\":{}}",
                 "s.x: the writer has no such field, and it has no default");
}

static void aliases_of_types_and_fields_are_followed(void **)
{
    assert_resolves(
        "{\"type\":\"record\",\"name\":\"n.Oud\",\"fields\":[{\"name\":\"was\","
        "\"type\":\"int\"}]}",
        "{\"type\":\"record\",\"name\":\"m.Nieuw\",\"aliases\":[\"n.Oud\"],"
        "\"fields\":[{\"name\":\"is\",\"aliases\":[\"ooit\",\"was\"],\"type\":"
        "\"int\"}]}",
        "{\"was\":3}", "{\"is\":3}");
    assert_fails("{\"type\":\"record\",\"name\":\"n.Oud\",\"fields\":[]}",
                 "{\"type\":\"record\",\"name\":\"m.Nieuw\",\"fields\":[]}", "{}",
                 "n.Oud cannot be read as m.Nieuw");
}

/* The reader's `a` is there by name, so its alias on `b` must not take it away. */
static void a_name_goes_before_an_alias(void **)
{
    assert_resolves(RECORD("{\"name\":\"a\",\"type\":\"int\"}"),
                    RECORD("{\"name\":\"b\",\"aliases\":[\"a\"],\"type\":\"int\","
                           "\"default\":0},{\"name\":\"a\",\"type\":\"int\"}"),
                    "{\"a\":4}", "{\"b\":0,\"a\":4}");
    assert_resolves(
        RECORD("{\"name\":\"x\",\"type\":\"int\"},{\"name\":\"y\",\"type\":\"int\"}"),
        RECORD("{\"name\":\"x\",\"aliases\":[\"y\"],\"type\":\"int\"}"),
        "{\"x\":1,\"y\":2}", "{\"x\":1}");
    assert_resolves(
        RECORD("{\"name\":\"x\",\"type\":\"int\"},{\"name\":\"y\",\"type\":\"int\"}"),
        RECORD("{\"name\":\"z\",\"aliases\":[\"y\",\"x\"],\"type\":\"int\"}"),
        "{\"x\":1,\"y\":2}", "{\"z\":2}");
}

static void an_unknown_symbol_becomes_the_default_or_fails_when_it_comes(void **)
{
    static const char writer[] =
        "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\",\"B\",\"C\"]}";

    assert_resolves(writer,
                    "{\"type\":\"enum\",\"name\":\"x.E\",\"symbols\":[\"ONBEKEND\","
                    "\"C\"],\"default\":\"ONBEKEND\"}",
                    "\"B\"", "\"ONBEKEND\"");
    assert_resolves(writer,
                    "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"C\",\"A\"]}",
                    "\"C\"", "\"C\"");
    assert_fails(writer, "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"C\",\"A\"]}",
                 "\"B\"", "the reader's E has no symbol B and no default");
}

static void unions_resolve_by_branch_and_fail_only_when_the_branch_comes(void **)
{
    static const char writer[] = "[\"null\",\"int\",\"string\"]";

    assert_resolves(writer, "[\"string\",\"long\",\"null\"]", "{\"int\":1}",
                    "{\"long\":1}");
    assert_resolves(writer, "[\"null\",\"double\",\"int\"]", "{\"int\":1}",
                    "{\"int\":1}");
    assert_resolves(writer, "\"long\"", "{\"int\":1}", "1");
    assert_fails(writer, "\"long\"", "null", "null cannot be read as long");
    assert_fails(writer, "[\"null\",\"int\"]", "{\"string\":\"x\"}",
                 "the reader's union has no type for string");
    assert_resolves("\"int\"", "[\"null\",\"float\",\"long\"]", "1", "{\"float\":1.0}");
    assert_fails("\"boolean\"", "[\"null\",\"float\"]", "true",
                 "the reader's union has no type for boolean");
    assert_fails(RECORD("{\"name\":\"f\",\"type\":[\"null\",\"string\"]}"),
                 RECORD("{\"name\":\"f\",\"type\":[\"null\",\"int\"]}"),
                 "{\"f\":{\"string\":\"x\"}}",
                 "f: the reader's union has no type for string");
}

static void a_record_in_a_union_is_found_by_full_name_then_alias_then_short_name(void **)
{
    static const char writer[] = "{\"type\":\"record\",\"name\":\"w.R\",\"fields\":[]}";

    assert_resolves(writer,
                    "[{\"type\":\"record\",\"name\":\"a.R\",\"fields\":[]},"
                    "{\"type\":\"record\",\"name\":\"w.R\",\"fields\":[]}]",
                    "{}", "{\"w.R\":{}}");
    assert_resolves(
        writer,
        "[{\"type\":\"record\",\"name\":\"a.X\",\"fields\":[]},"
        "{\"type\":\"record\",\"name\":\"b.Y\",\"aliases\":[\"w.R\"],\"fields\":[]}]",
        "{}", "{\"b.Y\":{}}");
    assert_resolves(
        writer,
        "[{\"type\":\"record\",\"name\":\"a.R\",\"fields\":[{\"name\":\"x\","
        "\"type\":\"int\"}]},{\"type\":\"record\",\"name\":\"b.R\",\"fields\":[]}]",
        "{}", "{\"b.R\":{}}");
}

static void the_default_of_a_union_is_a_value_of_its_first_type_that_fits(void **)
{
    assert_resolves(
        RECORD(""),
        RECORD("{\"name\":\"u\",\"type\":[\"string\",\"null\"],\"default\":"
               "\"x\"},{\"name\":\"v\",\"type\":[\"null\",\"bytes\"],\"default\":"
               "\"\\u00ff\"}"),
        "{}", "{\"u\":{\"string\":\"x\"},\"v\":{\"bytes\":\"\\u00ff\"}}");
}

static void recursive_records_resolve_at_every_level(void **)
{
    static const char writer[] = "{\"type\":\"record\",\"name\":\"L\",\"fields\":["
                                 "{\"name\":\"v\",\"type\":\"int\"},"
                                 "{\"name\":\"next\",\"type\":[\"null\",\"L\"]}]}";
    static const char reader[] = "{\"type\":\"record\",\"name\":\"L\",\"fields\":["
                                 "{\"name\":\"next\",\"type\":[\"L\",\"null\"]},"
                                 "{\"name\":\"v\",\"type\":\"double\"}]}";

    assert_resolves(writer, reader, "{\"v\":1,\"next\":{\"L\":{\"v\":2,\"next\":null}}}",
                    "{\"next\":{\"L\":{\"next\":null,\"v\":2.0}},\"v\":1.0}");
}

/* While A is tried, B looks good because A is under way; A fails for want of `must`, so B
 * does not fit after all and the other B is taken. */
static void a_record_that_leaned_on_one_that_failed_is_tried_again(void **)
{
    assert_resolves(
        RECORD(
            "{\"name\":\"a\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"A\","
            "\"fields\":[{\"name\":\"b\",\"type\":{\"type\":\"record\",\"name\":\"B\","
            "\"fields\":[{\"name\":\"a\",\"type\":{\"type\":\"array\",\"items\":\"A\"}}]"
            "}}]}]},{\"name\":\"b\",\"type\":\"B\"}"),
        RECORD(
            "{\"name\":\"a\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"A\","
            "\"fields\":[{\"name\":\"b\",\"type\":{\"type\":\"record\",\"name\":\"B\","
            "\"fields\":[{\"name\":\"a\",\"type\":{\"type\":\"array\",\"items\":\"A\"}}]"
            "}},{\"name\":\"must\",\"type\":\"int\"}]}]},{\"name\":\"b\",\"type\":[\"B\","
            "{\"type\":\"record\",\"name\":\"y.B\",\"fields\":[]}]}"),
        "{\"a\":null,\"b\":{\"a\":[{\"b\":{\"a\":[]}}]}}",
        "{\"a\":null,\"b\":{\"y.B\":{}}}");
}

static void blocks_come_out_as_one(void **)
{
    sk_schema_document_auto *from = schema_of("{\"type\":\"array\",\"items\":\"int\"}");
    sk_schema_document_auto *to = schema_of("{\"type\":\"array\",\"items\":\"long\"}");
    struct sk_resolver *resolver = NULL;
    struct sk_buffer out = {0};
    struct sk_error err = {0};

    assert_int_equal(sk_resolver_new(from, to, &resolver, &err), SK_OK);
    assert_int_equal(
        sk_resolver_run(
            resolver,
            (struct sk_bytes){(const uint8_t *)"\x03\x04\x02\x04\x02\x06\x00", 7}, &out,
            &err),
        SK_OK);
    assert_int_equal(out.size, 5);
    assert_memory_equal(out.data, "\x06\x02\x04\x06\x00", 5);
    sk_buffer_fini(&out);
    sk_resolver_free(resolver);
}

static void broken_bytes_leave_the_output_as_it_was(void **)
{
    sk_schema_document_auto *document =
        schema_of("{\"type\":\"array\",\"items\":\"int\"}");
    struct sk_resolver *resolver = NULL;
    struct sk_buffer out = {0};
    struct sk_error err = {0};

    sk_buffer_append_byte(&out, 'x');
    assert_int_equal(sk_resolver_new(document, document, &resolver, &err), SK_OK);
    assert_int_equal(sk_resolver_run(resolver,
                                     (struct sk_bytes){(const uint8_t *)"\x04\x02", 2},
                                     &out, &err),
                     SK_REJECT);
    assert_string_equal(err.text, "[1]: the bytes end inside a number");
    assert_int_equal(out.size, 1);
    sk_buffer_fini(&out);
    sk_resolver_free(resolver);
}

/* One byte an item in, a default of 100 KiB an item out. */
static void defaults_cannot_make_a_value_explode(void **)
{
    struct sk_buffer reader = {0};
    struct sk_buffer in = {0};
    struct sk_buffer out = {0};
    struct sk_resolver *resolver = NULL;
    struct sk_error err = {0};

    sk_buffer_append_text(&reader,
                          SK_TEXT("{\"type\":\"array\",\"items\":{\"type\":\"record\","
                                  "\"name\":\"R\",\"fields\":[{\"name\":\"d\",\"type\":"
                                  "\"string\",\"default\":\""));
    for (int i = 0; i < 100 * 1024; i++)
        sk_buffer_append_byte(&reader, 'x');
    sk_buffer_append_text(&reader, SK_TEXT("\"}]}}"));
    sk_schema_document_auto *from = schema_of(
        "{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"R\",\"fields\":"
        "[{\"name\":\"b\",\"type\":\"boolean\"}]}}");
    sk_schema_document_auto *to = schema_of(sk_buffer_string(&reader));
    sk_avro_write_long(&in, 1000);
    for (int i = 0; i < 1001; i++)
        sk_buffer_append_byte(&in, 0);
    assert_int_equal(sk_resolver_new(from, to, &resolver, &err), SK_OK);
    assert_int_equal(sk_resolver_run(resolver, sk_buffer_bytes(&in), &out, &err),
                     SK_REJECT);
    assert_contains(err.text, "larger than 16 MiB");
    sk_resolver_free(resolver);
    sk_buffer_fini(&reader);
    sk_buffer_fini(&in);
    sk_buffer_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_strings_and_bytes_are_promoted),
        cmocka_unit_test(no_other_type_becomes_another),
        cmocka_unit_test(bytes_that_are_no_utf8_do_not_become_a_string),
        cmocka_unit_test(fields_may_be_added_removed_and_reordered),
        cmocka_unit_test(a_missing_field_without_a_default_is_named),
        cmocka_unit_test(aliases_of_types_and_fields_are_followed),
        cmocka_unit_test(a_name_goes_before_an_alias),
        cmocka_unit_test(an_unknown_symbol_becomes_the_default_or_fails_when_it_comes),
        cmocka_unit_test(unions_resolve_by_branch_and_fail_only_when_the_branch_comes),
        cmocka_unit_test(
            a_record_in_a_union_is_found_by_full_name_then_alias_then_short_name),
        cmocka_unit_test(the_default_of_a_union_is_a_value_of_its_first_type_that_fits),
        cmocka_unit_test(recursive_records_resolve_at_every_level),
        cmocka_unit_test(a_record_that_leaned_on_one_that_failed_is_tried_again),
        cmocka_unit_test(blocks_come_out_as_one),
        cmocka_unit_test(broken_bytes_leave_the_output_as_it_was),
        cmocka_unit_test(defaults_cannot_make_a_value_explode),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
