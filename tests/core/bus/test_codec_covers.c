/* SPDX-License-Identifier: Apache-2.0 */
/* codec_plan - when an event was read whole, decided from the two schemas. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bus/codec_plan.h"

#define RECORD(name, fields)                                                             \
    "{\"type\":\"record\",\"name\":\"" name "\",\"fields\":[" fields "]}"
#define FIELD(name, type) "{\"name\":\"" name "\",\"type\":" type "}"
#define ENUM(symbols)                                                                    \
    "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[" symbols "],\"default\":\"A\"}"
#define ARRAY(items) "{\"type\":\"array\",\"items\":" items "}"

static bool covers(const char *reader, const char *writer)
{
    sk_schema_document_auto *one = NULL;
    sk_schema_document_auto *other = NULL;
    struct sk_error err = {0};

    if (sk_schema_parse(reader, strlen(reader), &one, &err) != SK_OK ||
        sk_schema_parse(writer, strlen(writer), &other, &err) != SK_OK)
        fail_msg("%s", err.text);
    return sk_codec_covers(one, other);
}

static void a_field_more_on_the_writers_side_is_not_covered(void **)
{
    const char *less = RECORD("R", FIELD("a", "\"int\""));
    const char *more = RECORD("R", FIELD("a", "\"int\"") "," FIELD("b", "\"int\""));

    assert_true(covers(less, less));
    assert_true(covers(more, less));
    assert_false(covers(less, more));
}

static void it_is_found_however_deep_it_stands(void **)
{
    const char *less = RECORD(
        "R", FIELD("x", "[\"null\"," ARRAY(RECORD("S", FIELD("a", "\"int\""))) "]"));
    const char *more = RECORD(
        "R", FIELD("x", "[\"null\"," ARRAY(RECORD(
                            "S", FIELD("a", "\"int\"") "," FIELD("b", "\"int\""))) "]"));

    assert_true(covers(more, less));
    assert_false(covers(less, more));
}

static void a_symbol_more_on_the_writers_side_is_not_covered(void **)
{
    assert_true(covers(ENUM("\"A\",\"B\""), ENUM("\"A\"")));
    assert_true(covers(ENUM("\"B\",\"A\""), ENUM("\"A\",\"B\"")));
    assert_false(covers(ENUM("\"A\""), ENUM("\"A\",\"B\"")));
}

static void a_branch_more_on_the_writers_side_is_not_covered(void **)
{
    assert_true(covers("[\"null\",\"string\",\"int\"]", "[\"null\",\"string\"]"));
    assert_true(covers("[\"null\",\"string\"]", "\"string\""));
    assert_false(covers("[\"null\",\"string\"]", "[\"null\",\"string\",\"int\"]"));
}

static void an_alias_is_the_same_field(void **)
{
    assert_true(
        covers(RECORD("R", "{\"name\":\"b\",\"type\":\"long\",\"aliases\":[\"a\"]}"),
               RECORD("R", FIELD("a", "\"int\""))));
}

static void recursion_ends(void **)
{
    const char *tree = RECORD("T", FIELD("a", "\"int\"") "," FIELD("t", ARRAY("\"T\"")));
    const char *more = RECORD("T", FIELD("a", "\"int\"") "," FIELD(
                                       "t", ARRAY("\"T\"")) "," FIELD("b", "\"int\""));

    const char *wide =
        RECORD("T", FIELD("l", ARRAY("\"T\"")) "," FIELD("r", ARRAY("\"T\"")));

    assert_true(covers(tree, tree));
    assert_false(covers(tree, more));
    assert_true(covers(wide, wide)); /* 2^depth ways, each walked once */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_field_more_on_the_writers_side_is_not_covered),
        cmocka_unit_test(it_is_found_however_deep_it_stands),
        cmocka_unit_test(a_symbol_more_on_the_writers_side_is_not_covered),
        cmocka_unit_test(a_branch_more_on_the_writers_side_is_not_covered),
        cmocka_unit_test(an_alias_is_the_same_field),
        cmocka_unit_test(recursion_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
