/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_reader - RFC 8259, in one pass.
 *
 * UTF-8 is checked over the whole text before the first byte is looked at, so a text
 * without escapes, which nearly all are, is used where it stands: reading it is finding
 * its end.
 */
#include "base/json_reader.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

static bool wrong(struct sk_json_reader *self, const char *what)
{
    if (!self->wrong)
        self->wrong = what;
    return false;
}

void sk_json_reader_init(struct sk_json_reader *self, struct sk_text text,
                         struct sk_arena *arena)
{
    *self = (struct sk_json_reader){.at = text.data,
                                    .start = text.data,
                                    .end = text.data + text.size,
                                    .arena = arena};
    if (text.size > UINT32_MAX)
        wrong(self, "4 GiB or more");
    else if (!sk_utf8_valid(text.data, text.size))
        wrong(self, "not UTF-8");
}

/* What stands after the white space here; 0 at the end. */
static char peek(struct sk_json_reader *self)
{
    while (self->at < self->end && (*self->at == ' ' || *self->at == '\n' ||
                                    *self->at == '\r' || *self->at == '\t'))
        self->at++;
    return self->at < self->end ? *self->at : 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Texts. ------------------------------------------------------------------------------
 */

/* The first quote, backslash or control character. */
static const char *plain_end(const char *at, const char *end)
{
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\');
    const __m128i control = _mm_set1_epi8(0x1F);

    for (; end - at >= 16; at += 16) {
        __m128i block = _mm_loadu_si128((const void *)at);
        __m128i stop = _mm_or_si128(
            _mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, slash)),
            _mm_cmpeq_epi8(_mm_max_epu8(block, control), control));
        int bits = _mm_movemask_epi8(stop);
        if (bits)
            return at + __builtin_ctz((unsigned)bits);
    }
#endif
    while (at < end && *at != '"' && *at != '\\' && (unsigned char)*at >= 0x20)
        at++;
    return at;
}

/* Four hexadecimal digits, or -1. */
static int32_t hex4(const char *at, const char *end)
{
    int32_t value = 0;

    if (end - at < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        char c = at[i], lower = (char)(c | 0x20);

        if (!is_digit(c) && (lower < 'a' || lower > 'f'))
            return -1;
        value = value * 16 + (is_digit(c) ? c - '0' : lower - 'a' + 10);
    }
    return value;
}

static char *put_character(char *out, int32_t point)
{
    if (point < 0x80) {
        *out++ = (char)point;
        return out;
    }
    if (point < 0x800) {
        *out++ = (char)(0xC0 | point >> 6);
    } else {
        if (point < 0x10000) {
            *out++ = (char)(0xE0 | point >> 12);
        } else {
            *out++ = (char)(0xF0 | point >> 18);
            *out++ = (char)(0x80 | (point >> 12 & 0x3F));
        }
        *out++ = (char)(0x80 | (point >> 6 & 0x3F));
    }
    *out++ = (char)(0x80 | (point & 0x3F));
    return out;
}

/* What \uXXXX stands for, `at` behind the u; NULL: nothing that is a character. */
static const char *read_code(const char *at, const char *end, char **out)
{
    int32_t point = hex4(at, end), low;

    at += 4;
    if (point <= 0 || (point >= 0xDC00 && point <= 0xDFFF))
        return NULL;
    if (point >= 0xD800 && point <= 0xDBFF) {
        low = end - at >= 6 && at[0] == '\\' && at[1] == 'u' ? hex4(at + 2, end) : -1;
        if (low < 0xDC00 || low > 0xDFFF)
            return NULL;
        point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
        at += 6;
    }
    *out = put_character(*out, point);
    return at;
}

/* Behind the escape at `at`, of which the backslash was taken; NULL: there is none. */
static const char *read_escape(const char *at, const char *end, char **out)
{
    static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";

    if (at == end)
        return NULL;
    if (*at == 'u')
        return read_code(at + 1, end, out);
    const char *found = *at ? strchr(letters, *at) : NULL;
    if (!found)
        return NULL;
    *(*out)++ = meant[found - letters];
    return at + 1;
}

/* A text with escapes, into the arena: none makes it longer. `self->at` is its begin. */
static bool read_escaped(struct sk_json_reader *self, const char *first_stop,
                         struct sk_text *ret_text)
{
    const char *stop = first_stop, *at = self->at;
    size_t bound = 0;

