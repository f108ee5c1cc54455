/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/tail_filter.h"

#include <stdio.h>

#include "avro/event_field.h"
#include "base/clock.h"
#include "base/value.h"

/* Reading the condition. ------------------------------------------------------------- */

static enum sk_verdict wrong(const struct sk_where *where, const char *why,
                             struct sk_error *err)
{
    return sk_fail(err, SK_FATAL, "tail.where", "--where %s: %s", where->text, why);
}

static bool number_of(const struct sk_field *field, struct sk_text value,
                      int64_t *ret_number)
{
    int32_t days = 0;

    if (field->logical == SK_LOGICAL_TIMESTAMP_MILLIS)
        return sk_instant_parse(value, ret_number);
    if (field->logical != SK_LOGICAL_DATE)
        return sk_text_to_int64(value, ret_number);
    if (!sk_date_parse(value, &days))
        return false;
    *ret_number = days;
    return true;
}

/* The value as the field holds it. */
static enum sk_verdict read_value(struct sk_where *where, const struct sk_field *field,
                                  struct sk_error *err)
{
    if (field->kind == SK_FIELD_RECORD)
        return wrong(where, "dat is een groep velden; ga verder met .veld", err);
    if (field->kind == SK_FIELD_BYTES)
        return wrong(where, "dat veld zijn bytes", err);
    if (where->value.size == 0 || field->kind == SK_FIELD_STRING)
        return SK_OK;
    if (field->kind == SK_FIELD_BOOLEAN) {
        where->number = sk_text_is(where->value, "true");
        return where->number || sk_text_is(where->value, "false")
                   ? SK_OK
                   : wrong(where, "dat veld is true of false", err);
    }
    if (field->kind != SK_FIELD_ENUM)
        return number_of(field, where->value, &where->number)
                   ? SK_OK
                   : wrong(where, "dat veld is een getal, datum of tijdstip", err);
    for (size_t i = 0; i < field->symbol_count; i++) {
        where->number = (int64_t)i;
        if (sk_text_is(where->value, field->symbols[i]))
            return SK_OK;
    }
    return wrong(where, "dat veld kent die waarde niet", err);
}

static enum sk_verdict read_path(struct sk_where *where, const struct sk_event_type *type,
                                 bool unmasked, struct sk_error *err)
{
    const struct sk_record_type *record = &type->record;
    const struct sk_field *field = NULL;
    struct sk_text rest = where->path;

    while (rest.data) {
        struct sk_text name = sk_text_split(&rest, '.');
        field = record ? sk_record_field(record, name) : NULL;
        if (!field || where->depth == SK_WHERE_DEPTH)
            return wrong(where, "dat veld is er niet", err);
        if (field->tags && !unmasked)
            return wrong(where, "dat is een persoonsgegeven; dat vraagt --unmask", err);
        where->fields[where->depth++] = field;
        record = field->kind == SK_FIELD_RECORD ? field->record : NULL;
    }
    return read_value(where, field, err);
}

enum sk_verdict sk_filter_init(struct sk_filter *filter, struct sk_cli *cli,
                               const struct sk_event_type *type, bool unmasked,
                               struct sk_error *err)
{
    const char *given;

    *filter = (struct sk_filter){.type = type};
    for (size_t i = 0; (given = sk_settings_repeated(cli->settings, "where", i)); i++) {
        struct sk_where *where = &filter->items[filter->count];
        if (filter->count == SK_WHERE_LIMIT)
            return sk_fail(err, SK_FATAL, "tail.where", "ten hoogste %d keer --where",
                           SK_WHERE_LIMIT);
        where->text = given;
        where->value = sk_text(given);
        where->path = sk_text_split(&where->value, '=');
        if (!where->value.data || !where->path.size)
            return wrong(where, "schrijf veld=waarde, bijvoorbeeld gevaar=VERMOED", err);
        if (type)
            SK_TRY(read_path(where, type, unmasked, err));
        filter->count++;
    }
    return SK_OK;
}

void sk_filter_fini(struct sk_filter *filter)
{
    sk_arena_fini(&filter->arena);
    sk_buffer_fini(&filter->json);
}

/* Our own events. -------------------------------------------------------------------- */

