/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BASE_JSON_WRITE_H
#define SK_BASE_JSON_WRITE_H

#include "base/buffer.h"
#include "base/value.h"

/*
 * JSON as text, appended to a buffer: compact, UTF-8 as it is, escapes only where RFC
 * 8259 wants them. Texts are UTF-8 already; one that is not becomes U+FFFD, as does
 * a NUL in one.
 */
void sk_json_put_text(struct sk_buffer *out, struct sk_text text); /* absent: null */
void sk_json_put_integer(struct sk_buffer *out, int64_t integer);
void sk_json_put_value(struct sk_buffer *out, const struct sk_value *value);

/* A member of an object under way: its comma, unless it is the first, its name and ':'.
 * The caller puts '{', the values and '}'. `name` needs no escapes: a field's. */
static inline void sk_json_put_name(struct sk_buffer *out, const char *name, size_t size)
{
    bool first = out->size == 0 || out->data[out->size - 1] == '{';

    sk_buffer_reserve(out, size + 4);
    uint8_t *at = out->data + out->size;
    *at = ',';
    at += !first;
    *at++ = '"';
    memcpy(at, name, size);
    at += size;
    *at++ = '"';
    *at++ = ':';
    out->size = (size_t)(at - out->data);
}

/* A whole member with a name from outside, and a text: what a row of a table becomes. */
void sk_json_put_member(struct sk_buffer *out, struct sk_text name, struct sk_text text);

#endif
