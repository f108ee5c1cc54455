/* SPDX-License-Identifier: Apache-2.0 */
/* The built-in weights of the marks: a logistic regression over decisions on other sets,
 * in whole numbers; tests/match/fit_trust.py makes this table. */
#include "match/trust.h"

#include "match/fixed.h"

static const struct sk_trust weights[SK_QUESTIONS] = {
    [SK_QUESTION_LINK] =
        {
            .base = 337,
            .near_slope = 649,
            .far_slope = 66,
            .margin_slope = 18,
            .mark = {[0] = 328,    [2] = -1245,  [3] = -70,    [4] = 750,    [5] = 1180,
                     [6] = 1269,   [7] = 423,    [10] = -2464, [11] = -239,  [12] = 260,
                     [13] = -1794, [14] = 10,    [15] = 2319,  [16] = -990,  [17] = 1166,
                     [18] = 2569,  [19] = -1464, [20] = -914,  [21] = 293,   [22] = -652,
                     [23] = 155,   [27] = 345,   [28] = 1175,  [29] = -2645, [30] = -2064,
                     [31] = -1639, [33] = 489,   [34] = 1502,  [35] = -2803, [36] = -798,
                     [37] = -2813, [38] = -4023, [39] = 61,    [40] = 1288,  [41] = -2620,
                     [42] = 878,   [43] = -401,  [44] = -3713, [45] = 489,   [46] = 1264,
                     [47] = -415,  [48] = -1201, [49] = -810,  [50] = 482,   [53] = 700,
                     [54] = 1633,  [56] = -762,  [57] = -3037, [58] = 557,   [59] = 1049,
                     [60] = 102,   [61] = 985},
        },
    [SK_QUESTION_NONE] =
        {
            .base = -1453,
            .near_slope = 471,
            .far_slope = 0,
            .margin_slope = 0,
            .mark = {[0] = -248,   [2] = 1373,   [3] = -322,   [4] = -1122,  [5] = -2254,
                     [6] = -2595,  [7] = -59,    [10] = 2118,  [11] = 374,   [12] = 2,
                     [13] = 2255,  [14] = -629,  [15] = -835,  [16] = 1028,  [17] = -1490,
                     [18] = -2481, [19] = 1631,  [20] = 1484,  [21] = 474,   [22] = 58,
                     [23] = -29,   [27] = -80,   [28] = -1011, [29] = 1634,  [30] = 1910,
                     [31] = 1224,  [33] = -565,  [34] = -838,  [35] = 2775,  [36] = 1552,
                     [37] = 2670,  [38] = 3835,  [39] = 190,   [40] = -1162, [41] = 2418,
                     [42] = -884,  [43] = -392,  [44] = 3648,  [45] = -565,  [46] = -1436,
                     [47] = 281,   [48] = 1100,  [49] = 1311,  [50] = 428,   [51] = 18,
                     [52] = -755,  [53] = 1217,  [54] = -986,  [56] = 1637,  [57] = 2800,
                     [58] = 83,    [59] = -1252, [60] = 1501,  [61] = -1212},
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
