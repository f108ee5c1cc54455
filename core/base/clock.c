/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Days are counted with Howard Hinnant's civil calendar arithmetic: years begin in March,
 * so the leap day is the last of the year and every month's start is a linear formula.
 */
#include "base/clock.h"

#include <time.h>

static const int64_t day_ms = 86400000, hour_ms = 3600000, minute_ms = 60000;

static int64_t read_clock_ms(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t sk_clock_now_ms(void)
{
    return read_clock_ms(CLOCK_REALTIME);
}

int64_t sk_clock_monotonic_ms(void)
{
    return read_clock_ms(CLOCK_MONOTONIC);
}

static int64_t floor_divide(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

static int32_t days_from_civil(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = floor_divide(year, 400);
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return (int32_t)(era * 146097 + day_of_era - 719468);
}

static void civil_from_days(int64_t days, int *ret_year, int *ret_month, int *ret_day)
{
    days += 719468;
    int64_t era = floor_divide(days, 146097);
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;

    *ret_day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1);
    *ret_month = (int)(shifted + (shifted < 10 ? 3 : -9));
    *ret_year = (int)(year_of_era + era * 400 + (*ret_month <= 2));
}

static char *put_digits(char *out, unsigned number, int digits)
{
    for (int i = digits - 1; i >= 0; i--, number /= 10)
        out[i] = (char)('0' + number % 10);
    return out + digits;
}

const char *sk_date_format(int32_t days, char out[SK_DATE_SIZE])
{
    int year, month, day;

    civil_from_days(days, &year, &month, &day);
    if (year < 0 || year > 9999)
        year = year < 0 ? 0 : 9999;
    char *at = put_digits(out, (unsigned)year, 4);
    *at++ = '-';
    at = put_digits(at, (unsigned)month, 2);
    *at++ = '-';
    *put_digits(at, (unsigned)day, 2) = '\0';
    return out;
}

const char *sk_instant_format(int64_t instant_ms, char out[SK_INSTANT_SIZE])
{
    int64_t days = floor_divide(instant_ms, day_ms);
    unsigned rest = (unsigned)((instant_ms % day_ms + day_ms) % day_ms);

    if (days < INT32_MIN / 2 || days > INT32_MAX / 2)
        days = days < 0 ? INT32_MIN / 2 : INT32_MAX / 2;
    sk_date_format((int32_t)days, out);
    char *at = out + SK_DATE_SIZE - 1;
    *at++ = 'T';
    at = put_digits(at, rest / 3600000, 2);
    *at++ = ':';
    at = put_digits(at, rest / 60000 % 60, 2);
    *at++ = ':';
    at = put_digits(at, rest / 1000 % 60, 2);
    *at++ = '.';
    memcpy(put_digits(at, rest % 1000, 3), "Z", 2);
    return out;
}

/* Exactly `digits` decimal digits at the start; cuts them off. */
static bool take_number(struct sk_text *text, size_t digits, int *ret_value)
{
    int value = 0;

    if (text->size < digits)
        return false;
    for (size_t i = 0; i < digits; i++) {
        if (text->data[i] < '0' || text->data[i] > '9')
            return false;
        value = value * 10 + (text->data[i] - '0');
    }
    text->data += digits;
    text->size -= digits;
    *ret_value = value;
    return true;
}

static bool take_character(struct sk_text *text, char wanted)
{
    if (text->size == 0 || text->data[0] != wanted)
        return false;
    text->data++;
    text->size--;
    return true;
}

static bool take_date(struct sk_text *text, int32_t *ret_days)
{
    int year, month, day, again_year, again_month, again_day;

    if (!take_number(text, 4, &year) || !take_character(text, '-') ||
        !take_number(text, 2, &month) || !take_character(text, '-') ||
        !take_number(text, 2, &day) || month < 1 || month > 12 || day < 1)
        return false;
    int32_t days = days_from_civil(year, month, day);
    civil_from_days(days, &again_year, &again_month, &again_day);
    if (again_day != day || again_month != month)
        return false;
    *ret_days = days;
    return true;
}

bool sk_date_parse(struct sk_text text, int32_t *ret_days)
{
    int32_t days;

    if (!take_date(&text, &days) || text.size != 0)
        return false;
    *ret_days = days;
    return true;
}

/* ":30.25" to milliseconds; absent is zero. Digits after the third are dropped. */
static bool take_seconds(struct sk_text *text, int64_t *ret_ms)
{
    int seconds = 0, digit = 0;
    int64_t fraction = 0, scale = 100;

    if (take_character(text, ':') && (!take_number(text, 2, &seconds) || seconds > 59))
        return false;
    if (take_character(text, '.')) {
        if (!take_number(text, 1, &digit))
            return false;
        do {
            fraction += digit * scale;
            scale /= 10;
        } while (take_number(text, 1, &digit));
    }
    *ret_ms = seconds * 1000 + fraction;
    return true;
}

/* "Z", "+02:00" or "+0200"; the offset in minutes. */
static bool take_offset(struct sk_text *text, int *ret_minutes)
{
    int hours, minutes;

    if (take_character(text, 'Z') || take_character(text, 'z')) {
        *ret_minutes = 0;
        return true;
    }
    bool behind = take_character(text, '-');
    if (!behind && !take_character(text, '+'))
        return false;
    if (!take_number(text, 2, &hours))
        return false;
    (void)take_character(text, ':');
    if (!take_number(text, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    *ret_minutes = (hours * 60 + minutes) * (behind ? -1 : 1);
    return true;
}

bool sk_instant_parse(struct sk_text text, int64_t *ret_instant_ms)
{
    int32_t days;
    int hour, minute, offset;
    int64_t rest;

    if (!take_date(&text, &days) ||
        (!take_character(&text, 'T') && !take_character(&text, ' ')) ||
        !take_number(&text, 2, &hour) || !take_character(&text, ':') ||
        !take_number(&text, 2, &minute) || hour > 23 || minute > 59 ||
        !take_seconds(&text, &rest))
        return false;
    if (text.size == 0) {
        *ret_instant_ms = sk_brussels_instant_ms(days, hour, minute) + rest;
        return true;
    }
    if (!take_offset(&text, &offset) || text.size != 0)
        return false;
    *ret_instant_ms =
        days * day_ms + hour * hour_ms + (minute - offset) * minute_ms + rest;
    return true;
}

/* 01:00 UTC on the last Sunday of March or October. */
static int64_t change_of_time_ms(int year, int month)
{
    int32_t last = days_from_civil(year, month, 31);
    int32_t weekday =
        (int32_t)((last + 4) % 7); /* 1970-01-01 was a Thursday; 0 = Sunday */

    if (weekday < 0)
        weekday += 7;
    return (last - weekday) * day_ms + hour_ms;
}

static int64_t brussels_offset_ms(int64_t instant_ms)
{
    int year, month, day;

    civil_from_days(floor_divide(instant_ms, day_ms), &year, &month, &day);
    bool summer = instant_ms >= change_of_time_ms(year, 3) &&
                  instant_ms < change_of_time_ms(year, 10);
    return summer ? 2 * hour_ms : hour_ms;
}

int32_t sk_brussels_date(int64_t instant_ms)
{
    return (int32_t)floor_divide(instant_ms + brussels_offset_ms(instant_ms), day_ms);
}

int64_t sk_brussels_instant_ms(int32_t days, int hour, int minute)
{
    int64_t local = days * day_ms + hour * hour_ms + minute * minute_ms;

    return local - brussels_offset_ms(local - hour_ms);
}
