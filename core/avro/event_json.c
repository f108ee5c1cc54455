/* SPDX-License-Identifier: Apache-2.0 */
/* Events to JSON text, by their field table. */
#include "avro/event_json.h"

#include "avro/event_field.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/json_write.h"

static void put_record(struct sk_buffer *out, const struct sk_record_type *type,
                       const void *record, const struct sk_event_view *view);

/* What needs no escapes: a date, a symbol. */
static void put_quoted(struct sk_buffer *out, const char *text, size_t size)
{
    sk_buffer_reserve(out, size + 2);
    uint8_t *at = out->data + out->size;
    *at++ = '"';
    memcpy(at, text, size);
    at[size] = '"';
    out->size += size + 2;
}

static void put_int(struct sk_buffer *out, const struct sk_field *field, int32_t value)
{
    char date[SK_DATE_SIZE];

    if (field->logical == SK_LOGICAL_DATE)
        put_quoted(out, sk_date_format(value, date), SK_DATE_SIZE - 1);
    else
        sk_json_put_integer(out, value);
}

static void put_long(struct sk_buffer *out, const struct sk_field *field, int64_t value)
{
    char instant[SK_INSTANT_SIZE];

    if (field->logical == SK_LOGICAL_TIMESTAMP_MILLIS)
        put_quoted(out, sk_instant_format(value, instant), SK_INSTANT_SIZE - 1);
    else
        sk_json_put_integer(out, value);
}

static void put_symbol(struct sk_buffer *out, const struct sk_field *field, int32_t value)
{
    bool known = value >= 0 && (size_t)value < field->symbol_count;

    if (known)
        put_quoted(out, field->symbols[value], strlen(field->symbols[value]));
    else
        sk_buffer_append_text(out, SK_TEXT("null"));
}

static void put_bytes(struct sk_buffer *out, struct sk_bytes value)
{
    sk_buffer_append_byte(out, '"');
    sk_base64_encode(value, out);
    sk_buffer_append_byte(out, '"');
}

static void put_value(struct sk_buffer *out, const struct sk_field *field,
                      const void *value, const struct sk_event_view *view)
{
    if (field->kind == SK_FIELD_RECORD) {
        put_record(out, field->record, value, view);
        return;
    }
    if (field->tags != 0 && view->mask) {
        sk_buffer_append_text(out, SK_TEXT("\"•••\""));
        return;
    }
    switch (field->kind) {
    case SK_FIELD_BOOLEAN:
        sk_buffer_append_text(out,
                              *(const bool *)value ? SK_TEXT("true") : SK_TEXT("false"));
        return;
    case SK_FIELD_INT:
        put_int(out, field, *(const int32_t *)value);
        return;
    case SK_FIELD_LONG:
        put_long(out, field, *(const int64_t *)value);
        return;
    case SK_FIELD_STRING: {
        struct sk_text text = *(const struct sk_text *)value;
        sk_json_put_text(out, text.data ? text : SK_TEXT("")); /* a required one */
        return;
    }
    case SK_FIELD_BYTES:
        put_bytes(out, *(const struct sk_bytes *)value);
        return;
    default:
        put_symbol(out, field, *(const int32_t *)value);
    }
}

static void put_field(struct sk_buffer *out, const struct sk_field *field,
                      const void *record, size_t count, const struct sk_event_view *view)
{
    sk_json_put_name(out, field->name, field->name_size);
    if (!field->array) {
        if (count)
            put_value(out, field, sk_field_value(field, record, 0), view);
        else
            sk_buffer_append_text(out, SK_TEXT("null"));
        return;
    }
    sk_buffer_append_byte(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i)
            sk_buffer_append_byte(out, ',');
        put_value(out, field, sk_field_value(field, record, i), view);
    }
    sk_buffer_append_byte(out, ']');
}

static void put_record(struct sk_buffer *out, const struct sk_record_type *type,
                       const void *record, const struct sk_event_view *view)
{
    const struct sk_event_view inside = {
        .mask = view->mask,
        .leave_out_absent = view->leave_out_absent,
    };

    sk_buffer_append_byte(out, '{');
    for (size_t i = 0; i < type->field_count; i++) {
        const struct sk_field *field = &type->fields[i];
        size_t count = sk_field_count(field, record);

        if (view->leave_out_absent && count == 0)
            continue;
        if (sk_event_view_shows(view, field->name))
            put_field(out, field, record, count, &inside);
    }
    sk_buffer_append_byte(out, '}');
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

void sk_event_put_json(struct sk_buffer *out, const struct sk_event_type *type,
                       const void *event, const struct sk_event_view *view)
{
    put_record(out, &type->record, event, view);
}

json_t *sk_event_to_json(const struct sk_event_type *type, const void *event,
                         const struct sk_event_view *view)
{
    sk_buffer_auto text = {0};

    sk_event_put_json(&text, type, event, view);
    return json_loadb((const char *)text.data, text.size, 0, NULL);
}
