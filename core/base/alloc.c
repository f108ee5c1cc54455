/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static SK_COLD void out_of_memory(size_t size)
{
    fprintf(stderr, "level=fatal id=memory.exhausted bytes=%zu\n", size);
    abort();
}

void *sk_alloc(size_t size)
{
    void *memory = malloc(size ? size : 1);

    if (!memory)
        out_of_memory(size);
    return memory;
}

void *sk_alloc_zeroed(size_t size)
{
    void *memory = calloc(1, size ? size : 1);

    if (!memory)
        out_of_memory(size);
    return memory;
}

void *sk_realloc(void *memory, size_t size)
{
    void *grown = realloc(memory, size ? size : 1);

    if (!grown)
        out_of_memory(size);
    return grown;
}

char *sk_strdup(const char *text)
{
    return sk_strndup(text, strlen(text));
}

char *sk_strndup(const char *text, size_t size)
{
    char *copy = sk_alloc(size + 1);

    if (size)
        memcpy(copy, text, size);
    copy[size] = '\0';
    return copy;
}

char *sk_strf(const char *format, ...)
{
    va_list arguments;
    char *text = NULL;

    va_start(arguments, format);
    int size = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (size < 0)
        out_of_memory(strlen(format));
    return text;
}

enum { LARGE_PAGE = 2 << 20, LARGE_PAGES_FROM = 4 * LARGE_PAGE };

void sk_prefer_large_pages(void *memory, size_t size)
{
    uintptr_t begin = ((uintptr_t)memory + LARGE_PAGE - 1) & ~(uintptr_t)(LARGE_PAGE - 1);
    uintptr_t end = ((uintptr_t)memory + size) & ~(uintptr_t)(LARGE_PAGE - 1);

    if (size >= LARGE_PAGES_FROM)
        madvise((void *)begin, end - begin, MADV_HUGEPAGE);
}

void *sk_grow(void *items, size_t *capacity, size_t count, size_t item_size)
{
    size_t wanted = *capacity ? *capacity : 8;

    if (count <= *capacity)
        return items;
    while (wanted < count)
        wanted *= 2;
    if (wanted > SIZE_MAX / item_size)
        out_of_memory(SIZE_MAX);
    *capacity = wanted;
    return sk_realloc(items, wanted * item_size);
}

void sk_free_pointer(void *pointer_to_pointer)
{
    free(*(void **)pointer_to_pointer);
}
