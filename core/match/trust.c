/* SPDX-License-Identifier: Apache-2.0 */
/* The built-in weights of the marks: a logistic regression over decisions on other sets,
 * in whole numbers; tests/match/fit_trust.py makes this table. */
#include "match/trust.h"

#include "match/fixed.h"

static const struct sk_trust weights[SK_QUESTIONS] = {
    [SK_QUESTION_LINK] =
        {
            .base = 600,
            .near_slope = 648,
            .far_slope = 63,
            .margin_slope = 16,
            .mark = {[0] = 326,    [2] = -1191,  [3] = 17,     [4] = 760,    [5] = 1138,
                     [6] = 1320,   [7] = 716,    [10] = -2396, [11] = -258,  [12] = 257,
                     [13] = -1556, [14] = 51,    [15] = 2385,  [16] = -973,  [17] = 1187,
                     [18] = 2894,  [19] = -1514, [20] = -905,  [21] = 287,   [22] = -744,
                     [23] = 181,   [27] = 362,   [28] = 981,   [29] = -2719, [30] = -2077,
                     [31] = -1651, [33] = 499,   [34] = 1248,  [35] = -2857, [36] = -816,
                     [37] = -2821, [38] = -4124, [39] = 69,    [40] = 1393,  [41] = -2664,
                     [42] = 920,   [43] = -244,  [44] = -3697, [45] = 499,   [46] = 1267,
                     [47] = -308,  [48] = -1227, [49] = -784,  [50] = 447,   [53] = 653,
                     [54] = 1672,  [56] = -737,  [57] = -3011, [58] = 526,   [59] = 747,
                     [60] = 120,   [61] = 298},
        },
    [SK_QUESTION_NONE] =
        {
            .base = -1629,
            .near_slope = 474,
            .far_slope = 0,
            .margin_slope = 0,
            .mark = {[0] = -247,   [2] = 1354,   [3] = -391,   [4] = -1096,  [5] = -2211,
                     [6] = -2565,  [7] = -457,   [10] = 2073,  [11] = 394,   [12] = 9,
                     [13] = 2099,  [14] = -658,  [15] = -895,  [16] = 1039,  [17] = -1501,
                     [18] = -2794, [19] = 1666,  [20] = 1479,  [21] = 461,   [22] = 84,
                     [23] = -34,   [27] = -105,  [28] = -817,  [29] = 1575,  [30] = 1897,
                     [31] = 1232,  [33] = -580,  [34] = -590,  [35] = 2847,  [36] = 1560,
                     [37] = 2691,  [38] = 3858,  [39] = 164,   [40] = -1213, [41] = 2490,
                     [42] = -913,  [43] = -580,  [44] = 3633,  [45] = -580,  [46] = -1415,
                     [47] = 253,   [48] = 1135,  [49] = 1346,  [50] = 471,   [51] = 175,
                     [52] = -754,  [53] = 1277,  [54] = -1013, [56] = 1616,  [57] = 2788,
                     [58] = 34,    [59] = -1042, [60] = 1487,  [61] = -591},
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
