/* SPDX-License-Identifier: Apache-2.0 */
/* The built-in weights of the marks: a logistic regression over decisions on other sets,
 * in whole numbers; tests/match/fit_trust.py makes this table. */
#include "match/trust.h"

#include "match/fixed.h"

static const struct sk_trust weights[SK_QUESTIONS] = {
    [SK_QUESTION_LINK] =
        {
            .base = -1459,
            .near_slope = 485,
            .far_slope = 0,
            .margin_slope = 116,
            .mark = {[0] = 1056,   [2] = 612,    [3] = 3637,   [4] = -69,    [5] = 1922,
                     [6] = -1665,  [7] = -128,   [10] = 566,   [11] = -964,  [12] = -1480,
                     [13] = -284,  [24] = -53,   [26] = -44,   [27] = -68,   [28] = 775,
                     [29] = 1051,  [30] = -5010, [31] = -3562, [33] = 805,   [40] = 2751,
                     [41] = -1310, [42] = -158,  [43] = -414,  [44] = -3012, [45] = 805,
                     [46] = -430,  [47] = 1976,  [48] = -404,  [49] = -933,  [50] = 2186,
                     [53] = -716,  [54] = 821},
        },
    [SK_QUESTION_NONE] =
        {
            .base = -1277,
            .near_slope = 208,
            .far_slope = 0,
            .margin_slope = 0,
            .mark = {[0] = -1012,  [2] = -2008,  [3] = -4062,  [4] = -752,  [5] = -2752,
                     [6] = -3428,  [7] = -361,   [10] = -943,  [11] = 1098, [12] = 960,
                     [13] = 1139,  [24] = -2285, [26] = -1940, [27] = 471,  [28] = 186,
                     [29] = -84,   [30] = 5541,  [31] = 2975,  [33] = -213, [40] = -1540,
                     [41] = 1209,  [42] = -1147, [43] = -236,  [44] = 3912, [45] = -213,
                     [46] = -1242, [47] = 1714,  [48] = 1483,  [49] = 1512, [50] = -2030,
                     [51] = 1609,  [52] = 133,   [53] = 2367,  [54] = -306},
        },
};

static const int32_t certain_from[SK_QUESTIONS] = {
    [SK_QUESTION_LINK] = 9 * SK_BIT,
    [SK_QUESTION_NONE] = 4 * SK_BIT,
};

int32_t sk_trust_builtin_from(enum sk_question question)
{
    return certain_from[question];
}

void sk_trust_builtin(struct sk_match_model *model)
{
    for (int question = 0; question < SK_QUESTIONS; question++) {
        model->trust[question] = weights[question];
        model->trust[question].supported = certain_from[question];
        for (int channel = 0; channel < SK_MATCH_CHANNELS; channel++) {
            sk_calibration_identity(&model->calibration[channel][question]);
            model->certificate[channel][question] =
                (struct sk_certificate){.from = certain_from[question]};
        }
    }
}
