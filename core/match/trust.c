/* SPDX-License-Identifier: Apache-2.0 */
/* The built-in weights of the marks: a logistic regression over decisions on other sets,
 * in whole numbers; tests/match/fit_trust.py makes this table. */
#include "match/trust.h"

#include "match/fixed.h"

static const struct sk_trust weights[SK_QUESTIONS] = {
    [SK_QUESTION_LINK] =
        {
            .base = 179,
            .near_slope = 626,
            .far_slope = 0,
            .margin_slope = 37,
            .mark = {[0] = 438,    [2] = -1029,  [3] = -35,    [4] = 84,     [5] = 1169,
                     [6] = 1263,   [7] = 781,    [10] = -2461, [11] = -127,  [12] = 411,
                     [13] = -1583, [14] = 146,   [15] = 2463,  [16] = -843,  [17] = 1541,
                     [18] = 2858,  [19] = -1648, [20] = -947,  [21] = 342,   [22] = -630,
                     [23] = 220,   [27] = 533,   [28] = 1064,  [29] = -2709, [30] = -2267,
                     [31] = -1443, [33] = 468,   [34] = 1211,  [35] = -2904, [36] = -845,
                     [37] = -2578, [38] = -4190, [39] = 129,   [40] = 1511,  [41] = -2816,
                     [42] = 780,   [43] = -239,  [44] = -3314, [45] = 468,   [46] = 1354,
                     [47] = -374,  [48] = -938,  [49] = -699,  [50] = 473,   [53] = 590,
                     [54] = 1493,  [56] = -991,  [57] = -2662, [58] = 563,   [59] = 718,
                     [60] = 242,   [61] = 329,   [62] = 2140,  [63] = -1501},
        },
    [SK_QUESTION_NONE] =
        {
            .base = -1461,
            .near_slope = 462,
            .far_slope = 0,
            .margin_slope = 0,
            .mark = {[0] = -282,   [2] = 1248,   [3] = -346,   [4] = -149,   [5] = -2180,
                     [6] = -2459,  [7] = -487,   [10] = 2238,  [11] = 242,   [12] = -183,
                     [13] = 2139,  [14] = -714,  [15] = -1035, [16] = 1057,  [17] = -1853,
                     [18] = -2756, [19] = 1675,  [20] = 1667,  [21] = 473,   [22] = 134,
                     [23] = -37,   [27] = -230,  [28] = -720,  [29] = 1389,  [30] = 1914,
                     [31] = 1062,  [33] = -549,  [34] = -507,  [35] = 2962,  [36] = 1584,
                     [37] = 2638,  [38] = 3925,  [39] = 211,   [40] = -1219, [41] = 2408,
                     [42] = -793,  [43] = -607,  [44] = 3323,  [45] = -549,  [46] = -1555,
                     [47] = 260,   [48] = 1041,  [49] = 1417,  [50] = 434,   [51] = 99,
                     [52] = -755,  [53] = 1181,  [54] = -946,  [56] = 1640,  [57] = 2499,
                     [58] = 130,   [59] = -1110, [60] = 1444,  [61] = -812,  [62] = -1490,
                     [63] = 1070},
        },
};

static const int32_t certain_from[SK_QUESTIONS] = {
    [SK_QUESTION_LINK] = 5 * SK_BIT,
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
