/* SPDX-License-Identifier: Apache-2.0 */
/*
 * historiek - what the event before this one has to do with it: which is the earlier, and
 * how today's state and yesterday's make a dated history.
 *
 * The merge is done on the JSON of both events: that form is the same for every record
 * type, and two entries are the same thing when they are equal but for van and tot.
 */
#include "intake/historiek.h"

#include <stdlib.h>

#include "avro/event_field.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "events/gedeeld.h"

enum { STATES_KEPT = 200 };

static bool has(const struct sk_field *field, const char *member)
{
    return field->array && field->kind == SK_FIELD_RECORD &&
           sk_record_field(field->record, sk_text(member));
}

static bool is_dated(const struct sk_field *field)
{
    return has(field, "van") && has(field, "tot");
}

static bool same_thing(const json_t *one, const json_t *two)
{
    json_auto_t *a = json_copy((json_t *)(uintptr_t)one);
    json_auto_t *b = json_copy((json_t *)(uintptr_t)two);

    json_object_del(a, "van");
    json_object_del(a, "tot");
    json_object_del(b, "van");
    json_object_del(b, "tot");
    return json_equal(a, b);
}

static bool says(const json_t *entry, const char *name)
{
    return json_is_string(json_object_get(entry, name));
}

static size_t find(const json_t *entries, const json_t *wanted)
{
    size_t i = 0;

    while (i < json_array_size(entries) &&
           !same_thing(json_array_get(entries, i), wanted))
        i++;
    return i;
}

/* Entries of before: closed ones stay, those still said stay open, the others end. */
static void carry_over(const json_t *before, json_t *now, json_t *merged,
                       const char *today)
{
    json_t *entry = NULL;
    size_t i = 0;

    json_array_foreach(before, i, entry)
    {
        json_t *kept = json_copy(entry);
        size_t at = says(entry, "tot") ? json_array_size(now) : find(now, entry);

        json_array_append_new(merged, kept);
        if (at < json_array_size(now)) {
            json_object_update(kept, json_array_get(now, at));
            json_array_remove(now, at);
        } else if (!says(entry, "tot")) {
            json_object_set_new(kept, "tot", json_string(today));
        }
    }
}

static void merge_field(const json_t *before, json_t *now, const char *name,
                        const char *today)
{
    json_t *merged = json_array();
    json_auto_t *entries = json_copy(json_object_get(now, name));
    json_t *entry = NULL;
    size_t i = 0;

    if (!entries)
        entries = json_array();
    carry_over(json_object_get(before, name), entries, merged, today);
    json_array_foreach(entries, i, entry)
    {
        json_t *kept = json_copy(entry);

        if (!says(kept, "van"))
            json_object_set_new(kept, "van", json_string(today));
        json_array_append_new(merged, kept);
    }
    json_object_set_new(now, name, merged);
}

static const char *day_of_change(const struct sk_intake *intake, const json_t *now,
                                 char out[SK_DATE_SIZE])
{
    const json_t *bron = json_object_get(now, "bron");
    int64_t instant = 0;

    if (!sk_instant_parse(sk_json_text_or_absent(bron, "gewijzigd_op"), &instant))
        instant = sk_emitter_now_ms(intake->job->out);
    return sk_date_format(sk_brussels_date(instant), out);
}

enum sk_verdict sk_intake_keep_history(struct sk_intake *intake, const void *previous,
                                       void *event, struct sk_error *err)
{
    static const struct sk_event_view view = {.leave_out_absent = true};
    const struct sk_event_type *type = intake->type;
    struct sk_rejected_fields none = {0};
    char today[SK_DATE_SIZE];

    json_auto_t *before = sk_event_to_json(type, previous, &view);
    json_auto_t *now = sk_event_to_json(type, event, &view);
    day_of_change(intake, now, today);
    for (size_t i = 0; i < type->record.field_count; i++)
        if (is_dated(&type->record.fields[i]))
            merge_field(before, now, type->record.fields[i].name, today);
    sk_intake_keep_newest(type, now,
                          json_integer_value(json_object_get(before, "weggelaten")));
    return sk_event_from_json(type, now, intake->job->arena, event, &none, err);
}

/* No more than the newest. ----------------------------------------------------------- */

struct state {
    const char *tot; /* NULL: it still holds */
    size_t at;
};

/* What ended first goes first; what still holds, in the order in which it stands. */
static int by_end(const void *one, const void *two)
{
    const struct state *a = one, *b = two;
    int order = !a->tot - !b->tot;

    if (order == 0 && a->tot)
        order = strcmp(a->tot, b->tot);
    return order ? order : (a->at > b->at) - (a->at < b->at);
}

/* How many were left out. */
static size_t keep_newest(json_t *states)
{
    size_t count = json_array_size(states);
    size_t over = count > STATES_KEPT ? count - STATES_KEPT : 0;
    json_auto_t *kept = json_array();

    if (over == 0)
        return 0;
    struct state *sorted = sk_alloc(count * sizeof(*sorted));
    bool *left_out = sk_alloc_zeroed(count * sizeof(*left_out));
    for (size_t i = 0; i < count; i++)
        sorted[i] = (struct state){
            json_string_value(json_object_get(json_array_get(states, i), "tot")), i};
    qsort(sorted, count, sizeof(*sorted), by_end);
    for (size_t i = 0; i < over; i++)
        left_out[sorted[i].at] = true;
    for (size_t i = 0; i < count; i++)
        if (!left_out[i])
            json_array_append(kept, json_array_get(states, i));
    json_array_clear(states);
    json_array_extend(states, kept);
    free(sorted);
    free(left_out);
    return over;
}

void sk_intake_keep_newest(const struct sk_event_type *type, json_t *event,
                           int64_t left_out_before)
{
    int64_t left_out = json_integer_value(json_object_get(event, "weggelaten"));

    if (!sk_record_field(&type->record, SK_TEXT("weggelaten")))
        return;
    if (left_out < left_out_before)
        left_out = left_out_before;
    for (size_t i = 0; i < type->record.field_count; i++) {
        const struct sk_field *field = &type->record.fields[i];

        if (is_dated(field) || has(field, "sinds"))
            left_out += (int64_t)keep_newest(json_object_get(event, field->name));
    }
    json_object_set_new(event, "weggelaten", json_integer(left_out));
}

/* Which of two states is the earlier. ------------------------------------------------ */

static const struct bron *bron_of(const struct sk_event_type *type, const void *event)
{
    for (size_t i = 0; i < type->record.field_count; i++)
        if (strcmp(type->record.fields[i].name, "bron") == 0)
            return (const void *)((const char *)event + type->record.fields[i].offset);
    return NULL;
}

bool sk_intake_is_earlier(const struct sk_event_type *type, const void *event,
                          const void *previous)
{
    const struct bron *now = bron_of(type, event), *before = bron_of(type, previous);
    int64_t number = 0, number_before = 0;

    if (!now->has_gewijzigd_op || !before->has_gewijzigd_op)
        return false;
    if (now->gewijzigd_op != before->gewijzigd_op)
        return now->gewijzigd_op < before->gewijzigd_op;
    return sk_text_to_int64(now->versie, &number) &&
           sk_text_to_int64(before->versie, &number_before) && number < number_before;
}
