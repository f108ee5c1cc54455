/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The weights of Fellegi and Sunter: log2(m / u). m, how often the right location agrees
 * so, is the model's; u, how often another one does, is counted from the register. A
 * value that nobody states by accident (a number, a phone, an address) weighs more still,
 * by `chance` bits, for a place that is in no register would not agree with one that is.
 */
#include "match/compare.h"

#include "match/fixed.h"

enum { ALL = 100000 };

static const uint8_t chance_bits[SK_FEATURE_LEVELS][SK_FEATURE_SOURCES] = {
    [SK_LEVEL_NUMBER_EQUAL] = {10, 10},   [SK_LEVEL_NUMBER_LOOSE] = {4, 4},
    [SK_LEVEL_ENTERPRISE_EQUAL] = {8, 8}, [SK_LEVEL_CONTACT_EQUAL] = {6, 4},
    [SK_LEVEL_CONTACT_SHARED] = {4, 2},   [SK_LEVEL_NAME_EXACT] = {2, 1},
    [SK_LEVEL_PLACE_ADDRESS] = {4, 3},    [SK_LEVEL_PLACE_NO_TOWN] = {2, 2},
    [SK_LEVEL_PLACE_SIMILAR] = {2, 2},    [SK_LEVEL_PLACE_STREET] = {1, 1},
};

uint64_t sk_query_population(const struct sk_query *query)
{
    return query->self->locations ? query->self->locations : 1;
}

size_t sk_query_carriers(const struct sk_query *query, uint32_t symbol)
{
    size_t carriers = sk_symbol_postings(&query->self->symbols, symbol).count;

    /* Without term frequencies every value is as rare as the next one. */
    return carriers && query->model->without & SK_WITHOUT_TERM_FREQUENCY ? 8 : carriers;
}

int32_t sk_weigh(const struct sk_query *query, enum sk_feature_level level,
                 enum sk_feature_source source, size_t carriers)
{
    uint64_t m = query->model->m[query->channel][source][level];

    return sk_fixed_log2(sk_query_population(query) * (m ? m : 1),
                         (uint64_t)(carriers ? carriers : 1) * ALL) +
           chance_bits[level][source] * SK_BIT;
}

int32_t sk_weigh_against(const struct sk_query *query, enum sk_feature_level level,
                         enum sk_feature_source source)
{
    uint64_t m = query->model->m[query->channel][source][level];

    return sk_fixed_log2(m ? m : 1, ALL);
}

void sk_comparison_add(struct sk_comparison *comparison,
                       const struct sk_match_evidence *evidence,
                       const struct sk_stated *stated)
{
    comparison->score += evidence->bits;
    if (comparison->evidence_count == SK_EVIDENCE_LIMIT)
        return;
    struct sk_match_evidence *added = &comparison->evidence[comparison->evidence_count++];

    *added = *evidence;
    added->field = stated ? stated->field : SK_MENTION_NERGENS;
    added->begin = stated ? stated->begin : 0;
    added->end = stated ? stated->end : 0;
    added->register_version = comparison->entry->version;
}

enum sk_feature_source sk_stated_source(const struct sk_stated *stated)
{
    return stated && stated->field < SK_MATCH_FIELDS ? SK_SOURCE_FIELD : SK_SOURCE_TEXT;
}

bool sk_entry_carries(const struct sk_entry *entry, uint32_t symbol)
{
    for (size_t i = 0; symbol && i < entry->fact_count; i++) {
        if (entry->facts[i].symbol == symbol)
            return true;
    }
    return false;
}

size_t sk_comparison_siblings(const struct sk_query *query,
                              const struct sk_comparison *comparison)
{
    return sk_query_carriers(query, comparison->group[SK_LEVEL_ORGANISATOR]);
}

void sk_comparison_note(struct sk_comparison *comparison, enum sk_feature_level id,
                        const char *feature, int32_t bits, const struct sk_stated *stated)
{
    static const char *const texts[SK_FEATURE_LEVELS] = {
        [SK_LEVEL_NUMBER_OTHER] = "anders",
        [SK_LEVEL_ENTERPRISE_OTHER] = "anders",
        [SK_LEVEL_CONTACT_OTHER] = "anders",
        [SK_LEVEL_CONTACT_SHARED] = "van de organisator",
        [SK_LEVEL_NAME_OPERATOR] = "organisator",
        [SK_LEVEL_OPERATOR_OTHER] = "anders",
        [SK_LEVEL_TYPE_FITS] = "past",
        [SK_LEVEL_TYPE_OTHER] = "anders",
        [SK_LEVEL_TIME_LATE] = "niet open",
        [SK_LEVEL_TIME_PAST] = "niet open",
        [SK_LEVEL_TIME_EARLY] = "niet open",
    };

    sk_comparison_add(
        comparison,
        &(struct sk_match_evidence){.feature = feature,
                                    .level = texts[id] ? texts[id] : "gelijk",
                                    .bits = bits,
                                    .id = id,
                                    .source = sk_stated_source(stated)},
        stated);
}
