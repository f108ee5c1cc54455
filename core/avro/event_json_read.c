/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON to events, leniently: what does not fit is noted with its path and left out.
 *
 * A value that was refused leaves the field as _init made it, so the rest of the record
 * still counts; that is the rule of `afgekeurd[]` in every event.
 */
#include "avro/event_json.h"

#include <stdlib.h>

#include "avro/event_field.h"
#include "avro/path.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/json.h"

enum {
    ITEMS_MAX = 10000,
    TEXT_MAX = 256 * 1024,
    REJECTED_MAX = 100,
    RAW_MAX = 1000,
};

struct reading {
    struct sk_arena *arena;
    struct sk_rejected_fields *rejected;
};

static void read_record(const struct reading *reading, const struct sk_record_type *type,
                        void *record, const json_t *object, const struct sk_path *path);

void sk_rejected_add(struct sk_rejected_fields *rejected, struct sk_arena *arena,
                     struct sk_text veld, struct sk_text waarde, const char *reden)
{
    struct sk_rejected_field *item;

    if (!rejected->items)
        rejected->items = sk_arena_alloc(arena, REJECTED_MAX * sizeof(*rejected->items));
    if (rejected->count < REJECTED_MAX) {
        item = &rejected->items[rejected->count];
        if (waarde.size > RAW_MAX) {
            waarde.size = RAW_MAX;
            while (waarde.size > 0 && (waarde.data[waarde.size] & 0xC0) == 0x80)
                waarde.size--;
        }
        item->veld = sk_arena_text(arena, veld);
        item->waarde = sk_arena_text(arena, waarde.data ? waarde : SK_TEXT(""));
        item->reden = sk_arena_text(arena, sk_text(reden));
    }
    rejected->count++;
}

/* `value` NULL: too large to keep. */
static void reject(const struct reading *reading, const struct sk_path *path,
                   const json_t *value, const char *reden)
{
    char veld[SK_PATH_SIZE];
    struct sk_text raw = sk_json_string(value);
    char *dump =
        value && !raw.data ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;

    if (!raw.data)
        raw = sk_text(dump);
    sk_rejected_add(reading->rejected, reading->arena,
                    sk_text(sk_path_format(path, veld)), raw, reden);
    free(dump);
}

/* Each read_ returns NULL, or in Dutch why the value does not fit. */

static const char *read_text(const struct reading *reading, const json_t *json,
                             struct sk_text *value)
{
    struct sk_text text = sk_json_string(json);

    if (json_is_integer(json)) {
        *value =
            sk_arena_printf(reading->arena, "%lld", (long long)json_integer_value(json));
        return NULL;
    }
    if (json_is_real(json)) {
        *value = sk_arena_printf(reading->arena, "%.15g", json_real_value(json));
        return NULL;
    }
    if (!text.data)
        return "geen tekst";
    if (text.size > TEXT_MAX)
        return "langer dan 256 KiB";
    if (!sk_utf8_valid(text.data, text.size))
        return "geen UTF-8";
    *value = sk_arena_text(reading->arena, text);
    return NULL;
}

static const char *read_bytes(const struct reading *reading, const json_t *json,
                              struct sk_bytes *value)
{
    struct sk_text text = sk_json_string(json);
    sk_buffer_auto bytes = {0};

    if (text.size > TEXT_MAX)
        return "langer dan 256 KiB";
    if (!text.data || !sk_base64_decode(text, &bytes))
        return "geen base64";
    struct sk_text kept = sk_arena_text(reading->arena, sk_buffer_text(&bytes));
    *value = (struct sk_bytes){(const uint8_t *)kept.data, kept.size};
    return NULL;
}

static const char *read_boolean(const json_t *json, bool *value)
{
    static const struct {
        const char *word;
        bool value;
    } words[] = {{"true", true},   {"ja", true},   {"1", true},
                 {"false", false}, {"nee", false}, {"0", false}};
    struct sk_text text = sk_text_trim(sk_json_string(json));

    if (json_is_boolean(json)) {
        *value = json_is_true(json);
        return NULL;
    }
    if (json_is_integer(json) && (uint64_t)json_integer_value(json) <= 1) {
        *value = json_integer_value(json) == 1;
        return NULL;
    }
    for (size_t i = 0; text.data && i < SK_COUNT(words); i++)
        if (sk_text_is(text, words[i].word)) {
            *value = words[i].value;
            return NULL;
        }
    return "geen ja of nee";
}

static const char *read_number(const json_t *json, int64_t *value)
{
    struct sk_text text = sk_text_trim(sk_json_string(json));
    double real = json_real_value(json);

    if (json_is_integer(json)) {
        *value = json_integer_value(json);
        return NULL;
    }
    /* Beyond 2^53 a double no longer says which whole number was meant. */
    if (json_is_real(json) && real >= -0x1p53 && real <= 0x1p53 &&
        (double)(int64_t)real == real) {
        *value = (int64_t)real;
        return NULL;
    }
    return text.data && sk_text_to_int64(text, value) ? NULL : "geen geheel getal";
}

/* A legal day: a date, or an instant, of which it is the day in Brussels. */
static const char *read_date(const json_t *json, int32_t *value)
{
    struct sk_text text = sk_text_trim(sk_json_string(json));
    int64_t instant_ms;

    if (!text.data)
        return "geen datum";
    if (sk_date_parse(text, value))
        return NULL;
    if (!sk_instant_parse(text, &instant_ms))
        return "geen datum (jjjj-mm-dd)";
    *value = sk_brussels_date(instant_ms);
    return NULL;
}

