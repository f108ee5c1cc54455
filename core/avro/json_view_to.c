/* SPDX-License-Identifier: Apache-2.0 */
/* From Avro binary to JSON. */
#include <math.h>

#include "avro/binary.h"
#include "avro/json_view.h"
#include "avro/logical_text.h"
#include "base/base64.h"
#include "base/json.h"

struct view {
    struct sk_avro_reader *reader;
    enum sk_json_mode mode;
    struct sk_error *err;
};

/* NULL after a failure, which is then described. */
static json_t *view_value(const struct view *self, const struct sk_schema *schema,
                          const struct sk_path *path);

static SK_COLD json_t *fail(const struct view *self, const struct sk_path *path)
{
    (void)sk_avro_data_fail(self->reader, path, self->err);
    return NULL;
}

static json_t *number_json(const struct view *self, const struct sk_schema *schema,
                           int64_t value)
{
    sk_buffer_auto text = {0};

    if (self->mode == SK_JSON_PLAIN && schema->logical != SK_AVRO_PLAIN &&
        sk_logical_number_format(schema->logical, value, &text))
        return sk_json_from_text(sk_buffer_text(&text));
    return json_integer(value);
}

static json_t *real_json(double value)
{
    if (isnan(value))
        return json_string("NaN");
    if (isinf(value))
        return json_string(value < 0 ? "-Infinity" : "Infinity");
    return json_real(value);
}

/* Each byte as the character of that number. */
static json_t *latin1_json(struct sk_bytes bytes)
{
    sk_buffer_auto text = {0};

    sk_buffer_reserve(&text, 2 * bytes.size);
    for (size_t i = 0; i < bytes.size; i++) {
        if (bytes.data[i] >= 0x80)
            sk_buffer_append_byte(&text, (uint8_t)(0xC0 | bytes.data[i] >> 6));
        sk_buffer_append_byte(
            &text, bytes.data[i] < 0x80 ? bytes.data[i] : 0x80 | (bytes.data[i] & 0x3F));
    }
    return sk_json_from_text(sk_buffer_text(&text));
}

static json_t *duration_json(struct sk_bytes bytes)
{
    uint32_t parts[3];

    for (size_t i = 0; i < SK_COUNT(parts); i++)
        parts[i] = (uint32_t)bytes.data[4 * i] | (uint32_t)bytes.data[4 * i + 1] << 8 |
                   (uint32_t)bytes.data[4 * i + 2] << 16 |
                   (uint32_t)bytes.data[4 * i + 3] << 24;
    return json_pack("{s:I, s:I, s:I}", "months", (json_int_t)parts[0], "days",
                     (json_int_t)parts[1], "millis", (json_int_t)parts[2]);
}

static json_t *bytes_json(const struct view *self, const struct sk_schema *schema,
                          struct sk_bytes bytes)
{
    sk_buffer_auto text = {0};

    if (self->mode != SK_JSON_PLAIN)
        return latin1_json(bytes);
    if (schema->logical == SK_AVRO_DURATION)
        return duration_json(bytes);
    if (schema->logical == SK_AVRO_UUID)
        sk_uuid_bytes_format(bytes, &text);
    else if (schema->logical != SK_AVRO_DECIMAL ||
             !sk_decimal_format(bytes, schema->scale, &text))
        sk_base64_encode(bytes, &text);
    return sk_json_from_text(sk_buffer_text(&text));
}

static json_t *view_number(const struct view *self, const struct sk_schema *schema)
{
    int32_t int32;
    int64_t int64;
    float single;
    double real;

    switch (schema->type) {
    case SK_AVRO_INT:
        return sk_avro_read_int(self->reader, &int32) ? number_json(self, schema, int32)
                                                      : NULL;
    case SK_AVRO_LONG:
        return sk_avro_read_long(self->reader, &int64) ? number_json(self, schema, int64)
                                                       : NULL;
    case SK_AVRO_FLOAT:
        return sk_avro_read_float(self->reader, &single) ? real_json((double)single)
                                                         : NULL;
    default:
        return sk_avro_read_double(self->reader, &real) ? real_json(real) : NULL;
    }
}

