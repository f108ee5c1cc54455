/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is it UTF-8? First a pass over sixteens of bytes without a branch on what they are,
 * which is sure about characters of one, two and most of three bytes: all that Western
 * languages use. What it does not know goes through the rule of RFC 3629 byte by byte.
 */
#include "base/text.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* The size of the well-formed character at `at`, or 0. */
static size_t character(const uint8_t *at, size_t left)
{
    uint8_t lead = at[0];

    if (lead < 0x80)
        return 1;
    if (lead < 0xC2 || lead > 0xF4)
        return 0;
    size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (left < size)
        return 0;
    uint8_t low = 0x80, high = 0xBF;
    if (lead == 0xE0)
        low = 0xA0;
    else if (lead == 0xED)
        high = 0x9F;
    else if (lead == 0xF0)
        low = 0x90;
    else if (lead == 0xF4)
        high = 0x8F;
    if (at[1] < low || at[1] > high)
        return 0;
    for (size_t i = 2; i < size; i++)
        if ((at[i] & 0xC0) != 0x80)
            return 0;
    return size;
}

static bool valid_by_character(const uint8_t *at, size_t size)
{
    while (size > 0) {
        size_t step = character(at, size);
        if (step == 0)
            return false;
        at += step;
        size -= step;
    }
    return true;
}

#ifdef __SSE2__

/* Bit i of each is about byte i of a block. */
struct state {
    unsigned wanted;  /* continuation bytes, from what came before */
    unsigned strange; /* not zero: not well-formed, or not known here */
};

static inline unsigned bits(__m128i comparison)
{
    return (unsigned)_mm_movemask_epi8(comparison);
}

/* Looks at the `count` bytes of the block from byte 16 - `count` on. */
static inline void look(struct state *state, __m128i block, unsigned count)
{
    const __m128i e0 = _mm_set1_epi8((char)0xE0), ed = _mm_set1_epi8((char)0xED);
    __m128i two = _mm_and_si128(_mm_cmpgt_epi8(block, _mm_set1_epi8((char)0xC1)),
                                _mm_cmplt_epi8(block, e0));
    __m128i three = _mm_and_si128(_mm_cmpgt_epi8(block, e0),
                                  _mm_cmplt_epi8(block, _mm_set1_epi8((char)0xF0)));
    unsigned skip = 16 - count;
    unsigned high = bits(block) >> skip;
    unsigned after = bits(_mm_cmplt_epi8(block, _mm_set1_epi8((char)0xC0))) >> skip;
    unsigned lead_two = bits(two) >> skip;
    unsigned lead_three =
        bits(_mm_andnot_si128(_mm_cmpeq_epi8(block, ed), three)) >> skip;
    unsigned wanted = state->wanted | lead_two << 1 | lead_three << 1 | lead_three << 2;

    state->strange |= ((wanted & ((1u << count) - 1)) ^ after) |
                      (high & ~(after | lead_two | lead_three));
    state->wanted = wanted >> count;
}

/* Fewer than 16 bytes as a block, at its end, behind zeros; loads that overlap. */
static inline __m128i small_block(const uint8_t *at, size_t size)
{
    uint64_t low = 0, high = 0;

    if (size >= 8) {
        memcpy(&low, at, 8);
        memcpy(&high, at + size - 8, 8);
        low <<= (16 - size) * 8 % 64;
    } else if (size >= 4) {
        uint32_t first, last;
        memcpy(&first, at, 4);
        memcpy(&last, at + size - 4, 4);
        high = (uint64_t)last << 32 | (uint64_t)first << (8 - size) * 8 % 64;
    } else {
        for (size_t i = 0; i < size; i++)
            high = high >> 8 | (uint64_t)at[i] << 56;
    }
    return _mm_set_epi64x((int64_t)high, (int64_t)low);
}

static bool surely_valid(const uint8_t *at, size_t size)
{
    struct state state = {0, 0};
    size_t done = 0;

    for (; size - done >= 16; done += 16)
        look(&state, _mm_loadu_si128((const void *)(at + done)), 16);
    unsigned left = (unsigned)(size - done);
    if (left > 0)
        look(&state,
             size >= 16 ? _mm_loadu_si128((const void *)(at + size - 16))
                        : small_block(at, size),
             left);
    return (state.strange | state.wanted) == 0;
}

#else

static bool surely_valid(const uint8_t *at, size_t size)
{
    uint8_t high = 0;

    for (size_t i = 0; i < size; i++)
        high |= at[i];
    return high < 0x80;
}

#endif

bool sk_utf8_valid(const void *data, size_t size)
{
    return surely_valid(data, size) || valid_by_character(data, size);
}
