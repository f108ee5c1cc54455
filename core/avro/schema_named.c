/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records, enums and fixed: what has a name.
 *
 * A name without dots stands in the namespace of its own `namespace` member or else of
 * the type around it; one with dots is a full name. A reference that the namespace does
 * not know is looked for in the null namespace, as Java does.
 */
#include "avro/schema_internal.h"
#include "base/json.h"

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* A letter, then letters, digits and perhaps dashes; not longer than we take. */
static bool is_word(struct sk_text word, bool dashes)
{
    if (word.size == 0 || word.size > SK_SCHEMA_NAME_MAX || !letter(word.data[0]))
        return false;
    for (size_t i = 1; i < word.size; i++) {
        char c = word.data[i];
        if (!letter(c) && !(c >= '0' && c <= '9') && !(c == '-' && dashes))
            return false;
    }
    return true;
}

static bool is_simple_name(struct sk_text name)
{
    return is_word(name, false);
}

/* Dashes are against the specification, but namespaces with them are about, since Java
 * does not look. */
static bool is_namespace(struct sk_text space)
{
    if (space.size == 0 || space.size > SK_SCHEMA_NAME_MAX ||
        space.data[space.size - 1] == '.')
        return false;
    while (space.data) {
        if (!is_word(sk_text_split(&space, '.'), true))
            return false;
    }
    return true;
}

static bool is_full_name(struct sk_text name)
{
    const char *dot = name.size > 0 ? memrchr(name.data, '.', name.size) : NULL;

    if (name.size > SK_SCHEMA_NAME_MAX)
        return false;
    if (!dot)
        return is_simple_name(name);
    struct sk_text space = {name.data, (size_t)(dot - name.data)};
    return is_namespace(space) &&
           is_simple_name((struct sk_text){dot + 1, name.size - space.size - 1});
}

/* What stands before the last dot; empty without one. */
static struct sk_text space_of(struct sk_text name)
{
    while (name.size > 0 && name.data[name.size - 1] != '.')
        name.size--;
    if (name.size > 0)
        name.size--;
    return name;
}

static struct sk_text join(struct sk_arena *arena, struct sk_text space,
                           struct sk_text name)
{
    if (space.size == 0 || memchr(name.data, '.', name.size))
        return sk_text(sk_arena_string(arena, name));
    return sk_arena_printf(arena, "%.*s.%.*s", SK_TEXT_ARG(space), SK_TEXT_ARG(name));
}

struct sk_schema *sk_schema_lookup(const struct sk_schema_document *document,
                                   struct sk_text name, struct sk_text space)
{
    sk_arena_auto scratch = {0};
    struct sk_schema *found = NULL;

    if (name.size == 0)
        return NULL;
    if (space.size > 0)
        found = sk_map_get(&document->names, join(&scratch, space, name));
    return found ? found : sk_map_get(&document->names, name);
}

/* A list of strings; an absent member is an empty list. */
static enum sk_verdict parse_strings(struct sk_schema_parser *self, const json_t *list,
                                     const struct sk_path *path, const char *member)
{
    size_t i;
    const json_t *item;

    if (!list)
        return SK_OK;
    if (!json_is_array(list))
        return sk_path_fail(self->err, "avro.schema", path,
                            "\"%s\" must be a list of names", member);
    json_array_foreach(list, i, item)
    {
        if (!json_is_string(item))
            return sk_path_fail(self->err, "avro.schema", path,
                                "\"%s\"[%zu] must be a string", member, i);
    }
    return SK_OK;
}

/* Aliases of a type are names in `space`; those of a field (`space` absent) are simple.
 */
static enum sk_verdict parse_aliases(struct sk_schema_parser *self, const json_t *json,
                                     struct sk_text space, const struct sk_path *path,
                                     const char *const **ret_aliases, size_t *ret_count)
{
    const json_t *list = json_object_get(json, "aliases");
    size_t count = json_array_size(list);
    const char **aliases;

    SK_TRY(parse_strings(self, list, path, "aliases"));
    aliases = sk_arena_alloc_zeroed(&self->document->arena, count * sizeof(*aliases));
    for (size_t i = 0; i < count; i++) {
        struct sk_text alias = sk_json_string(json_array_get(list, i));
        if (!(space.data ? is_full_name(alias) : is_simple_name(alias)))
            return sk_path_fail(self->err, "avro.schema", path,
                                "the alias \"%.*s\" is no name", SK_TEXT_ARG(alias));
        aliases[i] = join(&self->document->arena, space, alias).data;
    }
    *ret_aliases = aliases;
    *ret_count = count;
    return SK_OK;
}

