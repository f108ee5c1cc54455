/* SPDX-License-Identifier: Apache-2.0 */
#include "schema_case.h"

#include "avro/compat.h"

static struct sk_compat_report compare(const char *reader, const char *writer,
                                       enum sk_compat_direction direction)
{
    sk_schema_document_auto *candidate = schema_of(reader);
    sk_schema_document_auto *earlier = schema_of(writer);
    struct sk_compat_report report = {0};
    struct sk_error err = {0};

    if (sk_compat_check(sk_schema_root(candidate), sk_schema_root(earlier), direction,
                        &report, &err) != SK_OK)
        fail_msg("%s", err.text);
    return report;
}

static void assert_compatible(const char *reader, const char *writer)
{
    sk_compat_report_auto report = compare(reader, writer, SK_COMPAT_BACKWARD);

    if (report.found > 0)
        fail_msg("%s reads %s: %s", reader, writer, report.findings[0].message);
}

/* Exactly one finding, of this rule, at this path and location. */
static void assert_finding(const char *reader, const char *writer, const char *rule,
                           const char *path, const char *location)
{
    sk_compat_report_auto report = compare(reader, writer, SK_COMPAT_BACKWARD);

    if (report.found != 1)
        fail_msg("%zu findings: %s reads %s", report.found, reader, writer);
    assert_string_equal(sk_compat_rule_name(report.findings[0].rule), rule);
    assert_string_equal(report.findings[0].path, path);
    assert_string_equal(report.findings[0].location, location);
}

#define RECORD(fields) "{\"type\":\"record\",\"name\":\"R\",\"fields\":[" fields "]}"
#define DECIMAL(precision, scale)                                                        \
    "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":" precision           \
    ",\"scale\":" scale "}"

static void what_can_be_read_has_no_findings(void **)
{
    assert_compatible("\"double\"", "\"int\"");
    assert_compatible("\"bytes\"", "\"string\"");
    assert_compatible("[\"null\",\"long\"]", "\"int\"");
    assert_compatible("[\"null\",\"double\"]", "[\"int\",\"null\"]");
    assert_compatible("\"double\"", "[\"int\",\"float\"]");
    assert_compatible("{\"type\":\"map\",\"values\":\"long\"}",
                      "{\"type\":\"map\",\"values\":\"int\"}");
    assert_compatible(RECORD("{\"name\":\"a\",\"type\":\"int\",\"default\":1}"),
                      RECORD(""));
    assert_compatible(RECORD(""), RECORD("{\"name\":\"a\",\"type\":\"int\"}"));
    assert_compatible(RECORD("{\"name\":\"b\",\"aliases\":[\"a\"],\"type\":\"int\"}"),
                      RECORD("{\"name\":\"a\",\"type\":\"int\"}"));
    assert_compatible(
        "{\"type\":\"record\",\"name\":\"S\",\"aliases\":[\"R\"],\"fields\":[]}",
        RECORD(""));
    assert_compatible(
        "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"],\"default\":\"A\"}",
        "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\",\"B\"]}");
    assert_compatible(DECIMAL("6", "2"), DECIMAL("4", "2"));
    assert_compatible("\"bytes\"", DECIMAL("4", "2"));
}

static void each_rule_is_found_at_its_path_and_location(void **)
{
    assert_finding("\"int\"", "\"long\"", "TYPE_MISMATCH", "", "/");
    assert_finding(RECORD("{\"name\":\"a\",\"type\":\"int\"}"), RECORD(""),
                   "READER_FIELD_MISSING_DEFAULT_VALUE", "R.a", "/fields/0");
    assert_finding(
        RECORD("{\"name\":\"x\",\"type\":\"int\"},{\"name\":\"a\",\"type\":{\"type\":"
               "\"array\",\"items\":\"int\"}}"),
        RECORD("{\"name\":\"x\",\"type\":\"int\"},{\"name\":\"a\",\"type\":{\"type\":"
               "\"array\",\"items\":\"string\"}}"),
        "TYPE_MISMATCH", "R.a[]", "/fields/1/type/items");
    assert_finding("{\"type\":\"map\",\"values\":\"int\"}",
                   "{\"type\":\"map\",\"values\":\"null\"}", "TYPE_MISMATCH", "[]",
                   "/values");
    assert_finding("{\"type\":\"record\",\"name\":\"S\",\"fields\":[]}", RECORD(""),
                   "NAME_MISMATCH", "S", "/name");
    assert_finding("{\"type\":\"fixed\",\"name\":\"F\",\"size\":3}",
                   "{\"type\":\"fixed\",\"name\":\"F\",\"size\":4}",
                   "FIXED_SIZE_MISMATCH", "F", "/size");
    assert_finding("{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"]}",
                   "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\",\"B\"]}",
                   "MISSING_ENUM_SYMBOLS", "E", "/symbols");
    assert_finding("{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"]}",
                   "{\"type\":\"enum\",\"name\":\"F\",\"symbols\":[\"A\"]}",
                   "NAME_MISMATCH", "E", "/name");
    assert_finding("[\"null\",\"int\"]", "[\"null\",\"string\"]", "MISSING_UNION_BRANCH",
                   "", "/1");
    assert_finding("[\"null\",\"int\"]", "\"string\"", "MISSING_UNION_BRANCH", "", "/");
    assert_finding("\"string\"", "[\"null\",\"string\"]", "TYPE_MISMATCH", "", "/0");
    assert_finding(DECIMAL("6", "3"), DECIMAL("6", "2"), "DECIMAL_MISMATCH", "", "/");
    assert_finding(DECIMAL("5", "2"), DECIMAL("6", "2"), "DECIMAL_MISMATCH", "", "/");
}

