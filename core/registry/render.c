/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/render.h"

#include "avro/schema_text.h"
#include "base/json.h"
#include "registry/identity.h"
#include "registry/references.h"
#include "registry/tags.h"

static void set_json(json_t *object, const char *name, struct sk_text text)
{
    if (text.data)
        json_object_set_new(object, name, json_loadb(text.data, text.size, 0, NULL));
}

json_t *sk_render_schema(const struct sk_store_schema *schema)
{
    char guid[SK_GUID_SIZE];
    json_t *object =
        json_pack("{ss,ss,ss%}", "guid", sk_guid_format(schema->guid, guid), "schemaType",
                  "AVRO", "schema", schema->text.data, schema->text.size);

    set_json(object, "references", schema->references);
    set_json(object, "metadata", schema->metadata);
    set_json(object, "ruleSet", schema->rule_set);
    return object;
}

json_t *sk_render_version(const struct sk_store_version *version)
{
    json_t *object =
        json_pack("{ss%,si,si}", "subject", version->subject.data, version->subject.size,
                  "id", version->schema.id, "version", version->version);

    json_object_update_new(object, sk_render_schema(&version->schema));
    json_object_set_new(object, "ts", json_integer(version->registered_ms));
    if (version->deleted)
        json_object_set_new(object, "deleted", json_true());
    return object;
}

bool sk_render_format(struct sk_registry_call *call, struct sk_text parent,
                      struct sk_store_schema *schema, unsigned *ret_status)
{
    struct sk_text format = sk_call_query(call, "format");
    sk_schema_document_auto *document = NULL;
    struct sk_error err = {0};
    sk_buffer_auto text = {0};

    if (!sk_text_filled(format) || sk_text_is(format, "default"))
        return true;
    if (!sk_text_is(format, "resolved")) {
        *ret_status = sk_call_fail(call, SK_CODE_INVALID_SCHEMA,
                                   "format must be default or resolved");
        return false;
    }
    if (sk_references_parse(call->registry->store, schema, parent, &document, &err) !=
        SK_OK) {
        *ret_status = sk_call_store_failed(call, &err);
        return false;
    }
    sk_schema_write(document, SK_SCHEMA_RESOLVED, &text);
    schema->text = sk_arena_text(call->arena, sk_buffer_text(&text));
    return true;
}

void sk_render_tags(struct sk_registry_call *call, const struct sk_store_schema *schema,
                    json_t *answer)
{
    json_auto_t *json = NULL;

    if (!sk_call_flag(call, "findTags"))
        return;
    json = json_loadb(schema->text.data, schema->text.size,
                      JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    json_object_set_new(answer, "schemaTags", sk_tags_find(json));
}
