/* SPDX-License-Identifier: Apache-2.0 */
/* What a value is without a wire: symbols, defaults and equality. */
#include "avro/codegen/emit.h"

void emit_symbols(const struct emit_unit *unit, struct sk_buffer *out)
{
    const struct layout_type *type = NULL;

    while ((type = emit_next(unit, type)) != NULL) {
        const struct layout_enum *enumeration = type->enumeration;

        if (!enumeration)
            continue;
        sk_buffer_printf(out, "const char *const %s_symbols[%zu] = {\n",
                         enumeration->c_name, enumeration->symbol_count);
        for (size_t i = 0; i < enumeration->symbol_count; i++)
            sk_buffer_printf(out, "    \"%s\",\n", enumeration->symbols[i]);
        sk_buffer_printf(out, "};\n\n");
    }
}

static void emit_default(struct sk_buffer *out, const struct layout_field *field)
{
    const char *name = field->name;

    if (field->optional || field->array)
        return;
    switch (field->kind) {
    case SK_FIELD_STRING:
        sk_buffer_printf(out, "    self->%s = (struct sk_text){\n", name);
        emit_literal(out, 8, field->default_text);
        sk_buffer_printf(out, ", %zu};\n", strlen(field->default_text));
        break;
    case SK_FIELD_BYTES:
        sk_buffer_printf(out, "    self->%s.data = (const uint8_t *)\"\";\n", name);
        break;
    case SK_FIELD_RECORD:
        sk_buffer_printf(out, "    %s_init(&self->%s);\n", field->record->c_name, name);
        break;
    default:
        if (field->default_number != 0)
            sk_buffer_printf(out, "    self->%s = %lld;\n", name,
                             (long long)field->default_number);
    }
}

static void emit_init(struct sk_buffer *out, const struct layout_record *record)
{
    sk_buffer_printf(out, "void %s_init(struct %s *self)\n{\n", record->c_name,
                     record->c_name);
    sk_buffer_printf(out, "    *self = (struct %s){0};\n", record->c_name);
    for (size_t i = 0; i < record->field_count; i++)
        emit_default(out, &record->fields[i]);
    sk_buffer_printf(out, "}\n\n");
}

/* The condition under which the values at `a` and `b` (with their sigils) are equal. */
static void emit_value_equal(struct sk_buffer *out, const struct layout_field *field,
                             const char *a, const char *b)
{
    if (field->kind == SK_FIELD_RECORD)
        sk_buffer_printf(out, "%s_equal(%s, %s)", field->record->c_name, a, b);
    else if (field->kind == SK_FIELD_STRING)
        sk_buffer_printf(out, "sk_wire_text_equal(%s, %s)", a, b);
    else if (field->kind == SK_FIELD_BYTES)
        sk_buffer_printf(out, "sk_wire_bytes_equal(%s, %s)", a, b);
    else
        sk_buffer_printf(out, "*%s == *%s", a, b);
}

static void emit_array_equal(struct sk_buffer *out, const struct layout_field *field)
{
    const char *name = field->name;
    char a[160], b[160];

    sk_buffer_printf(out,
                     "    if (a->%s_count != b->%s_count)\n"
                     "        return false;\n"
                     "    for (size_t i = 0; i < a->%s_count; i++)\n"
                     "        if (!(",
                     name, name, name);
    snprintf(a, sizeof(a), "(&a->%s[i])", name);
    snprintf(b, sizeof(b), "(&b->%s[i])", name);
    emit_value_equal(out, field, a, b);
    sk_buffer_printf(out, "))\n            return false;\n");
}

static void emit_field_equal(struct sk_buffer *out, const struct layout_field *field)
{
    const char *name = field->name;
    bool by_pointer = field->optional && field->kind == SK_FIELD_RECORD;
    bool by_data = field->optional &&
                   (field->kind == SK_FIELD_STRING || field->kind == SK_FIELD_BYTES);
    char a[160], b[160];

    if (field->array) {
        emit_array_equal(out, field);
        return;
    }
    snprintf(a, sizeof(a), by_pointer ? "a->%s" : "(&a->%s)", name);
    snprintf(b, sizeof(b), by_pointer ? "b->%s" : "(&b->%s)", name);
    if (by_pointer)
        sk_buffer_printf(out, "    if (!a->%s != !b->%s || (a->%s && !(", name, name,
                         name);
    else if (by_data)
        sk_buffer_printf(out, "    if (!a->%s.data != !b->%s.data || (a->%s.data && !(",
                         name, name, name);
    else if (field->optional)
        sk_buffer_printf(out, "    if (a->has_%s != b->has_%s || (a->has_%s && !(", name,
                         name, name);
    else
        sk_buffer_printf(out, "    if ((!(");
    emit_value_equal(out, field, a, b);
    sk_buffer_printf(out, ")))\n        return false;\n");
}

static void emit_equal(struct sk_buffer *out, const struct layout_record *record)
{
    sk_buffer_printf(out, "bool %s_equal(const struct %s *a, const struct %s *b)\n{\n",
                     record->c_name, record->c_name, record->c_name);
    for (size_t i = 0; i < record->field_count; i++)
        emit_field_equal(out, &record->fields[i]);
    sk_buffer_printf(out, "    return true;\n}\n\n");
}

void emit_values(const struct emit_unit *unit, struct sk_buffer *out)
{
    const struct layout_type *type = NULL;

    while ((type = emit_next(unit, type)) != NULL) {
        if (!type->record)
            continue;
        emit_init(out, type->record);
        emit_equal(out, type->record);
    }
}
