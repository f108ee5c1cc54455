/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/subject.h"

static bool qualified(struct sk_text subject)
{
    return sk_text_starts_with(subject, ":.");
}

/* Where the plain name begins. */
static size_t prefix_size(struct sk_text subject)
{
    const char *end =
        qualified(subject) ? memchr(subject.data + 1, ':', subject.size - 1) : NULL;

    if (end)
        return (size_t)(end - subject.data) + 1;
    return qualified(subject) ? subject.size : 0;
}

struct sk_text sk_subject_context(struct sk_text subject)
{
    size_t size = prefix_size(subject);

    if (size == 0)
        return SK_TEXT(".");
    return (struct sk_text){subject.data + 1, size - 1 - (subject.data[size - 1] == ':')};
}

struct sk_text sk_subject_plain(struct sk_text subject)
{
    size_t size = prefix_size(subject);

    if (size == 0)
        return subject; /* it may be absent */
    return (struct sk_text){subject.data + size, subject.size - size};
}

bool sk_context_valid(struct sk_text context)
{
    if (context.size == 0 || context.size > SK_SUBJECT_MAX / 2 || context.data[0] != '.')
        return false;
    for (size_t i = 1; i < context.size; i++) {
        char c = context.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.'))
            return false;
    }
    return true;
}

static bool is_plain_name(struct sk_text text)
{
    if (text.size == 0 || sk_text_is(text, "__GLOBAL") || sk_text_is(text, "__EMPTY"))
        return false;
    for (size_t i = 0; i < text.size; i++) {
        if ((uint8_t)text.data[i] < 0x20 || text.data[i] == 0x7f)
            return false;
    }
    return true;
}

bool sk_subject_read(struct sk_text written, bool scope, struct sk_text *ret_subject)
{
    struct sk_text context = sk_subject_context(written);
    struct sk_text plain = sk_subject_plain(written);

    if (written.size == 0 || written.size > SK_SUBJECT_MAX ||
        !sk_utf8_valid(written.data, written.size) || !sk_context_valid(context))
        return false;
    if (sk_text_is(context, ".__GLOBAL"))
        plain.data = scope && plain.size == 0 ? plain.data : NULL;
    if (!plain.data || !(is_plain_name(plain) || (scope && plain.size == 0)))
        return false;
    *ret_subject = sk_text_is(context, ".") ? plain : written;
    return true;
}

struct sk_text sk_subject_scope(struct sk_text context, struct sk_arena *arena)
{
    return sk_text_is(context, ".")
               ? SK_TEXT("")
               : sk_arena_printf(arena, ":%.*s:", SK_TEXT_ARG(context));
}

struct sk_text sk_subject_beside(struct sk_text parent, struct sk_text name,
                                 struct sk_arena *arena)
{
    struct sk_text scope = sk_subject_scope(sk_subject_context(parent), arena);

    if (qualified(name))
        return sk_text_is(sk_subject_context(name), ".") ? sk_subject_plain(name) : name;
    return sk_arena_printf(arena, "%.*s%.*s", SK_TEXT_ARG(scope), SK_TEXT_ARG(name));
}
