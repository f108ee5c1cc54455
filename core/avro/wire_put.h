/* SPDX-License-Identifier: Apache-2.0 */
/* The writing half of wire.h: what is inlined into generated encoders. Each put_ has room
 * for the SK_WIRE_..._MAX of its type. */
#ifndef SK_AVRO_WIRE_PUT_H
#define SK_AVRO_WIRE_PUT_H

#include "avro/wire.h"

SK_WIRE_INLINE uint8_t *sk_wire_put_long(uint8_t *at, int64_t value)
{
    uint64_t number = sk_wire_zigzag(value);

    if (SK_WIRE_RARE(number >= 0x80))
        return sk_wire_put_varint(at, number);
    *at = (uint8_t)number;
    return at + 1;
}

/* Six bytes of seven bits, eight stored: a number takes room for ten. */
SK_WIRE_INLINE uint8_t *sk_wire_put_instant(uint8_t *at, int64_t value)
{
    uint64_t number = (uint64_t)value << 1;

    if (SK_WIRE_RARE((uint64_t)value >> 41 != 0) || SK_WIRE_RARE(number >> 35 == 0))
        return sk_wire_put_long(at, value);
    sk_wire_store64(at, sk_wire_part_six(number) | 0x8080808080);
    return at + 6;
}

SK_WIRE_INLINE uint8_t *sk_wire_put_date(uint8_t *at, int32_t value)
{
    uint32_t number = (uint32_t)value << 1;

    if (SK_WIRE_RARE((uint32_t)value >> 20 != 0) || SK_WIRE_RARE(number >> 14 == 0))
        return sk_wire_put_long(at, value);
    at[0] = (uint8_t)(number | 0x80);
    at[1] = (uint8_t)(number >> 7 | 0x80);
    at[2] = (uint8_t)(number >> 14);
    return at + 3;
}

SK_WIRE_INLINE uint8_t *sk_wire_put_enum(uint8_t *at, struct sk_wire_trouble *trouble,
                                         int32_t value, int32_t count)
{
    if (SK_WIRE_RARE((uint32_t)value >= (uint32_t)count))
        return sk_wire_fail(trouble, "there is no such enum symbol");
    return sk_wire_put_long(at, value);
}

SK_WIRE_INLINE uint8_t *sk_wire_put_boolean(uint8_t *at, bool value)
{
    *at++ = value;
    return at;
}

SK_WIRE_INLINE uint8_t *sk_wire_put_bytes(uint8_t *at, struct sk_bytes bytes)
{
    at = sk_wire_put_long(at, (int64_t)bytes.size);
    if (bytes.size)
        memcpy(at, bytes.data, bytes.size);
    return at + bytes.size;
}

/* Two loads that overlap cover any size from `half` to twice that; were they ASCII? */
SK_WIRE_INLINE bool sk_wire_copy_8_to_16(uint8_t *to, const char *from, size_t size)
{
    uint64_t head, tail;

    memcpy(&head, from, 8);
    memcpy(&tail, from + size - 8, 8);
    memcpy(to, &head, 8);
    memcpy(to + size - 8, &tail, 8);
    return ((head | tail) & 0x8080808080808080u) == 0;
}

SK_WIRE_INLINE bool sk_wire_copy_4_to_8(uint8_t *to, const char *from, size_t size)
{
    uint32_t head, tail;

    memcpy(&head, from, 4);
    memcpy(&tail, from + size - 4, 4);
    memcpy(to, &head, 4);
    memcpy(to + size - 4, &tail, 4);
    return ((head | tail) & 0x80808080u) == 0;
}

SK_WIRE_INLINE bool sk_wire_copy_0_to_3(uint8_t *to, const char *from, size_t size)
{
    if (size == 0)
        return true;
    uint8_t first = (uint8_t)from[0], middle = (uint8_t)from[size / 2];
    uint8_t last = (uint8_t)from[size - 1];

    to[0] = first;
    to[size / 2] = middle;
    to[size - 1] = last;
    return ((first | middle | last) & 0x80) == 0;
}

SK_WIRE_INLINE uint8_t *sk_wire_put_text(uint8_t *at, struct sk_wire_trouble *trouble,
                                         struct sk_text text)
{
    size_t size = text.size;
    bool ascii;

    if (size > 16)
        return sk_wire_put_long_text(at, trouble, text);
    *at++ = (uint8_t)(size << 1);
    if (size >= 8)
        ascii = sk_wire_copy_8_to_16(at, text.data, size);
    else if (size >= 4)
        ascii = sk_wire_copy_4_to_8(at, text.data, size);
    else
        ascii = sk_wire_copy_0_to_3(at, text.data, size);
    if (SK_WIRE_RARE(!ascii))
        return sk_wire_check_copied(at, trouble, size);
    return at + size;
}

#endif
