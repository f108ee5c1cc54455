/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registering. In IMPORT and FORWARD mode ids and versions are the client's and nothing
 * is checked against earlier versions; else both are ours.
 */
#include "base/alloc.h"
#include "base/json.h"
#include "registry/compatibility.h"
#include "registry/config.h"
#include "registry/metadata.h"
#include "registry/mode.h"
#include "registry/render.h"
#include "registry/routes.h"
#include "registry/subject.h"

static unsigned answer_registered(struct sk_registry_call *call,
                                  const struct sk_store_version *version)
{
    sk_render_registered(call->out, version);
    return sk_render_end(call);
}

static unsigned answer_incompatible(struct sk_registry_call *call, struct sk_text subject,
                                    const json_t *messages)
{
    static const int codes[] = {SK_CODE_INCOMPATIBLE, SK_CODE_INCOMPATIBLE * 100 + 1};
    sk_auto_free char *details = json_dumps(messages, JSON_COMPACT);

    return sk_call_fail(call, codes[call->registry->options.incompatible_code],
                        "Schema being registered is incompatible with an earlier schema "
                        "for subject \"%.*s\", details: %s",
                        SK_TEXT_ARG(subject), details);
}

/* Writes the version with the posted schema; `id` 0 and `version` 0: ours to choose. */
static unsigned add(struct sk_registry_call *call, const struct sk_posted *posted,
                    int32_t id, int32_t number)
{
    struct sk_store_version version = {
        .subject = posted->subject, .version = number, .schema = posted->schema};
    struct sk_error err = {0};

    version.schema.id = id;
    if (sk_store_register(call->registry->store, &version, posted->references.items,
                          posted->references.count, &err) != SK_OK)
        return sk_call_store_failed(call, &err);
    return answer_registered(call, &version);
}

/* Into IMPORT and FORWARD. ------------------------------------------------------------
 */

static unsigned import(struct sk_registry_call *call, const struct sk_posted *posted)
{
    struct sk_store *store = call->registry->store;
    struct sk_store_query query = {.subject = posted->subject, .id = posted->id};
    struct sk_store_versions same;
    struct sk_store_schema known;
    struct sk_error err = {0};

    enum sk_verdict verdict = sk_store_schema(store, posted->schema.context, posted->id,
                                              call->arena, &known, &err);
    if (verdict == SK_OK)
        verdict = sk_store_versions(store, &query, call->arena, &same, &err);
    if (verdict != SK_OK)
        return sk_call_store_failed(call, &err);
    if (known.id != 0 &&
        memcmp(known.fingerprint, posted->schema.fingerprint, SK_SHA256_SIZE) != 0)
        return sk_call_fail(call, SK_CODE_NOT_PERMITTED,
                            "Overwrite new schema with id %d in context %.*s is not "
                            "permitted.",
                            posted->id, SK_TEXT_ARG(posted->schema.context));
    for (size_t i = 0; i < same.count; i++) {
        if (posted->version <= 0 || posted->version == same.items[i].version)
            return answer_registered(call, &same.items[i]);
    }
    return add(call, posted, posted->id, posted->version > 0 ? posted->version : 0);
}

/* Into READWRITE. ---------------------------------------------------------------------
 */

/* The version that would come next: soft-deleted ones count. */
static enum sk_verdict next_version(struct sk_registry_call *call, struct sk_text subject,
                                    int32_t *ret_next, struct sk_error *err)
{
    struct sk_store_query query = {.subject = subject, .filter = SK_STORE_ALL};
    struct sk_store_version last;

    SK_TRY(sk_store_version(call->registry->store, &query, SK_STORE_LATEST, call->arena,
                            &last, err));
    *ret_next = last.version + 1;
    return SK_OK;
}

/* What the posted schema takes from configuration and the latest version. */
static enum sk_verdict inherit(struct sk_registry_call *call, struct sk_posted *posted,
                               const json_t *config, int32_t next, struct sk_error *err)
{
    struct sk_store_query query = {.subject = posted->subject};
    struct sk_store_version latest;

    SK_TRY(sk_store_version(call->registry->store, &query, SK_STORE_LATEST, call->arena,
                            &latest, err));
    sk_posted_inherit(call, posted, config, latest.version ? &latest.schema : NULL, next);
    return SK_OK;
}

/* Adds it after the live versions, if it fits them. */
static unsigned add_after(struct sk_registry_call *call, const struct sk_posted *posted,
                          const json_t *config, int32_t next)
{
    struct sk_store_query query = {.subject = posted->subject};
    sk_compatibility_auto found = sk_compatibility(call->arena);
    struct sk_store_versions live;
    struct sk_error err = {0};

    enum sk_verdict verdict =
        sk_store_versions(call->registry->store, &query, call->arena, &live, &err);
    if (verdict == SK_OK)
        verdict =
            sk_compatibility_check(call->registry, posted, &live, config, &found, &err);
    if (verdict != SK_OK)
        return sk_call_store_failed(call, &err);
    if (json_array_size(found.messages) > 0)
        return answer_incompatible(call, posted->subject, found.messages);
    if (posted->version > 0 && posted->version != next)
        return sk_call_fail(call, SK_CODE_INVALID_SCHEMA,
                            "Version is not one more than previous version");
    return add(call, posted, 0, 0);
}

