/* SPDX-License-Identifier: Apache-2.0 */
/*
 * historiek - what the event before this one has to do with it: which is the earlier, and
 * how today's state and yesterday's make a dated history.
 *
 * The merge is done on both events as trees: that form is the same for every record type,
 * and two entries are the same thing when they are equal but for van and tot.
 */
#include "intake/historiek.h"

#include <stdlib.h>

#include "avro/event_field.h"
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

static const struct sk_text van = {"van", 3}, tot = {"tot", 3};

static bool same_thing(const struct sk_value *one, const struct sk_value *two,
                       struct sk_arena *arena)
{
    struct sk_value a = sk_value_copy(one, arena), b = sk_value_copy(two, arena);

    sk_value_take_out(&a, van);
    sk_value_take_out(&a, tot);
    sk_value_take_out(&b, van);
    sk_value_take_out(&b, tot);
    return sk_value_equal(&a, &b);
}

static bool says(const struct sk_value *entry, struct sk_text name)
{
    return sk_value_is(sk_value_get(entry, name), SK_VALUE_TEXT);
}

static size_t find(const struct sk_value *entries, const struct sk_value *wanted,
                   struct sk_arena *arena)
{
    size_t i = 0;

    while (i < entries->count && !same_thing(&entries->items[i], wanted, arena))
        i++;
    return i;
}

/* An entry of before that is still said, as it is said now. */
static void update(struct sk_value *entry, const struct sk_value *now,
                   struct sk_arena *arena)
{
    for (uint32_t i = 0; i < now->count; i++) {
        const struct sk_member *member = &now->members[i];
        struct sk_text name = {member->name, member->name_size};

        sk_value_put(entry, name, member->value, arena);
    }
}

/* One dated array: what was said before, what is said now, and what it becomes. */
struct merge {
    struct sk_arena *arena;
    struct sk_value today;
    struct sk_value now;    /* what is left to be added */
    struct sk_value merged; /* an array */
};

/* Entries of before: closed ones stay, those still said stay open, the others end. */
static void carry_over(struct merge *merge, const struct sk_value *before)
{
    for (size_t i = 0; i < sk_value_count(before); i++) {
        struct sk_value kept = before->items[i];
        bool ended = says(&kept, tot);
        size_t at = ended ? merge->now.count : find(&merge->now, &kept, merge->arena);

        if (at < merge->now.count) {
            update(&kept, &merge->now.items[at], merge->arena);
            sk_value_remove(&merge->now, at);
        } else if (!ended) {
            sk_value_put(&kept, tot, merge->today, merge->arena);
        }
        sk_value_append(&merge->merged, kept, merge->arena);
    }
}

static void merge_field(const struct sk_value *before, struct sk_value *now,
                        const char *name, struct merge *merge)
{
    struct sk_value *entries = sk_value_place(now, sk_text(name), merge->arena);

    merge->merged = merge->now = (struct sk_value){.kind = SK_VALUE_ARRAY};
    if (entries->kind == SK_VALUE_ARRAY)
        merge->now = *entries;
    carry_over(merge, sk_value_member(before, name));
    for (size_t i = 0; i < merge->now.count; i++) {
        struct sk_value kept = merge->now.items[i];

        if (!says(&kept, van))
            sk_value_put(&kept, van, merge->today, merge->arena);
        sk_value_append(&merge->merged, kept, merge->arena);
    }
    *entries = merge->merged;
}

static const char *day_of_change(const struct sk_intake *intake,
                                 const struct sk_value *now, char out[SK_DATE_SIZE])
{
    const struct sk_value *bron = sk_value_member(now, "bron");
    int64_t instant = 0;

    if (!sk_instant_parse(sk_value_member_text(bron, "gewijzigd_op"), &instant))
        instant = sk_emitter_now_ms(intake->job->out);
    return sk_date_format(sk_brussels_date(instant), out);
}

/* The event as it would be sent to an old system, as a tree. */
static enum sk_verdict to_tree(const struct sk_event_type *type, const void *event,
                               struct sk_arena *arena, struct sk_value *ret_tree,
                               struct sk_error *err)
{
    static const struct sk_event_view view = {.leave_out_absent = true};
    sk_buffer_auto text = {0};

