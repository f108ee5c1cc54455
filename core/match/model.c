/* SPDX-License-Identifier: Apache-2.0 */
/* The built-in model. */
#include "match/model.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/text.h"
#include "match/trust.h"

static struct sk_match_model builtin = {.name = "basis-2"};

/* Judged, not fitted: of 100,000 right locations, how many agree so in a field and in
 * running text. What speaks against is a share of those of whom the feature is stated. */
static const uint32_t shares[SK_FEATURE_LEVELS][SK_FEATURE_SOURCES] = {
    [SK_LEVEL_NUMBER_EQUAL] = {97000, 97000},
    [SK_LEVEL_NUMBER_LOOSE] = {50000, 50000},
    [SK_LEVEL_NUMBER_OTHER] = {3000, 3000},
    [SK_LEVEL_ENTERPRISE_EQUAL] = {95000, 95000},
    [SK_LEVEL_ENTERPRISE_OTHER] = {3000, 3000},
    [SK_LEVEL_CONTACT_EQUAL] = {80000, 80000},
    [SK_LEVEL_CONTACT_SHARED] = {40000, 40000},
    [SK_LEVEL_CONTACT_OTHER] = {12500, 25000},
    [SK_LEVEL_NAME_EXACT] = {60000, 45000},
    [SK_LEVEL_NAME_TYPO] = {15000, 10000},
    [SK_LEVEL_NAME_PART] = {10000, 10000},
    [SK_LEVEL_NAME_SIMILAR] = {3000, 2000},
    [SK_LEVEL_NAME_OTHER] = {4000, 10000},
    [SK_LEVEL_NAME_OPERATOR] = {30000, 10000},
    [SK_LEVEL_OPERATOR_EQUAL] = {60000, 40000},
    [SK_LEVEL_OPERATOR_OTHER] = {6000, 25000},
    [SK_LEVEL_PLACE_ADDRESS] = {60000, 45000},
    [SK_LEVEL_PLACE_NO_TOWN] = {30000, 30000},
    [SK_LEVEL_PLACE_SIMILAR] = {20000, 15000},
    [SK_LEVEL_PLACE_STREET] = {40000, 40000},
    [SK_LEVEL_PLACE_NUMBER_OTHER] = {2000, 3000},
    [SK_LEVEL_PLACE_TOWN] = {90000, 70000},
    [SK_LEVEL_PLACE_STREET_OTHER] = {5000, 15000},
    [SK_LEVEL_PLACE_OTHER] = {1000, 8000},
    [SK_LEVEL_PERSON_EQUAL] = {50000, 50000},
    [SK_LEVEL_TYPE_FITS] = {90000, 85000},
    [SK_LEVEL_TYPE_OTHER] = {2000, 2500},
    [SK_LEVEL_TIME_LATE] = {30000, 30000},
    [SK_LEVEL_TIME_PAST] = {9000, 9000},
    [SK_LEVEL_TIME_EARLY] = {300, 300},
};

/* Complaints and mails may be about unlicensed places, or about none; notifications and
 * reports come from or are about licensed ones. */
static const uint32_t none[SK_MATCH_CHANNELS] = {
    [SK_MATCH_KLACHT] = 15000,
    [SK_MATCH_MELDING] = 5000,
    [SK_MATCH_VERSLAG] = 3000,
    [SK_MATCH_MAIL] = 20000,
};

static void fill(void)
{
    for (size_t channel = 0; channel < SK_MATCH_CHANNELS; channel++) {
        builtin.none[channel] = none[channel];
        for (size_t level = 0; level < SK_FEATURE_LEVELS; level++) {
            for (size_t source = 0; source < SK_FEATURE_SOURCES; source++)
                builtin.m[channel][source][level] = shares[level][source];
        }
    }
    sk_trust_builtin(&builtin);
}

const struct sk_match_model *sk_match_model_builtin(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, fill);
    return &builtin;
}

void sk_match_model_free(struct sk_match_model *self)
{
    if (!self || self == &builtin)
        return;
    for (int kind = 0; kind < SK_MEMORY_KINDS; kind++)
        sk_memories_fini(&self->memories[kind]);
    free(self);
}
