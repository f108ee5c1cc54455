/* SPDX-License-Identifier: Apache-2.0 */
/* Events to JSON, by their field table. */
#include "avro/event_json.h"

#include "avro/event_field.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/json.h"

static json_t *record_to_json(const struct sk_record_type *type, const void *record,
                              const struct sk_event_view *view);

static json_t *int_to_json(const struct sk_field *field, int32_t value)
{
    char date[SK_DATE_SIZE];

    if (field->logical == SK_LOGICAL_DATE)
        return json_string(sk_date_format(value, date));
    return json_integer(value);
}

static json_t *long_to_json(const struct sk_field *field, int64_t value)
{
    char instant[SK_INSTANT_SIZE];

    if (field->logical == SK_LOGICAL_TIMESTAMP_MILLIS)
        return json_string(sk_instant_format(value, instant));
    return json_integer(value);
}

static json_t *enum_to_json(const struct sk_field *field, int32_t value)
{
    bool known = value >= 0 && (size_t)value < field->symbol_count;

    return known ? json_string(field->symbols[value]) : json_null();
}

static json_t *bytes_to_json(struct sk_bytes value)
{
    sk_buffer_auto text = {0};

    sk_base64_encode(value, &text);
    return sk_json_from_text(sk_buffer_text(&text));
}

/* A required text that is NULL is an empty one. */
static json_t *text_to_json(struct sk_text value)
{
    json_t *json = sk_json_from_text(value.data ? value : SK_TEXT(""));

    return json ? json : json_null();
}

static json_t *value_to_json(const struct sk_field *field, const void *value,
                             const struct sk_event_view *view)
{
    if (field->kind == SK_FIELD_RECORD)
        return record_to_json(field->record, value, view);
    if (field->tags != 0 && view->mask)
        return json_string("•••");
    switch (field->kind) {
    case SK_FIELD_BOOLEAN:
        return json_boolean(*(const bool *)value);
    case SK_FIELD_INT:
        return int_to_json(field, *(const int32_t *)value);
    case SK_FIELD_LONG:
        return long_to_json(field, *(const int64_t *)value);
    case SK_FIELD_STRING:
        return text_to_json(*(const struct sk_text *)value);
    case SK_FIELD_BYTES:
        return bytes_to_json(*(const struct sk_bytes *)value);
    default:
        return enum_to_json(field, *(const int32_t *)value);
    }
}

static json_t *field_to_json(const struct sk_field *field, const void *record,
                             const struct sk_event_view *view)
{
    size_t count = sk_field_count(field, record);

    if (!field->array)
        return count ? value_to_json(field, sk_field_value(field, record, 0), view)
                     : json_null();
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(
            array, value_to_json(field, sk_field_value(field, record, i), view));
    return array;
}

static json_t *record_to_json(const struct sk_record_type *type, const void *record,
                              const struct sk_event_view *view)
{
    const struct sk_event_view inside = {
        .mask = view->mask,
        .leave_out_absent = view->leave_out_absent,
    };
    json_t *object = json_object();

    for (size_t i = 0; i < type->field_count; i++) {
        const struct sk_field *field = &type->fields[i];

        if (view->leave_out_absent && sk_field_count(field, record) == 0)
            continue;
        if (!sk_event_view_shows(view, field->name))
            continue;
        json_object_set_new(object, field->name, field_to_json(field, record, &inside));
    }
    return object;
}

bool sk_event_view_shows(const struct sk_event_view *view, const char *name)
{
    if (!view->fields)
        return true;
    for (size_t i = 0; view->fields[i]; i++)
        if (strcmp(view->fields[i], name) == 0)
            return true;
    return false;
}

json_t *sk_event_to_json(const struct sk_event_type *type, const void *event,
                         const struct sk_event_view *view)
{
    return record_to_json(&type->record, event, view);
}
