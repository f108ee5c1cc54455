/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The readers: one function a record, straight down its fields, and one an array.
 *
 * `rest` in a call is the least that the fields after this one take (see wire.h). A run
 * of fields whose zero byte means zero in the struct is skipped at once when all of its
 * bytes are zero: most of an event is absent.
 */
#include "avro/codegen/emit.h"

static void emit_reader_signature(struct sk_buffer *out,
                                  const struct layout_record *record)
{
    sk_buffer_printf(out,
                     "static inline const uint8_t *read_%s(struct %s *restrict self,\n"
                     "    const uint8_t *at, struct sk_wire_reader *restrict reader)",
                     record->c_name, record->c_name);
}

/* The verb of sk_wire_get_. */
static const char *get_verb(const struct layout_field *field)
{
    static const char *const verbs[] = {
        [SK_FIELD_INT] = "int",
        [SK_FIELD_LONG] = "long",
        [SK_FIELD_STRING] = "text",
        [SK_FIELD_BYTES] = "bytes",
    };

    if (field->logical == SK_LOGICAL_DATE)
        return "date";
    if (layout_field_is_instant(field))
        return "instant";
    return verbs[field->kind];
}

/* "at = ...;" reads one value into `target` and leaves `rest`. */
static void emit_get(struct sk_buffer *out, const struct layout_field *field,
                     const char *target, size_t rest)
{
    if (field->kind == SK_FIELD_BOOLEAN)
        sk_buffer_printf(out, "at = sk_wire_get_boolean(at, reader, &%s);\n", target);
    else if (field->kind == SK_FIELD_ENUM)
        sk_buffer_printf(out, "at = sk_wire_get_enum(at, reader, %zu, &%s, %zu);\n", rest,
                         target, field->enumeration->symbol_count);
    else if (field->kind == SK_FIELD_RECORD)
        sk_buffer_printf(out,
                         "at = read_%s(&%s, at, reader);\n"
                         "    at = at ? sk_wire_need(at, reader, %zu) : NULL;\n",
                         field->record->c_name, target, rest);
    else
        sk_buffer_printf(out, "at = sk_wire_get_%s(at, reader, %zu, &%s);\n",
                         get_verb(field), rest, target);
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
    bool joined = field->kind == SK_FIELD_STRING || field->logical != SK_LOGICAL_NONE;
    size_t least =
        field->kind == SK_FIELD_RECORD ? layout_record_least(field->record) : 1;

    sk_buffer_printf(out, "    if (*at == 0) {\n    at++;\n    } else {\n");
    emit_presence(out, field);
    if (joined) {
        sk_buffer_printf(out, "    at = sk_wire_get_optional_%s(at, reader, %zu, &%s);\n",
                         get_verb(field), rest, target);
    } else {
        sk_buffer_printf(out, "    at = sk_wire_get_present(at, reader, %zu);\n",
                         least + rest);
        emit_stop(out, field);
        sk_buffer_printf(out, "    ");
        emit_get(out, field, target, rest);
    }
    emit_stop(out, field);
    sk_buffer_printf(out, "    }\n");
}

