/* SPDX-License-Identifier: Apache-2.0 */
/* Schemas by id. */
#include "base/json.h"
#include "registry/routes.h"

/* The schema of the path's id; false: answered. */
static bool find(struct sk_registry_call *call, int32_t *ret_id,
                 struct sk_text *ret_schema, unsigned *ret_status)
{
    struct sk_error err = {0};
    int64_t id = 0;

    if (!sk_text_to_int64(call->parameters[0], &id) || id < 0 || id > INT32_MAX) {
        *ret_status = sk_call_fail(call, 404, "HTTP 404 Not Found");
        return false;
    }
    *ret_id = (int32_t)id;
    if (sk_store_schema(call->registry->store, (int32_t)id, call->arena, ret_schema,
                        &err) != SK_OK)
        *ret_status = sk_call_store_failed(call, &err);
    else if (!ret_schema->data)
        *ret_status = sk_call_fail(call, SK_CODE_SCHEMA, "Schema %d not found", (int)id);
    else
        return true;
    return false;
}

unsigned sk_schema_get(struct sk_registry_call *call)
{
    struct sk_registry *registry = call->registry;
    struct sk_text schema;
    int64_t id = -1;
    unsigned status;
    int32_t known;

    sk_text_to_int64(call->parameters[0], &id);
    const struct sk_buffer *kept =
        id >= 0 && id <= INT32_MAX ? sk_registry_answer_get(registry, (int32_t)id) : NULL;
    if (kept) {
        sk_buffer_append(call->out, kept->data, kept->size);
        return 200;
    }
    if (!find(call, &known, &schema, &status))
        return status;
    json_t *answer = json_pack("{ss%}", "schema", schema.data, schema.size);
    if (!registry->options.omit_avro_schema_type)
        json_object_set_new(answer, "schemaType", json_string("AVRO"));
    status = sk_call_answer_take(call, answer);
    sk_registry_answer_put(registry, known, sk_buffer_text(call->out));
    return status;
}

unsigned sk_schema_text(struct sk_registry_call *call)
{
    struct sk_text schema;
    unsigned status;
    int32_t id;

    if (!find(call, &id, &schema, &status))
        return status;
    sk_buffer_append_text(call->out, schema);
    return 200;
}

/* The uses of the path's id; false: answered. */
static bool find_uses(struct sk_registry_call *call, struct sk_store_versions *ret_uses,
                      unsigned *ret_status)
{
    struct sk_store_query query = {.filter = sk_call_filter(call)};
    struct sk_error err = {0};
    struct sk_text schema;

    if (!find(call, &query.id, &schema, ret_status))
        return false;
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
        if (i == 0 || !sk_text_equal(uses.items[i].subject, uses.items[i - 1].subject))
            json_array_append_new(subjects, sk_json_from_text(uses.items[i].subject));
    }
    sk_call_page(call, subjects);
    return sk_call_answer_take(call, subjects);
}

unsigned sk_schema_versions(struct sk_registry_call *call)
{
    struct sk_store_versions uses;
    unsigned status;

    if (!find_uses(call, &uses, &status))
        return status;
    json_t *versions = json_array();
    for (size_t i = 0; i < uses.count; i++)
        json_array_append_new(versions,
                              json_pack("{ss%,si}", "subject", uses.items[i].subject.data,
                                        uses.items[i].subject.size, "version",
                                        uses.items[i].version));
    sk_call_page(call, versions);
    return sk_call_answer_take(call, versions);
}

unsigned sk_schema_types(struct sk_registry_call *call)
{
    return sk_call_answer_take(call, json_pack("[s]", "AVRO"));
}
