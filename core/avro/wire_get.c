/* SPDX-License-Identifier: Apache-2.0 */
/* The reads that wire_get.h leaves to a call: long numbers and texts, errors, blocks. */
#include "avro/wire.h"

static const uint8_t *get_slowly(const uint8_t *at, struct sk_wire_reader *reader,
                                 uint64_t *ret_value)
{
    uint64_t value = 0;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (at == reader->end)
            return sk_wire_fail(&reader->trouble, "the message ends too early");
        uint8_t byte = *at++;
        if (shift == 63 && byte > 1)
            break;
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            *ret_value = value;
            return at;
        }
    }
    return sk_wire_fail(&reader->trouble, "the number does not fit a long");
}

/* Up to 56 bits come from one load: the first byte without its top bit ends the number.
 */
static const uint8_t *get_unsigned(const uint8_t *at, struct sk_wire_reader *reader,
                                   uint64_t *ret_value)
{
    const uint64_t tops = 0x8080808080808080;

    if (sk_wire_left(at, reader) < 8)
        return get_slowly(at, reader, ret_value);
    uint64_t word = sk_wire_load64(at), ends = ~word & tops;
    if (ends == 0)
        return get_slowly(at, reader, ret_value);
    *ret_value = sk_wire_join_sevens(word & (ends ^ (ends - 1)) & ~tops);
    return at + __builtin_ctzll(ends) / 8 + 1;
}

const uint8_t *sk_wire_get_varint(const uint8_t *at, struct sk_wire_reader *reader,
                                  size_t rest, int64_t *ret_value)
{
    uint64_t value = 0;

    at = get_unsigned(at, reader, &value);
    *ret_value = sk_wire_unzigzag(value);
    return at ? sk_wire_need(at, reader, rest) : NULL;
}

const uint8_t *sk_wire_get_wide_int(const uint8_t *at, struct sk_wire_reader *reader,
                                    size_t rest, int32_t *ret_value)
{
    int64_t value = 0;

    at = sk_wire_get_varint(at, reader, rest, &value);
    if (at && value != (int32_t)value)
        return sk_wire_fail(&reader->trouble, "the number does not fit an int");
    *ret_value = (int32_t)value;
    return at;
}

/* The size before a text or bytes, all of which are there, and `rest` after them. */
static inline const uint8_t *get_size(const uint8_t *at, struct sk_wire_reader *reader,
                                      size_t rest, size_t *ret_size)
{
    int64_t size = *at >> 1;

    if ((*at & 0x81) == 0)
        at++;
    else if (!(at = sk_wire_get_varint(at, reader, rest, &size)))
        return NULL;
    size_t left = sk_wire_left(at, reader);
    if (left < rest || (uint64_t)size > left - rest)
        return sk_wire_fail(&reader->trouble, size < 0 ? "the size is negative"
                                                       : "the message ends too early");
    *ret_size = (size_t)size;
    return at;
}

SK_WIRE_CALL static const uint8_t *check_text(const uint8_t *text,
                                              struct sk_wire_reader *reader, size_t size)
{
    if (!sk_utf8_valid(text, size))
        return sk_wire_fail(&reader->trouble, "the text is not UTF-8");
    return text + size;
}

/* Of a size in more than two bytes, or wrong. */
SK_WIRE_CALL static const uint8_t *get_other_text(const uint8_t *at,
                                                  struct sk_wire_reader *reader,
                                                  size_t rest, struct sk_text *ret_text)
{
    size_t size = 0;

    at = get_size(at, reader, rest, &size);
    if (!at)
        return NULL;
    *ret_text = (struct sk_text){(const char *)at, size};
    return check_text(at, reader, size);
}

/* Again the common first: a size in one byte or two, and ASCII. Without a local whose
 * address is taken, this has no stack frame. */
const uint8_t *sk_wire_get_any_text(const uint8_t *at, struct sk_wire_reader *reader,
                                    size_t rest, struct sk_text *ret_text)
{
    const uint8_t *text = at + 1;
    size_t size = *at >> 1, left = sk_wire_left(at, reader);

    if (*at & 0x80 && left > 1) {
        text = at + 2;
        size = ((size_t)at[1] << 7 | (*at & 0x7F)) >> 1;
    }
    if ((*at & 1) || (text[-1] & 0x80) || left < size + rest + 2)
        return get_other_text(at, reader, rest, ret_text);
    *ret_text = (struct sk_text){(const char *)text, size};
    return sk_wire_is_ascii(text, size) ? text + size : check_text(text, reader, size);
}

const uint8_t *sk_wire_get_any_optional_text(const uint8_t *at,
                                             struct sk_wire_reader *reader, size_t rest,
                                             struct sk_text *ret_text)
{
    at = sk_wire_get_present(at, reader, rest + 1);
    return at ? sk_wire_get_any_text(at, reader, rest, ret_text) : NULL;
}

const uint8_t *sk_wire_get_any_optional_long(const uint8_t *at,
                                             struct sk_wire_reader *reader, size_t rest,
                                             int64_t *ret_value)
{
    at = sk_wire_get_present(at, reader, rest + 1);
    return at ? sk_wire_get_varint(at, reader, rest, ret_value) : NULL;
}

const uint8_t *sk_wire_get_any_optional_int(const uint8_t *at,
                                            struct sk_wire_reader *reader, size_t rest,
                                            int32_t *ret_value)
{
    at = sk_wire_get_present(at, reader, rest + 1);
    return at ? sk_wire_get_wide_int(at, reader, rest, ret_value) : NULL;
}

const uint8_t *sk_wire_get_bytes(const uint8_t *at, struct sk_wire_reader *reader,
                                 size_t rest, struct sk_bytes *ret_bytes)
{
    size_t size = 0;

    at = get_size(at, reader, rest, &size);
    if (!at)
        return NULL;
    *ret_bytes = (struct sk_bytes){at, size};
    return at + size;
}

/* Room for `expected` items, of which `count` are there: the first block exactly, later
 * ones by doubling. */
static void make_room(struct sk_wire_reader *reader, struct sk_wire_array *array,
                      size_t count, size_t item_size)
{
    size_t capacity = count ? 2 * array->expected : array->expected;

    if (array->expected <= array->capacity)
        return;
    void *items = sk_arena_alloc(reader->arena, capacity * item_size);
    if (count)
        memcpy(items, array->items, count * item_size);
    array->items = items;
    array->capacity = capacity;
}

const uint8_t *sk_wire_get_block(const uint8_t *at, struct sk_wire_reader *reader,
                                 struct sk_wire_array *array, size_t item_size,
                                 size_t least)
{
    int64_t count = 0, size = 0;

    if (array->block_end && array->block_end != at)
        return sk_wire_fail(&reader->trouble, "a block of the array lies about its size");
    array->block_end = NULL;
    if (!(at = sk_wire_get_varint(at, reader, 0, &count)))
        return NULL;
    if (count < 0) {
        if (!(at = sk_wire_get_varint(at, reader, 0, &size)))
            return NULL;
        if (size < 0 || (uint64_t)size > sk_wire_left(at, reader))
            return sk_wire_fail(&reader->trouble,
                                "a block of the array has no such size");
        array->block_end = at + size;
    }
    uint64_t items = count < 0 ? 0 - (uint64_t)count : (uint64_t)count;
    if (items > sk_wire_left(at, reader) / least)
        return sk_wire_fail(&reader->trouble,
                            "there are fewer items than the array says");
    size_t before = array->expected;
    array->expected = before + (size_t)items;
    make_room(reader, array, before, item_size);
    return at;
}
