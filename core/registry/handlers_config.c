/* SPDX-License-Identifier: Apache-2.0 */
/* Configuration of the whole, a context or a subject. GET and DELETE say
 * "compatibilityLevel", PUT says "compatibility": so does the contract. */
#include "base/alloc.h"
#include "base/json.h"
#include "registry/config.h"
#include "registry/routes.h"

static unsigned refuse(struct sk_registry_call *call, const struct sk_error *err)
{
    if (strcmp(err->id, "registry.level") == 0)
        return sk_call_fail(call, SK_CODE_INVALID_LEVEL,
                            "Invalid compatibility level. Valid values are none, "
                            "backward, forward, full, backward_transitive, "
                            "forward_transitive, and full_transitive");
    if (strcmp(err->id, "registry.rule_set") == 0)
        return sk_call_fail(call, SK_CODE_INVALID_RULE_SET, "Invalid rule set: %s",
                            err->text);
    return sk_call_fail(call, 422, "Invalid configuration: %s", err->text);
}

static enum sk_verdict save(struct sk_registry_call *call, struct sk_text scope,
                            const json_t *config, struct sk_error *err)
{
    sk_auto_free char *text = config ? json_dumps(config, JSON_COMPACT) : NULL;

    return sk_store_set(call->registry->store, SK_STORE_CONFIG, scope, sk_text(text),
                        err);
}

static unsigned put(struct sk_registry_call *call, struct sk_text scope)
{
    json_auto_t *sent = NULL;
    json_auto_t *earlier = NULL;
    json_auto_t *config = NULL;
    struct sk_error err = {0};
    unsigned status;

    if (!sk_call_object(call, &sent, &status) || !sk_call_writable(call, scope, &status))
        return status;
    enum sk_verdict verdict = sk_config_own(call->registry->store, scope, &earlier, &err);
    if (verdict == SK_OK && sk_config_change(earlier, sent, &config, &err) != SK_OK)
        return refuse(call, &err);
    if (verdict == SK_OK)
        verdict = save(call, scope, config, &err);
    if (verdict != SK_OK)
        return sk_call_store_failed(call, &err);
    json_t *level = json_object_get(config, "compatibilityLevel");
    if (level)
        json_object_set(config, "compatibility", level);
    json_object_del(config, "compatibilityLevel");
    return sk_call_answer_take(call, json_incref(config));
}

/* What is in force for the scope. */
static unsigned answer_in_force(struct sk_registry_call *call, struct sk_text scope)
{
    struct sk_error err = {0};
    json_t *config;

    if (sk_config_in_force(call->registry->store, scope, &config, &err) != SK_OK)
        return sk_call_store_failed(call, &err);
    return sk_call_answer_take(call, config);
}

/* Removes the scope's own and answers what was in force. */
static unsigned remove_own(struct sk_registry_call *call, struct sk_text scope)
{
    struct sk_error err = {0};
    json_t *config;
    unsigned status;

    if (!sk_call_writable(call, scope, &status))
        return status;
    if (sk_config_in_force(call->registry->store, scope, &config, &err) != SK_OK)
        return sk_call_store_failed(call, &err);
    if (save(call, scope, NULL, &err) != SK_OK) {
        json_decref(config);
        return sk_call_store_failed(call, &err);
    }
    return sk_call_answer_take(call, config);
}

unsigned sk_config_get(struct sk_registry_call *call)
{
    struct sk_text scope;
    struct sk_error err = {0};
    json_t *own;
    unsigned status;

    if (!sk_call_scope(call, &scope, &status))
        return status;
    if (sk_call_is_of_root(call) || sk_call_flag(call, "defaultToGlobal"))
        return answer_in_force(call, scope);
    if (sk_config_own(call->registry->store, scope, &own, &err) != SK_OK)
        return sk_call_store_failed(call, &err);
    if (own)
        return sk_call_answer_take(call, own);
    return sk_call_fail(call, SK_CODE_NO_LEVEL,
                        "Subject '%.*s' does not have subject-level compatibility "
                        "configured",
                        SK_TEXT_ARG(scope));
}

unsigned sk_config_put(struct sk_registry_call *call)
{
    struct sk_text scope;
    unsigned status;

    return sk_call_scope(call, &scope, &status) ? put(call, scope) : status;
}

unsigned sk_config_delete(struct sk_registry_call *call)
{
    struct sk_text scope;
    struct sk_error err = {0};
    json_auto_t *own = NULL;
    unsigned status;

    if (!sk_call_scope(call, &scope, &status))
        return status;
    if (sk_config_own(call->registry->store, scope, &own, &err) != SK_OK)
        return sk_call_store_failed(call, &err);
    return own || sk_call_is_of_root(call) ? remove_own(call, scope)
                                           : sk_call_no_subject(call);
}