static void a_message_names_rule_path_and_both_types(void **)
{
    sk_compat_report_auto report =
        compare(RECORD("{\"name\":\"a\",\"type\":[\"null\",\"int\"]}"),
                RECORD("{\"name\":\"a\",\"type\":{\"type\":\"enum\",\"name\":\"n.E\","
                       "\"symbols\":[]}}"),
                SK_COMPAT_BACKWARD);

    assert_string_equal(report.findings[0].message,
                        "MISSING_UNION_BRANCH at R.a: the reader's union has no type for "
                        "the writer's (reader: union [null, int]; writer: enum n.E)");
}

static void missing_symbols_are_listed(void **)
{
    sk_compat_report_auto report =
        compare("{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"B\"]}",
                "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\",\"B\",\"C\"]}",
                SK_COMPAT_BACKWARD);

    assert_contains(report.findings[0].message, "missing: A, C");
}

static void every_incompatibility_is_listed_not_only_the_first(void **)
{
    sk_compat_report_auto report = compare(
        RECORD("{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"b\",\"type\":\"int\"},"
               "{\"name\":\"c\",\"type\":{\"type\":\"record\",\"name\":\"S\",\"fields\":"
               "[{\"name\":\"d\",\"type\":\"int\"}]}}"),
        RECORD("{\"name\":\"b\",\"type\":\"string\"},{\"name\":\"c\",\"type\":{\"type\":"
               "\"record\",\"name\":\"T\",\"fields\":[{\"name\":\"d\",\"type\":\"long\"}]"
               "}}"),
        SK_COMPAT_BACKWARD);

    assert_int_equal(report.found, 4);
    assert_string_equal(report.findings[0].path, "R.a");
    assert_string_equal(report.findings[1].path, "R.b");
    assert_string_equal(report.findings[2].path, "R.c");
    assert_string_equal(report.findings[3].path, "R.c.d");
}

static void full_checks_both_directions_and_says_which(void **)
{
    static const char candidate[] =
        RECORD("{\"name\":\"a\",\"type\":\"long\"},{\"name\":\"n\",\"type\":\"int\"}");
    static const char earlier[] = RECORD("{\"name\":\"a\",\"type\":\"int\"}");
    sk_compat_report_auto full = compare(candidate, earlier, SK_COMPAT_FULL);
    sk_compat_report_auto forward = compare(candidate, earlier, SK_COMPAT_FORWARD);

    assert_int_equal(full.found, 2);
    assert_int_equal(full.findings[0].direction, SK_COMPAT_BACKWARD);
    assert_string_equal(full.findings[0].path, "R.n");
    assert_int_equal(full.findings[1].direction, SK_COMPAT_FORWARD);
    assert_string_equal(full.findings[1].path, "R.a");
    assert_int_equal(forward.found, 1);
}

static void a_record_that_stands_in_two_places_is_reported_once(void **)
{
    assert_finding(
        RECORD("{\"name\":\"a\",\"type\":{\"type\":\"record\",\"name\":\"S\",\"fields\":"
               "[{\"name\":\"x\",\"type\":\"int\"}]}},{\"name\":\"b\",\"type\":\"S\"}"),
        RECORD("{\"name\":\"a\",\"type\":{\"type\":\"record\",\"name\":\"S\",\"fields\":"
               "[]}},{\"name\":\"b\",\"type\":\"S\"}"),
        "READER_FIELD_MISSING_DEFAULT_VALUE", "R.a.x", "/fields/0/type/fields/0");
}

