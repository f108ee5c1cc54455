/* SPDX-License-Identifier: Apache-2.0 */
/* The built-in weights of the marks: a logistic regression over decisions on other sets,
 * in whole numbers; tests/match/fit_trust.py makes this table. */
#include "match/trust.h"

#include "match/fixed.h"

static const struct sk_trust weights[SK_QUESTIONS] = {
    [SK_QUESTION_LINK] =
        {
            .base = -1586,
            .near_slope = 481,
            .far_slope = -55,
            .margin_slope = 126,
            .mark = {[0] = 1176,   [2] = 661,    [3] = 3655,   [4] = -32,    [5] = 1913,
                     [6] = -1655,  [7] = -88,    [10] = 596,   [11] = -889,  [12] = -1465,
                     [13] = -262,  [24] = -53,   [26] = -44,   [27] = -71,   [28] = 778,
                     [29] = 1013,  [30] = -4934, [31] = -3552, [33] = 789,   [40] = 2907,
                     [41] = -1331, [42] = -131,  [43] = -413,  [44] = -3054, [45] = 789,
                     [46] = -421,  [47] = 1972,  [48] = -342,  [49] = -953,  [50] = 2184,
                     [53] = -645,  [54] = 793},
        },
    [SK_QUESTION_NONE] =
        {
            .base = -652,
            .near_slope = 207,
            .far_slope = -9,
            .margin_slope = -43,
            .mark = {[0] = -958,   [2] = -1950,  [3] = -4066,  [4] = -686,  [5] = -2802,
                     [6] = -3428,  [7] = -380,   [10] = -937,  [11] = 1068, [12] = 944,
                     [13] = 1106,  [24] = -2285, [26] = -1932, [27] = 463,  [28] = 186,
                     [29] = -72,   [30] = 5538,  [31] = 3006,  [33] = -188, [40] = -1457,
                     [41] = 1204,  [42] = -1136, [43] = -239,  [44] = 3859, [45] = -188,
                     [46] = -1292, [47] = 1679,  [48] = 902,   [49] = 1468, [50] = -2008,
                     [51] = 1956,  [52] = 142,   [53] = 2385,  [54] = -303},
        },
};

static const int32_t certain_from[SK_QUESTIONS] = {
    [SK_QUESTION_LINK] = 9 * SK_BIT,
    [SK_QUESTION_NONE] = 7 * SK_BIT,
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
