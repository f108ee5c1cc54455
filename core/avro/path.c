/* SPDX-License-Identifier: Apache-2.0 */
/* Written from the last step backwards: the end of a path tells most, so it is kept. */
#include "avro/path.h"

#include <stdarg.h>
#include <stdio.h>

int sk_path_shown(const char *name, size_t size)
{
    size_t shown = size < 60 ? size : 60;

    while (shown < size && shown > 0 && ((uint8_t)name[shown] & 0xC0) == 0x80)
        shown--;
    return (int)shown;
}

static size_t step_format(const struct sk_path *path, char *out, size_t size)
{
    int written = 0;

    switch (path->kind) {
    case SK_PATH_FIELD:
        written = snprintf(out, size, "%s%s", path->parent ? "." : "", path->name);
        break;
    case SK_PATH_KEY:
        written = snprintf(out, size, "[\"%.*s\"]",
                           sk_path_shown(path->name, path->name_size), path->name);
        break;
    case SK_PATH_INDEX:
        written = path->index == SK_PATH_ANY ? snprintf(out, size, "[]")
                                             : snprintf(out, size, "[%zu]", path->index);
        break;
    case SK_PATH_BRANCH:
        written = snprintf(out, size, "<%zu>", path->index);
        break;
    }
    return (size_t)written < size ? (size_t)written : size - 1;
}

const char *sk_path_format(const struct sk_path *path, char out[SK_PATH_SIZE])
{
    static const char ellipsis[] = "…";
    char step[SK_PATH_SIZE];
    size_t start = SK_PATH_SIZE - 1;

    out[start] = '\0';
    for (; path; path = path->parent) {
        size_t size = step_format(path, step, sizeof(step) - sizeof(ellipsis));
        if (size + sizeof(ellipsis) > start) {
            start -= sizeof(ellipsis) - 1;
            memcpy(out + start, ellipsis, sizeof(ellipsis) - 1);
            break;
        }
        start -= size;
        memcpy(out + start, step, size);
    }
    return memmove(out, out + start, SK_PATH_SIZE - start);
}

enum sk_verdict sk_path_fail(struct sk_error *err, const char *id,
                             const struct sk_path *path, const char *format, ...)
{
    char where[SK_PATH_SIZE];
    char what[sizeof(err->text)];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(what, sizeof(what), format, arguments);
    va_end(arguments);
    sk_path_format(path, where);
    return sk_fail(err, SK_REJECT, id, "%s%s%s", where, *where ? ": " : "", what);
}
