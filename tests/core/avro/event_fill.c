/* SPDX-License-Identifier: Apache-2.0 */
#include "core/avro/event_fill.h"

#include "avro/event_field.h"

static void fill_record(struct random *random, const struct sk_record_type *type,
                        void *record, bool all, struct sk_arena *arena);

/* Mostly short, sometimes empty, sometimes long; of one to four bytes a character. */
static struct sk_text random_text(struct random *random, bool all, struct sk_arena *arena)
{
    static const char *const pieces[] = {"a", "Z", "7", " ", "e",
                                         "é", "ö", "…", "€", "😀"};
    size_t wanted = random_below(random, random_chance(random, 5) ? 600 : 40) + all;
    size_t plain = random_chance(random, 60) ? 5 : SK_COUNT(pieces);
    char *text = sk_arena_alloc(arena, wanted * 4 + 1);
    size_t size = 0;

    for (size_t i = 0; i < wanted; i++) {
        const char *piece = pieces[random_below(random, plain)];
        memcpy(text + size, piece, strlen(piece));
        size += strlen(piece);
    }
    return (struct sk_text){text, size};
}

/* Of any size in bits, so that every length of number comes. */
static int64_t random_number(struct random *random)
{
    uint64_t bits = random_next(random) >> random_below(random, 64);

    return random_chance(random, 50) ? (int64_t)bits : -(int64_t)(bits >> 1) - 1;
}

static int64_t random_long(struct random *random, const struct sk_field *field)
{
    const int64_t century = INT64_C(36524) * 86400000;

    if (field->logical != SK_LOGICAL_TIMESTAMP_MILLIS)
        return random_number(random);
    return (int64_t)random_below(random, 2 * (size_t)century) - century * 7 / 10;
}

static int32_t random_int(struct random *random, const struct sk_field *field)
{
    if (field->logical == SK_LOGICAL_DATE)
        return (int32_t)random_below(random, 73048) - 25567;
    return (int32_t)random_number(random);
}

static void fill_value(struct random *random, const struct sk_field *field, void *value,
                       bool all, struct sk_arena *arena)
{
    struct sk_text text;

    switch (field->kind) {
    case SK_FIELD_BOOLEAN:
        *(bool *)value = all || random_chance(random, 50);
        return;
    case SK_FIELD_INT:
        *(int32_t *)value = random_int(random, field);
        return;
    case SK_FIELD_LONG:
        *(int64_t *)value = random_long(random, field);
        return;
    case SK_FIELD_STRING:
        *(struct sk_text *)value = random_text(random, all, arena);
        return;
    case SK_FIELD_BYTES:
        text = random_text(random, all, arena);
        *(struct sk_bytes *)value =
            (struct sk_bytes){(const uint8_t *)text.data, text.size};
        return;
    case SK_FIELD_ENUM:
        *(int32_t *)value = (int32_t)random_below(random, field->symbol_count);
        return;
    case SK_FIELD_RECORD:
        fill_record(random, field->record, value, all, arena);
        return;
    }
}

static void fill_record(struct random *random, const struct sk_record_type *type,
                        void *record, bool all, struct sk_arena *arena)
{
    for (size_t i = 0; i < type->field_count; i++) {
        const struct sk_field *field = &type->fields[i];
        size_t count = field->array      ? random_below(random, 4)
                       : field->optional ? random_below(random, 2)
                                         : 1;

        if (all)
            count = field->array ? 2 : 1;
        if (field->array || field->optional)
            sk_field_make(field, record, count, arena);
        for (size_t j = 0; j < count; j++)
            fill_value(random, field, sk_field_value(field, record, j), all, arena);
    }
}

void event_fill(struct random *random, const struct sk_event_type *type, void *event,
                bool all, struct sk_arena *arena)
{
    type->init(event);
    fill_record(random, &type->record, event, all, arena);
}

void *event_new(const struct sk_event_type *type, struct sk_arena *arena)
{
    return sk_arena_alloc_zeroed(arena, type->record.size);
}
