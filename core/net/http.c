/* SPDX-License-Identifier: Apache-2.0 */
#include "net/http.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The byte that "%XY" at `at` stands for, or -1. */
static int escaped_byte(struct sk_text text, size_t at)
{
    if (text.size - at < 3)
        return -1;
    int high = hex_digit(text.data[at + 1]);
    int low = hex_digit(text.data[at + 2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

struct sk_text sk_http_unescape(struct sk_text escaped, bool query,
                                struct sk_arena *arena)
{
    size_t size = 0;

    if (escaped.size == 0 || (!memchr(escaped.data, '%', escaped.size) &&
                              !(query && memchr(escaped.data, '+', escaped.size))))
        return escaped;
    char *plain = sk_arena_alloc(arena, escaped.size);
    for (size_t i = 0; i < escaped.size; i++) {
        char c = escaped.data[i];
        int byte = c == '%' ? escaped_byte(escaped, i) : -1;
        if (byte >= 0)
            i += 2;
        plain[size++] = byte >= 0 ? (char)byte : query && c == '+' ? ' ' : c;
    }
    return (struct sk_text){plain, size};
}

struct sk_text sk_http_query_value(struct sk_text query, const char *name,
                                   struct sk_arena *arena)
{
    while (query.data) {
        struct sk_text value = sk_text_split(&query, '&');
        struct sk_text key = sk_text_split(&value, '=');
        if (sk_text_is(sk_http_unescape(key, true, arena), name))
            return value.data ? sk_http_unescape(value, true, arena) : SK_TEXT("");
    }
    return (struct sk_text){0};
}

void sk_http_escape(struct sk_text text, struct sk_buffer *out)
{
    static const char safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                               "0123456789-._~";

    for (size_t i = 0; i < text.size; i++) {
        if (memchr(safe, text.data[i], sizeof(safe) - 1))
            sk_buffer_append_byte(out, (uint8_t)text.data[i]);
        else
            sk_buffer_printf(out, "%%%02X", (unsigned)(uint8_t)text.data[i]);
    }
}
