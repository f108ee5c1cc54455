/* SPDX-License-Identifier: Apache-2.0 */
/* The built-in weights of the marks: a logistic regression over decisions on other sets,
 * in whole numbers; tests/match/fit_trust.py makes this table. */
#include "match/trust.h"

#include "match/fixed.h"

static const struct sk_trust weights[SK_QUESTIONS] = {
    [SK_QUESTION_LINK] =
        {
            .base = 1034,
            .near_slope = 660,
            .far_slope = 57,
            .margin_slope = 10,
            .mark = {[0] = 374,    [2] = -960,   [3] = 924,    [4] = 523,    [5] = 1866,
                     [6] = 1430,   [7] = -325,   [10] = -1674, [11] = -552,  [12] = -604,
                     [13] = -952,  [14] = 584,   [15] = 2251,  [16] = -980,  [17] = 804,
                     [18] = 2038,  [19] = -1510, [20] = -646,  [21] = 201,   [22] = -58,
                     [23] = 191,   [27] = 430,   [28] = 1575,  [29] = -3083, [30] = -2655,
                     [31] = -2134, [33] = 558,   [34] = 1310,  [35] = -1869, [36] = -1250,
                     [37] = -2568, [38] = -4633, [39] = -66,   [40] = 1539,  [41] = -2949,
                     [42] = 788,   [43] = -639,  [44] = -3562, [45] = 558,   [46] = 1279,
                     [47] = -769,  [48] = -1100, [49] = -614,  [50] = 599,   [53] = 609,
                     [54] = 1401,  [56] = -692},
        },
    [SK_QUESTION_NONE] =
        {
            .base = -2369,
            .near_slope = 411,
            .far_slope = 0,
            .margin_slope = 0,
            .mark = {[0] = -232,   [2] = 687,    [3] = -1184,  [4] = -933,   [5] = -2888,
                     [6] = -2927,  [7] = 118,    [10] = 1639,  [11] = 638,   [12] = 727,
                     [13] = 1905,  [14] = -1278, [15] = -1660, [16] = 1239,  [17] = -1091,
                     [18] = -2200, [19] = 1648,  [20] = 1366,  [21] = 452,   [22] = 279,
                     [23] = -53,   [27] = -154,  [28] = -938,  [29] = 1505,  [30] = 2487,
                     [31] = 1575,  [33] = -484,  [34] = 36,    [35] = 2289,  [36] = 2404,
                     [37] = 2786,  [38] = 4122,  [39] = 100,   [40] = -1463, [41] = 2784,
                     [42] = -928,  [43] = -338,  [44] = 3652,  [45] = -484,  [46] = -1384,
                     [47] = 735,   [48] = 1007,  [49] = 1259,  [50] = 260,   [51] = 1527,
                     [52] = -831,  [53] = 1903,  [54] = -606,  [56] = 1417},
        },
};

static const int32_t certain_from[SK_QUESTIONS] = {
    [SK_QUESTION_LINK] = 7 * SK_BIT,
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
