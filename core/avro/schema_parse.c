/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From JSON to nodes: primitives, arrays, maps and unions; schema_named.c has the rest.
 *
 * A named type is entered in the document's names before its fields are read, so that
 * they can refer to it; a reference costs no node.
 */
#include "avro/schema_internal.h"
#include "base/json.h"

struct sk_schema *sk_schema_node_new(struct sk_schema_document *document,
                                     enum sk_avro_type type)
{
    struct sk_schema *schema = sk_arena_alloc_zeroed(&document->arena, sizeof(*schema));

    schema->type = type;
    schema->index = document->node_count++;
    schema->enum_default = -1;
    return schema;
}

static bool type_from_name(struct sk_text name, enum sk_avro_type *ret_type)
{
    if (sk_text_is(name, "error")) {
        *ret_type = SK_AVRO_RECORD;
        return true;
    }
    for (enum sk_avro_type type = SK_AVRO_NULL; type < SK_AVRO_UNION; type++) {
        if (sk_text_is(name, sk_avro_type_name(type))) {
            *ret_type = type;
            return true;
        }
    }
    return false;
}

/* "int", or the name of a type that was defined earlier in the text. */
static enum sk_verdict parse_name(struct sk_schema_parser *self, struct sk_text name,
                                  struct sk_schema_place place,
                                  struct sk_schema **ret_schema)
{
    enum sk_avro_type type;
    struct sk_schema *known;

    if (type_from_name(name, &type) && type <= SK_AVRO_STRING) {
        *ret_schema = sk_schema_node_new(self->document, type);
        return SK_OK;
    }
    known = sk_schema_lookup(self->document, name, place.space);
    if (!known)
        return sk_path_fail(self->err, "avro.schema", place.path,
                            "type \"%.*s\" is not defined before this place",
                            SK_TEXT_ARG(name));
    *ret_schema = known;
    return SK_OK;
}

static bool same_kind(const struct sk_schema *a, const struct sk_schema *b)
{
    return a->type == b->type && (!sk_schema_is_named(a) || a == b);
}

/* At most one branch of each unnamed type, and each named type once. */
static enum sk_verdict check_branch(struct sk_schema_parser *self,
                                    const struct sk_schema *const *branches, size_t i,
                                    struct sk_schema_place place)
{
    if (branches[i]->type == SK_AVRO_UNION)
        return sk_path_fail(self->err, "avro.schema", place.path,
                            "a union holds another union");
    for (size_t earlier = 0; earlier < i; earlier++) {
        if (same_kind(branches[earlier], branches[i]))
            return sk_path_fail(
                self->err, "avro.schema", place.path, "the union has %s twice",
                sk_schema_is_named(branches[i]) ? branches[i]->fullname
                                                : sk_avro_type_name(branches[i]->type));
    }
    return SK_OK;
}

static enum sk_verdict parse_union(struct sk_schema_parser *self, const json_t *json,
                                   struct sk_schema_place place,
                                   struct sk_schema **ret_schema)
{
    struct sk_schema *schema = sk_schema_node_new(self->document, SK_AVRO_UNION);
    size_t count = json_array_size(json);
    const struct sk_schema **branches;

    if (count > SK_SCHEMA_PLACES_MAX)
        return sk_path_fail(self->err, "avro.schema", place.path, "a union of %zu types",
                            count);
    branches = sk_arena_alloc_zeroed(&self->document->arena, count * sizeof(*branches));
    for (size_t i = 0; i < count; i++) {
        struct sk_path path = sk_path_branch(place.path, i);
        struct sk_schema *branch;
        SK_TRY(sk_schema_parse_type(
            self, json_array_get(json, i),
            (struct sk_schema_place){place.space, place.depth, &path}, &branch));
        branches[i] = branch;
        SK_TRY(check_branch(self, branches, i, place));
    }
    schema->branches = branches;
    schema->branch_count = count;
    *ret_schema = schema;
    return SK_OK;
}

/* An array's items or a map's values. */
static enum sk_verdict parse_items(struct sk_schema_parser *self, const json_t *json,
                                   struct sk_schema *schema, struct sk_schema_place place)
{
    const char *member = schema->type == SK_AVRO_ARRAY ? "items" : "values";
    const json_t *items = json_object_get(json, member);
    struct sk_path path = sk_path_index(place.path, SK_PATH_ANY);
    struct sk_schema *item;

    if (!items)
        return sk_path_fail(self->err, "avro.schema", place.path, "the %s has no \"%s\"",
                            sk_avro_type_name(schema->type), member);
    SK_TRY(sk_schema_parse_type(
        self, items, (struct sk_schema_place){place.space, place.depth, &path}, &item));
    schema->items = item;
    return SK_OK;
}

static enum sk_verdict parse_object(struct sk_schema_parser *self, const json_t *json,
                                    struct sk_schema_place place,
                                    struct sk_schema **ret_schema)
{
    struct sk_text name = sk_json_text_or_absent(json, "type");
    enum sk_avro_type type;
    struct sk_schema *schema;

    if (!name.data)
        return sk_path_fail(self->err, "avro.schema", place.path,
                            "the object has no \"type\" that is a string");
    if (!type_from_name(name, &type))
        return parse_name(self, name, place, ret_schema);
    if (type == SK_AVRO_RECORD || type == SK_AVRO_ENUM || type == SK_AVRO_FIXED)
        return sk_schema_parse_named(self, json, type, place, ret_schema);
    schema = sk_schema_node_new(self->document, type);
    if (type == SK_AVRO_ARRAY || type == SK_AVRO_MAP)
        SK_TRY(parse_items(self, json, schema, place));
    sk_schema_parse_attributes(self->document, json, schema);
    *ret_schema = schema;
    return SK_OK;
}

enum sk_verdict sk_schema_parse_type(struct sk_schema_parser *self, const json_t *json,
                                     struct sk_schema_place place,
                                     struct sk_schema **ret_schema)
{
    if (++self->places > SK_SCHEMA_PLACES_MAX)
        return sk_path_fail(self->err, "avro.schema", place.path,
                            "more than %d types in the schema", SK_SCHEMA_PLACES_MAX);
    if (++place.depth > SK_SCHEMA_DEPTH_MAX)
        return sk_path_fail(self->err, "avro.schema", place.path,
                            "types nest deeper than %d", SK_SCHEMA_DEPTH_MAX);
    switch (json_typeof(json)) {
    case JSON_STRING:
        return parse_name(self, sk_json_string(json), place, ret_schema);
    case JSON_ARRAY:
        return parse_union(self, json, place, ret_schema);
    case JSON_OBJECT:
        return parse_object(self, json, place, ret_schema);
    default:
        return sk_path_fail(self->err, "avro.schema", place.path,
                            "a type is a name, an object or a list of types");
    }
}
