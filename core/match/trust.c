/* SPDX-License-Identifier: Apache-2.0 */
/* The built-in weights of the marks: a logistic regression over decisions on other sets,
 * in whole numbers; tests/match/fit_trust.py makes this table. */
#include "match/trust.h"

#include "match/fixed.h"

static const struct sk_trust weights[SK_QUESTIONS] = {
    [SK_QUESTION_LINK] =
        {
            .base = 1482,
            .near_slope = 625,
            .far_slope = 57,
            .margin_slope = 13,
            .mark = {[0] = 350,    [2] = -1183,  [3] = 684,    [4] = 510,    [5] = 1420,
                     [6] = 1201,   [7] = 67,     [10] = -1975, [11] = -533,  [12] = -663,
                     [13] = -1360, [14] = 117,   [15] = 2200,  [16] = -931,  [17] = 647,
                     [18] = 2338,  [19] = -1500, [20] = -866,  [21] = 375,   [22] = -605,
                     [23] = 211,   [27] = 416,   [28] = 1248,  [29] = -2920, [30] = -2831,
                     [31] = -2207, [33] = 528,   [34] = 1738,  [35] = -2381, [36] = -1755,
                     [37] = -2584, [38] = -4262, [39] = 187,   [40] = 1441,  [41] = -2972,
                     [42] = 1142,  [43] = -527,  [44] = -3667, [45] = 528,   [46] = 1233,
                     [47] = -642,  [48] = -1347, [49] = -771,  [50] = 720,   [53] = 720,
                     [54] = 1533,  [56] = -513},
        },
    [SK_QUESTION_NONE] =
        {
            .base = -2690,
            .near_slope = 418,
            .far_slope = 10,
            .margin_slope = 0,
            .mark = {[0] = -199,   [2] = 1028,  [3] = -908,   [4] = -914,   [5] = -2697,
                     [6] = -2867,  [7] = 33,    [10] = 1830,  [11] = 670,   [12] = 896,
                     [13] = 2151,  [14] = -964, [15] = -1737, [16] = 1128,  [17] = -1027,
                     [18] = -2204, [19] = 1667, [20] = 1399,  [21] = 354,   [22] = 583,
                     [23] = -44,   [27] = -164, [28] = -786,  [29] = 1803,  [30] = 2586,
                     [31] = 1629,  [33] = -569, [34] = -651,  [35] = 2486,  [36] = 2365,
                     [37] = 2913,  [38] = 4036, [39] = 143,   [40] = -1389, [41] = 2744,
                     [42] = -1202, [43] = -195, [44] = 3647,  [45] = -569,  [46] = -1343,
                     [47] = 763,   [48] = 1075, [49] = 1304,  [50] = 245,   [51] = 1607,
                     [52] = -785,  [53] = 1608, [54] = -621,  [56] = 1297},
        },
};

static const int32_t certain_from[SK_QUESTIONS] = {
    [SK_QUESTION_LINK] = 15 * SK_BIT / 2,
    [SK_QUESTION_NONE] = 5 * SK_BIT / 2,
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
