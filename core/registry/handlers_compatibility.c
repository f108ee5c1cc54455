/* SPDX-License-Identifier: Apache-2.0 */
/* Would this schema be accepted? */
#include "registry/compatibility.h"
#include "registry/config.h"
#include "registry/routes.h"
#include "registry/users.h"

static unsigned answer(struct sk_registry_call *call, json_t *messages)
{
    json_t *object = json_pack("{sb}", "is_compatible", json_array_size(messages) == 0);

    if (sk_call_flag(call, "verbose"))
        json_object_set(object, "messages", messages);
    return sk_call_answer_take(call, object);
}

/* Checks what is posted against these versions as the subject's configuration asks. */
static unsigned check(struct sk_registry_call *call, struct sk_text subject,
                      const struct sk_store_versions *versions)
{
    sk_posted_auto posted = {0};
    sk_compatibility_auto found = sk_compatibility(call->arena);
    json_auto_t *config = NULL;
    struct sk_error err = {0};
    unsigned status;

    if (!sk_posted_read(call, subject, SK_POSTED_CHECK, &posted, &status)) {
        if (!posted.reason || !sk_call_flag(call, "verbose"))
            return status;
        call->out->size = 0;
        json_array_append_new(found.messages, json_string(posted.reason));
        return answer(call, found.messages);
    }
    enum sk_verdict verdict =
        sk_config_in_force(call->registry->store, subject, &config, &err);
    if (verdict == SK_OK)
        verdict = sk_compatibility_check(call->registry, &posted, versions, config,
                                         &found, &err);
    if (verdict != SK_OK)
        return sk_call_store_failed(call, &err);
    if (sk_call_flag(call, "verbose"))
        sk_users_add(call, &found.broken, found.messages);
    return answer(call, found.messages);
}

unsigned sk_compatibility_with_version(struct sk_registry_call *call)
{
    struct sk_store_query query = {.filter = SK_STORE_LIVE};
    struct sk_store_version version;
    struct sk_error err = {0};
    unsigned status;
    int32_t number;

    if (!sk_call_subject(call, &query.subject, &status) ||
        !sk_call_version(call, &number, &status))
        return status;
    if (sk_store_version(call->registry->store, &query, number, call->arena, &version,
                         &err) != SK_OK)
        return sk_call_store_failed(call, &err);
    if (version.version == 0 && number != SK_STORE_LATEST)
        return sk_call_no_version(call, number);
    return check(call, query.subject,
                 &(struct sk_store_versions){&version, version.version != 0});
}

unsigned sk_compatibility_with_all(struct sk_registry_call *call)
{
    struct sk_store_query query = {.filter = SK_STORE_LIVE};
    struct sk_store_versions versions;
    struct sk_error err = {0};
    unsigned status;

    if (!sk_call_subject(call, &query.subject, &status))
        return status;
    if (sk_store_versions(call->registry->store, &query, call->arena, &versions, &err) !=
        SK_OK)
        return sk_call_store_failed(call, &err);
    return check(call, query.subject, &versions);
}
