/* SPDX-License-Identifier: Apache-2.0 */
/* Linear probing; a removal shifts the following entries back, so there are no
 * tombstones. */
#include "base/map.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/hash.h"

void sk_map_fini(struct sk_map *map)
{
    for (size_t i = 0; i < map->capacity; i++)
        free(map->slots[i].key);
    free(map->slots);
    *map = (struct sk_map){0};
}

/* The slot that holds the key, or the free one where it would go. */
static struct sk_map_slot *find(const struct sk_map *map, struct sk_text key,
                                uint64_t hash)
{
    size_t mask = map->capacity - 1;

    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        struct sk_map_slot *slot = &map->slots[i];
        if (!slot->key)
            return slot;
        if (slot->hash == hash && slot->key_size == key.size &&
            (key.size == 0 || memcmp(slot->key, key.data, key.size) == 0))
            return slot;
    }
}

void *sk_map_get(const struct sk_map *map, struct sk_text key)
{
    if (map->count == 0)
        return NULL;
    const struct sk_map_slot *slot = find(map, key, sk_hash64(key.data, key.size));
    return slot->key ? slot->value : NULL;
}

static void grow(struct sk_map *map)
{
    struct sk_map bigger = {.capacity = map->capacity ? map->capacity * 2 : 16};

    bigger.slots = sk_alloc_zeroed(bigger.capacity * sizeof(*bigger.slots));
    bigger.count = map->count;
    for (size_t i = 0; i < map->capacity; i++) {
        struct sk_map_slot *slot = &map->slots[i];
        if (slot->key)
            *find(&bigger, (struct sk_text){slot->key, slot->key_size}, slot->hash) =
                *slot;
    }
    free(map->slots);
    *map = bigger;
}

void *sk_map_put(struct sk_map *map, struct sk_text key, void *value)
{
    uint64_t hash = sk_hash64(key.data, key.size);

    if ((map->count + 1) * 4 > map->capacity * 3)
        grow(map);
    struct sk_map_slot *slot = find(map, key, hash);
    if (slot->key) {
        void *before = slot->value;
        slot->value = value;
        return before;
    }
    *slot = (struct sk_map_slot){sk_strndup(key.data, key.size), key.size, hash, value};
    map->count++;
    return NULL;
}

/* Moves entries of the run behind the hole into it, unless they would stand before home.
 */
static void close_hole(struct sk_map *map, size_t hole)
{
    size_t mask = map->capacity - 1;

    for (size_t i = (hole + 1) & mask; map->slots[i].key; i = (i + 1) & mask) {
        size_t home = map->slots[i].hash & mask;
        if (((i - home) & mask) < ((i - hole) & mask))
            continue;
        map->slots[hole] = map->slots[i];
        hole = i;
    }
    map->slots[hole] = (struct sk_map_slot){0};
}

void *sk_map_remove(struct sk_map *map, struct sk_text key)
{
    if (map->count == 0)
        return NULL;
    struct sk_map_slot *slot = find(map, key, sk_hash64(key.data, key.size));
    if (!slot->key)
        return NULL;
    void *value = slot->value;
    free(slot->key);
    map->count--;
    close_hole(map, (size_t)(slot - map->slots));
    return value;
}

struct sk_map_slot *sk_map_next(const struct sk_map *map, size_t *at)
{
    while (*at < map->capacity) {
        struct sk_map_slot *slot = &map->slots[(*at)++];
        if (slot->key)
            return slot;
    }
    return NULL;
}