/* The names of a type, and its entry in the document's names. */
static enum sk_verdict parse_names(struct sk_schema_parser *self, const json_t *json,
                                   struct sk_schema *schema,
                                   struct sk_schema_place *place)
{
    struct sk_text name = sk_json_text_or_absent(json, "name");
    const json_t *space = json_object_get(json, "namespace");
    struct sk_arena *arena = &self->document->arena;
    struct sk_text fullname;

    if (!is_full_name(name))
        return sk_path_fail(self->err, "avro.schema", place->path,
                            "\"%.*s\" is no name for this %s",
                            sk_path_shown(name.data, name.size),
                            name.data ? name.data : "", sk_avro_type_name(schema->type));
    if (space && !json_is_null(space))
        place->space = sk_json_string(space);
    if ((space && !json_is_null(space) && !json_is_string(space)) ||
        (place->space.size > 0 && !is_namespace(place->space)))
        return sk_path_fail(self->err, "avro.schema", place->path,
                            "\"%.*s\" is no namespace", SK_TEXT_ARG(place->space));
    fullname = join(arena, place->space, name);
    for (enum sk_avro_type type = SK_AVRO_NULL; type <= SK_AVRO_STRING; type++) {
        if (sk_text_is(fullname, sk_avro_type_name(type)))
            return sk_path_fail(self->err, "avro.schema", place->path,
                                "a type cannot be called \"%s\"", fullname.data);
    }
    if (sk_map_put(&self->document->names, fullname, schema))
        return sk_path_fail(self->err, "avro.schema", place->path,
                            "\"%s\" is defined twice", fullname.data);
    place->space = space_of(fullname);
    schema->fullname = fullname.data;
    schema->name = fullname.data + (place->space.size ? place->space.size + 1 : 0);
    return parse_aliases(self, json, (struct sk_text){fullname.data, place->space.size},
                         place->path, &schema->aliases, &schema->alias_count);
}

static const char *doc_of(struct sk_schema_parser *self, const json_t *json)
{
    struct sk_text doc = sk_json_text_or_absent(json, "doc");

    return doc.data ? sk_arena_string(&self->document->arena, doc) : NULL;
}

static enum sk_verdict parse_order(struct sk_schema_parser *self, const json_t *json,
                                   struct sk_schema_field *field,
                                   const struct sk_path *path)
{
    static const char *const names[] = {"ascending", "descending", "ignore"};
    const json_t *order = json_object_get(json, "order");

    if (!order)
        return SK_OK;
    for (size_t i = 0; i < SK_COUNT(names); i++) {
        if (sk_text_is(sk_json_string(order), names[i])) {
            field->order = (enum sk_avro_order)i;
            return SK_OK;
        }
    }
    return sk_path_fail(self->err, "avro.schema", path,
                        "\"order\" must be ascending, descending or ignore");
}

/* `seen` holds the names of the earlier fields. */
static enum sk_verdict parse_field(struct sk_schema_parser *self, const json_t *json,
                                   struct sk_schema_place place, struct sk_map *seen,
                                   struct sk_schema_field *field)
{
    static const char *const known[] = {"name",    "type",  "doc", "default",
                                        "aliases", "order", NULL};
    struct sk_text name = sk_json_text_or_absent(json, "name");
    const json_t *type = json_object_get(json, "type");
    struct sk_schema *node;

    if (!is_simple_name(name))
        return sk_path_fail(self->err, "avro.schema", place.path,
                            "a field has no usable \"name\"");
    field->name = sk_arena_string(&self->document->arena, name);
    struct sk_path path = sk_path_field(place.path, field->name);
    place.path = &path;
    if (sk_map_put(seen, name, field))
        return sk_path_fail(self->err, "avro.schema", &path,
                            "there are two fields of this name");
    if (!type)
        return sk_path_fail(self->err, "avro.schema", &path, "the field has no \"type\"");
    SK_TRY(sk_schema_parse_type(self, type, place, &node));
    field->type = node;
    field->doc = doc_of(self, json);
    field->fallback = json_object_get(json, "default");
    field->attributes = sk_schema_unknown_members(self->document, json, known);
    SK_TRY(parse_order(self, json, field, &path));
    return parse_aliases(self, json, (struct sk_text){0}, &path, &field->aliases,
                         &field->alias_count);
}

