/* SPDX-License-Identifier: Apache-2.0 */
/* What old systems write for a text, a number, a day …, as the value of a field. */
#include "avro/event_json_scalar.h"

#include "base/base64.h"
#include "base/clock.h"

enum { TEXT_MAX = 256 * 1024 };

/* Each read_ returns NULL, or in Dutch why the value does not fit. */

static const char *read_text(const struct sk_value *json, struct sk_arena *arena,
                             struct sk_text *value)
{
    struct sk_text text = sk_value_text(json);

    if (json->kind == SK_VALUE_INTEGER) {
        *value = sk_arena_printf(arena, "%lld", (long long)json->integer);
        return NULL;
    }
    if (json->kind == SK_VALUE_REAL) {
        *value = sk_arena_printf(arena, "%.15g", json->real);
        return NULL;
    }
    if (!text.data)
        return "geen tekst";
    if (text.size > TEXT_MAX)
        return "langer dan 256 KiB";
    *value = text;
    return NULL;
}

static const char *read_bytes(const struct sk_value *json, struct sk_arena *arena,
                              struct sk_bytes *value)
{
    struct sk_text text = sk_value_text(json);
    sk_buffer_auto bytes = {0};

    if (text.size > TEXT_MAX)
        return "langer dan 256 KiB";
    if (!text.data || !sk_base64_decode(text, &bytes))
        return "geen base64";
    struct sk_text kept = sk_arena_text(arena, sk_buffer_text(&bytes));
    *value = (struct sk_bytes){(const uint8_t *)kept.data, kept.size};
    return NULL;
}

static const char *read_boolean(const struct sk_value *json, bool *value)
{
    static const struct {
        const char *word;
        bool value;
    } words[] = {{"true", true},   {"ja", true},   {"1", true},
                 {"false", false}, {"nee", false}, {"0", false}};
    struct sk_text text = sk_text_trim(sk_value_text(json));

    if (json->kind == SK_VALUE_TRUE || json->kind == SK_VALUE_FALSE) {
        *value = json->kind == SK_VALUE_TRUE;
        return NULL;
    }
    if (json->kind == SK_VALUE_INTEGER && (uint64_t)json->integer <= 1) {
        *value = json->integer == 1;
        return NULL;
    }
    for (size_t i = 0; text.data && i < SK_COUNT(words); i++)
        if (sk_text_is(text, words[i].word)) {
            *value = words[i].value;
            return NULL;
        }
    return "geen ja of nee";
}

static const char *read_number(const struct sk_value *json, int64_t *value)
{
    struct sk_text text = sk_text_trim(sk_value_text(json));
    double real = json->kind == SK_VALUE_REAL ? json->real : 0;

    if (json->kind == SK_VALUE_INTEGER) {
        *value = json->integer;
        return NULL;
    }
    /* Beyond 2^53 a double no longer says which whole number was meant. */
    if (json->kind == SK_VALUE_REAL && real >= -0x1p53 && real <= 0x1p53 &&
        (double)(int64_t)real == real) {
        *value = (int64_t)real;
        return NULL;
    }
    return text.data && sk_text_to_int64(text, value) ? NULL : "geen geheel getal";
}

/* A legal day: a date, or an instant, of which it is the day in Brussels. */
static const char *read_date(const struct sk_value *json, int32_t *value)
{
    struct sk_text text = sk_text_trim(sk_value_text(json));
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

static const char *read_instant(const struct sk_value *json, int64_t *value)
{
    struct sk_text text = sk_text_trim(sk_value_text(json));
    int32_t days;

    if (json->kind == SK_VALUE_INTEGER)
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

static const char *read_symbol(const struct sk_field *field, const struct sk_value *json,
                               int32_t *value)
{
    struct sk_text text = sk_text_trim(sk_value_text(json));

    for (size_t i = 0; text.data && i < field->symbol_count; i++)
        if (sk_text_is(text, field->symbols[i])) {
            *value = (int32_t)i;
            return NULL;
        }
    return "onbekende waarde";
}

static const char *read_int(const struct sk_field *field, const struct sk_value *json,
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

static const char *read_long(const struct sk_field *field, const struct sk_value *json,
                             int64_t *value)
{
    if (field->logical == SK_LOGICAL_TIMESTAMP_MILLIS)
        return read_instant(json, value);
    return read_number(json, value);
}

const char *event_json_scalar(const struct sk_field *field, const struct sk_value *json,
                              struct sk_arena *arena, void *value)
{
    switch (field->kind) {
    case SK_FIELD_BOOLEAN:
        return read_boolean(json, value);
    case SK_FIELD_INT:
        return read_int(field, json, value);
    case SK_FIELD_LONG:
        return read_long(field, json, value);
    case SK_FIELD_STRING:
        return read_text(json, arena, value);
    case SK_FIELD_BYTES:
        return read_bytes(json, arena, value);
    default:
        return read_symbol(field, json, value);
    }
}

size_t event_json_scalar_size(enum sk_field_kind kind)
{
    static const size_t sizes[] = {
        [SK_FIELD_BOOLEAN] = sizeof(bool),
        [SK_FIELD_INT] = sizeof(int32_t),
        [SK_FIELD_LONG] = sizeof(int64_t),
        [SK_FIELD_ENUM] = sizeof(int32_t),
        [SK_FIELD_STRING] = sizeof(struct sk_text),
        [SK_FIELD_BYTES] = sizeof(struct sk_bytes),
    };

    return sizes[kind];
}
