/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows and records. Headers are stored as one blob: for each, the sizes of name and value
 * (32 bits each, little endian; the value's all ones: not there), then both.
 */
#include <endian.h>

#include "bus/sqlite.h"

enum { SIZES = 8 };
static const uint32_t absent = UINT32_MAX;

struct sk_bytes sk_sqlite_headers_encode(const struct sk_bus_header *headers,
                                         size_t count, struct sk_arena *arena)
{
    size_t size = 0;

    if (count == 0)
        return (struct sk_bytes){0};
    for (size_t i = 0; i < count; i++)
        size += SIZES + headers[i].name.size + headers[i].value.size;
    uint8_t *start = sk_arena_alloc(arena, size), *out = start;
    for (size_t i = 0; i < count; i++) {
        struct sk_text name = headers[i].name, value = headers[i].value;
        uint32_t sizes[2] = {htole32((uint32_t)name.size),
                             value.data ? htole32((uint32_t)value.size) : absent};
        out = mempcpy(out, sizes, SIZES);
        if (name.size)
            out = mempcpy(out, name.data, name.size);
        if (value.size)
            out = mempcpy(out, value.data, value.size);
    }
    return (struct sk_bytes){start, size};
}

/* The next header of a blob; false at its end or when it is damaged. */
static bool header_next(struct sk_bytes *rest, struct sk_bus_header *ret_header)
{
    uint32_t sizes[2];

    if (rest->size < SIZES)
        return false;
    memcpy(sizes, rest->data, SIZES);
    size_t name = le32toh(sizes[0]);
    size_t value = sizes[1] == absent ? 0 : le32toh(sizes[1]);
    if (name > rest->size - SIZES || value > rest->size - SIZES - name)
        return false;
    const char *data = (const char *)rest->data + SIZES;
    ret_header->name = (struct sk_text){data, name};
    ret_header->value = (struct sk_text){sizes[1] == absent ? NULL : data + name, value};
    rest->data += SIZES + name + value;
    rest->size -= SIZES + name + value;
    return true;
}

static bool headers_decode(struct sk_bytes blob, struct sk_arena *arena,
                           struct sk_bus_record *record)
{
    struct sk_bytes rest = blob;
    struct sk_bus_header header;
    size_t count = 0;

    while (header_next(&rest, &header))
        count++;
    if (rest.size > 0)
        return false;
    struct sk_bus_header *headers = sk_arena_alloc(arena, count * sizeof(*headers));
    rest = blob;
    for (size_t i = 0; i < count; i++)
        header_next(&rest, &headers[i]);
    record->headers = headers;
    record->header_count = count;
    return true;
}

static const uint8_t *copy_column(sqlite3_stmt *row, int column, uint8_t **out,
                                  size_t *ret_size)
{
    const void *data = sqlite3_column_blob(row, column);
    size_t size = (size_t)sqlite3_column_bytes(row, column);
    const uint8_t *copy = *out;

    *ret_size = size;
    if (size > 0)
        *out = mempcpy(*out, data, size);
    return copy;
}

enum { COLUMN_ID, COLUMN_KEY, COLUMN_SENT, COLUMN_HEADERS, COLUMN_VALUE };

enum sk_verdict sk_sqlite_record_copy(sqlite3_stmt *row, struct sk_arena *arena,
                                      struct sk_bus_record *ret_record, size_t *ret_bytes,
                                      struct sk_error *err)
{
    struct sk_bus_record record = {0};
    struct sk_bytes headers;
    size_t size = (size_t)sqlite3_column_bytes(row, COLUMN_KEY) +
                  (size_t)sqlite3_column_bytes(row, COLUMN_HEADERS) +
                  (size_t)sqlite3_column_bytes(row, COLUMN_VALUE);
    uint8_t *out = sk_arena_alloc(arena, size);

    record.position = sk_shard_position(sqlite3_column_int64(row, COLUMN_ID));
    record.timestamp_ms = sqlite3_column_int64(row, COLUMN_SENT);
    record.key.data = (const char *)copy_column(row, COLUMN_KEY, &out, &record.key.size);
    headers.data = copy_column(row, COLUMN_HEADERS, &out, &headers.size);
    record.value.data = copy_column(row, COLUMN_VALUE, &out, &record.value.size);
    if (record.value.size == 0 && sqlite3_column_type(row, COLUMN_VALUE) == SQLITE_NULL)
        record.value.data = NULL;
    if (headers.size > 0 && !headers_decode(headers, arena, &record))
        return sk_fail(err, SK_FATAL, "bus.corrupt",
                       "the headers at position %lld are damaged",
                       (long long)record.position);
    *ret_record = record;
    *ret_bytes = size;
    return SK_OK;
}
