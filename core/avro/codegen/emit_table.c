/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables: sk_field for each field, sk_record_type for each record, sk_event_type for
 * the event.
 *
 * A tag on a field holds for all inside it. So a record that stands in a tagged field
 * gets a second table with that tag on every field, next to its plain one.
 */
#include "avro/codegen/emit.h"

enum { VARIANTS_MAX = 256 };

/* Tables with inherited tags, made in this file. */
struct variants {
    struct {
        const struct layout_record *record;
        uint8_t tags;
    } made[VARIANTS_MAX];
    size_t count;
};

/* "sk_record_adres" for the plain table, "adres_tagged_1" for one with inherited tags. */
static const char *record_type_name(const struct layout_record *record, uint8_t tags,
                                    char out[160])
{
    if (tags == 0)
        snprintf(out, 160, "sk_record_%s", record->c_name);
    else
        snprintf(out, 160, "%s_tagged_%d", record->c_name, tags);
    return out;
}

static const char *fields_name(const struct layout_record *record, uint8_t tags,
                               char out[160])
{
    if (tags == 0)
        snprintf(out, 160, "%s_fields", record->c_name);
    else
        snprintf(out, 160, "%s_fields_%d", record->c_name, tags);
    return out;
}

static bool is_flagged(const struct layout_field *field)
{
    return field->optional && field->kind != SK_FIELD_RECORD &&
           field->kind != SK_FIELD_STRING && field->kind != SK_FIELD_BYTES;
}

static void emit_row(struct sk_buffer *out, const struct layout_record *record,
                     const struct layout_field *field, uint8_t inherited)
{
    static const char *const kinds[] = {"BOOLEAN", "INT",  "LONG",  "STRING",
                                        "BYTES",   "ENUM", "RECORD"};
    static const char *const logicals[] = {"NONE", "DATE", "TIMESTAMP_MILLIS"};
    uint8_t tags = field->tags | inherited;
    char name[160];

    sk_buffer_printf(out,
                     "    {\n        .name = \"%s\",\n        .name_size = %zu,\n"
                     "        .kind = SK_FIELD_%s,\n"
                     "        .logical = SK_LOGICAL_%s,\n"
                     "        .tags = %d,\n"
                     "        .optional = %s,\n"
                     "        .array = %s,\n"
                     "        .offset = offsetof(struct %s, %s),\n",
                     field->name, strlen(field->name), kinds[field->kind],
                     logicals[field->logical], tags, field->optional ? "true" : "false",
                     field->array ? "true" : "false", record->c_name, field->name);
    if (is_flagged(field))
        sk_buffer_printf(out, "        .presence = offsetof(struct %s, has_%s),\n",
                         record->c_name, field->name);
    if (field->array)
        sk_buffer_printf(out,
                         "        .presence = offsetof(struct %s, %s_count),\n"
                         "        .item_size = sizeof(%s),\n",
                         record->c_name, field->name, emit_c_type(field, name));
    if (field->kind == SK_FIELD_RECORD)
        sk_buffer_printf(out, "        .record = &%s,\n",
                         record_type_name(field->record, tags, name));
    if (field->kind == SK_FIELD_ENUM)
        sk_buffer_printf(out,
                         "        .symbols = %s_symbols,\n        .symbol_count = %zu,\n",
                         field->enumeration->c_name, field->enumeration->symbol_count);
    sk_buffer_printf(out, "    },\n");
}

static void emit_variant(struct sk_buffer *out, const struct layout_record *record,
                         uint8_t tags, struct variants *variants);

static void emit_fields(struct sk_buffer *out, const struct layout_record *record,
                        uint8_t inherited, struct variants *variants)
{
    char name[160];

    for (size_t i = 0; i < record->field_count; i++) {
        const struct layout_field *field = &record->fields[i];
        uint8_t tags = field->tags | inherited;
        if (field->kind == SK_FIELD_RECORD && tags != 0)
            emit_variant(out, field->record, tags, variants);
    }
    sk_buffer_printf(out, "static const struct sk_field %s[] = {\n",
                     fields_name(record, inherited, name));
    for (size_t i = 0; i < record->field_count; i++)
        emit_row(out, record, &record->fields[i], inherited);
    sk_buffer_printf(out, "};\n\n");
    emit_slots_of(out, record, name);
}

static void emit_record_type(struct sk_buffer *out, const struct layout_record *record,
                             uint8_t tags)
{
    char type[160], fields[160];

    record_type_name(record, tags, type);
    sk_buffer_printf(out,
                     "static void init_%s(void *record)\n{\n    %s_init(record);\n}\n\n",
                     type, record->c_name);
    sk_buffer_printf(out,
                     "%sconst struct sk_record_type %s = {\n"
                     "    \"%s\", sizeof(struct %s), %s, %zu, init_%s, ",
                     record->shared && tags == 0 ? "" : "static ", type, record->name,
                     record->c_name, fields_name(record, tags, fields),
                     record->field_count, type);
    emit_lookup(out, record, fields);
    sk_buffer_printf(out, "};\n\n");
}

static void emit_variant(struct sk_buffer *out, const struct layout_record *record,
                         uint8_t tags, struct variants *variants)
{
    for (size_t i = 0; i < variants->count; i++)
        if (variants->made[i].record == record && variants->made[i].tags == tags)
            return;
    if (variants->count == VARIANTS_MAX)
        return; /* the compiler will name what is missing */
    variants->made[variants->count].record = record;
    variants->made[variants->count++].tags = tags;
    emit_fields(out, record, tags, variants);
    emit_record_type(out, record, tags);
}

void emit_tables(const struct emit_unit *unit, struct sk_buffer *out)
{
    struct variants variants = {.count = 0};
    const struct layout_type *type = NULL;

    while ((type = emit_next(unit, type)) != NULL) {
        if (!type->record)
            continue;
        emit_fields(out, type->record, 0, &variants);
        if (!unit->event || unit->event->record != type->record)
            emit_record_type(out, type->record, 0);
    }
}
