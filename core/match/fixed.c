/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fixed-point log2 and 2^-x. log2 squares the number ten times: each squaring yields the
 * next binary digit of the logarithm. 2^-x multiplies by the tabled 2^-(1/2), 2^-(1/4), …
 * for each binary digit of the fraction.
 */
#include "match/fixed.h"

static int64_t log2_of(uint64_t value)
{
    int whole = 63 - __builtin_clzll(value);
    /* The mantissa in [1, 2) with 31 bits after the point, so that its square fits. */
    uint64_t mantissa = whole > 31 ? value >> (whole - 31) : value << (31 - whole);
    int64_t log = whole;

    for (int i = 0; i < 10; i++) {
        mantissa = mantissa * mantissa >> 31;
        log <<= 1;
        if (mantissa >> 32) {
            mantissa >>= 1;
            log |= 1;
        }
    }
    return log;
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
