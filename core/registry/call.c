/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/call.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/log.h"

enum { LONGEST_SUBJECT = 1024, LONGEST_MESSAGE = 4096 };

unsigned sk_call_answer_take(struct sk_registry_call *call, json_t *value)
{
    sk_auto_free char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

    json_decref(value);
    if (text)
        sk_buffer_append_text(call->out, sk_text(text));
    return 200;
}

unsigned sk_call_fail(struct sk_registry_call *call, int code, const char *format, ...)
{
    char message[LONGEST_MESSAGE];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    call->out->size = 0;
    /* A text cut in the middle of a character is no JSON: cut before it. */
    while (!sk_utf8_valid(message, strlen(message)))
        message[strlen(message) - 1] = '\0';
    sk_call_answer_take(call,
                        json_pack("{si,ss}", "error_code", code, "message", message));
    return (unsigned)(code < 1000 ? code : code / 100);
}

unsigned sk_call_no_subject(struct sk_registry_call *call)
{
    return sk_call_fail(call, SK_CODE_SUBJECT, "Subject '%.*s' not found.",
                        SK_TEXT_ARG(call->parameters[0]));
}

unsigned sk_call_no_version(struct sk_registry_call *call, int32_t version)
{
    return sk_call_fail(call, SK_CODE_VERSION, "Version %d not found.", version);
}

unsigned sk_call_store_failed(struct sk_registry_call *call, const struct sk_error *err)
{
    sk_log_error(err->id, SK_ERROR(*err));
    return sk_call_fail(call, SK_CODE_STORE, "Error in the backend data store: %s",
                        err->text);
}

bool sk_call_flag(struct sk_registry_call *call, const char *name)
{
    return sk_text_is(sk_http_query_value(call->query, name, call->arena), "true");
}

enum sk_store_filter sk_call_filter(struct sk_registry_call *call)
{
    if (sk_call_flag(call, "deletedOnly"))
        return SK_STORE_DELETED;
    return sk_call_flag(call, "deleted") ? SK_STORE_ALL : SK_STORE_LIVE;
}

/* A number in the query; `otherwise` when it is missing, negative or none. */
static size_t query_number(struct sk_registry_call *call, const char *name,
                           size_t otherwise)
{
    struct sk_text text = sk_http_query_value(call->query, name, call->arena);
    int64_t number;

    return sk_text_to_int64(text, &number) && number >= 0 ? (size_t)number : otherwise;
}

void sk_call_page(struct sk_registry_call *call, json_t *array)
{
    size_t offset = query_number(call, "offset", 0);
    size_t limit = query_number(call, "limit", SIZE_MAX);

    for (size_t i = 0; i < offset && json_array_size(array) > 0; i++)
        json_array_remove(array, 0);
    while (json_array_size(array) > limit)
        json_array_remove(array, json_array_size(array) - 1);
}

static bool is_subject(struct sk_text text)
{
    if (text.size == 0 || text.size > LONGEST_SUBJECT ||
        !sk_utf8_valid(text.data, text.size) || sk_text_is(text, "__GLOBAL") ||
        sk_text_is(text, "__EMPTY"))
        return false;
    for (size_t i = 0; i < text.size; i++) {
        if ((uint8_t)text.data[i] < 0x20 || text.data[i] == 0x7f)
            return false;
    }
    return true;
}

bool sk_call_subject(struct sk_registry_call *call, struct sk_text *ret_subject,
                     unsigned *ret_status)
{
    *ret_subject = call->parameters[0];
    if (is_subject(call->parameters[0]))
        return true;
    *ret_status = sk_call_fail(call, SK_CODE_INVALID_SUBJECT,
                               "The specified subject is not a valid one: it must hold 1 "
                               "to %d bytes of UTF-8 without control characters",
                               LONGEST_SUBJECT);
    return false;
}

bool sk_call_version(struct sk_registry_call *call, int32_t *ret_version,
                     unsigned *ret_status)
{
    struct sk_text text = call->parameters[1];
    int64_t number = 0;

    if (sk_text_is(text, "latest") || sk_text_is(text, "-1")) {
        *ret_version = SK_STORE_LATEST;
        return true;
    }
    if (sk_text_to_int64(text, &number) && number > 0 && number <= INT32_MAX) {
        *ret_version = (int32_t)number;
        return true;
    }
    bool shown = text.size <= 64 && sk_utf8_valid(text.data, text.size);
    *ret_status = sk_call_fail(call, SK_CODE_INVALID_VERSION,
                               "The specified version '%.*s' is not a valid version id. "
                               "Allowed values are between [1, 2^31-1] and the string "
                               "\"latest\"",
                               SK_TEXT_ARG(shown ? text : SK_TEXT("…")));
    return false;
}

bool sk_call_object(struct sk_registry_call *call, json_t **ret_object,
                    unsigned *ret_status)
{
    struct sk_error err = {0};
    json_t *object = NULL;

    if (sk_json_parse(call->body.data, call->body.size, &object, &err) == SK_OK &&
        json_is_object(object)) {
        *ret_object = object;
        return true;
    }
    json_decref(object);
    *ret_status = sk_call_fail(call, 400, "The request body is no JSON object: %s",
                               err.text[0] ? err.text : "another value stands there");
    return false;
}

bool sk_call_subject_known(struct sk_registry_call *call, struct sk_text subject,
                           enum sk_store_filter filter, unsigned *ret_status)
{
    struct sk_store_query query = {.subject = subject, .filter = filter};
    struct sk_store_version version;
    struct sk_error err = {0};

    if (sk_store_version(call->registry->store, &query, SK_STORE_LATEST, call->arena,
                         &version, &err) != SK_OK)
        *ret_status = sk_call_store_failed(call, &err);
    else if (version.version == 0)
        *ret_status = sk_call_no_subject(call);
    else
        return true;
    return false;
}

bool sk_call_find(struct sk_registry_call *call, struct sk_store_version *ret_version,
                  unsigned *ret_status)
{
    struct sk_store_query query = {.filter = sk_call_filter(call)};
    struct sk_error err = {0};
    int32_t version;

    if (!sk_call_subject(call, &query.subject, ret_status) ||
        !sk_call_version(call, &version, ret_status) ||
        !sk_call_subject_known(call, query.subject, query.filter, ret_status))
        return false;
    if (sk_store_version(call->registry->store, &query, version, call->arena, ret_version,
                         &err) != SK_OK)
        *ret_status = sk_call_store_failed(call, &err);
    else if (ret_version->version == 0)
        *ret_status = sk_call_no_version(call, version);
    else
        return true;
    return false;
}

/* The MD5 of the stored text as a UUID: the same in every registry that has it. */
static void format_guid(struct sk_text schema, char out[37])
{
    uint8_t digest[SK_MD5_SIZE];
    char hex[2 * SK_MD5_SIZE + 1];

    sk_md5(schema.data, schema.size, digest);
    sk_hex(digest, sizeof(digest), hex);
    snprintf(out, 37, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16,
             hex + 20);
}

json_t *sk_call_version_json(const struct sk_store_version *version)
{
    char guid[37];

    format_guid(version->schema, guid);
    return json_pack("{ss%,si,si,ss,ss,ss%}", "subject", version->subject.data,
                     version->subject.size, "id", version->id, "version",
                     version->version, "guid", guid, "schemaType", "AVRO", "schema",
                     version->schema.data, version->schema.size);
}
