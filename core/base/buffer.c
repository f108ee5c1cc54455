/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"

void sk_buffer_fini(struct sk_buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct sk_buffer){0};
}

void sk_buffer_grow(struct sk_buffer *buffer, size_t more)
{
    buffer->data = sk_grow(buffer->data, &buffer->capacity, buffer->size + more, 1);
}

void sk_buffer_printf(struct sk_buffer *buffer, const char *format, ...)
{
    va_list arguments, again;

    va_start(arguments, format);
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (size > 0) {
        sk_buffer_reserve(buffer, (size_t)size + 1);
        vsnprintf((char *)buffer->data + buffer->size, (size_t)size + 1, format, again);
        buffer->size += (size_t)size;
    }
    va_end(again);
}

const char *sk_buffer_string(struct sk_buffer *buffer)
{
    sk_buffer_reserve(buffer, 1);
    buffer->data[buffer->size] = '\0';
    return (const char *)buffer->data;
}
