/* SPDX-License-Identifier: Apache-2.0 */
/* Versions of a subject: list, get, who refers to them. */
#include "registry/render.h"
#include "registry/routes.h"

unsigned sk_versions_list(struct sk_registry_call *call)
{
    struct sk_store_query query = {.filter = sk_call_filter(call)};
    bool negative = sk_call_flag(call, "deletedAsNegative");
    struct sk_store_versions versions;
    struct sk_error err = {0};
    unsigned status;

    if (negative && query.filter == SK_STORE_LIVE)
        query.filter = SK_STORE_ALL;
    if (!sk_call_subject(call, &query.subject, &status))
        return status;
    if (sk_store_versions(call->registry->store, &query, call->arena, &versions, &err) !=
        SK_OK)
        return sk_call_store_failed(call, &err);
    if (versions.count == 0)
        return sk_call_no_subject(call);
    json_t *answer = json_array();
    for (size_t i = 0; i < versions.count; i++) {
        const struct sk_store_version *version = &versions.items[i];
        json_array_append_new(answer, json_integer(negative && version->deleted
                                                       ? -version->version
                                                       : version->version));
    }
    return sk_call_answer_page_take(call, answer);
}

unsigned sk_version_get(struct sk_registry_call *call)
{
    struct sk_store_version version;
    unsigned status;

    if (!sk_call_find(call, &version, &status) ||
        !sk_render_format(call, version.subject, &version.schema, &status))
        return status;
    sk_render_version(call->out, &version);
    sk_render_tags(call, &version.schema);
    return sk_render_end(call);
}

unsigned sk_version_schema(struct sk_registry_call *call)
{
    struct sk_store_version version;
    unsigned status;

    if (!sk_call_find(call, &version, &status) ||
        !sk_render_format(call, version.subject, &version.schema, &status))
        return status;
    sk_buffer_append_text(call->out, version.schema.text);
    return 200;
}

/* The ids of the schemas that refer to the version. */
unsigned sk_version_referenced_by(struct sk_registry_call *call)
{
    enum sk_store_filter filter = sk_call_filter(call);
    struct sk_store_version version;
    struct sk_store_versions referrers;
    struct sk_error err = {0};
    unsigned status;

    if (!sk_call_find(call, &version, &status))
        return status;
    struct sk_store_reference reference = {version.subject, version.version};
    if (sk_store_referrers(call->registry->store, &reference, filter, call->arena,
                           &referrers, &err) != SK_OK)
        return sk_call_store_failed(call, &err);
    json_t *ids = json_array();
    for (size_t i = 0; i < referrers.count; i++) {
        if (i == 0 || referrers.items[i].schema.id != referrers.items[i - 1].schema.id)
            json_array_append_new(ids, json_integer(referrers.items[i].schema.id));
    }
    return sk_call_answer_page_take(call, ids);
}
