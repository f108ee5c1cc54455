/* SPDX-License-Identifier: Apache-2.0 */
#include "avro/binary.h"

void sk_avro_reader_init(struct sk_avro_reader *self, struct sk_bytes data)
{
    const uint8_t *start = data.data ? data.data : (const uint8_t *)"";

    *self = (struct sk_avro_reader){
        .at = start,
        .end = start + data.size,
        .budget = SK_AVRO_VALUES_FREE + 16 * data.size,
    };
    if (data.size > SK_AVRO_BYTES_MAX) {
        self->end = self->at;
        self->problem = "the value is larger than 16 MiB";
    }
}

/* The first problem stays: what follows it is only its consequence. */
static SK_COLD void note(struct sk_avro_reader *self, const char *problem)
{
    if (!self->problem)
        self->problem = problem;
}

/* Inline, so that the compiler sees the false and with it that nothing is used unset. */
static inline bool fail(struct sk_avro_reader *self, const char *problem)
{
    note(self, problem);
    return false;
}

bool sk_avro_read_large(struct sk_avro_reader *self, int64_t *ret_value)
{
    uint64_t value = 0;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (self->at == self->end)
            return fail(self, "the bytes end inside a number");
        uint8_t byte = *self->at++;
        if (shift == 63 && byte > 1)
            break;
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80)) {
            *ret_value = (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
            return true;
        }
    }
    return fail(self, "a number of more than 64 bits");
}

bool sk_avro_read_int(struct sk_avro_reader *self, int32_t *ret_value)
{
    int64_t value;

    if (!sk_avro_read_long(self, &value))
        return false;
    if (value < INT32_MIN || value > INT32_MAX)
        return fail(self, "a number of more than 32 bits");
    *ret_value = (int32_t)value;
    return true;
}

bool sk_avro_read_boolean(struct sk_avro_reader *self, bool *ret_value)
{
    if (self->at == self->end)
        return fail(self, "the bytes end before a boolean");
    if (*self->at > 1)
        return fail(self, "a boolean that is neither 0 nor 1");
    *ret_value = *self->at++ == 1;
    return true;
}

bool sk_avro_read_fixed(struct sk_avro_reader *self, size_t size,
                        struct sk_bytes *ret_value)
{
    if (size > sk_avro_left(self))
        return fail(self, "a size of more bytes than there are");
    *ret_value = (struct sk_bytes){self->at, size};
    self->at += size;
    return true;
}

bool sk_avro_read_bytes(struct sk_avro_reader *self, struct sk_bytes *ret_value)
{
    int64_t size;

    if (!sk_avro_read_long(self, &size))
        return false;
    if (size < 0)
        return fail(self, "a negative size");
    return sk_avro_read_fixed(self, (size_t)size, ret_value);
}

bool sk_avro_read_string(struct sk_avro_reader *self, struct sk_text *ret_value)
{
    struct sk_bytes bytes;

    if (!sk_avro_read_bytes(self, &bytes))
        return false;
    if (!sk_utf8_valid(bytes.data, bytes.size))
        return fail(self, "a string that is not UTF-8");
    *ret_value = (struct sk_text){(const char *)bytes.data, bytes.size};
    return true;
}

/* Little-endian, whatever the machine. */
static uint64_t little_endian(struct sk_bytes bytes)
{
    uint64_t value = 0;

    for (size_t i = bytes.size; i-- > 0;)
        value = value << 8 | bytes.data[i];
    return value;
}

bool sk_avro_read_float(struct sk_avro_reader *self, float *ret_value)
{
    struct sk_bytes bytes;

    if (!sk_avro_read_fixed(self, sizeof(*ret_value), &bytes))
        return false;
    uint32_t bits = (uint32_t)little_endian(bytes);
    memcpy(ret_value, &bits, sizeof(bits));
    return true;
}

bool sk_avro_read_double(struct sk_avro_reader *self, double *ret_value)
{
    struct sk_bytes bytes;

    if (!sk_avro_read_fixed(self, sizeof(*ret_value), &bytes))
        return false;
    uint64_t bits = little_endian(bytes);
    memcpy(ret_value, &bits, sizeof(bits));
    return true;
}

bool sk_avro_read_index(struct sk_avro_reader *self, size_t count, size_t *ret_index)
{
    int64_t index;

    if (!sk_avro_read_long(self, &index))
        return false;
    if (index < 0 || (uint64_t)index >= count)
        return fail(self, "a choice that the schema does not have");
    *ret_index = (size_t)index;
    return true;
}

bool sk_avro_read_block(struct sk_avro_reader *self, size_t *ret_count)
{
    int64_t count, size;

    if (!sk_avro_read_long(self, &count))
        return false;
    if (count < 0) {
        if (count == INT64_MIN || !sk_avro_read_long(self, &size))
            return fail(self, "a block of an impossible number of items");
        if (size < 0 || (uint64_t)size > sk_avro_left(self))
            return fail(self, "a block of more bytes than there are");
        count = -count;
    }
    if ((uint64_t)count > self->budget)
        return fail(self, "more items than the bytes can hold");
    *ret_count = (size_t)count;
    return true;
}

bool sk_avro_enter(struct sk_avro_reader *self)
{
    if (self->budget == 0)
        return fail(self, "more values than the bytes can hold");
    self->budget--;
    if (self->depth == SK_AVRO_DEPTH_MAX)
        return fail(self, "values nest deeper than 64");
    self->depth++;
    return true;
}

void sk_avro_write_boolean(struct sk_buffer *out, bool value)
{
    sk_buffer_append_byte(out, value);
}

void sk_avro_write_long(struct sk_buffer *out, int64_t value)
{
    uint64_t rest = ((uint64_t)value << 1) ^ (uint64_t)(value >> 63);

    sk_buffer_reserve(out, 10);
    for (; rest > 0x7F; rest >>= 7)
        out->data[out->size++] = (uint8_t)(rest | 0x80);
    out->data[out->size++] = (uint8_t)rest;
}

static void write_little_endian(struct sk_buffer *out, uint64_t bits, size_t size)
{
    for (size_t i = 0; i < size; i++)
        sk_buffer_append_byte(out, (uint8_t)(bits >> (8 * i)));
}

void sk_avro_write_float(struct sk_buffer *out, float value)
{
    uint32_t bits;

    memcpy(&bits, &value, sizeof(bits));
    write_little_endian(out, bits, sizeof(bits));
}

void sk_avro_write_double(struct sk_buffer *out, double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof(bits));
    write_little_endian(out, bits, sizeof(bits));
}

void sk_avro_write_bytes(struct sk_buffer *out, const void *data, size_t size)
{
    sk_avro_write_long(out, (int64_t)size);
    sk_buffer_append(out, data, size);
}
