/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words by utf8proc: each character is decomposed, case-folded and stripped of its marks;
 * letters and digits stay, anything else ends the word. ASCII takes a short cut.
 */
#include "match/normalise.h"

#include <utf8proc.h>

#include "base/compiler.h"
#include "match/clean.h"
#include "match/words.h"

/* The word that is being read. */
struct reader {
    struct sk_arena *arena;
    struct sk_words words;
    size_t capacity;
    char text[SK_WORD_SIZE];
    size_t size;
    uint32_t begin, end;
};

static void word_end(struct reader *self)
{
    if (self->size == 0)
        return;
    if (self->words.count == self->capacity) {
        size_t capacity = self->capacity ? self->capacity * 2 : 16;
        struct sk_word *items =
            sk_arena_alloc(self->arena, capacity * sizeof *self->words.items);

        if (self->words.count)
            memcpy(items, self->words.items, self->words.count * sizeof *items);
        self->words.items = items;
        self->capacity = capacity;
    }
    self->words.items[self->words.count++] = (struct sk_word){
        .text = sk_arena_text(self->arena, (struct sk_text){self->text, self->size}),
        .begin = self->begin,
        .end = self->end,
        .meaning = sk_word_meaning((struct sk_text){self->text, self->size}),
    };
    self->size = 0;
}

static void word_add(struct reader *self, const void *bytes, size_t size, uint32_t begin,
                     uint32_t end)
{
    if (self->size == 0)
        self->begin = begin;
    self->end = end;
    if (self->size + size > SK_WORD_SIZE)
        return; /* the tail of an endless word distinguishes nothing */
    memcpy(self->text + self->size, bytes, size);
    self->size += size;
}

