/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

static const char *type_name(const json_t *value)
{
    static const char *const names[] = {"an object", "an array", "a string", "an integer",
                                        "a real",    "true",     "false",    "null"};

    return names[json_typeof(value)];
}

/* jansson quotes the text near the fault; logs and reasons may hold no payload. */
static void leave_out_quotation(char *text)
{
    char *near = strstr(text, " near '");

    if (near)
        *near = '\0';
}

enum sk_verdict sk_json_parse(const void *data, size_t size, json_t **ret_value,
                              struct sk_error *err)
{
    json_error_t problem;
    json_t *value =
        json_loadb(data, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &problem);

    if (!value) {
        leave_out_quotation(problem.text);
        return sk_fail(err, SK_REJECT, "json.syntax", "line %d, column %d: %s",
                       problem.line, problem.column, problem.text);
    }
    *ret_value = value;
    return SK_OK;
}

static enum sk_verdict member(const json_t *object, const char *name, json_t **ret_value,
                              struct sk_error *err)
{
    json_t *value = json_object_get(object, name);

    if (!value)
        return sk_fail(err, SK_REJECT, "json.missing", "\"%s\" is missing", name);
    *ret_value = value;
    return SK_OK;
}

enum sk_verdict sk_json_text(const json_t *object, const char *name,
                             struct sk_text *ret_text, struct sk_error *err)
{
    json_t *value = NULL;

    SK_TRY(member(object, name, &value, err));
    if (!json_is_string(value))
        return sk_fail(err, SK_REJECT, "json.type", "\"%s\" must be a string, but is %s",
                       name, type_name(value));
    *ret_text = sk_json_string(value);
    return SK_OK;
}

enum sk_verdict sk_json_int64(const json_t *object, const char *name, int64_t *ret_value,
                              struct sk_error *err)
{
    json_t *value = NULL;

    SK_TRY(member(object, name, &value, err));
    if (!json_is_integer(value))
        return sk_fail(err, SK_REJECT, "json.type",
                       "\"%s\" must be an integer, but is %s", name, type_name(value));
    *ret_value = json_integer_value(value);
    return SK_OK;
}

struct sk_text sk_json_string(const json_t *value)
{
    if (!json_is_string(value))
        return (struct sk_text){0};
    return (struct sk_text){json_string_value(value), json_string_length(value)};
}

struct sk_text sk_json_text_or_absent(const json_t *object, const char *name)
{
    return sk_json_string(json_object_get(object, name));
}

json_t *sk_json_from_text(struct sk_text text)
{
    return text.data ? json_stringn(text.data, text.size) : json_null();
}
