/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/call.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/json.h"
#include "base/log.h"
#include "registry/config.h"
#include "registry/mode.h"
#include "registry/subject.h"

enum { LONGEST_MESSAGE = 4096 };

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
    if (strcmp(err->id, "registry.follower") == 0)
        return sk_call_fail(call, SK_CODE_FOLLOWER, "%s", err->text);
    sk_log_error(err->id, SK_ERROR(*err));
    return sk_call_fail(call, SK_CODE_STORE, "Error in the backend data store: %s",
                        err->text);
}

bool sk_call_flag(struct sk_registry_call *call, const char *name)
{
    return sk_text_is(sk_call_query(call, name), "true");
}

struct sk_text sk_call_query(struct sk_registry_call *call, const char *name)
{
    return sk_http_query_value(call->query, name, call->arena);
}

struct sk_text sk_call_next_query(struct sk_registry_call *call, struct sk_text *rest,
                                  const char *name)
{
    struct sk_text found = {0};

    while (rest->data && !found.data)
        found = sk_http_query_value(sk_text_split(rest, '&'), name, call->arena);
    return found;
}

enum sk_store_filter sk_call_filter(struct sk_registry_call *call)
{
    if (sk_call_flag(call, "deletedOnly"))
        return SK_STORE_DELETED;
    return sk_call_flag(call, "deleted") ? SK_STORE_ALL : SK_STORE_LIVE;
}

/* A number in the query; `otherwise` when it is missing, less than 1 or none. */
static size_t query_number(struct sk_registry_call *call, const char *name,
                           size_t otherwise)
{
    int64_t number;

    return sk_text_to_int64(sk_call_query(call, name), &number) && number > 0
               ? (size_t)number
               : otherwise;
}

struct sk_call_page sk_call_page(struct sk_registry_call *call)
{
    return (struct sk_call_page){query_number(call, "offset", 0),
                                 query_number(call, "limit", SIZE_MAX)};
}

bool sk_call_page_takes(struct sk_call_page *page)
{
    if (page->passed_over > 0) {
        page->passed_over--;
        return false;
    }
    if (page->shown == 0)
        return false;
    page->shown--;
    return true;
}

unsigned sk_call_answer_page_take(struct sk_registry_call *call, json_t *array)
{
    struct sk_call_page page = sk_call_page(call);
    json_t *shown = json_array();
    json_t *item;
    size_t i;

    json_array_foreach(array, i, item)
    {
        if (sk_call_page_takes(&page))
            json_array_append(shown, item);
    }
    json_decref(array);
    return sk_call_answer_take(call, shown);
}

/* The first parameter by its full name, in the context of the path. */
static bool read_name(struct sk_registry_call *call, bool scope, struct sk_text *ret_name,
                      unsigned *ret_status)
{
    struct sk_text written = call->parameters[0];

    if (sk_subject_read(written, scope, ret_name)) {
        if (call->context.data)
            *ret_name = sk_subject_beside(sk_subject_scope(call->context, call->arena),
                                          written, call->arena);
        call->parameters[0] = *ret_name;
        return true;
    }
    *ret_status = sk_call_fail(call, SK_CODE_INVALID_SUBJECT,
                               "The specified subject is not a valid one: it must hold 1 "
                               "to %d bytes of UTF-8 without control characters, and a "
                               "context only letters, digits, \"-\", \"_\" and \".\"",
                               SK_SUBJECT_MAX);
    return false;
}

bool sk_call_subject(struct sk_registry_call *call, struct sk_text *ret_subject,
                     unsigned *ret_status)
{
    struct sk_error err = {0};
    struct sk_text name;

    if (!read_name(call, false, &name, ret_status))
        return false;
    if (sk_config_alias(call->registry->store, name, call->arena, ret_subject, &err) ==
        SK_OK)
        return true;
    *ret_status = sk_call_store_failed(call, &err);
    return false;
}

bool sk_call_scope(struct sk_registry_call *call, struct sk_text *ret_scope,
                   unsigned *ret_status)
{
    if (!sk_call_is_of_root(call))
        return read_name(call, true, ret_scope, ret_status);
    *ret_scope = sk_call_root_scope(call);
    return true;
}

bool sk_call_is_of_root(const struct sk_registry_call *call)
{
    return !call->parameters[0].data;
}

struct sk_text sk_call_root_scope(struct sk_registry_call *call)
{
    return call->context.data ? sk_subject_scope(call->context, call->arena)
                              : SK_TEXT("");
}

bool sk_call_writable(struct sk_registry_call *call, struct sk_text scope,
                      unsigned *ret_status)
{
    struct sk_error err = {0};
    enum sk_mode mode;

    if (sk_mode_in_force(call->registry->store, scope, &mode, &err) != SK_OK)
        *ret_status = sk_call_store_failed(call, &err);
    else if (sk_mode_is_readonly(mode))
        *ret_status =
            sk_call_fail(call, SK_CODE_NOT_PERMITTED, "Subject %.*s is in read-only mode",
                         SK_TEXT_ARG(scope));
    else
        return true;
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
        !sk_call_version(call, &version, ret_status))
        return false;
    if (sk_store_version(call->registry->store, &query, version, call->arena, ret_version,
                         &err) != SK_OK)
        *ret_status = sk_call_store_failed(call, &err);
    else if (ret_version->version != 0)
        return true;
    else if (sk_call_subject_known(call, query.subject, query.filter, ret_status))
        *ret_status = sk_call_no_version(call, version);
    return false;
}
