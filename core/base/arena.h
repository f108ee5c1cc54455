/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BASE_ARENA_H
#define SK_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/text.h"

/*
 * Memory for one message: taken in small pieces, given back all at once. {0} is an empty
 * arena; the first block comes with the first piece. One thread at a time.
 */
struct sk_arena {
    uint8_t *next, *end;          /* the free part of the current block */
    struct sk_arena_block *block; /* current; earlier ones hang behind it */
};

void sk_arena_fini(struct sk_arena *arena);
#define sk_arena_auto SK_CLEANUP(sk_arena_fini) struct sk_arena

/* Gives everything back but keeps the largest block, so that a loop allocates once. */
void sk_arena_reset(struct sk_arena *arena);

void *sk_arena_grow(struct sk_arena *arena, size_t size);

/* Uninitialised, aligned to 8 bytes; lives until reset or fini. */
static inline void *sk_arena_alloc(struct sk_arena *arena, size_t size)
{
    size_t rounded = (size + (size == 0) + 7) & ~(size_t)7;

    if (rounded < size || (size_t)(arena->end - arena->next) < rounded)
        return sk_arena_grow(arena, size);
    void *memory = arena->next;
    arena->next += rounded;
    return memory;
}

void *sk_arena_alloc_zeroed(struct sk_arena *arena, size_t size);
struct sk_text sk_arena_text(struct sk_arena *arena, struct sk_text text); /* a copy */
char *sk_arena_string(struct sk_arena *arena, struct sk_text text); /* ends with NUL */
struct sk_text sk_arena_printf(struct sk_arena *arena, const char *format, ...)
    SK_PRINTF(2, 3);

/* Bytes in all blocks: what the arena costs. */
size_t sk_arena_footprint(const struct sk_arena *arena);

#endif
