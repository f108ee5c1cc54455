/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/text.h"
#include "base/uuid.h"

static bool valid(const char *text)
{
    return sk_utf8_valid(text, strlen(text));
}

static void utf8_is_what_rfc_3629_says(void **)
{
    assert_true(valid("gewone tekst van meer dan acht tekens"));
    assert_true(valid("Zoë’s crèche \xF0\x9F\x8D\x80"));
    assert_true(valid("\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF"));
    assert_false(valid("\xC0\xAF"));                      /* overlong */
    assert_false(valid("\xE0\x9F\xBF"));                  /* overlong */
    assert_false(valid("\xED\xA0\x80"));                  /* surrogate */
    assert_false(valid("\xF4\x90\x80\x80"));              /* above U+10FFFF */
    assert_false(valid("langer dan acht, dan \xE2\x82")); /* cut */
    assert_false(valid("\x80"));
}

static void an_absent_text_differs_from_an_empty_one(void **)
{
    assert_false(sk_text_equal((struct sk_text){0}, SK_TEXT("")));
    assert_true(sk_text_equal((struct sk_text){0}, sk_text(NULL)));
}

static void splitting_gives_every_part_once(void **)
{
    struct sk_text rest = SK_TEXT("a||bc");

    assert_true(sk_text_is(sk_text_split(&rest, '|'), "a"));
    assert_true(sk_text_is(sk_text_split(&rest, '|'), ""));
    assert_true(sk_text_is(sk_text_split(&rest, '|'), "bc"));
    assert_null(rest.data);
}

static void numbers_are_taken_only_when_they_fit(void **)
{
    int64_t value = 7;

    assert_true(sk_text_to_int64(SK_TEXT("-9223372036854775808"), &value));
    assert_true(value == INT64_MIN);
    assert_true(sk_text_to_int64(SK_TEXT("9223372036854775807"), &value));
    assert_true(value == INT64_MAX);
    assert_false(sk_text_to_int64(SK_TEXT("9223372036854775808"), &value));
    assert_false(sk_text_to_int64(SK_TEXT("12a"), &value));
    assert_false(sk_text_to_int64(SK_TEXT("-"), &value));
    assert_false(sk_text_to_int64(SK_TEXT(""), &value));
}

static void derived_ids_depend_on_where_parts_end(void **)
{
    char one[SK_UUID_SIZE], two[SK_UUID_SIZE], again[SK_UUID_SIZE];

    sk_uuid_v5((const struct sk_text[]){SK_TEXT("ab"), SK_TEXT("c")}, 2, one);
    sk_uuid_v5((const struct sk_text[]){SK_TEXT("a"), SK_TEXT("bc")}, 2, two);
    sk_uuid_v5((const struct sk_text[]){SK_TEXT("ab"), SK_TEXT("c")}, 2, again);
    assert_string_equal(one, again);
    assert_string_not_equal(one, two);
    assert_int_equal(one[14], '5');
}

static void an_error_text_that_is_cut_stays_utf8(void **)
{
    struct sk_error err = {0};
    char accents[400];

    for (size_t i = 0; i < 198; i++)
        memcpy(accents + 2 * i, "é", 2);
    accents[396] = '\0';
    for (int shift = 0; shift < 2; shift++) {
        assert_int_equal(sk_fail(&err, SK_REJECT, "a.b", "%.*s%s", shift, "x", accents),
                         SK_REJECT);
        assert_true(valid(err.text));
        sk_error_prefix(&err, "veld %d", 3);
        assert_true(valid(err.text));
        assert_memory_equal(err.text, "veld 3: ", 8);
    }
}

static void json_errors_name_line_and_member(void **)
{
    struct sk_error err = {0};
    json_auto_t *json = NULL;
    struct sk_text text;

    assert_int_equal(sk_json_parse("{\n\"a\" 1}", 8, &json, &err), SK_REJECT);
    assert_non_null(strstr(err.text, "line 2"));
    assert_int_equal(sk_json_parse("{\"a\":1}", 7, &json, &err), SK_OK);
    assert_int_equal(sk_json_text(json, "a", &text, &err), SK_REJECT);
    assert_non_null(strstr(err.text, "\"a\" must be a string, but is an integer"));
    assert_int_equal(sk_json_text(json, "b", &text, &err), SK_REJECT);
    assert_string_equal(err.id, "json.missing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_is_what_rfc_3629_says),
        cmocka_unit_test(an_absent_text_differs_from_an_empty_one),
        cmocka_unit_test(splitting_gives_every_part_once),
        cmocka_unit_test(numbers_are_taken_only_when_they_fit),
        cmocka_unit_test(derived_ids_depend_on_where_parts_end),
        cmocka_unit_test(an_error_text_that_is_cut_stays_utf8),
        cmocka_unit_test(json_errors_name_line_and_member),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
