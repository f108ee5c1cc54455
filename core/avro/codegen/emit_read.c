/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The readers: one function a record, straight down its fields, and one an array.
 *
 * `rest` in a call is the least that the fields after this one take (see wire.h). A run
 * of fields whose zero byte means zero in the struct is skipped at once when all of its
 * bytes are zero: most of an event is absent.
 */
#include "codegen/emit.h"

static const char *reader_prefix(const struct layout_record *record)
{
    return record->shared ? "sk_read" : "read";
}

static void emit_reader_signature(struct sk_buffer *out,
                                  const struct layout_record *record)
{
    sk_buffer_printf(out,
                     "%sconst uint8_t *%s_%s(struct %s *self, const uint8_t *at,\n"
                     "    struct sk_wire_reader *reader)",
                     record->shared ? "" : "static ", reader_prefix(record),
                     record->c_name, record->c_name);
}

/* "at = ...;" reads one value into `target`, leaving `rest` (a C expression). */
static void emit_get(struct sk_buffer *out, const struct layout_field *field,
                     const char *target, const char *rest)
{
    static const char *const calls[] = {
        [SK_FIELD_INT] = "int",
        [SK_FIELD_LONG] = "long",
        [SK_FIELD_STRING] = "text",
        [SK_FIELD_BYTES] = "bytes",
    };

    if (field->kind == SK_FIELD_BOOLEAN)
        sk_buffer_printf(out, "at = sk_wire_get_boolean(at, reader, &%s);\n", target);
    else if (field->kind == SK_FIELD_ENUM)
        sk_buffer_printf(out, "at = sk_wire_get_enum(at, reader, %s, &%s, %zu);\n", rest,
                         target, field->enumeration->symbol_count);
    else if (field->kind == SK_FIELD_RECORD)
        sk_buffer_printf(out,
                         "at = %s_%s(&%s, at, reader);\n"
                         "    at = at ? sk_wire_need(at, reader, %s) : NULL;\n",
                         reader_prefix(field->record), field->record->c_name, target,
                         rest);
    else
        sk_buffer_printf(out, "at = sk_wire_get_%s(at, reader, %s, &%s);\n",
                         calls[field->kind], rest, target);
}

static void emit_stop(struct sk_buffer *out, const struct layout_field *field)
{
    sk_buffer_printf(out,
                     "    if (!at)\n"
                     "        return sk_wire_in_field(&reader->trouble, \"%s\");\n",
                     field->name);
}

/* What makes an optional value there, before it is read. */
static void emit_presence(struct sk_buffer *out, const struct layout_field *field)
{
    if (field->kind == SK_FIELD_RECORD)
        sk_buffer_printf(out,
                         "    self->%s = sk_arena_alloc(reader->arena, "
                         "sizeof(*self->%s));\n",
                         field->name, field->name);
    else if (field->kind != SK_FIELD_STRING && field->kind != SK_FIELD_BYTES)
        sk_buffer_printf(out, "    self->has_%s = true;\n", field->name);
}

static void emit_optional(struct sk_buffer *out, const struct layout_field *field,
                          const char *target, size_t rest)
{
    size_t least =
        field->kind == SK_FIELD_RECORD ? layout_record_least(field->record) : 1;
    char rest_text[32];

    snprintf(rest_text, sizeof(rest_text), "%zu", rest);
    sk_buffer_printf(out,
                     "    if (*at == 0) {\n    at++;\n    } else {\n"
                     "    at = sk_wire_get_present(at, reader, %zu);\n",
                     least + rest);
    emit_stop(out, field);
    emit_presence(out, field);
    sk_buffer_printf(out, "    ");
    emit_get(out, field, target, rest_text);
    emit_stop(out, field);
    sk_buffer_printf(out, "    }\n");
}

