/* SPDX-License-Identifier: Apache-2.0 */
/* identifier - the spellings people use, and the numbers that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/identifier.h"

static void assert_enterprise(enum sk_enterprise_scheme scheme, const char *raw,
                              const char *expected)
{
    char number[SK_IDENTIFIER_SIZE] = "";

    assert_int_equal(sk_enterprise_number(scheme, sk_text(raw), number),
                     expected != NULL);
    assert_string_equal(number, expected ? expected : "");
}

static void assert_establishment(enum sk_enterprise_scheme scheme, const char *raw,
                                 const char *expected)
{
    char number[SK_IDENTIFIER_SIZE] = "";

    assert_int_equal(sk_establishment_number(scheme, sk_text(raw), number),
                     expected != NULL);
    assert_string_equal(number, expected ? expected : "");
}

static void an_enterprise_number_has_one_spelling(void **)
{
    static const char *const spellings[] = {"0421722346",       "0421.722.346",
                                            "BE0421722346",     "BE 0421 722 346",
                                            " be0421.722.346 ", "421722346"};

    for (size_t i = 0; i < sizeof(spellings) / sizeof(*spellings); i++)
        assert_enterprise(SK_ENTERPRISE_KBO, spellings[i], "0421722346");
}

static void a_wrong_check_digit_is_no_enterprise_number(void **)
{
    char number[] = "0421722346";

    for (size_t i = 0; i < 10; i++) {
        char right = number[i];
        number[i] = right == '9' ? '0' : (char)(right + 1);
        assert_enterprise(SK_ENTERPRISE_KBO, number, NULL);
        number[i] = right;
    }
}

static void the_check_is_97_and_never_zero(void **)
{
    assert_true(sk_mod97_valid(SK_TEXT("0000009797")));
    assert_false(sk_mod97_valid(SK_TEXT("0000009700")));
    assert_false(sk_mod97_valid(SK_TEXT("-000000979")));
    assert_false(sk_mod97_valid(SK_TEXT("000000979")));
    assert_false(sk_mod97_valid((struct sk_text){0}));
}

static void an_establishment_is_no_enterprise_and_the_reverse(void **)
{
    assert_establishment(SK_ENTERPRISE_KBO, "2.289.324.120", "2289324120");
    assert_enterprise(SK_ENTERPRISE_KBO, "2289324120", NULL);
    assert_establishment(SK_ENTERPRISE_KBO, "0421722346", NULL);
}

static void what_is_no_number_is_refused(void **)
{
    static const char *const wrong[] = {
        "",   "onbekend",      "0421722346x",  "04217223460",
        "BE", "BEBE421722346", "04217\n22346", "0421_722346"};
    char endless[200];

    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        assert_enterprise(SK_ENTERPRISE_KBO, wrong[i], NULL);
    memset(endless, '0', sizeof(endless) - 1);
    endless[sizeof(endless) - 1] = '\0';
    assert_enterprise(SK_ENTERPRISE_KBO, endless, NULL);
    assert_enterprise(SK_ENTERPRISE_VRIJ, endless, NULL);
    assert_enterprise(SK_ENTERPRISE_KBO, NULL, NULL);
}

static void another_register_has_its_own_scheme(void **)
{
    assert_enterprise(SK_ENTERPRISE_KVK, "34276067", "34276067");
    assert_enterprise(SK_ENTERPRISE_KVK, "4127606", "04127606");
    assert_enterprise(SK_ENTERPRISE_KVK, "342760671", NULL);
    assert_establishment(SK_ENTERPRISE_KVK, "20988540", "000020988540");
    assert_enterprise(SK_ENTERPRISE_VRIJ, " SIRET 123 ", "SIRET 123");
    assert_enterprise(SK_ENTERPRISE_VRIJ, "a\tb", NULL);
}

static void assert_dossier(const char *expression, const char *raw, const char *expected)
{
    char number[SK_IDENTIFIER_SIZE] = "";
    struct sk_error err = {0};
    regex_t pattern;

    assert_int_equal(sk_dossier_pattern_init(&pattern, expression, &err), SK_OK);
    assert_int_equal(sk_dossier_number(&pattern, sk_text(raw), number), expected != NULL);
    assert_string_equal(number, expected ? expected : "");
    regfree(&pattern);
}

static void a_dossier_number_is_nine_or_ten_digits_however_written(void **)
{
    assert_dossier(SK_DOSSIER_NUMBER_PATTERN, "910000001", "910000001");
    assert_dossier(SK_DOSSIER_NUMBER_PATTERN, "9100000012", "9100000012");
    assert_dossier(SK_DOSSIER_NUMBER_PATTERN, " 91 000 0001, ", "910000001");
    assert_dossier(SK_DOSSIER_NUMBER_PATTERN, "dossier 910.000.001", "910000001");
    assert_dossier(SK_DOSSIER_NUMBER_PATTERN, "91000000", NULL);
    assert_dossier(SK_DOSSIER_NUMBER_PATTERN, "91000000123", NULL);
    assert_dossier(SK_DOSSIER_NUMBER_PATTERN, "", NULL);
}

static void a_pattern_with_letters_keeps_them(void **)
{
    assert_dossier("LRK-[0-9]{4}", " LRK-1234", "LRK-1234");
    assert_dossier("LRK-[0-9]{4}|X", "LRK-1234X", NULL);
}

static void a_pattern_that_is_none_says_why(void **)
{
    struct sk_error err = {0};
    regex_t pattern;

    assert_int_equal(sk_dossier_pattern_init(&pattern, "[0-9", &err), SK_FATAL);
    assert_string_equal(err.id, "option.pattern");
    assert_non_null(strstr(err.text, "[0-9"));
}

static void an_insz_is_known_however_it_is_written(void **)
{
    static const char *const are[] = {"85.07.30-033.28", "85073003328", "00012556777",
                                      " 85 07 30 033 28 ", "85.47.30-033.17"};
    static const char *const are_not[] = {"85.07.30-033.27", "8507300332", "850730033280",
                                          "85133003328",     "910000001",  "",
                                          "K-2026-000123"};

    for (size_t i = 0; i < SK_COUNT(are); i++)
        if (!sk_is_insz(sk_text(are[i])))
            fail_msg("%s", are[i]);
    for (size_t i = 0; i < SK_COUNT(are_not); i++)
        if (sk_is_insz(sk_text(are_not[i])))
            fail_msg("%s", are_not[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_enterprise_number_has_one_spelling),
        cmocka_unit_test(a_wrong_check_digit_is_no_enterprise_number),
        cmocka_unit_test(the_check_is_97_and_never_zero),
        cmocka_unit_test(an_establishment_is_no_enterprise_and_the_reverse),
        cmocka_unit_test(what_is_no_number_is_refused),
        cmocka_unit_test(another_register_has_its_own_scheme),
        cmocka_unit_test(a_dossier_number_is_nine_or_ten_digits_however_written),
        cmocka_unit_test(a_pattern_with_letters_keeps_them),
        cmocka_unit_test(an_insz_is_known_however_it_is_written),
        cmocka_unit_test(a_pattern_that_is_none_says_why),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
