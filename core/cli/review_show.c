/* SPDX-License-Identifier: Apache-2.0 */
/* schakel review show - one item with what speaks for each candidate. It shows personal
 * data, so it asks for a reason and leaves a trace before the first line. */
#include <stdio.h>

#include "base/clock.h"
#include "cli/review.h"
#include "events/klacht.h"
#include "events/opvang_locatie.h"

static void print_field(const char *name, struct sk_text value)
{
    if (sk_text_filled(value))
        printf("  %-18s %.*s\n", name, SK_TEXT_ARG(value));
}

static void print_mention(const struct genoemde_opvang *genoemd)
{
    puts("Genoemde opvang");
    print_field("naam", genoemd->naam);
    print_field("opvangvorm", genoemd->opvangvorm);
    print_field("straat", genoemd->straat);
    print_field("huisnummer", genoemd->huisnummer);
    print_field("bus", genoemd->bus);
    print_field("postcode", genoemd->postcode);
    print_field("gemeente", genoemd->gemeente);
    print_field("telefoon", genoemd->telefoon);
    print_field("email", genoemd->email);
    print_field("dossiernummer", genoemd->dossiernummer);
    print_field("ondernemingsnummer", genoemd->ondernemingsnummer);
    print_field("vestigingsnummer", genoemd->vestigingsnummer);
    print_field("organisator", genoemd->organisator_naam);
}

static void print_complaint(const struct klacht *klacht)
{
    char day[SK_DATE_SIZE];

    if (klacht->has_ontvangen_op)
        printf("Ontvangen %s\n",
               sk_date_format(sk_brussels_date(klacht->ontvangen_op), day));
    print_field("onderwerp", klacht->onderwerp);
    print_field("tekst", klacht->tekst);
    for (size_t i = 0; i < klacht->genoemd_count; i++)
        print_mention(&klacht->genoemd[i]);
}

/* Evidence names its target as LEVEL/ID; a candidate above the locations is supported by
 * what was found for each of them. */
static bool speaks_of(const struct bewijs *bewijs, const struct doel *doel)
{
    struct sk_text id = bewijs->doel;

    (void)sk_text_split(&id, '/');
    if (sk_text_equal(id, doel->id))
        return true;
    for (size_t i = 0; i < doel->dossiernummers_count; i++)
        if (sk_text_equal(id, doel->dossiernummers[i]))
            return true;
    return false;
}

static void print_evidence(const struct koppeling *koppeling, const struct doel *doel)
{
    for (size_t i = 0; i < koppeling->bewijs_count; i++) {
        const struct bewijs *bewijs = &koppeling->bewijs[i];
        if (!speaks_of(bewijs, doel))
            continue;
        printf("       %s %.*s (%.*s): %+.1f bits\n",
               bewijs->bits_1024 < 0 ? "tegen" : "voor ", SK_TEXT_ARG(bewijs->kenmerk),
               SK_TEXT_ARG(bewijs->veld), (double)bewijs->bits_1024 / 1024);
    }
}

static enum sk_verdict print_location(struct sk_cli *cli, struct sk_text number,
                                      struct sk_error *err)
{
    sk_arena_auto arena = {0};
    void *event = NULL;

    SK_TRY(sk_cli_latest(cli, &sk_opvang_locatie, number, &arena, &event, err));
    const struct opvang_locatie *locatie = event;
    if (!locatie)
        return SK_OK;
    if (locatie->namen_count)
        printf("       %.*s\n",
               SK_TEXT_ARG(locatie->namen[locatie->namen_count - 1].naam));
    if (locatie->adressen_count) {
        const struct adres *adres = &locatie->adressen[locatie->adressen_count - 1];
        printf("       %.*s %.*s, %.*s %.*s\n", SK_TEXT_ARG(adres->straat),
               SK_TEXT_ARG(adres->huisnummer), SK_TEXT_ARG(adres->postcode),
               SK_TEXT_ARG(adres->gemeente));
    }
    return SK_OK;
}

static enum sk_verdict print_candidates(struct sk_cli *cli,
                                        const struct koppeling *koppeling,
                                        struct sk_error *err)
{
    for (size_t i = 0; i < koppeling->kandidaten_count; i++) {
        const struct kandidaat *kandidaat = &koppeling->kandidaten[i];
        printf("%5zu. %.*s  %.1f %%\n", i + 1, SK_TEXT_ARG(kandidaat->doel.id),
               (double)kandidaat->p / 10000);
        if (kandidaat->doel.niveau == NIVEAU_LOCATIE)
            SK_TRY(print_location(cli, kandidaat->doel.id, err));
        print_evidence(koppeling, &kandidaat->doel);
    }
    return SK_OK;
}

static void print_decision(const struct koppeling *koppeling)
{
    printf("%.*s/%.*s  versie %lld\n", SK_TEXT_ARG(koppeling->soort),
           SK_TEXT_ARG(koppeling->id), (long long)koppeling->versie);
    printf("%.*s\n", SK_TEXT_ARG(koppeling->uitleg));
    for (size_t i = 0; i < koppeling->redenen_count; i++)
        printf("  reden: %.*s\n", SK_TEXT_ARG(koppeling->redenen[i]));
    for (size_t i = 0; i < koppeling->doelen_count; i++)
        printf("  staat bij: %.*s\n", SK_TEXT_ARG(koppeling->doelen[i].id));
}

enum sk_verdict sk_review_show(struct sk_cli *cli, const struct review_options *options,
                               struct sk_error *err)
{
    sk_arena_auto arena = {0};
    struct koppeling *koppeling = NULL;
    void *event = NULL;

    if (!options->reason || !options->reason[0])
        return sk_fail(
            err, SK_FATAL, "review.reason",
            "show toont persoonsgegevens: geef --reason \"waarom u dit inkijkt\"");
    SK_TRY(sk_review_standing(cli, &arena, &koppeling, err));
    SK_TRY(sk_cli_record_inspection(
        cli,
        &(struct sk_inspection){
            .topic = "klacht",
            .key = koppeling->id,
            .fields = (const char *const[]){"onderwerp", "tekst", "genoemd", NULL},
            .reason = options->reason,
            .count = 1},
        err));
    print_decision(koppeling);
    if (sk_text_is(koppeling->soort, "klacht"))
        SK_TRY(sk_cli_latest(cli, &sk_klacht, koppeling->id, &arena, &event, err));
    if (event)
        print_complaint(event);
    SK_TRY(print_candidates(cli, koppeling, err));
    printf("Beslissen: schakel review assign %.*s/%.*s NUMMER --versie %lld\n",
           SK_TEXT_ARG(koppeling->soort), SK_TEXT_ARG(koppeling->id),
           (long long)koppeling->versie);
    return SK_OK;
}
