/* SPDX-License-Identifier: Apache-2.0 */
/* Every version of every subject, by prefix: what tools copy a registry with. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/json.h"
#include "registry/config.h"
#include "registry/guard.h"
#include "registry/render.h"
#include "registry/routes.h"
#include "registry/subject.h"

/* One listing under way. */
struct listing {
    struct sk_registry_call *call;
    struct sk_call_page page;
    struct sk_text rule_type; /* absent: any */
    json_t *aliases;          /* {subject: [its aliases]} */
};

/* Is a rule of this type in the schema's rule set? */
static bool has_rule_of(struct sk_text stored, struct sk_text type)
{
    json_auto_t *rule_set =
        stored.data ? json_loadb(stored.data, stored.size, 0, NULL) : NULL;
    const char *name;
    json_t *rules;
    json_t *rule;
    size_t i;

    json_object_foreach(rule_set, name, rules)
    {
        json_array_foreach(rules, i, rule)
        {
            if (sk_text_equal(sk_json_text_or_absent(rule, "type"), type))
                return true;
        }
    }
    return false;
}

static void add_version(struct listing *self, const struct sk_store_version *version,
                        const json_t *aliases)
{
    struct sk_buffer *out = self->call->out;

    if ((sk_text_filled(self->rule_type) &&
         !has_rule_of(version->schema.rule_set, self->rule_type)) ||
        !sk_call_page_takes(&self->page))
        return;
    if (out->size > 1)
        sk_buffer_append_byte(out, ',');
    sk_render_version(out, version);
    if (aliases) {
        sk_auto_free char *text = json_dumps(aliases, JSON_COMPACT);
        sk_buffer_printf(out, ",\"aliases\":%s", text);
    }
    sk_render_tags(self->call, &version->schema);
    sk_buffer_append_byte(out, '}');
}

static enum sk_verdict add_subject(struct listing *self, struct sk_text subject,
                                   struct sk_error *err)
{
    struct sk_registry_call *call = self->call;
    struct sk_store_query query = {.subject = subject, .filter = sk_call_filter(call)};
    const json_t *aliases =
        json_object_get(self->aliases, sk_arena_string(call->arena, subject));
    struct sk_store_versions versions;

    SK_TRY(sk_store_versions(call->registry->store, &query, call->arena, &versions, err));
    size_t first =
        sk_call_flag(call, "latestOnly") && versions.count ? versions.count - 1 : 0;
    for (size_t i = first; i < versions.count; i++)
        add_version(self, &versions.items[i], aliases);
    return SK_OK;
}

/* A subject's configuration names what it is an alias of. */
static enum sk_verdict read_aliases(struct listing *self, struct sk_error *err)
{
    struct sk_arena *arena = self->call->arena;
    struct sk_store *store = self->call->registry->store;
    struct sk_store_texts scopes;

    SK_TRY(sk_store_scopes(store, SK_STORE_CONFIG, SK_TEXT(""), arena, &scopes, err));
    for (size_t i = 0; i < scopes.count; i++) {
        struct sk_text target;
        SK_TRY(sk_config_alias(store, scopes.items[i], arena, &target, err));
        if (sk_text_equal(target, scopes.items[i]))
            continue;
        const char *name = sk_arena_string(arena, target);
        json_t *list = json_object_get(self->aliases, name);
        if (!list) {
            list = json_array();
            json_object_set_new(self->aliases, name, list);
        }
        json_array_append_new(list, sk_json_from_text(scopes.items[i]));
    }
    return SK_OK;
}

/* What the aliases among the subjects that begin with the prefix stand for. */
static enum sk_verdict add_aliased(struct listing *self,
                                   const struct sk_store_texts *subjects,
                                   struct sk_error *err)
{
    struct sk_text prefix = sk_call_query(self->call, "subjectPrefix");
    const char *name;
    json_t *list;

    json_object_foreach(self->aliases, name, list)
    {
        bool listed = !sk_guard_reads(self->call, sk_text(name));
        for (size_t i = 0; i < subjects->count; i++)
            listed = listed || sk_text_is(subjects->items[i], name);
        const char *alias = json_string_value(json_array_get(list, 0));
        if (!listed && prefix.data && alias &&
            strncmp(alias, prefix.data, prefix.size) == 0)
            SK_TRY(add_subject(self, sk_text(name), err));
    }
    return SK_OK;
}

/* Filters on associations, of which this registry has none: nothing passes. */
static bool asks_for_associations(struct sk_registry_call *call)
{
    return sk_text_filled(sk_call_query(call, "resourceType")) ||
           sk_text_filled(sk_call_query(call, "associationType")) ||
           sk_text_filled(sk_call_query(call, "lifecycle"));
}

unsigned sk_schemas_list(struct sk_registry_call *call)
{
    json_auto_t *aliases = json_object();
    struct listing listing = {call, sk_call_page(call), sk_call_query(call, "ruleType"),
                              aliases};
    struct sk_store_texts subjects;
    struct sk_error err = {0};
    enum sk_verdict verdict = SK_OK;
    unsigned status;

    if (!sk_subjects_matching(call, "", &subjects, &status))
        return status;
    sk_buffer_append_byte(call->out, '[');
    if (asks_for_associations(call))
        subjects.count = 0;
    else if (sk_call_flag(call, "aliases"))
        verdict = read_aliases(&listing, &err);
    for (size_t i = 0; i < subjects.count && verdict == SK_OK; i++)
        verdict = add_subject(&listing, subjects.items[i], &err);
    if (verdict == SK_OK)
        verdict = add_aliased(&listing, &subjects, &err);
    if (verdict != SK_OK)
        return sk_call_store_failed(call, &err);
    sk_buffer_append_byte(call->out, ']');
    return 200;
}