static void recursive_records_are_compared_once(void **)
{
    static const char reader[] = "{\"type\":\"record\",\"name\":\"L\",\"fields\":["
                                 "{\"name\":\"v\",\"type\":\"%s\"},"
                                 "{\"name\":\"next\",\"type\":[\"null\",\"L\"]}]}";
    char as_int[256], as_long[256];

    snprintf(as_int, sizeof(as_int), reader, "int");
    snprintf(as_long, sizeof(as_long), reader, "long");
    assert_compatible(as_long, as_int);
    sk_compat_report_auto report = compare(as_int, as_long, SK_COMPAT_BACKWARD);
    assert_int_equal(report.found, 2);
    assert_string_equal(report.findings[0].path, "L.v");
    assert_string_equal(report.findings[1].path, "L.next");
}

/* While A is tried, B looks good because A is under way; A fails for want of `must`, so B
 * does not fit either. */
static void a_record_that_leaned_on_one_that_failed_is_compared_again(void **)
{
    sk_compat_report_auto report = compare(
        RECORD(
            "{\"name\":\"a\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"A\","
            "\"fields\":[{\"name\":\"b\",\"type\":{\"type\":\"record\",\"name\":\"B\","
            "\"fields\":[{\"name\":\"a\",\"type\":{\"type\":\"array\",\"items\":\"A\"}}]"
            "}},{\"name\":\"must\",\"type\":\"int\"}]}]},{\"name\":\"b\",\"type\":["
            "\"null\","
            "\"B\"]}"),
        RECORD(
            "{\"name\":\"a\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"A\","
            "\"fields\":[{\"name\":\"b\",\"type\":{\"type\":\"record\",\"name\":\"B\","
            "\"fields\":[{\"name\":\"a\",\"type\":{\"type\":\"array\",\"items\":\"A\"}}]"
            "}}]}]},{\"name\":\"b\",\"type\":\"B\"}"),
        SK_COMPAT_BACKWARD);

    assert_int_equal(report.found, 2);
    assert_string_equal(report.findings[0].path, "R.a");
    assert_string_equal(report.findings[1].path, "R.b");
}

static void schemas_too_large_to_compare_are_refused(void **)
{
    struct sk_buffer text = {0};
    struct sk_compat_report report = {0};
    struct sk_error err = {0};

    sk_buffer_append_byte(&text, '[');
    for (int i = 0; i < 3000; i++)
        sk_buffer_printf(
            &text,
            "%s{\"type\":\"record\",\"name\":\"n%d.R\",\"fields\":[{\"name\":"
            "\"f%d\",\"type\":\"int\"}]}",
            i ? "," : "", i, i);
    sk_buffer_append_byte(&text, ']');
    sk_schema_document_auto *reader = schema_of(sk_buffer_string(&text));
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == 'n' && text.data[i + 1] >= '0' && text.data[i + 1] <= '9')
            text.data[i] = 'm';
        if (text.data[i] == 'f' && text.data[i + 1] >= '0' && text.data[i + 1] <= '9')
            text.data[i] = 'g';
    }
    sk_schema_document_auto *writer = schema_of(sk_buffer_string(&text));
    assert_int_equal(sk_compat_check(sk_schema_root(reader), sk_schema_root(writer),
                                     SK_COMPAT_BACKWARD, &report, &err),
                     SK_REJECT);
    assert_string_equal(err.id, "avro.compat");
    sk_compat_report_fini(&report);
    sk_buffer_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_can_be_read_has_no_findings),
        cmocka_unit_test(each_rule_is_found_at_its_path_and_location),
        cmocka_unit_test(a_message_names_rule_path_and_both_types),
        cmocka_unit_test(missing_symbols_are_listed),
        cmocka_unit_test(every_incompatibility_is_listed_not_only_the_first),
        cmocka_unit_test(full_checks_both_directions_and_says_which),
        cmocka_unit_test(a_record_that_stands_in_two_places_is_reported_once),
        cmocka_unit_test(recursive_records_are_compared_once),
        cmocka_unit_test(a_record_that_leaned_on_one_that_failed_is_compared_again),
        cmocka_unit_test(schemas_too_large_to_compare_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
