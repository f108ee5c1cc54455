/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guard - which right a route needs, and on which subject.
 *
 * A route with a subject needs the right on that subject and, when it is an alias, on
 * what it stands for. Schemas by id or guid need reading somewhere: a consumer meets ids
 * of every topic it may read. So do lists, which show what the caller may read. All other
 * routes are about everything.
 */
#include "registry/guard.h"

#include "base/clock.h"
#include "base/log.h"
#include "registry/config.h"
#include "registry/jwt.h"
#include "registry/subject.h"

static enum sk_access_right right_of(const struct sk_registry_route *route)
{
    if (route->handler == sk_root || route->handler == sk_schema_types ||
        route->handler == sk_metadata_id || route->handler == sk_metadata_version ||
        route->handler == sk_openapi)
        return SK_ACCESS_NONE;
    if (strcmp(route->method, "GET") == 0)
        return SK_ACCESS_READ;
    if (route->handler == sk_version_register || route->handler == sk_version_tag)
        return SK_ACCESS_REGISTER;
    if (route->handler == sk_import)
        return SK_ACCESS_ADMINISTER;
    return strcmp(route->method, "POST") == 0 ? SK_ACCESS_READ : SK_ACCESS_ADMINISTER;
}

static bool names_a_subject(const struct sk_registry_route *route)
{
    static const char *const prefixes[] = {"/subjects/*", "/compatibility/subjects/*",
                                           "/config/*", "/mode/*"};

    for (size_t i = 0; i < SK_COUNT(prefixes); i++)
        if (strncmp(route->pattern, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

static bool names_a_schema(const struct sk_registry_route *route)
{
    return strncmp(route->pattern, "/schemas/ids/", 13) == 0 ||
           strncmp(route->pattern, "/schemas/guids/", 15) == 0;
}

static bool is_a_list(const struct sk_registry_route *route)
{
    return route->handler == sk_subjects_list || route->handler == sk_schemas_list ||
           route->handler == sk_contexts_list;
}

/* A name that cannot be one passes: the handler refuses it. */
static bool may_on_subject(struct sk_registry_call *call,
                           const struct sk_access_caller *caller,
                           enum sk_access_right right)
{
    struct sk_text name, meant;
    struct sk_error err = {0};

    if (!sk_subject_read(call->parameters[0], true, &name))
        return true;
    if (call->context.data)
        name = sk_subject_beside(sk_subject_scope(call->context, call->arena),
                                 call->parameters[0], call->arena);
    return sk_config_alias(call->registry->store, name, call->arena, &meant, &err) ==
               SK_OK &&
           sk_access_may(caller, right, name) && sk_access_may(caller, right, meant);
}

static bool may(struct sk_registry_call *call, const struct sk_access_caller *caller,
                const struct sk_registry_route *route)
{
    enum sk_access_right right = right_of(route);

    if (right == SK_ACCESS_NONE)
        return true;
    if (names_a_schema(route) || is_a_list(route))
        return sk_access_may_anywhere(caller, right);
    return names_a_subject(route) ? may_on_subject(call, caller, right)
                                  : sk_access_may(caller, right, (struct sk_text){0});
}

static void tell_store(struct sk_registry_call *call, struct sk_text who,
                       const struct sk_registry_route *route)
{
    struct sk_text what = sk_arena_printf(
        call->arena, "%s %s %.*s %.*s", route->method, route->pattern,
        SK_TEXT_ARG(call->parameters[0]), SK_TEXT_ARG(call->parameters[1]));

    sk_store_audit_next(call->registry->store, who, what);
}

/* By the file, else by a token whose subject the file names. */
static const struct sk_access_caller *find_caller(struct sk_registry_call *call,
                                                  struct sk_text authorization)
{
    const struct sk_access *access = call->registry->access;
    const struct sk_access_caller *caller =
        sk_access_find(access, authorization, call->peer, call->arena);

    if (caller || !call->registry->tokens ||
        !sk_text_starts_with(authorization, "Bearer "))
        return caller;
    struct sk_text token =
        sk_text_trim((struct sk_text){authorization.data + 7, authorization.size - 7});
    struct sk_text subject = sk_jwt_subject(call->registry->tokens, token,
                                            sk_clock_now_ms() / 1000, call->arena);
    return sk_text_filled(subject) && !sk_text_is(subject, "*")
               ? sk_access_by_name(access, subject)
               : NULL;
}

bool sk_guard_pass(struct sk_registry_call *call, const struct sk_registry_route *route,
                   struct sk_text authorization, unsigned *ret_status)
{
    const struct sk_access *access = call->registry->access;
    const struct sk_access_caller *caller = NULL;
    bool changes = strcmp(route->method, "GET") != 0;

    if (access) {
        caller = find_caller(call, authorization);
        if (!caller && right_of(route) != SK_ACCESS_NONE) {
            *ret_status = sk_call_fail(call, 401, "Unauthorized");
            return false;
        }
        if (caller && !may(call, caller, route)) {
            sk_log_warn("registry.forbidden", SK_SLICE("who", sk_access_name(caller)),
                        SK_STR("method", route->method), SK_STR("route", route->pattern));
            *ret_status = sk_call_fail(call, 403, "User %.*s is denied this operation",
                                       SK_TEXT_ARG(sk_access_name(caller)));
            return false;
        }
    }
    call->caller = caller;
    if (changes)
        tell_store(call, caller ? sk_access_name(caller) : SK_TEXT("*"), route);
    return true;
}

bool sk_guard_reads(const struct sk_registry_call *call, struct sk_text subject)
{
    return !call->caller || sk_access_may(call->caller, SK_ACCESS_READ, subject);
}

bool sk_guard_reads_in(const struct sk_registry_call *call, struct sk_text context)
{
    return !call->caller || sk_access_may_in(call->caller, SK_ACCESS_READ,
                                             sk_subject_scope(context, call->arena));
}

enum sk_verdict sk_guard_check(const struct sk_registry_options *options,
                               struct sk_error *err)
{
    struct sk_text listen = sk_text(options->listen);

    if (options->access || options->open_access || sk_text_starts_with(listen, "127.") ||
        sk_text_starts_with(listen, "[::1]:") ||
        sk_text_starts_with(listen, "localhost:"))
        return SK_OK;
    return sk_fail(err, SK_FATAL, "registry.open",
                   "%s can be reached by others, who could change every schema: give "
                   "--access FILE with who may do what, listen on 127.0.0.1, or say "
                   "--open_access true",
                   options->listen);
}
