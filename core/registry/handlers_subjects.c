/* SPDX-License-Identifier: Apache-2.0 */
/* Subjects: list, look a schema up, delete. */
#include "base/json.h"
#include "registry/posted.h"
#include "registry/routes.h"

unsigned sk_subjects_list(struct sk_registry_call *call)
{
    struct sk_text prefix =
        sk_http_query_value(call->query, "subjectPrefix", call->arena);
    struct sk_store_texts subjects;
    struct sk_error err = {0};

    /* ":*:" is "every context", and there is one. */
    if (!prefix.data || sk_text_is(prefix, ":*:"))
        prefix = SK_TEXT("");
    if (sk_store_subjects(call->registry->store, prefix, sk_call_filter(call),
                          call->arena, &subjects, &err) != SK_OK)
        return sk_call_store_failed(call, &err);
    json_t *answer = json_array();
    for (size_t i = 0; i < subjects.count; i++)
        json_array_append_new(answer, sk_json_from_text(subjects.items[i]));
    sk_call_page(call, answer);
    return sk_call_answer_take(call, answer);
}

unsigned sk_subject_look_up(struct sk_registry_call *call)
{
    struct sk_store_query query = {.filter = sk_call_filter(call)};
    sk_posted_auto posted = {0};
    struct sk_store_version version;
    unsigned status;

    if (!sk_call_subject(call, &query.subject, &status) ||
        !sk_call_subject_known(call, query.subject, query.filter, &status) ||
        !sk_posted_read(call, &posted, &status) ||
        !sk_posted_find(call, &posted, &query, &version, &status))
        return status;
    if (version.version == 0)
        return sk_call_fail(call, SK_CODE_SCHEMA, "Schema not found");
    return sk_call_answer_take(call, sk_call_version_json(&version));
}

static json_t *numbers(const struct sk_store_versions *versions)
{
    json_t *array = json_array();

    for (size_t i = 0; i < versions->count; i++)
        json_array_append_new(array, json_integer(versions->items[i].version));
    return array;
}

static unsigned delete_all(struct sk_registry_call *call, struct sk_text subject,
                           const struct sk_store_versions *versions, bool permanent)
{
    struct sk_error err = {0};

    if (sk_store_delete(call->registry->store, subject, 0, permanent, &err) != SK_OK)
        return sk_call_store_failed(call, &err);
    if (permanent)
        sk_registry_answers_clear(call->registry);
    return sk_call_answer_take(call, numbers(versions));
}

unsigned sk_subject_delete(struct sk_registry_call *call)
{
    struct sk_store_query query = {.filter = SK_STORE_ALL};
    struct sk_store *store = call->registry->store;
    struct sk_store_versions all, live;
    struct sk_error err = {0};
    unsigned status;

    if (!sk_call_subject(call, &query.subject, &status))
        return status;
    enum sk_verdict verdict = sk_store_versions(store, &query, call->arena, &all, &err);
    query.filter = SK_STORE_LIVE;
    if (verdict == SK_OK)
        verdict = sk_store_versions(store, &query, call->arena, &live, &err);
    if (verdict != SK_OK)
        return sk_call_store_failed(call, &err);
    if (all.count == 0)
        return sk_call_no_subject(call);
    bool permanent = sk_call_flag(call, "permanent");
    if (permanent && live.count > 0)
        return sk_call_fail(call, SK_CODE_SUBJECT_NOT_DELETED,
                            "Subject '%.*s' was not deleted first before being "
                            "permanently deleted",
                            SK_TEXT_ARG(query.subject));
    if (!permanent && live.count == 0)
        return sk_call_fail(call, SK_CODE_SUBJECT_DELETED,
                            "Subject '%.*s' was soft deleted.Set permanent=true to "
                            "delete permanently",
                            SK_TEXT_ARG(query.subject));
    return delete_all(call, query.subject, permanent ? &all : &live, permanent);
}
