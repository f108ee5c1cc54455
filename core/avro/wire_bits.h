/* SPDX-License-Identifier: Apache-2.0 */
/* Loads, sevens of bits and sixteens of bytes for wire.h, where it depends on the CPU. */
#ifndef SK_AVRO_WIRE_BITS_H
#define SK_AVRO_WIRE_BITS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Codecs are fast because nothing of a short value is a call. */
#define SK_WIRE_INLINE static inline __attribute__((always_inline))
#define SK_WIRE_RARE(condition) __builtin_expect((condition), 0)

SK_WIRE_INLINE uint64_t sk_wire_little64(uint64_t word)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

SK_WIRE_INLINE uint64_t sk_wire_load64(const void *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof(word));
    return sk_wire_little64(word);
}

SK_WIRE_INLINE uint32_t sk_wire_load32(const void *at)
{
    uint32_t word;

    memcpy(&word, at, sizeof(word));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap32(word);
#endif
    return word;
}

SK_WIRE_INLINE int64_t sk_wire_unzigzag(uint64_t value)
{
    return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

SK_WIRE_INLINE uint64_t sk_wire_zigzag(int64_t value)
{
    return (uint64_t)value << 1 ^ (uint64_t)(value >> 63);
}

/* The number in six bytes of seven bits. */
SK_WIRE_INLINE uint64_t sk_wire_join_six(uint64_t word)
{
    word = (word & 0x007F007F007F) | (word >> 1 & 0x3F803F803F80);
    return (word & 0x3FFF) | (word >> 2 & 0xFFFC000) | (word >> 4 & 0x3FFF0000000);
}

/* Eight times seven bits, each in a byte, moved together in three steps; and back. */
SK_WIRE_INLINE uint64_t sk_wire_join_sevens(uint64_t word)
{
    word = (word & 0x007F007F007F007F) | (word & 0x7F007F007F007F00) >> 1;
    word = (word & 0x00003FFF00003FFF) | (word & 0x3FFF00003FFF0000) >> 2;
    return (word & 0x000000000FFFFFFF) | (word & 0x0FFFFFFF00000000) >> 4;
}

SK_WIRE_INLINE uint64_t sk_wire_part_sevens(uint64_t word)
{
    word = (word & 0x000000000FFFFFFF) | (word << 4 & 0x0FFFFFFF00000000);
    word = (word & 0x00003FFF00003FFF) | (word << 2 & 0x3FFF00003FFF0000);
    return (word & 0x007F007F007F007F) | (word << 1 & 0x7F007F007F007F00);
}

#ifdef __SSE2__
/* A record of constant size made zero. The compiler must not see that it is zero: it
 * would choose `rep stos`, which is slow to start. */
SK_WIRE_INLINE void sk_wire_clear(void *record, size_t size)
{
    __m128i zero = _mm_setzero_si128();
    char *at = record;

    __asm__("" : "+x"(zero));
    for (; size >= 16; size -= 16, at += 16)
        _mm_storeu_si128((__m128i *)(void *)at, zero);
    memset(at, 0, size);
}

/* Of 16 readable bytes, are the first `size` ASCII? */
SK_WIRE_INLINE bool sk_wire_is_ascii_in_16(const void *at, unsigned size)
{
    unsigned high = (unsigned)_mm_movemask_epi8(_mm_loadu_si128(at));

    return (high & ((1u << size) - 1)) == 0;
}
/* True only if all is ASCII; false says no more than "perhaps not". */
static inline bool sk_wire_is_ascii(const uint8_t *at, size_t size)
{
    __m128i all;

    if (size < 16)
        return false;
    all = _mm_loadu_si128((const void *)(at + size - 16));
    for (size_t i = 0; i < size - 16; i += 16)
        all = _mm_or_si128(all, _mm_loadu_si128((const void *)(at + i)));
    return _mm_movemask_epi8(all) == 0;
}
#else
SK_WIRE_INLINE void sk_wire_clear(void *record, size_t size)
{
    memset(record, 0, size);
}

SK_WIRE_INLINE bool sk_wire_is_ascii_in_16(const void *at, unsigned size)
{
    const uint8_t *bytes = at;
    uint8_t high = 0;

    for (unsigned i = 0; i < size; i++)
        high |= bytes[i];
    return high < 0x80;
}

static inline bool sk_wire_is_ascii(const uint8_t *at, size_t size)
{
    (void)at, (void)size;
    return false;
}
#endif

#endif
