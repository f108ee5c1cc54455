/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BASE_ALLOC_H
#define SK_BASE_ALLOC_H

#include <stddef.h>

#include "base/compiler.h"

/*
 * Memory that is there or the process ends: out of memory aborts, the supervisor restarts
 * and the bus replays. Hence every size that comes from outside is bounded before it
 * reaches these. Freed with free().
 */
void *sk_alloc(size_t size);        /* uninitialised */
void *sk_alloc_zeroed(size_t size); /* all bytes zero */
void *sk_realloc(void *memory, size_t size);
char *sk_strdup(const char *text);
char *sk_strndup(const char *text, size_t size); /* ends with NUL */
char *sk_strf(const char *format, ...) SK_PRINTF(1, 2);

/* Asks for large pages where a table of many MB begins and ends within it: what is looked
 * up all over it then costs no walk of the page table. A wish; smaller ones are left. */
void sk_prefer_large_pages(void *memory, size_t size);

/* Grows an array to hold at least `count` items, doubling; *capacity is updated. */
void *sk_grow(void *items, size_t *capacity, size_t count, size_t item_size);

/* For locals: `SK_CLEANUP(sk_free_pointer) char *name = ...`. */
void sk_free_pointer(void *pointer_to_pointer);
#define sk_auto_free SK_CLEANUP(sk_free_pointer)

#endif
