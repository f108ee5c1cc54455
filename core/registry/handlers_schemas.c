/* SPDX-License-Identifier: Apache-2.0 */
/* Schemas by id, by guid, and all of them. */
#include "base/json.h"
#include "registry/config.h"
#include "registry/guard.h"
#include "registry/identity.h"
#include "registry/render.h"
#include "registry/routes.h"
#include "registry/subject.h"

/* The context that the path, or ?subject, or nothing, says. */
static struct sk_text asked_context(struct sk_registry_call *call,
                                    struct sk_text *ret_subject)
{
    struct sk_text written = sk_call_query(call, "subject");
    struct sk_text name = SK_TEXT("");

    if (sk_text_filled(written) && sk_subject_read(written, true, &name))
        name = sk_subject_beside(sk_call_root_scope(call), written, call->arena);
    else if (call->context.data)
        name = sk_call_root_scope(call);
    *ret_subject = sk_subject_plain(name).size > 0 ? name : (struct sk_text){0};
    return sk_subject_context(name);
}

/* A plain subject that does not have the id here: another context where it does. */
static enum sk_verdict search_contexts(struct sk_registry_call *call,
                                       struct sk_text subject, int32_t id,
                                       struct sk_text *context, struct sk_error *err)
{
    struct sk_store *store = call->registry->store;
    struct sk_store_query query = {.subject = subject, .id = id, .filter = SK_STORE_ALL};
    struct sk_store_versions uses;
    struct sk_store_texts others;

    SK_TRY(sk_store_versions(store, &query, call->arena, &uses, err));
    if (uses.count > 0)
        return SK_OK;
    SK_TRY(sk_store_contexts(store, call->arena, &others, err));
    for (size_t i = 0; i < others.count && uses.count == 0; i++) {
        query.subject = sk_subject_beside(sk_subject_scope(others.items[i], call->arena),
                                          subject, call->arena);
        SK_TRY(sk_store_versions(store, &query, call->arena, &uses, err));
        if (uses.count > 0)
            *context = others.items[i];
    }
    return SK_OK;
}

/* The schema of the path's id; false: answered. */
static bool find(struct sk_registry_call *call, struct sk_store_schema *ret_schema,
                 unsigned *ret_status)
{
    struct sk_error err = {0};
    struct sk_text subject;
    int64_t id = 0;

    if (!sk_text_to_int64(call->parameters[0], &id) || id < 0 || id > INT32_MAX) {
        *ret_status = sk_call_fail(call, 404, "HTTP 404 Not Found");
        return false;
    }
    struct sk_text context = asked_context(call, &subject);
    enum sk_verdict verdict = SK_OK;
    if (subject.data && sk_text_is(context, "."))
        verdict = search_contexts(call, subject, (int32_t)id, &context, &err);
    if (verdict == SK_OK)
        verdict = sk_store_schema(call->registry->store, context, (int32_t)id,
                                  call->arena, ret_schema, &err);
    if (verdict != SK_OK)
        *ret_status = sk_call_store_failed(call, &err);
    else if (ret_schema->id == 0)
        *ret_status = sk_call_fail(call, SK_CODE_SCHEMA, "Schema %d not found", (int)id);
    else
        return true;
    return false;
}

static bool add_highest_id(struct sk_registry_call *call, struct sk_text context,
                           unsigned *ret_status)
{
    struct sk_error err = {0};
    int32_t highest;

    if (!sk_call_flag(call, "fetchMaxId"))
        return true;
    if (sk_store_last_id(call->registry->store, context, &highest, &err) != SK_OK) {
        *ret_status = sk_call_store_failed(call, &err);
        return false;
    }
    sk_buffer_printf(call->out, ",\"maxId\":%d", highest);
    return true;
}

unsigned sk_schema_get(struct sk_registry_call *call)
{
    struct sk_store_schema schema;
    unsigned status;

    if (!find(call, &schema, &status) ||
        !sk_render_format(call, sk_subject_scope(schema.context, call->arena), &schema,
                          &status))
        return status;
    sk_render_schema(call->out, &schema, !call->registry->options.omit_avro_schema_type);
    sk_render_tags(call, &schema);
    return add_highest_id(call, schema.context, &status) ? sk_render_end(call) : status;
}

