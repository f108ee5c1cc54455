/* SPDX-License-Identifier: Apache-2.0 */
/*
 * identifier - one spelling for the numbers that name a place.
 *
 * Every check works on a copy in a fixed buffer: raw texts come from outside, and what
 * does not fit in SK_IDENTIFIER_SIZE is no identifier.
 */
#include "base/identifier.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

static bool is_separator(char c)
{
    return c == ' ' || c == '.' || c == '-' || c == '/' || c == ',' || c == '\'';
}

/* The digits between separators; false when anything else stands in it. */
static bool digits_only(struct sk_text raw, char out[SK_IDENTIFIER_SIZE])
{
    size_t size = 0;

    for (size_t i = 0; i < raw.size; i++) {
        char c = raw.data[i];

        if (is_separator(c))
            continue;
        if (c < '0' || c > '9' || size == SK_IDENTIFIER_SIZE - 1)
            return false;
        out[size++] = c;
    }
    out[size] = '\0';
    return size > 0;
}

/* Zeros in front; the caller has checked that it is no longer than `width`. */
static void pad(const char *digits, size_t width, char out[SK_IDENTIFIER_SIZE])
{
    size_t size = strlen(digits);

    memset(out, '0', width - size);
    memcpy(out + width - size, digits, size + 1);
}

static bool copy_free(struct sk_text raw, char out[SK_IDENTIFIER_SIZE])
{
    struct sk_text text = sk_text_trim(raw);

    if (text.size == 0 || text.size >= SK_IDENTIFIER_SIZE)
        return false;
    for (size_t i = 0; i < text.size; i++)
        if (iscntrl((unsigned char)text.data[i]))
            return false;
    memcpy(out, text.data, text.size);
    out[text.size] = '\0';
    return true;
}

bool sk_mod97_valid(struct sk_text ten_digits)
{
    int64_t number = 0;

    if (ten_digits.size != 10 || !sk_text_to_int64(ten_digits, &number) || number < 0)
        return false;
    return 97 - (number / 100) % 97 == number % 100;
}

static int64_t number_of(const char *digits, size_t from, size_t size)
{
    int64_t number = 0;

    sk_text_to_int64((struct sk_text){digits + from, size}, &number);
    return number;
}

bool sk_is_insz(struct sk_text raw)
{
    static const int64_t of_2000 = 2000000000;
    char digits[SK_IDENTIFIER_SIZE];

    if (!digits_only(raw, digits) || strlen(digits) != 11)
        return false;
    int64_t month = number_of(digits, 2, 2) % 20; /* BIS numbers add 20 or 40 */
    int64_t first = number_of(digits, 0, 9), check = number_of(digits, 9, 2);
    bool dated =
        number_of(digits, 2, 2) <= 52 && month <= 12 && number_of(digits, 4, 2) <= 31;

    return dated && (97 - first % 97 == check || 97 - (of_2000 + first) % 97 == check);
}

/* Ten digits with a valid check whose first lies between the two. */
static bool kbo_number(struct sk_text raw, char first, char last,
                       char out[SK_IDENTIFIER_SIZE])
{
    struct sk_text text = sk_text_trim(raw);
    char digits[SK_IDENTIFIER_SIZE], padded[SK_IDENTIFIER_SIZE];

    if (text.size > 2 && strncasecmp(text.data, "BE", 2) == 0)
        text = (struct sk_text){text.data + 2, text.size - 2};
    if (!digits_only(text, digits) || strlen(digits) < 9 || strlen(digits) > 10)
        return false;
    pad(digits, 10, padded);
    if (padded[0] < first || padded[0] > last || !sk_mod97_valid(sk_text(padded)))
        return false;
    memcpy(out, padded, SK_IDENTIFIER_SIZE);
    return true;
}

static bool kvk_number(struct sk_text raw, size_t shortest, size_t width,
                       char out[SK_IDENTIFIER_SIZE])
{
    char digits[SK_IDENTIFIER_SIZE];

    if (!digits_only(raw, digits) || strlen(digits) < shortest || strlen(digits) > width)
        return false;
    pad(digits, width, out);
    return true;
}

bool sk_enterprise_number(enum sk_enterprise_scheme scheme, struct sk_text raw,
                          char out[SK_IDENTIFIER_SIZE])
{
    switch (scheme) {
    case SK_ENTERPRISE_KBO:
        return kbo_number(raw, '0', '1', out);
    case SK_ENTERPRISE_KVK:
        return kvk_number(raw, 7, 8, out);
    case SK_ENTERPRISE_VRIJ:
        break;
    }
    return copy_free(raw, out);
}

bool sk_establishment_number(enum sk_enterprise_scheme scheme, struct sk_text raw,
                             char out[SK_IDENTIFIER_SIZE])
{
    switch (scheme) {
    case SK_ENTERPRISE_KBO:
        return kbo_number(raw, '2', '8', out);
    case SK_ENTERPRISE_KVK:
        return kvk_number(raw, 7, 12, out);
    case SK_ENTERPRISE_VRIJ:
        break;
    }
    return copy_free(raw, out);
}

enum sk_verdict sk_dossier_pattern_init(regex_t *pattern, const char *expression,
                                        struct sk_error *err)
{
    char whole[256];

    if ((size_t)snprintf(whole, sizeof(whole), "^(%s)$", expression) >= sizeof(whole))
        return sk_fail(err, SK_FATAL, "option.pattern",
                       "dossiernummer.patroon is longer than 250 characters");
    int code = regcomp(pattern, whole, REG_EXTENDED | REG_NOSUB);
    if (code != 0) {
        char reason[120];

        regerror(code, pattern, reason, sizeof(reason));
        return sk_fail(err, SK_FATAL, "option.pattern",
                       "dossiernummer.patroon \"%s\" is no POSIX extended expression: %s",
                       expression, reason);
    }
    return SK_OK;
}

/* What the digits of a longer text are; separators of any kind are passed over. */
static bool digits_of(const char *text, char out[SK_IDENTIFIER_SIZE])
{
    size_t size = 0;

    for (; *text; text++)
        if (*text >= '0' && *text <= '9')
            out[size++] = *text;
    out[size] = '\0';
    return size > 0;
}

bool sk_dossier_number(const regex_t *pattern, struct sk_text raw,
                       char out[SK_IDENTIFIER_SIZE])
{
    char written[SK_IDENTIFIER_SIZE], digits[SK_IDENTIFIER_SIZE];

    if (!copy_free(raw, written))
        return false;
    const char *number = written;
    if (regexec(pattern, number, 0, NULL, 0) != 0) {
        if (!digits_of(written, digits) || regexec(pattern, digits, 0, NULL, 0) != 0)
            return false;
        number = digits;
    }
    memcpy(out, number, strlen(number) + 1);
    return true;
}
