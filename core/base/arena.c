/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"

struct sk_arena_block {
    struct sk_arena_block *earlier;
    size_t size; /* of `memory` */
    _Alignas(16) uint8_t memory[];
};

static const size_t first_block = 4096 - sizeof(struct sk_arena_block);
static const size_t largest_step = (size_t)1 << 20;

void sk_arena_fini(struct sk_arena *arena)
{
    struct sk_arena_block *block = arena->block;

    while (block) {
        struct sk_arena_block *earlier = block->earlier;
        free(block);
        block = earlier;
    }
    *arena = (struct sk_arena){0};
}

static struct sk_arena_block *largest(struct sk_arena_block *block)
{
    struct sk_arena_block *best = block;

    for (; block; block = block->earlier)
        if (block->size > best->size)
            best = block;
    return best;
}

static void use(struct sk_arena *arena, struct sk_arena_block *block)
{
    arena->block = block;
    arena->next = block->memory;
    arena->end = block->memory + block->size;
}

void sk_arena_reset(struct sk_arena *arena)
{
    struct sk_arena_block *block = arena->block, *keep;

    if (block && !block->earlier) { /* a loop that has found its size */
        arena->next = block->memory;
        return;
    }
    keep = largest(block);
    while (block) {
        struct sk_arena_block *earlier = block->earlier;
        if (block != keep)
            free(block);
        block = earlier;
    }
    if (keep) {
        keep->earlier = NULL;
        use(arena, keep);
    }
}

void *sk_arena_grow(struct sk_arena *arena, size_t size)
{
    size_t step = arena->block ? arena->block->size * 2 : first_block;
    size_t rounded = (size + 7) & ~(size_t)7;

    if (step > largest_step)
        step = largest_step;
    if (rounded < size)
        rounded = SIZE_MAX - sizeof(struct sk_arena_block);
    if (step < rounded)
        step = rounded;
    struct sk_arena_block *block = sk_alloc(sizeof(*block) + step);
    block->size = step;
    block->earlier = arena->block;
    use(arena, block);
    arena->next += rounded;
    return block->memory;
}

void *sk_arena_alloc_zeroed(struct sk_arena *arena, size_t size)
{
    void *memory = sk_arena_alloc(arena, size);

    if (size)
        memset(memory, 0, size);
    return memory;
}

struct sk_text sk_arena_text(struct sk_arena *arena, struct sk_text text)
{
    if (!text.data)
        return text;
    return (struct sk_text){sk_arena_string(arena, text), text.size};
}

char *sk_arena_string(struct sk_arena *arena, struct sk_text text)
{
    char *copy = sk_arena_alloc(arena, text.size + 1);

    if (text.size)
        memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    return copy;
}

struct sk_text sk_arena_printf(struct sk_arena *arena, const char *format, ...)
{
    va_list arguments, again;

    char *tried = (char *)arena->next; /* most often it fits where the arena is */
    size_t room = (size_t)(arena->end - arena->next);

    va_start(arguments, format);
    va_copy(again, arguments);
    int size = vsnprintf(tried, room, format, arguments);
    va_end(arguments);
    size_t used = size > 0 ? (size_t)size : 0;
    char *text = sk_arena_alloc(arena, used + 1);
    if (text != tried)
        vsnprintf(text, used + 1, format, again);
    va_end(again);
    return (struct sk_text){text, used};
}

size_t sk_arena_footprint(const struct sk_arena *arena)
{
    size_t total = 0;

    for (const struct sk_arena_block *block = arena->block; block; block = block->earlier)
        total += sizeof(*block) + block->size;
    return total;
}
