/* SPDX-License-Identifier: Apache-2.0 */
/*
 * routes - from a request to its handler and back.
 *
 * Paths are split before they are unescaped, so a subject may hold "/" ("%2F").
 */
#include "registry/routes.h"

#include "registry/answers.h"
#include "registry/guard.h"
#include "registry/subject.h"

enum { SEGMENTS = 10 };

const struct sk_registry_route sk_registry_routes[] = {
    {"GET", "/schemas/ids/*", sk_schema_get},
    {"GET", "/schemas/ids/*/schema", sk_schema_text},
    {"GET", "/schemas/ids/*/subjects", sk_schema_subjects},
    {"GET", "/schemas/ids/*/versions", sk_schema_versions},
    {"GET", "/schemas/guids/*", sk_guid_get},
    {"GET", "/schemas/guids/*/ids", sk_guid_ids},
    {"GET", "/schemas/types", sk_schema_types},
    {"GET", "/schemas", sk_schemas_list},
    {"GET", "/subjects", sk_subjects_list},
    {"POST", "/subjects/*", sk_subject_look_up},
    {"DELETE", "/subjects/*", sk_subject_delete},
    {"GET", "/subjects/*/metadata", sk_subject_by_metadata},
    {"GET", "/subjects/*/versions", sk_versions_list},
    {"POST", "/subjects/*/versions", sk_version_register},
    {"GET", "/subjects/*/versions/*", sk_version_get},
    {"DELETE", "/subjects/*/versions/*", sk_version_delete},
    {"GET", "/subjects/*/versions/*/schema", sk_version_schema},
    {"GET", "/subjects/*/versions/*/referencedby", sk_version_referenced_by},
    {"POST", "/subjects/*/versions/*/tags", sk_version_tag},
    {"POST", "/compatibility/subjects/*/versions", sk_compatibility_with_all},
    {"POST", "/compatibility/subjects/*/versions/*", sk_compatibility_with_version},
    {"GET", "/config", sk_config_get},
    {"PUT", "/config", sk_config_put},
    {"DELETE", "/config", sk_config_delete},
    {"GET", "/config/*", sk_config_get},
    {"PUT", "/config/*", sk_config_put},
    {"DELETE", "/config/*", sk_config_delete},
    {"GET", "/mode", sk_mode_get},
    {"PUT", "/mode", sk_mode_put},
    {"DELETE", "/mode", sk_mode_delete},
    {"GET", "/mode/*", sk_mode_get},
    {"PUT", "/mode/*", sk_mode_put},
    {"DELETE", "/mode/*", sk_mode_delete},
    {"GET", "/contexts", sk_contexts_list},
    {"DELETE", "/contexts/*", sk_context_delete},
    {"GET", "/", sk_root},
    {"POST", "/", sk_root},
    {"GET", "/v1/metadata/id", sk_metadata_id},
    {"GET", "/v1/metadata/version", sk_metadata_version},
    {"GET", "/v1/metadata/deployment", sk_metadata_deployment},
    {"GET", "/openapi.json", sk_openapi},
    {"GET", "/v1/export", sk_export},
    {"POST", "/v1/import", sk_import},
    {NULL, NULL, NULL},
};

struct path {
    struct sk_text segments[SEGMENTS];
    size_t count;
};

/* False when it has more segments than any route. A slash at the end does not count. */
static bool split(struct sk_text text, struct path *path)
{
    path->count = 0;
    if (text.size > 0 && text.data[0] == '/') {
        text.data++;
        text.size--;
    }
    while (text.data && text.size > 0) {
        if (path->count == SEGMENTS)
            return false;
        path->segments[path->count++] = sk_text_split(&text, '/');
    }
    return true;
}

/* Does the path fit? Then the parameters are those of the path, still escaped. */
static bool matches(const struct path *path, const char *pattern,
                    struct sk_text parameters[SK_CALL_PARAMETERS])
{
    struct sk_text rest = sk_text(pattern + 1);
    size_t found = 0;
    size_t i = 0;

    for (; rest.data && rest.size > 0; i++) {
        struct sk_text wanted = sk_text_split(&rest, '/');
        if (i == path->count)
            return false;
        if (sk_text_is(wanted, "*"))
            parameters[found++] = path->segments[i];
        else if (!sk_text_equal(wanted, path->segments[i]))
            return false;
    }
    return i == path->count;
}

/* "/contexts/.c/…" is "…" in that context; false: no context has that name. */
static bool enter_context(struct sk_registry_call *call, struct path *path)
{
    struct sk_text name;

    if (path->count < 3 || !sk_text_is(path->segments[0], "contexts"))
        return true;
    name = sk_http_unescape(path->segments[1], false, call->arena);
    if (name.size > 2 && name.data[0] == ':' && name.data[name.size - 1] == ':')
        name = (struct sk_text){name.data + 1, name.size - 2};
    call->context = name;
    path->count -= 2;
    memmove(path->segments, path->segments + 2, path->count * sizeof(*path->segments));
    return sk_context_valid(name);
}

