/* SPDX-License-Identifier: Apache-2.0 */
/* One location against what is stated, feature by feature; each weighs as compare_weigh.c
 * says. Address and municipality: compare_place.c. */
#include "match/compare.h"

#include "match/fixed.h"
#include "match/memorise.h"
#include "match/names.h"
#include "match/words.h"

enum { LATE_DAYS = 400, FORMER_ENTERPRISE = 3 * SK_BIT };

static enum sk_feature_source source_of(const struct sk_stated *stated)
{
    return stated && stated->field < SK_MATCH_FIELDS ? SK_SOURCE_FIELD : SK_SOURCE_TEXT;
}

/* Adds evidence of that level, with `bits` as its weight. */
static void add(struct sk_comparison *comparison, enum sk_feature_level id,
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
                                    .source = source_of(stated)},
        stated);
}

static bool carries(const struct sk_entry *entry, uint32_t symbol)
{
    for (size_t i = 0; symbol && i < entry->fact_count; i++) {
        if (entry->facts[i].symbol == symbol)
            return true;
    }
    return false;
}

/* How an organiser of the location carries the value: the one of the day or a former. */
enum operator_match { OPERATOR_NO, OPERATOR_FORMER, OPERATOR_NOW };

static enum operator_match operator_carries(const struct sk_query *query,
                                            const struct sk_comparison *comparison,
                                            uint32_t symbol)
{
    const struct sk_entry *entry = comparison->entry;
    enum operator_match best = OPERATOR_NO;

    for (size_t i = 0; i < entry->fact_count && best != OPERATOR_NOW; i++) {
        uint32_t organiser = entry->facts[i].symbol;

        if (sk_symbol_kind(organiser) != SK_SYMBOL_ORGANISER)
            continue;
        const struct sk_entry *found =
            organiser == comparison->group[SK_LEVEL_ORGANISATOR]
                ? comparison->organiser
                : sk_register_organiser(query->self, organiser);

        if (found && carries(found, symbol))
            best = organiser == comparison->group[SK_LEVEL_ORGANISATOR] ? OPERATOR_NOW
                                                                        : OPERATOR_FORMER;
    }
    return best;
}

/* Locations of the organiser of the day, at least 1. */
static size_t siblings(const struct sk_query *query,
                       const struct sk_comparison *comparison)
{
    return sk_query_carriers(query, comparison->group[SK_LEVEL_ORGANISATOR]);
}

/* A number that names one location. */
static void compare_number(const struct sk_query *query, struct sk_comparison *comparison,
                           enum sk_symbol_kind kind)
{
    bool dossier = kind == SK_SYMBOL_DOSSIER;
    const char *feature = dossier ? "dossiernummer" : "vestigingsnummer";
    const struct sk_stated *stated, *other = NULL;
    size_t at = 0;

    while ((stated = sk_query_next(query, kind, &at))) {
        size_t carriers = sk_query_carriers(query, stated->symbol);
        enum sk_feature_level level =
            stated->certain ? SK_LEVEL_NUMBER_EQUAL : SK_LEVEL_NUMBER_LOOSE;

        if (carries(comparison->entry, stated->symbol)) {
            add(comparison, level, feature,
                sk_weigh(query, level, source_of(stated), carriers), stated);
            comparison->support |= !dossier          ? SK_FOR_ESTABLISHMENT
                                   : stated->certain ? SK_FOR_DOSSIER
                                                     : SK_FOR_DOSSIER_LOOSE;
            return;
        }
        if (carriers)
            other = stated;
    }
    if (!other)
        return;
    add(comparison, SK_LEVEL_NUMBER_OTHER, feature,
        sk_weigh_against(query, SK_LEVEL_NUMBER_OTHER, source_of(other)), other);
    comparison->conflicts |= dossier ? SK_AGAINST_DOSSIER : SK_AGAINST_ESTABLISHMENT;
}

static void compare_enterprise(const struct sk_query *query,
                               struct sk_comparison *comparison)
{
    const struct sk_stated *stated, *other = NULL;
    size_t at = 0;

