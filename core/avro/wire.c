/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of generated codecs that are not worth a copy in each: where reading and
 * writing begin and end, errors, and what wire_put.h leaves to a call. */
#include "avro/wire.h"

#include <stdio.h>

enum {
    /* No event under SK_EVENT_SIZE_MAX has a higher bound: a byte is bounded by ≤ 11. */
    BOUND_MAX = 16 * SK_EVENT_SIZE_MAX,
};

void sk_wire_clear_large(void *record, size_t size)
{
    memset(record, 0, size);
}

void *sk_wire_fail(struct sk_wire_trouble *trouble, const char *reason)
{
    trouble->reason = reason;
    trouble->path[0] = '\0';
    return NULL;
}

static void prepend(struct sk_wire_trouble *trouble, const char *step)
{
    char longer[2 * SK_WIRE_PATH_SIZE];
    bool dot = trouble->path[0] != '\0' && trouble->path[0] != '[';

    snprintf(longer, sizeof(longer), "%s%s%s", step, dot ? "." : "", trouble->path);
    memcpy(trouble->path, longer, sizeof(trouble->path));
    trouble->path[sizeof(trouble->path) - 1] = '\0';
}

void *sk_wire_in_field(struct sk_wire_trouble *trouble, const char *name)
{
    prepend(trouble, name);
    return NULL;
}

void *sk_wire_in_item(struct sk_wire_trouble *trouble, size_t index)
{
    char step[24];

    snprintf(step, sizeof(step), "[%zu]", index);
    prepend(trouble, step);
    return NULL;
}

const uint8_t *sk_wire_start(struct sk_wire_reader *reader, struct sk_bytes data,
                             struct sk_arena *arena, size_t least)
{
    reader->end = data.data + data.size;
    reader->arena = arena;
    if (data.size < least)
        return sk_wire_fail(&reader->trouble, "the message ends too early");
    if (data.size > SK_EVENT_SIZE_MAX)
        return sk_wire_fail(&reader->trouble, "the message is larger than 1 MiB");
    return data.data;
}

enum sk_verdict sk_wire_finish(struct sk_wire_reader *reader, const uint8_t *at,
                               const char *topic, struct sk_error *err)
{
    const struct sk_wire_trouble *trouble = &reader->trouble;

    if (at == reader->end)
        return SK_OK;
    if (at)
        return sk_fail(err, SK_REJECT, "avro.decode",
                       "%s: %zu bytes are left over after the last field", topic,
                       sk_wire_left(at, reader));
    return sk_fail(err, SK_REJECT, "avro.decode", "%s%s%s: %s", topic,
                   trouble->path[0] ? "." : "", trouble->path, trouble->reason);
}

uint8_t *sk_wire_room(struct sk_wire_trouble *trouble, struct sk_buffer *out,
                      size_t bound)
{
    if (bound > BOUND_MAX)
        return sk_wire_fail(trouble, "the event is larger than 1 MiB");
    sk_buffer_reserve(out, bound);
    return out->data + out->size;
}

enum sk_verdict sk_wire_written(struct sk_wire_trouble *trouble, struct sk_buffer *out,
                                const uint8_t *at, const char *topic,
                                struct sk_error *err)
{
    size_t size = at ? (size_t)(at - out->data) - out->size : 0;

    if (size > SK_EVENT_SIZE_MAX)
        at = sk_wire_fail(trouble, "the event is larger than 1 MiB");
    if (!at)
        return sk_fail(err, SK_REJECT, "avro.encode", "%s%s%s: %s", topic,
                       trouble->path[0] ? "." : "", trouble->path, trouble->reason);
    out->size += size;
    return SK_OK;
}

uint8_t *sk_wire_put_varint(uint8_t *at, uint64_t number)
{
    while (number >= 0x80) {
        *at++ = (uint8_t)(number | 0x80);
        number >>= 7;
    }
    *at++ = (uint8_t)number;
    return at;
}

uint8_t *sk_wire_check_copied(uint8_t *at, struct sk_wire_trouble *trouble, size_t size)
{
    if (!sk_utf8_valid(at, size))
        return sk_wire_fail(trouble, "the text is not UTF-8");
    return at + size;
}

uint8_t *sk_wire_put_long_text(uint8_t *at, struct sk_wire_trouble *trouble,
                               struct sk_text text)
{
    at = sk_wire_put_varint(at, (uint64_t)text.size << 1);
    if (!sk_wire_copy_long(at, text.data, text.size))
        return sk_wire_check_copied(at, trouble, text.size);
    return at + text.size;
}
