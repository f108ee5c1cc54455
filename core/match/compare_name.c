/* SPDX-License-Identifier: Apache-2.0 */
/* Names: the location's, its organiser's, its verantwoordelijke's. */
#include "match/compare.h"

#include "match/names.h"

static const char *name_level_text(const struct sk_name_match *match)
{
    switch (match->level) {
    case SK_NAME_EXACT:
        return match->former ? "vroegere naam" : "gelijk";
    case SK_NAME_TYPO:
        return "op een schrijffout na gelijk";
    case SK_NAME_SUBSET:
        return "deel";
    case SK_NAME_SIMILAR:
        return "gelijkend";
    case SK_NAME_IN_TEXT:
        return match->slip ? "op een schrijffout na in de tekst" : "in de tekst";
    case SK_NAME_MENTIONED:
        return "woord in de tekst";
    case SK_NAME_DIFFERENT:
    case SK_NAME_MISSING:
        break;
    }
    return "anders";
}

static uint32_t support_of_name(const struct sk_name_match *match)
{
    uint32_t support = match->slip ? SK_FOR_SLIP : 0;

    if (match->field == SK_MENTION_ONDERWERP && match->level == SK_NAME_IN_TEXT)
        support |= SK_FOR_NAME_SUBJECT;
    switch (match->level) {
    case SK_NAME_EXACT:
        return support | SK_FOR_NAME | SK_FOR_NAME_EXACT;
    case SK_NAME_TYPO:
        return support | SK_FOR_NAME;
    case SK_NAME_IN_TEXT:
        return support | SK_FOR_NAME |
               (match->no_place ? SK_FOR_NAME_PART
                : match->slip   ? 0
                                : SK_FOR_NAME_TEXT);
    case SK_NAME_MENTIONED:
        return support |
               (match->whole ? SK_FOR_NAME_PART | SK_FOR_NAME_WORD : SK_FOR_NAME_LIKE);
    case SK_NAME_SUBSET:
        return support | SK_FOR_NAME_PART;
    case SK_NAME_SIMILAR:
        return match->bits > 0 ? support | SK_FOR_NAME_LIKE : 0;
    case SK_NAME_DIFFERENT:
    case SK_NAME_MISSING:
        break;
    }
    return 0;
}

/* Whether the field of the name holds the organiser's. */
static bool is_named_by_operator(const struct sk_query *query,
                                 struct sk_comparison *comparison)
{
    return comparison->organiser && query->name.words.count &&
           sk_operator_compare(query, comparison->organiser, &query->name).level <=
               SK_NAME_TYPO;
}

static void note_name(const struct sk_query *query, const struct sk_name_match *match,
                      const struct sk_stated *place, struct sk_comparison *comparison)
{
    /* A stranger's signature may hold a facility's name by accident. */
    if (match->level == SK_NAME_MISSING ||
        (match->sender && !(comparison->support & SK_FOR_SENDER)))
        return;
    if ((match->level == SK_NAME_DIFFERENT || match->level == SK_NAME_SIMILAR) &&
        is_named_by_operator(query, comparison)) {
        sk_comparison_note(comparison, SK_LEVEL_NAME_OPERATOR, "naam",
                           sk_weigh(query, SK_LEVEL_NAME_OPERATOR, SK_SOURCE_FIELD,
                                    sk_comparison_siblings(query, comparison)),
                           place);
        comparison->support |= SK_FOR_OPERATOR;
        return;
    }
    sk_comparison_add(comparison,
                      &(struct sk_match_evidence){.feature = "naam",
                                                  .level = name_level_text(match),
                                                  .bits = match->bits,
                                                  .id = match->id,
                                                  .source = match->source},
                      place);
    comparison->support |= support_of_name(match);
    if (match->level == SK_NAME_DIFFERENT)
        comparison->conflicts |=
            match->source == SK_SOURCE_FIELD ? SK_AGAINST_NAME : SK_AGAINST_NAME_TEXT;
    if (match->former)
        comparison->conflicts |= SK_AGAINST_FORMER;
}

