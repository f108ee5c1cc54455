/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The writers: for each record an upper bound of its bytes and the bytes themselves.
 *
 * The bound is summed first and that room made once, so that writing never looks at the
 * end of the buffer.
 */
#include "avro/codegen/emit.h"

/* The most bytes of a value but for the contents of texts and bytes; 0 for a record,
 * whose own bound says it. */
static size_t most(const struct layout_field *field)
{
    static const size_t bounds[] = {
        [SK_FIELD_BOOLEAN] = 1, [SK_FIELD_INT] = 10,  [SK_FIELD_LONG] = 10,
        [SK_FIELD_STRING] = 5,  [SK_FIELD_BYTES] = 5, [SK_FIELD_ENUM] = 5,
        [SK_FIELD_RECORD] = 0,
    };

    return bounds[field->kind];
}

static bool has_contents(const struct layout_field *field)
{
    return field->kind == SK_FIELD_STRING || field->kind == SK_FIELD_BYTES;
}

static void emit_array_bound(struct sk_buffer *out, const struct layout_field *field)
{
    const char *name = field->name;

    if (most(field) > 0)
        sk_buffer_printf(out, "    bound += self->%s_count * %zu;\n", name, most(field));
    if (!has_contents(field) && field->kind != SK_FIELD_RECORD)
        return;
    sk_buffer_printf(out, "    for (size_t i = 0; i < self->%s_count; i++)\n", name);
    if (has_contents(field))
        sk_buffer_printf(out, "        bound += self->%s[i].size;\n", name);
    else
        sk_buffer_printf(out, "        bound += bound_%s(&self->%s[i]);\n",
                         field->record->c_name, name);
}

static void emit_field_bound(struct sk_buffer *out, const struct layout_field *field)
{
    const char *name = field->name;

    if (field->array)
        emit_array_bound(out, field);
    else if (has_contents(field))
        sk_buffer_printf(out, "    bound += self->%s.size;\n", name);
    else if (field->kind == SK_FIELD_RECORD && field->optional)
        sk_buffer_printf(out, "    if (self->%s)\n        bound += bound_%s(self->%s);\n",
                         name, field->record->c_name, name);
    else if (field->kind == SK_FIELD_RECORD)
        sk_buffer_printf(out, "    bound += bound_%s(&self->%s);\n",
                         field->record->c_name, name);
}

static void emit_bound(struct sk_buffer *out, const struct layout_record *record)
{
    size_t fixed = 0;

    for (size_t i = 0; i < record->field_count; i++) {
        const struct layout_field *field = &record->fields[i];
        /* An array: its count of up to 10 bytes, and the zero that ends it. */
        fixed += field->array ? 11 : most(field) + field->optional;
    }
    sk_buffer_printf(out,
                     "static inline size_t bound_%s(const struct %s *self)\n{\n"
                     "    size_t bound = %zu;\n\n",
                     record->c_name, record->c_name, fixed);
    for (size_t i = 0; i < record->field_count; i++)
        emit_field_bound(out, &record->fields[i]);
    sk_buffer_printf(out, "    (void)self;\n    return bound;\n}\n\n");
}

static const char *put_verb(const struct layout_field *field)
{
    if (field->logical == SK_LOGICAL_DATE)
        return "date";
    return layout_field_is_instant(field) ? "instant" : "long";
}

/* "at = ...;" writes the value `source`. True when `at` may be NULL after it. */
static bool emit_put(struct sk_buffer *out, const struct layout_field *field,
                     const char *source)
{
    switch (field->kind) {
    case SK_FIELD_BOOLEAN:
        sk_buffer_printf(out, "    at = sk_wire_put_boolean(at, %s);\n", source);
        return false;
    case SK_FIELD_INT:
    case SK_FIELD_LONG:
        sk_buffer_printf(out, "    at = sk_wire_put_%s(at, %s);\n", put_verb(field),
                         source);
        return false;
    case SK_FIELD_BYTES:
        sk_buffer_printf(out, "    at = sk_wire_put_bytes(at, %s);\n", source);
        return false;
    case SK_FIELD_STRING:
        sk_buffer_printf(out, "    at = sk_wire_put_text(at, trouble, %s);\n", source);
        return true;
    case SK_FIELD_ENUM:
        sk_buffer_printf(out, "    at = sk_wire_put_enum(at, trouble, %s, %zu);\n",
                         source, field->enumeration->symbol_count);
        return true;
    default:
        sk_buffer_printf(out, "    at = write_%s(&%s, at, trouble);\n",
                         field->record->c_name, source);
        return true;
    }
}

static void emit_stop(struct sk_buffer *out, const struct layout_field *field)
{
    sk_buffer_printf(out,
                     "    if (!at)\n"
                     "        return sk_wire_in_field(trouble, \"%s\");\n",
                     field->name);
}

static void emit_array(struct sk_buffer *out, const struct layout_field *field)
{
    const char *name = field->name;
    char source[160];

    sk_buffer_printf(out,
                     "    if (self->%s_count > 0)\n"
                     "        at = sk_wire_put_long(at, (int64_t)self->%s_count);\n"
                     "    for (size_t i = 0; i < self->%s_count; i++) {\n",
                     name, name, name);
    snprintf(source, sizeof(source), "self->%s[i]", name);
    if (emit_put(out, field, source)) {
        sk_buffer_printf(out,
                         "    if (!at) {\n"
                         "    sk_wire_in_item(trouble, i);\n"
                         "    return sk_wire_in_field(trouble, \"%s\");\n    }\n",
                         name);
    }
    sk_buffer_printf(out, "    }\n    *at++ = 0;\n");
}

static void emit_field(struct sk_buffer *out, const struct layout_field *field)
{
    const char *name = field->name;
    bool by_pointer = field->kind == SK_FIELD_RECORD;
    char source[160];

    if (field->array) {
        emit_array(out, field);
        return;
    }
    if (field->optional) {
        if (has_contents(field))
            sk_buffer_printf(out, "    if (!self->%s.data) {\n", name);
        else
            sk_buffer_printf(out, "    if (!self->%s%s) {\n", by_pointer ? "" : "has_",
                             name);
        sk_buffer_printf(out, "    *at++ = 0;\n    } else {\n    *at++ = 2;\n");
    }
    snprintf(source, sizeof(source), "%sself->%s",
             by_pointer && field->optional ? "*" : "", name);
    if (emit_put(out, field, source))
        emit_stop(out, field);
    if (field->optional)
        sk_buffer_printf(out, "    }\n");
}

void emit_writers(const struct emit_unit *unit, struct sk_buffer *out)
{
    const struct layout_type *type = NULL;

    while ((type = emit_next(unit, type)) != NULL) {
        const struct layout_record *record = type->record;

        if (!record)
            continue;
        emit_bound(out, record);
        sk_buffer_printf(out,
                         "static inline uint8_t *write_%s(const struct %s *self, "
                         "uint8_t *at,\n"
                         "    struct sk_wire_trouble *trouble)\n{\n",
                         record->c_name, record->c_name);
        for (size_t i = 0; i < record->field_count; i++)
            emit_field(out, &record->fields[i]);
        sk_buffer_printf(out, "    (void)trouble;\n    return at;\n}\n\n");
    }
}
