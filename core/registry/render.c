/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/render.h"

#include <stdlib.h>

#include "avro/schema_text.h"
#include "base/alloc.h"
#include "base/json_write.h"
#include "registry/identity.h"
#include "registry/references.h"
#include "registry/tags.h"

static void append(struct sk_buffer *out, const char *text)
{
    sk_buffer_append(out, text, strlen(text));
}

static void append_number(struct sk_buffer *out, const char *before, int64_t number)
{
    append(out, before);
    sk_json_put_integer(out, number);
}

/* A member that is stored as JSON. */
static void append_stored(struct sk_buffer *out, const char *before, struct sk_text json)
{
    if (!json.data)
        return;
    append(out, before);
    sk_buffer_append_text(out, json);
}

static void append_schema(struct sk_buffer *out, const struct sk_store_schema *schema,
                          bool with_type)
{
    char guid[SK_GUID_SIZE];

    append(out, "\"guid\":\"");
    append(out, sk_guid_format(schema->guid, guid));
    append(out, with_type ? "\",\"schemaType\":\"AVRO\",\"schema\":" : "\",\"schema\":");
    sk_json_put_text(out, schema->text);
    append_stored(out, ",\"references\":", schema->references);
    append_stored(out, ",\"metadata\":", schema->metadata);
    append_stored(out, ",\"ruleSet\":", schema->rule_set);
}

void sk_render_schema(struct sk_buffer *out, const struct sk_store_schema *schema,
                      bool with_type)
{
    append(out, "{");
    append_schema(out, schema, with_type);
}

void sk_render_version(struct sk_buffer *out, const struct sk_store_version *version)
{
    append(out, "{\"subject\":");
    sk_json_put_text(out, version->subject);
    append_number(out, ",\"id\":", version->schema.id);
    append_number(out, ",\"version\":", version->version);
    append(out, ",");
    append_schema(out, &version->schema, true);
    append_number(out, ",\"ts\":", version->registered_ms);
    if (version->deleted)
        append(out, ",\"deleted\":true");
}

void sk_render_registered(struct sk_buffer *out, const struct sk_store_version *version)
{
    append_number(out, "{\"id\":", version->schema.id);
    append_number(out, ",\"version\":", version->version);
    append(out, ",");
    append_schema(out, &version->schema, true);
}

unsigned sk_render_end(struct sk_registry_call *call)
{
    append(call->out, "}");
    return 200;
}

void sk_render_tags(struct sk_registry_call *call, const struct sk_store_schema *schema)
{
    if (!sk_call_flag(call, "findTags"))
        return;
    json_auto_t *json = json_loadb(schema->text.data, schema->text.size,
                                   JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    json_auto_t *tags = sk_tags_find(json);
    sk_auto_free char *text = json_dumps(tags, JSON_COMPACT);
    append(call->out, ",\"schemaTags\":");
    append(call->out, text);
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
