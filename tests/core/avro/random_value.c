/* SPDX-License-Identifier: Apache-2.0 */
/* Values as Avro JSON, and the same values in other blocks. */
#include <math.h>

#include "avro/binary.h"
#include "random.h"

enum { DEPTH_MAX = 8 }; /* below it: null, and no items */

static json_t *make_value(struct random *self, const struct sk_schema *schema, int depth);

static int64_t make_long(struct random *self)
{
    return (int64_t)random_next(self) >> random_below(self, 64);
}

static json_t *make_real(struct random *self, bool single)
{
    static const double special[] = {0.0, -0.0, 1e-40, 3.5e37, -1.0};
    double value = random_chance(self, 20)
                       ? special[random_below(self, SK_COUNT(special))]
                       : (double)make_long(self) / (double)(1 + random_below(self, 1000));

    if (random_chance(self, 3))
        return json_string(random_chance(self, 50) ? "NaN" : "-Infinity");
    return json_real(single ? (double)(float)value : value);
}

/* `size` characters; `latin` keeps to U+00FF, as bytes do. */
static json_t *make_text(struct random *self, size_t size, bool latin)
{
    struct sk_buffer text = {0};

    while (size-- > 0) {
        size_t kind = random_below(self, latin ? 4 : 6);
        if (kind < 3)
            sk_buffer_append_byte(&text, (uint8_t)random_below(self, 0x80));
        else if (kind == 3)
            sk_buffer_append(&text,
                             (uint8_t[]){(uint8_t)(0xC2 + random_below(self, 2)),
                                         (uint8_t)(0x80 + random_below(self, 0x40))},
                             2);
        else
            sk_buffer_append_text(&text, kind == 4 ? SK_TEXT("€") : SK_TEXT("😀"));
    }
    json_t *json = json_stringn(text.data ? (char *)text.data : "", text.size);
    sk_buffer_fini(&text);
    return json;
}

static json_t *make_items(struct random *self, const struct sk_schema *schema, int depth)
{
    size_t count = depth < DEPTH_MAX ? random_below(self, 5) : 0;
    json_t *json = schema->type == SK_AVRO_ARRAY ? json_array() : json_object();
    char key[24];

    for (size_t i = 0; i < count; i++) {
        json_t *item = make_value(self, schema->items, depth + 1);
        snprintf(key, sizeof(key), "k%zu-%zu", i, random_below(self, 100));
        if (schema->type == SK_AVRO_ARRAY)
            json_array_append_new(json, item);
        else
            json_object_set_new(json, key, item);
    }
    return json;
}

static json_t *make_union(struct random *self, const struct sk_schema *schema, int depth)
{
    size_t index = depth < DEPTH_MAX ? random_below(self, schema->branch_count) : 0;
    const struct sk_schema *branch = schema->branches[index];
    json_t *json, *value;

    if (branch->type == SK_AVRO_NULL)
        return json_null();
    json = json_object();
    value = make_value(self, branch, depth);
    json_object_set_new(json,
                        sk_schema_is_named(branch) ? branch->fullname
                                                   : sk_avro_type_name(branch->type),
                        value);
    return json;
}

static json_t *make_record(struct random *self, const struct sk_schema *schema, int depth)
{
    json_t *json = json_object();

    for (size_t i = 0; i < schema->field_count; i++)
        json_object_set_new(json, schema->fields[i].name,
                            make_value(self, schema->fields[i].type, depth + 1));
    return json;
}

static json_t *make_value(struct random *self, const struct sk_schema *schema, int depth)
{
    switch (schema->type) {
    case SK_AVRO_NULL:
        return json_null();
    case SK_AVRO_BOOLEAN:
        return json_boolean(random_chance(self, 50));
    case SK_AVRO_INT:
        return json_integer((int32_t)make_long(self));
    case SK_AVRO_LONG:
        return json_integer(make_long(self));
    case SK_AVRO_FLOAT:
    case SK_AVRO_DOUBLE:
        return make_real(self, schema->type == SK_AVRO_FLOAT);
    case SK_AVRO_BYTES:
        /* A decimal(9,2) keeps to its precision. */
        return make_text(
            self, random_below(self, schema->logical == SK_AVRO_DECIMAL ? 4 : 20), true);
    case SK_AVRO_STRING:
        return make_text(self, random_below(self, 20), false);
    case SK_AVRO_FIXED:
        return make_text(self, schema->size, true);
    case SK_AVRO_ENUM:
        return json_string(schema->symbols[random_below(self, schema->symbol_count)]);
    case SK_AVRO_ARRAY:
    case SK_AVRO_MAP:
        return make_items(self, schema, depth);
    case SK_AVRO_UNION:
        return make_union(self, schema, depth);
    case SK_AVRO_RECORD:
        return make_record(self, schema, depth);
    }
    return json_null();
}

json_t *random_value(struct random *self, const struct sk_schema *schema)
{
    return make_value(self, schema, 0);
}

struct cutter {
    struct random *random;
    struct sk_avro_reader *reader;
    struct sk_buffer *out;
};

static void cut_value(const struct cutter *self, const struct sk_schema *schema);

/* Items of one block; what they are is written aside, to know its size. */
static void cut_block(const struct cutter *self, const struct sk_schema *schema,
                      size_t count)
{
    struct sk_buffer items = {0};
    struct cutter aside = {self->random, self->reader, &items};
    struct sk_text key;

    for (size_t i = 0; i < count; i++) {
        if (schema->type == SK_AVRO_MAP) {
            (void)sk_avro_read_string(self->reader, &key);
            sk_avro_write_bytes(&items, key.data, key.size);
        }
        cut_value(&aside, schema->items);
    }
    if (random_chance(self->random, 50)) {
        sk_avro_write_long(self->out, -(int64_t)count);
        sk_avro_write_long(self->out, (int64_t)items.size);
    } else {
        sk_avro_write_long(self->out, (int64_t)count);
    }
    sk_buffer_append(self->out, items.data, items.size);
    sk_buffer_fini(&items);
}

static void cut_items(const struct cutter *self, const struct sk_schema *schema)
{
    size_t left = 0;

    while (sk_avro_read_block(self->reader, &left) && left > 0) {
        while (left > 0) {
            size_t count = 1 + random_below(self->random, left);
            cut_block(self, schema, count);
            left -= count;
        }
    }
    sk_avro_write_long(self->out, 0);
}

static void cut_value(const struct cutter *self, const struct sk_schema *schema)
{
    const uint8_t *start = self->reader->at;
    struct sk_error err;
    size_t branch;

    if (schema->type == SK_AVRO_UNION &&
        sk_avro_read_index(self->reader, schema->branch_count, &branch)) {
        sk_avro_write_long(self->out, (int64_t)branch);
        cut_value(self, schema->branches[branch]);
        return;
    }
    if (schema->type == SK_AVRO_ARRAY || schema->type == SK_AVRO_MAP) {
        cut_items(self, schema);
        return;
    }
    if (schema->type == SK_AVRO_RECORD) {
        for (size_t i = 0; i < schema->field_count; i++)
            cut_value(self, schema->fields[i].type);
        return;
    }
    if (sk_avro_skip(schema, self->reader, NULL, &err) == SK_OK)
        sk_buffer_append(self->out, start, (size_t)(self->reader->at - start));
}

void random_blocks(struct random *self, const struct sk_schema *schema,
                   struct sk_bytes data, struct sk_buffer *out)
{
    struct sk_avro_reader reader;

    sk_avro_reader_init(&reader, data);
    cut_value(&(struct cutter){self, &reader, out}, schema);
}
