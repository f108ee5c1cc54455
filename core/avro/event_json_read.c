/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON to events, leniently: what does not fit is noted with its path and left out.
 *
 * A value that was refused leaves the field as _init made it, so the rest of the record
 * still counts; that is the rule of `afgekeurd[]` in every event.
 */
#include "avro/event_json.h"

#include "avro/event_field.h"
#include "avro/event_json_scalar.h"
#include "avro/path.h"
#include "base/json_write.h"

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
                        void *record, const struct sk_value *object,
                        const struct sk_path *path);

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

void sk_rejected_add_value(struct sk_rejected_fields *rejected, struct sk_arena *arena,
                           const char *veld, const struct sk_value *value,
                           const char *reden)
{
    struct sk_text raw = sk_value_text(value);
    sk_buffer_auto dump = {0};

    if (value && !raw.data) {
        sk_json_put_value(&dump, value);
        raw = sk_buffer_text(&dump);
    }
    sk_rejected_add(rejected, arena, sk_text(veld), raw, reden);
}

/* `value` NULL: too large to keep. */
static void reject(const struct reading *reading, const struct sk_path *path,
                   const struct sk_value *value, const char *reden)
{
    char veld[SK_PATH_SIZE];

    sk_rejected_add_value(reading->rejected, reading->arena, sk_path_format(path, veld),
                          value, reden);
}

/* Into `place`, which stays as it is when the value does not fit. */
static bool read_value(const struct reading *reading, const struct sk_field *field,
                       const struct sk_value *json, void *place,
                       const struct sk_path *path)
{
    const char *wrong = NULL;

    if (field->kind != SK_FIELD_RECORD)
        wrong = event_json_scalar(field, json, reading->arena, place);
    else if (json->kind == SK_VALUE_OBJECT)
        read_record(reading, field->record, place, json, path);
    else
        wrong = "geen object";
    if (wrong)
        reject(reading, path, json, wrong);
    return !wrong;
}

/* Items that do not fit are left out; those that do keep their order. */
static void read_array(const struct reading *reading, const struct sk_field *field,
                       void *record, const struct sk_value *array,
                       const struct sk_path *path)
{
    size_t count = array->count, kept = 0;

    if (count > ITEMS_MAX) {
        reject(reading, path, NULL, "meer dan 10.000 items");
        return;
    }
    if (count > 0)
        sk_field_make(field, record, count, reading->arena);
    for (size_t i = 0; i < count; i++) {
        struct sk_path here = sk_path_index(path, i);

        kept += read_value(reading, field, &array->items[i],
                           sk_field_value(field, record, kept), &here);
    }
    sk_field_keep(field, record, kept);
}

/* An optional field, or an array of one: made only for a value that fits. */
static void read_single(const struct reading *reading, const struct sk_field *field,
                        void *record, const struct sk_value *json,
                        const struct sk_path *path)
{
    union event_json_scalar value = {0};

    if (field->kind == SK_FIELD_RECORD && json->kind == SK_VALUE_OBJECT)
        read_record(reading, field->record,
                    sk_field_make(field, record, 1, reading->arena), json, path);
    else if (read_value(reading, field, json, &value, path))
        memcpy(sk_field_make(field, record, 1, reading->arena), &value,
               event_json_scalar_size(field->kind));
}

static void read_field(const struct reading *reading, const struct sk_field *field,
                       void *record, const struct sk_value *json,
                       const struct sk_path *path)
{
    if (field->array && json->kind == SK_VALUE_ARRAY)
        read_array(reading, field, record, json, path);
    else if (field->array || field->optional)
        read_single(reading, field, record, json, path);
    else
        read_value(reading, field, json, sk_field_value(field, record, 0), path);
}

static void read_record(const struct reading *reading, const struct sk_record_type *type,
                        void *record, const struct sk_value *object,
                        const struct sk_path *path)
{
    struct sk_value *members[SK_RECORD_FIELDS_MAX];

    sk_record_members(type, object, members);
    for (size_t i = 0; i < type->field_count; i++) {
        struct sk_path here = sk_path_field(path, type->fields[i].name);

        if (members[i])
            read_field(reading, &type->fields[i], record, members[i], &here);
    }
}

enum sk_verdict sk_event_from_json(const struct sk_event_type *type,
                                   const struct sk_value *object, struct sk_arena *arena,
                                   void *event, struct sk_rejected_fields *rejected,
                                   struct sk_error *err)
{
    const struct reading reading = {arena, rejected};

    if (!sk_value_is(object, SK_VALUE_OBJECT))
        return sk_fail(err, SK_REJECT, "json.type", "%s: the event is not a JSON object",
                       type->topic);
    type->init(event);
    read_record(&reading, &type->record, event, object, NULL);
    return SK_OK;
}