/* Everything of the request that an answer may follow from. */
static struct sk_text whole_request(const struct sk_registry_call *call,
                                    struct sk_text method, struct sk_text target)
{
    const struct sk_text parts[] = {method,
                                    target,
                                    call->query,
                                    call->caller ? sk_access_name(call->caller)
                                                 : SK_TEXT(""),
                                    {(const char *)call->body.data, call->body.size}};
    size_t size = 0;

    for (size_t i = 0; i < SK_COUNT(parts); i++)
        size += parts[i].size + 1;
    char *text = sk_arena_alloc(call->arena, size);
    char *next = text;
    for (size_t i = 0; i < SK_COUNT(parts); i++) {
        if (parts[i].size)
            memcpy(next, parts[i].data, parts[i].size);
        next += parts[i].size;
        *next++ = '\n';
    }
    return (struct sk_text){text, size};
}

unsigned sk_registry_dispatch(struct sk_registry_call *call, struct sk_text method,
                              struct sk_text target)
{
    struct path path;
    bool found = false;

    if (!split(target, &path))
        return sk_call_fail(call, 404, "HTTP 404 Not Found");
    if (!enter_context(call, &path))
        return sk_call_fail(call, SK_CODE_INVALID_SUBJECT,
                            "The context of the path is not a valid one");
    for (const struct sk_registry_route *route = sk_registry_routes; route->method;
         route++) {
        if (!matches(&path, route->pattern, call->parameters))
            continue;
        found = true;
        if (!sk_text_is(method, route->method))
            continue;
        for (size_t i = 0; i < SK_CALL_PARAMETERS; i++)
            call->parameters[i] =
                sk_http_unescape(call->parameters[i], false, call->arena);
        unsigned refused;
        if (!sk_guard_pass(call, route, call->authorization, &refused))
            return refused;
        if (sk_text_starts_with(sk_text(route->pattern), "/v1/"))
            return route->handler(call); /* about the process, not only its store */
        return sk_answers_serve(&call->registry->answers, call,
                                whole_request(call, method, target), route->handler);
    }
    return found ? sk_call_fail(call, 405, "HTTP 405 Method Not Allowed")
                 : sk_call_fail(call, 404, "HTTP 404 Not Found");
}

/* The first of the contract's types that the client names; all are the same JSON. */
static const char *content_type(struct sk_text accept)
{
    static const char *const types[] = {
        "application/vnd.schemaregistry.v1+json",
        "application/vnd.schemaregistry+json",
        "application/json",
    };

    for (size_t i = 0; accept.data && i < SK_COUNT(types); i++) {
        if (memmem(accept.data, accept.size, types[i], strlen(types[i])))
            return types[i];
    }
    return types[0];
}

static void begin(struct sk_registry_call *call, struct sk_registry *registry,
                  struct sk_http_exchange *exchange,
                  const struct sk_http_request *request)
{
    *call = (struct sk_registry_call){
        .registry = registry,
        .query = request->query,
        .body = request->body,
        .peer = sk_http_exchange_peer(exchange),
        .authorization = sk_http_exchange_header(exchange, "Authorization"),
        .arena = sk_http_exchange_arena(exchange),
    };
}

void sk_registry_handle(void *context, struct sk_http_exchange *exchange,
                        const struct sk_http_request *request)
{
    static const struct sk_http_header challenge = {"WWW-Authenticate",
                                                    "Basic realm=\"schakel-registry\""};
    sk_buffer_auto out = {0};
    struct sk_registry_call call;

    begin(&call, context, exchange, request);
    call.out = &out;
    unsigned status = sk_registry_dispatch(&call, request->method, request->path);
    sk_http_exchange_answer(
        exchange, &(struct sk_http_answer){
                      .status = status,
                      .content_type =
                          call.content_type
                              ? call.content_type
                              : content_type(sk_http_exchange_header(exchange, "Accept")),
                      .body = sk_buffer_bytes(&out),
                      .file = call.file,
                      .headers = &challenge,
                      .header_count = status == 401,
                  });
}

/* An import may be large, when its sender may import at all. */
size_t sk_registry_body_limit(void *context, struct sk_http_exchange *exchange,
                              const struct sk_http_request *request)
{
    static const struct sk_registry_route import = {"POST", "/v1/import", sk_import};
    struct sk_registry *registry = context;
    sk_buffer_auto out = {0};
    struct sk_registry_call call;
    unsigned refused;

    if (!sk_text_is(request->path, import.pattern) ||
        !sk_text_is(request->method, import.method))
        return (size_t)registry->options.body_limit;
    begin(&call, registry, exchange, request);
    call.out = &out;
    return sk_guard_pass(&call, &import, call.authorization, &refused)
               ? (size_t)registry->options.import_limit
               : (size_t)registry->options.body_limit;
}
