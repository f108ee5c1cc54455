/* SPDX-License-Identifier: Apache-2.0 */
/* The writing half of wire.h: what is inlined into generated encoders. Each put_ has room
 * for the SK_WIRE_..._MAX of its type. */
#ifndef SK_AVRO_WIRE_PUT_H
#define SK_AVRO_WIRE_PUT_H

#include "avro/wire.h"

SK_WIRE_INLINE uint8_t *sk_wire_put_long(uint8_t *at, int64_t value)
{
    uint64_t rest = ((uint64_t)value << 1) ^ (uint64_t)(value >> 63);

    while (rest >= 0x80) {
        *at++ = (uint8_t)(rest | 0x80);
        rest >>= 7;
    }
    *at++ = (uint8_t)rest;
    return at;
}

SK_WIRE_INLINE uint8_t *sk_wire_put_enum(uint8_t *at, struct sk_wire_trouble *trouble,
                                         int32_t value, size_t symbol_count)
{
    if (__builtin_expect((uint32_t)value >= symbol_count, 0))
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
    uint8_t high = 0;

    for (size_t i = 0; i < size; i++) {
        to[i] = (uint8_t)from[i];
        high |= (uint8_t)from[i];
    }
    return high < 0x80;
}

SK_WIRE_INLINE uint8_t *sk_wire_put_text(uint8_t *at, struct sk_wire_trouble *trouble,
                                         struct sk_text text)
{
    size_t size = text.size;
    bool ascii;

    at = sk_wire_put_long(at, (int64_t)size);
    if (size > 16) {
        at = sk_wire_put_long_text(at, text.data, size);
        return at ? at : sk_wire_fail(trouble, "the text is not UTF-8");
    }
    if (size >= 8)
        ascii = sk_wire_copy_8_to_16(at, text.data, size);
    else if (size >= 4)
        ascii = sk_wire_copy_4_to_8(at, text.data, size);
    else
        ascii = sk_wire_copy_0_to_3(at, text.data, size);
    if (__builtin_expect(!ascii, 0) && !sk_utf8_valid(text.data, size))
        return sk_wire_fail(trouble, "the text is not UTF-8");
    return at + size;
}

#endif
