/* SPDX-License-Identifier: Apache-2.0 */
/* The sentence: what was decided, on which kinds of evidence, and what stood in the way.
 */
#include "match/explain.h"

#include "base/buffer.h"
#include "base/compiler.h"

static const char *const level_words[SK_MATCH_LEVELS] = {
    [SK_LEVEL_LOCATIE] = "locatie",
    [SK_LEVEL_VOORZIENING] = "voorziening",
    [SK_LEVEL_SUBSIDIEGROEP] = "subsidiegroep",
    [SK_LEVEL_ADRES] = "adres",
    [SK_LEVEL_ORGANISATOR] = "organisator",
};

static const struct {
    const char *reason, *words;
} reason_words[] = {
    {"NUMMER_TEGENSTRIJDIG", "het dossiernummer strookt niet met de andere gegevens"},
    {"NUMMER_ONBEKEND", "het genoemde dossiernummer bestaat niet in het register"},
    {"GELIJKE_KANDIDATEN", "meer dan één locatie past even goed"},
    {"TWEE_GENOEMD", "er wordt meer dan één opvang genoemd"},
    {"TE_VEEL_GENOEMD", "er worden meer opvangplaatsen genoemd dan gelezen zijn"},
    {"TE_WEINIG_BEWIJS", "er is te weinig bewijs voor één locatie"},
    {"GEEN_OPVANG_GENOEMD", "er wordt geen opvang herkenbaar genoemd"},
    {"NIET_IN_REGISTER", "de genoemde opvang lijkt op geen enkele in het register"},
    {"GESLOTEN_OP_DATUM", "de locatie was op die datum gesloten"},
    {"NOG_NIET_OPEN", "de locatie was op die datum nog niet open"},
    {"OPVOLGER_MOGELIJK", "een andere opvang kan haar voortzetten"},
    {"ADRES_MEER_ORGANISATOREN",
     "op het adres staan locaties van verschillende organisatoren"},
    {"ONDERNEMINGSNUMMER_ANDERS", "het ondernemingsnummer is van een andere organisator"},
    {"VESTIGINGSNUMMER_ANDERS", "het vestigingsnummer is van een andere locatie"},
    {"CONTACT_ANDERS", "telefoon of e-mailadres is van een andere opvang"},
    {"NAAM_ANDERS", "de naam is anders"},
    {"GEMEENTE_ANDERS", "de gemeente is anders"},
    {"ADRES_ANDERS", "het adres is anders"},
    {"OPVANGVORM_ANDERS", "de opvangvorm is anders"},
    {"ORGANISATOR_ANDERS", "de organisator is anders"},
};

/* The kinds of evidence for the first candidate: "naam, adres en telefoon". */
static void append_evidence(struct sk_buffer *out,
                            const struct sk_match_decision *decision)
{
    const char *features[8];
    size_t count = 0;

    for (size_t i = 0; i < decision->bewijs_count && count < SK_COUNT(features); i++) {
        const struct sk_match_evidence *evidence = &decision->bewijs[i];

        if (evidence->bits > 0 &&
            sk_text_equal(evidence->location, decision->bewijs[0].location))
            features[count++] = evidence->feature;
    }
    for (size_t i = 0; i < count; i++)
        sk_buffer_printf(out, "%s%s",
                         i == 0           ? ""
                         : i + 1 == count ? " en "
                                          : ", ",
                         features[i]);
    if (count)
        sk_buffer_printf(out, count > 1 ? " komen overeen" : " komt overeen");
}

static void append_reasons(struct sk_buffer *out,
                           const struct sk_match_decision *decision)
{
    const char *between = ": ";

    for (size_t i = 0; i < decision->reden_count; i++) {
        for (size_t k = 0; k < SK_COUNT(reason_words); k++) {
            if (strcmp(reason_words[k].reason, decision->redenen[i]) != 0)
                continue;
            sk_buffer_printf(out, "%s%s", between, reason_words[k].words);
            between = "; ";
        }
    }
}

struct sk_text sk_match_explain(const struct sk_match_decision *decision,
                                struct sk_arena *arena)
{
    struct sk_buffer out = {0};

    switch (decision->besluit) {
    case SK_BESLUIT_AUTO:
        sk_buffer_printf(
            &out, "Gekoppeld aan %s %.*s: ", level_words[decision->doelen[0].level],
            SK_TEXT_ARG(decision->doelen[0].id));
        append_evidence(&out, decision);
        break;
    case SK_BESLUIT_BEOORDELEN:
        sk_buffer_printf(&out, "Te beoordelen");
        append_reasons(&out, decision);
        break;
    case SK_BESLUIT_GEEN:
        sk_buffer_printf(&out, "Niet gekoppeld");
        append_reasons(&out, decision);
        break;
    }
    if (decision->besluit == SK_BESLUIT_AUTO && decision->doel_count > 1)
        sk_buffer_printf(&out, "; er is meer dan één opvang genoemd");
    sk_buffer_printf(&out, ".");
    struct sk_text sentence = sk_arena_text(arena, sk_buffer_text(&out));

    sk_buffer_fini(&out);
    return sentence;
}
