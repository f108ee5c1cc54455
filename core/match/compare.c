/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Features of Fellegi and Sunter: each weighs log2(m / u), where m is how often the right
 * location agrees so (set by hand, model "basis-1") and u how often another one does,
 * counted from the register. A value that senders rarely get right by accident (a number,
 * a phone) weighs more still, by `chance` bits, because a place that is not in the
 * register would not agree with one that is.
 */
#include "match/compare.h"

#include "match/fixed.h"
#include "match/names.h"
#include "match/words.h"

uint64_t sk_query_population(const struct sk_query *query)
{
    return query->self->locations ? query->self->locations : 1;
}

void sk_comparison_add(struct sk_comparison *comparison, const char *feature,
                       const char *level, int32_t bits, const struct sk_stated *stated)
{
    comparison->score += bits;
    if (comparison->evidence_count == SK_EVIDENCE_LIMIT)
        return;
    comparison->evidence[comparison->evidence_count++] = (struct sk_match_evidence){
        .feature = feature,
        .level = level,
        .bits = bits,
        .field = stated ? stated->field : SK_MENTION_NERGENS,
        .begin = stated ? stated->begin : 0,
        .end = stated ? stated->end : 0,
        .register_version = comparison->entry->version,
    };
}

/* log2(m * N / carriers), m in percent. */
static int32_t bits_of(const struct sk_query *query, uint64_t percent, size_t carriers)
{
    return sk_fixed_log2(sk_query_population(query) * percent,
                         (carriers ? carriers : 1) * 100);
}

static bool carries(const struct sk_entry *entry, uint32_t symbol)
{
    for (size_t i = 0; symbol && i < entry->fact_count; i++) {
        if (entry->facts[i].symbol == symbol)
            return true;
    }
    return false;
}

static size_t carriers_of(const struct sk_query *query, uint32_t symbol)
{
    return sk_symbol_postings(&query->self->symbols, symbol).count;
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

        if (sk_symbol_kind(&query->self->symbols, organiser) != SK_SYMBOL_ORGANISER)
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
    return carriers_of(query, comparison->group[SK_LEVEL_ORGANISATOR]);
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
        size_t carriers = carriers_of(query, stated->symbol);

        if (carries(comparison->entry, stated->symbol)) {
            int32_t chance = (stated->certain ? 10 : 4) * SK_BIT;

            sk_comparison_add(comparison, feature, "gelijk",
                              bits_of(query, 97, carriers) + chance, stated);
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
    sk_comparison_add(comparison, feature, "anders", -5 * SK_BIT, other);
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
            int32_t former = match == OPERATOR_FORMER ? 3 * SK_BIT : 0;
            size_t count =
                own ? carriers_of(query, stated->symbol) : siblings(query, comparison);

            sk_comparison_add(comparison, "ondernemingsnummer",
                              match == OPERATOR_NOW ? "gelijk" : "vroeger",
                              bits_of(query, 95, count) + 8 * SK_BIT - former, stated);
            comparison->support |= SK_FOR_OPERATOR;
            return;
        }
        if (stated->symbol && carriers_of(query, stated->symbol))
            other = stated;
    }
    if (!other)
        return;
    sk_comparison_add(comparison, "ondernemingsnummer", "anders", -5 * SK_BIT, other);
    comparison->conflicts |= SK_AGAINST_ENTERPRISE;
}

/* A phone, e-mail address or host: what it says for this location, 0 if nothing. */
static int32_t contact_bits(const struct sk_query *query,
                            struct sk_comparison *comparison,
                            const struct sk_stated *stated)
{
    bool host = stated->kind == SK_SYMBOL_HOST;
    int32_t chance = (host ? 2 : stated->certain ? 6 : 3) * SK_BIT;
    size_t carriers = carriers_of(query, stated->symbol);

    if (carries(comparison->entry, stated->symbol)) {
        comparison->support |= host ? SK_FOR_OPERATOR : SK_FOR_CONTACT;
        return bits_of(query, host ? 50 : 80, carriers) + chance;
    }
    if (operator_carries(query, comparison, stated->symbol) == OPERATOR_NOW) {
        comparison->support |= SK_FOR_OPERATOR;
        return bits_of(query, 40, siblings(query, comparison)) + chance;
    }
    return 0;
}

