/* SPDX-License-Identifier: Apache-2.0 */
/*
 * access - the file of callers and rights, and whose a header is.
 *
 * All of the file stays in one buffer; callers and grants point into it.
 */
#include "registry/access.h"

#include <stdlib.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "base/file.h"
#include "base/hash.h"

enum { LARGEST_FILE = 1024 * 1024, MOST_CALLERS = 1000, MOST_GRANTS = 64 };

struct grant {
    enum sk_access_right right;
    struct sk_text prefix; /* empty: everything */
};

struct sk_access_caller {
    struct sk_text name;
    struct sk_text secret; /* SHA-256 in hexadecimal; absent: none */
    struct grant grants[MOST_GRANTS];
    size_t grant_count;
};

struct sk_access {
    struct sk_buffer file;
    struct sk_access_caller *callers;
    size_t count, capacity;
};

/* The file. ---------------------------------------------------------------------------
 */

static struct sk_text next_word(struct sk_text *line)
{
    size_t size = 0;

    *line = sk_text_trim(*line);
    while (size < line->size && line->data[size] != ' ' && line->data[size] != '\t')
        size++;
    struct sk_text word = {line->data, size};
    line->data += size;
    line->size -= size;
    return word;
}

static bool read_secret(struct sk_text word, struct sk_text *ret_secret)
{
    if (sk_text_is(word, "-")) {
        *ret_secret = (struct sk_text){0};
        return true;
    }
    if (!sk_text_starts_with(word, "sha256:"))
        return false;
    *ret_secret = (struct sk_text){word.data + 7, word.size - 7};
    for (size_t i = 0; i < ret_secret->size; i++)
        if (!strchr("0123456789abcdef", ret_secret->data[i]))
            return false;
    return ret_secret->size == 2 * (size_t)SK_SHA256_SIZE;
}

static bool read_grant(struct sk_text word, struct grant *ret_grant)
{
    static const char *const names[] = {"", "read", "register", "administer"};
    struct sk_text name = sk_text_split(&word, ':');

    if (!sk_text_filled(word))
        return false;
    ret_grant->prefix = sk_text_is(word, "*") ? SK_TEXT("") : word;
    for (int right = SK_ACCESS_READ; right <= SK_ACCESS_ADMINISTER; right++) {
        ret_grant->right = (enum sk_access_right)right;
        if (sk_text_is(name, names[right]))
            return true;
    }
    return false;
}

static enum sk_verdict read_caller(struct sk_text line, struct sk_access_caller *caller,
                                   struct sk_error *err)
{
    *caller = (struct sk_access_caller){.name = next_word(&line)};
    struct sk_text secret = next_word(&line);

    if (!read_secret(secret, &caller->secret))
        return sk_fail(err, SK_FATAL, "access.file",
                       "after the name stands \"sha256:\" and 64 characters 0-9 a-f, or "
                       "\"-\" (printf %%s SECRET | sha256sum)");
    for (line = sk_text_trim(line); line.size > 0; line = sk_text_trim(line)) {
        struct sk_text word = next_word(&line);
        if (caller->grant_count == MOST_GRANTS ||
            !read_grant(word, &caller->grants[caller->grant_count++]))
            return sk_fail(err, SK_FATAL, "access.file",
                           "\"%.*s\" is not read:, register: or administer: with a "
                           "prefix or \"*\" (at most %d of them)",
                           SK_TEXT_ARG(word), MOST_GRANTS);
    }
    return SK_OK;
}

static enum sk_verdict read_lines(struct sk_access *access, struct sk_error *err)
{
    struct sk_text rest = sk_buffer_text(&access->file);

    for (int number = 1; rest.data; number++) {
        struct sk_text line = sk_text_trim(sk_text_split(&rest, '\n'));
        struct sk_error cause = {0};
        if (line.size == 0 || line.data[0] == '#')
            continue;
        if (access->count == MOST_CALLERS)
            return sk_fail(err, SK_FATAL, "access.file", "more than %d callers",
                           MOST_CALLERS);
        access->callers = sk_grow(access->callers, &access->capacity, access->count + 1,
                                  sizeof(*access->callers));
        if (read_caller(line, &access->callers[access->count++], &cause) != SK_OK)
            return sk_fail(err, SK_FATAL, cause.id, "line %d: %s", number, cause.text);
    }
    return SK_OK;
}

enum sk_verdict sk_access_load(const char *path, struct sk_access **ret_access,
                               struct sk_error *err)
{
    struct sk_access *access = sk_alloc_zeroed(sizeof(*access));
    struct sk_error cause = {0};
    enum sk_verdict verdict = sk_file_read(path, LARGEST_FILE, &access->file, &cause);

