/* SPDX-License-Identifier: Apache-2.0 */
/* From JSON to Avro binary: numbers, texts and bytes, and the logical types on them. */
#include <float.h>
#include <math.h>

#include "avro/binary.h"
#include "avro/json_view_internal.h"
#include "avro/logical_text.h"
#include "base/base64.h"
#include "base/json.h"

static enum sk_verdict encode_integer(struct sk_json_encoder *self,
                                      const struct sk_schema *schema, const json_t *json,
                                      const struct sk_path *path)
{
    bool text = self->mode == SK_JSON_PLAIN && schema->logical != SK_AVRO_PLAIN;
    int64_t value = json_integer_value(json);

    if (text && json_is_string(json)) {
        if (!sk_logical_number_parse(schema->logical, sk_json_string(json), &value))
            return sk_json_misfit(self, path, "a date or time (ISO 8601, RFC 3339)",
                                  json);
    } else if (!json_is_integer(json)) {
        return sk_json_misfit(self, path, text ? "a date or time" : "an integer", json);
    }
    if (schema->type == SK_AVRO_INT && (value < INT32_MIN || value > INT32_MAX))
        return sk_path_fail(self->err, "avro.json", path,
                            "the number does not fit 32 bits");
    sk_avro_write_long(self->out, value);
    return SK_OK;
}

static bool real_of(const json_t *json, bool exact, double *ret_value)
{
    struct sk_text text = sk_json_string(json);

    if (json_is_real(json) || (json_is_integer(json) && !exact))
        *ret_value = json_number_value(json);
    else if (sk_text_is(text, "NaN"))
        *ret_value = (double)NAN;
    else if (sk_text_is(text, "Infinity") || sk_text_is(text, "-Infinity"))
        *ret_value = text.data[0] == '-' ? -(double)INFINITY : (double)INFINITY;
    else
        return false;
    return true;
}

static enum sk_verdict encode_real(struct sk_json_encoder *self,
                                   const struct sk_schema *schema, const json_t *json,
                                   const struct sk_path *path)
{
    double value;

    if (!real_of(json, self->exact, &value))
        return sk_json_misfit(self, path, "a number", json);
    if (schema->type == SK_AVRO_DOUBLE) {
        sk_avro_write_double(self->out, value);
        return SK_OK;
    }
    if (self->exact && !isnan(value) && (double)(float)value != value)
        return sk_json_misfit(self, path, "a number that is a float", json);
    if (isfinite(value) && fabs(value) > (double)FLT_MAX)
        return sk_path_fail(self->err, "avro.json", path,
                            "the number does not fit a float");
    sk_avro_write_float(self->out, (float)value);
    return SK_OK;
}

/* Each character U+0000 to U+00FF as a byte. */
static bool latin1_bytes(struct sk_text text, struct sk_buffer *out)
{
    for (size_t i = 0; i < text.size; i++) {
        uint8_t byte = (uint8_t)text.data[i];
        if (byte >= 0xC4)
            return false;
        if (byte >= 0x80) /* the first of two, as jansson's strings are valid UTF-8 */
            byte = (uint8_t)(byte << 6 | (text.data[++i] & 0x3F));
        sk_buffer_append_byte(out, byte);
    }
    return true;
}

static bool duration_bytes(const json_t *json, struct sk_buffer *out)
{
    static const char *const members[] = {"months", "days", "millis"};

    if (!json_is_object(json) || json_object_size(json) != SK_COUNT(members))
        return false;
    for (size_t i = 0; i < SK_COUNT(members); i++) {
        const json_t *part = json_object_get(json, members[i]);
        json_int_t value = json_integer_value(part);
        if (!json_is_integer(part) || value < 0 || value > UINT32_MAX)
            return false;
        for (int shift = 0; shift < 32; shift += 8)
            sk_buffer_append_byte(out, (uint8_t)(value >> shift));
    }
    return true;
}

static bool decimal_bytes(const json_t *json, const struct sk_schema *schema, bool exact,
                          struct sk_buffer *out)
{
    char digits[24];

    if (json_is_string(json))
        return sk_decimal_parse(sk_json_string(json), schema, out);
    if (!json_is_integer(json) || exact)
        return false;
    snprintf(digits, sizeof(digits), "%" JSON_INTEGER_FORMAT, json_integer_value(json));
    return sk_decimal_parse(sk_text(digits), schema, out);
}

