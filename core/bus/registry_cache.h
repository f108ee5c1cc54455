/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BUS_REGISTRY_CACHE_H
#define SK_BUS_REGISTRY_CACHE_H

#include "base/buffer.h"
#include "base/hash.h"
#include "base/verdict.h"

/*
 * Every schema ever used, on disk, under the name of the registry that gave it:
 *   <folder>/<uuid>/<id>.avsc            the schema's text
 *   <folder>/<uuid>/subjects/<subject>   {"id":…,"fingerprint":"…"} of an own schema
 * Files appear whole or not at all; several processes may share the folder. Inside bus
 * only.
 */
enum { SK_REGISTRY_NAME_SIZE = 65 };

struct sk_registry_cache {
    char *folder;
    char uuid[SK_REGISTRY_NAME_SIZE]; /* "": no registry yet */
};

/* Finds which registry the folder belongs to. SK_FATAL "registry.other" when it holds
 * two. */
enum sk_verdict sk_registry_cache_init(struct sk_registry_cache *cache,
                                       const char *folder, struct sk_error *err);
void sk_registry_cache_fini(struct sk_registry_cache *cache);

/* This is the registry: the first one names the folder, another one is SK_FATAL
 * "registry.other". */
enum sk_verdict sk_registry_cache_bind(struct sk_registry_cache *cache, const char *uuid,
                                       struct sk_error *err);

/* Reading: false when it is not there or cannot be used; the registry is asked then. */
bool sk_registry_cache_schema(const struct sk_registry_cache *cache, int32_t id,
                              struct sk_buffer *out);
bool sk_registry_cache_subject(const struct sk_registry_cache *cache, const char *subject,
                               const char *fingerprint, int32_t *ret_id);

/* Writing, after bind. */
enum sk_verdict sk_registry_cache_keep_schema(const struct sk_registry_cache *cache,
                                              int32_t id, struct sk_text schema,
                                              struct sk_error *err);
enum sk_verdict sk_registry_cache_keep_subject(const struct sk_registry_cache *cache,
                                               const char *subject,
                                               const char *fingerprint, int32_t id,
                                               struct sk_error *err);

#endif
