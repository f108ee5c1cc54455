/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_NET_HTTP_BODY_H
#define SK_NET_HTTP_BODY_H

#include <stdbool.h>

#include "base/buffer.h"

/*
 * Part of http_server: the body of a request as it comes in. Up to `memory_limit` it is
 * in memory; what may be larger goes to a file without a name and is seen through a map,
 * so that its size costs disk and no memory.
 */
struct sk_http_body {
    struct sk_buffer buffer;
    int file;        /* 0: none */
    uint64_t size;   /* in the file */
    const void *map; /* of the whole file, once it is complete */
};

/* Adds a piece; once more than `memory_limit` bytes are there, to a file in `folder`.
 * False: the disk refuses. */
bool sk_http_body_add(struct sk_http_body *body, const void *data, size_t size,
                      size_t memory_limit, const char *folder);

/* All of it, until reset. False: it cannot be mapped. */
bool sk_http_body_whole(struct sk_http_body *body, struct sk_bytes *ret_bytes);

/* Empty again; the buffer keeps its room. */
void sk_http_body_reset(struct sk_http_body *body);

#endif
