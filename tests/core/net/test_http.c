/* SPDX-License-Identifier: Apache-2.0 */
/* http - escapes and query strings as clients send them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/http.h"

static void assert_unescaped(const char *escaped, bool query, const char *expected)
{
    sk_arena_auto arena = {0};
    struct sk_text plain = sk_http_unescape(sk_text(escaped), query, &arena);

    assert_int_equal(plain.size, strlen(expected));
    assert_memory_equal(plain.data, expected, plain.size);
}

static void escapes_stand_for_bytes(void **)
{
    assert_unescaped("plain", false, "plain");
    assert_unescaped("a%2Fb%c3%AB", false, "a/b\xc3\xab");
    assert_unescaped("%41%", false, "A%");
    assert_unescaped("100%25", false, "100%");
}

static void broken_escapes_stay_as_they_are(void **)
{
    assert_unescaped("%", false, "%");
    assert_unescaped("%4", false, "%4");
    assert_unescaped("%zz", false, "%zz");
    assert_unescaped("%%41", false, "%A");
}

static void a_plus_is_a_blank_in_a_query_only(void **)
{
    assert_unescaped("a+b", true, "a b");
    assert_unescaped("a+b", false, "a+b");
}

static void a_query_value_is_found_by_its_name(void **)
{
    sk_arena_auto arena = {0};
    struct sk_text query = SK_TEXT("deleted=true&p%20q=x%26y&empty=&flag&deleted=no");

    assert_true(sk_text_is(sk_http_query_value(query, "deleted", &arena), "true"));
    assert_true(sk_text_is(sk_http_query_value(query, "p q", &arena), "x&y"));
    assert_true(sk_text_is(sk_http_query_value(query, "empty", &arena), ""));
    assert_true(sk_text_is(sk_http_query_value(query, "flag", &arena), ""));
    assert_null(sk_http_query_value(query, "delete", &arena).data);
    assert_null(sk_http_query_value(SK_TEXT(""), "delete", &arena).data);
}

static void what_is_escaped_comes_back(void **)
{
    sk_buffer_auto escaped = {0};

    sk_http_escape(SK_TEXT("kind & co/\xc3\xab%+"), &escaped);
    assert_string_equal(sk_buffer_string(&escaped), "kind%20%26%20co%2F%C3%AB%25%2B");
    assert_unescaped(sk_buffer_string(&escaped), true, "kind & co/\xc3\xab%+");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escapes_stand_for_bytes),
        cmocka_unit_test(broken_escapes_stay_as_they_are),
        cmocka_unit_test(a_plus_is_a_blank_in_a_query_only),
        cmocka_unit_test(a_query_value_is_found_by_its_name),
        cmocka_unit_test(what_is_escaped_comes_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
