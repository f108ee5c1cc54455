/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_CALL_H
#define SK_REGISTRY_CALL_H

#include <jansson.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "registry/registry.h"

/*
 * One request as a handler sees it. A handler writes its answer's JSON to `out` and
 * returns the HTTP status.
 */
enum { SK_CALL_PARAMETERS = 2 };

struct sk_registry_call {
    struct sk_registry *registry;
    struct sk_text parameters[SK_CALL_PARAMETERS]; /* what stood at the pattern's "*" */
    struct sk_text context; /* of a path below /contexts/…; absent: none was named */
    struct sk_text query;
    struct sk_bytes body;
    struct sk_text peer;                   /* by its certificate; absent: none */
    struct sk_text authorization;          /* the header; absent: none */
    const struct sk_access_caller *caller; /* NULL: everybody may everything */
    const char *content_type; /* of the answer; NULL: as the client accepts */
    struct sk_arena *arena;
    struct sk_buffer *out;
    int file;      /* > 0: the answer is this file instead; the caller takes it */
    bool fleeting; /* the answer follows from more than the request and the store */
};

typedef unsigned sk_registry_handler(struct sk_registry_call *call);

/* Error codes of the Confluent contract; the status is in their first digits. */
enum sk_registry_code {
    SK_CODE_INCOMPATIBLE = 409,
    SK_CODE_SUBJECT = 40401,
    SK_CODE_VERSION = 40402,
    SK_CODE_SCHEMA = 40403,
    SK_CODE_SUBJECT_DELETED = 40404,
    SK_CODE_SUBJECT_NOT_DELETED = 40405,
    SK_CODE_VERSION_DELETED = 40406,
    SK_CODE_VERSION_NOT_DELETED = 40407,
    SK_CODE_NO_LEVEL = 40408,
    SK_CODE_NO_MODE = 40409,
    SK_CODE_INVALID_SCHEMA = 42201,
    SK_CODE_INVALID_VERSION = 42202,
    SK_CODE_INVALID_LEVEL = 42203,
    SK_CODE_INVALID_MODE = 42204,
    SK_CODE_NOT_PERMITTED = 42205,
    SK_CODE_REFERENCED = 42206,
    SK_CODE_INVALID_SUBJECT = 42208,
    SK_CODE_LARGE_SCHEMA = 42209,
    SK_CODE_INVALID_RULE_SET = 42210,
    SK_CODE_CONTEXT_NOT_EMPTY = 42211,
    SK_CODE_STORE = 50001,
    SK_CODE_FOLLOWER = 50003,
};

/* {"error_code","message"} and nothing else; returns the status. */
unsigned sk_call_fail(struct sk_registry_call *call, int code, const char *format, ...)
    SK_PRINTF(3, 4);

/* The common ones. store_failed logs `err` and answers 50001. */
unsigned sk_call_no_subject(struct sk_registry_call *call);
unsigned sk_call_no_version(struct sk_registry_call *call, int32_t version);
unsigned sk_call_store_failed(struct sk_registry_call *call, const struct sk_error *err);

/* Takes `value` (also a bare number) as the answer; returns 200. */
unsigned sk_call_answer_take(struct sk_registry_call *call, json_t *value);

/* Is the query parameter there and "true"? */
bool sk_call_flag(struct sk_registry_call *call, const char *name);

/* A query parameter; absent: not given. */
struct sk_text sk_call_query(struct sk_registry_call *call, const char *name);

/* The next of several parameters of one name; *rest starts as call->query. */
struct sk_text sk_call_next_query(struct sk_registry_call *call, struct sk_text *rest,
                                  const char *name);

/* ?deleted=true, ?deletedOnly=true */
enum sk_store_filter sk_call_filter(struct sk_registry_call *call);

/* ?offset and ?limit, for a list that is written item by item: is the next one shown? */
struct sk_call_page {
    size_t passed_over, shown; /* items still to come of each */
};
struct sk_call_page sk_call_page(struct sk_registry_call *call);
bool sk_call_page_takes(struct sk_call_page *page);

/* The same of an array; takes it, and returns 200. */
unsigned sk_call_answer_page_take(struct sk_registry_call *call, json_t *array);

/* The first parameter as a subject's full name, aliases followed; false: answered in
 * *ret_status. */
bool sk_call_subject(struct sk_registry_call *call, struct sk_text *ret_subject,
                     unsigned *ret_status);

/* What settings are for: the first parameter, or, in a path without one, the default
 * context or that of the path. False: answered. */
bool sk_call_scope(struct sk_registry_call *call, struct sk_text *ret_scope,
                   unsigned *ret_status);

/* Does the path name no subject? */
bool sk_call_is_of_root(const struct sk_registry_call *call);

/* The scope of the default context, or of that of the path. */
struct sk_text sk_call_root_scope(struct sk_registry_call *call);

/* The second parameter as a version; "latest" and "-1" are SK_STORE_LATEST. */
bool sk_call_version(struct sk_registry_call *call, int32_t *ret_version,
                     unsigned *ret_status);

/* The body as a JSON object, a new reference. */
bool sk_call_object(struct sk_registry_call *call, json_t **ret_object,
                    unsigned *ret_status);

/* The version that subject and version of the path name, by ?deleted; false: answered. */
bool sk_call_find(struct sk_registry_call *call, struct sk_store_version *ret_version,
                  unsigned *ret_status);

/* Any version of the subject by the filter? False: answered (40401, or the store). */
bool sk_call_subject_known(struct sk_registry_call *call, struct sk_text subject,
                           enum sk_store_filter filter, unsigned *ret_status);

/* May the scope be changed? False: answered (42205). */
bool sk_call_writable(struct sk_registry_call *call, struct sk_text scope,
                      unsigned *ret_status);

#endif
