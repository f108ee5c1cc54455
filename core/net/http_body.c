/* SPDX-License-Identifier: Apache-2.0 */
/* http_body - the file never has a name, so nothing of it outlives the process. */
#include "net/http_body.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static bool write_all(int file, const uint8_t *data, size_t size)
{
    while (size > 0) {
        ssize_t written = write(file, data, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        data += written;
        size -= (size_t)written;
    }
    return true;
}

static bool open_file(struct sk_http_body *body, const char *folder)
{
    int file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (file < 0)
        return false;
    body->file = file;
    body->size = body->buffer.size;
    bool written = write_all(file, body->buffer.data, body->buffer.size);
    sk_buffer_fini(&body->buffer);
    return written;
}

bool sk_http_body_add(struct sk_http_body *body, const void *data, size_t size,
                      size_t memory_limit, const char *folder)
{
    if (!body->file && body->buffer.size + size <= memory_limit) {
        sk_buffer_append(&body->buffer, data, size);
        return true;
    }
    if (!body->file && !open_file(body, folder))
        return false;
    body->size += size;
    return write_all(body->file, data, size);
}

bool sk_http_body_whole(struct sk_http_body *body, struct sk_bytes *ret_bytes)
{
    if (!body->file) {
        *ret_bytes = sk_buffer_bytes(&body->buffer);
        return true;
    }
    void *map = mmap(NULL, body->size, PROT_READ, MAP_PRIVATE, body->file, 0);
    if (map == MAP_FAILED)
        return false;
    body->map = map;
    *ret_bytes = (struct sk_bytes){map, body->size};
    return true;
}

void sk_http_body_reset(struct sk_http_body *body)
{
    if (body->map)
        munmap((void *)(uintptr_t)body->map, body->size);
    if (body->file)
        close(body->file);
    body->buffer.size = 0;
    *body = (struct sk_http_body){.buffer = body->buffer};
}
