/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/tail_range.h"

#include "base/clock.h"

struct point {
    bool is_time, is_last;
    int64_t ms;       /* of a time */
    int64_t position; /* of any other but the last */
};

static enum sk_verdict count_partitions(void *context, const struct sk_bus_topic *topic,
                                        struct sk_error *)
{
    struct sk_range *range = context;

    if (sk_text_equal(topic->name, range->topic))
        range->count = topic->partitions;
    return SK_OK;
}

enum sk_verdict sk_range_init(struct sk_range *range, struct sk_cli *cli,
                              struct sk_text topic, struct sk_error *err)
{
    *range =
        (struct sk_range){.topic = topic, .from_ms = INT64_MIN, .until_ms = INT64_MAX};
    SK_TRY(sk_bus_topics(cli->bus, count_partitions, range, err));
    if (range->count == 0 || range->count > SK_RANGE_PARTITIONS)
        return sk_fail(err, SK_FATAL, "tail.topic",
                       "er is geen topic \"%.*s\"; schakel topics toont ze",
                       SK_TEXT_ARG(topic));
    for (int32_t i = 0; i < range->count; i++)
        range->end[i] = INT64_MAX;
    return SK_OK;
}

/* Points. ---------------------------------------------------------------------------- */

/* "2h" before now. */
static bool read_ago(struct sk_text text, int64_t *ret_ms)
{
    static const struct {
        char unit;
        int64_t ms;
    } units[] = {
        {'s', 1000}, {'m', 60000}, {'h', 3600000}, {'u', 3600000}, {'d', 86400000}};
    enum { LONGEST = 100000 };
    int64_t number = 0;

    if (text.size < 2)
        return false;
    struct sk_text digits = {text.data, text.size - 1};
    for (size_t i = 0; i < SK_COUNT(units); i++) {
        if (text.data[digits.size] != units[i].unit)
            continue;
        *ret_ms = sk_clock_now_ms();
        if (!sk_text_to_int64(digits, &number) || number < 0 || number > LONGEST)
            return false;
        *ret_ms -= number * units[i].ms;
        return true;
    }
    return false;
}

static enum sk_verdict read_point(const char *given, struct point *ret_point,
                                  struct sk_error *err)
{
    struct sk_text text = sk_text(given);
    struct point point = {0};
    int32_t days = 0;

    point.is_last = sk_text_is(text, "last");
    if (!point.is_last && !sk_text_is(text, "first") &&
        !(sk_text_to_int64(text, &point.position) && point.position >= 0)) {
        point.is_time = true;
        if (sk_date_parse(text, &days))
            point.ms = sk_brussels_instant_ms(days, 0, 0);
        else if (text.size > 0 && text.data[0] == '-'
                     ? !read_ago((struct sk_text){text.data + 1, text.size - 1},
                                 &point.ms)
                     : !sk_instant_parse(text, &point.ms))
            return sk_fail(err, SK_FATAL, "tail.point",
                           "\"%s\" is geen tijdstip (2026-11-24T08:00, 2026-11-24), geen "
                           "tijd geleden (-2h), geen positie, first of last",
                           given);
    }
    *ret_point = point;
    return SK_OK;
}

/* Positions. ------------------------------------------------------------------------- */

static enum sk_verdict no_record(void *, const struct sk_bus_record *, struct sk_error *)
{
    return SK_OK;
}

static enum sk_verdict find_end(const struct sk_range *range, struct sk_cli *cli,
                                int32_t partition, int64_t *ret_end, struct sk_error *err)
{
    enum { END = -2 };

    return sk_bus_fetch(cli->bus, range->topic, partition, END, 0, no_record, NULL,
                        ret_end, err);
}

struct peek {
    bool found;
    int64_t position, ms;
};

static enum sk_verdict note_record(void *context, const struct sk_bus_record *record,
                                   struct sk_error *)
{
    *(struct peek *)context = (struct peek){true, record->position, record->timestamp_ms};
    return SK_OK;
}

/* The first position at or after that time, by halving: times grow with positions. */
static enum sk_verdict find_time(const struct sk_range *range, struct sk_cli *cli,
                                 int32_t partition, int64_t ms, int64_t *ret_position,
                                 struct sk_error *err)
{
    int64_t low = 0, high, next;

    SK_TRY(find_end(range, cli, partition, &high, err));
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        struct peek peek = {0};
        SK_TRY(sk_bus_fetch(cli->bus, range->topic, partition, middle, 1, note_record,
                            &peek, &next, err));
        if (peek.found && peek.position < high && peek.ms < ms)
            low = peek.position + 1;
        else
            high = middle;
    }
    *ret_position = low;
    return SK_OK;
}

static enum sk_verdict find_point(const struct sk_range *range, struct sk_cli *cli,
                                  const struct point *point, int32_t partition,
                                  int64_t *ret_position, struct sk_error *err)
{
    *ret_position = point->position;
    if (point->is_last)
        return find_end(range, cli, partition, ret_position, err);
    return point->is_time ? find_time(range, cli, partition, point->ms, ret_position, err)
                          : SK_OK;
}

enum sk_verdict sk_range_from(struct sk_range *range, struct sk_cli *cli,
                              const char *given, struct sk_error *err)
{
    struct point point;

    SK_TRY(read_point(given, &point, err));
    for (int32_t i = 0; i < range->count; i++)
        SK_TRY(find_point(range, cli, &point, i, &range->next[i], err));
    if (point.is_time)
        range->from_ms = point.ms;
    return SK_OK;
}

enum sk_verdict sk_range_until(struct sk_range *range, struct sk_cli *cli,
                               const char *given, struct sk_error *err)
{
    struct point point;

    SK_TRY(read_point(given, &point, err));
    for (int32_t i = 0; i < range->count; i++)
        SK_TRY(find_point(range, cli, &point, i, &range->end[i], err));
    if (point.is_time)
        range->until_ms = point.ms;
    return SK_OK;
}

enum sk_verdict sk_range_from_last(struct sk_range *range, struct sk_cli *cli,
                                   int64_t count, struct sk_error *err)
{
    for (int32_t i = 0; i < range->count; i++) {
        int64_t end;
        SK_TRY(find_end(range, cli, i, &end, err));
        range->next[i] = end > count ? end - count : 0;
    }
    return SK_OK;
}
