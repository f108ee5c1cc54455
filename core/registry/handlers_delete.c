/* SPDX-License-Identifier: Apache-2.0 */
/* Deleting subjects and versions: softly first, then for ever. */
#include "registry/routes.h"

/* Does another subject's schema refer to the version (0: to any of them)? A permanent
 * delete also counts soft-deleted referrers. True: answered. */
static bool is_referenced(struct sk_registry_call *call, struct sk_text subject,
                          int32_t version, bool permanent, unsigned *ret_status)
{
    struct sk_store_reference reference = {subject, version};
    struct sk_store_versions referrers = {0};
    struct sk_error err = {0};

    if (sk_store_referrers(call->registry->store, &reference,
                           permanent ? SK_STORE_ALL : SK_STORE_LIVE, call->arena,
                           &referrers, &err) != SK_OK) {
        *ret_status = sk_call_store_failed(call, &err);
        return true;
    }
    for (size_t i = 0; i < referrers.count; i++) {
        if (sk_text_equal(referrers.items[i].subject, subject))
            continue;
        *ret_status = sk_call_fail(
            call, SK_CODE_REFERENCED,
            "One or more references exist to the schema {subject=%.*s,version=%d}: "
            "subject \"%.*s\" version %d has one",
            SK_TEXT_ARG(subject), version, SK_TEXT_ARG(referrers.items[i].subject),
            referrers.items[i].version);
        return true;
    }
    return false;
}

static unsigned delete_and_answer(struct sk_registry_call *call, struct sk_text subject,
                                  int32_t version, json_t *answer)
{
    bool permanent = sk_call_flag(call, "permanent");
    struct sk_error err = {0};

    if (sk_store_delete(call->registry->store, subject, version, permanent, &err) !=
        SK_OK) {
        json_decref(answer);
        return sk_call_store_failed(call, &err);
    }
    return sk_call_answer_take(call, answer);
}

static json_t *numbers(const struct sk_store_versions *versions)
{
    json_t *array = json_array();

    for (size_t i = 0; i < versions->count; i++)
        json_array_append_new(array, json_integer(versions->items[i].version));
    return array;
}

/* All versions of the subject, and the live ones. */
static bool list_both(struct sk_registry_call *call, struct sk_text subject,
                      struct sk_store_versions *ret_all,
                      struct sk_store_versions *ret_live, unsigned *ret_status)
{
    struct sk_store_query query = {.subject = subject, .filter = SK_STORE_ALL};
    struct sk_store *store = call->registry->store;
    struct sk_error err = {0};

    enum sk_verdict verdict =
        sk_store_versions(store, &query, call->arena, ret_all, &err);
    query.filter = SK_STORE_LIVE;
    if (verdict == SK_OK)
        verdict = sk_store_versions(store, &query, call->arena, ret_live, &err);
    if (verdict == SK_OK)
        return true;
    *ret_status = sk_call_store_failed(call, &err);
    return false;
}

unsigned sk_subject_delete(struct sk_registry_call *call)
{
    bool permanent = sk_call_flag(call, "permanent");
    struct sk_store_versions all, live;
    struct sk_text subject;
    unsigned status;

    if (!sk_call_subject(call, &subject, &status) ||
        !sk_call_writable(call, subject, &status) ||
        !list_both(call, subject, &all, &live, &status))
        return status;
    if (all.count == 0)
        return sk_call_no_subject(call);
    if (permanent && live.count > 0)
        return sk_call_fail(call, SK_CODE_SUBJECT_NOT_DELETED,
                            "Subject '%.*s' was not deleted first before being "
                            "permanently deleted",
                            SK_TEXT_ARG(subject));
    if (!permanent && live.count == 0)
        return sk_call_fail(call, SK_CODE_SUBJECT_DELETED,
                            "Subject '%.*s' was soft deleted.Set permanent=true to "
                            "delete permanently",
                            SK_TEXT_ARG(subject));
    if (is_referenced(call, subject, 0, permanent, &status))
        return status;
    return delete_and_answer(call, subject, 0, numbers(permanent ? &all : &live));
}

/* The version to delete, live or soft-deleted; `latest` is the newest live one. */
static bool find(struct sk_registry_call *call, struct sk_text *ret_subject,
                 struct sk_store_version *ret_version, unsigned *ret_status)
{
    struct sk_store_query query = {.filter = SK_STORE_ALL};
    struct sk_error err = {0};
    int32_t number;

    if (!sk_call_subject(call, &query.subject, ret_status) ||
        !sk_call_version(call, &number, ret_status) ||
        !sk_call_writable(call, query.subject, ret_status) ||
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
    struct sk_text subject;
    unsigned status;

    if (!find(call, &subject, &version, &status))
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
    if (is_referenced(call, subject, version.version, permanent, &status))
        return status;
    return delete_and_answer(call, subject, version.version,
                             json_integer(version.version));
}
