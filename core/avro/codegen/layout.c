/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the named types of each schema file and decides where each stands.
 *
 * A type that a second file has too must be the same word for word. Its text is compared
 * with the named types inside it reduced to their names, since one file may define inside
 * it what another defined before.
 */
#include "avro/codegen/layout.h"

#include <libgen.h>
#include <stdlib.h>

#include "avro/canonical.h"
#include "avro/codegen/layout_build.h"
#include "avro/event_field.h"
#include "avro/schema.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"

void layout_init(struct layout *layout, struct sk_arena *arena)
{
    *layout = (struct layout){.arena = arena};
    layout->types_end = &layout->types;
    layout->events_end = &layout->events;
}

static const char *copy(struct layout *layout, const char *text)
{
    return sk_arena_string(layout->arena, sk_text(text ? text : ""));
}

static bool defines_a_name(const json_t *schema)
{
    const char *type = json_string_value(json_object_get(schema, "type"));

    return type && (strcmp(type, "record") == 0 || strcmp(type, "enum") == 0);
}

/* A new copy of a schema's member with the named types in it reduced to their names. */
static json_t *reduced(const json_t *schema)
{
    json_t *result, *value;
    const char *member;
    size_t i;

    if (defines_a_name(schema))
        return json_incref(json_object_get(schema, "name"));
    if (json_is_array(schema)) {
        result = json_array();
        json_array_foreach((json_t *)schema, i, value)
        {
            json_array_append_new(result, reduced(value));
        }
        return result;
    }
    if (!json_is_object(schema))
        return json_incref((json_t *)schema);
    result = json_object();
    json_object_foreach((json_t *)schema, member, value)
    {
        json_object_set_new(result, member, reduced(value));
    }
    return result;
}

/* Adds "Name": definition for every named type in `schema` to `definitions`. */
static void collect_definitions(const json_t *schema, json_t *definitions)
{
    json_t *value;
    const char *member;
    size_t i;

    json_array_foreach((json_t *)schema, i, value)
    {
        collect_definitions(value, definitions);
    }
    json_object_foreach((json_t *)schema, member, value)
    {
        collect_definitions(value, definitions);
    }
    if (!defines_a_name(schema))
        return;
    json_t *definition = json_object();
    json_object_foreach((json_t *)schema, member, value)
    {
        if (strcmp(member, "namespace") != 0)
            json_object_set_new(definition, member, reduced(value));
    }
    char *text = json_dumps(definition, JSON_COMPACT | JSON_SORT_KEYS);
    json_object_set_new(definitions, json_string_value(json_object_get(schema, "name")),
                        json_string(text));
    free(text);
    json_decref(definition);
}

static struct layout_enum *make_enum(struct layout *layout, const struct sk_schema *node)
{
    struct layout_enum *made = sk_arena_alloc_zeroed(layout->arena, sizeof(*made));

    made->name = copy(layout, node->name);
    made->doc = copy(layout, node->doc);
    made->c_name = layout_snake(layout->arena, node->name);
    made->c_upper = layout_upper(layout->arena, made->c_name);
    made->symbol_count = node->symbol_count;
    made->symbols =
        sk_arena_alloc(layout->arena, node->symbol_count * sizeof(*made->symbols));
    for (size_t i = 0; i < node->symbol_count; i++)
        made->symbols[i] = copy(layout, node->symbols[i]);
    return made;
}

/* Also for a record that an earlier file had: its inner types must become shared too. */
static enum sk_verdict make_record(struct layout_build *build,
                                   const struct sk_schema *node,
                                   struct layout_record **ret_record,
                                   struct sk_error *err)
{
    struct layout *layout = build->layout;
    struct layout_record *made = sk_arena_alloc_zeroed(layout->arena, sizeof(*made));

    if (node->field_count == 0)
        return sk_fail(err, SK_REJECT, "codegen.type", "%s has no fields", node->name);
    made->name = copy(layout, node->name);
    made->doc = copy(layout, node->doc);
    made->c_name = layout_snake(layout->arena, node->name);
    if (node->field_count > SK_RECORD_FIELDS_MAX)
        return sk_fail(err, SK_REJECT, "codegen.type", "%s has more than %d fields",
                       node->name, SK_RECORD_FIELDS_MAX);
    made->field_count = node->field_count;
    made->fields =
        sk_arena_alloc(layout->arena, node->field_count * sizeof(*made->fields));
    build->open[node->index] = true;
    for (size_t i = 0; i < node->field_count; i++) {
        enum sk_verdict verdict =
            layout_field(build, &node->fields[i], &made->fields[i], err);
        if (verdict != SK_OK) {
            sk_error_prefix(err, "%s.%s", node->name, node->fields[i].name);
            return verdict;
        }
    }
    build->open[node->index] = false;
    *ret_record = made;
    return SK_OK;
}

static struct layout_type *find_type(const struct layout *layout, const char *full_name)
{
    struct layout_type *type = layout->types;

    while (type && strcmp(type->full_name, full_name) != 0)
        type = type->next;
    return type;
}

static enum sk_verdict share(struct layout_type *type, const char *definition,
                             struct sk_error *err)
{
    if (strcmp(type->definition, definition) != 0)
        return sk_fail(err, SK_REJECT, "codegen.shared",
                       "%s differs from the one in %s; a shared type is repeated word "
                       "for word (doc and tags too)",
                       type->full_name, type->path);
    type->shared = true;
    if (type->record)
        type->record->shared = true;
    return SK_OK;
}

