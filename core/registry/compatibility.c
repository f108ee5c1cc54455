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
    json_t *messages;
};

static void add_messages(const struct check *self, int32_t version,
                         const struct sk_compat_report *report)
{
    for (size_t i = 0; i < report->count; i++) {
        const struct sk_compat_finding *finding = &report->findings[i];
        if (finding->rule == SK_COMPAT_DECIMAL_MISMATCH &&
            !self->registry->options.check_decimals)
            continue;
        sk_auto_free char *text = sk_strf("version %d: %s", version, finding->message);
        json_array_append_new(self->messages, json_string(text));
    }
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
    add_messages(self, earlier->version, &report);
    return SK_OK;
}

enum sk_verdict sk_compatibility_check(const struct sk_registry *registry,
                                       const struct sk_posted *posted,
                                       const struct sk_store_versions *earlier,
                                       const json_t *config, json_t *messages,
                                       struct sk_error *err)
{
    struct check check = {
        .registry = registry,
        .posted = posted,
        .group = json_string_value(json_object_get(config, "compatibilityGroup")),
        .level = sk_config_level(config),
        .messages = messages,
    };

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