    while (stop < self->end && *stop == '\\') /* to its closing quote */
        stop = plain_end(stop + (self->end - stop > 1 ? 2 : 1), self->end);
    bound = (size_t)(stop - at);
    char *text = sk_arena_alloc(self->arena, bound + 1), *out = text;
    while (at < stop) {
        const char *plain = plain_end(at, stop);

        memcpy(out, at, (size_t)(plain - at));
        out += plain - at;
        at = plain;
        if (at == stop)
            break;
        self->at = at;
        at = *at == '\\' ? read_escape(at + 1, stop, &out) : NULL;
        if (!at)
            return wrong(self, "an escape that stands for no character");
    }
    self->at = stop;
    if (stop == self->end || *stop != '"')
        return wrong(self, "a text without its closing quote");
    self->at++;
    *ret_text = (struct sk_text){text, (size_t)(out - text)};
    return true;
}

/* The text whose opening quote stands here. */
static bool read_text(struct sk_json_reader *self, struct sk_text *ret_text)
{
    const char *start = ++self->at, *stop = plain_end(start, self->end);

    if (stop < self->end && *stop == '\\')
        return read_escaped(self, stop, ret_text);
    self->at = stop;
    if (stop == self->end)
        return wrong(self, "a text without its closing quote");
    if (*stop != '"')
        return wrong(self, "a control character in a text");
    self->at++;
    *ret_text = (struct sk_text){start, (size_t)(stop - start)};
    return true;
}

/* Numbers and words. ------------------------------------------------------------------
 */

static bool read_digits(struct sk_json_reader *self)
{
    const char *start = self->at;

    while (self->at < self->end && is_digit(*self->at))
        self->at++;
    return self->at > start || wrong(self, "a number without its digits");
}

static bool read_integer(struct sk_json_reader *self, struct sk_text digits,
                         struct sk_value *ret_value)
{
    int64_t integer = 0;

    if (!sk_text_to_int64(digits, &integer))
        return wrong(self, "an integer beyond 64 bits");
    *ret_value = (struct sk_value){.kind = SK_VALUE_INTEGER, .integer = integer};
    return true;
}

static bool read_number(struct sk_json_reader *self, struct sk_value *ret_value)
{
    const char *start = self->at;
    bool real = false;

    self->at += *start == '-';
    const char *first = self->at;
    if (!read_digits(self))
        return false;
    if (*first == '0' && self->at - first > 1)
        return wrong(self, "a number that begins with 0");
    if (self->at < self->end && *self->at == '.') {
        real = true;
        self->at++;
        if (!read_digits(self))
            return false;
    }
    if (self->at < self->end && (*self->at | 0x20) == 'e') {
        real = true;
        self->at++;
        self->at += self->at < self->end && (*self->at == '+' || *self->at == '-');
        if (!read_digits(self))
            return false;
    }
    struct sk_text written = {start, (size_t)(self->at - start)};
    if (!real)
        return read_integer(self, written, ret_value);
    double number = strtod(sk_arena_string(self->arena, written), NULL);
    if (isinf(number))
        return wrong(self, "a number beyond a double");
    *ret_value = (struct sk_value){.kind = SK_VALUE_REAL, .real = number};
    return true;
}

static bool read_word(struct sk_json_reader *self, struct sk_value *ret_value)
{
    static const struct {
        struct sk_text word;
        enum sk_value_kind kind;
    } words[] = {{{"null", 4}, SK_VALUE_NULL},
                 {{"true", 4}, SK_VALUE_TRUE},
                 {{"false", 5}, SK_VALUE_FALSE}};

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        size_t size = words[i].word.size;

        if ((size_t)(self->end - self->at) < size ||
            memcmp(self->at, words[i].word.data, size) != 0)
            continue;
        self->at += size;
        *ret_value = (struct sk_value){.kind = words[i].kind};
        return true;
    }
    return wrong(self, self->at == self->end ? "the end where a value should be"
                                             : "no value where one should be");
}

/* Arrays and objects. -----------------------------------------------------------------
 */

bool sk_json_enter(struct sk_json_reader *self, char open)
{
    if (self->wrong || peek(self) != open)
        return false;
    if (self->depth == SK_VALUE_DEPTH_MAX)
        return wrong(self, "more than 64 levels");
    self->depth++;
    self->at++;
    self->fresh = true;
    return true;
}

