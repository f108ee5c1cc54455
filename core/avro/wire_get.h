/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reading half of wire.h: what is inlined into generated decoders.
 *
 * Each sk_wire_get_ finds at least one byte and leaves `rest`. Its fast path takes the
 * common size with one comparison that covers value and rest; all else is a call.
 */
#ifndef SK_AVRO_WIRE_GET_H
#define SK_AVRO_WIRE_GET_H

#include "avro/wire.h"

SK_WIRE_INLINE size_t sk_wire_left(const uint8_t *at, const struct sk_wire_reader *reader)
{
    return (size_t)(reader->end - at);
}

/* `at`, or NULL when fewer than `rest` bytes are left. */
SK_WIRE_INLINE const uint8_t *sk_wire_need(const uint8_t *at,
                                           struct sk_wire_reader *reader, size_t rest)
{
    if (SK_WIRE_RARE(sk_wire_left(at, reader) < rest))
        return sk_wire_fail(&reader->trouble, "the message ends too early");
    return at;
}

/* Are the next `count` bytes zero? `count` is 4, or less than 9 with 8 readable bytes. */
SK_WIRE_INLINE bool sk_wire_zeros(const uint8_t *at, unsigned count)
{
    if (count == 4)
        return sk_wire_load32(at) == 0;
    return sk_wire_load64(at) << (64 - 8 * count) == 0;
}

/* Zig-zag; one byte, or a call. */
SK_WIRE_INLINE const uint8_t *sk_wire_get_long(const uint8_t *at,
                                               struct sk_wire_reader *reader, size_t rest,
                                               int64_t *ret_value)
{
    uint8_t byte = *at;

    if (SK_WIRE_RARE(byte >= 0x80))
        return sk_wire_get_varint(at, reader, rest, ret_value);
    *ret_value = sk_wire_unzigzag(byte);
    return at + 1;
}

/* An instant of our time, in ms, takes six bytes and is not negative (a lowest bit of 0).
 */
SK_WIRE_INLINE const uint8_t *sk_wire_get_instant(const uint8_t *at,
                                                  struct sk_wire_reader *reader,
                                                  size_t rest, int64_t *ret_value)
{
    if (SK_WIRE_RARE(sk_wire_left(at, reader) < rest + 8))
        return sk_wire_get_varint(at, reader, rest, ret_value);
    uint64_t word = sk_wire_load64(at);
    if (SK_WIRE_RARE((word & 0x808080808081) != 0x8080808080))
        return sk_wire_get_varint(at, reader, rest, ret_value);
    *ret_value = (int64_t)(sk_wire_join_six(word) >> 1);
    return at + 6;
}

/* The number of a day of our time takes three bytes. */
SK_WIRE_INLINE const uint8_t *sk_wire_get_date(const uint8_t *at,
                                               struct sk_wire_reader *reader, size_t rest,
                                               int32_t *ret_value)
{
    if (SK_WIRE_RARE(sk_wire_left(at, reader) < rest + 4))
        return sk_wire_get_wide_int(at, reader, rest, ret_value);
    uint32_t word = sk_wire_load32(at);
    if (SK_WIRE_RARE((word & 0x808081) != 0x8080))
        return sk_wire_get_wide_int(at, reader, rest, ret_value);
    *ret_value = (int32_t)(sk_wire_join_three(word) >> 1);
    return at + 3;
}

SK_WIRE_INLINE const uint8_t *sk_wire_get_int(const uint8_t *at,
                                              struct sk_wire_reader *reader, size_t rest,
                                              int32_t *ret_value)
{
    uint8_t byte = *at;

    if (SK_WIRE_RARE(byte >= 0x80))
        return sk_wire_get_wide_int(at, reader, rest, ret_value);
    *ret_value = (int32_t)sk_wire_unzigzag(byte);
    return at + 1;
}

/* An index below `count`, which fits one byte when `count` is at most 64. */
SK_WIRE_INLINE const uint8_t *sk_wire_get_enum(const uint8_t *at,
                                               struct sk_wire_reader *reader, size_t rest,
                                               int32_t *ret_value, int32_t count)
{
    int32_t value = 0;

    at = sk_wire_get_int(at, reader, rest, &value);
    if (SK_WIRE_RARE((uint32_t)value >= (uint32_t)count))
        return sk_wire_fail(&reader->trouble, "there is no such enum symbol");
    *ret_value = value;
    return at;
}

