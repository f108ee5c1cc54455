/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/compiler.h"

static int64_t parsed(const char *text)
{
    int64_t instant_ms = -1;

    assert_true(sk_instant_parse(sk_text(text), &instant_ms));
    return instant_ms;
}

static void instants_are_written_and_read_alike(void **)
{
    char text[SK_INSTANT_SIZE];

    assert_string_equal(sk_instant_format(1795541400123, text),
                        "2026-11-24T17:30:00.123Z");
    assert_true(parsed("2026-11-24T17:30:00.123Z") == 1795541400123);
    assert_true(parsed("2026-11-24T18:30:00.123456+01:00") == 1795541400123);
}

static void what_is_no_instant_is_refused(void **)
{
    static const char *const wrong[] = {"",
                                        "2026-11-24",
                                        "2026-02-29T10:00Z",
                                        "2026-11-24T24:00Z",
                                        "2026-11-24T10:60Z",
                                        "2026-11-24T10:00:00.Z",
                                        "2026-11-24T10:00:00+1",
                                        "2026-11-24T10:00:00Zx",
                                        "24/11/2026 10:00"};
    int64_t instant_ms;

    for (size_t i = 0; i < SK_COUNT(wrong); i++)
        assert_false(sk_instant_parse(sk_text(wrong[i]), &instant_ms));
}

static void only_dates_that_exist_are_dates(void **)
{
    int32_t days;

    assert_true(sk_date_parse(SK_TEXT("2024-02-29"), &days));
    assert_int_equal(days, 19782);
    assert_true(sk_date_parse(SK_TEXT("1900-01-01"), &days));
    assert_false(sk_date_parse(SK_TEXT("2023-02-29"), &days));
    assert_false(sk_date_parse(SK_TEXT("2023-13-01"), &days));
    assert_false(sk_date_parse(SK_TEXT("2023-1-1"), &days));
}

/* The C library with the system's time zone database is the oracle, hour by hour. */
static void days_in_brussels_are_those_of_the_time_zone_database(void **)
{
    setenv("TZ", "Europe/Brussels", 1);
    tzset();
    struct tm probe;
    time_t summer = 1751328000;
    localtime_r(&summer, &probe);
    if (probe.tm_gmtoff != 7200)
        skip(); /* no time zone database on this machine */
    for (int64_t hour = 0; hour < 24 * 366 * 4; hour++) {
        int64_t instant_ms = 1700000000000 + hour * 3600000;
        time_t seconds = (time_t)(instant_ms / 1000);
        char ours[SK_DATE_SIZE], theirs[SK_DATE_SIZE];
        localtime_r(&seconds, &probe);
        strftime(theirs, sizeof(theirs), "%Y-%m-%d", &probe);
        assert_string_equal(sk_date_format(sk_brussels_date(instant_ms), ours), theirs);
    }
}

static void local_noon_follows_summer_time(void **)
{
    int32_t winter, summer;

    assert_true(sk_date_parse(SK_TEXT("2026-01-15"), &winter));
    assert_true(sk_date_parse(SK_TEXT("2026-07-15"), &summer));
    assert_true(sk_brussels_instant_ms(winter, 12, 0) == parsed("2026-01-15T11:00:00Z"));
    assert_true(sk_brussels_instant_ms(summer, 12, 0) == parsed("2026-07-15T10:00:00Z"));
    assert_true(parsed("2026-07-15T12:00:00") == parsed("2026-07-15T10:00:00Z"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instants_are_written_and_read_alike),
        cmocka_unit_test(what_is_no_instant_is_refused),
        cmocka_unit_test(only_dates_that_exist_are_dates),
        cmocka_unit_test(days_in_brussels_are_those_of_the_time_zone_database),
        cmocka_unit_test(local_noon_follows_summer_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
