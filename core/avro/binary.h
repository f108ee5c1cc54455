/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_AVRO_BINARY_H
#define SK_AVRO_BINARY_H

#include "avro/path.h"
#include "avro/schema.h"
#include "base/buffer.h"

/*
 * Avro binary, read within bounds. A reader never runs past the end and never believes a
 * count or a size that the bytes left cannot bear; what takes no bytes (null, an empty
 * record) is paid from a budget. Each read returns false when it cannot, and `problem`
 * then says why; the caller knows where.
 */
enum {
    SK_AVRO_BYTES_MAX = 16 * 1024 * 1024, /* of one value */
    SK_AVRO_DEPTH_MAX = 64,               /* values inside values; unions do not count */
    SK_AVRO_VALUES_FREE = 10000, /* values of any message; each byte allows 16 more */
};

struct sk_avro_reader {
    const uint8_t *at, *end;
    size_t budget; /* values that may still be read */
    size_t depth;  /* containers now open */
    const char *problem;
};

void sk_avro_reader_init(struct sk_avro_reader *self, struct sk_bytes data);

static inline size_t sk_avro_left(const struct sk_avro_reader *self)
{
    return (size_t)(self->end - self->at);
}

bool sk_avro_read_boolean(struct sk_avro_reader *self, bool *ret_value);
bool sk_avro_read_int(struct sk_avro_reader *self, int32_t *ret_value);

bool sk_avro_read_large(struct sk_avro_reader *self, int64_t *ret_value);
static inline bool sk_avro_read_long(struct sk_avro_reader *self, int64_t *ret_value)
{
    if (self->at == self->end || *self->at & 0x80) /* most numbers are one byte */
        return sk_avro_read_large(self, ret_value);
    uint8_t byte = *self->at++;
    *ret_value = (int64_t)(byte >> 1) ^ -(int64_t)(byte & 1);
    return true;
}

bool sk_avro_read_float(struct sk_avro_reader *self, float *ret_value);
bool sk_avro_read_double(struct sk_avro_reader *self, double *ret_value);

/* Slices of the message. A string is checked as UTF-8. */
bool sk_avro_read_bytes(struct sk_avro_reader *self, struct sk_bytes *ret_value);
bool sk_avro_read_string(struct sk_avro_reader *self, struct sk_text *ret_value);
bool sk_avro_read_fixed(struct sk_avro_reader *self, size_t size,
                        struct sk_bytes *ret_value);

/* An enum's or a union's choice out of `count`. */
bool sk_avro_read_index(struct sk_avro_reader *self, size_t count, size_t *ret_index);

/* The number of items in the next block, 0 at the end of the array or map. */
bool sk_avro_read_block(struct sk_avro_reader *self, size_t *ret_count);

/* One value more: call before each value and each item. Leave what was entered. */
bool sk_avro_enter(struct sk_avro_reader *self);
static inline void sk_avro_leave(struct sk_avro_reader *self)
{
    self->depth--;
}

void sk_avro_write_boolean(struct sk_buffer *out, bool value);
void sk_avro_write_long(struct sk_buffer *out, int64_t value); /* and int, index, count */
void sk_avro_write_float(struct sk_buffer *out, float value);
void sk_avro_write_double(struct sk_buffer *out, double value);
void sk_avro_write_bytes(struct sk_buffer *out, const void *data, size_t size);

/* SK_REJECT "avro.data" with the path (NULL: the value itself) and the problem. */
enum sk_verdict sk_avro_data_fail(struct sk_avro_reader *reader,
                                  const struct sk_path *path, struct sk_error *err)
    SK_COLD;

/* Skips one value of the schema, which stands at `path`; as sk_avro_data_fail. */
enum sk_verdict sk_avro_skip(const struct sk_schema *schema,
                             struct sk_avro_reader *reader, const struct sk_path *path,
                             struct sk_error *err);

/* SK_REJECT "avro.data" when bytes are left over. */
enum sk_verdict sk_avro_end(struct sk_avro_reader *reader, struct sk_error *err);

/* Whether `data` is exactly one value of the schema. SK_REJECT "avro.data". */
enum sk_verdict sk_avro_check(const struct sk_schema *schema, struct sk_bytes data,
                              struct sk_error *err);

#endif