static const char *read_instant(const json_t *json, int64_t *value)
{
    struct sk_text text = sk_text_trim(sk_json_string(json));
    int32_t days;

    if (json_is_integer(json))
        return read_number(json, value);
    if (!text.data)
        return "geen tijdstip";
    if (sk_instant_parse(text, value))
        return NULL;
    if (!sk_date_parse(text, &days))
        return "geen tijdstip (RFC 3339)";
    *value = sk_brussels_instant_ms(days, 0, 0);
    return NULL;
}

static const char *read_symbol(const struct sk_field *field, const json_t *json,
                               int32_t *value)
{
    struct sk_text text = sk_text_trim(sk_json_string(json));

    for (size_t i = 0; text.data && i < field->symbol_count; i++)
        if (sk_text_is(text, field->symbols[i])) {
            *value = (int32_t)i;
            return NULL;
        }
    return "onbekende waarde";
}

static const char *read_int(const struct sk_field *field, const json_t *json,
                            int32_t *value)
{
    int64_t number = 0;

    if (field->logical == SK_LOGICAL_DATE)
        return read_date(json, value);
    const char *wrong = read_number(json, &number);
    if (wrong)
        return wrong;
    if (number != (int32_t)number)
        return "te groot getal";
    *value = (int32_t)number;
    return NULL;
}

static const char *read_long(const struct sk_field *field, const json_t *json,
                             int64_t *value)
{
    if (field->logical == SK_LOGICAL_TIMESTAMP_MILLIS)
        return read_instant(json, value);
    return read_number(json, value);
}

static const char *read_scalar(const struct reading *reading,
                               const struct sk_field *field, const json_t *json,
                               void *value)
{
    switch (field->kind) {
    case SK_FIELD_BOOLEAN:
        return read_boolean(json, value);
    case SK_FIELD_INT:
        return read_int(field, json, value);
    case SK_FIELD_LONG:
        return read_long(field, json, value);
    case SK_FIELD_STRING:
        return read_text(reading, json, value);
    case SK_FIELD_BYTES:
        return read_bytes(reading, json, value);
    default:
        return read_symbol(field, json, value);
    }
}

/* Room for any scalar. */
union scalar {
    bool boolean;
    int32_t number;
    int64_t large;
    struct sk_text text;
    struct sk_bytes bytes;
};

/* Reads aside first, so that a refused value never touches its field. */
static bool read_value(const struct reading *reading, const struct sk_field *field,
                       const json_t *json, union scalar *value,
                       const struct sk_path *path)
{
    const char *wrong = NULL;

    if (field->kind == SK_FIELD_RECORD)
        wrong = json_is_object(json) ? NULL : "geen object";
    else
        wrong = read_scalar(reading, field, json, value);
    if (wrong)
        reject(reading, path, json, wrong);
    return !wrong;
}

static void store(const struct reading *reading, const struct sk_field *field,
                  const json_t *json, const union scalar *value, void *place,
                  const struct sk_path *path)
{
    static const size_t sizes[] = {
        [SK_FIELD_BOOLEAN] = sizeof(bool),
        [SK_FIELD_INT] = sizeof(int32_t),
        [SK_FIELD_LONG] = sizeof(int64_t),
        [SK_FIELD_ENUM] = sizeof(int32_t),
        [SK_FIELD_STRING] = sizeof(struct sk_text),
        [SK_FIELD_BYTES] = sizeof(struct sk_bytes),
    };

    if (field->kind == SK_FIELD_RECORD)
        read_record(reading, field->record, place, json, path);
    else
        memcpy(place, value, sizes[field->kind]);
}

/* Items that do not fit are left out; those that do keep their order. */
static void read_array(const struct reading *reading, const struct sk_field *field,
                       void *record, const json_t *array, const struct sk_path *path)
{
    size_t count = json_array_size(array), kept = 0;

    if (count > ITEMS_MAX) {
        reject(reading, path, NULL, "meer dan 10.000 items");
        return;
    }
    if (count > 0)
        sk_field_make(field, record, count, reading->arena);
    for (size_t i = 0; i < count; i++) {
        struct sk_path here = sk_path_index(path, i);
        const json_t *item = json_array_get(array, i);
        union scalar value = {0};

        if (read_value(reading, field, item, &value, &here))
            store(reading, field, item, &value, sk_field_value(field, record, kept++),
                  &here);
    }
    sk_field_keep(field, record, kept);
}

static void read_field(const struct reading *reading, const struct sk_field *field,
                       void *record, const json_t *json, const struct sk_path *path)
{
    union scalar value = {0};
    void *place;

    if (field->array && json_is_array(json)) {
        read_array(reading, field, record, json, path);
        return;
    }
    if (!read_value(reading, field, json, &value, path))
        return;
    if (field->optional || field->array)
        place = sk_field_make(field, record, 1, reading->arena);
    else
        place = sk_field_value(field, record, 0);
    store(reading, field, json, &value, place, path);
}

static void read_record(const struct reading *reading, const struct sk_record_type *type,
                        void *record, const json_t *object, const struct sk_path *path)
{
    for (size_t i = 0; i < type->field_count; i++) {
        const struct sk_field *field = &type->fields[i];
        const json_t *member = json_object_get(object, field->name);
        struct sk_path here = sk_path_field(path, field->name);

        if (member && !json_is_null(member))
            read_field(reading, field, record, member, &here);
    }
}

enum sk_verdict sk_event_from_json(const struct sk_event_type *type, const json_t *object,
                                   struct sk_arena *arena, void *event,
                                   struct sk_rejected_fields *rejected,
                                   struct sk_error *err)
{
    const struct reading reading = {arena, rejected};

    if (!json_is_object(object))
        return sk_fail(err, SK_REJECT, "json.type", "%s: the event is not a JSON object",
                       type->topic);
    type->init(event);
    read_record(&reading, &type->record, event, object, NULL);
    return SK_OK;
}
