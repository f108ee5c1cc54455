/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers: dossier, establishment and enterprise, phones, and what is as good as one: an
 * e-mail address, a host. A shared one names the organiser, not the location.
 */
#include "match/compare.h"

#include "match/fixed.h"

enum { FORMER_ENTERPRISE = 3 * SK_BIT };

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

        if (found && sk_entry_carries(found, symbol))
            best = organiser == comparison->group[SK_LEVEL_ORGANISATOR] ? OPERATOR_NOW
                                                                        : OPERATOR_FORMER;
    }
    return best;
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

        if (sk_entry_carries(comparison->entry, stated->symbol)) {
            sk_comparison_note(comparison, level, feature,
                               sk_weigh(query, level, sk_stated_source(stated), carriers),
                               stated);
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
    sk_comparison_note(
        comparison, SK_LEVEL_NUMBER_OTHER, feature,
        sk_weigh_against(query, SK_LEVEL_NUMBER_OTHER, sk_stated_source(other)), other);
    comparison->conflicts |= dossier ? SK_AGAINST_DOSSIER : SK_AGAINST_ESTABLISHMENT;
}

static void compare_enterprise(const struct sk_query *query,
                               struct sk_comparison *comparison)
{
    const struct sk_stated *stated, *other = NULL;
    size_t at = 0;

    while ((stated = sk_query_next(query, SK_SYMBOL_ENTERPRISE, &at))) {
        bool own = sk_entry_carries(comparison->entry, stated->symbol);
        enum operator_match match =
            own ? OPERATOR_NOW : operator_carries(query, comparison, stated->symbol);

        if (match != OPERATOR_NO) {
            int32_t former = match == OPERATOR_FORMER ? FORMER_ENTERPRISE : 0;
            size_t count = own ? sk_query_carriers(query, stated->symbol)
                               : sk_comparison_siblings(query, comparison);

            sk_comparison_note(comparison, SK_LEVEL_ENTERPRISE_EQUAL,
                               "ondernemingsnummer",
                               sk_weigh(query, SK_LEVEL_ENTERPRISE_EQUAL,
                                        sk_stated_source(stated), count) -
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
    sk_comparison_note(
        comparison, SK_LEVEL_ENTERPRISE_OTHER, "ondernemingsnummer",
        sk_weigh_against(query, SK_LEVEL_ENTERPRISE_OTHER, sk_stated_source(other)),
        other);
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

    if (sk_entry_carries(comparison->entry, stated->symbol)) {
        contact.level = host ? SK_LEVEL_CONTACT_SHARED : SK_LEVEL_CONTACT_EQUAL;
        contact.support = host ? SK_FOR_OPERATOR : SK_FOR_CONTACT | sender;
        carriers = sk_query_carriers(query, stated->symbol);
    } else if (operator_carries(query, comparison, stated->symbol) == OPERATOR_NOW) {
        contact.level = SK_LEVEL_CONTACT_SHARED;
        contact.support = SK_FOR_OPERATOR;
        carriers = sk_comparison_siblings(query, comparison);
    } else {
        return contact;
    }
    contact.bits = sk_weigh(query, contact.level, sk_stated_source(stated), carriers);
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
    const struct sk_stated *other = NULL, *unknown = NULL;
    struct contact best = {.bits = 0};

    for (size_t i = 0; i < query->stated_count; i++) {
        const struct sk_stated *stated = &query->stated[i];

        if (!is_contact(stated))
            continue;
        if (sk_query_carriers(query, stated->symbol) == 0) {
            unknown = stated->certain ? stated : unknown;
            continue;
        }
        struct contact contact = compare_contact(query, comparison, stated);

        if (contact.bits > best.bits)
            best = contact;
        else if (contact.bits == 0 && stated->certain)
            other = stated;
    }
    if (best.bits) {
        enum sk_symbol_kind kind = best.stated->kind;

        sk_comparison_note(comparison, best.level,
                           kind == SK_SYMBOL_PHONE   ? "telefoon"
                           : kind == SK_SYMBOL_EMAIL ? "e-mail"
                                                     : "website",
                           best.bits, best.stated);
        comparison->support |= best.support;
    } else if (other) {
        sk_comparison_note(
            comparison, SK_LEVEL_CONTACT_OTHER, "contact",
            sk_weigh_against(query, SK_LEVEL_CONTACT_OTHER, sk_stated_source(other)),
            other);
        comparison->conflicts |= SK_AGAINST_CONTACT;
    } else if (unknown) {
        /* A new phone is as rare as a wrong one; who is in no register has but such. */
        sk_comparison_note(
            comparison, SK_LEVEL_CONTACT_OTHER, "contact",
            sk_weigh_against(query, SK_LEVEL_CONTACT_OTHER, sk_stated_source(unknown)),
            unknown);
    }
}

void sk_compare_numbers(const struct sk_query *query, struct sk_comparison *comparison)
{
    compare_number(query, comparison, SK_SYMBOL_DOSSIER);
    compare_number(query, comparison, SK_SYMBOL_ESTABLISHMENT);
    compare_enterprise(query, comparison);
    compare_contacts(query, comparison);
}
