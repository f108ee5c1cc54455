/* SPDX-License-Identifier: Apache-2.0 */
/* The reading half of wire.h: what is inlined into generated decoders. */
#ifndef SK_AVRO_WIRE_GET_H
#define SK_AVRO_WIRE_GET_H

#include "avro/wire.h"

static inline size_t sk_wire_left(const uint8_t *at, const struct sk_wire_reader *reader)
{
    return (size_t)(reader->end - at);
}

/* `at`, or NULL when fewer than `rest` bytes are left. */
static inline const uint8_t *sk_wire_need(const uint8_t *at,
                                          struct sk_wire_reader *reader, size_t rest)
{
    if (__builtin_expect(sk_wire_left(at, reader) < rest, 0))
        return sk_wire_fail(&reader->trouble, "the message ends too early");
    return at;
}

/* Are the next `count` (at most 8) of at least 8 readable bytes zero? */
static inline bool sk_wire_zeros(const uint8_t *at, unsigned count)
{
    uint64_t word;

    memcpy(&word, at, sizeof(word));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return (word << (64 - 8 * count)) == 0;
}

/* Zig-zag, one byte or more. */
static inline const uint8_t *sk_wire_get_long(const uint8_t *at,
                                              struct sk_wire_reader *reader, size_t rest,
                                              int64_t *ret_value)
{
    uint8_t byte = *at;

    if (__builtin_expect(byte < 0x80, 1)) {
        *ret_value = (int64_t)(byte >> 1) ^ -(int64_t)(byte & 1);
        return at + 1;
    }
    at = sk_wire_get_varint(at, reader, ret_value);
    return at ? sk_wire_need(at, reader, rest) : NULL;
}

static inline const uint8_t *sk_wire_get_int(const uint8_t *at,
                                             struct sk_wire_reader *reader, size_t rest,
                                             int32_t *ret_value)
{
    int64_t value = 0;

    at = sk_wire_get_long(at, reader, rest, &value);
    if (__builtin_expect(value != (int32_t)value, 0))
        return sk_wire_fail(&reader->trouble, "the number does not fit an int");
    *ret_value = (int32_t)value;
    return at;
}

static inline const uint8_t *sk_wire_get_enum(const uint8_t *at,
                                              struct sk_wire_reader *reader, size_t rest,
                                              int32_t *ret_value, size_t symbol_count)
{
    int64_t value = 0;

    at = sk_wire_get_long(at, reader, rest, &value);
    if (__builtin_expect((uint64_t)value >= symbol_count, 0))
        return sk_wire_fail(&reader->trouble, "there is no such enum symbol");
    *ret_value = (int32_t)value;
    return at;
}

static inline const uint8_t *
sk_wire_get_boolean(const uint8_t *at, struct sk_wire_reader *reader, bool *ret_value)
{
    if (__builtin_expect(*at > 1, 0))
        return sk_wire_fail(&reader->trouble, "the boolean is neither 0 nor 1");
    *ret_value = *at == 1;
    return at + 1;
}

/* The size before a text or bytes, all of which are there, and `rest` after them. */
static inline const uint8_t *sk_wire_get_size(const uint8_t *at,
                                              struct sk_wire_reader *reader, size_t rest,
                                              size_t *ret_size)
{
    int64_t size = *at >> 1;

    if (__builtin_expect((*at & 0x81) == 0, 1))
        at++;
    else if (!(at = sk_wire_get_varint(at, reader, &size)))
        return NULL;
    size_t left = sk_wire_left(at, reader);
    if (__builtin_expect(left < rest || (uint64_t)size > left - rest, 0))
        return sk_wire_fail(&reader->trouble, size < 0 ? "the size is negative"
                                                       : "the message ends too early");
    *ret_size = (size_t)size;
    return at;
}

#ifdef __SSE2__
/* Of 16 readable bytes, are the first `size` ASCII? */
static inline bool sk_wire_ascii_in_16(const uint8_t *at, size_t size)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);

    return ((unsigned)_mm_movemask_epi8(bytes) & ((1u << size) - 1)) == 0;
}
#else
static inline bool sk_wire_ascii_in_16(const uint8_t *at, size_t size)
{
    uint8_t high = 0;

    for (size_t i = 0; i < size; i++)
        high |= at[i];
    return high < 0x80;
}
#endif

static inline const uint8_t *sk_wire_get_text(const uint8_t *at,
                                              struct sk_wire_reader *reader, size_t rest,
                                              struct sk_text *ret_text)
{
    size_t size = 0;

    at = sk_wire_get_size(at, reader, rest, &size);
    if (!at)
        return NULL;
    *ret_text = (struct sk_text){(const char *)at, size};
    if (size <= 16 && sk_wire_left(at, reader) >= 16 && sk_wire_ascii_in_16(at, size))
        return at + size;
    if (!sk_utf8_valid(at, size))
        return sk_wire_fail(&reader->trouble, "the text is not UTF-8");
    return at + size;
}

static inline const uint8_t *sk_wire_get_bytes(const uint8_t *at,
                                               struct sk_wire_reader *reader, size_t rest,
                                               struct sk_bytes *ret_bytes)
{
    size_t size = 0;

    at = sk_wire_get_size(at, reader, rest, &size);
    if (!at)
        return NULL;
    *ret_bytes = (struct sk_bytes){at, size};
    return at + size;
}

/* Past the index of [null, T] that is not 0, with `rest` (T included) left. */
static inline const uint8_t *
sk_wire_get_present(const uint8_t *at, struct sk_wire_reader *reader, size_t rest)
{
    if (__builtin_expect(*at != 2, 0))
        return sk_wire_fail(&reader->trouble, "there is no such union branch");
    return sk_wire_need(at + 1, reader, rest);
}

#endif
