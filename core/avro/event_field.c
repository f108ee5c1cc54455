/* SPDX-License-Identifier: Apache-2.0 */
/* Where the values of a field are; the only place that knows, besides generated code. */
#include "avro/event_field.h"

static void *member(const void *record, size_t offset)
{
    return (char *)record + offset;
}

static bool is_by_pointer(const struct sk_field *field)
{
    return field->array || (field->optional && field->kind == SK_FIELD_RECORD);
}

/* An optional scalar; its flag may well be the first member, at offset 0. */
static bool has_flag(const struct sk_field *field)
{
    return field->optional && field->kind != SK_FIELD_STRING &&
           field->kind != SK_FIELD_BYTES && field->kind != SK_FIELD_RECORD;
}

size_t sk_field_count(const struct sk_field *field, const void *record)
{
    if (field->array)
        return *(const size_t *)member(record, field->presence);
    if (!field->optional)
        return 1;
    switch (field->kind) {
    case SK_FIELD_STRING:
        return ((const struct sk_text *)member(record, field->offset))->data != NULL;
    case SK_FIELD_BYTES:
        return ((const struct sk_bytes *)member(record, field->offset))->data != NULL;
    case SK_FIELD_RECORD:
        return *(void *const *)member(record, field->offset) != NULL;
    default:
        return *(const bool *)member(record, field->presence);
    }
}

void *sk_field_value(const struct sk_field *field, const void *record, size_t i)
{
    char *first = member(record, field->offset);

    if (is_by_pointer(field))
        first = *(char *const *)(void *)first;
    return first + i * field->item_size;
}

static void init_records(const struct sk_field *field, char *first, size_t count)
{
    for (size_t i = 0; i < count; i++)
        field->record->init(first + i * field->record->size);
}

void *sk_field_make(const struct sk_field *field, void *record, size_t count,
                    struct sk_arena *arena)
{
    size_t size = field->array ? field->item_size : 0;
    void *first = member(record, field->offset);

    if (is_by_pointer(field)) {
        if (field->kind == SK_FIELD_RECORD)
            size = field->record->size;
        void *values = count ? sk_arena_alloc_zeroed(arena, count * size) : NULL;
        *(void **)first = values;
        first = values;
    }
    if (field->array)
        *(size_t *)member(record, field->presence) = count;
    else if (has_flag(field))
        *(bool *)member(record, field->presence) = count > 0;
    if (field->kind == SK_FIELD_RECORD)
        init_records(field, first, count);
    return first;
}

void sk_field_keep(const struct sk_field *field, void *record, size_t count)
{
    *(size_t *)member(record, field->presence) = count;
    if (count == 0)
        *(void **)member(record, field->offset) = NULL;
}

enum sk_verdict sk_record_visit_tagged(const struct sk_record_type *type, void *record,
                                       sk_field_visit *visit, void *context,
                                       struct sk_error *err)
{
    for (size_t i = 0; i < type->field_count; i++) {
        const struct sk_field *field = &type->fields[i];
        size_t count = sk_field_count(field, record);

        for (size_t j = 0; j < count; j++) {
            void *value = sk_field_value(field, record, j);

            if (field->kind == SK_FIELD_RECORD)
                SK_TRY(sk_record_visit_tagged(field->record, value, visit, context, err));
            else if (field->tags != 0)
                SK_TRY(visit(context, field, value, err));
        }
    }
    return SK_OK;
}

static const struct sk_field *find(const struct sk_record_type *record,
                                   struct sk_text name, uint32_t hash)
{
    unsigned slot = record->slots[(hash * record->factor) >> record->shift];

    if (slot == 0)
        return NULL;
    const struct sk_field *field = &record->fields[slot - 1];
    bool same =
        field->name_size == name.size && memcmp(field->name, name.data, name.size) == 0;
    return same ? field : NULL;
}

const struct sk_field *sk_record_field(const struct sk_record_type *record,
                                       struct sk_text name)
{
    return name.data ? find(record, name, sk_name_hash(name.data, name.size)) : NULL;
}

void sk_record_members(const struct sk_record_type *record, const struct sk_value *object,
                       struct sk_value *members[])
{
    memset(members, 0, record->field_count * sizeof(*members));
    for (uint32_t i = 0; i < object->count; i++) {
        struct sk_member *member = &object->members[i];
        struct sk_text name = {member->name, member->name_size};
        const struct sk_field *field = find(record, name, member->hash);

        if (field && member->value.kind != SK_VALUE_NULL)
            members[field - record->fields] = &member->value;
    }
}
