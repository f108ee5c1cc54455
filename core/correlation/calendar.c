/* SPDX-License-Identifier: Apache-2.0 */
#include "correlation/calendar.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/compiler.h"
#include "base/file.h"

enum { FILE_LIMIT = 64 * 1024, DAYS_LIMIT = 4000 };

enum sk_verdict calendar_init(struct calendar *self, const char *path,
                              struct sk_error *err)
{
    sk_buffer_auto file = {0};
    size_t capacity = 0;
    int number = 0;

    *self = (struct calendar){0};
    if (!path)
        return SK_OK;
    if (sk_file_read(path, FILE_LIMIT, &file, err) != SK_OK)
        return sk_fail(err, SK_FATAL, "calendar.file", "%s", err->text);
    struct sk_text rest = sk_buffer_text(&file);

    while (rest.data) {
        struct sk_text line = sk_text_split(&rest, '\n');
        struct sk_text date = sk_text_trim(sk_text_split(&line, '#'));
        int32_t day;

        number++;
        if (!sk_text_filled(date))
            continue;
        if (!sk_date_parse(date, &day) || self->closed_count == DAYS_LIMIT)
            return sk_fail(err, SK_FATAL, "calendar.date",
                           "%s:%d: \"%.*s\" is no date like 2026-12-24", path, number,
                           SK_TEXT_ARG(date));
        self->closed = sk_grow(self->closed, &capacity, self->closed_count + 1,
                               sizeof *self->closed);
        self->closed[self->closed_count++] = day;
    }
    return SK_OK;
}

void calendar_fini(struct calendar *self)
{
    free(self->closed);
    *self = (struct calendar){0};
}

static int32_t day_of(int year, int month, int day)
{
    char text[48];
    int32_t days = 0;

    snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
    return sk_date_parse(sk_text(text), &days) ? days : 0;
}

/* The Gregorian computus of Meeus, Jones and Butcher. */
static int32_t easter(int year)
{
    int a = year % 19, b = year / 100, c = year % 100;
    int d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
    int h = (19 * a + b - d - g + 15) % 30;
    int i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7;
    int m = (a + 11 * h + 22 * l) / 451;
    int month = (h + l - 7 * m + 114) / 31, day = (h + l - 7 * m + 114) % 31 + 1;

    return day_of(year, month, day);
}

static bool is_holiday(int32_t day)
{
    static const struct {
        int month, day;
    } fixed[] = {{1, 1}, {5, 1}, {7, 11}, {7, 21}, {8, 15}, {11, 1}, {11, 11}, {12, 25}};
    char text[SK_DATE_SIZE];
    int year = atoi(sk_date_format(day, text));
    int32_t since = day - easter(year);

    /* Easter Monday, Ascension and Whit Monday. */
    if (since == 1 || since == 39 || since == 50)
        return true;
    for (size_t i = 0; i < SK_COUNT(fixed); i++) {
        if (day == day_of(year, fixed[i].month, fixed[i].day))
            return true;
    }
    return false;
}

bool calendar_is_working_day(const struct calendar *self, int32_t day)
{
    int weekday = (int)((((int64_t)day + 3) % 7 + 7) % 7); /* 0: Monday */

    for (size_t i = 0; i < self->closed_count; i++) {
        if (self->closed[i] == day)
            return false;
    }
    return weekday < 5 && !is_holiday(day);
}

enum { LONGEST_CLOSURE = 60 }; /* days; a longer one is a mistake in the file */

int64_t calendar_next_noon_ms(const struct calendar *self, int64_t instant_ms)
{
    int32_t day = sk_brussels_date(instant_ms) + 1;

    for (int i = 0; i < LONGEST_CLOSURE && !calendar_is_working_day(self, day); i++)
        day++;
    return sk_brussels_instant_ms(day, 12, 0);
}