/* Contacts hang together (one organiser, one domain): the strongest counts, and no more
 * than that once more a quarter. */
static void compare_contacts(const struct sk_query *query,
                             struct sk_comparison *comparison)
{
    const struct sk_stated *best = NULL, *other = NULL;
    int32_t most = 0;

    for (size_t i = 0; i < query->stated_count; i++) {
        const struct sk_stated *stated = &query->stated[i];

        if (stated->kind != SK_SYMBOL_PHONE && stated->kind != SK_SYMBOL_EMAIL &&
            stated->kind != SK_SYMBOL_HOST)
            continue;
        int32_t bits = contact_bits(query, comparison, stated);

        if (bits > most) {
            best = stated;
            most = bits;
        } else if (bits == 0 && stated->certain && carriers_of(query, stated->symbol)) {
            other = stated;
        }
    }
    if (best) {
        sk_comparison_add(comparison,
                          best->kind == SK_SYMBOL_PHONE   ? "telefoon"
                          : best->kind == SK_SYMBOL_EMAIL ? "e-mail"
                                                          : "website",
                          "gelijk", most, best);
    } else if (other) {
        sk_comparison_add(comparison, "contact", "anders", -3 * SK_BIT, other);
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
        return "in de tekst";
    case SK_NAME_MENTIONED:
        return "woord in de tekst";
    case SK_NAME_DIFFERENT:
    case SK_NAME_MISSING:
        break;
    }
    return "anders";
}

/* Whether the field of the name holds the organiser's. */
static bool is_named_by_operator(const struct sk_query *query,
                                 struct sk_comparison *comparison)
{
    return comparison->organiser && query->name.words.count &&
           sk_operator_compare(query, comparison->organiser, &query->name).level <=
               SK_NAME_TYPO;
}

static void compare_name(const struct sk_query *query, struct sk_comparison *comparison)
{
    struct sk_name_match match = sk_name_compare(query, comparison->entry);
    const struct sk_stated place = {
        .field = match.field, .begin = match.begin, .end = match.end};

    if (match.level == SK_NAME_MISSING)
        return;
    if ((match.level == SK_NAME_DIFFERENT || match.level == SK_NAME_SIMILAR) &&
        is_named_by_operator(query, comparison)) {
        sk_comparison_add(comparison, "naam", "organisator",
                          bits_of(query, 30, siblings(query, comparison)), &place);
        comparison->support |= SK_FOR_OPERATOR;
        return;
    }
    sk_comparison_add(comparison, "naam", name_level_text(&match), match.bits, &place);
    if (match.level == SK_NAME_EXACT)
        comparison->support |= SK_FOR_NAME | SK_FOR_NAME_EXACT;
    if (match.level == SK_NAME_TYPO || match.level == SK_NAME_IN_TEXT)
        comparison->support |= SK_FOR_NAME;
    if (match.level == SK_NAME_IN_TEXT && !match.slip)
        comparison->support |= SK_FOR_NAME_TEXT;
    if (match.level == SK_NAME_SUBSET ||
        (match.level == SK_NAME_MENTIONED && match.whole))
        comparison->support |= SK_FOR_NAME_PART;
    if (match.level == SK_NAME_SIMILAR && match.bits > 0)
        comparison->support |= SK_FOR_NAME_LIKE;
    if (match.level == SK_NAME_DIFFERENT)
        comparison->conflicts |= SK_AGAINST_NAME;
}

static void compare_operator(const struct sk_query *query,
                             struct sk_comparison *comparison)
{
    const struct sk_entry *organiser = comparison->organiser;

    if (!organiser || query->operator_name.words.count == 0)
        return;
    struct sk_name_match match =
        sk_operator_compare(query, organiser, &query->operator_name);
    const struct sk_stated place = {
        .field = SK_MENTION_ORGANISATOR_NAAM, .begin = match.begin, .end = match.end};

