/* SPDX-License-Identifier: Apache-2.0 */
#include "bus/codec_mask.h"

#include <string.h>

static json_t *mask(const struct sk_schema *schema, json_t *json);

static bool is_tagged(const json_t *attributes)
{
    return json_array_size(json_object_get(attributes, "confluent:tags")) > 0;
}

/* Every scalar inside becomes dots: what is there stays visible, not what it says. */
static json_t *hide(json_t *json)
{
    const char *name;
    json_t *value;
    size_t i;

    if (json_is_null(json))
        return json;
    if (json_is_array(json)) {
        json_array_foreach(json, i, value)
            json_array_set_new(json, i, hide(json_incref(value)));
        return json;
    }
    if (json_is_object(json)) {
        json_object_foreach(json, name, value)
            json_object_set_new(json, name, hide(json_incref(value)));
        return json;
    }
    json_decref(json);
    return json_string("•••");
}

static void mask_fields(const struct sk_schema *record, json_t *object)
{
    for (size_t i = 0; i < record->field_count; i++) {
        const struct sk_schema_field *field = &record->fields[i];
        json_t *value = json_object_get(object, field->name);
        if (!value)
            continue;
        json_incref(value);
        json_object_set_new(object, field->name,
                            is_tagged(field->attributes) ? hide(value)
                                                         : mask(field->type, value));
    }
}

static json_t *mask_items(const struct sk_schema *schema, json_t *json)
{
    const char *name;
    json_t *value;
    size_t i;

    if (json_is_array(json))
        json_array_foreach(json, i, value)
            json_array_set_new(json, i, mask(schema->items, json_incref(value)));
    else
        json_object_foreach(json, name, value)
            json_object_set_new(json, name, mask(schema->items, json_incref(value)));
    return json;
}

/* Plain JSON of a record has all its fields and no others. */
static bool is_record(const struct sk_schema *record, const json_t *json)
{
    if (json_object_size(json) != record->field_count)
        return false;
    for (size_t i = 0; i < record->field_count; i++) {
        if (!json_object_get(json, record->fields[i].name))
            return false;
    }
    return true;
}

/* May this JSON value stand for that branch? */
static bool may_be(const struct sk_schema *branch, const json_t *json)
{
    switch (branch->type) {
    case SK_AVRO_RECORD:
        return json_is_object(json) && is_record(branch, json);
    case SK_AVRO_MAP:
        return json_is_object(json);
    case SK_AVRO_ARRAY:
        return json_is_array(json);
    default:
        return !json_is_object(json) && !json_is_array(json);
    }
}

static json_t *mask(const struct sk_schema *schema, json_t *json)
{
    if (json_is_null(json))
        return json;
    if (is_tagged(schema->attributes))
        return hide(json);
    switch (schema->type) {
    case SK_AVRO_UNION:
        for (size_t i = 0; i < schema->branch_count; i++) {
            if (may_be(schema->branches[i], json))
                json = mask(schema->branches[i], json);
        }
        return json;
    case SK_AVRO_RECORD:
        mask_fields(schema, json);
        return json;
    case SK_AVRO_ARRAY:
    case SK_AVRO_MAP:
        return mask_items(schema, json);
    default:
        return json;
    }
}

json_t *sk_codec_mask_take(const struct sk_schema *schema, json_t *json)
{
    return mask(schema, json);
}
