/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ADAPTER_LINES_H
#define SK_ADAPTER_LINES_H

#include <stdio.h>

#include "base/buffer.h"
#include "base/verdict.h"

/* A file line by line, read in large pieces: a line that stands whole in one is not
 * copied. {0} with its file is one that is at its beginning. */
struct sk_lines {
    FILE *file;            /* borrowed; nothing else reads it meanwhile */
    uint8_t *window;       /* a piece of the file, from `window_offset` on */
    int64_t window_offset; /* bytes */
    size_t at, size;
    struct sk_buffer line; /* one that stands in more than one piece */
};

enum { SK_LINE_KEPT = 16 * 1024 * 1024 }; /* of a line that is larger, its beginning */

void sk_lines_fini(struct sk_lines *lines);

/* The next line with its LF, until the next call; *ret_size is what it has in the file, 0
 * at the end. SK_RETRY "files.io". */
enum sk_verdict sk_lines_next(struct sk_lines *lines, struct sk_text *ret_line,
                              size_t *ret_size, struct sk_error *err);

/* Goes to the line that begins at this offset. SK_RETRY "files.io". */
enum sk_verdict sk_lines_seek(struct sk_lines *lines, int64_t offset,
                              struct sk_error *err);

#endif