    sk_event_put_json(&text, type, event, &view);
    return sk_value_parse(sk_arena_text(arena, sk_buffer_text(&text)), arena, ret_tree,
                          err);
}

static int64_t integer_of(const struct sk_value *value)
{
    return sk_value_is(value, SK_VALUE_INTEGER) ? value->integer : 0;
}

enum sk_verdict sk_intake_keep_history(struct sk_intake *intake, const void *previous,
                                       void *event, struct sk_error *err)
{
    const struct sk_event_type *type = intake->type;
    struct sk_arena *arena = intake->job->arena;
    struct sk_rejected_fields none = {0};
    struct sk_value before, now;
    char today[SK_DATE_SIZE];

    SK_TRY(to_tree(type, previous, arena, &before, err));
    SK_TRY(to_tree(type, event, arena, &now, err));
    struct merge merge = {.arena = arena};
    merge.today =
        sk_value_of(sk_arena_text(arena, sk_text(day_of_change(intake, &now, today))));
    for (size_t i = 0; i < type->record.field_count; i++)
        if (is_dated(&type->record.fields[i]))
            merge_field(&before, &now, type->record.fields[i].name, &merge);
    sk_intake_keep_newest(type, &now, integer_of(sk_value_member(&before, "weggelaten")),
                          arena);
    return sk_event_from_json(type, &now, arena, event, &none, err);
}

/* No more than the newest. ----------------------------------------------------------- */

struct state {
    struct sk_text tot; /* absent: it still holds */
    size_t at;
};

/* What ended first goes first; what still holds, in the order in which it stands. */
static int by_end(const void *one, const void *two)
{
    const struct state *a = one, *b = two;
    int order = !a->tot.data - !b->tot.data;

    if (order == 0 && a->tot.data)
        order = sk_text_compare(a->tot, b->tot);
    return order ? order : (a->at > b->at) - (a->at < b->at);
}

/* How many were left out. */
static size_t keep_newest(struct sk_value *states, struct sk_arena *arena)
{
    size_t count = sk_value_count(states), kept = 0;
    size_t over = count > STATES_KEPT ? count - STATES_KEPT : 0;

    if (over == 0)
        return 0;
    struct state *sorted = sk_arena_alloc(arena, count * sizeof(*sorted));
    bool *left_out = sk_arena_alloc_zeroed(arena, count * sizeof(*left_out));
    for (size_t i = 0; i < count; i++)
        sorted[i] =
            (struct state){sk_value_text(sk_value_get(&states->items[i], tot)), i};
    qsort(sorted, count, sizeof(*sorted), by_end);
    for (size_t i = 0; i < over; i++)
        left_out[sorted[i].at] = true;
    for (size_t i = 0; i < count; i++)
        if (!left_out[i])
            states->items[kept++] = states->items[i];
    states->count = (uint32_t)kept;
    return over;
}

void sk_intake_keep_newest(const struct sk_event_type *type, struct sk_value *event,
                           int64_t left_out_before, struct sk_arena *arena)
{
    int64_t left_out = integer_of(sk_value_member(event, "weggelaten"));

    if (!sk_record_field(&type->record, SK_TEXT("weggelaten")))
        return;
    if (left_out < left_out_before)
        left_out = left_out_before;
    for (size_t i = 0; i < type->record.field_count; i++) {
        const struct sk_field *field = &type->record.fields[i];

        if (is_dated(field) || has(field, "sinds"))
            left_out += (int64_t)keep_newest(sk_value_member(event, field->name), arena);
    }
    sk_value_put(event, SK_TEXT("weggelaten"),
                 (struct sk_value){.kind = SK_VALUE_INTEGER, .integer = left_out}, arena);
}

/* Which of two states is the earlier. ------------------------------------------------ */

static const struct bron *bron_of(const struct sk_event_type *type, const void *event)
{
    const struct sk_field *bron = sk_record_field(&type->record, SK_TEXT("bron"));

    return bron ? sk_field_value(bron, event, 0) : NULL;
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
