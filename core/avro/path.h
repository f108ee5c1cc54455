/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_AVRO_PATH_H
#define SK_AVRO_PATH_H

#include <stddef.h>

#include "base/text.h"
#include "base/verdict.h"

/*
 * Where one stands in a schema or a value: a chain of steps on the C stack, so keeping
 * it costs nothing until an error wants it as text: "Klacht.genoemd[2].naam".
 */
struct sk_path {
    const struct sk_path *parent; /* NULL: the first step */
    const char *name;             /* a field, a type or a map's key; NULL: an index */
    size_t name_size;             /* of a key; the other names end with NUL */
    size_t index;                 /* SK_PATH_ANY writes "[]" */
    enum { SK_PATH_FIELD, SK_PATH_INDEX, SK_PATH_KEY, SK_PATH_BRANCH } kind;
};

#define SK_PATH_ANY SIZE_MAX

enum { SK_PATH_SIZE = 160 };

/* The path as text; a long one keeps its end, after "…". "" for NULL. Returns `out`. */
const char *sk_path_format(const struct sk_path *path, char out[SK_PATH_SIZE]);

/* How many bytes of a foreign name an error shows: at most 60, in whole characters. */
int sk_path_shown(const char *name, size_t size);

/* "path: what"; without a path only what. Returns SK_REJECT. */
enum sk_verdict sk_path_fail(struct sk_error *err, const char *id,
                             const struct sk_path *path, const char *format, ...)
    SK_PRINTF(4, 5) SK_COLD;

static inline struct sk_path sk_path_field(const struct sk_path *parent, const char *name)
{
    return (struct sk_path){parent, name, 0, 0, SK_PATH_FIELD};
}

static inline struct sk_path sk_path_index(const struct sk_path *parent, size_t index)
{
    return (struct sk_path){parent, NULL, 0, index, SK_PATH_INDEX};
}

static inline struct sk_path sk_path_key(const struct sk_path *parent, struct sk_text key)
{
    return (struct sk_path){parent, key.data, key.size, 0, SK_PATH_KEY};
}

static inline struct sk_path sk_path_branch(const struct sk_path *parent, size_t branch)
{
    return (struct sk_path){parent, NULL, 0, branch, SK_PATH_BRANCH};
}

#endif
