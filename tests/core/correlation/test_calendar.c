/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "correlation/calendar.h"

static int32_t day(const char *date)
{
    int32_t days;

    assert_true(sk_date_parse(sk_text(date), &days));
    return days;
}

static bool works(const char *date)
{
    return calendar_is_working_day(&(struct calendar){0}, day(date));
}

static void weekends_are_free(void **)
{
    assert_true(works("2026-11-27"));
    assert_false(works("2026-11-28"));
    assert_false(works("2026-11-29"));
    assert_true(works("2026-11-30"));
}

static void holidays_that_hang_on_easter_are_computed(void **)
{
    static const char *const holidays[] = {
        "2024-04-01", "2024-05-09", "2024-05-20", "2026-04-06", "2026-05-14",
        "2026-05-25", "2038-04-26", "2038-06-03", "2038-06-14",
    };

    for (size_t i = 0; i < sizeof holidays / sizeof *holidays; i++)
        assert_false(works(holidays[i]));
    assert_true(works("2026-04-07"));
}

static void fixed_holidays_are_free(void **)
{
    assert_false(works("2027-01-01"));
    assert_false(works("2025-07-11"));
    assert_false(works("2025-07-21"));
    assert_false(works("2026-11-11"));
    assert_false(works("2026-12-25"));
}

static void noon_is_that_of_the_next_working_day_in_brussels(void **)
{
    const struct calendar calendar = {0};
    /* Thursday 24 December 2026: Friday is Christmas, then a weekend. */
    int64_t eve = sk_brussels_instant_ms(day("2026-12-24"), 9, 0);

    assert_int_equal(calendar_next_noon_ms(&calendar, eve),
                     sk_brussels_instant_ms(day("2026-12-28"), 12, 0));
}

static enum sk_verdict read_file(const char *text, struct calendar *calendar,
                                 struct sk_error *err)
{
    char path[] = "/tmp/sk_calendar_XXXXXX";
    int file = mkstemp(path);

    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), (ssize_t)strlen(text));
    close(file);
    enum sk_verdict verdict = calendar_init(calendar, path, err);

    unlink(path);
    return verdict;
}

static void closing_days_of_the_file_are_free(void **)
{
    struct calendar calendar;
    struct sk_error err = {0};

    assert_int_equal(
        read_file("# brug\n2026-11-24\n\n2026-11-25 # brug\n", &calendar, &err), SK_OK);
    assert_false(calendar_is_working_day(&calendar, day("2026-11-24")));
    assert_false(calendar_is_working_day(&calendar, day("2026-11-25")));
    assert_true(calendar_is_working_day(&calendar, day("2026-11-26")));
    calendar_fini(&calendar);
}

static void a_wrong_date_in_the_file_is_named_with_its_line(void **)
{
    struct calendar calendar;
    struct sk_error err = {0};

    assert_int_equal(read_file("2026-11-24\n2026-02-30\n", &calendar, &err), SK_FATAL);
    assert_non_null(strstr(err.text, ":2:"));
    assert_non_null(strstr(err.text, "2026-02-30"));
    calendar_fini(&calendar);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weekends_are_free),
        cmocka_unit_test(holidays_that_hang_on_easter_are_computed),
        cmocka_unit_test(fixed_holidays_are_free),
        cmocka_unit_test(noon_is_that_of_the_next_working_day_in_brussels),
        cmocka_unit_test(closing_days_of_the_file_are_free),
        cmocka_unit_test(a_wrong_date_in_the_file_is_named_with_its_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
