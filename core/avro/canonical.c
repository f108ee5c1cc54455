/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree is walked in the order of its text, so a named type is defined where it stands
 * first and named after that. Names and symbols are ASCII words: nothing is escaped.
 */
#include "avro/canonical.h"

#include <stdlib.h>

#include "base/alloc.h"

struct writer {
    struct sk_buffer *out;
    bool *defined; /* by node index */
};

static void write_type(const struct writer *self, const struct sk_schema *schema);

static void write_record(const struct writer *self, const struct sk_schema *schema)
{
    sk_buffer_printf(self->out, "{\"name\":\"%s\",\"type\":\"record\",\"fields\":[",
                     schema->fullname);
    for (size_t i = 0; i < schema->field_count; i++) {
        sk_buffer_printf(self->out, "%s{\"name\":\"%s\",\"type\":", i ? "," : "",
                         schema->fields[i].name);
        write_type(self, schema->fields[i].type);
        sk_buffer_append_byte(self->out, '}');
    }
    sk_buffer_append_text(self->out, SK_TEXT("]}"));
}

static void write_enum(const struct writer *self, const struct sk_schema *schema)
{
    sk_buffer_printf(self->out, "{\"name\":\"%s\",\"type\":\"enum\",\"symbols\":[",
                     schema->fullname);
    for (size_t i = 0; i < schema->symbol_count; i++)
        sk_buffer_printf(self->out, "%s\"%s\"", i ? "," : "", schema->symbols[i]);
    sk_buffer_append_text(self->out, SK_TEXT("]}"));
}

static void write_named(const struct writer *self, const struct sk_schema *schema)
{
    if (self->defined[schema->index]) {
        sk_buffer_printf(self->out, "\"%s\"", schema->fullname);
        return;
    }
    self->defined[schema->index] = true;
    if (schema->type == SK_AVRO_RECORD)
        write_record(self, schema);
    else if (schema->type == SK_AVRO_ENUM)
        write_enum(self, schema);
    else
        sk_buffer_printf(self->out, "{\"name\":\"%s\",\"type\":\"fixed\",\"size\":%zu}",
                         schema->fullname, schema->size);
}

static void write_container(const struct writer *self, const struct sk_schema *schema)
{
    sk_buffer_printf(self->out,
                     "{\"type\":\"%s\",\"%s\":", sk_avro_type_name(schema->type),
                     schema->type == SK_AVRO_ARRAY ? "items" : "values");
    write_type(self, schema->items);
    sk_buffer_append_byte(self->out, '}');
}

static void write_union(const struct writer *self, const struct sk_schema *schema)
{
    sk_buffer_append_byte(self->out, '[');
    for (size_t i = 0; i < schema->branch_count; i++) {
        if (i)
            sk_buffer_append_byte(self->out, ',');
        write_type(self, schema->branches[i]);
    }
    sk_buffer_append_byte(self->out, ']');
}

static void write_type(const struct writer *self, const struct sk_schema *schema)
{
    if (sk_schema_is_named(schema))
        write_named(self, schema);
    else if (schema->type == SK_AVRO_ARRAY || schema->type == SK_AVRO_MAP)
        write_container(self, schema);
    else if (schema->type == SK_AVRO_UNION)
        write_union(self, schema);
    else
        sk_buffer_printf(self->out, "\"%s\"", sk_avro_type_name(schema->type));
}

void sk_schema_canonical(const struct sk_schema_document *document, struct sk_buffer *out)
{
    sk_auto_free bool *defined = sk_alloc_zeroed(sk_schema_node_count(document));

    write_type(&(struct writer){out, defined}, sk_schema_root(document));
}

uint64_t sk_schema_crc64(const struct sk_schema_document *document)
{
    static const uint64_t empty = 0xc15d213aa4d7a795;
    sk_buffer_auto text = {0};
    uint64_t crc = empty;

    sk_schema_canonical(document, &text);
    for (size_t i = 0; i < text.size; i++) {
        crc ^= text.data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (empty & -(crc & 1));
    }
    return crc;
}

void sk_schema_md5(const struct sk_schema_document *document, uint8_t out[SK_MD5_SIZE])
{
    sk_buffer_auto text = {0};

    sk_schema_canonical(document, &text);
    sk_md5(text.data, text.size, out);
}

void sk_schema_sha256(const struct sk_schema_document *document,
                      uint8_t out[SK_SHA256_SIZE])
{
    sk_buffer_auto text = {0};

    sk_schema_canonical(document, &text);
    sk_sha256(text.data, text.size, out);
}
