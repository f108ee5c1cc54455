/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/posted.h"

#include <stdio.h>
#include <stdlib.h>

#include "avro/schema_text.h"
#include "base/alloc.h"
#include "base/json.h"
#include "registry/config.h"
#include "registry/identity.h"
#include "registry/metadata.h"
#include "registry/mode.h"
#include "registry/subject.h"
#include "registry/tags.h"

void sk_posted_fini(struct sk_posted *posted)
{
    sk_schema_document_unref(posted->document);
    json_decref(posted->metadata);
    json_decref(posted->rule_set);
    posted->document = NULL;
}

static bool invalid(struct sk_registry_call *call, struct sk_posted *posted,
                    const char *reason, unsigned *ret_status)
{
    posted->reason = sk_arena_string(call->arena, sk_text(reason));
    *ret_status =
        sk_call_fail(call, SK_CODE_INVALID_SCHEMA, "Invalid schema, details: %s", reason);
    return false;
}

static struct sk_text dump(struct sk_registry_call *call, const json_t *value)
{
    sk_auto_free char *text = value ? json_dumps(value, JSON_COMPACT) : NULL;

    return text ? sk_arena_text(call->arena, sk_text(text)) : (struct sk_text){0};
}

void sk_posted_set(struct sk_registry_call *call, struct sk_posted *posted,
                   const json_t *metadata, const json_t *rule_set)
{
    posted->schema.metadata = dump(call, metadata);
    posted->schema.rule_set = dump(call, rule_set);
    sk_identity_fill(&posted->schema);
}

/* Reading. ----------------------------------------------------------------------------
 */

/* The members of a reference that count, in one order. A new reference. */
static json_t *normal_references(const json_t *list)
{
    static const char *const members[] = {"name", "subject", "version"};
    json_t *normal = json_array();
    json_t *sent;
    size_t i;

    json_array_foreach(list, i, sent)
    {
        json_t *reference = json_object();
        for (size_t m = 0; m < SK_COUNT(members); m++)
            json_object_set(reference, members[m], json_object_get(sent, members[m]));
        json_array_append_new(normal, reference);
    }
    return normal;
}

static bool find_references(struct sk_registry_call *call, const json_t *object,
                            struct sk_posted *posted, unsigned *ret_status)
{
    json_auto_t *list = normal_references(json_object_get(object, "references"));
    struct sk_error err = {0};

    enum sk_verdict verdict =
        sk_references_find(call->registry->store, list, posted->subject, SK_STORE_LIVE,
                           call->arena, &posted->references, &err);
    if (verdict == SK_REJECT)
        return invalid(call, posted, err.text, ret_status);
    if (verdict != SK_OK) {
        *ret_status = sk_call_store_failed(call, &err);
        return false;
    }
    posted->schema.references =
        posted->references.count ? dump(call, list) : (struct sk_text){0};
    return true;
}

/* The subject's latest live version; `version` 0: none. False: answered. */
static bool find_latest(struct sk_registry_call *call, struct sk_text subject,
                        struct sk_store_version *ret_latest, unsigned *ret_status)
{
    struct sk_store_query query = {.subject = subject};
    struct sk_error err = {0};

    if (sk_store_version(call->registry->store, &query, SK_STORE_LATEST, call->arena,
                         ret_latest, &err) == SK_OK)
        return true;
    *ret_status = sk_call_store_failed(call, &err);
    return false;
}

static json_t *load_schema(struct sk_text text)
{
    return text.data
               ? json_loadb(text.data, text.size, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL)
               : NULL;
}

/* The schema's text with the tags of the latest version (`propagateSchemaTags`), and with
 * those that the request adds and removes. */
static bool apply_tags(struct sk_registry_call *call, const json_t *object,
                       struct sk_posted *posted, struct sk_text *text,
                       unsigned *ret_status)
{
    const json_t *added = json_object_get(object, "schemaTagsToAdd");
    const json_t *removed = json_object_get(object, "schemaTagsToRemove");
    bool changes = json_array_size(added) > 0 || json_array_size(removed) > 0;
    bool spreads = json_is_true(json_object_get(object, "propagateSchemaTags"));
    struct sk_store_version latest = {0};
    struct sk_error err = {0};

    if (!changes && !spreads)
        return true;
    if (spreads && !find_latest(call, posted->subject, &latest, ret_status))
        return false;
    json_auto_t *schema = load_schema(*text);
    json_auto_t *earlier = load_schema(latest.schema.text);
    if (schema && earlier)
        sk_tags_spread(earlier, schema);
    if (schema && sk_tags_change(schema, added, removed, &err) != SK_OK)
        return invalid(call, posted, err.text, ret_status);
    sk_auto_free char *changed = json_dumps(schema, JSON_COMPACT | JSON_ENCODE_ANY);
    if (changed)
        *text = sk_arena_text(call->arena, sk_text(changed));
    if (changes && posted->version == 0)
        posted->version = -1;
    return true;
}

/* How the schema's text is read. */
struct reading {
    bool normalized; /* ?normalize, else `normalize` of the configuration */
    bool lenient;    /* with defaults of any value */
};