SK_WIRE_INLINE const uint8_t *
sk_wire_get_boolean(const uint8_t *at, struct sk_wire_reader *reader, bool *ret_value)
{
    if (SK_WIRE_RARE(*at > 1))
        return sk_wire_fail(&reader->trouble, "the boolean is neither 0 nor 1");
    *ret_value = *at == 1;
    return at + 1;
}

/* Up to 31 ASCII characters inside 32 readable bytes, or a call. An odd byte, a negative
 * size, turns into a large one. */
SK_WIRE_INLINE const uint8_t *sk_wire_get_text(const uint8_t *at,
                                               struct sk_wire_reader *reader, size_t rest,
                                               struct sk_text *ret_text)
{
    uint8_t size = (uint8_t)(*at >> 1 | *at << 7);

    if (SK_WIRE_RARE(size > 31) || SK_WIRE_RARE(sk_wire_left(at, reader) < rest + 33) ||
        SK_WIRE_RARE(!sk_wire_is_ascii_in_32(at + 1, size)))
        return sk_wire_get_any_text(at, reader, rest, ret_text);
    *ret_text = (struct sk_text){(const char *)at + 1, size};
    return at + 1 + size;
}

/* Past the index of [null, T] that is not 0, with `rest` (T included) left. */
SK_WIRE_INLINE const uint8_t *
sk_wire_get_present(const uint8_t *at, struct sk_wire_reader *reader, size_t rest)
{
    if (SK_WIRE_RARE(*at != 2))
        return sk_wire_fail(&reader->trouble, "there is no such union branch");
    return sk_wire_need(at + 1, reader, rest);
}

/*
 * An index that is not 0 and its value. Both are looked at in one comparison: of the
 * index with the byte of a size, or of the index with all bytes of a number.
 */
SK_WIRE_INLINE const uint8_t *sk_wire_get_optional_text(const uint8_t *at,
                                                        struct sk_wire_reader *reader,
                                                        size_t rest,
                                                        struct sk_text *ret_text)
{
    if (SK_WIRE_RARE(sk_wire_left(at, reader) < rest + 34))
        return sk_wire_get_any_optional_text(at, reader, rest, ret_text);
    uint16_t both = (uint16_t)(sk_wire_load16(at) - 2);
    uint16_t size = (uint16_t)(both >> 9 | both << 7);
    if (SK_WIRE_RARE(size > 31) || SK_WIRE_RARE(!sk_wire_is_ascii_in_32(at + 2, size)))
        return sk_wire_get_any_optional_text(at, reader, rest, ret_text);
    *ret_text = (struct sk_text){(const char *)at + 2, size};
    return at + 2 + size;
}

SK_WIRE_INLINE const uint8_t *sk_wire_get_optional_instant(const uint8_t *at,
                                                           struct sk_wire_reader *reader,
                                                           size_t rest,
                                                           int64_t *ret_value)
{
    if (SK_WIRE_RARE(sk_wire_left(at, reader) < rest + 8))
        return sk_wire_get_any_optional_long(at, reader, rest, ret_value);
    uint64_t word = sk_wire_load64(at);
    if (SK_WIRE_RARE((word & 0x808080808081FF) != 0x00808080808002))
        return sk_wire_get_any_optional_long(at, reader, rest, ret_value);
    *ret_value = (int64_t)(sk_wire_join_six(word >> 8) >> 1);
    return at + 7;
}

SK_WIRE_INLINE const uint8_t *sk_wire_get_optional_date(const uint8_t *at,
                                                        struct sk_wire_reader *reader,
                                                        size_t rest, int32_t *ret_value)
{
    if (SK_WIRE_RARE(sk_wire_left(at, reader) < rest + 4))
        return sk_wire_get_any_optional_int(at, reader, rest, ret_value);
    uint32_t word = sk_wire_load32(at);
    if (SK_WIRE_RARE((word & 0x808081FF) != 0x00808002))
        return sk_wire_get_any_optional_int(at, reader, rest, ret_value);
    *ret_value = (int32_t)(sk_wire_join_three(word >> 8) >> 1);
    return at + 4;
}

#endif
