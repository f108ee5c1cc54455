/* SPDX-License-Identifier: Apache-2.0 */
#include "odbc/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define BRUSSELS "CET-1CEST,M3.5.0,M10.5.0/3" /* Directive 2000/84/EC */

enum sk_verdict sk_zone_set(const char *name, struct sk_error *err)
{
    char path[256];

    snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", name);
    if (strcmp(name, "Europe/Brussels") == 0)
        name = BRUSSELS;
    else if (strcmp(name, "UTC") != 0 && (strstr(name, "..") || access(path, R_OK) != 0))
        return sk_fail(err, SK_FATAL, "odbc.settings",
                       "odbc.zone = %.60s: no such zone in /usr/share/zoneinfo (package "
                       "tzdata)",
                       name);
    setenv("TZ", name, 1);
    tzset();
    return SK_OK;
}

const char *sk_zone_fraction(uint32_t nanosecond, char out[16])
{
    size_t size = (size_t)snprintf(out, 16, ".%09u", nanosecond % 1000000000U);

    while (out[size - 1] == '0')
        out[--size] = 0;
    if (size == 1)
        out[0] = 0;
    return out;
}

const char *sk_zone_utc(const struct sk_zone_time *utc, char out[SK_ZONE_TEXT])
{
    char fraction[16];

    snprintf(out, SK_ZONE_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d%sZ", utc->year, utc->month,
             utc->day, utc->hour, utc->minute, utc->second,
             sk_zone_fraction(utc->nanosecond, fraction));
    return out;
}

static struct tm fields_of(const struct sk_zone_time *time, int summer)
{
    return (struct tm){.tm_year = time->year - 1900,
                       .tm_mon = time->month - 1,
                       .tm_mday = time->day,
                       .tm_hour = time->hour,
                       .tm_min = time->minute,
                       .tm_sec = time->second,
                       .tm_isdst = summer};
}

/* Read as summer or as winter time; true when the clock there really showed it. */
static bool is_shown(const struct sk_zone_time *local, int summer, time_t *ret_time)
{
    struct tm fields = fields_of(local, summer), shown;

    *ret_time = mktime(&fields);
    localtime_r(ret_time, &shown);
    return shown.tm_hour == local->hour && shown.tm_min == local->minute;
}

const char *sk_zone_to_utc(const struct sk_zone_time *local, char out[SK_ZONE_TEXT])
{
    time_t winter, summer;
    struct tm utc;

    if (is_shown(local, 0, &winter) || !is_shown(local, 1, &summer))
        summer = winter;
    gmtime_r(&summer, &utc);
    const struct sk_zone_time time = {utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                                      utc.tm_hour,        utc.tm_min,     utc.tm_sec,
                                      local->nanosecond};
    return sk_zone_utc(&time, out);
}

/* The fraction's digits as nanoseconds; *text moves past them. */
static uint32_t take_fraction(const char **text)
{
    uint32_t value = 0, unit = 100000000;

    if (**text != '.')
        return 0;
    for (++*text; **text >= '0' && **text <= '9'; ++*text, unit /= 10)
        value += (uint32_t)(**text - '0') * unit;
    return value;
}

bool sk_zone_parse(struct sk_text text, char out[SK_ZONE_TEXT])
{
    struct sk_zone_time time = {0};
    char copy[64], sign[2] = "";
    int used = 0, hours = 0, minutes = 0;

    if (text.size >= sizeof(copy))
        return false;
    memcpy(copy, text.data, text.size);
    copy[text.size] = 0;
    if (sscanf(copy, "%4d-%2d-%2d%*1[T ]%2d:%2d:%2d%n", &time.year, &time.month,
               &time.day, &time.hour, &time.minute, &time.second, &used) != 6 ||
        !used)
        return false;
    const char *rest = copy + used;
    time.nanosecond = take_fraction(&rest);
    if (sscanf(rest, " %1[+-]%2d:%2d", sign, &hours, &minutes) < 2 && *rest != 'Z')
        return false;
    struct tm fields = fields_of(&time, 0), utc;
    time_t instant =
        timegm(&fields) - (sign[0] == '-' ? -1 : 1) * (hours * 3600L + minutes * 60L);
    gmtime_r(&instant, &utc);
    const struct sk_zone_time result = {utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                                        utc.tm_hour,        utc.tm_min,     utc.tm_sec,
                                        time.nanosecond};
    sk_zone_utc(&result, out);
    return true;
}
