/* SPDX-License-Identifier: Apache-2.0 */
/* The headers: enums and structs with the schemas' documentation, and the functions. */
#include "avro/codegen/emit.h"

const char *emit_c_type(const struct layout_field *field, char out[128])
{
    static const char *const types[] = {
        [SK_FIELD_BOOLEAN] = "bool",          [SK_FIELD_INT] = "int32_t",
        [SK_FIELD_LONG] = "int64_t",          [SK_FIELD_STRING] = "struct sk_text",
        [SK_FIELD_BYTES] = "struct sk_bytes", [SK_FIELD_ENUM] = "int32_t",
    };

    if (field->kind != SK_FIELD_RECORD)
        return types[field->kind];
    snprintf(out, 128, "struct %s", field->record->c_name);
    return out;
}

/* What the type cannot say. */
static const char *remark(const struct layout_field *field)
{
    if (field->logical == SK_LOGICAL_DATE)
        return " (days since 1970-01-01)";
    if (field->logical == SK_LOGICAL_TIMESTAMP_MILLIS)
        return " (Unix ms)";
    return "";
}

static void emit_member_comment(struct sk_buffer *out, const struct layout_field *field)
{
    sk_buffer_auto text = {0};

    sk_buffer_printf(&text, "%s%s", field->doc, remark(field));
    if (field->kind == SK_FIELD_ENUM)
        sk_buffer_printf(&text, " (enum %s)", field->enumeration->c_name);
    if (field->tags)
        sk_buffer_printf(&text, " [%s]",
                         field->tags & SK_TAG_PII_SENSITIVE ? "PII_SENSITIVE" : "PII");
    emit_comment(out, 4, sk_buffer_string(&text));
}

static void emit_member(struct sk_buffer *out, const struct layout_field *field)
{
    char type[128];
    bool pointer = field->array || (field->optional && field->kind == SK_FIELD_RECORD);
    bool flagged = field->optional && field->kind != SK_FIELD_RECORD &&
                   field->kind != SK_FIELD_STRING && field->kind != SK_FIELD_BYTES;

    emit_member_comment(out, field);
    if (flagged)
        sk_buffer_printf(out, "    bool has_%s;\n", field->name);
    if (field->array)
        sk_buffer_printf(out, "    size_t %s_count;\n", field->name);
    sk_buffer_printf(out, "    %s %s%s;\n", emit_c_type(field, type), pointer ? "*" : "",
                     field->name);
}

static void emit_struct(struct sk_buffer *out, const struct layout_record *record)
{
    emit_comment(out, 0, record->doc);
    sk_buffer_printf(out, "struct %s {\n", record->c_name);
    for (size_t i = 0; i < record->field_count; i++)
        emit_member(out, &record->fields[i]);
    sk_buffer_printf(out, "};\n\n");
    sk_buffer_printf(out, "void %s_init(struct %s *self);\n", record->c_name,
                     record->c_name);
    sk_buffer_printf(out, "bool %s_equal(const struct %s *a, const struct %s *b);\n\n",
                     record->c_name, record->c_name, record->c_name);
}

static void emit_enum(struct sk_buffer *out, const struct layout_enum *enumeration)
{
    emit_comment(out, 0, enumeration->doc);
    sk_buffer_printf(out, "enum %s {\n", enumeration->c_name);
    for (size_t i = 0; i < enumeration->symbol_count; i++)
        sk_buffer_printf(out, "    %s_%s,\n", enumeration->c_upper,
                         enumeration->symbols[i]);
    sk_buffer_printf(out, "};\nextern const char *const %s_symbols[%zu];\n\n",
                     enumeration->c_name, enumeration->symbol_count);
}

static void emit_event_functions(struct sk_buffer *out, const struct layout_event *event)
{
    const char *name = event->c_name;

    sk_buffer_printf(out,
                     "extern const struct sk_event_type sk_%s;\n\n"
                     "/* As the slots of sk_%s, with their types. */\n"
                     "enum sk_verdict %s_encode(const struct %s *self, "
                     "struct sk_buffer *out,\n"
                     "    struct sk_error *err);\n"
                     "enum sk_verdict %s_decode(struct %s *self, struct sk_bytes data,\n"
                     "    struct sk_arena *arena, struct sk_error *err);\n\n",
                     name, name, name, name, name, name);
}

static void emit_guard(struct sk_buffer *out, const char *name, const char *suffix)
{
    sk_buffer_printf(out, "#ifndef SK_EVENTS_%s%s_H\n#define SK_EVENTS_%s%s_H\n\n", name,
                     suffix, name, suffix);
}

void emit_header(const struct emit_unit *unit, struct sk_buffer *out)
{
    const struct layout_type *type = NULL;
    char *guard = layout_upper(unit->layout->arena, emit_name(unit));

    if (unit->event)
        sk_buffer_printf(out, "/* Topic %s. Made by schakel-codegen from %s.avsc. */\n",
                         unit->event->topic, unit->event->topic);
    else
        sk_buffer_printf(out,
                         "/* What several events share. Made by schakel-codegen. */\n");
    emit_guard(out, guard, "");
    sk_buffer_printf(out, "#include \"avro/event.h\"\n");
    if (unit->event)
        sk_buffer_printf(out, "#include \"events/gedeeld.h\"\n");
    sk_buffer_printf(out, "\n");
    while ((type = emit_next(unit, type)) != NULL) {
        if (type->record)
            emit_struct(out, type->record);
        else
            emit_enum(out, type->enumeration);
    }
    if (unit->event)
        emit_event_functions(out, unit->event);
    sk_buffer_printf(out, "#endif\n");
}
