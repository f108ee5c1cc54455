/* SPDX-License-Identifier: Apache-2.0 */
/* Versions of a subject: list, register, get, delete. */
#include "base/alloc.h"
#include "registry/compatibility.h"
#include "registry/routes.h"

unsigned sk_versions_list(struct sk_registry_call *call)
{
    struct sk_store_query query = {.filter = sk_call_filter(call)};
    struct sk_store_versions versions;
    struct sk_error err = {0};
    unsigned status;

    if (!sk_call_subject(call, &query.subject, &status))
        return status;
    if (sk_store_versions(call->registry->store, &query, call->arena, &versions, &err) !=
        SK_OK)
        return sk_call_store_failed(call, &err);
    if (versions.count == 0)
        return sk_call_no_subject(call);
    json_t *answer = json_array();
    for (size_t i = 0; i < versions.count; i++)
        json_array_append_new(answer, json_integer(versions.items[i].version));
    sk_call_page(call, answer);
    return sk_call_answer_take(call, answer);
}

/* Register. -------------------------------------------------------------------------- */

/* {"id","version","guid","schemaType","schema"}: as a version, without its subject. */
static unsigned answer_registered(struct sk_registry_call *call,
                                  const struct sk_store_version *version)
{
    json_t *answer = sk_call_version_json(version);

    json_object_del(answer, "subject");
    return sk_call_answer_take(call, answer);
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

/* Why the posted schema may not follow the subject's live versions, in `messages`. */
static enum sk_verdict check(struct sk_registry_call *call,
                             const struct sk_posted *posted, struct sk_text subject,
                             json_t *messages, struct sk_error *err)
{
    struct sk_store_query query = {.subject = subject, .filter = SK_STORE_LIVE};
    struct sk_store *store = call->registry->store;
    struct sk_store_versions live;
    enum sk_level level;

    SK_TRY(sk_store_versions(store, &query, call->arena, &live, err));
    SK_TRY(sk_compatibility_level(store, subject, &level, err));
    return sk_compatibility_check(posted, &live, level, messages, err);
}

static unsigned add(struct sk_registry_call *call, const struct sk_posted *posted,
                    struct sk_text subject)
{
    struct sk_store_version version = {.subject = subject, .schema = posted->text};
    json_auto_t *messages = json_array();
    struct sk_error err = {0};

    if (check(call, posted, subject, messages, &err) != SK_OK)
        return sk_call_store_failed(call, &err);
    if (json_array_size(messages) > 0)
        return answer_incompatible(call, subject, messages);
    if (sk_store_register(call->registry->store, &version, posted->fingerprint, &err) !=
        SK_OK)
        return sk_call_store_failed(call, &err);
    return answer_registered(call, &version);
}

unsigned sk_version_register(struct sk_registry_call *call)
{
    struct sk_store_query query = {.filter = SK_STORE_LIVE};
    sk_posted_auto posted = {0};
    struct sk_store_version version;
    unsigned status;

    if (!sk_call_subject(call, &query.subject, &status) ||
        !sk_posted_read(call, &posted, &status) ||
        !sk_posted_find(call, &posted, &query, &version, &status))
        return status;
    if (version.version != 0)
        return answer_registered(call, &version);
    return add(call, &posted, query.subject);
}

/* One version. ----------------------------------------------------------------------- */

unsigned sk_version_get(struct sk_registry_call *call)
{
    struct sk_store_version version;
    unsigned status;

    if (!sk_call_find(call, &version, &status))
        return status;
    return sk_call_answer_take(call, sk_call_version_json(&version));
}

unsigned sk_version_schema(struct sk_registry_call *call)
{
    struct sk_store_version version;
    unsigned status;

    if (!sk_call_find(call, &version, &status))
        return status;
    sk_buffer_append_text(call->out, version.schema);
    return 200;
}

/* The version to delete, live or soft-deleted; `latest` is the newest live one. */
static bool find_for_delete(struct sk_registry_call *call, struct sk_text *ret_subject,
                            struct sk_store_version *ret_version, unsigned *ret_status)
{
    struct sk_store_query query = {.filter = SK_STORE_ALL};
    struct sk_error err = {0};
    int32_t number;

    if (!sk_call_subject(call, &query.subject, ret_status) ||
        !sk_call_version(call, &number, ret_status) ||
        !sk_call_subject_known(call, query.subject, SK_STORE_ALL, ret_status))
        return false;
    *ret_subject = query.subject;
    if (number == SK_STORE_LATEST)
        query.filter = SK_STORE_LIVE;
    if (sk_store_version(call->registry->store, &query, number, call->arena, ret_version,
                         &err) != SK_OK)
        *ret_status = sk_call_store_failed(call, &err);
    else if (ret_version->version == 0)
        *ret_status = sk_call_no_version(call, number);
    else
        return true;
    return false;
}

unsigned sk_version_delete(struct sk_registry_call *call)
{
    bool permanent = sk_call_flag(call, "permanent");
    struct sk_store_version version;
    struct sk_error err = {0};
    struct sk_text subject;
    unsigned status;

    if (!find_for_delete(call, &subject, &version, &status))
        return status;
    if (permanent && !version.deleted)
        return sk_call_fail(
            call, SK_CODE_VERSION_NOT_DELETED,
            "Subject '%.*s' Version %d was not deleted first before being "
            "permanently deleted",
            SK_TEXT_ARG(subject), version.version);
    if (!permanent && version.deleted)
        return sk_call_fail(call, SK_CODE_VERSION_DELETED,
                            "Subject '%.*s' Version %d was soft deleted.Set "
                            "permanent=true to delete permanently",
                            SK_TEXT_ARG(subject), version.version);
    if (sk_store_delete(call->registry->store, subject, version.version, permanent,
                        &err) != SK_OK)
        return sk_call_store_failed(call, &err);
    if (permanent)
        sk_registry_answers_clear(call->registry);
    return sk_call_answer_take(call, json_integer(version.version));
}
