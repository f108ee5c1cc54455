/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One location against what is stated, feature by feature: numbers (compare_number.c),
 * names and organiser (compare_name.c), address (compare_place.c), type and time here;
 * each weighs as compare_weigh.c says.
 */
#include "match/compare.h"

#include "match/fixed.h"
#include "match/memorise.h"
#include "match/words.h"

enum { LATE_DAYS = 400, FACTS_KNOWN = 3 * SK_BIT };

static void compare_type(const struct sk_query *query, struct sk_comparison *comparison)
{
    uint32_t stated = query->type, known = comparison->entry->type;
    const struct sk_stated place = {.field = query->type_stated ? SK_MENTION_OPVANGVORM
                                                                : SK_MENTION_NERGENS};
    enum sk_feature_source source = query->type_stated ? SK_SOURCE_FIELD : SK_SOURCE_TEXT;

    if (stated == 0 || known == 0 || query->model->without & SK_WITHOUT_TYPE)
        return;
    if (sk_types_contradict(&query->self->types, stated, known)) {
        sk_comparison_note(comparison, SK_LEVEL_TYPE_OTHER, "opvangvorm",
                           sk_weigh_against(query, SK_LEVEL_TYPE_OTHER, source), &place);
        comparison->conflicts |=
            query->type_stated ? SK_AGAINST_TYPE : SK_AGAINST_TYPE_TEXT;
    } else if (stated & known) {
        sk_comparison_note(comparison, SK_LEVEL_TYPE_FITS, "opvangvorm",
                           sk_weigh(query, SK_LEVEL_TYPE_FITS, source,
                                    sk_register_of_type(query->self, stated)),
                           &place);
        comparison->support |= query->type_stated ? SK_FOR_TYPE : SK_FOR_TYPE_TEXT;
    }
}

/* Days before opening nothing can have happened there; after closing, letters still come.
 */
static void compare_time(const struct sk_query *query, struct sk_comparison *comparison)
{
    const struct sk_entry *entry = comparison->entry;
    int64_t late = (int64_t)query->day - entry->to;
    enum sk_feature_level level = query->day < entry->from ? SK_LEVEL_TIME_EARLY
                                  : late > LATE_DAYS       ? SK_LEVEL_TIME_PAST
                                                           : SK_LEVEL_TIME_LATE;

    comparison->open = sk_holds_on(entry->from, entry->to, query->day);
    if (comparison->open)
        return;
    sk_comparison_note(comparison, level, "tijd",
                       sk_weigh_against(query, level, SK_SOURCE_FIELD) -
                           (query->day_of_facts ? FACTS_KNOWN : 0),
                       NULL);
    comparison->conflicts |= SK_AGAINST_TIME;
}

static void find_groups(const struct sk_query *query, struct sk_comparison *comparison)
{
    const struct sk_match_register *reg = query->self;
    const struct sk_entry *entry = comparison->entry;
    const struct sk_place *place = sk_entry_address_on(entry, query->day);
    uint32_t *group = comparison->group;

    group[SK_LEVEL_LOCATIE] = entry->id;
    group[SK_LEVEL_VOORZIENING] = sk_entry_fact_on(entry, SK_SYMBOL_FACILITY, query->day);
    group[SK_LEVEL_SUBSIDIEGROEP] =
        sk_entry_fact_on(entry, SK_SYMBOL_SUBSIDY_GROUP, query->day);
    group[SK_LEVEL_ADRES] = place ? place->address : 0;
    group[SK_LEVEL_ORGANISATOR] =
        sk_entry_fact_on(entry, SK_SYMBOL_ORGANISER, query->day);
    comparison->organiser = sk_register_organiser(reg, group[SK_LEVEL_ORGANISATOR]);
}

/* Whether the texts are equal but for blanks. */
static bool is_run_together(struct sk_text name, struct sk_text street)
{
    size_t at = 0;

    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] == ' ')
            continue;
        if (at == street.size || name.data[i] != street.data[at++])
            return false;
    }
    return at == street.size && at > 0;
}

static bool is_named_after_street(const struct sk_query *query,
                                  const struct sk_entry *entry)
{
    const struct sk_symbols *symbols = &query->self->symbols;

    for (size_t i = 0; i < entry->fact_count; i++) {
        uint32_t name = entry->facts[i].symbol;

        if (sk_symbol_kind(name) != SK_SYMBOL_NAME)
            continue;
        for (size_t k = 0; k < entry->address_count; k++) {
            if (is_run_together(sk_symbol_text(symbols, name),
                                sk_symbol_text(symbols, entry->addresses[k].street)))
                return true;
        }
    }
    return false;
}

/* "Herenmarkt" on the Herenmarkt: its name and its street are one piece of evidence, and
 * in running text the word is as well the street. */
static void count_street_once(const struct sk_query *query,
                              struct sk_comparison *comparison)
{
    if (!is_named_after_street(query, comparison->entry))
        return;
    comparison->support &= ~(uint32_t)SK_FOR_NAME_TEXT;
    comparison->support |= SK_FOR_STREET_NAME;
    if (comparison->support & SK_FOR_ADDRESS)
        comparison->support &=
            ~(uint32_t)(SK_FOR_NAME | SK_FOR_NAME_PART | SK_FOR_NAME_EXACT);
}

void sk_compare(const struct sk_query *query, const struct sk_entry *entry,
                struct sk_comparison *ret_comparison)
{
    memset(ret_comparison, 0, offsetof(struct sk_comparison, evidence));
    ret_comparison->entry = entry;
    find_groups(query, ret_comparison);
    sk_compare_numbers(query, ret_comparison);
    sk_compare_names(query, ret_comparison);
    sk_memory_compare(query, ret_comparison);
    compare_type(query, ret_comparison);
    compare_time(query, ret_comparison);
    count_street_once(query, ret_comparison);
}