static void emit_field(struct sk_buffer *out, const struct layout_record *record,
                       const struct layout_field *field, size_t rest)
{
    bool pointer = field->optional && field->kind == SK_FIELD_RECORD;
    char target[160];

    snprintf(target, sizeof(target), "%sself->%s", pointer ? "*" : "", field->name);
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
        emit_get(out, field, target, rest);
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

/* A run of `count` fields of one byte each when zero, `left` the least from here on: all
 * at once, else its halves of four, else each. */
static void emit_run(struct sk_buffer *out, const struct layout_record *record,
                     size_t first, size_t count, size_t left)
{
    bool at_once = count == 4 || (count > 2 && left >= 8);

    if (at_once)
        sk_buffer_printf(out,
                         "    if (sk_wire_zeros(at, %zu)) {\n    at += %zu;\n"
                         "    } else {\n",
                         count, count);
    if (count > 4) {
        emit_run(out, record, first, 4, left);
        emit_run(out, record, first + 4, count - 4, left - 4);
    } else {
        for (size_t i = 0; i < count; i++)
            emit_field(out, record, &record->fields[first + i], left - i - 1);
    }
    if (at_once)
        sk_buffer_printf(out, "    }\n");
}

static void emit_record_reader(struct sk_buffer *out, const struct layout_record *record)
{
    size_t left = layout_record_least(record), run = 0;

    emit_reader_signature(out, record);
    sk_buffer_printf(out, "\n{\n    sk_wire_clear(self, sizeof(*self));\n");
    for (size_t i = 0; i < record->field_count; i += run) {
        for (run = 0; run < 8 && i + run < record->field_count; run++)
            if (!is_zero_when_zero(&record->fields[i + run]))
                break;
        if (run > 0) {
            emit_run(out, record, i, run, left);
            left -= run;
        } else {
            left -= layout_field_least(&record->fields[i]);
            emit_field(out, record, &record->fields[i], left);
            run = 1;
        }
    }
    sk_buffer_printf(out, "    return at;\n}\n\n");
}

static void emit_array_signature(struct sk_buffer *out, const char *prefix,
                                 const struct layout_record *record,
                                 const struct layout_field *field)
{
    sk_buffer_printf(out,
                     "%s_%s_%s(\n    struct %s *restrict self, const uint8_t *at,\n"
                     "    struct sk_wire_reader *restrict reader)\n{\n",
                     prefix, record->c_name, field->name, record->c_name);
}

/* Reads the item `i` of `items`, or stops. */
static void emit_item(struct sk_buffer *out, const struct layout_field *field,
                      size_t least)
{
    sk_buffer_printf(
        out, "    at = sk_wire_need(at, reader, %zu);\n    if (at)\n    {\n    ", least);
    emit_get(out, field, "items[i]", 0);
    sk_buffer_printf(out,
                     "    }\n    if (!at)\n"
                     "        return sk_wire_in_item(&reader->trouble, i);\n    }\n");
}

/* Any blocks, after the items that `self` may have already. */
static void emit_blocks_reader(struct sk_buffer *out, const struct layout_record *record,
                               const struct layout_field *field, size_t least)
{
    char type[128];
    const char *item = emit_c_type(field, type), *name = field->name;

    emit_array_signature(out, "SK_COLD static const uint8_t *read_blocks", record, field);
    sk_buffer_printf(out,
                     "    struct sk_wire_array array = {\n"
                     "        self->%s, self->%s_count, self->%s_count, NULL};\n\n"
                     "    while (true) {\n    size_t i = array.expected;\n\n"
                     "    at = sk_wire_get_block(at, reader, &array, sizeof(%s), %zu);\n"
                     "    if (!at)\n        return NULL;\n"
                     "    if (i == array.expected)\n        break;\n"
                     "    %s *items = array.items;\n"
                     "    for (; i < array.expected; i++) {\n",
                     name, name, name, item, least, item);
    emit_item(out, field, least);
    sk_buffer_printf(out,
                     "    }\n    self->%s = array.items;\n"
                     "    self->%s_count = array.expected;\n    return at;\n}\n\n",
                     name, name);
}

/* One block with a count of one byte, and its end; what else there is goes to the blocks
 * reader. The first byte is not 0. */
static void emit_array_reader(struct sk_buffer *out, const struct layout_record *record,
                              const struct layout_field *field)
{
    size_t least =
        field->kind == SK_FIELD_RECORD ? layout_record_least(field->record) : 1;
    char type[128];
    const char *item = emit_c_type(field, type), *name = field->name;

    emit_blocks_reader(out, record, field, least);
    emit_array_signature(out, "static inline const uint8_t *read", record, field);
    sk_buffer_printf(
        out,
        "    size_t count = *at >> 1;\n\n"
        "    if (SK_WIRE_RARE((*at & 0x81) != 0) ||\n"
        "        SK_WIRE_RARE(count * %zu >= sk_wire_left(at, reader)))\n"
        "        return read_blocks_%s_%s(self, at, reader);\n"
        "    %s *items = sk_arena_alloc(reader->arena, count * sizeof(%s));\n"
        "    self->%s = items;\n    self->%s_count = count;\n    at++;\n"
        "    for (size_t i = 0; i < count; i++) {\n",
        least, record->c_name, name, item, item, name, name);
    emit_item(out, field, least);
    sk_buffer_printf(
        out,
        "    if (SK_WIRE_RARE(at == reader->end) || SK_WIRE_RARE(*at != 0))\n"
        "        return read_blocks_%s_%s(self, at, reader);\n"
        "    return at + 1;\n}\n\n",
        record->c_name, name);
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