    if (verdict == SK_OK)
        verdict = read_lines(access, &cause);
    if (verdict == SK_OK) {
        *ret_access = access;
        return SK_OK;
    }
    sk_access_free(access);
    return sk_fail(err, SK_FATAL, "access.file", "%s: %s", path, cause.text);
}

void sk_access_free(struct sk_access *access)
{
    if (!access)
        return;
    free(access->callers);
    sk_buffer_fini(&access->file);
    free(access);
}

bool sk_access_same(const struct sk_access *a, const struct sk_access *b)
{
    return sk_text_equal(sk_buffer_text(&a->file), sk_buffer_text(&b->file));
}

/* Who it is. --------------------------------------------------------------------------
 */

/* In a time that does not depend on where they differ. */
static bool same_secret(struct sk_text a, const char hex[SK_SHA256_HEX_SIZE])
{
    unsigned difference = 0;

    for (size_t i = 0; i < a.size; i++)
        difference |= (unsigned)(a.data[i] ^ hex[i]);
    return a.size > 0 && difference == 0;
}

/* By name and secret; an absent name: by the secret alone. */
static const struct sk_access_caller *
by_secret(const struct sk_access *access, struct sk_text name, struct sk_text secret)
{
    char hex[SK_SHA256_HEX_SIZE];

    sk_sha256_hex(secret.data, secret.size, hex);
    for (size_t i = 0; i < access->count; i++) {
        const struct sk_access_caller *caller = &access->callers[i];
        if ((!name.data || sk_text_equal(caller->name, name)) &&
            same_secret(caller->secret, hex))
            return caller;
    }
    return NULL;
}

static const struct sk_access_caller *
by_basic(const struct sk_access *access, struct sk_text encoded, struct sk_arena *arena)
{
    sk_buffer_auto decoded = {0};

    if (!sk_base64_decode(sk_text_trim(encoded), &decoded))
        return NULL;
    struct sk_text secret = sk_arena_text(arena, sk_buffer_text(&decoded));
    struct sk_text name = sk_text_split(&secret, ':');
    return secret.data ? by_secret(access, name, secret) : NULL;
}

const struct sk_access_caller *sk_access_by_name(const struct sk_access *access,
                                                 struct sk_text name)
{
    for (size_t i = 0; i < access->count; i++)
        if (sk_text_equal(access->callers[i].name, name))
            return &access->callers[i];
    return NULL;
}

const struct sk_access_caller *sk_access_find(const struct sk_access *access,
                                              struct sk_text authorization,
                                              struct sk_text peer, struct sk_arena *arena)
{
    struct sk_text rest = sk_text_trim(authorization);

    if (!sk_text_filled(rest)) {
        const struct sk_access_caller *named =
            peer.data ? sk_access_by_name(access, peer) : NULL;
        return named ? named : sk_access_by_name(access, SK_TEXT("*"));
    }
    struct sk_text scheme = sk_text_split(&rest, ' ');
    if (!sk_text_filled(rest))
        return NULL;
    if (scheme.size == 5 && strncasecmp(scheme.data, "basic", 5) == 0)
        return by_basic(access, rest, arena);
    if (scheme.size == 6 && strncasecmp(scheme.data, "bearer", 6) == 0)
        return by_secret(access, (struct sk_text){0}, sk_text_trim(rest));
    return NULL;
}

struct sk_text sk_access_name(const struct sk_access_caller *caller)
{
    return caller->name;
}

/* What they may. ----------------------------------------------------------------------
 */

static bool begins_with(struct sk_text subject, struct sk_text prefix)
{
    return prefix.size == 0 || (subject.data && subject.size >= prefix.size &&
                                memcmp(subject.data, prefix.data, prefix.size) == 0);
}

bool sk_access_may(const struct sk_access_caller *caller, enum sk_access_right right,
                   struct sk_text subject)
{
    for (size_t i = 0; i < caller->grant_count; i++)
        if (caller->grants[i].right >= right &&
            begins_with(subject, caller->grants[i].prefix))
            return true;
    return right == SK_ACCESS_NONE;
}

bool sk_access_may_in(const struct sk_access_caller *caller, enum sk_access_right right,
                      struct sk_text prefix)
{
    for (size_t i = 0; i < caller->grant_count; i++)
        if (caller->grants[i].right >= right &&
            (begins_with(caller->grants[i].prefix, prefix) ||
             begins_with(prefix, caller->grants[i].prefix)))
            return true;
    return right == SK_ACCESS_NONE;
}

bool sk_access_may_anywhere(const struct sk_access_caller *caller,
                            enum sk_access_right right)
{
    for (size_t i = 0; i < caller->grant_count; i++)
        if (caller->grants[i].right >= right)
            return true;
    return false;
}
