/* SPDX-License-Identifier: Apache-2.0 */
#include "base/verdict.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A cut text must not end inside a UTF-8 character: drop its first bytes too. */
static void trim_partial_character(char *text, size_t size)
{
    size_t end = strnlen(text, size);
    size_t start = end;

    if (end + 1 < size)
        return;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start > 0 && (unsigned char)text[start - 1] >= 0xC0)
        text[start - 1] = '\0';
}

enum sk_verdict sk_fail(struct sk_error *err, enum sk_verdict verdict, const char *id,
                        const char *format, ...)
{
    va_list arguments;

    err->id = id;
    va_start(arguments, format);
    vsnprintf(err->text, sizeof(err->text), format, arguments);
    va_end(arguments);
    trim_partial_character(err->text, sizeof(err->text));
    return verdict;
}

void sk_error_prefix(struct sk_error *err, const char *format, ...)
{
    char where[sizeof(err->text)];
    char rest[sizeof(err->text)];
    va_list arguments;

    memcpy(rest, err->text, sizeof(rest));
    va_start(arguments, format);
    vsnprintf(where, sizeof(where), format, arguments);
    va_end(arguments);
    where[sizeof(where) / 2] = '\0';
    size_t used = strlen(where);
    memcpy(err->text, where, used);
    snprintf(err->text + used, sizeof(err->text) - used, ": %.*s",
             (int)(sizeof(err->text) - used - 3), rest);
    trim_partial_character(err->text, sizeof(err->text));
}
