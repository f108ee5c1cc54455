/* SPDX-License-Identifier: Apache-2.0 */
/* Subjects: list, look a schema up, find a version by its metadata. */
#include "base/json.h"
#include "registry/config.h"
#include "registry/guard.h"
#include "registry/metadata.h"
#include "registry/posted.h"
#include "registry/render.h"
#include "registry/routes.h"
#include "registry/subject.h"

static void keep_readable(const struct sk_registry_call *call,
                          struct sk_store_texts *subjects)
{
    size_t kept = 0;

    for (size_t i = 0; i < subjects->count; i++)
        if (sk_guard_reads(call, subjects->items[i]))
            subjects->items[kept++] = subjects->items[i];
    subjects->count = kept;
}

bool sk_subjects_matching(struct sk_registry_call *call, const char *otherwise,
                          struct sk_store_texts *ret_subjects, unsigned *ret_status)
{
    struct sk_text prefix = sk_call_query(call, "subjectPrefix");
    bool any = false;
    struct sk_error err = {0};

    if (!prefix.data)
        prefix = sk_text(call->context.data ? "" : otherwise);
    if (sk_text_starts_with(prefix, ":*:")) {
        any = true;
        prefix = (struct sk_text){prefix.data + 3, prefix.size - 3};
    } else if (call->context.data || sk_text_starts_with(prefix, ":.:")) {
        prefix = sk_subject_beside(sk_call_root_scope(call), prefix, call->arena);
    }
    if (sk_store_subjects(call->registry->store, prefix, any, sk_call_filter(call),
                          call->arena, ret_subjects, &err) != SK_OK) {
        *ret_status = sk_call_store_failed(call, &err);
        return false;
    }
    keep_readable(call, ret_subjects);
    return true;
}

unsigned sk_subjects_list(struct sk_registry_call *call)
{
    struct sk_store_texts subjects;
    unsigned status;

    if (!sk_subjects_matching(call, ":*:", &subjects, &status))
        return status;
    json_t *answer = json_array();
    for (size_t i = 0; i < subjects.count; i++)
        json_array_append_new(answer,
                              sk_json_from_text(call->context.data
                                                    ? sk_subject_plain(subjects.items[i])
                                                    : subjects.items[i]));
    return sk_call_answer_page_take(call, answer);
}

/* The version that the posted schema is once it has taken over what a new one would. */
static bool find_inherited(struct sk_registry_call *call, struct sk_posted *posted,
                           enum sk_store_filter filter,
                           struct sk_store_version *ret_version, unsigned *ret_status)
{
    struct sk_store_query query = {.subject = posted->subject};
    struct sk_store *store = call->registry->store;
    struct sk_store_version latest;
    json_auto_t *config = NULL;
    struct sk_error err = {0};

    enum sk_verdict verdict =
        sk_store_version(store, &query, SK_STORE_LATEST, call->arena, &latest, &err);
    if (verdict == SK_OK)
        verdict = sk_config_in_force(store, posted->subject, &config, &err);
    if (verdict != SK_OK) {
        *ret_status = sk_call_store_failed(call, &err);
        return false;
    }
    sk_posted_inherit(call, posted, config, latest.version ? &latest.schema : NULL, 0);
    return sk_posted_find(call, posted, filter, ret_version, ret_status);
}

unsigned sk_subject_look_up(struct sk_registry_call *call)
{
    enum sk_store_filter filter = sk_call_filter(call);
    sk_posted_auto posted = {0};
    struct sk_store_version version;
    struct sk_text subject;
    unsigned status;

    if (!sk_call_subject(call, &subject, &status) ||
        !sk_call_subject_known(call, subject, filter, &status) ||
        !sk_posted_read(call, subject, SK_POSTED_LOOK_UP, &posted, &status) ||
        !sk_posted_find(call, &posted, filter, &version, &status))
        return status;
    if (version.version == 0 && !find_inherited(call, &posted, filter, &version, &status))
        return status;
    if (version.version == 0)
        return sk_call_fail(call, SK_CODE_SCHEMA, "Schema not found");
    if (!sk_render_format(call, subject, &version.schema, &status))
        return status;
    sk_render_version(call->out, &version);
    return sk_render_end(call);
}

/* Every ?key=…&value=… pair must be a property: the n-th key with the n-th value. */
static bool has_properties(struct sk_registry_call *call, struct sk_text metadata)
{
    json_auto_t *object =
        metadata.data ? json_loadb(metadata.data, metadata.size, 0, NULL) : NULL;
    struct sk_text keys = call->query, values = call->query;

    for (;;) {
        struct sk_text key = sk_call_next_query(call, &keys, "key");
        struct sk_text value = sk_call_next_query(call, &values, "value");
        if (!key.data)
            return true;
        const char *property =
            sk_metadata_property(object, sk_arena_string(call->arena, key));
        if (!property || !sk_text_is(value, property))
            return false;
    }
}

unsigned sk_subject_by_metadata(struct sk_registry_call *call)
{
    struct sk_store_query query = {.filter = sk_call_filter(call)};
    struct sk_store_versions versions;
    struct sk_error err = {0};
    unsigned status;

    if (!sk_call_subject(call, &query.subject, &status) ||
        !sk_call_subject_known(call, query.subject, query.filter, &status))
        return status;
    if (sk_store_versions(call->registry->store, &query, call->arena, &versions, &err) !=
        SK_OK)
        return sk_call_store_failed(call, &err);
    for (size_t i = versions.count; i > 0; i--) {
        struct sk_store_version *version = &versions.items[i - 1];
        if (!has_properties(call, version->schema.metadata))
            continue;
        if (!sk_render_format(call, version->subject, &version->schema, &status))
            return status;
        sk_render_version(call->out, version);
        return sk_render_end(call);
    }
    return sk_call_fail(call, SK_CODE_SCHEMA, "Schema not found");
}
