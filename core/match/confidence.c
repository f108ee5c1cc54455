/* SPDX-License-Identifier: Apache-2.0 */
/* From the marks of a case to trust, and from trust to a probability. */
#include "match/confidence.h"

#include "match/fixed.h"

enum {
    NEAR = 8 * SK_BIT,
    UNSUPPORTED = 2 * SK_BIT,
    NAME_ALONE = 3 * SK_BIT,
    MILLION = 1000000
};

static int32_t at_most(int32_t value, int32_t limit)
{
    return value < limit ? value : limit;
}

int32_t sk_trust_sum(const struct sk_trust *self, const struct sk_confidence *confidence)
{
    int32_t near = at_most(confidence->odds, NEAR);
    int64_t sum = (int64_t)near * self->near_slope +
                  (int64_t)(confidence->odds - near) * self->far_slope +
                  (int64_t)confidence->margin * self->margin_slope;

    sum = sum / SK_BIT + self->base;
    for (uint64_t left = confidence->marks; left; left &= left - 1)
        sum += self->mark[__builtin_ctzll(left)];
    return (int32_t)sum;
}

int32_t sk_trust_to_link(const struct sk_confidence *confidence, int32_t trust)
{
    const uint64_t alone = (uint64_t)1 << SK_MARK_VERBATIM | (uint64_t)1
                                                                 << SK_MARK_VAGUE_PLACE;

    if (confidence->marks >> SK_MARK_RULES & 1)
        return trust;
    return trust - ((confidence->marks & alone) == alone ? NAME_ALONE : UNSUPPORTED);
}

size_t sk_step_of(int32_t trust)
{
    if (trust < SK_STEPS_BEGIN)
        return 0;
    size_t step = (size_t)(trust - SK_STEPS_BEGIN) / SK_STEP;

    return step < SK_STEPS ? step : SK_STEPS - 1;
}

int64_t sk_calibration_p(const struct sk_calibration *self, int32_t trust)
{
    int32_t from_middle = trust - SK_STEPS_BEGIN - SK_STEP / 2;

    if (from_middle <= 0)
        return self->p[0];
    size_t step = (size_t)from_middle / SK_STEP;

    if (step + 1 >= SK_STEPS)
        return self->p[SK_STEPS - 1];
    return self->p[step] + (int64_t)(self->p[step + 1] - self->p[step]) *
                               (from_middle % SK_STEP) / SK_STEP;
}

void sk_calibration_identity(struct sk_calibration *self)
{
    for (size_t step = 0; step < SK_STEPS; step++) {
        int32_t middle = SK_STEPS_BEGIN + (int32_t)step * SK_STEP + SK_STEP / 2;
        uint64_t one = sk_fixed_exp2_down(0);
        uint64_t odds = sk_fixed_exp2_down(middle < 0 ? -middle : middle);
        uint64_t less = odds * MILLION / (one + odds); /* of the less likely side */

        self->p[step] = (int32_t)(middle < 0 ? less : MILLION - less);
    }
}