static unsigned evolve(struct sk_registry_call *call, struct sk_posted *posted)
{
    struct sk_store_version known;
    json_auto_t *config = NULL;
    struct sk_error err = {0};
    unsigned status;
    int32_t next;

    enum sk_verdict verdict =
        sk_config_in_force(call->registry->store, posted->subject, &config, &err);
    if (verdict == SK_OK)
        verdict = next_version(call, posted->subject, &next, &err);
    if (verdict == SK_OK)
        verdict = inherit(call, posted, config, next, &err);
    if (verdict != SK_OK)
        return sk_call_store_failed(call, &err);
    if (!sk_posted_find(call, posted, SK_STORE_LIVE, &known, &status))
        return status;
    if (known.version != 0)
        return answer_registered(call, &known);
    return add_after(call, posted, config, next);
}

/* Which of the two it is, or why neither. */
static unsigned register_posted(struct sk_registry_call *call, struct sk_posted *posted)
{
    struct sk_text context = posted->schema.context;
    struct sk_error err = {0};
    enum sk_mode mode;

    if (sk_mode_in_force(call->registry->store, posted->subject, &mode, &err) != SK_OK)
        return sk_call_store_failed(call, &err);
    if (posted->id >= 0 && !sk_mode_is_import(mode))
        return sk_call_fail(call, SK_CODE_NOT_PERMITTED,
                            "Subject %.*s in context %.*s is not in import mode",
                            SK_TEXT_ARG(posted->subject), SK_TEXT_ARG(context));
    if (posted->id <= 0 && mode != SK_MODE_READWRITE)
        return sk_call_fail(call, SK_CODE_NOT_PERMITTED,
                            "Subject %.*s in context %.*s is not in read-write mode",
                            SK_TEXT_ARG(posted->subject), SK_TEXT_ARG(context));
    return posted->id > 0 ? import(call, posted) : evolve(call, posted);
}

unsigned sk_version_register(struct sk_registry_call *call)
{
    sk_posted_auto posted = {0};
    struct sk_text subject;
    unsigned status;

    if (!sk_call_subject(call, &subject, &status) ||
        !sk_call_writable(call, subject, &status) ||
        !sk_posted_read(call, subject, SK_POSTED_REGISTER, &posted, &status))
        return status;
    return register_posted(call, &posted);
}

/* Tags. -------------------------------------------------------------------------------
 */

/* Names of rules to leave out, of a list of rules. */
static void leave_out(json_t *rule_set, const json_t *names)
{
    const char *list;
    json_t *rules;
    json_t *name;
    size_t i;

    json_array_foreach(names, i, name)
    {
        json_object_foreach(rule_set, list, rules)
        {
            for (size_t r = json_array_size(rules); r > 0; r--) {
                if (json_equal(json_object_get(json_array_get(rules, r - 1), "name"),
                               name))
                    json_array_remove(rules, r - 1);
            }
        }
    }
}

static json_t *rendered(const struct sk_store_schema *schema)
{
    sk_buffer_auto text = {0};

    sk_render_schema(&text, schema, true);
    sk_buffer_append_byte(&text, '}');
    return json_loadb((const char *)text.data, text.size, 0, NULL);
}

/* The version's schema as a request to register: tags, metadata and rules changed. */
static json_t *tagged_request(const json_t *sent, const struct sk_store_version *version)
{
    json_t *request = rendered(&version->schema);
    json_t *merged = sk_rule_set_merge(json_object_get(request, "ruleSet"),
                                       json_object_get(sent, "rulesToMerge"));
    json_int_t number = json_integer_value(json_object_get(sent, "newVersion"));

    leave_out(merged, json_object_get(sent, "rulesToRemove"));
    if (merged)
        json_object_set_new(request, "ruleSet", merged);
    if (json_is_object(json_object_get(sent, "ruleSet")))
        json_object_set(request, "ruleSet", json_object_get(sent, "ruleSet"));
    if (json_is_object(json_object_get(sent, "metadata")))
        json_object_set(request, "metadata", json_object_get(sent, "metadata"));
    if (json_object_get(sent, "tagsToAdd"))
        json_object_set(request, "schemaTagsToAdd", json_object_get(sent, "tagsToAdd"));
    if (json_object_get(sent, "tagsToRemove"))
        json_object_set(request, "schemaTagsToRemove",
                        json_object_get(sent, "tagsToRemove"));
    json_object_set_new(request, "version", json_integer(number > 0 ? number : -1));
    return request;
}

unsigned sk_version_tag(struct sk_registry_call *call)
{
    struct sk_store_version version;
    sk_posted_auto posted = {0};
    json_auto_t *sent = NULL;
    unsigned status;

    if (!sk_call_find(call, &version, &status) || !sk_call_object(call, &sent, &status) ||
        !sk_call_writable(call, version.subject, &status))
        return status;
    json_auto_t *request = tagged_request(sent, &version);
    sk_auto_free char *text = json_dumps(request, JSON_COMPACT);
    call->body = (struct sk_bytes){(const uint8_t *)text, strlen(text)};
    if (!sk_posted_read(call, version.subject, SK_POSTED_CHECK, &posted, &status))
        return status;
    return register_posted(call, &posted);
}