static struct layout_type *add_type(struct layout_build *build,
                                    const struct sk_schema *node, const char *definition)
{
    struct layout *layout = build->layout;
    struct layout_type *type = sk_arena_alloc_zeroed(layout->arena, sizeof(*type));

    type->full_name = copy(layout, node->fullname);
    type->definition = copy(layout, definition);
    type->path = build->event->path;
    *layout->types_end = type;
    layout->types_end = &type->next;
    return type;
}

enum sk_verdict layout_named(struct layout_build *build, const struct sk_schema *node,
                             const struct layout_type **ret_type, struct sk_error *err)
{
    struct layout_type *type = build->by_node[node->index];
    const char *definition =
        json_string_value(json_object_get(build->definitions, node->name));
    struct layout_record *record = NULL;

    if (build->open[node->index])
        return sk_fail(err, SK_REJECT, "codegen.type",
                       "%s contains itself; recursive types are not supported",
                       node->fullname);
    if (!type) {
        if (node->type == SK_AVRO_RECORD)
            SK_TRY(make_record(build, node, &record, err));
        type = find_type(build->layout, node->fullname);
        if (type) {
            SK_TRY(share(type, definition, err));
        } else {
            type = add_type(build, node, definition);
            type->record = record;
            if (!record)
                type->enumeration = make_enum(build->layout, node);
        }
        build->by_node[node->index] = type;
    }
    *ret_type = type;
    return SK_OK;
}

static enum sk_verdict set_key(struct layout *layout, struct layout_event *event,
                               const json_t *names, struct sk_error *err)
{
    size_t count = json_array_size(names);

    if (count == 0)
        return sk_fail(err, SK_REJECT, "codegen.key",
                       "\"schakel.sleutel\" must name the fields of the key");
    event->key = sk_arena_alloc_zeroed(layout->arena, (count + 1) * sizeof(*event->key));
    for (size_t i = 0; i < count; i++) {
        const struct layout_field *field = layout_record_field(
            event->record, json_string_value(json_array_get(names, i)));

        if (!field || field->kind != SK_FIELD_STRING || field->optional || field->array)
            return sk_fail(err, SK_REJECT, "codegen.key",
                           "\"schakel.sleutel\" names a required string field");
        event->key[i] = field->name;
    }
    return SK_OK;
}

static enum sk_verdict add_event(struct layout_build *build,
                                 const struct sk_schema_document *document,
                                 struct sk_error *err)
{
    struct layout *layout = build->layout;
    struct layout_event *event = build->event;
    const struct sk_schema *root = sk_schema_root(document);
    const struct layout_type *type = NULL;

    if (root->type != SK_AVRO_RECORD)
        return sk_fail(err, SK_REJECT, "codegen.type", "an event is a record");
    SK_TRY(layout_named(build, root, &type, err));
    event->record = type->record;
    event->full_name = type->full_name;
    if (strcmp(event->record->c_name, event->c_name) != 0)
        return sk_fail(err, SK_REJECT, "codegen.name",
                       "the record of topic %s must be named after it, not %s",
                       event->topic, root->name);
    char *schema = json_dumps(sk_schema_json(document), JSON_COMPACT);
    event->schema = copy(layout, schema);
    free(schema);
    sk_schema_sha256(document, event->fingerprint);
    SK_TRY(set_key(layout, event, json_object_get(root->attributes, "schakel.sleutel"),
                   err));
    *layout->events_end = event;
    layout->events_end = &event->next;
    return SK_OK;
}

static struct layout_event *make_event(struct layout *layout, const char *path)
{
    struct layout_event *event = sk_arena_alloc_zeroed(layout->arena, sizeof(*event));
    const char *file = basename((char *)copy(layout, path));
    size_t size = strlen(file);

    if (size > 5 && strcmp(file + size - 5, ".avsc") == 0)
        size -= 5;
    event->path = copy(layout, path);
    event->topic = sk_arena_string(layout->arena, (struct sk_text){file, size});
    event->c_name = layout_snake(layout->arena, event->topic);
    return event;
}

enum sk_verdict layout_add(struct layout *layout, const char *path, struct sk_error *err)
{
    sk_buffer_auto text = {0};
    sk_schema_document_auto *document = NULL;
    json_auto_t *definitions = json_object();
    struct layout_build build = {.layout = layout, .definitions = definitions};

    SK_TRY(sk_file_read(path, SK_SCHEMA_TEXT_MAX, &text, err));
    enum sk_verdict verdict = sk_schema_parse(text.data, text.size, &document, err);
    if (verdict == SK_OK) {
        size_t count = sk_schema_node_count(document);

        collect_definitions(sk_schema_json(document), definitions);
        build.event = make_event(layout, path);
        build.by_node =
            sk_arena_alloc_zeroed(layout->arena, count * sizeof(*build.by_node));
        build.open = sk_arena_alloc_zeroed(layout->arena, count * sizeof(*build.open));
        verdict = add_event(&build, document, err);
    }
    if (verdict != SK_OK)
        sk_error_prefix(err, "%s", path);
    return verdict;
}
