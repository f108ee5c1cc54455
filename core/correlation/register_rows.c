/* SPDX-License-Identifier: Apache-2.0 */
/* A date that is not there means "always" or "still"; the matcher has numbers for both.
 */
#include "correlation/register_rows.h"

#include "base/clock.h"
#include "base/compiler.h"

/* The entry that is being made: numbers first, then of each kind the newest first, so
 * that what does not fit is the oldest history. */
struct rows {
    struct sk_match_fact facts[SK_MATCH_FACT_LIMIT];
    size_t fact_count;
    struct sk_match_address addresses[SK_MATCH_ADDRESS_LIMIT];
    size_t address_count;
};

/* A row's period: its has_van/van and has_tot/tot. */
#define FROM(row) ((row)->has_van ? (row)->van : SK_MATCH_ALWAYS)
#define TO(row) ((row)->has_tot ? (row)->tot : SK_MATCH_OPEN)

static void add(struct rows *rows, struct sk_match_fact fact)
{
    if (sk_text_filled(fact.value) && rows->fact_count < SK_MATCH_FACT_LIMIT)
        rows->facts[rows->fact_count++] = fact;
}

static void add_names(struct rows *rows, const struct naam *names, size_t count)
{
    for (size_t i = count; i-- > 0;)
        add(rows, (struct sk_match_fact){SK_FACT_NAME, names[i].naam, FROM(&names[i]),
                                         TO(&names[i])});
}

static void add_contacts(struct rows *rows, const struct contact *contacts, size_t count)
{
    for (size_t i = count; i-- > 0;) {
        enum sk_match_fact_kind kind =
            contacts[i].soort == CONTACT_SOORT_TELEFOON ? SK_FACT_PHONE
            : contacts[i].soort == CONTACT_SOORT_EMAIL  ? SK_FACT_EMAIL
                                                        : SK_FACT_WEBSITE;

        if (contacts[i].soort != CONTACT_SOORT_ONBEKEND)
            add(rows, (struct sk_match_fact){kind, contacts[i].waarde, FROM(&contacts[i]),
                                             TO(&contacts[i])});
    }
}

static void add_numbers(struct rows *rows, enum sk_match_fact_kind kind,
                        const struct gedateerd_nummer *numbers, size_t count)
{
    for (size_t i = count; i-- > 0;)
        add(rows, (struct sk_match_fact){kind, numbers[i].nummer, FROM(&numbers[i]),
                                         TO(&numbers[i])});
}

/* Where the children are; a post address is an address of somebody's office. */
static void add_addresses(struct rows *rows, const struct adres *addresses, size_t count)
{
    for (size_t i = count; i-- > 0 && rows->address_count < SK_MATCH_ADDRESS_LIMIT;) {
        const struct adres *address = &addresses[i];

        if (address->soort == ADRES_SOORT_POST || address->soort == ADRES_SOORT_ZETEL)
            continue;
        rows->addresses[rows->address_count++] = (struct sk_match_address){
            .street = address->straat,
            .number = address->huisnummer,
            .postcode = address->postcode,
            .municipality = address->gemeente,
            .submunicipality = address->deelgemeente,
            .from = FROM(address),
            .to = TO(address),
        };
    }
}

static void add_code(struct rows *rows, const struct code *code)
{
    if (!code)
        return;
    add(rows, (struct sk_match_fact){SK_FACT_TYPE, code->omschrijving, SK_MATCH_ALWAYS,
                                     SK_MATCH_OPEN});
    add(rows,
        (struct sk_match_fact){SK_FACT_TYPE, code->code, SK_MATCH_ALWAYS, SK_MATCH_OPEN});
}

/* The first day without childcare; when the source gives none, that of the status. */
static int32_t closing_day(const struct opvang_locatie *event)
{
    if (event->has_gesloten_op)
        return event->gesloten_op;
    if (event->toestand != LOCATIE_TOESTAND_GESLOTEN &&
        event->toestand != LOCATIE_TOESTAND_SAMENGEVOEGD)
        return SK_MATCH_OPEN;
    if (event->statussen_count && event->statussen[event->statussen_count - 1].has_sinds)
        return sk_brussels_date(event->statussen[event->statussen_count - 1].sinds);
    return SK_MATCH_OPEN;
}

