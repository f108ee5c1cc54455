/* SPDX-License-Identifier: Apache-2.0 */
/* What a posted schema takes from others, and which version it is already. */
#include <stdio.h>
#include <stdlib.h>

#include "avro/schema_text.h"
#include "registry/identity.h"
#include "registry/metadata.h"
#include "registry/posted.h"

static json_t *load(struct sk_text text)
{
    return text.data ? json_loadb(text.data, text.size, 0, NULL) : NULL;
}

void sk_posted_inherit(struct sk_registry_call *call, struct sk_posted *posted,
                       const json_t *config, const struct sk_store_schema *previous,
                       int32_t version)
{
    json_auto_t *old_metadata = previous ? load(previous->metadata) : NULL;
    json_auto_t *old_rules = previous ? load(previous->rule_set) : NULL;
    json_auto_t *metadata = NULL;
    json_auto_t *rules = NULL;
    char number[16];

    json_auto_t *base =
        sk_metadata_merge(json_object_get(config, "defaultMetadata"),
                          posted->metadata ? posted->metadata : old_metadata);
    metadata = sk_metadata_merge(base, json_object_get(config, "overrideMetadata"));
    json_auto_t *base_rules =
        sk_rule_set_merge(json_object_get(config, "defaultRuleSet"),
                          posted->rule_set ? posted->rule_set : old_rules);
    rules = sk_rule_set_merge(base_rules, json_object_get(config, "overrideRuleSet"));
    if (version > 0 &&
        (posted->version != 0 || sk_metadata_property(metadata, SK_METADATA_VERSION))) {
        snprintf(number, sizeof(number), "%d", version);
        json_t *marked = sk_metadata_with(metadata, SK_METADATA_VERSION, number);
        json_decref(metadata);
        metadata = marked;
    }
    sk_posted_set(call, posted, metadata, rules);
}

/* The fingerprint without "confluent:version". */
static void fingerprint_unmarked(const struct sk_store_schema *schema,
                                 uint8_t out[SK_SHA256_SIZE])
{
    struct sk_store_schema unmarked = *schema;
    json_auto_t *metadata = load(schema->metadata);
    json_auto_t *cleaned = sk_metadata_with(metadata, SK_METADATA_VERSION, NULL);
    char *text = json_dumps(cleaned, JSON_COMPACT);

    unmarked.metadata =
        json_object_size(cleaned) > 0 ? sk_text(text) : (struct sk_text){0};
    sk_identity_fill(&unmarked);
    memcpy(out, unmarked.fingerprint, SK_SHA256_SIZE);
    free(text);
}

/* Sent without the mark that the registry itself put there? */
static bool same_but_for_version(const struct sk_store_schema *sent,
                                 const struct sk_store_schema *known)
{
    json_auto_t *known_metadata = load(known->metadata);
    uint8_t sent_print[SK_SHA256_SIZE], known_print[SK_SHA256_SIZE];

    if (!sk_metadata_property(known_metadata, SK_METADATA_VERSION) ||
        !sk_text_equal(sent->text, known->text))
        return false;
    fingerprint_unmarked(sent, sent_print);
    fingerprint_unmarked(known, known_print);
    return memcmp(sent_print, known_print, SK_SHA256_SIZE) == 0;
}

/* Sent with the types in it that the known one refers to? */
static bool same_but_resolved(struct sk_registry_call *call,
                              const struct sk_posted *posted,
                              const struct sk_store_version *known)
{
    sk_schema_document_auto *document = NULL;
    sk_buffer_auto text = {0};
    struct sk_error ignored;

    if (!known->schema.references.data || posted->references.count > 0 ||
        !sk_text_equal(posted->schema.metadata, known->schema.metadata) ||
        !sk_text_equal(posted->schema.rule_set, known->schema.rule_set) ||
        sk_references_parse(call->registry->store, &known->schema, known->subject,
                            &document, &ignored) != SK_OK)
        return false;
    sk_schema_write(document, SK_SCHEMA_RESOLVED, &text);
    return sk_text_equal(sk_buffer_text(&text), posted->schema.text);
}

/* Versions with the same content. */
static enum sk_verdict find_same(struct sk_registry_call *call,
                                 const struct sk_posted *posted,
                                 enum sk_store_filter filter,
                                 struct sk_store_versions *ret_versions,
                                 struct sk_error *err)
{
    struct sk_store *store = call->registry->store;
    struct sk_store_query query = {.subject = posted->subject, .filter = filter};

    *ret_versions = (struct sk_store_versions){0};
    SK_TRY(sk_store_id(store, posted->schema.context, posted->schema.fingerprint,
                       &query.id, err));
    if (query.id == 0)
        return SK_OK;
    return sk_store_versions(store, &query, call->arena, ret_versions, err);
}

bool sk_posted_find(struct sk_registry_call *call, const struct sk_posted *posted,
                    enum sk_store_filter filter, struct sk_store_version *ret_version,
                    unsigned *ret_status)
{
    struct sk_store_query query = {.subject = posted->subject, .filter = filter};
    struct sk_store_versions versions;
    struct sk_error err = {0};

    *ret_version = (struct sk_store_version){0};
    enum sk_verdict verdict = find_same(call, posted, filter, &versions, &err);
    if (verdict == SK_OK && versions.count > 0) {
        *ret_version = versions.items[versions.count - 1];
        return true;
    }
    if (verdict == SK_OK)
        verdict = sk_store_versions(call->registry->store, &query, call->arena, &versions,
                                    &err);
    if (verdict != SK_OK) {
        *ret_status = sk_call_store_failed(call, &err);
        return false;
    }
    for (size_t i = versions.count; i > 0 && ret_version->version == 0; i--) {
        const struct sk_store_version *known = &versions.items[i - 1];
        if (same_but_for_version(&posted->schema, &known->schema) ||
            same_but_resolved(call, posted, known))
            *ret_version = *known;
    }
    return true;
}