static bool equals(const struct sk_where *where, const struct sk_field *field,
                   const void *value)
{
    switch (field->kind) {
    case SK_FIELD_STRING:
        return sk_text_equal(*(const struct sk_text *)value, where->value);
    case SK_FIELD_BOOLEAN:
        return *(const bool *)value == (where->number != 0);
    case SK_FIELD_LONG:
        return *(const int64_t *)value == where->number;
    case SK_FIELD_INT:
    case SK_FIELD_ENUM:
        return *(const int32_t *)value == where->number;
    case SK_FIELD_BYTES:
    case SK_FIELD_RECORD:
        break; /* refused when the condition was read */
    }
    return false;
}

static bool is_empty(const struct sk_field *field, const void *value)
{
    return field->kind == SK_FIELD_STRING && ((const struct sk_text *)value)->size == 0;
}

static bool holds(const struct sk_where *where, const void *record, size_t depth)
{
    const struct sk_field *field = where->fields[depth];
    size_t count = sk_field_count(field, record);
    bool last = depth + 1 == where->depth;

    for (size_t i = 0; i < count; i++) {
        const void *value = sk_field_value(field, record, i);
        if (!last && holds(where, value, depth + 1))
            return true;
        if (last &&
            (where->value.size ? equals(where, field, value) : is_empty(field, value)))
            return true;
    }
    return count == 0 && where->value.size == 0;
}

static enum sk_verdict run_own(struct sk_filter *filter, struct sk_codec *codec,
                               struct sk_bytes value, bool *ret_passes,
                               struct sk_error *err)
{
    bool passes = true, whole;

    sk_arena_reset(&filter->arena);
    void *event = sk_arena_alloc_zeroed(&filter->arena, filter->type->record.size);
    SK_TRY(
        sk_codec_decode(codec, filter->type, value, &filter->arena, event, &whole, err));
    for (size_t i = 0; i < filter->count && passes; i++)
        passes = holds(&filter->items[i], event, 0);
    *ret_passes = passes;
    return SK_OK;
}

/* Any other record. ------------------------------------------------------------------ */

static bool shown_as(const struct sk_value *value, struct sk_text wanted)
{
    char text[64];

    switch (value ? value->kind : SK_VALUE_NULL) {
    case SK_VALUE_NULL:
        return wanted.size == 0;
    case SK_VALUE_FALSE:
        return sk_text_is(wanted, "false");
    case SK_VALUE_TRUE:
        return sk_text_is(wanted, "true");
    case SK_VALUE_TEXT:
        return wanted.size == value->count &&
               memcmp(value->text, wanted.data, wanted.size) == 0;
    case SK_VALUE_INTEGER:
        snprintf(text, sizeof(text), "%lld", (long long)value->integer);
        return sk_text_is(wanted, text);
    case SK_VALUE_REAL:
        snprintf(text, sizeof(text), "%.17g", value->real);
        return sk_text_is(wanted, text);
    default:
        return false;
    }
}

static bool holds_in(const struct sk_value *value, struct sk_text path,
                     struct sk_text wanted)
{
    if (sk_value_is(value, SK_VALUE_ARRAY)) {
        for (size_t i = 0; i < sk_value_count(value); i++)
            if (holds_in(sk_value_item(value, i), path, wanted))
                return true;
        return false;
    }
    if (!path.data)
        return shown_as(value, wanted);
    struct sk_text name = sk_text_split(&path, '.');
    return holds_in(sk_value_get(value, name), path, wanted);
}

static enum sk_verdict run_other(struct sk_filter *filter, struct sk_codec *codec,
                                 struct sk_bytes value, bool *ret_passes,
                                 struct sk_error *err)
{
    struct sk_value json;

    filter->json.size = 0;
    sk_arena_reset(&filter->arena);
    SK_TRY(sk_codec_put_json(codec, NULL, value, true, &filter->json, err));
    SK_TRY(sk_value_parse(sk_buffer_text(&filter->json), &filter->arena, &json, err));
    *ret_passes = true;
    for (size_t i = 0; i < filter->count && *ret_passes; i++)
        *ret_passes = holds_in(&json, filter->items[i].path, filter->items[i].value);
    return SK_OK;
}

enum sk_verdict sk_filter_run(struct sk_filter *filter, struct sk_codec *codec,
                              struct sk_bytes value, bool *ret_passes,
                              struct sk_error *err)
{
    if (filter->count == 0) {
        *ret_passes = true;
        return SK_OK;
    }
    if (!value.data) { /* erased: it has no fields */
        *ret_passes = false;
        return SK_OK;
    }
    return filter->type ? run_own(filter, codec, value, ret_passes, err)
                        : run_other(filter, codec, value, ret_passes, err);
}
