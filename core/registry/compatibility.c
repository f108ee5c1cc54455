/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/compatibility.h"

#include "base/alloc.h"
#include "base/json.h"
#include "registry/config.h"
#include "registry/metadata.h"

struct check {
    const struct sk_registry *registry;
    const struct sk_posted *posted;
    const char *group; /* a metadata property; NULL: all versions are one group */
    enum sk_level level;
    struct sk_compatibility *found;
};

struct sk_compatibility sk_compatibility(struct sk_arena *arena)
{
    return (struct sk_compatibility){.arena = arena, .messages = json_array()};
}

void sk_compatibility_fini(struct sk_compatibility *found)
{
    json_decref(found->messages);
}

static void add_messages(const struct check *self, const struct sk_store_version *earlier,
                         const struct sk_compat_report *report)
{
    size_t before = json_array_size(self->found->messages);

    for (size_t i = 0; i < report->count; i++) {
        const struct sk_compat_finding *finding = &report->findings[i];
        if (finding->rule == SK_COMPAT_DECIMAL_MISMATCH &&
            !self->registry->options.check_decimals)
            continue;
        sk_auto_free char *text =
            sk_strf("version %d: %s", earlier->version, finding->message);
        json_array_append_new(self->found->messages, json_string(text));
    }
    if (json_array_size(self->found->messages) > before)
        self->found->broken.items[self->found->broken.count++] = *earlier;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool in_group(const struct check *self, const struct sk_store_schema *schema)
{
    json_auto_t *sent = NULL;
    json_auto_t *known = NULL;

    if (!self->group)
        return true;
    if (self->posted->schema.metadata.data)
        sent = json_loadb(self->posted->schema.metadata.data,
                          self->posted->schema.metadata.size, 0, NULL);
    if (schema->metadata.data)
        known = json_loadb(schema->metadata.data, schema->metadata.size, 0, NULL);
    return same_text(sk_metadata_property(sent, self->group),
                     sk_metadata_property(known, self->group));
}

static enum sk_verdict check_one(const struct check *self,
                                 const struct sk_store_version *earlier,
                                 struct sk_error *err)
{
    sk_schema_document_auto *document = NULL;
    sk_compat_report_auto report = {0};

    SK_TRY(sk_references_parse(self->registry->store, &earlier->schema, earlier->subject,
                               &document, err));
    SK_TRY(sk_compat_check(sk_schema_root(self->posted->document),
                           sk_schema_root(document), sk_level_direction(self->level),
                           &report, err));
    add_messages(self, earlier, &report);
    return SK_OK;
}

/* Reserved fields. --------------------------------------------------------------------
 */

#define RESERVED "confluent:reserved" /* names with commas between them */

static const char *reserved_of(struct sk_text metadata, json_t **ret_owner)
{
    *ret_owner = metadata.data ? json_loadb(metadata.data, metadata.size, 0, NULL) : NULL;
    return sk_metadata_property(*ret_owner, RESERVED);
}

/* The next name; absent: no more. */
static struct sk_text next_name(struct sk_text *rest)
{
    struct sk_text name = {0};

    while (rest->data && !sk_text_filled(name))
        name = sk_text_trim(sk_text_split(rest, ','));
    return sk_text_filled(name) ? name : (struct sk_text){0};
}

static bool has_name(struct sk_text names, struct sk_text wanted)
{
    for (;;) {
        struct sk_text name = next_name(&names);
        if (!name.data || sk_text_equal(name, wanted))
            return name.data;
    }
}

static bool has_field(const struct sk_schema *schema, struct sk_text name)
{
    for (size_t i = 0; i < schema->field_count; i++)
        if (sk_text_is(name, schema->fields[i].name))
            return true;
    return false;
}

static void complain(const struct check *self, const char *before, struct sk_text name,
                     const char *after)
{
    sk_auto_free char *text = sk_strf("%s%.*s%s", before, SK_TEXT_ARG(name), after);

    json_array_append_new(self->found->messages, json_string(text));
}

/* A reserved name stays reserved, and no field of the record has it. */
static void check_reserved(const struct check *self,
                           const struct sk_store_versions *earlier)
{
    json_auto_t *new_owner = NULL;
    json_auto_t *old_owner = NULL;
    struct sk_text new_names =
        sk_text(reserved_of(self->posted->schema.metadata, &new_owner));
    struct sk_text old_names = {0}, rest, name;

    if (earlier->count > 0)
        old_names = sk_text(
            reserved_of(earlier->items[earlier->count - 1].schema.metadata, &old_owner));
    for (rest = old_names; (name = next_name(&rest)).data;)
        if (!has_name(new_names, name))
            complain(self, "The new schema has reserved field ", name,
                     " removed from its metadata which is present in the old schema's "
                     "metadata.");
    for (rest = new_names; (name = next_name(&rest)).data;)
        if (has_field(sk_schema_root(self->posted->document), name))
            complain(self,
                     "The new schema has field that conflicts with the reserved field ",
                     name, ".");
}

enum sk_verdict
sk_compatibility_check(const struct sk_registry *registry, const struct sk_posted *posted,
                       const struct sk_store_versions *earlier, const json_t *config,
                       struct sk_compatibility *found, struct sk_error *err)
{
    struct check check = {
        .registry = registry,
        .posted = posted,
        .group = json_string_value(json_object_get(config, "compatibilityGroup")),
        .level = sk_config_level(config),
        .found = found,
    };

    found->broken.items =
        sk_arena_alloc(found->arena, (earlier->count + 1) * sizeof(*earlier->items));
    if (sk_config_flag(config, "validateFields"))
        check_reserved(&check, earlier);
    if (check.level == SK_LEVEL_NONE)
        return SK_OK;
    for (size_t i = earlier->count; i > 0; i--) {
        if (!in_group(&check, &earlier->items[i - 1].schema))
            continue;
        SK_TRY(check_one(&check, &earlier->items[i - 1], err));
        if (!sk_level_is_transitive(check.level))
            break;
    }
    return SK_OK;
}