static enum sk_verdict parse_fields(struct sk_schema_parser *self, const json_t *json,
                                    struct sk_schema *schema,
                                    struct sk_schema_place place)
{
    const json_t *list = json_object_get(json, "fields");
    size_t count = json_array_size(list);
    struct sk_schema_field *fields;
    sk_map_auto seen = {0};

    if (!json_is_array(list))
        return sk_path_fail(self->err, "avro.schema", place.path,
                            "the record has no list \"fields\"");
    if (count > SK_SCHEMA_PLACES_MAX)
        return sk_path_fail(self->err, "avro.schema", place.path,
                            "%zu fields; at most %d are taken", count,
                            SK_SCHEMA_PLACES_MAX);
    fields = sk_arena_alloc_zeroed(&self->document->arena, count * sizeof(*fields));
    for (size_t i = 0; i < count; i++)
        SK_TRY(parse_field(self, json_array_get(list, i), place, &seen, &fields[i]));
    schema->fields = fields;
    schema->field_count = count;
    return SK_OK;
}

static enum sk_verdict parse_symbols(struct sk_schema_parser *self, const json_t *json,
                                     struct sk_schema *schema, const struct sk_path *path)
{
    const json_t *list = json_object_get(json, "symbols");
    const json_t *fallback = json_object_get(json, "default");
    size_t count = json_array_size(list);
    const char **symbols =
        sk_arena_alloc_zeroed(&self->document->arena, count * sizeof(*symbols));
    sk_map_auto seen = {0};

    if (!json_is_array(list))
        return sk_path_fail(self->err, "avro.schema", path,
                            "the enum has no list \"symbols\"");
    SK_TRY(parse_strings(self, list, path, "symbols"));
    for (size_t i = 0; i < count; i++) {
        struct sk_text symbol = sk_json_string(json_array_get(list, i));
        if (!is_simple_name(symbol) || sk_map_put(&seen, symbol, schema))
            return sk_path_fail(self->err, "avro.schema", path,
                                "the symbol \"%.*s\" is %s", SK_TEXT_ARG(symbol),
                                is_simple_name(symbol) ? "there twice" : "no name");
        symbols[i] = sk_arena_string(&self->document->arena, symbol);
        if (json_equal(fallback, json_array_get(list, i)))
            schema->enum_default = (int)i;
    }
    if (fallback && schema->enum_default < 0)
        return sk_path_fail(self->err, "avro.schema", path,
                            "the enum's default is no symbol of it");
    schema->symbols = symbols;
    schema->symbol_count = count;
    return SK_OK;
}

static enum sk_verdict parse_size(struct sk_schema_parser *self, const json_t *json,
                                  struct sk_schema *schema, const struct sk_path *path)
{
    const json_t *size = json_object_get(json, "size");

    if (!json_is_integer(size) || json_integer_value(size) < 0 ||
        json_integer_value(size) > INT32_MAX)
        return sk_path_fail(self->err, "avro.schema", path,
                            "the fixed has no \"size\" from 0 to 2147483647");
    schema->size = (size_t)json_integer_value(size);
    return SK_OK;
}

enum sk_verdict sk_schema_parse_named(struct sk_schema_parser *self, const json_t *json,
                                      enum sk_avro_type type,
                                      struct sk_schema_place place,
                                      struct sk_schema **ret_schema)
{
    struct sk_schema *schema = sk_schema_node_new(self->document, type);
    struct sk_path root;

    SK_TRY(parse_names(self, json, schema, &place));
    if (!place.path) {
        root = sk_path_field(NULL, schema->name);
        place.path = &root;
    }
    schema->doc = doc_of(self, json);
    if (type == SK_AVRO_RECORD)
        SK_TRY(parse_fields(self, json, schema, place));
    else if (type == SK_AVRO_ENUM)
        SK_TRY(parse_symbols(self, json, schema, place.path));
    else
        SK_TRY(parse_size(self, json, schema, place.path));
    sk_schema_parse_attributes(self->document, json, schema);
    *ret_schema = schema;
    return SK_OK;
}