static void emit_field(struct sk_buffer *out, const struct layout_record *record,
                       const struct layout_field *field, size_t rest)
{
    bool pointer = field->optional && field->kind == SK_FIELD_RECORD;
    char target[160], rest_text[32];

    snprintf(target, sizeof(target), "%sself->%s", pointer ? "*" : "", field->name);
    snprintf(rest_text, sizeof(rest_text), "%zu", rest);
    if (field->optional) {
        emit_optional(out, field, target, rest);
    } else if (field->array) {
        sk_buffer_printf(out,
                         "    if (*at == 0) {\n    at++;\n    } else {\n"
                         "    at = read_%s_%s(self, at, reader);\n"
                         "    at = at ? sk_wire_need(at, reader, %zu) : NULL;\n",
                         record->c_name, field->name, rest);
        emit_stop(out, field);
        sk_buffer_printf(out, "    }\n");
    } else {
        sk_buffer_printf(out, "    ");
        emit_get(out, field, target, rest_text);
        emit_stop(out, field);
    }
}

static bool is_zero_when_zero(const struct layout_field *field)
{
    if (field->optional || field->array)
        return true;
    return field->kind != SK_FIELD_STRING && field->kind != SK_FIELD_BYTES &&
           field->kind != SK_FIELD_RECORD;
}

/* How many fields from `first` on can be skipped at once; `left` is their least. */
static size_t run_size(const struct layout_record *record, size_t first, size_t left)
{
    size_t run = 0;

    while (first + run < record->field_count && run < 8 &&
           is_zero_when_zero(&record->fields[first + run]))
        run++;
    return run >= 4 && left >= 8 ? run : 0;
}

static void emit_record_reader(struct sk_buffer *out, const struct layout_record *record)
{
    size_t left = layout_record_least(record), run = 0;

    emit_reader_signature(out, record);
    sk_buffer_printf(out, "\n{\n    *self = (struct %s){0};\n", record->c_name);
    for (size_t i = 0; i < record->field_count; i++) {
        const struct layout_field *field = &record->fields[i];

        if (run == 0) {
            run = run_size(record, i, left);
            if (run > 0)
                sk_buffer_printf(out,
                                 "    if (sk_wire_zeros(at, %zu)) {\n    at += %zu;\n"
                                 "    } else {\n",
                                 run, run);
        }
        left -= layout_field_least(field);
        emit_field(out, record, field, left);
        if (run > 0 && --run == 0)
            sk_buffer_printf(out, "    }\n");
    }
    sk_buffer_printf(out, "    return at;\n}\n\n");
}

static void emit_array_reader(struct sk_buffer *out, const struct layout_record *record,
                              const struct layout_field *field)
{
    size_t least =
        field->kind == SK_FIELD_RECORD ? layout_record_least(field->record) : 1;
    char type[128];

    emit_c_type(field, type);
    sk_buffer_printf(out,
                     "static const uint8_t *read_%s_%s(struct %s *self,\n"
                     "    const uint8_t *at, struct sk_wire_reader *reader)\n{\n"
                     "    struct sk_wire_array array = {0};\n\n"
                     "    do {\n"
                     "    at = sk_wire_get_block(at, reader, &array, sizeof(%s), %zu);\n"
                     "    if (!at)\n        return NULL;\n"
                     "    if (array.count == array.expected)\n        break;\n"
                     "    %s *items = array.items;\n"
                     "    for (; array.count < array.expected; array.count++) {\n"
                     "    at = sk_wire_need(at, reader, %zu);\n"
                     "    if (at) {\n    ",
                     record->c_name, field->name, record->c_name,
                     emit_c_type(field, type), least, emit_c_type(field, type), least);
    emit_get(out, field, "items[array.count]", "0");
    sk_buffer_printf(out,
                     "    }\n    if (!at)\n"
                     "        return sk_wire_in_item(&reader->trouble, array.count);\n"
                     "    }\n    } while (true);\n"
                     "    self->%s = array.items;\n"
                     "    self->%s_count = array.count;\n"
                     "    return at;\n}\n\n",
                     field->name, field->name);
}

void emit_readers(const struct emit_unit *unit, struct sk_buffer *out)
{
    const struct layout_type *type = NULL;

    while ((type = emit_next(unit, type)) != NULL) {
        if (!type->record)
            continue;
        for (size_t i = 0; i < type->record->field_count; i++)
            if (type->record->fields[i].array)
                emit_array_reader(out, type->record, &type->record->fields[i]);
        emit_record_reader(out, type->record);
    }
}
