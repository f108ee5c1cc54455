/* SPDX-License-Identifier: Apache-2.0 */
/* cache - rendered answers by id, which every reader of the bus asks for. */
#include <stdlib.h>

#include "base/alloc.h"
#include "registry/registry.h"

enum {
    LARGEST_ID = 65536, /* higher ids are answered from the store */
    LARGEST_BYTES = 8 * 1024 * 1024,
};

const struct sk_buffer *sk_registry_cache_get(const struct sk_registry *registry,
                                              int32_t id)
{
    const struct sk_registry_cache *cache = &registry->cache;

    if (id < 0 || (size_t)id >= cache->count || !cache->answers[id].data)
        return NULL;
    return &cache->answers[id];
}

static void make_room(struct sk_registry_cache *cache, size_t count)
{
    size_t capacity = cache->count ? cache->count : 64;

    while (capacity < count)
        capacity *= 2;
    if (capacity == cache->count)
        return;
    cache->answers = sk_realloc(cache->answers, capacity * sizeof(*cache->answers));
    memset(cache->answers + cache->count, 0,
           (capacity - cache->count) * sizeof(*cache->answers));
    cache->count = capacity;
}

void sk_registry_cache_put(struct sk_registry *registry, int32_t id,
                           struct sk_text answer)
{
    struct sk_registry_cache *cache = &registry->cache;

    if (id < 0 || id > LARGEST_ID || cache->bytes + answer.size > LARGEST_BYTES)
        return;
    make_room(cache, (size_t)id + 1);
    cache->bytes += answer.size - cache->answers[id].size;
    cache->answers[id].size = 0;
    sk_buffer_append_text(&cache->answers[id], answer);
}

void sk_registry_cache_clear(struct sk_registry *registry)
{
    struct sk_registry_cache *cache = &registry->cache;

    for (size_t i = 0; i < cache->count; i++)
        sk_buffer_fini(&cache->answers[i]);
    free(cache->answers);
    *cache = (struct sk_registry_cache){0};
}
