/* SPDX-License-Identifier: Apache-2.0 */
/* json_write - most texts are copied as they are; the others character by character. */
#include "base/json_write.h"

#include <stdio.h>
#include <stdlib.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Copies what needs no escape and returns how much that was; room for 16 more is there.
 */
static size_t copy_plain(uint8_t *out, const char *at, size_t size)
{
    size_t done = 0;

#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\');
    const __m128i control = _mm_set1_epi8(0x1F);

    for (; size - done >= 16; done += 16) {
        __m128i block = _mm_loadu_si128((const void *)(at + done));
        __m128i stop = _mm_or_si128(
            _mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, slash)),
            _mm_cmpeq_epi8(_mm_max_epu8(block, control), control));
        int bits = _mm_movemask_epi8(stop);

        _mm_storeu_si128((void *)(out + done), block);
        if (bits)
            return done + (size_t)__builtin_ctz((unsigned)bits);
    }
#endif
    for (; done < size; done++) {
        char c = at[done];

        if (c == '"' || c == '\\' || (unsigned char)c < 0x20)
            break;
        out[done] = (uint8_t)c;
    }
    return done;
}

static uint8_t *put_escape(uint8_t *out, char c)
{
    static const char letters[] = "\"\\bfnrt", meant[] = "\"\\\b\f\n\r\t";
    const char *found = strchr(meant, c);

    if (!c) {
        memcpy(out, "\xEF\xBF\xBD", 3);
        return out + 3;
    }
    *out++ = '\\';
    if (found) {
        *out++ = (uint8_t)letters[found - meant];
        return out;
    }
    sk_hex(&(uint8_t){(uint8_t)c}, 1, (char *)out + 3);
    memcpy(out, "u00", 3);
    return out + 5;
}

static void put_valid(struct sk_buffer *out, struct sk_text text)
{
    sk_buffer_reserve(out, 6 * text.size + 18);
    uint8_t *at = out->data + out->size;
    *at++ = '"';
    for (size_t done = 0; done < text.size;) {
        size_t plain = copy_plain(at, text.data + done, text.size - done);

        at += plain;
        done += plain;
        if (done < text.size)
            at = put_escape(at, text.data[done++]);
    }
    *at++ = '"';
    out->size = (size_t)(at - out->data);
}

void sk_json_put_text(struct sk_buffer *out, struct sk_text text)
{
    if (!text.data)
        sk_buffer_append_text(out, SK_TEXT("null"));
    else if (sk_utf8_valid(text.data, text.size))
        put_valid(out, text);
    else
        sk_buffer_append_text(out, SK_TEXT("\"\xEF\xBF\xBD\""));
}

void sk_json_put_integer(struct sk_buffer *out, int64_t integer)
{
    char digits[24];
    size_t at = sizeof(digits);
    uint64_t left = integer < 0 ? 0 - (uint64_t)integer : (uint64_t)integer;

    do
        digits[--at] = (char)('0' + left % 10);
    while (left /= 10);
    if (integer < 0)
        digits[--at] = '-';
    sk_buffer_append(out, digits + at, sizeof(digits) - at);
}

/* As few digits as give the same double again, and what shows that it is a real. */
static void put_real(struct sk_buffer *out, double real)
{
    char text[40];

    snprintf(text, sizeof(text), "%.15g", real);
    if (strtod(text, NULL) != real)
        snprintf(text, sizeof(text), "%.17g", real);
    sk_buffer_append_text(out, sk_text(text));
    if (!strpbrk(text, ".e"))
        sk_buffer_append_text(out, SK_TEXT(".0"));
}

static void put_members(struct sk_buffer *out, const struct sk_value *object)
{
    bool first = true;

    sk_buffer_append_byte(out, '{');
    for (uint32_t i = 0; i < object->count; i++) {
        const struct sk_member *member = &object->members[i];

        if (member->value.kind == SK_VALUE_NULL)
            continue;
        if (!first)
            sk_buffer_append_byte(out, ',');
        first = false;
        sk_json_put_text(out, (struct sk_text){member->name, member->name_size});
        sk_buffer_append_byte(out, ':');
        sk_json_put_value(out, &member->value);
    }
    sk_buffer_append_byte(out, '}');
}

static void put_items(struct sk_buffer *out, const struct sk_value *array)
{
    sk_buffer_append_byte(out, '[');
    for (uint32_t i = 0; i < array->count; i++) {
        if (i)
            sk_buffer_append_byte(out, ',');
        sk_json_put_value(out, &array->items[i]);
    }
    sk_buffer_append_byte(out, ']');
}

void sk_json_put_value(struct sk_buffer *out, const struct sk_value *value)
{
    static const char *const words[] = {"null", "false", "true"};

    switch (value->kind) {
    case SK_VALUE_INTEGER:
        sk_json_put_integer(out, value->integer);
        return;
    case SK_VALUE_REAL:
        put_real(out, value->real);
        return;
    case SK_VALUE_TEXT:
        sk_json_put_text(out, sk_value_text(value));
        return;
    case SK_VALUE_ARRAY:
        put_items(out, value);
        return;
    case SK_VALUE_OBJECT:
        put_members(out, value);
        return;
    default:
        sk_buffer_append_text(out, sk_text(words[value->kind]));
    }
}

void sk_json_put_member(struct sk_buffer *out, struct sk_text name, struct sk_text text)
{
    if (out->size && out->data[out->size - 1] != '{')
        sk_buffer_append_byte(out, ',');
    sk_json_put_text(out, name);
    sk_buffer_append_byte(out, ':');
    sk_json_put_text(out, text);
}
