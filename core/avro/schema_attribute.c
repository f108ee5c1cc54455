/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logical types, and the members that Avro does not define. Those are kept as they stand:
 * tags ("confluent:tags") and our own ("schakel.sleutel") live there.
 */
#include "avro/schema_internal.h"
#include "base/json.h"

static const struct logical {
    const char *name;
    enum sk_avro_logical logical;
    enum sk_avro_type type;
    size_t size; /* of the fixed; 0: any */
} logicals[] = {
    {"date", SK_AVRO_DATE, SK_AVRO_INT, 0},
    {"time-millis", SK_AVRO_TIME_MILLIS, SK_AVRO_INT, 0},
    {"time-micros", SK_AVRO_TIME_MICROS, SK_AVRO_LONG, 0},
    {"timestamp-millis", SK_AVRO_TIMESTAMP_MILLIS, SK_AVRO_LONG, 0},
    {"timestamp-micros", SK_AVRO_TIMESTAMP_MICROS, SK_AVRO_LONG, 0},
    {"timestamp-nanos", SK_AVRO_TIMESTAMP_NANOS, SK_AVRO_LONG, 0},
    {"local-timestamp-millis", SK_AVRO_LOCAL_TIMESTAMP_MILLIS, SK_AVRO_LONG, 0},
    {"local-timestamp-micros", SK_AVRO_LOCAL_TIMESTAMP_MICROS, SK_AVRO_LONG, 0},
    {"local-timestamp-nanos", SK_AVRO_LOCAL_TIMESTAMP_NANOS, SK_AVRO_LONG, 0},
    {"uuid", SK_AVRO_UUID, SK_AVRO_STRING, 0},
    {"uuid", SK_AVRO_UUID, SK_AVRO_FIXED, 16},
    {"duration", SK_AVRO_DURATION, SK_AVRO_FIXED, 12},
    {"decimal", SK_AVRO_DECIMAL, SK_AVRO_BYTES, 0},
    {"decimal", SK_AVRO_DECIMAL, SK_AVRO_FIXED, 0},
};

/* floor(log10(2^(8n-1) - 1)): the digits that n bytes always hold. */
static int64_t digits_in(size_t bytes)
{
    return bytes == 0 ? 0 : (int64_t)((double)(8 * bytes - 1) * 0.30102999566398119521);
}

static bool parse_decimal(const json_t *json, struct sk_schema *schema)
{
    const json_t *precision = json_object_get(json, "precision");
    const json_t *scale = json_object_get(json, "scale");
    int64_t digits = json_integer_value(precision);
    int64_t after_point = json_integer_value(scale);

    if (!json_is_integer(precision) || (scale && !json_is_integer(scale)) || digits < 1 ||
        digits > INT32_MAX || after_point < 0 || after_point > digits)
        return false;
    if (schema->type == SK_AVRO_FIXED && digits > digits_in(schema->size))
        return false;
    schema->precision = (int)digits;
    schema->scale = (int)after_point;
    return true;
}

static enum sk_avro_logical parse_logical(const json_t *json, struct sk_schema *schema)
{
    struct sk_text name = sk_json_text_or_absent(json, "logicalType");

    for (size_t i = 0; i < SK_COUNT(logicals); i++) {
        const struct logical *row = &logicals[i];
        if (!sk_text_is(name, row->name) || row->type != schema->type ||
            (row->size && row->size != schema->size))
            continue;
        if (row->logical == SK_AVRO_DECIMAL && !parse_decimal(json, schema))
            return SK_AVRO_PLAIN;
        return row->logical;
    }
    return SK_AVRO_PLAIN;
}

static bool listed(const char *name, const char *const *names)
{
    while (*names && strcmp(*names, name) != 0)
        names++;
    return *names != NULL;
}

const json_t *sk_schema_unknown_members(struct sk_schema_document *document,
                                        const json_t *json, const char *const *known)
{
    json_t *attributes = NULL;
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)json, name, value)
    {
        if (listed(name, known))
            continue;
        if (!attributes) {
            attributes = json_object();
            json_array_append_new(document->kept, attributes);
        }
        json_object_set(attributes, name, value);
    }
    return attributes;
}

void sk_schema_parse_attributes(struct sk_schema_document *document, const json_t *json,
                                struct sk_schema *schema)
{
    static const char *const known[][8] = {
        [SK_AVRO_NULL... SK_AVRO_STRING] = {"type"},
        [SK_AVRO_RECORD] = {"type", "name", "namespace", "doc", "aliases", "fields"},
        [SK_AVRO_ENUM] = {"type", "name", "namespace", "doc", "aliases", "symbols",
                          "default"},
        [SK_AVRO_FIXED] = {"type", "name", "namespace", "doc", "aliases", "size"},
        [SK_AVRO_ARRAY] = {"type", "items"},
        [SK_AVRO_MAP] = {"type", "values"},
    };

    schema->logical = parse_logical(json, schema);
    schema->attributes = sk_schema_unknown_members(document, json, known[schema->type]);
}
