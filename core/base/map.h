/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BASE_MAP_H
#define SK_BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/text.h"

/*
 * Text to pointer, open addressing. Keys are copied; values are the caller's. {0} is an
 * empty map. Entries stand in one array, so a loop over `slots` sees all that have a key.
 */
struct sk_map_slot {
    char *key; /* NULL: free; ends with NUL */
    size_t key_size;
    uint64_t hash;
    void *value;
};

struct sk_map {
    struct sk_map_slot *slots;
    size_t capacity; /* a power of two, or 0 */
    size_t count;
};

/* Frees the keys; the caller frees the values first where it owns them. */
void sk_map_fini(struct sk_map *map);
#define sk_map_auto SK_CLEANUP(sk_map_fini) struct sk_map

/* The value, or NULL. */
void *sk_map_get(const struct sk_map *map, struct sk_text key);

/* Sets it and returns the value that was there before, or NULL. */
void *sk_map_put(struct sk_map *map, struct sk_text key, void *value);

/* Takes it out and returns the value, or NULL. */
void *sk_map_remove(struct sk_map *map, struct sk_text key);

/* The next used slot from *at on, or NULL; start with at = 0. No change in between. */
struct sk_map_slot *sk_map_next(const struct sk_map *map, size_t *at);

#endif
