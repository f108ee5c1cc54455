/* SPDX-License-Identifier: Apache-2.0 */
/*
 * historiek - what the event before this one has to do with it: which is the earlier, and
 * how today's state and yesterday's make a dated history.
 *
 * The merge is done on the JSON of both events: that form is the same for every record
 * type, and two entries are the same thing when they are equal but for van and tot.
 */
#include "intake/historiek.h"

#include "base/clock.h"
#include "events/gedeeld.h"

static bool is_dated(const struct sk_field *field)
{
    size_t found = 0;

    if (!field->array || field->kind != SK_FIELD_RECORD)
        return false;
    for (size_t i = 0; i < field->record->field_count; i++) {
        const char *name = field->record->fields[i].name;

        found += strcmp(name, "van") == 0 || strcmp(name, "tot") == 0;
    }
    return found == 2;
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
    return sk_event_from_json(type, now, intake->job->arena, event, &none, err);
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
