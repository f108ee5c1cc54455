/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BASE_TEXT_H
#define SK_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * Texts and bytes are slices: a pointer and a size, borrowed from a message, an arena or
 * a literal. A text is UTF-8 and does not end with NUL. `data == NULL` means "not there",
 * which differs from empty; {0} is not there.
 */
struct sk_text {
    const char *data;
    size_t size;
};

struct sk_bytes {
    const uint8_t *data;
    size_t size;
};

#define SK_TEXT(literal) ((struct sk_text){"" literal, sizeof(literal) - 1})

/* For printf's "%.*s". */
#define SK_TEXT_ARG(text) (int)(text).size, (text).data ? (text).data : ""

/* A C string as a text; NULL gives the absent text. */
static inline struct sk_text sk_text(const char *string)
{
    return (struct sk_text){string, string ? strlen(string) : 0};
}

/* There, and not empty. */
static inline bool sk_text_filled(struct sk_text text)
{
    return text.size > 0;
}

/* Byte for byte; an absent text equals only an absent one. */
static inline bool sk_text_equal(struct sk_text a, struct sk_text b)
{
    return a.size == b.size && (a.data == NULL) == (b.data == NULL) &&
           (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static inline bool sk_text_is(struct sk_text text, const char *string)
{
    return sk_text_equal(text, sk_text(string));
}

/* As strcmp: by bytes, a shorter prefix first. */
int sk_text_compare(struct sk_text a, struct sk_text b);

bool sk_text_starts_with(struct sk_text text, const char *prefix);

/* Without the ASCII white space at both ends. */
struct sk_text sk_text_trim(struct sk_text text);

/* Cuts the part before `separator` off *rest and returns it; without one, all of it. When
 * nothing is left, *rest becomes absent, so loop while (rest.data). */
struct sk_text sk_text_split(struct sk_text *rest, char separator);

/* Decimal digits with an optional minus; false when it is anything else or too large. */
bool sk_text_to_int64(struct sk_text text, int64_t *ret_value);

/* Well-formed UTF-8 after RFC 3629: no overlong forms, surrogates or values > U+10FFFF.
 */
bool sk_utf8_valid(const void *data, size_t size);

/* Edit distance of two short ASCII words (≤ 63 bytes), for "did you mean". */
size_t sk_text_distance(struct sk_text a, struct sk_text b);

#endif
