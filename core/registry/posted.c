/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/posted.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/json.h"

void sk_posted_fini(struct sk_posted *posted)
{
    sk_schema_document_unref(posted->document);
    posted->document = NULL;
}

static unsigned invalid(struct sk_registry_call *call, struct sk_posted *posted,
                        const char *reason)
{
    posted->reason = sk_arena_string(call->arena, sk_text(reason));
    return sk_call_fail(call, SK_CODE_INVALID_SCHEMA, "Invalid schema, details: %s",
                        reason);
}

/* Same schema, same id: white space and the order of members do not count; doc, aliases,
 * order and attributes do. */
static void identify(struct sk_registry_call *call, struct sk_posted *posted)
{
    const json_t *json = sk_schema_json(posted->document);
    sk_auto_free char *sorted =
        json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS);
    sk_auto_free char *compact = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);

    sk_sha256(sorted, strlen(sorted), posted->fingerprint);
    posted->text = sk_arena_text(call->arena, sk_text(compact));
}

static bool has_items(const json_t *object, const char *name)
{
    return json_array_size(json_object_get(object, name)) > 0;
}

static bool parse(struct sk_registry_call *call, const json_t *object,
                  struct sk_posted *posted, unsigned *ret_status)
{
    struct sk_text text = sk_json_text_or_absent(object, "schema");
    struct sk_text type = sk_json_text_or_absent(object, "schemaType");
    struct sk_error err = {0};

    if (type.data && !sk_text_is(type, "AVRO"))
        *ret_status = invalid(call, posted, "only schemaType AVRO is known here");
    else if (has_items(object, "references"))
        *ret_status =
            invalid(call, posted, "references to other schemas are not known here");
    else if (!sk_text_filled(text))
        *ret_status = invalid(call, posted, "the schema is empty");
    else if (text.size > SK_SCHEMA_TEXT_MAX)
        *ret_status =
            sk_call_fail(call, SK_CODE_LARGE_SCHEMA, "The schema is larger than %d bytes",
                         SK_SCHEMA_TEXT_MAX);
    else if (sk_schema_parse(text.data, text.size, &posted->document, &err) != SK_OK)
        *ret_status = invalid(call, posted, err.text);
    else
        return true;
    return false;
}

bool sk_posted_read(struct sk_registry_call *call, struct sk_posted *posted,
                    unsigned *ret_status)
{
    json_auto_t *object = NULL;

    if (!sk_call_object(call, &object, ret_status) ||
        !parse(call, object, posted, ret_status))
        return false;
    identify(call, posted);
    return true;
}

bool sk_posted_find(struct sk_registry_call *call, const struct sk_posted *posted,
                    const struct sk_store_query *where,
                    struct sk_store_version *ret_version, unsigned *ret_status)
{
    struct sk_store *store = call->registry->store;
    struct sk_store_query query = *where;
    struct sk_store_versions versions = {0};
    struct sk_error err = {0};

    enum sk_verdict verdict = sk_store_id(store, posted->fingerprint, &query.id, &err);
    if (verdict == SK_OK && query.id != 0)
        verdict = sk_store_versions(store, &query, call->arena, &versions, &err);
    if (verdict != SK_OK) {
        *ret_status = sk_call_store_failed(call, &err);
        return false;
    }
    *ret_version = versions.count ? versions.items[versions.count - 1]
                                  : (struct sk_store_version){0};
    return true;
}
