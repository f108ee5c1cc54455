/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_MATCH_FIXED_H
#define SK_MATCH_FIXED_H

#include <stdint.h>

/*
 * Logarithms and powers of two in whole numbers, so that weights and probabilities have
 * the same bits on every processor. Weights are in 1/1024 bit.
 */
enum { SK_BIT = 1024 };

/* log2(numerator / denominator) in 1/1024 bit, rounded down; both from 1 to 2^40. */
int32_t sk_fixed_log2(uint64_t numerator, uint64_t denominator);

/* 2^(-bits / 1024) as a 32-bit fraction (2^32 is one); 0 from 33 bits on. bits ≥ 0. */
uint64_t sk_fixed_exp2_down(int64_t bits);

#endif