unsigned sk_schema_text(struct sk_registry_call *call)
{
    struct sk_store_schema schema;
    unsigned status;

    if (!find(call, &schema, &status) ||
        !sk_render_format(call, sk_subject_scope(schema.context, call->arena), &schema,
                          &status))
        return status;
    sk_buffer_append_text(call->out, schema.text);
    return 200;
}

/* The uses of the path's id; false: answered. */
static bool find_uses(struct sk_registry_call *call, struct sk_store_versions *ret_uses,
                      unsigned *ret_status)
{
    struct sk_store_query query = {.filter = sk_call_filter(call)};
    struct sk_error err = {0};
    struct sk_store_schema schema;

    if (!find(call, &schema, ret_status))
        return false;
    query.context = schema.context;
    query.id = schema.id;
    if (sk_store_versions(call->registry->store, &query, call->arena, ret_uses, &err) ==
        SK_OK)
        return true;
    *ret_status = sk_call_store_failed(call, &err);
    return false;
}

unsigned sk_schema_subjects(struct sk_registry_call *call)
{
    struct sk_store_versions uses;
    unsigned status;

    if (!find_uses(call, &uses, &status))
        return status;
    json_t *subjects = json_array();
    for (size_t i = 0; i < uses.count; i++) {
        if (!sk_guard_reads(call, uses.items[i].subject))
            continue;
        if (i == 0 || !sk_text_equal(uses.items[i].subject, uses.items[i - 1].subject))
            json_array_append_new(subjects, sk_json_from_text(uses.items[i].subject));
    }
    return sk_call_answer_page_take(call, subjects);
}

unsigned sk_schema_versions(struct sk_registry_call *call)
{
    struct sk_store_versions uses;
    unsigned status;

    if (!find_uses(call, &uses, &status))
        return status;
    json_t *versions = json_array();
    for (size_t i = 0; i < uses.count; i++)
        if (sk_guard_reads(call, uses.items[i].subject))
            json_array_append_new(versions, json_pack("{ss%,si}", "subject",
                                                      uses.items[i].subject.data,
                                                      uses.items[i].subject.size,
                                                      "version", uses.items[i].version));
    return sk_call_answer_page_take(call, versions);
}

unsigned sk_schema_types(struct sk_registry_call *call)
{
    return sk_call_answer_take(call, json_pack("[s]", "AVRO"));
}

/* By guid. ----------------------------------------------------------------------------
 */

static bool find_by_guid(struct sk_registry_call *call,
                         struct sk_store_versions *ret_schemas, unsigned *ret_status)
{
    uint8_t guid[SK_MD5_SIZE];
    struct sk_error err = {0};

    *ret_schemas = (struct sk_store_versions){0};
    if (sk_guid_parse(call->parameters[0], guid) &&
        sk_store_by_guid(call->registry->store, guid, call->arena, ret_schemas, &err) !=
            SK_OK)
        *ret_status = sk_call_store_failed(call, &err);
    else if (ret_schemas->count == 0)
        *ret_status = sk_call_fail(call, SK_CODE_SCHEMA, "Schema not found");
    else
        return true;
    return false;
}

unsigned sk_guid_get(struct sk_registry_call *call)
{
    struct sk_store_versions found;
    unsigned status;

    if (!find_by_guid(call, &found, &status) ||
        !sk_render_format(call,
                          sk_subject_scope(found.items[0].schema.context, call->arena),
                          &found.items[0].schema, &status))
        return status;
    sk_render_schema(call->out, &found.items[0].schema, true);
    return sk_render_end(call);
}

unsigned sk_guid_ids(struct sk_registry_call *call)
{
    struct sk_store_versions found;
    unsigned status;

    if (!find_by_guid(call, &found, &status))
        return status;
    json_t *ids = json_array();
    for (size_t i = 0; i < found.count; i++) {
        const struct sk_store_schema *schema = &found.items[i].schema;
        json_array_append_new(ids, json_pack("{ss%,si}", "context", schema->context.data,
                                             schema->context.size, "id", schema->id));
    }
    return sk_call_answer_take(call, ids);
}