    while ((stated = sk_query_next(query, SK_SYMBOL_ENTERPRISE, &at))) {
        bool own = carries(comparison->entry, stated->symbol);
        enum operator_match match =
            own ? OPERATOR_NOW : operator_carries(query, comparison, stated->symbol);

        if (match != OPERATOR_NO) {
            int32_t former = match == OPERATOR_FORMER ? FORMER_ENTERPRISE : 0;
            size_t count = own ? sk_query_carriers(query, stated->symbol)
                               : siblings(query, comparison);

            add(comparison, SK_LEVEL_ENTERPRISE_EQUAL, "ondernemingsnummer",
                sk_weigh(query, SK_LEVEL_ENTERPRISE_EQUAL, source_of(stated), count) -
                    former,
                stated);
            comparison->support |= SK_FOR_OPERATOR | SK_FOR_NUMBERED_OPERATOR;
            return;
        }
        if (sk_query_carriers(query, stated->symbol))
            other = stated;
    }
    if (!other)
        return;
    add(comparison, SK_LEVEL_ENTERPRISE_OTHER, "ondernemingsnummer",
        sk_weigh_against(query, SK_LEVEL_ENTERPRISE_OTHER, source_of(other)), other);
    comparison->conflicts |= SK_AGAINST_ENTERPRISE;
}

/* What a contact says for this location. */
struct contact {
    const struct sk_stated *stated;
    enum sk_feature_level level;
    int32_t bits; /* 0: nothing */
    uint32_t support;
};

static struct contact compare_contact(const struct sk_query *query,
                                      const struct sk_comparison *comparison,
                                      const struct sk_stated *stated)
{
    struct contact contact = {.stated = stated};
    bool host = stated->kind == SK_SYMBOL_HOST;
    uint32_t sender = stated->role == SK_ROLE_SENDER ? SK_FOR_SENDER : 0;
    size_t carriers;

    if (carries(comparison->entry, stated->symbol)) {
        contact.level = host ? SK_LEVEL_CONTACT_SHARED : SK_LEVEL_CONTACT_EQUAL;
        contact.support = host ? SK_FOR_OPERATOR : SK_FOR_CONTACT | sender;
        carriers = sk_query_carriers(query, stated->symbol);
    } else if (operator_carries(query, comparison, stated->symbol) == OPERATOR_NOW) {
        contact.level = SK_LEVEL_CONTACT_SHARED;
        contact.support = SK_FOR_OPERATOR;
        carriers = siblings(query, comparison);
    } else {
        return contact;
    }
    contact.bits = sk_weigh(query, contact.level, source_of(stated), carriers);
    return contact;
}

static bool is_contact(const struct sk_stated *stated)
{
    return stated->kind == SK_SYMBOL_PHONE || stated->kind == SK_SYMBOL_EMAIL ||
           stated->kind == SK_SYMBOL_HOST;
}

/* Contacts hang together (one organiser, one domain): the strongest counts. */
static void compare_contacts(const struct sk_query *query,
                             struct sk_comparison *comparison)
{
    const struct sk_stated *other = NULL;
    struct contact best = {.bits = 0};