/* False at the end of it. */
static bool go_on(struct sk_json_reader *self, char close)
{
    char next = peek(self);
    bool fresh = self->fresh;

    self->fresh = false;
    if (self->wrong)
        return false;
    if (next == close) {
        self->at++;
        self->depth--;
        return false;
    }
    if (fresh)
        return true;
    if (next != ',')
        return wrong(self, close == ']' ? "neither , nor ] after an item"
                                        : "neither , nor } after a member");
    self->at++;
    return true;
}

bool sk_json_next_item(struct sk_json_reader *self)
{
    return go_on(self, ']');
}

bool sk_json_next_member(struct sk_json_reader *self, struct sk_text *ret_name)
{
    if (!go_on(self, '}'))
        return false;
    if (peek(self) != '"')
        return wrong(self, "no name where a member should be");
    if (!read_text(self, ret_name))
        return false;
    if (peek(self) != ':')
        return wrong(self, "no : after a member's name");
    self->at++;
    return true;
}

static bool read_array(struct sk_json_reader *self, struct sk_value *ret_value)
{
    struct sk_value item;

    *ret_value = (struct sk_value){.kind = SK_VALUE_ARRAY};
    while (sk_json_next_item(self) && sk_json_read(self, &item))
        sk_value_append(ret_value, item, self->arena);
    return !self->wrong;
}

static bool read_object(struct sk_json_reader *self, struct sk_value *ret_value)
{
    struct sk_text name;
    uint64_t seen = 0; /* a bit for each hash: most names need no search for a twin */

    *ret_value = (struct sk_value){.kind = SK_VALUE_OBJECT};
    while (sk_json_next_member(self, &name)) {
        uint32_t hash = sk_name_hash(name.data, name.size);
        uint64_t bit = (uint64_t)1 << (hash >> 26);

        if ((seen & bit) && sk_value_has(ret_value, name, hash))
            return wrong(self, "a member that stands there twice");
        if (ret_value->count == SK_VALUE_MEMBERS_MAX)
            return wrong(self, "more than 1,000 members");
        seen |= bit;
        if (!sk_json_read(self, sk_value_add(ret_value, name, hash, self->arena)))
            return false;
    }
    return !self->wrong;
}

bool sk_json_read(struct sk_json_reader *self, struct sk_value *ret_value)
{
    char first = peek(self);

    if (self->wrong)
        return false;
    if (first == '"') {
        struct sk_text text;
        if (!read_text(self, &text))
            return false;
        *ret_value = sk_value_of(text);
        return true;
    }
    if (sk_json_enter(self, '{'))
        return read_object(self, ret_value);
    if (sk_json_enter(self, '['))
        return read_array(self, ret_value);
    if (first == '-' || is_digit(first))
        return read_number(self, ret_value);
    return read_word(self, ret_value);
}

bool sk_json_read_raw(struct sk_json_reader *self, struct sk_text *ret_text)
{
    struct sk_value value;

    peek(self);
    const char *start = self->at;
    if (!sk_json_read(self, &value))
        return false;
    *ret_text = (struct sk_text){start, (size_t)(self->at - start)};
    return true;
}

/* The whole. --------------------------------------------------------------------------
 */

static enum sk_verdict fail_here(const struct sk_json_reader *self, struct sk_error *err)
{
    size_t line = 1;
    const char *begin = self->start;

    for (const char *at = self->start; at < self->at; at++)
        if (*at == '\n') {
            line++;
            begin = at + 1;
        }
    return sk_fail(err, SK_REJECT, "json.syntax", "line %zu, column %zu: %s", line,
                   (size_t)(self->at - begin) + 1, self->wrong);
}

enum sk_verdict sk_json_reader_end(struct sk_json_reader *self, struct sk_error *err)
{
    if (!self->wrong && (peek(self) != 0 || self->at < self->end))
        wrong(self, "more after the value");
    return self->wrong ? fail_here(self, err) : SK_OK;
}

enum sk_verdict sk_value_parse(struct sk_text text, struct sk_arena *arena,
                               struct sk_value *ret_value, struct sk_error *err)
{
    struct sk_json_reader reader;

    sk_json_reader_init(&reader, text, arena);
    sk_json_read(&reader, ret_value);
    return sk_json_reader_end(&reader, err);
}
