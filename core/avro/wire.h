/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_AVRO_WIRE_H
#define SK_AVRO_WIRE_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/text.h"
#include "base/verdict.h"

/*
 * What generated codecs are made of; nothing else includes this.
 *
 * Reading keeps one invariant: before a field, at least as many bytes are left as the
 * least that it and the fields after it in its record can take. So a value of one byte,
 * which nearly all are, needs no check; only what is longer checks that `rest`, the least
 * of the fields after it, is still there. Writing needs no checks at all: the codec first
 * sums an upper bound and makes that room. A function that returns NULL has noted why;
 * its callers add where.
 */
enum {
    SK_EVENT_SIZE_MAX = 1024 * 1024 - 5, /* the wire header and this are 1 MiB */
    SK_WIRE_PATH_SIZE = 160,
};

struct sk_wire_trouble {
    const char *reason;
    char path[SK_WIRE_PATH_SIZE]; /* "genoemd[1].naam", grows at its front */
};

struct sk_wire_reader {
    const uint8_t *end;
    struct sk_arena *arena;
    struct sk_wire_trouble trouble;
};

/* An array being read, block by block. */
struct sk_wire_array {
    void *items;
    size_t expected; /* items up to the end of this block */
    size_t capacity;
    const uint8_t *block_end; /* as the block says; NULL: it does not */
};

/* All return NULL, so that a caller can pass it on. */
void *sk_wire_fail(struct sk_wire_trouble *trouble, const char *reason) SK_COLD;
void *sk_wire_in_field(struct sk_wire_trouble *trouble, const char *name) SK_COLD;
void *sk_wire_in_item(struct sk_wire_trouble *trouble, size_t index) SK_COLD;

/* Begins to read; NULL when `data` is shorter than `least` or longer than an event. */
const uint8_t *sk_wire_start(struct sk_wire_reader *reader, struct sk_bytes data,
                             struct sk_arena *arena, size_t least);

/* SK_OK when `at` is the end, else SK_REJECT "avro.decode". */
enum sk_verdict sk_wire_finish(struct sk_wire_reader *reader, const uint8_t *at,
                               const char *topic, struct sk_error *err);

/* Makes room for `bound` bytes; NULL when no event is that large. */
uint8_t *sk_wire_room(struct sk_wire_trouble *trouble, struct sk_buffer *out,
                      size_t bound);

/* Sets the size of `out` to end at `at`; SK_REJECT "avro.encode" when `at` is NULL or too
 * far, and `out` is then as before. */
enum sk_verdict sk_wire_written(struct sk_wire_trouble *trouble, struct sk_buffer *out,
                                const uint8_t *at, const char *topic,
                                struct sk_error *err);

/* Values of any size; like those of wire_get.h they leave `rest`. */
const uint8_t *sk_wire_get_varint(const uint8_t *at, struct sk_wire_reader *reader,
                                  size_t rest, int64_t *ret_value);
const uint8_t *sk_wire_get_wide_int(const uint8_t *at, struct sk_wire_reader *reader,
                                    size_t rest, int32_t *ret_value);
const uint8_t *sk_wire_get_any_text(const uint8_t *at, struct sk_wire_reader *reader,
                                    size_t rest, struct sk_text *ret_text);
const uint8_t *sk_wire_get_any_optional_text(const uint8_t *at,
                                             struct sk_wire_reader *reader, size_t rest,
                                             struct sk_text *ret_text);
const uint8_t *sk_wire_get_any_optional_long(const uint8_t *at,
                                             struct sk_wire_reader *reader, size_t rest,
                                             int64_t *ret_value);
const uint8_t *sk_wire_get_any_optional_int(const uint8_t *at,
                                            struct sk_wire_reader *reader, size_t rest,
                                            int32_t *ret_value);
const uint8_t *sk_wire_get_bytes(const uint8_t *at, struct sk_wire_reader *reader,
                                 size_t rest, struct sk_bytes *ret_bytes);

/* The next block of an array whose items take at least `least` bytes: room for them in
 * the arena; `expected` does not grow at the end of the array. */
const uint8_t *sk_wire_get_block(const uint8_t *at, struct sk_wire_reader *reader,
                                 struct sk_wire_array *array, size_t item_size,
                                 size_t least);

/* What wire_put.h leaves to a call: a number of any size, zig-zag done; a text longer
 * than 16; and a text that is not ASCII, already at `at`. */
uint8_t *sk_wire_put_varint(uint8_t *at, uint64_t number);
uint8_t *sk_wire_put_long_text(uint8_t *at, struct sk_wire_trouble *trouble,
                               struct sk_text text);
uint8_t *sk_wire_check_copied(uint8_t *at, struct sk_wire_trouble *trouble, size_t size);

/* Values are equal; absent or not was compared before. */
static inline bool sk_wire_text_equal(const struct sk_text *a, const struct sk_text *b)
{
    return a->size == b->size && (a->size == 0 || memcmp(a->data, b->data, a->size) == 0);
}

static inline bool sk_wire_bytes_equal(const struct sk_bytes *a, const struct sk_bytes *b)
{
    return a->size == b->size && (a->size == 0 || memcmp(a->data, b->data, a->size) == 0);
}

#include "avro/wire_bits.h"
#include "avro/wire_get.h"
#include "avro/wire_put.h"

#endif