static void add_location_facts(struct rows *rows, const struct opvang_locatie *event)
{
    const struct {
        enum sk_match_fact_kind kind;
        struct sk_text value;
    } undated[] = {
        {SK_FACT_DOSSIER, event->dossiernummer},
        {SK_FACT_FACILITY, event->voorziening_id},
        {SK_FACT_SUBSIDY_GROUP, event->subsidiegroep_id},
    };

    for (size_t i = 0; i < SK_COUNT(undated); i++)
        add(rows, (struct sk_match_fact){undated[i].kind, undated[i].value,
                                         SK_MATCH_ALWAYS, SK_MATCH_OPEN});
    for (size_t i = 0; i < event->opvolgers_count; i++)
        add(rows, (struct sk_match_fact){SK_FACT_SUCCESSOR, event->opvolgers[i],
                                         SK_MATCH_ALWAYS, SK_MATCH_OPEN});
    for (size_t i = event->organisatoren_count; i-- > 0;) {
        const struct locatie_organisator *row = &event->organisatoren[i];

        add(rows, (struct sk_match_fact){SK_FACT_ORGANISER, row->organisator_id,
                                         FROM(row), TO(row)});
    }
    add_code(rows, event->opvangvorm);
    add_code(rows, event->doelgroep);
}

static void add_persons(struct rows *rows, const struct opvang_locatie *event)
{
    for (size_t i = event->verantwoordelijken_count; i-- > 0;) {
        const struct verantwoordelijke *row = &event->verantwoordelijken[i];

        add(rows, (struct sk_match_fact){SK_FACT_PERSON, row->naam, FROM(row), TO(row)});
    }
}

void register_put_location(struct sk_match_register *reg,
                           const struct opvang_locatie *event)
{
    struct rows rows = {.fact_count = 0};

    if (event->toestand == LOCATIE_TOESTAND_FOUT_AANGEMAAKT) {
        sk_match_register_remove(reg, SK_MATCH_LOCATIE, event->dossiernummer);
        return;
    }
    add_location_facts(&rows, event);
    add_numbers(&rows, SK_FACT_ESTABLISHMENT, event->vestigingsnummers,
                event->vestigingsnummers_count);
    add_names(&rows, event->namen, event->namen_count);
    add_contacts(&rows, event->contacten, event->contacten_count);
    add_persons(&rows, event);
    add_addresses(&rows, event->adressen, event->adressen_count);
    sk_match_register_put(
        reg, &(struct sk_match_entry){
                 .kind = SK_MATCH_LOCATIE,
                 .id = event->dossiernummer,
                 .version = event->versie,
                 .from = event->has_geopend_op ? event->geopend_op : SK_MATCH_ALWAYS,
                 .to = closing_day(event),
                 .facts = rows.facts,
                 .fact_count = rows.fact_count,
                 .addresses = rows.addresses,
                 .address_count = rows.address_count,
             });
}

void register_put_organiser(struct sk_match_register *reg,
                            const struct opvang_organisator *event)
{
    struct rows rows = {.fact_count = 0};

    if (event->toestand == ORGANISATOR_TOESTAND_FOUT_AANGEMAAKT) {
        sk_match_register_remove(reg, SK_MATCH_ORGANISATOR, event->organisator_id);
        return;
    }
    add_numbers(&rows, SK_FACT_ENTERPRISE, event->ondernemingsnummers,
                event->ondernemingsnummers_count);
    add_names(&rows, event->namen, event->namen_count);
    add_contacts(&rows, event->contacten, event->contacten_count);
    sk_match_register_put(reg, &(struct sk_match_entry){
                                   .kind = SK_MATCH_ORGANISATOR,
                                   .id = event->organisator_id,
                                   .version = event->versie,
                                   .from = SK_MATCH_ALWAYS,
                                   .to = SK_MATCH_OPEN,
                                   .facts = rows.facts,
                                   .fact_count = rows.fact_count,
                               });
}