    if (match.level <= SK_NAME_TYPO) {
        sk_comparison_add(comparison, "organisator", "gelijk",
                          bits_of(query, 60, siblings(query, comparison)), &place);
        comparison->support |= SK_FOR_OPERATOR;
    } else if (match.level == SK_NAME_DIFFERENT) {
        sk_comparison_add(comparison, "organisator", "anders", -4 * SK_BIT, &place);
        comparison->conflicts |= SK_AGAINST_OPERATOR;
    }
}

static void compare_person(const struct sk_query *query, struct sk_comparison *comparison)
{
    size_t at = 0;
    const struct sk_stated *stated = sk_query_next(query, SK_SYMBOL_PERSON, &at);

    if (!stated || !carries(comparison->entry, stated->symbol))
        return;
    sk_comparison_add(comparison, "verantwoordelijke", "gelijk",
                      bits_of(query, 50, carriers_of(query, stated->symbol)), stated);
    comparison->support |= SK_FOR_PERSON;
}

static void compare_type(const struct sk_query *query, struct sk_comparison *comparison)
{
    uint32_t stated = query->type, known = comparison->entry->type;

    if (stated == 0 || known == 0)
        return;
    if (!sk_types_contradict(&query->self->types, stated, known)) {
        if ((stated & known) && query->type_stated)
            comparison->support |= SK_FOR_TYPE;
        if (stated & known)
            sk_comparison_add(comparison, "opvangvorm", "past",
                              (query->type_stated ? 2 : 1) * SK_BIT, NULL);
        return;
    }
    sk_comparison_add(comparison, "opvangvorm", "anders",
                      (query->type_stated ? -6 : -3) * SK_BIT, NULL);
    if (query->type_stated)
        comparison->conflicts |= SK_AGAINST_TYPE;
}

/* Days before opening nothing can have happened there; after closing, letters still come.
 */
static void compare_time(const struct sk_query *query, struct sk_comparison *comparison)
{
    const struct sk_entry *entry = comparison->entry;
    int64_t late = (int64_t)query->day - entry->to;
    int32_t bits = 0;

    comparison->open = sk_holds_on(entry->from, entry->to, query->day);
    if (comparison->open)
        return;
    if (query->day < entry->from)
        bits = (query->day_of_facts ? -12 : -8) * SK_BIT;
    else if (query->day_of_facts)
        bits = late > 400 ? -8 * SK_BIT : -5 * SK_BIT;
    else
        bits = late > 400 ? -5 * SK_BIT : -2 * SK_BIT;
    sk_comparison_add(comparison, "tijd", "niet open", bits, NULL);
    comparison->conflicts |= SK_AGAINST_TIME;
}

static void find_groups(const struct sk_query *query, struct sk_comparison *comparison)
{
    const struct sk_match_register *reg = query->self;
    const struct sk_entry *entry = comparison->entry;
    const struct sk_place *place = sk_entry_address_on(entry, query->day);
    uint32_t *group = comparison->group;

    group[SK_LEVEL_LOCATIE] = entry->id;
    group[SK_LEVEL_VOORZIENING] =
        sk_entry_fact_on(reg, entry, SK_SYMBOL_FACILITY, query->day);
    group[SK_LEVEL_SUBSIDIEGROEP] =
        sk_entry_fact_on(reg, entry, SK_SYMBOL_SUBSIDY_GROUP, query->day);
    group[SK_LEVEL_ADRES] = place ? place->address : 0;
    group[SK_LEVEL_ORGANISATOR] =
        sk_entry_fact_on(reg, entry, SK_SYMBOL_ORGANISER, query->day);
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

        if (sk_symbol_kind(symbols, name) != SK_SYMBOL_NAME)
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
    compare_name(query, ret_comparison);
    compare_operator(query, ret_comparison);
    sk_compare_place(query, ret_comparison);
    compare_person(query, ret_comparison);
    compare_type(query, ret_comparison);
    compare_time(query, ret_comparison);
    count_street_once(query, ret_comparison);
}
