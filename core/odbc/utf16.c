/* SPDX-License-Identifier: Apache-2.0 */
#include "odbc/utf16.h"

enum { REPLACEMENT = 0xFFFD };

static void put_unit(struct sk_buffer *out, uint32_t unit)
{
    const uint16_t value = (uint16_t)unit;

    sk_buffer_append(out, &value, sizeof(value));
}

/* The character at *at, which moves past it. */
static uint32_t take_utf8(struct sk_text text, size_t *at)
{
    const uint8_t *byte = (const uint8_t *)text.data + *at;
    size_t left = text.size - *at;
    size_t size = byte[0] < 0x80 ? 1 : byte[0] < 0xE0 ? 2 : byte[0] < 0xF0 ? 3 : 4;

    if (left < size || !sk_utf8_valid(byte, size)) {
        ++*at;
        return REPLACEMENT;
    }
    *at += size;
    switch (size) {
    case 1:
        return byte[0];
    case 2:
        return (byte[0] & 0x1FU) << 6 | (byte[1] & 0x3FU);
    case 3:
        return (byte[0] & 0x0FU) << 12 | (byte[1] & 0x3FU) << 6 | (byte[2] & 0x3FU);
    default:
        return (byte[0] & 0x07U) << 18 | (byte[1] & 0x3FU) << 12 |
               (byte[2] & 0x3FU) << 6 | (byte[3] & 0x3FU);
    }
}

void sk_utf16_from(struct sk_text text, struct sk_buffer *out)
{
    sk_buffer_reserve(out, 2 * text.size);
    for (size_t at = 0; at < text.size;) {
        uint32_t character = take_utf8(text, &at);
        if (character < 0x10000) {
            put_unit(out, character);
            continue;
        }
        put_unit(out, 0xD800 + ((character - 0x10000) >> 10));
        put_unit(out, 0xDC00 + ((character - 0x10000) & 0x3FF));
    }
}

static void put_utf8(struct sk_buffer *out, uint32_t character)
{
    if (character < 0x80) {
        sk_buffer_append_byte(out, (uint8_t)character);
        return;
    }
    if (character < 0x800) {
        sk_buffer_append_byte(out, (uint8_t)(0xC0 | character >> 6));
    } else if (character < 0x10000) {
        sk_buffer_append_byte(out, (uint8_t)(0xE0 | character >> 12));
        sk_buffer_append_byte(out, (uint8_t)(0x80 | (character >> 6 & 0x3F)));
    } else {
        sk_buffer_append_byte(out, (uint8_t)(0xF0 | character >> 18));
        sk_buffer_append_byte(out, (uint8_t)(0x80 | (character >> 12 & 0x3F)));
        sk_buffer_append_byte(out, (uint8_t)(0x80 | (character >> 6 & 0x3F)));
    }
    sk_buffer_append_byte(out, (uint8_t)(0x80 | (character & 0x3F)));
}

void sk_utf16_to(const uint16_t *units, size_t count, struct sk_buffer *out)
{
    sk_buffer_reserve(out, count);
    for (size_t i = 0; i < count; i++) {
        bool pair = units[i] >= 0xD800 && units[i] < 0xDC00 && i + 1 < count &&
                    units[i + 1] >= 0xDC00 && units[i + 1] < 0xE000;
        if (pair) {
            put_utf8(out, 0x10000 + ((uint32_t)(units[i] - 0xD800) << 10) +
                              (uint32_t)(units[i + 1] - 0xDC00));
            i++;
        } else if (units[i] >= 0xD800 && units[i] < 0xE000) {
            put_utf8(out, REPLACEMENT);
        } else {
            put_utf8(out, units[i]);
        }
    }
}
