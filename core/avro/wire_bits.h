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
#define SK_WIRE_CALL __attribute__((noinline))
#define SK_WIRE_RARE(condition) __builtin_expect((condition), 0)

void sk_wire_clear_large(void *record, size_t size);

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

SK_WIRE_INLINE void sk_wire_store64(void *at, uint64_t word)
{
    word = sk_wire_little64(word);
    memcpy(at, &word, sizeof(word));
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

SK_WIRE_INLINE uint16_t sk_wire_load16(const uint8_t *at)
{
    return (uint16_t)(at[0] | at[1] << 8);
}

SK_WIRE_INLINE int64_t sk_wire_unzigzag(uint64_t value)
{
    return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

SK_WIRE_INLINE uint64_t sk_wire_zigzag(int64_t value)
{
    return (uint64_t)value << 1 ^ (uint64_t)(value >> 63);
}

/* The number in the three or six lowest bytes of seven bits. */
SK_WIRE_INLINE uint32_t sk_wire_join_three(uint32_t word)
{
    return (word & 0x7F) | (word >> 1 & 0x3F80) | (word >> 2 & 0x1FC000);
}

SK_WIRE_INLINE uint64_t sk_wire_join_six(uint64_t word)
{
    word = (word & 0x007F007F007F) | (word >> 1 & 0x3F803F803F80);
    return (word & 0x3FFF) | (word >> 2 & 0xFFFC000) | (word >> 4 & 0x3FFF0000000);
}

/* And back. */
SK_WIRE_INLINE uint64_t sk_wire_part_six(uint64_t number)
{
    number =
        (number & 0x3FFF) | (number & 0xFFFC000) << 2 | (number & 0x3FFF0000000) << 4;
    return (number & 0x007F007F007F) | (number << 1 & 0x7F007F007F00);
}

/* Eight times seven bits, each in a byte, moved together in three steps. */
SK_WIRE_INLINE uint64_t sk_wire_join_sevens(uint64_t word)
{
    word = (word & 0x007F007F007F007F) | (word & 0x7F007F007F007F00) >> 1;
    word = (word & 0x00003FFF00003FFF) | (word & 0x3FFF00003FFF0000) >> 2;
    return (word & 0x000000000FFFFFFF) | (word & 0x0FFFFFFF00000000) >> 4;
}

#ifdef __SSE2__
/* A record of constant size made zero. The compiler must not see that it is zero: it
 * would choose `rep stos`, which is slow to start. A large one is worth a call. */
SK_WIRE_INLINE void sk_wire_clear(void *record, size_t size)
{
    __m128i zero = _mm_setzero_si128();
    char *at = record;

    if (size > 256) {
        sk_wire_clear_large(record, size);
        return;
    }
    __asm__("" : "+x"(zero));
    for (; size >= 16; size -= 16, at += 16)
        _mm_storeu_si128((__m128i *)(void *)at, zero);
    memset(at, 0, size);
}

/* Of 32 readable bytes, are the first `size` (below 32) ASCII? */
SK_WIRE_INLINE bool sk_wire_is_ascii_in_32(const uint8_t *at, unsigned size)
{
    unsigned low = (unsigned)_mm_movemask_epi8(_mm_loadu_si128((const void *)at));
    unsigned high = (unsigned)_mm_movemask_epi8(_mm_loadu_si128((const void *)(at + 16)));

    return ((low | high << 16) & ((1u << size) - 1)) == 0;
}

/* Copies at least 16 bytes; were they ASCII? */
SK_WIRE_INLINE bool sk_wire_copy_long(uint8_t *to, const char *from, size_t size)
{
    __m128i tail = _mm_loadu_si128((const void *)(from + size - 16)), all = tail;

    for (size_t i = 0; i < size - 16; i += 16) {
        __m128i block = _mm_loadu_si128((const void *)(from + i));
        _mm_storeu_si128((void *)(to + i), block);
        all = _mm_or_si128(all, block);
    }
    _mm_storeu_si128((void *)(to + size - 16), tail);
    return _mm_movemask_epi8(all) == 0;
}

/* At least 16 bytes. */
SK_WIRE_INLINE bool sk_wire_is_long_ascii(const uint8_t *at, size_t size)
{
    __m128i all = _mm_loadu_si128((const void *)(at + size - 16));

    for (size_t i = 0; i < size - 16; i += 16)
        all = _mm_or_si128(all, _mm_loadu_si128((const void *)(at + i)));
    return _mm_movemask_epi8(all) == 0;
}
#else
SK_WIRE_INLINE void sk_wire_clear(void *record, size_t size)
{
    memset(record, 0, size);
}

SK_WIRE_INLINE bool sk_wire_is_long_ascii(const uint8_t *at, size_t size)
{
    uint64_t all = sk_wire_load64(at + size - 8);

    for (size_t i = 0; i < size - 8; i += 8)
        all |= sk_wire_load64(at + i);
    return (all & 0x8080808080808080) == 0;
}

SK_WIRE_INLINE bool sk_wire_copy_long(uint8_t *to, const char *from, size_t size)
{
    memcpy(to, from, size);
    return sk_wire_is_long_ascii(to, size);
}

SK_WIRE_INLINE bool sk_wire_is_ascii_in_32(const uint8_t *at, unsigned size)
{
    uint8_t high = 0;

    for (unsigned i = 0; i < size; i++)
        high |= at[i];
    return high < 0x80;
}
#endif

/* Any size, by loads that overlap. */
SK_WIRE_INLINE bool sk_wire_is_ascii(const uint8_t *at, size_t size)
{
    if (size >= 16)
        return sk_wire_is_long_ascii(at, size);
    if (size >= 8)
        return ((sk_wire_load64(at) | sk_wire_load64(at + size - 8)) &
                0x8080808080808080) == 0;
    if (size >= 4)
        return ((sk_wire_load32(at) | sk_wire_load32(at + size - 4)) & 0x80808080) == 0;
    return size == 0 || ((at[0] | at[size / 2] | at[size - 1]) & 0x80) == 0;
}

#endif
