/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BASE_BUFFER_H
#define SK_BASE_BUFFER_H

#include <stdbool.h>
#include <string.h>

#include "base/compiler.h"
#include "base/text.h"

/* Bytes that grow. {0} is an empty buffer. */
struct sk_buffer {
    uint8_t *data;
    size_t size;
    size_t capacity;
};

void sk_buffer_fini(struct sk_buffer *buffer); /* frees; the buffer is {0} after it */
#define sk_buffer_auto SK_CLEANUP(sk_buffer_fini) struct sk_buffer

/* Makes room for `more` bytes after `size`; the caller fills them and adds to `size`. */
void sk_buffer_grow(struct sk_buffer *buffer, size_t more);

static inline void sk_buffer_reserve(struct sk_buffer *buffer, size_t more)
{
    if (buffer->capacity - buffer->size < more)
        sk_buffer_grow(buffer, more);
}

static inline void sk_buffer_append(struct sk_buffer *buffer, const void *data,
                                    size_t size)
{
    sk_buffer_reserve(buffer, size);
    if (size)
        memcpy(buffer->data + buffer->size, data, size);
    buffer->size += size;
}

static inline void sk_buffer_append_byte(struct sk_buffer *buffer, uint8_t byte)
{
    sk_buffer_reserve(buffer, 1);
    buffer->data[buffer->size++] = byte;
}

static inline void sk_buffer_append_text(struct sk_buffer *buffer, struct sk_text text)
{
    sk_buffer_append(buffer, text.data, text.size);
}

void sk_buffer_printf(struct sk_buffer *buffer, const char *format, ...) SK_PRINTF(2, 3);

/* The contents as a text or as bytes, until the next change of the buffer. */
static inline struct sk_text sk_buffer_text(const struct sk_buffer *buffer)
{
    return (struct sk_text){buffer->data ? (const char *)buffer->data : "", buffer->size};
}

static inline struct sk_bytes sk_buffer_bytes(const struct sk_buffer *buffer)
{
    return (struct sk_bytes){buffer->data ? buffer->data : (const uint8_t *)"",
                             buffer->size};
}

/* The contents as a C string: a NUL stands after the last byte (not counted in size). */
const char *sk_buffer_string(struct sk_buffer *buffer);

#endif
