/* SPDX-License-Identifier: Apache-2.0 */
/* lines - finding the next LF in a window over the file. */
#include "adapter/lines.h"

#include <errno.h>
#include <stdlib.h>

#include "base/alloc.h"

enum { WINDOW = 64 * 1024 };

void sk_lines_fini(struct sk_lines *lines)
{
    free(lines->window);
    sk_buffer_fini(&lines->line);
    *lines = (struct sk_lines){0};
}

/* The next piece of the file; it is empty at the end. */
static enum sk_verdict move_window(struct sk_lines *lines, struct sk_error *err)
{
    if (!lines->window)
        lines->window = sk_alloc(WINDOW);
    lines->window_offset += (int64_t)lines->size;
    lines->at = 0;
    lines->size = fread(lines->window, 1, WINDOW, lines->file);
    return ferror(lines->file)
               ? sk_fail(err, SK_RETRY, "files.io", "cannot read: %s", strerror(errno))
               : SK_OK;
}

/* What the window has of the line, its LF included. */
static struct sk_text take_part(struct sk_lines *lines)
{
    const char *from = (const char *)lines->window + lines->at;
    size_t left = lines->size - lines->at;
    const char *end = memchr(from, '\n', left);
    struct sk_text part = {from, end ? (size_t)(end - from) + 1 : left};

    lines->at += part.size;
    return part;
}

static bool is_whole(struct sk_text part)
{
    return part.size > 0 && part.data[part.size - 1] == '\n';
}

static void keep(struct sk_lines *lines, struct sk_text part)
{
    size_t room = SK_LINE_KEPT - lines->line.size;

    sk_buffer_append(&lines->line, part.data, part.size < room ? part.size : room);
}

enum sk_verdict sk_lines_next(struct sk_lines *lines, struct sk_text *ret_line,
                              size_t *ret_size, struct sk_error *err)
{
    struct sk_text part = {0};
    size_t size = 0;

    lines->line.size = 0;
    do {
        if (lines->at == lines->size)
            SK_TRY(move_window(lines, err));
        if (lines->size == 0)
            break;
        part = take_part(lines);
        size += part.size;
        if (size > part.size || !is_whole(part))
            keep(lines, part);
    } while (!is_whole(part));
    bool in_window = lines->line.size == 0 && size > 0;
    *ret_line = in_window ? part : sk_buffer_text(&lines->line);
    *ret_size = size;
    return SK_OK;
}

enum sk_verdict sk_lines_seek(struct sk_lines *lines, int64_t offset,
                              struct sk_error *err)
{
    if (offset >= lines->window_offset &&
        offset <= lines->window_offset + (int64_t)lines->size) {
        lines->at = (size_t)(offset - lines->window_offset);
        return SK_OK;
    }
    lines->window_offset = offset;
    lines->at = lines->size = 0;
    if (fseeko(lines->file, offset, SEEK_SET) == 0)
        return SK_OK;
    return sk_fail(err, SK_RETRY, "files.io", "cannot seek: %s", strerror(errno));
}
