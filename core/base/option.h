/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BASE_OPTION_H
#define SK_BASE_OPTION_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/settings.h"
#include "base/verdict.h"

/*
 * One table per set of options yields parsing, defaults, bounds, --help, --check and
 * redaction. There is no other way to read settings.
 */
enum sk_option_type {
    SK_OPTION_END,
    SK_OPTION_STRING,
    SK_OPTION_INT64,
    SK_OPTION_BOOL,     /* true, false, yes, no, ja, nee, 1, 0 */
    SK_OPTION_DURATION, /* "250ms", "10s", "15m", "2h", "1d"; held in milliseconds */
    SK_OPTION_SIZE,     /* "64K", "2M", "1G", bytes without a letter; held in bytes */
    SK_OPTION_CHOICE,   /* one of `choices`; held as its index */
};

struct sk_option {
    enum sk_option_type type;
    const char *name;
    size_t offset;        /* of the field in the state */
    const char *fallback; /* as the operator would write it; NULL means required */
    int64_t min, max; /* bounds in the held unit; both 0: none but 0 ≤ durations, sizes */
    const char *choices; /* "kbo|kvk|vrij" */
    bool secret;         /* only as file:PATH or from the environment; never printed */
    bool optional;       /* a string that may be absent (NULL) */
    const char *help;
};

/* Each row names a field of S, whose C type must fit, or the table does not compile. */
#define SK_STRING(S, field, ...)                                                         \
    {                                                                                    \
        .type = SK_OPTION_STRING,                                                        \
        .offset = offsetof(S, field) + _Generic(((S *)0)->field, const char * : 0),      \
        __VA_ARGS__                                                                      \
    }
#define SK_INTEGER(S, field, ...)                                                        \
    {                                                                                    \
        .type = SK_OPTION_INT64,                                                         \
        .offset = offsetof(S, field) + _Generic(((S *)0)->field, int64_t : 0),           \
        __VA_ARGS__                                                                      \
    }
#define SK_BOOL(S, field, ...)                                                           \
    {                                                                                    \
        .type = SK_OPTION_BOOL,                                                          \
        .offset = offsetof(S, field) + _Generic(((S *)0)->field, bool : 0), __VA_ARGS__  \
    }
#define SK_DURATION(S, field, ...)                                                       \
    {                                                                                    \
        .type = SK_OPTION_DURATION,                                                      \
        .offset = offsetof(S, field) + _Generic(((S *)0)->field, int64_t : 0),           \
        __VA_ARGS__                                                                      \
    }
#define SK_SIZE(S, field, ...)                                                           \
    {                                                                                    \
        .type = SK_OPTION_SIZE,                                                          \
        .offset = offsetof(S, field) + _Generic(((S *)0)->field, int64_t : 0),           \
        __VA_ARGS__                                                                      \
    }
#define SK_CHOICE(S, field, ...)                                                         \
    {                                                                                    \
        .type = SK_OPTION_CHOICE,                                                        \
        .offset = offsetof(S, field) + _Generic(((S *)0)->field, int : 0), __VA_ARGS__   \
    }
#define SK_END_OF_OPTIONS                                                                \
    {                                                                                    \
        .type = SK_OPTION_END                                                            \
    }

/* Fills `state` from the settings. With a prefix ("locaties."), a key with the prefix
 * goes before the same key without it. SK_FATAL "option.…" says which option, where it
 * was set, what was wrong and what is allowed. Strings live as long as the settings. */
enum sk_verdict sk_options_read(const struct sk_option *table, const char *prefix,
                                struct sk_settings *settings, void *state,
                                struct sk_error *err);

/* One paragraph an option: name, type, default or "required", bounds, help. */
void sk_options_help(const struct sk_option *table, FILE *out);

/* "name = value" a line, secrets as "(hidden)": what is in force. */
void sk_options_print(const struct sk_option *table, const char *prefix,
                      const void *state, FILE *out);

#endif
