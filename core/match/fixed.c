/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fixed-point log2 and 2^-x. log2 stands in a table for 64 mantissas, and between two of
 * them runs straight, which is off by less than a twentieth of 1/1024 bit. 2^-x
 * multiplies by the tabled 2^-(1/2), 2^-(1/4), … for each binary digit of the fraction.
 */
#include "match/fixed.h"

enum { TABLE_BITS = 6, FRACTION_BITS = 20 };

static int64_t log2_of(uint64_t value)
{
    static const uint32_t logarithms[(1 << TABLE_BITS) + 1] = {
        0,       23454,   46551,  69300,  91711,  113796, 135563,  157021,  178179,
        199045,  219628,  239934, 259971, 279746, 299266, 318537,  337566,  356359,
        374920,  393257,  411375, 429278, 446971, 464460, 481749,  498843,  515745,
        532461,  548995,  565349, 581529, 597537, 613378, 629054,  644570,  659928,
        675132,  690185,  705089, 719848, 734464, 748941, 763280,  777484,  791557,
        805500,  819315,  833005, 846573, 860020, 873348, 886561,  899658,  912644,
        925518,  938284,  950944, 963498, 975949, 988298, 1000547, 1012698, 1024752,
        1036711, 1048576,
    };
    int whole = 63 - __builtin_clzll(value);
    /* The mantissa in [1, 2) with 31 bits after the point. */
    uint64_t mantissa = whole > 31 ? value >> (whole - 31) : value << (31 - whole);
    uint64_t fraction = mantissa & 0x7fffffff;
    uint64_t at = fraction >> (31 - TABLE_BITS);
    uint64_t rest = fraction & ((1u << (31 - TABLE_BITS)) - 1);
    uint64_t step = logarithms[at + 1] - logarithms[at];
    uint64_t log = logarithms[at] + (step * rest >> (31 - TABLE_BITS));

    return (int64_t)whole * 1024 + (int64_t)(log >> (FRACTION_BITS - 10));
}

int32_t sk_fixed_log2(uint64_t numerator, uint64_t denominator)
{
    return (int32_t)(log2_of(numerator) - log2_of(denominator));
}

uint64_t sk_fixed_exp2_down(int64_t bits)
{
    static const uint64_t root[10] = {
        0xb504f334, 0xd744fccb, 0xeac0c6e8, 0xf5257d15, 0xfa83b2db,
        0xfd3e0c0d, 0xfe9e115c, 0xff4ecb59, 0xffa75652, 0xffd3a752,
    };
    uint64_t result = (uint64_t)1 << 32;

    if (bits >= 33 * SK_BIT)
        return 0;
    for (int i = 0; i < 10; i++) {
        if (bits >> (9 - i) & 1)
            result = result * root[i] >> 32;
    }
    return result >> (bits / SK_BIT);
}
