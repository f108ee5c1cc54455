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
#include "avro/event_json_scalar.h"
#include "avro/path.h"
#include "base/json.h"

enum {
    ITEMS_MAX = 10000,
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

/* Into `place`, which stays as it is when the value does not fit. */
static bool read_value(const struct reading *reading, const struct sk_field *field,
                       const json_t *json, void *place, const struct sk_path *path)
{
    const char *wrong = NULL;

    if (field->kind != SK_FIELD_RECORD)
        wrong = event_json_scalar(field, json, reading->arena, place);
    else if (json_is_object(json))
        read_record(reading, field->record, place, json, path);
    else
        wrong = "geen object";
    if (wrong)
        reject(reading, path, json, wrong);
    return !wrong;
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

        kept += read_value(reading, field, json_array_get(array, i),
                           sk_field_value(field, record, kept), &here);
    }
    sk_field_keep(field, record, kept);
}

/* An optional field, or an array of one: made only for a value that fits. */
static void read_single(const struct reading *reading, const struct sk_field *field,
                        void *record, const json_t *json, const struct sk_path *path)
{
    union event_json_scalar value = {0};

    if (field->kind == SK_FIELD_RECORD && json_is_object(json))
        read_record(reading, field->record,
                    sk_field_make(field, record, 1, reading->arena), json, path);
    else if (read_value(reading, field, json, &value, path))
        memcpy(sk_field_make(field, record, 1, reading->arena), &value,
               event_json_scalar_size(field->kind));
}

static void read_field(const struct reading *reading, const struct sk_field *field,
                       void *record, const json_t *json, const struct sk_path *path)
{
    if (field->array && json_is_array(json))
        read_array(reading, field, record, json, path);
    else if (field->array || field->optional)
        read_single(reading, field, record, json, path);
    else
        read_value(reading, field, json, sk_field_value(field, record, 0), path);
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
