/* SPDX-License-Identifier: Apache-2.0 */
/* Walks a value by its schema and keeps nothing: skipping, and checking. */
#include "avro/binary.h"
#include "avro/path.h"

struct walk {
    struct sk_avro_reader *reader;
    struct sk_error *err;
};

static bool skip_value(const struct walk *self, const struct sk_schema *schema,
                       const struct sk_path *path);

static SK_COLD bool fail(const struct walk *self, const struct sk_path *path)
{
    (void)sk_avro_data_fail(self->reader, path, self->err);
    return false;
}

static bool skip_primitive(struct sk_avro_reader *reader, const struct sk_schema *schema)
{
    union {
        bool boolean;
        int32_t int32;
        int64_t int64;
        struct sk_bytes bytes;
        struct sk_text text;
        size_t index;
    } unused;

    switch (schema->type) {
    case SK_AVRO_BOOLEAN:
        return sk_avro_read_boolean(reader, &unused.boolean);
    case SK_AVRO_INT:
        return sk_avro_read_int(reader, &unused.int32);
    case SK_AVRO_LONG:
        return sk_avro_read_long(reader, &unused.int64);
    case SK_AVRO_FLOAT:
        return sk_avro_read_fixed(reader, 4, &unused.bytes);
    case SK_AVRO_DOUBLE:
        return sk_avro_read_fixed(reader, 8, &unused.bytes);
    case SK_AVRO_BYTES:
        return sk_avro_read_bytes(reader, &unused.bytes);
    case SK_AVRO_STRING:
        return sk_avro_read_string(reader, &unused.text);
    case SK_AVRO_FIXED:
        return sk_avro_read_fixed(reader, schema->size, &unused.bytes);
    case SK_AVRO_ENUM:
        return sk_avro_read_index(reader, schema->symbol_count, &unused.index);
    default:
        return true; /* null */
    }
}

static bool skip_fields(const struct walk *self, const struct sk_schema *schema,
                        const struct sk_path *path)
{
    for (size_t i = 0; i < schema->field_count; i++) {
        struct sk_path field = sk_path_field(path, schema->fields[i].name);
        if (!skip_value(self, schema->fields[i].type, &field))
            return false;
    }
    return true;
}

static bool skip_items(const struct walk *self, const struct sk_schema *schema,
                       const struct sk_path *path)
{
    size_t index = 0;
    size_t count;
    struct sk_text key;

    for (;;) {
        if (!sk_avro_read_block(self->reader, &count))
            return fail(self, path);
        if (count == 0)
            return true;
        for (size_t end = index + count; index < end; index++) {
            struct sk_path item = sk_path_index(path, index);
            if (schema->type == SK_AVRO_MAP && !sk_avro_read_string(self->reader, &key))
                return fail(self, &item);
            if (!skip_value(self, schema->items, &item))
                return false;
        }
    }
}

static bool skip_value(const struct walk *self, const struct sk_schema *schema,
                       const struct sk_path *path)
{
    bool good;
    size_t branch;

    if (schema->type == SK_AVRO_UNION) {
        if (!sk_avro_read_index(self->reader, schema->branch_count, &branch))
            return fail(self, path);
        schema = schema->branches[branch];
    }
    if (!sk_avro_enter(self->reader))
        return fail(self, path);
    switch (schema->type) {
    case SK_AVRO_RECORD:
        good = skip_fields(self, schema, path);
        break;
    case SK_AVRO_ARRAY:
    case SK_AVRO_MAP:
        good = skip_items(self, schema, path);
        break;
    default:
        good = skip_primitive(self->reader, schema) || fail(self, path);
        break;
    }
    sk_avro_leave(self->reader);
    return good;
}

enum sk_verdict sk_avro_data_fail(struct sk_avro_reader *reader,
                                  const struct sk_path *path, struct sk_error *err)
{
    return sk_path_fail(err, "avro.data", path, "%s", reader->problem);
}

enum sk_verdict sk_avro_skip(const struct sk_schema *schema,
                             struct sk_avro_reader *reader, const struct sk_path *path,
                             struct sk_error *err)
{
    struct walk walk = {reader, err};

    return skip_value(&walk, schema, path) ? SK_OK : SK_REJECT;
}

enum sk_verdict sk_avro_end(struct sk_avro_reader *reader, struct sk_error *err)
{
    if (sk_avro_left(reader) == 0)
        return SK_OK;
    return sk_fail(err, SK_REJECT, "avro.data", "%zu bytes are left over after the value",
                   sk_avro_left(reader));
}

enum sk_verdict sk_avro_check(const struct sk_schema *schema, struct sk_bytes data,
                              struct sk_error *err)
{
    struct sk_avro_reader reader;

    sk_avro_reader_init(&reader, data);
    SK_TRY(sk_avro_skip(schema, &reader, NULL, err));
    return sk_avro_end(&reader, err);
}
