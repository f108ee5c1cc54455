/* SPDX-License-Identifier: Apache-2.0 */
/* One complaint: identity, course, complainant and the facility as it was named. */
#include "complaint.h"

static const char *const names[] = {"De Krekel",   "'t Zonnetje",    "Crèche Bébé",
                                    "Ukkepuk",     "Het Vlindertje", "Kinderdroom vzw",
                                    "Pippeloentje"};
static const char *const streets[] = {"Stationsstraat", "Kerkplein", "Lange Haag",
                                      "Sint-Janslaan", "Veldweg"};
static const char *const places[] = {"Aalst", "Mechelen", "Sint-Niklaas", "Genk",
                                     "Ieper"};
static const char *const subjects[] = {"Te weinig begeleiders", "Valpartij",
                                       "Openingsuren niet nageleefd", "Hygiëne"};
static const char *const texts[] = {
    "Maandagochtend was er maar één begeleider voor veertien kinderen.",
    "Mijn dochter is gevallen en niemand heeft mij verwittigd.",
    "De opvang sloot drie keer vroeger zonder de ouders iets te laten weten.",
    "De verschoontafel was vuil en er lag speelgoed tussen de etensresten.",
};

#define PICK(list, number) sk_text((list)[(number) % SK_COUNT(list)])

static void say_course(struct klacht *klacht, unsigned number, int64_t arrived,
                       struct sk_arena *arena)
{
    klacht->statussen_count = 1 + number % 2;
    klacht->statussen =
        sk_arena_alloc_zeroed(arena, klacht->statussen_count * sizeof(struct status));
    for (size_t i = 0; i < klacht->statussen_count; i++) {
        struct status *status = &klacht->statussen[i];

        status->code = i == 0 ? SK_TEXT("ONTVANGEN") : SK_TEXT("IN_ONDERZOEK");
        status->has_sinds = true;
        status->sinds = arrived + (int64_t)i * 7200000;
    }
    klacht->termijnen_count = 1;
    klacht->termijnen = sk_arena_alloc_zeroed(arena, sizeof(struct termijn));
    klacht->termijnen->soort = SK_TEXT("AFHANDELING");
    klacht->termijnen->has_uiterlijk_op = true;
    klacht->termijnen->uiterlijk_op = (int32_t)(arrived / 86400000) + 45;
    klacht->categorieen_count = 1;
    klacht->categorieen = sk_arena_alloc_zeroed(arena, sizeof(struct categorie));
    klacht->categorieen->code = sk_arena_alloc_zeroed(arena, sizeof(struct code));
    klacht->categorieen->code->lijst = SK_TEXT("klaroen.categorie");
    klacht->categorieen->code->code = sk_arena_printf(arena, "C%02u", number % 30);
    klacht->categorieen->hoofd = true;
}

static void name_the_facility(struct klacht *klacht, unsigned number,
                              struct sk_arena *arena)
{
    struct genoemde_opvang *genoemd = sk_arena_alloc_zeroed(arena, sizeof(*genoemd));

    genoemd->naam = PICK(names, number);
    genoemd->straat = PICK(streets, number / 3);
    genoemd->huisnummer = sk_arena_printf(arena, "%u", 1 + number % 180);
    genoemd->postcode = sk_arena_printf(arena, "%u", 8000 + number % 1990);
    genoemd->gemeente = PICK(places, number / 2);
    if (number % 3 != 0)
        genoemd->dossiernummer = sk_arena_printf(arena, "%u", 10000 + number % 80000);
    if (number % 4 == 0)
        genoemd->telefoon = SK_TEXT("+3253001122");
    klacht->genoemd = genoemd;
    klacht->genoemd_count = 1;
}

static void name_the_complainant(struct klacht *klacht, unsigned number,
                                 struct sk_arena *arena)
{
    struct klager *klager = sk_arena_alloc_zeroed(arena, sizeof(*klager));

    klager->anoniem = number % 8 == 0;
    klacht->klager = klager;
    if (klager->anoniem)
        return;
    klager->naam = SK_TEXT("An Peeters");
    klager->email = sk_arena_printf(arena, "an.peeters%u@voorbeeld.be", number % 100);
}

void complaint_make(struct klacht *klacht, unsigned number, struct sk_arena *arena)
{
    int64_t arrived = 1795507200000 + (int64_t)number * 61234;

    klacht_init(klacht);
    klacht->klacht_id = sk_arena_printf(arena, "K-2026-%06u", number);
    klacht->versie = arrived + 12345;
    klacht->bron.systeem = SK_TEXT("Klaroen");
    klacht->bron.id = sk_arena_printf(arena, "%u", 700000 + number);
    klacht->bron.has_gewijzigd_op = true;
    klacht->bron.gewijzigd_op = arrived + 5000;
    klacht->toestand = KLACHT_TOESTAND_ACTIEF;
    klacht->regime = REGIME_OPVANG;
    klacht->has_ontvangen_op = klacht->has_geregistreerd_op = true;
    klacht->ontvangen_op = arrived;
    klacht->geregistreerd_op = arrived + 4000;
    klacht->has_feiten_van = number % 4 != 1;
    klacht->feiten_van = klacht->has_feiten_van ? (int32_t)(arrived / 86400000) - 2 : 0;
    klacht->taal = SK_TEXT("nl");
    klacht->gevaar = number % 20 == 0 ? GEVAAR_VERMOED : GEVAAR_NEE;
    klacht->dringend = number % 10 == 0;
    klacht->status = KLACHT_STATUS_IN_ONDERZOEK;
    klacht->onderwerp = PICK(subjects, number);
    klacht->tekst = PICK(texts, number / 2);
    klacht->vertrouwelijkheid = VERTROUWELIJKHEID_GEWOON;
    say_course(klacht, number, arrived, arena);
    name_the_facility(klacht, number, arena);
    name_the_complainant(klacht, number, arena);
}
