/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence in words. The matcher names a feature and a level ("naam: gelijk"); here the
 * feature becomes a subject and the level what is said of it. What the matcher may name
 * tomorrow is shown as it is, so that nothing is hidden.
 */
#include "correlation/sentence.h"

#include "base/compiler.h"

static const struct {
    const char *feature, *subject;
} subjects[] = {
    {"dossiernummer", "het dossiernummer"},
    {"vestigingsnummer", "het vestigingsnummer"},
    {"ondernemingsnummer", "het ondernemingsnummer"},
    {"organisator", "de organisator"},
    {"naam", "de naam"},
    {"telefoon", "het telefoonnummer"},
    {"e-mail", "het e-mailadres"},
    {"website", "de website"},
    {"contact", "telefoonnummer of e-mailadres"},
    {"adres", "het adres"},
    {"vroeger adres", "het vroegere adres"},
    {"gemeente", "de gemeente"},
    {"vroegere gemeente", "de vroegere gemeente"},
    {"verantwoordelijke", "de verantwoordelijke"},
    {"opvangvorm", "de opvangvorm"},
};

static const struct {
    const char *level, *said;
} predicates[] = {
    {"gelijk", "is gelijk"},
    {"vroeger", "is dat van een vroegere organisator"},
    {"vroegere naam", "is gelijk aan een vroegere naam"},
    {"op een schrijffout na gelijk", "is op een schrijffout na gelijk"},
    {"deel", "komt gedeeltelijk overeen"},
    {"gelijkend", "lijkt erop"},
    {"in de tekst", "staat in de tekst"},
    {"op een schrijffout na in de tekst", "staat op een schrijffout na in de tekst"},
    {"woord in de tekst", "komt met één woord in de tekst voor"},
    {"organisator", "is die van de organisator"},
    {"past", "past"},
    {"van de organisator", "is dat van de organisator"},
    {"daar woont de afzender", "is die waar de afzender woont"},
    {"onbekend", "is niet herkend"},
    {"anders", "is anders"},
    {"andere straat", "ligt in een andere straat"},
    {"ander huisnummer", "heeft een ander huisnummer"},
    {"straat gelijk", "ligt in dezelfde straat"},
    {"andere genoemd", "is anders dan genoemd"},
};

/* Those that a subject and a predicate do not make good Dutch of. */
static const struct {
    const char *kenmerk, *sentence;
} whole[] = {
    {"tijd: niet open", "de locatie was op die datum niet open"},
    {"contact: anders", "telefoonnummer of e-mailadres is van een andere opvang"},
    {"dossiernummer: anders", "het genoemde dossiernummer is een ander"},
    {"vestigingsnummer: anders", "het genoemde vestigingsnummer is een ander"},
    {"ondernemingsnummer: gelijk", "het ondernemingsnummer is dat van de organisator"},
    {"ondernemingsnummer: anders",
     "het ondernemingsnummer is van een andere organisator"},
};

static const char *subject_of(struct sk_text feature)
{
    for (size_t i = 0; i < SK_COUNT(subjects); i++) {
        if (sk_text_is(feature, subjects[i].feature))
            return subjects[i].subject;
    }
    return NULL;
}

static const char *predicate_of(struct sk_text level)
{
    for (size_t i = 0; i < SK_COUNT(predicates); i++) {
        if (sk_text_is(level, predicates[i].level))
            return predicates[i].said;
    }
    return NULL;
}

struct sk_text sentence_of(const struct bewijs *evidence, struct sk_arena *arena)
{
    struct sk_text level = evidence->kenmerk;
    struct sk_text feature = sk_text_split(&level, ':');
    const char *subject = subject_of(feature);
    const char *said = predicate_of(sk_text_trim(level));

    for (size_t i = 0; i < SK_COUNT(whole); i++) {
        if (sk_text_is(evidence->kenmerk, whole[i].kenmerk))
            return sk_text(whole[i].sentence);
    }
    if (!subject || !said)
        return evidence->kenmerk;
    return sk_arena_printf(arena, "%s %s", subject, said);
}

struct sk_text sentence_decision(int32_t besluit, int32_t door, const struct doel *doelen,
                                 size_t count, struct sk_arena *arena)
{
    const char *who = door == BESLOTEN_DOOR_MENS   ? "door een medewerker"
                      : door == BESLOTEN_DOOR_BRON ? "in de bron"
                                                   : "door de machine";

    if (count && besluit == KOPPELING_BESLUIT_AUTO)
        return sk_arena_printf(arena, "gekoppeld aan %.*s %s", SK_TEXT_ARG(doelen[0].id),
                               who);
    if (besluit == KOPPELING_BESLUIT_GEEN)
        return sk_arena_printf(arena, "bij geen dossier gezet %s", who);
    return sk_arena_printf(arena, "te beoordelen");
}
