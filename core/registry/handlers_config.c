/* SPDX-License-Identifier: Apache-2.0 */
/* Compatibility levels: global and by subject. GET and DELETE say "compatibilityLevel",
 * PUT says "compatibility": so does the contract. */
#include "base/json.h"
#include "registry/compatibility.h"
#include "registry/routes.h"

static unsigned answer(struct sk_registry_call *call, const char *member,
                       enum sk_level level)
{
    return sk_call_answer_take(call, json_pack("{ss}", member, sk_level_name(level)));
}

static unsigned put(struct sk_registry_call *call, struct sk_text subject)
{
    json_auto_t *object = NULL;
    struct sk_error err = {0};
    unsigned status;

    if (!sk_call_object(call, &object, &status))
        return status;
    enum sk_level level = sk_level_parse(sk_json_text_or_absent(object, "compatibility"));
    if (level == SK_LEVEL_UNSET)
        return sk_call_fail(call, SK_CODE_INVALID_LEVEL,
                            "Invalid compatibility level. Valid values are none, "
                            "backward, forward, full, backward_transitive, "
                            "forward_transitive, and full_transitive");
    if (sk_store_set_level(call->registry->store, subject, (int)level, &err) != SK_OK)
        return sk_call_store_failed(call, &err);
    return answer(call, "compatibility", level);
}

unsigned sk_config_get(struct sk_registry_call *call)
{
    struct sk_error err = {0};
    enum sk_level level;

    if (sk_compatibility_level(call->registry->store, SK_TEXT(""), &level, &err) != SK_OK)
        return sk_call_store_failed(call, &err);
    return answer(call, "compatibilityLevel", level);
}

unsigned sk_config_put(struct sk_registry_call *call)
{
    return put(call, SK_TEXT(""));
}

unsigned sk_config_delete(struct sk_registry_call *call)
{
    struct sk_error err = {0};
    enum sk_level level;

    if (sk_compatibility_level(call->registry->store, SK_TEXT(""), &level, &err) !=
            SK_OK ||
        sk_store_set_level(call->registry->store, SK_TEXT(""), SK_LEVEL_UNSET, &err) !=
            SK_OK)
        return sk_call_store_failed(call, &err);
    return answer(call, "compatibilityLevel", level);
}

unsigned sk_config_subject_get(struct sk_registry_call *call)
{
    struct sk_text subject;
    struct sk_error err = {0};
    unsigned status;
    int own;

    if (!sk_call_subject(call, &subject, &status))
        return status;
    if (sk_store_level(call->registry->store, subject, &own, &err) != SK_OK)
        return sk_call_store_failed(call, &err);
    if (own == SK_LEVEL_UNSET && sk_call_flag(call, "defaultToGlobal"))
        return sk_config_get(call);
    if (own == SK_LEVEL_UNSET)
        return sk_call_fail(call, SK_CODE_NO_LEVEL,
                            "Subject '%.*s' does not have subject-level compatibility "
                            "configured",
                            SK_TEXT_ARG(subject));
    return answer(call, "compatibilityLevel", (enum sk_level)own);
}

unsigned sk_config_subject_put(struct sk_registry_call *call)
{
    struct sk_text subject;
    unsigned status;

    if (!sk_call_subject(call, &subject, &status))
        return status;
    return put(call, subject);
}

unsigned sk_config_subject_delete(struct sk_registry_call *call)
{
    struct sk_text subject;
    struct sk_error err = {0};
    unsigned status;
    int own;

    if (!sk_call_subject(call, &subject, &status))
        return status;
    if (sk_store_level(call->registry->store, subject, &own, &err) != SK_OK)
        return sk_call_store_failed(call, &err);
    if (own == SK_LEVEL_UNSET)
        return sk_call_no_subject(call);
    if (sk_store_set_level(call->registry->store, subject, SK_LEVEL_UNSET, &err) != SK_OK)
        return sk_call_store_failed(call, &err);
    return answer(call, "compatibilityLevel", (enum sk_level)own);
}