/* `validateNewSchemas` false, and the modes that take what another registry took. */
static enum sk_verdict find_reading(struct sk_registry_call *call, struct sk_text subject,
                                    enum sk_posted_use use, struct reading *ret,
                                    struct sk_error *err)
{
    struct sk_store *store = call->registry->store;
    json_auto_t *config = NULL;
    enum sk_mode mode;

    SK_TRY(sk_config_in_force(store, subject, &config, err));
    SK_TRY(sk_mode_in_force(store, subject, &mode, err));
    ret->normalized = sk_call_query(call, "normalize").data
                          ? sk_call_flag(call, "normalize")
                          : sk_config_flag(config, "normalize");
    ret->lenient = use == SK_POSTED_LOOK_UP || sk_mode_is_import(mode) ||
                   json_is_false(json_object_get(config, "validateNewSchemas"));
    return SK_OK;
}

static bool parse(struct sk_registry_call *call, struct sk_text text,
                  enum sk_posted_use use, struct sk_posted *posted, unsigned *ret_status)
{
    struct sk_error err = {0};
    sk_buffer_auto out = {0};
    struct reading reading;

    if (text.size > SK_SCHEMA_TEXT_MAX) {
        *ret_status =
            sk_call_fail(call, SK_CODE_LARGE_SCHEMA, "The schema is larger than %d bytes",
                         SK_SCHEMA_TEXT_MAX);
        return false;
    }
    if (find_reading(call, posted->subject, use, &reading, &err) != SK_OK) {
        *ret_status = sk_call_store_failed(call, &err);
        return false;
    }
    enum sk_verdict verdict =
        (reading.lenient ? sk_schema_parse_lenient : sk_schema_parse_with)(
            posted->references.texts, posted->references.text_count, text,
            &posted->document, &err);
    if (verdict != SK_OK)
        return invalid(call, posted, err.text, ret_status);
    sk_schema_write(posted->document,
                    reading.normalized ? SK_SCHEMA_NORMALIZED : SK_SCHEMA_AS_IS, &out);
    posted->schema.text = sk_arena_text(call->arena, sk_buffer_text(&out));
    return true;
}

static bool read_extras(struct sk_registry_call *call, const json_t *object,
                        struct sk_posted *posted, unsigned *ret_status)
{
    struct sk_error err = {0};

    if (sk_metadata_read(json_object_get(object, "metadata"), &posted->metadata, &err) !=
        SK_OK)
        *ret_status = sk_call_fail(call, SK_CODE_INVALID_SCHEMA,
                                   "Invalid metadata, details: %s", err.text);
    else if (sk_rule_set_read(json_object_get(object, "ruleSet"), &posted->rule_set,
                              &err) != SK_OK)
        *ret_status = sk_call_fail(call, SK_CODE_INVALID_RULE_SET, "Invalid rule set: %s",
                                   err.text);
    else
        return true;
    return false;
}

static int32_t number(const json_t *object, const char *name, int32_t otherwise)
{
    const json_t *value = json_object_get(object, name);
    json_int_t integer = json_integer_value(value);

    return json_is_integer(value) && integer >= -1 && integer <= INT32_MAX
               ? (int32_t)integer
               : otherwise;
}

/* Text and references of the subject's latest live version. */
static bool fill_from_latest(struct sk_registry_call *call, json_t *object,
                             struct sk_posted *posted, struct sk_text *ret_text,
                             unsigned *ret_status)
{
    struct sk_store_version latest;

    if (!find_latest(call, posted->subject, &latest, ret_status))
        return false;
    if (latest.version == 0)
        return invalid(call, posted, "the schema is empty", ret_status);
    *ret_text = latest.schema.text;
    if (latest.schema.references.data)
        json_object_set_new(object, "references",
                            json_loadb(latest.schema.references.data,
                                       latest.schema.references.size, 0, NULL));
    return true;
}

static bool read_object(struct sk_registry_call *call, json_t *object,
                        enum sk_posted_use use, struct sk_posted *posted,
                        unsigned *ret_status)
{
    struct sk_text text = sk_json_text_or_absent(object, "schema");
    struct sk_text type = sk_json_text_or_absent(object, "schemaType");

    posted->id = number(object, "id", -1);
    posted->version = number(object, "version", 0);
    if (type.data && !sk_text_is(type, "AVRO"))
        return invalid(call, posted, "only schemaType AVRO is known here", ret_status);
    if (!sk_text_filled(sk_text_trim(text))) {
        if (use != SK_POSTED_REGISTER)
            return invalid(call, posted, "the schema is empty", ret_status);
        if (!fill_from_latest(call, object, posted, &text, ret_status))
            return false;
    }
    return find_references(call, object, posted, ret_status) &&
           apply_tags(call, object, posted, &text, ret_status) &&
           parse(call, text, use, posted, ret_status) &&
           read_extras(call, object, posted, ret_status);
}

bool sk_posted_read(struct sk_registry_call *call, struct sk_text subject,
                    enum sk_posted_use use, struct sk_posted *posted,
                    unsigned *ret_status)
{
    json_auto_t *object = NULL;

    *posted = (struct sk_posted){.subject = subject, .id = -1};
    posted->schema.context = sk_subject_context(subject);
    if (!sk_call_object(call, &object, ret_status) ||
        !read_object(call, object, use, posted, ret_status))
        return false;
    sk_posted_set(call, posted, posted->metadata, posted->rule_set);
    return true;
}
