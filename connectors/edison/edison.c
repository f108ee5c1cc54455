/* SPDX-License-Identifier: Apache-2.0 */
/*
 * edison - the register of childcare locations and organisers, and its dossiers.
 *
 * In: locations, organisers and decisions of klantenbeheerders. Out: dossier items. The
 * README is the contract for the team of Edison; each member in it is a field of the
 * event.
 */
#include "edison/edison.h"

#include "events/dossier_stuk.h"
#include "events/koppeling_oordeel.h"
#include "events/opvang_locatie.h"
#include "events/opvang_organisator.h"
#include "intake/oordeel.h"

extern const struct sk_connector edison;

static const struct sk_option options[] = {
    SK_STRING(struct edison, system, .name = "systeem", .fallback = "Edison",
              .help = "name of the source in bron.systeem: Edison or Hudson"),
    SK_STRING(struct edison, pattern_text, .name = "dossiernummer.patroon",
              .fallback = SK_DOSSIER_NUMBER_PATTERN,
              .help = "POSIX extended expression for a whole dossier number"),
    SK_CHOICE(struct edison, enterprise, .name = "onderneming", .fallback = "kbo",
              .choices = SK_ENTERPRISE_CHOICES,
              .help = "scheme of enterprise and establishment numbers"),
    SK_CHOICE(struct edison, history, .name = "historiek", .fallback = "bron",
              .choices = "bron|schakel",
              .help = "who keeps the dated history: the source sends it whole, or sends "
                      "today's state and Schakel dates the changes"),
    SK_END_OF_OPTIONS,
};

static enum sk_verdict oordeel_translate(const void *state,
                                         const struct sk_translation *job,
                                         struct sk_error *err)
{
    const struct edison *self = state;
    const struct sk_oordeel_source source = {.system = self->system,
                                             .via = "EDISON",
                                             .dossier_pattern = &self->dossier_pattern};

    return sk_oordeel_translate(&source, job, err);
}

static const struct sk_source sources[] = {
    {"locaties", &sk_opvang_locatie, edison_locatie_translate},
    {"organisatoren", &sk_opvang_organisator, edison_organisator_translate},
    {"oordelen", &sk_koppeling_oordeel, oordeel_translate},
    {0},
};

/* Everything that the timeline and the overviews of a dossier show. Never the
 * complainant: the event does not hold him. */
static const char *const stuk_fields[] = {
    "stuk_id",    "versie",         "onderwerp",      "doel",
    "toestand",   "dossiernummers", "toestand_reden", "verplaatst_naar",
    "zaak_id",    "soort",          "datum",          "ontvangen_op",
    "gekend_op",  "titel",          "samenvatting",   "status",
    "statussen",  "categorieen",    "ernst",          "uitkomst",
    "termijnen",  "bestemd_voor",   "gevaar",         "vertrouwelijkheid",
    "documenten", "verwijzingen",   "koppeling",      NULL};

static const struct sk_sink sinks[] = {
    {.name = "stukken",
     .event = &sk_dossier_stuk,
     .fields = stuk_fields,
     .purpose = "opvolging van het dossier van een opvanglocatie of organisator door de "
                "klantenbeheerder (toezicht, decreet van 20 april 2012)"},
    {0},
};

static enum sk_verdict edison_open(void *state, struct sk_error *err)
{
    struct edison *self = state;

    SK_TRY(sk_dossier_pattern_init(&self->dossier_pattern, self->pattern_text, err));
    self->pattern_ready = true;
    return SK_OK;
}

static void edison_close(void *state)
{
    struct edison *self = state;

    if (self->pattern_ready)
        regfree(&self->dossier_pattern);
}

const struct sk_connector edison = {
    .name = "edison",
    .summary = "register and dossiers of Edison/Hudson",
    .state_size = sizeof(struct edison),
    .options = options,
    .sources = sources,
    .sinks = sinks,
    .open = edison_open,
    .close = edison_close,
};
