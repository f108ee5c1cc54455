/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One field of a schema as one of a struct: its kind, whether it is optional or an array,
 * its tags and its default.
 *
 * The subset is what schemas/ allows: scalars, enums, records, [null, T] and arrays of
 * T. Everything else is refused here by name.
 */
#include "avro/codegen/layout_build.h"

static enum sk_verdict refuse(struct sk_error *err, const char *what)
{
    return sk_fail(err, SK_REJECT, "codegen.type", "%s", what);
}

static enum sk_verdict set_kind(struct layout_build *build, const struct sk_schema *type,
                                struct layout_field *field, struct sk_error *err)
{
    static const struct {
        enum sk_avro_type type;
        enum sk_field_kind kind;
    } kinds[] = {
        {SK_AVRO_BOOLEAN, SK_FIELD_BOOLEAN}, {SK_AVRO_INT, SK_FIELD_INT},
        {SK_AVRO_LONG, SK_FIELD_LONG},       {SK_AVRO_STRING, SK_FIELD_STRING},
        {SK_AVRO_BYTES, SK_FIELD_BYTES},     {SK_AVRO_ENUM, SK_FIELD_ENUM},
        {SK_AVRO_RECORD, SK_FIELD_RECORD},
    };
    const struct layout_type *named = NULL;
    size_t i = 0;

    while (i < SK_COUNT(kinds) && kinds[i].type != type->type)
        i++;
    if (i == SK_COUNT(kinds))
        return sk_fail(err, SK_REJECT, "codegen.type",
                       "%s is not supported: use a scalar, an enum, a record, "
                       "[\"null\", T] or an array of these",
                       sk_avro_type_name(type->type));
    field->kind = kinds[i].kind;
    if (sk_schema_is_named(type)) {
        SK_TRY(layout_named(build, type, &named, err));
        field->record = named->record;
        field->enumeration = named->enumeration;
    }
    return SK_OK;
}

static enum sk_verdict set_logical(const struct sk_schema *type,
                                   struct layout_field *field, struct sk_error *err)
{
    switch (type->logical) {
    case SK_AVRO_PLAIN:
        field->logical = SK_LOGICAL_NONE;
        return SK_OK;
    case SK_AVRO_DATE:
        field->logical = SK_LOGICAL_DATE;
        return SK_OK;
    case SK_AVRO_TIMESTAMP_MILLIS:
        field->logical = SK_LOGICAL_TIMESTAMP_MILLIS;
        return SK_OK;
    default:
        return refuse(err, "logical types are date and timestamp-millis only");
    }
}

/* Takes [null, T] and array of T apart; *ret_type is T. */
static enum sk_verdict unwrap(const struct sk_schema *type, struct layout_field *field,
                              const struct sk_schema **ret_type, struct sk_error *err)
{
    if (type->type == SK_AVRO_UNION) {
        if (type->branch_count != 2 || type->branches[0]->type != SK_AVRO_NULL)
            return refuse(err, "the only union supported is [\"null\", T]");
        field->optional = true;
        type = type->branches[1];
        if (type->type == SK_AVRO_ARRAY)
            return refuse(err, "an array is empty, never null");
    } else if (type->type == SK_AVRO_ARRAY) {
        field->array = true;
        type = type->items;
        if (type->type == SK_AVRO_ARRAY || type->type == SK_AVRO_UNION)
            return refuse(err, "an item of an array is a scalar, an enum or a record");
    }
    *ret_type = type;
    return SK_OK;
}

static enum sk_verdict set_tags(const json_t *attributes, struct layout_field *field,
                                struct sk_error *err)
{
    const json_t *tags = json_object_get(attributes, "confluent:tags");
    const json_t *tag;
    size_t i;

    json_array_foreach(tags, i, tag)
    {
        struct sk_text text = sk_text(json_string_value(tag));

        if (sk_text_is(text, "PII"))
            field->tags |= SK_TAG_PII;
        else if (sk_text_is(text, "PII_SENSITIVE"))
            field->tags |= SK_TAG_PII_SENSITIVE;
        else
            return refuse(err, "a tag is \"PII\" or \"PII_SENSITIVE\"");
    }
    return SK_OK;
}

static int64_t symbol_index(const struct layout_enum *enumeration, const char *symbol)
{
    for (size_t i = 0; i < enumeration->symbol_count; i++)
        if (strcmp(enumeration->symbols[i], symbol) == 0)
            return (int64_t)i;
    return 0;
}

/* The schema parser has checked that the default fits the type. */
static enum sk_verdict set_default(struct layout_build *build, const json_t *fallback,
                                   struct layout_field *field, struct sk_error *err)
{
    const char *text = json_string_value(fallback);

    field->default_text = "";
    if (!fallback)
        return SK_OK;
    if (field->optional && !json_is_null(fallback))
        return refuse(err, "the default of an optional field is null");
    if (field->array && json_array_size(fallback) > 0)
        return refuse(err, "the default of an array is []");
    if (field->kind == SK_FIELD_RECORD && !field->optional && !field->array)
        return refuse(err, "a record has no default; its fields have");
    if (field->kind == SK_FIELD_BYTES && text && *text)
        return refuse(err, "the default of bytes is \"\"");
    if (field->kind == SK_FIELD_ENUM && text)
        field->default_number = symbol_index(field->enumeration, text);
    else if (text)
        field->default_text = sk_arena_string(build->layout->arena, sk_text(text));
    else
        field->default_number =
            json_is_true(fallback) ? 1 : (int64_t)json_integer_value(fallback);
    return SK_OK;
}

enum sk_verdict layout_field(struct layout_build *build,
                             const struct sk_schema_field *source,
                             struct layout_field *field, struct sk_error *err)
{
    struct sk_arena *arena = build->layout->arena;
    const struct sk_schema *type = NULL;
    enum sk_verdict verdict;

    *field = (struct layout_field){
        .name = sk_arena_string(arena, sk_text(source->name)),
        .doc = sk_arena_string(arena, sk_text(source->doc ? source->doc : "")),
    };
    verdict = unwrap(source->type, field, &type, err);
    if (verdict == SK_OK)
        verdict = set_kind(build, type, field, err);
    if (verdict == SK_OK)
        verdict = set_logical(type, field, err);
    if (verdict == SK_OK)
        verdict = set_tags(source->attributes, field, err);
    if (verdict == SK_OK)
        verdict = set_default(build, source->fallback, field, err);
    return verdict;
}

bool layout_field_is_instant(const struct layout_field *field)
{
    return field->logical == SK_LOGICAL_TIMESTAMP_MILLIS ||
           (field->kind == SK_FIELD_LONG && strcmp(field->name, "versie") == 0);
}

size_t layout_field_least(const struct layout_field *field)
{
    if (field->kind == SK_FIELD_RECORD && !field->optional && !field->array)
        return layout_record_least(field->record);
    return 1;
}

size_t layout_record_least(const struct layout_record *record)
{
    size_t least = 0;

    for (size_t i = 0; i < record->field_count; i++)
        least += layout_field_least(&record->fields[i]);
    return least;
}