static bool stays(utf8proc_int32_t code)
{
    utf8proc_category_t category = utf8proc_category(code);

    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
           (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
}

static void read_wide(struct reader *self, utf8proc_int32_t code, uint32_t begin,
                      uint32_t end)
{
    utf8proc_int32_t parts[32];
    int boundary = 0;
    utf8proc_ssize_t count =
        utf8proc_decompose_char(code, parts, SK_COUNT(parts),
                                UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                                    UTF8PROC_STRIPMARK | UTF8PROC_IGNORE,
                                &boundary);

    for (utf8proc_ssize_t i = 0; i < count && i < (utf8proc_ssize_t)SK_COUNT(parts);
         i++) {
        utf8proc_uint8_t bytes[4];

        if (stays(parts[i]))
            word_add(self, bytes, (size_t)utf8proc_encode_char(parts[i], bytes), begin,
                     end);
        else
            word_end(self);
    }
}

/* Reads the character at `at` and returns where the next one begins. */
static size_t read_character(struct reader *self, struct sk_text source, size_t at)
{
    unsigned char first = (unsigned char)source.data[at];

    if (first == SK_CLEAN_SKIP)
        return at + 1;
    if (first < 0x80) {
        char lower = (char)(first >= 'A' && first <= 'Z' ? first + 32 : first);

        if ((lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9'))
            word_add(self, &lower, 1, (uint32_t)at, (uint32_t)at + 1);
        else
            word_end(self);
        return at + 1;
    }
    utf8proc_int32_t code;
    utf8proc_ssize_t size = utf8proc_iterate((const utf8proc_uint8_t *)source.data + at,
                                             (utf8proc_ssize_t)(source.size - at), &code);

    if (size <= 0) {
        word_end(self);
        return at + 1;
    }
    read_wide(self, code, (uint32_t)at, (uint32_t)(at + (size_t)size));
    return at + (size_t)size;
}

enum { SOURCE_LIMIT = 64 * 1024 };

struct sk_words sk_words_of(struct sk_text source, struct sk_arena *arena)
{
    struct reader reader = {.arena = arena};
    size_t size = source.size < SOURCE_LIMIT ? source.size : SOURCE_LIMIT;

    for (size_t at = 0; at < size && reader.words.count < SK_WORDS_LIMIT;)
        at = read_character(&reader, source, at);
    word_end(&reader);
    return reader.words;
}

struct sk_words sk_name_words(struct sk_text name, struct sk_arena *arena)
{
    struct sk_words all = sk_words_of(name, arena);
    size_t kept = 0;

    for (size_t i = 0; i < all.count; i++)
        kept += !(all.items[i].meaning & SK_MEANS_NOTHING);
    if (kept == 0)
        return all;
    struct sk_words words = {sk_arena_alloc(arena, kept * sizeof *all.items), 0};

    for (size_t i = 0; i < all.count; i++) {
        if (!(all.items[i].meaning & SK_MEANS_NOTHING))
            words.items[words.count++] = all.items[i];
    }
    return words;
}

struct sk_text sk_words_join(struct sk_words words, size_t from, size_t count,
                             const char *between, struct sk_arena *arena)
{
    size_t gap = strlen(between), size = 0;

    for (size_t i = from; i < from + count; i++)
        size += words.items[i].text.size + gap;

    char *data = sk_arena_alloc(arena, size + 1);
    size_t at = 0;

    for (size_t i = from; i < from + count; i++) {
        if (i > from) {
            memcpy(data + at, between, gap);
            at += gap;
        }
        memcpy(data + at, words.items[i].text.data, words.items[i].text.size);
        at += words.items[i].text.size;
    }
    return (struct sk_text){data, at};
}

static bool ends_with(struct sk_text text, const char *end)
{
    size_t size = strlen(end);

    return text.size > size && memcmp(text.data + text.size - size, end, size) == 0;
}

struct sk_words sk_street_words(struct sk_words words, struct sk_arena *arena)
{
    struct sk_words full = {sk_arena_alloc(arena, words.count * sizeof *words.items),
                            words.count};

    for (size_t i = 0; i < words.count; i++) {
        full.items[i] = words.items[i];
        full.items[i].text = sk_street_word(words.items[i].text);
    }
    return full;
}

struct sk_text sk_street_key_of(struct sk_words street_words, size_t from, size_t count,
                                struct sk_arena *arena)
{
    struct sk_text key = sk_words_join(street_words, from, count, "", arena);

    if (ends_with(key, "str"))
        return sk_arena_printf(arena, "%.*saat", SK_TEXT_ARG(key));
    return key;
}

struct sk_text sk_street_key(struct sk_text street, struct sk_arena *arena)
{
    struct sk_words words = sk_street_words(sk_words_of(street, arena), arena);

    return sk_street_key_of(words, 0, words.count, arena);
}

struct sk_text sk_place_key_of(struct sk_words words, size_t from, size_t count,
                               struct sk_arena *arena)
{
    struct sk_text key = sk_words_join(words, from, count, "", arena);

    if (count > 1 && sk_text_is(words.items[from].text, "st"))
        key = sk_arena_printf(arena, "sint%.*s", (int)key.size - 2, key.data + 2);
    return sk_place_in_dutch(key);
}

struct sk_text sk_place_key(struct sk_text place, struct sk_arena *arena)
{
    struct sk_words words = sk_words_of(place, arena);

    return sk_place_key_of(words, 0, words.count, arena);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

struct sk_text sk_number_key(struct sk_text number, struct sk_arena *arena)
{
    struct sk_words words = sk_words_of(number, arena);

    if (words.count == 0 || !is_digit(words.items[0].text.data[0]))
        return (struct sk_text){0};
    struct sk_text key = words.items[0].text;

    if (words.count > 1 && words.items[1].text.size == 1 &&
        is_digit(key.data[key.size - 1]) && !is_digit(words.items[1].text.data[0]) &&
        words.items[1].end - words.items[0].end <= 2)
        key = sk_words_join(words, 0, 2, "", arena);
    return key;
}

void sk_street_split(struct sk_text source, struct sk_arena *arena,
                     struct sk_text *ret_street, struct sk_text *ret_number)
{
    struct sk_words words = sk_words_of(source, arena);

    *ret_street = source;
    *ret_number = (struct sk_text){0};
    for (size_t i = 1; i < words.count; i++) {
        uint32_t begin = words.items[i].begin;

        if (!is_digit(words.items[i].text.data[0]))
            continue;
        *ret_street = sk_text_trim((struct sk_text){source.data, begin});
        *ret_number = (struct sk_text){source.data + begin, source.size - begin};
        return;
    }
}

struct sk_text sk_postcode_key(struct sk_text postcode, struct sk_arena *arena)
{
    struct sk_words words = sk_words_of(postcode, arena);

    return sk_words_join(words, 0, words.count, "", arena);
}

struct sk_text sk_enterprise_key(struct sk_text number, struct sk_arena *arena)
{
    struct sk_text key = sk_postcode_key(number, arena);

    if (sk_text_starts_with(key, "be"))
        key = (struct sk_text){key.data + 2, key.size - 2};
    return key.size == 9 ? sk_arena_printf(arena, "0%.*s", SK_TEXT_ARG(key)) : key;
}

struct sk_text sk_phone_key(struct sk_text phone, struct sk_arena *arena)
{
    char digits[32];
    size_t count = 0;
    struct sk_text rest = sk_text_trim(phone);
    bool abroad = rest.size && rest.data[0] == '+';

    for (size_t i = 0; i < rest.size && count < sizeof digits - 1; i++) {
        if (is_digit(rest.data[i]))
            digits[1 + count++] = rest.data[i];
    }
    char *from = digits + 1;

    if (!abroad && count > 10 && from[0] == '0' && from[1] == '0') {
        abroad = true;
        from += 2;
        count -= 2;
    }
    if (count > 9 && from[0] == '3' && from[1] == '2' && (abroad || count > 10)) {
        from += 1; /* the trunk 0 takes the place of the country code */
        count -= 1;
        from[0] = '0';
    }
    if (count < 8)
        return (struct sk_text){0};
    size_t kept = count < 9 ? count : 9;

    return sk_arena_text(arena, (struct sk_text){from + count - kept, kept});
}

struct sk_text sk_email_key(struct sk_text email, struct sk_arena *arena)
{
    struct sk_text trimmed = sk_text_trim(email);
    const char *at = memchr(trimmed.data ? trimmed.data : "", '@', trimmed.size);

    if (!at || at == trimmed.data || at == trimmed.data + trimmed.size - 1)
        return (struct sk_text){0};
    char *lower = sk_arena_string(arena, trimmed);

    for (size_t i = 0; i < trimmed.size; i++) {
        if (lower[i] >= 'A' && lower[i] <= 'Z')
            lower[i] = (char)(lower[i] + 32);
    }
    return (struct sk_text){lower, trimmed.size};
}

/* From behind the "@" or "//" up to a path, port or blank. */
static struct sk_text host_of(struct sk_text address)
{
    const char *at = memchr(address.data ? address.data : "", '@', address.size);
    const char *slashes =
        address.size ? memmem(address.data, address.size, "//", 2) : NULL;
    size_t begin = 0, end;

    if (at)
        begin = (size_t)(at - address.data) + 1;
    else if (slashes)
        begin = (size_t)(slashes - address.data) + 2;
    for (end = begin; end < address.size && !memchr("/:? \t", address.data[end], 5);)
        end++;
    return (struct sk_text){address.data + begin, end - begin};
}

struct sk_text sk_host_key(struct sk_text address, struct sk_arena *arena)
{
    struct sk_text trimmed = sk_text_trim(address);

    if (!sk_text_filled(trimmed))
        return (struct sk_text){0};
    struct sk_text host = host_of(trimmed);
    char *lower = sk_arena_string(arena, host);

    for (size_t i = 0; i < host.size; i++) {
        if (lower[i] >= 'A' && lower[i] <= 'Z')
            lower[i] = (char)(lower[i] + 32);
    }
    host.data = lower;
    if (sk_text_starts_with(host, "www."))
        host = (struct sk_text){host.data + 4, host.size - 4};
    if (!memchr(host.data, '.', host.size) || sk_host_is_common(host))
        return (struct sk_text){0};
    return host;
}

/* Letters of `a` that `b` has not, by kind: each costs an edit. */
static int missing_letters(struct sk_text a, struct sk_text b)
{
    uint64_t in_a = 0, in_b = 0;

    for (size_t i = 0; i < a.size; i++)
        in_a |= (uint64_t)1 << (a.data[i] & 63);
    for (size_t i = 0; i < b.size; i++)
        in_b |= (uint64_t)1 << (b.data[i] & 63);
    int gone = __builtin_popcountll(in_a & ~in_b),
        come = __builtin_popcountll(in_b & ~in_a);

    return gone > come ? gone : come;
}

/* Edits with swaps of neighbours, a column of 64 bits at a time (Myers, Hyyrö). */
static int edits(struct sk_text a, struct sk_text b)
{
    uint64_t places[256] = {0}, plus = ~(uint64_t)0, minus = 0, diagonal = 0, before = 0;
    uint64_t last = (uint64_t)1 << (a.size - 1);
    int distance = (int)a.size;

    for (size_t i = 0; i < a.size; i++)
        places[(unsigned char)a.data[i]] |= (uint64_t)1 << i;
    for (size_t k = 0; k < b.size; k++) {
        uint64_t here = places[(unsigned char)b.data[k]];
        uint64_t swapped = ((~diagonal & here) << 1) & before;

        diagonal = ((((here & plus) + plus) ^ plus) | here | minus) | swapped;
        uint64_t up = minus | ~(diagonal | plus), down = diagonal & plus;

        distance += (up & last) != 0;
        distance -= (down & last) != 0;
        up = up << 1 | 1;
        plus = (down << 1) | ~(diagonal | up);
        minus = up & diagonal;
        before = here;
    }
    return distance;
}

int sk_similarity(struct sk_text a, struct sk_text b)
{
    int longer = (int)(a.size > b.size ? a.size : b.size);
    int shorter = (int)(a.size > b.size ? b.size : a.size);
    int most = longer * (1024 - SK_SIMILAR_LEAST) / 1024;

    if (a.size == b.size && memcmp(a.data, b.data, a.size) == 0)
        return 1024;
    if (longer > 64 || longer - shorter > most || missing_letters(a, b) > most)
        return 0;
    int distance = edits(a, b);

    return distance > most ? 0 : 1024 - distance * 1024 / longer;
}