static json_t *view_primitive(const struct view *self, const struct sk_schema *schema)
{
    struct sk_bytes bytes;
    struct sk_text text;
    bool boolean;
    size_t symbol;

    switch (schema->type) {
    case SK_AVRO_NULL:
        return json_null();
    case SK_AVRO_BOOLEAN:
        return sk_avro_read_boolean(self->reader, &boolean) ? json_boolean(boolean)
                                                            : NULL;
    case SK_AVRO_BYTES:
        return sk_avro_read_bytes(self->reader, &bytes) ? bytes_json(self, schema, bytes)
                                                        : NULL;
    case SK_AVRO_FIXED:
        return sk_avro_read_fixed(self->reader, schema->size, &bytes)
                   ? bytes_json(self, schema, bytes)
                   : NULL;
    case SK_AVRO_STRING:
        return sk_avro_read_string(self->reader, &text) ? sk_json_from_text(text) : NULL;
    case SK_AVRO_ENUM:
        return sk_avro_read_index(self->reader, schema->symbol_count, &symbol)
                   ? json_string(schema->symbols[symbol])
                   : NULL;
    default:
        return view_number(self, schema);
    }
}

static json_t *view_record(const struct view *self, const struct sk_schema *schema,
                           const struct sk_path *path)
{
    json_t *object = json_object();

    for (size_t i = 0; i < schema->field_count; i++) {
        struct sk_path field = sk_path_field(path, schema->fields[i].name);
        json_t *value = view_value(self, schema->fields[i].type, &field);
        if (!value) {
            json_decref(object);
            return NULL;
        }
        json_object_set_new_nocheck(object, schema->fields[i].name, value);
    }
    return object;
}

/* Reads an array's item or a map's entry into `container`. */
static bool view_item(const struct view *self, const struct sk_schema *schema,
                      const struct sk_path *path, size_t index, json_t *container)
{
    struct sk_path item = sk_path_index(path, index);
    struct sk_text key = {0};
    json_t *value;

    if (schema->type == SK_AVRO_MAP) {
        if (!sk_avro_read_string(self->reader, &key))
            return fail(self, &item) != NULL;
        item = sk_path_key(path, key);
    }
    value = view_value(self, schema->items, &item);
    if (!value)
        return false;
    if (schema->type == SK_AVRO_MAP)
        return json_object_setn_new_nocheck(container, key.data, key.size, value) == 0;
    return json_array_append_new(container, value) == 0;
}

static json_t *view_items(const struct view *self, const struct sk_schema *schema,
                          const struct sk_path *path)
{
    json_t *container = schema->type == SK_AVRO_MAP ? json_object() : json_array();
    size_t index = 0;
    size_t count = 0;

    for (;;) {
        if (!sk_avro_read_block(self->reader, &count)) {
            json_decref(container);
            return fail(self, path);
        }
        if (count == 0)
            return container;
        for (size_t end = index + count; index < end; index++) {
            if (!view_item(self, schema, path, index, container)) {
                json_decref(container);
                return NULL;
            }
        }
    }
}

static json_t *view_union(const struct view *self, const struct sk_schema *schema,
                          const struct sk_path *path)
{
    const struct sk_schema *branch;
    json_t *value, *wrapper;
    size_t index;

    if (!sk_avro_read_index(self->reader, schema->branch_count, &index))
        return fail(self, path);
    branch = schema->branches[index];
    value = view_value(self, branch, path);
    if (!value || self->mode != SK_JSON_AVRO || branch->type == SK_AVRO_NULL)
        return value;
    wrapper = json_object();
    json_object_set_new_nocheck(
        wrapper,
        sk_schema_is_named(branch) ? branch->fullname : sk_avro_type_name(branch->type),
        value);
    return wrapper;
}

static json_t *view_value(const struct view *self, const struct sk_schema *schema,
                          const struct sk_path *path)
{
    json_t *value;

    if (schema->type == SK_AVRO_UNION)
        return view_union(self, schema, path);
    if (!sk_avro_enter(self->reader))
        return fail(self, path);
    switch (schema->type) {
    case SK_AVRO_RECORD:
        value = view_record(self, schema, path);
        break;
    case SK_AVRO_ARRAY:
    case SK_AVRO_MAP:
        value = view_items(self, schema, path);
        break;
    default:
        value = view_primitive(self, schema);
        if (!value)
            fail(self, path);
        break;
    }
    sk_avro_leave(self->reader);
    return value;
}

enum sk_verdict sk_avro_to_json(const struct sk_schema *schema, struct sk_bytes data,
                                enum sk_json_mode mode, json_t **ret_json,
                                struct sk_error *err)
{
    struct sk_avro_reader reader;
    json_t *json;

    sk_avro_reader_init(&reader, data);
    if (reader.budget > SK_JSON_VALUES_MAX)
        reader.budget = SK_JSON_VALUES_MAX;
    json = view_value(&(struct view){&reader, mode, err}, schema, NULL);
    if (!json)
        return SK_REJECT;
    if (sk_avro_end(&reader, err) != SK_OK) {
        json_decref(json);
        return SK_REJECT;
    }
    *ret_json = json;
    return SK_OK;
}
