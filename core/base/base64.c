/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void sk_base64_encode(struct sk_bytes data, struct sk_buffer *out)
{
    sk_buffer_reserve(out, (data.size + 2) / 3 * 4);
    for (size_t i = 0; i < data.size; i += 3) {
        size_t left = data.size - i;
        uint32_t group = (uint32_t)data.data[i] << 16 |
                         (left > 1 ? (uint32_t)data.data[i + 1] << 8 : 0) |
                         (left > 2 ? (uint32_t)data.data[i + 2] : 0);
        sk_buffer_append_byte(out, (uint8_t)alphabet[group >> 18]);
        sk_buffer_append_byte(out, (uint8_t)alphabet[group >> 12 & 63]);
        sk_buffer_append_byte(out, left > 1 ? (uint8_t)alphabet[group >> 6 & 63] : '=');
        sk_buffer_append_byte(out, left > 2 ? (uint8_t)alphabet[group & 63] : '=');
    }
}

static int digit(char c)
{
    const char *found = c ? strchr(alphabet, c) : NULL;

    return found ? (int)(found - alphabet) : -1;
}

/* Four characters, the last `padding` of them "=", to 3 - padding bytes. */
static bool decode_group(const char *text, size_t padding, struct sk_buffer *out)
{
    uint32_t group = 0;

    for (size_t i = 0; i < 4; i++) {
        int value = i < 4 - padding ? digit(text[i]) : 0;
        if (value < 0)
            return false;
        group = group << 6 | (uint32_t)value;
    }
    if (group & ((1u << (8 * padding)) - 1))
        return false; /* bits that no encoder sets */
    for (size_t i = 0; i < 3 - padding; i++)
        sk_buffer_append_byte(out, (uint8_t)(group >> (16 - 8 * i)));
    return true;
}

bool sk_base64_decode(struct sk_text text, struct sk_buffer *out)
{
    size_t before = out->size;

    if (text.size % 4 != 0)
        return false;
    for (size_t i = 0; i < text.size; i += 4) {
        size_t padding = 0;
        while (i + 4 == text.size && padding < 2 && text.data[i + 3 - padding] == '=')
            padding++;
        if (!decode_group(text.data + i, padding, out)) {
            out->size = before;
            return false;
        }
    }
    return true;
}