/* Where the name stands is known before the place is compared, and whether the sender is
 * the facility before its name counts. */
static void compare_name_and_place(const struct sk_query *query,
                                   struct sk_comparison *comparison)
{
    struct sk_name_match match = sk_name_compare(query, comparison->entry);
    const struct sk_stated name = {
        .field = match.field, .begin = match.begin, .end = match.end};

    sk_compare_place(query, &name, comparison);
    note_name(query, &match, &name, comparison);
}

/* Whether the words count as the facility's own name. */
static bool is_evidence_already(const struct sk_comparison *comparison,
                                const struct sk_stated *stated)
{
    for (size_t i = 0; i < comparison->evidence_count; i++) {
        const struct sk_match_evidence *evidence = &comparison->evidence[i];

        if (evidence->bits > 0 && evidence->field == stated->field &&
            evidence->begin < stated->end && stated->begin < evidence->end)
            return true;
    }
    return false;
}

/* Its organiser is named in the text. */
static void compare_operator_in_text(const struct sk_query *query,
                                     struct sk_comparison *comparison)
{
    const struct sk_stated *stated;
    size_t at = 0;

    while ((stated = sk_query_next(query, SK_SYMBOL_OPERATOR, &at))) {
        if (!sk_entry_carries(comparison->organiser, stated->symbol) ||
            is_evidence_already(comparison, stated))
            continue;
        size_t count = sk_comparison_siblings(query, comparison) *
                       sk_query_carriers(query, stated->symbol);

        sk_comparison_note(
            comparison, SK_LEVEL_OPERATOR_EQUAL, "organisator",
            sk_weigh(query, SK_LEVEL_OPERATOR_EQUAL, SK_SOURCE_TEXT, count), stated);
        comparison->support |=
            SK_FOR_OPERATOR_TEXT | (stated->certain ? SK_FOR_OPERATOR : 0);
        return;
    }
}

static void compare_operator(const struct sk_query *query,
                             struct sk_comparison *comparison)
{
    const struct sk_entry *organiser = comparison->organiser;

    if (!organiser)
        return;
    if (query->operator_name.words.count == 0) {
        compare_operator_in_text(query, comparison);
        return;
    }
    struct sk_name_match match =
        sk_operator_compare(query, organiser, &query->operator_name);
    const struct sk_stated place = {
        .field = SK_MENTION_ORGANISATOR_NAAM, .begin = match.begin, .end = match.end};

    if (match.level <= SK_NAME_TYPO) {
        sk_comparison_note(comparison, SK_LEVEL_OPERATOR_EQUAL, "organisator",
                           sk_weigh(query, SK_LEVEL_OPERATOR_EQUAL, SK_SOURCE_FIELD,
                                    sk_comparison_siblings(query, comparison)),
                           &place);
        comparison->support |= SK_FOR_OPERATOR;
    } else if (match.level == SK_NAME_DIFFERENT) {
        sk_comparison_note(
            comparison, SK_LEVEL_OPERATOR_OTHER, "organisator",
            sk_weigh_against(query, SK_LEVEL_OPERATOR_OTHER, SK_SOURCE_FIELD), &place);
        comparison->conflicts |= SK_AGAINST_OPERATOR;
    }
}

static void compare_person(const struct sk_query *query, struct sk_comparison *comparison)
{
    size_t at = 0;
    const struct sk_stated *stated = sk_query_next(query, SK_SYMBOL_PERSON, &at);

    if (!stated || !sk_entry_carries(comparison->entry, stated->symbol))
        return;
    sk_comparison_note(comparison, SK_LEVEL_PERSON_EQUAL, "verantwoordelijke",
                       sk_weigh(query, SK_LEVEL_PERSON_EQUAL, sk_stated_source(stated),
                                sk_query_carriers(query, stated->symbol)),
                       stated);
    comparison->support |= SK_FOR_PERSON;
}

void sk_compare_names(const struct sk_query *query, struct sk_comparison *comparison)
{
    compare_name_and_place(query, comparison);
    compare_operator(query, comparison);
    compare_person(query, comparison);
}
