/* SPDX-License-Identifier: Apache-2.0 */
/* Every version of every subject, by prefix: what tools copy a registry with. */
#include "base/json.h"
#include "registry/config.h"
#include "registry/render.h"
#include "registry/routes.h"
#include "registry/subject.h"

/* Is a rule of this type in the schema's rule set? */
static bool has_rule_of(const json_t *rule_set, struct sk_text type)
{
    const char *name;
    json_t *rules;
    json_t *rule;
    size_t i;

    json_object_foreach((json_t *)rule_set, name, rules)
    {
        json_array_foreach(rules, i, rule)
        {
            if (sk_text_equal(sk_json_text_or_absent(rule, "type"), type))
                return true;
        }
    }
    return false;
}

static void add_versions(struct sk_registry_call *call,
                         const struct sk_store_versions *versions, const json_t *aliases,
                         json_t *answer)
{
    struct sk_text rule_type = sk_call_query(call, "ruleType");
    size_t first =
        sk_call_flag(call, "latestOnly") && versions->count ? versions->count - 1 : 0;

    for (size_t i = first; i < versions->count; i++) {
        json_t *version = sk_render_version(&versions->items[i]);
        if (aliases)
            json_object_set(version, "aliases", (json_t *)aliases);
        sk_render_tags(call, &versions->items[i].schema, version);
        if (!sk_text_filled(rule_type) ||
            has_rule_of(json_object_get(version, "ruleSet"), rule_type))
            json_array_append(answer, version);
        json_decref(version);
    }
}

/* {subject: [its aliases]}: a subject's configuration names what it is an alias of. */
static enum sk_verdict read_aliases(struct sk_registry_call *call, json_t *aliases,
                                    struct sk_error *err)
{
    struct sk_store *store = call->registry->store;
    struct sk_store_texts scopes;

    SK_TRY(
        sk_store_scopes(store, SK_STORE_CONFIG, SK_TEXT(""), call->arena, &scopes, err));
    for (size_t i = 0; i < scopes.count; i++) {
        struct sk_text target;
        SK_TRY(sk_config_alias(store, scopes.items[i], call->arena, &target, err));
        if (sk_text_equal(target, scopes.items[i]))
            continue;
        const char *name = sk_arena_string(call->arena, target);
        json_t *list = json_object_get(aliases, name);
        if (!list) {
            list = json_array();
            json_object_set_new(aliases, name, list);
        }
        json_array_append_new(list, sk_json_from_text(scopes.items[i]));
    }
    return SK_OK;
}

static enum sk_verdict add_subject(struct sk_registry_call *call, struct sk_text subject,
                                   const json_t *aliases, json_t *answer,
                                   struct sk_error *err)
{
    struct sk_store_query query = {.subject = subject, .filter = sk_call_filter(call)};
    struct sk_store_versions versions;

    SK_TRY(sk_store_versions(call->registry->store, &query, call->arena, &versions, err));
    add_versions(call, &versions,
                 json_object_get(aliases, sk_arena_string(call->arena, subject)), answer);
    return SK_OK;
}

/* What the aliases among the subjects that begin with the prefix stand for. */
static enum sk_verdict add_aliased(struct sk_registry_call *call,
                                   const struct sk_store_texts *subjects,
                                   const json_t *aliases, json_t *answer,
                                   struct sk_error *err)
{
    struct sk_text prefix = sk_call_query(call, "subjectPrefix");
    const char *name;
    json_t *list;

    json_object_foreach((json_t *)aliases, name, list)
    {
        bool listed = false;
        for (size_t i = 0; i < subjects->count; i++)
            listed = listed || sk_text_is(subjects->items[i], name);
        const char *alias = json_string_value(json_array_get(list, 0));
        if (!listed && prefix.data && alias &&
            strncmp(alias, prefix.data, prefix.size) == 0)
            SK_TRY(add_subject(call, sk_text(name), aliases, answer, err));
    }
    return SK_OK;
}

unsigned sk_schemas_list(struct sk_registry_call *call)
{
    json_auto_t *aliases = json_object();
    struct sk_store_texts subjects;
    struct sk_error err = {0};
    enum sk_verdict verdict = SK_OK;
    unsigned status;

    if (!sk_subjects_matching(call, "", &subjects, &status))
        return status;
    json_t *answer = json_array();
    if (sk_call_flag(call, "aliases"))
        verdict = read_aliases(call, aliases, &err);
    for (size_t i = 0; i < subjects.count && verdict == SK_OK; i++)
        verdict = add_subject(call, subjects.items[i], aliases, answer, &err);
    if (verdict == SK_OK)
        verdict = add_aliased(call, &subjects, aliases, answer, &err);
    if (verdict != SK_OK) {
        json_decref(answer);
        return sk_call_store_failed(call, &err);
    }
    return sk_call_answer_page_take(call, answer);
}