/* The bytes that `json` means; on failure what it should have been. */
static const char *bytes_of(const struct sk_json_encoder *self,
                            const struct sk_schema *schema, const json_t *json,
                            struct sk_buffer *out)
{
    enum sk_avro_logical logical =
        self->mode == SK_JSON_PLAIN ? schema->logical : SK_AVRO_PLAIN;

    if (logical == SK_AVRO_DECIMAL)
        return decimal_bytes(json, schema, self->exact, out)
                   ? NULL
                   : "a decimal number as text, within its precision and scale";
    if (logical == SK_AVRO_DURATION)
        return duration_bytes(json, out) ? NULL : "{\"months\", \"days\", \"millis\"}";
    if (!json_is_string(json))
        return "a string";
    if (logical == SK_AVRO_UUID)
        return sk_uuid_bytes_parse(sk_json_string(json), out) ? NULL : "a UUID";
    if (self->mode == SK_JSON_PLAIN)
        return sk_base64_decode(sk_json_string(json), out) ? NULL : "base64";
    return latin1_bytes(sk_json_string(json), out)
               ? NULL
               : "a string of characters up to U+00FF";
}

static enum sk_verdict encode_bytes(struct sk_json_encoder *self,
                                    const struct sk_schema *schema, const json_t *json,
                                    const struct sk_path *path)
{
    sk_buffer_auto bytes = {0};
    const char *wanted = bytes_of(self, schema, json, &bytes);

    if (wanted)
        return sk_json_misfit(self, path, wanted, json);
    if (schema->type == SK_AVRO_BYTES)
        sk_avro_write_long(self->out, (int64_t)bytes.size);
    else if (bytes.size != schema->size)
        return sk_path_fail(self->err, "avro.json", path, "must be %zu bytes, but is %zu",
                            schema->size, bytes.size);
    sk_buffer_append(self->out, bytes.data, bytes.size);
    return SK_OK;
}

/* Tells the symbols and not the text, which may be somebody's. */
static enum sk_verdict fail_symbol(struct sk_json_encoder *self,
                                   const struct sk_schema *schema,
                                   const struct sk_path *path)
{
    enum { SHOWN = 100 }; /* bytes */
    sk_buffer_auto symbols = {0};

    for (size_t i = 0; i < schema->symbol_count && symbols.size < SHOWN; i++)
        sk_buffer_printf(&symbols, "%s%.60s", i ? ", " : "", schema->symbols[i]);
    return sk_path_fail(self->err, "avro.json", path, "is no symbol of %.60s: %s",
                        schema->fullname, sk_buffer_string(&symbols));
}

static enum sk_verdict encode_enum(struct sk_json_encoder *self,
                                   const struct sk_schema *schema, const json_t *json,
                                   const struct sk_path *path)
{
    struct sk_text symbol = sk_json_string(json);

    if (!symbol.data)
        return sk_json_misfit(self, path, "a symbol", json);
    sk_json_charge(self, schema->symbol_count);
    for (size_t i = 0; i < schema->symbol_count; i++) {
        if (sk_text_is(symbol, schema->symbols[i])) {
            sk_avro_write_long(self->out, (int64_t)i);
            return SK_OK;
        }
    }
    return fail_symbol(self, schema, path);
}

enum sk_verdict sk_json_encode_scalar(struct sk_json_encoder *self,
                                      const struct sk_schema *schema, const json_t *json,
                                      const struct sk_path *path)
{
    switch (schema->type) {
    case SK_AVRO_NULL:
        return json_is_null(json) ? SK_OK : sk_json_misfit(self, path, "null", json);
    case SK_AVRO_BOOLEAN:
        if (!json_is_boolean(json))
            return sk_json_misfit(self, path, "true or false", json);
        sk_avro_write_boolean(self->out, json_is_true(json));
        return SK_OK;
    case SK_AVRO_INT:
    case SK_AVRO_LONG:
        return encode_integer(self, schema, json, path);
    case SK_AVRO_FLOAT:
    case SK_AVRO_DOUBLE:
        return encode_real(self, schema, json, path);
    case SK_AVRO_STRING:
        if (!json_is_string(json))
            return sk_json_misfit(self, path, "a string", json);
        sk_avro_write_bytes(self->out, json_string_value(json), json_string_length(json));
        return SK_OK;
    case SK_AVRO_ENUM:
        return encode_enum(self, schema, json, path);
    default:
        return encode_bytes(self, schema, json, path);
    }
}
