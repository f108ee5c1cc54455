/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-16 both ways, and the ways in which databases write a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "odbc/utf16.h"
#include "odbc/zone.h"

static void assert_round_trip(const char *text, size_t units)
{
    sk_buffer_auto wide = {0}, narrow = {0};

    sk_utf16_from(sk_text(text), &wide);
    assert_int_equal(wide.size, 2 * units);
    sk_utf16_to((const uint16_t *)(const void *)wide.data, units, &narrow);
    assert_string_equal(sk_buffer_string(&narrow), text);
}

static void every_character_comes_back(void **)
{
    assert_round_trip("", 0);
    assert_round_trip("De Bij", 6);
    assert_round_trip("é", 1);
    assert_round_trip("ࠀ\uffff€", 3);
    assert_round_trip("😀\U0010ffff", 4);
}

static void what_is_no_text_becomes_the_replacement_character(void **)
{
    static const uint16_t lone[] = {'a', 0xD83D, 'b', 0xDE00, 0xD83D};
    sk_buffer_auto narrow = {0}, wide = {0}, back = {0};

    sk_utf16_to(lone, SK_COUNT(lone), &narrow);
    assert_string_equal(sk_buffer_string(&narrow), "a\ufffd"
                                                   "b\ufffd\ufffd");
    sk_utf16_from(sk_text("\xC3 \xFF\xE2\x82"), &wide);
    sk_utf16_to((const uint16_t *)(const void *)wide.data, wide.size / 2, &back);
    assert_true(sk_utf8_valid(back.data, back.size));
}

static void assert_time(const char *text, const char *expected)
{
    char utc[SK_ZONE_TEXT];

    assert_true(sk_zone_parse(sk_text(text), utc));
    assert_string_equal(utc, expected);
}

static void a_time_with_its_offset_is_utc(void **)
{
    assert_time("2026-11-24 10:00:00.1234567 +01:00", "2026-11-24T09:00:00.1234567Z");
    assert_time("2026-11-24T10:00:00+01:00", "2026-11-24T09:00:00Z");
    assert_time("2026-01-01 00:30:00 +02", "2025-12-31T22:30:00Z");
    assert_time("2026-11-24 10:00:00 -03:30", "2026-11-24T13:30:00Z");
    assert_time("2026-11-24 10:00:00Z", "2026-11-24T10:00:00Z");
}

static void a_time_without_offset_is_not_guessed_there(void **)
{
    static const char *const wrong[] = {"", "gisteren", "2026-11-24", "2026-11-24 10:00",
                                        "2026-11-24 10:00:00"};
    char utc[SK_ZONE_TEXT];

    for (size_t i = 0; i < SK_COUNT(wrong); i++)
        assert_false(sk_zone_parse(sk_text(wrong[i]), utc));
}

static void a_fraction_is_as_long_as_it_must_be(void **)
{
    char out[16];

    assert_string_equal(sk_zone_fraction(0, out), "");
    assert_string_equal(sk_zone_fraction(120000000, out), ".12");
    assert_string_equal(sk_zone_fraction(1, out), ".000000001");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_character_comes_back),
        cmocka_unit_test(what_is_no_text_becomes_the_replacement_character),
        cmocka_unit_test(a_time_with_its_offset_is_utc),
        cmocka_unit_test(a_time_without_offset_is_not_guessed_there),
        cmocka_unit_test(a_fraction_is_as_long_as_it_must_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
