/* SPDX-License-Identifier: Apache-2.0 */
/* json - what a syntax error says, and what it never says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"

static void assert_refused(const char *text, const char *where)
{
    struct sk_error err = {0};
    json_t *value = NULL;

    assert_int_equal(sk_json_parse(text, strlen(text), &value, &err), SK_REJECT);
    assert_string_equal(err.id, "json.syntax");
    assert_non_null(strstr(err.text, where));
    assert_null(value);
}

static void a_syntax_error_says_where(void **)
{
    assert_refused("{\"a\": 1,\n \"b\": }", "line 2, column 7");
    assert_refused("{\"a\": 1} x", "line 1");
    assert_refused("", "line 1, column 0");
}

static void a_syntax_error_never_quotes_what_it_read(void **)
{
    static const char *const texts[] = {"{\"naam\": Janssens}", "{\"Janssens\" 1}",
                                        "[\"x\" \"Janssens\"]", "{\"a\": 1} Janssens"};

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct sk_error err = {0};
        json_t *value = NULL;

        assert_int_equal(sk_json_parse(texts[i], strlen(texts[i]), &value, &err),
                         SK_REJECT);
        assert_null(strstr(err.text, "Janssens"));
    }
}

static void a_member_said_twice_is_refused(void **)
{
    assert_refused("{\"a\": 1, \"a\": 2}", "duplicate");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_syntax_error_says_where),
        cmocka_unit_test(a_syntax_error_never_quotes_what_it_read),
        cmocka_unit_test(a_member_said_twice_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