    for (size_t i = 0; i < query->stated_count; i++) {
        const struct sk_stated *stated = &query->stated[i];

        if (!is_contact(stated) || !stated->symbol)
            continue;
        struct contact contact = compare_contact(query, comparison, stated);

        if (contact.bits > best.bits)
            best = contact;
        else if (contact.bits == 0 && stated->certain &&
                 sk_query_carriers(query, stated->symbol))
            other = stated;
    }
    if (best.bits) {
        enum sk_symbol_kind kind = best.stated->kind;

        add(comparison, best.level,
            kind == SK_SYMBOL_PHONE   ? "telefoon"
            : kind == SK_SYMBOL_EMAIL ? "e-mail"
                                      : "website",
            best.bits, best.stated);
        comparison->support |= best.support;
    } else if (other) {
        add(comparison, SK_LEVEL_CONTACT_OTHER, "contact",
            sk_weigh_against(query, SK_LEVEL_CONTACT_OTHER, source_of(other)), other);
        comparison->conflicts |= SK_AGAINST_CONTACT;
    }
}

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
        return support | SK_FOR_NAME | (match->slip ? 0 : SK_FOR_NAME_TEXT);
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
        add(comparison, SK_LEVEL_NAME_OPERATOR, "naam",
            sk_weigh(query, SK_LEVEL_NAME_OPERATOR, SK_SOURCE_FIELD,
                     siblings(query, comparison)),
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
        if (!carries(comparison->organiser, stated->symbol) ||
            is_evidence_already(comparison, stated))
            continue;
        size_t count =
            siblings(query, comparison) * sk_query_carriers(query, stated->symbol);

        add(comparison, SK_LEVEL_OPERATOR_EQUAL, "organisator",
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
        add(comparison, SK_LEVEL_OPERATOR_EQUAL, "organisator",
            sk_weigh(query, SK_LEVEL_OPERATOR_EQUAL, SK_SOURCE_FIELD,
                     siblings(query, comparison)),
            &place);
        comparison->support |= SK_FOR_OPERATOR;
    } else if (match.level == SK_NAME_DIFFERENT) {
        add(comparison, SK_LEVEL_OPERATOR_OTHER, "organisator",
            sk_weigh_against(query, SK_LEVEL_OPERATOR_OTHER, SK_SOURCE_FIELD), &place);
        comparison->conflicts |= SK_AGAINST_OPERATOR;
    }
}

static void compare_person(const struct sk_query *query, struct sk_comparison *comparison)
{
    size_t at = 0;
    const struct sk_stated *stated = sk_query_next(query, SK_SYMBOL_PERSON, &at);

    if (!stated || !carries(comparison->entry, stated->symbol))
        return;
    add(comparison, SK_LEVEL_PERSON_EQUAL, "verantwoordelijke",
        sk_weigh(query, SK_LEVEL_PERSON_EQUAL, source_of(stated),
                 sk_query_carriers(query, stated->symbol)),
        stated);
    comparison->support |= SK_FOR_PERSON;
}

static void compare_type(const struct sk_query *query, struct sk_comparison *comparison)
{
    uint32_t stated = query->type, known = comparison->entry->type;
    const struct sk_stated place = {.field = query->type_stated ? SK_MENTION_OPVANGVORM
                                                                : SK_MENTION_NERGENS};
    enum sk_feature_source source = query->type_stated ? SK_SOURCE_FIELD : SK_SOURCE_TEXT;

    if (stated == 0 || known == 0 || query->model->without & SK_WITHOUT_TYPE)
        return;
    if (sk_types_contradict(&query->self->types, stated, known)) {
        add(comparison, SK_LEVEL_TYPE_OTHER, "opvangvorm",
            sk_weigh_against(query, SK_LEVEL_TYPE_OTHER, source), &place);
        comparison->conflicts |=
            query->type_stated ? SK_AGAINST_TYPE : SK_AGAINST_TYPE_TEXT;
    } else if (stated & known) {
        add(comparison, SK_LEVEL_TYPE_FITS, "opvangvorm",
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
    add(comparison, level, "tijd",
        sk_weigh_against(query, level, SK_SOURCE_FIELD) -
            (query->day_of_facts ? 3 * SK_BIT : 0),
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
    *ret_comparison = (struct sk_comparison){.entry = entry};
    find_groups(query, ret_comparison);
    compare_number(query, ret_comparison, SK_SYMBOL_DOSSIER);
    compare_number(query, ret_comparison, SK_SYMBOL_ESTABLISHMENT);
    compare_enterprise(query, ret_comparison);
    compare_contacts(query, ret_comparison);
    compare_name_and_place(query, ret_comparison);
    sk_memory_compare(query, ret_comparison);
    compare_operator(query, ret_comparison);
    compare_person(query, ret_comparison);
    compare_type(query, ret_comparison);
    compare_time(query, ret_comparison);
    count_street_once(query, ret_comparison);
}
