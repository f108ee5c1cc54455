/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Isotonic regression (pool adjacent violators) where labels are many, Platt's line in
 * the log-odds where they are few. In both, trust taken at its word has the weight of 200
 * labels spread as the real ones are, and a little everywhere, so that no p is 0 or 1
 * because a few labels agree.
 */
#include "match/calibrate.h"

#include "match/fixed.h"

enum {
    PRIOR_LABELS = 200,
    SCALE = 1000, /* of a label, so that the prior is in whole numbers */
    MILLION = 1000000,
};

/* Weighed labels of a step, and of these the right ones; both times SCALE. */
struct bin {
    uint64_t all, right;
};

static uint64_t labels_of(const struct sk_outcomes *outcomes)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < SK_STEPS; i++)
        sum += (uint64_t)outcomes->right[i] + outcomes->wrong[i];
    return sum;
}

static void fill_bins(const struct sk_outcomes *outcomes, uint64_t labels,
                      struct bin bins[SK_STEPS])
{
    struct sk_calibration word;

    sk_calibration_identity(&word);
    for (size_t i = 0; i < SK_STEPS; i++) {
        uint64_t here = (uint64_t)outcomes->right[i] + outcomes->wrong[i];
        uint64_t prior = here * PRIOR_LABELS * SCALE / labels + SCALE / PRIOR_LABELS;

        bins[i].all = here * SCALE + prior;
        bins[i].right =
            (uint64_t)outcomes->right[i] * SCALE + prior * (uint64_t)word.p[i] / MILLION;
    }
}

/* Nothing is certain. */
static int32_t share_of(const struct bin *bin)
{
    uint64_t p = bin->right * MILLION / bin->all;

    return (int32_t)(p < 1 ? 1 : p >= MILLION ? MILLION - 1 : p);
}

static void fit_isotonic(const struct bin bins[SK_STEPS], struct sk_calibration *table)
{
    struct bin blocks[SK_STEPS];
    size_t size[SK_STEPS], count = 0, at = 0;

    for (size_t i = 0; i < SK_STEPS; i++) {
        blocks[count] = bins[i];
        size[count++] = 1;
        while (count > 1 && blocks[count - 2].right * blocks[count - 1].all >
                                blocks[count - 1].right * blocks[count - 2].all) {
            blocks[count - 2].all += blocks[count - 1].all;
            blocks[count - 2].right += blocks[count - 1].right;
            size[count - 2] += size[count - 1];
            count--;
        }
    }
    for (size_t block = 0; block < count; block++) {
        for (size_t i = 0; i < size[block]; i++)
            table->p[at++] = share_of(&blocks[block]);
    }
}

/* log2(1 + 2^-bits), in 1/1024 bit: what it costs to have been so sure and right. */
static int64_t surprise(int64_t bits)
{
    uint64_t one = sk_fixed_exp2_down(0);

    if (bits < 0)
        return surprise(-bits) - bits;
    return sk_fixed_log2(one + sk_fixed_exp2_down(bits), one);
}

enum { SLOPE_UNIT = 64, SHIFT_UNIT = SK_BIT / 8 };

static int64_t line_at(size_t step, int slope, int shift)
{
    int64_t middle = SK_STEPS_BEGIN + (int64_t)step * SK_STEP + SK_STEP / 2;

    return middle * slope / SLOPE_UNIT + (int64_t)shift * SHIFT_UNIT;
}

static int64_t cost_of(const struct bin bins[SK_STEPS], int slope, int shift)
{
    int64_t cost = 0;

    for (size_t i = 0; i < SK_STEPS; i++) {
        int64_t bits = line_at(i, slope, shift);

        cost += (int64_t)bins[i].right * surprise(bits) +
                (int64_t)(bins[i].all - bins[i].right) * surprise(-bits);
    }
    return cost;
}

static void fit_line(const struct bin bins[SK_STEPS], struct sk_calibration *table)
{
    int best_slope = SLOPE_UNIT, best_shift = 0;
    int64_t least = cost_of(bins, best_slope, best_shift);

    for (int slope = SLOPE_UNIT / 4; slope <= 2 * SLOPE_UNIT; slope += 4) {
        for (int shift = -40; shift <= 40; shift++) {
            int64_t cost = cost_of(bins, slope, shift);

            if (cost >= least)
                continue;
            least = cost;
            best_slope = slope;
            best_shift = shift;
        }
    }
    for (size_t i = 0; i < SK_STEPS; i++) {
        int64_t bits = line_at(i, best_slope, best_shift);
        uint64_t one = sk_fixed_exp2_down(0);
        uint64_t odds = sk_fixed_exp2_down(bits < 0 ? -bits : bits);
        uint64_t less = odds * MILLION / (one + odds);

        table->p[i] = (int32_t)(bits < 0 ? less : MILLION - less);
    }
}

bool sk_calibrate(const struct sk_outcomes *outcomes, struct sk_calibration *table)
{
    struct bin bins[SK_STEPS];
    uint64_t labels = labels_of(outcomes);

    if (labels < SK_LABELS_PLATT)
        return false;
    fill_bins(outcomes, labels, bins);
    if (labels >= SK_LABELS_ISOTONIC)
        fit_isotonic(bins, table);
    else
        fit_line(bins, table);
    return true;
}
