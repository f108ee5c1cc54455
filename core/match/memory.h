/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_MATCH_MEMORY_H
#define SK_MATCH_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"

/*
 * What people said before about the same words: where a name as it was written was
 * linked to or refused (aliases and their opposite), and about which locations a sender
 * wrote. A surface is the key of a stated name, or the opaque key of a sender.
 */
enum sk_memory_kind { SK_MEMORY_NAME, SK_MEMORY_SENDER, SK_MEMORY_KINDS };

struct sk_memory {
    struct sk_text location;
    uint32_t confirmed, refused; /* by how many people's decisions */
    bool
        certain; /* counts as a name: two people said so, or one and the address agreed */
};

/* Ordered by surface, then location; texts live in the arena. */
struct sk_memories {
    struct sk_text *surfaces;
    struct sk_memory *items;
    size_t count;
    struct sk_arena arena;
};

void sk_memories_fini(struct sk_memories *self);

/* What is remembered of that surface; borrowed. Returns how many. */
size_t sk_memories_of(const struct sk_memories *self, struct sk_text surface,
                      const struct sk_memory **ret_items);

#endif
