/* SPDX-License-Identifier: Apache-2.0 */
/*
 * klaroen - the complaints, and what their handlers need to know of the register.
 *
 * In: complaints and decisions of handlers. Out: locations and organisers as
 * identification data, so that a complaint can be linked while it is written down, and
 * where each complaint landed. The README is the contract for the team of Klaroen.
 */
#include "klaroen/klaroen.h"

#include "events/klacht.h"
#include "events/koppeling.h"
#include "events/koppeling_oordeel.h"
#include "events/opvang_locatie.h"
#include "events/opvang_organisator.h"
#include "intake/oordeel.h"

extern const struct sk_connector klaroen;

static const struct sk_option options[] = {
    SK_STRING(struct klaroen, system, .name = "systeem", .fallback = "Klaroen",
              .help = "name of the source in bron.systeem"),
    SK_STRING(struct klaroen, pattern_text, .name = "dossiernummer.patroon",
              .fallback = SK_DOSSIER_NUMBER_PATTERN,
              .help = "POSIX extended expression for a whole dossier number"),
    SK_CHOICE(struct klaroen, enterprise, .name = "onderneming", .fallback = "kbo",
              .choices = SK_ENTERPRISE_CHOICES,
              .help = "scheme of enterprise and establishment numbers"),
    SK_END_OF_OPTIONS,
};

static enum sk_verdict oordeel_translate(const void *state,
                                         const struct sk_translation *job,
                                         struct sk_error *err)
{
    const struct klaroen *self = state;
    const struct sk_oordeel_source source = {.system = self->system,
                                             .via = "KLAROEN",
                                             .dossier_pattern = &self->dossier_pattern};

    return sk_oordeel_translate(&source, job, err);
}

static const struct sk_source sources[] = {
    {"klachten", &sk_klacht, klaroen_klacht_translate},
    {"oordelen", &sk_koppeling_oordeel, oordeel_translate},
    {0},
};

/* Identification only: no places, no persons in charge, no klantenbeheer. */
static const char *const locatie_fields[] = {
    "dossiernummer",    "versie",     "toestand",          "geopend_op",
    "gesloten_op",      "opvolgers",  "voorgangers",       "voorziening_id",
    "subsidiegroep_id", "namen",      "organisatoren",     "adressen",
    "contacten",        "opvangvorm", "vestigingsnummers", "doelgroep",
    "privewoning",      NULL};

static const char *const organisator_fields[] = {"organisator_id",
                                                 "versie",
                                                 "ondernemingsnummers",
                                                 "toestand",
                                                 "opvolgers",
                                                 "namen",
                                                 "voorgangers",
                                                 "rechtsvorm",
                                                 "adressen",
                                                 "contacten",
                                                 "natuurlijk_persoon",
                                                 "subsidiegroepen",
                                                 NULL};

static const char *const koppeling_fields[] = {"soort",
                                               "id",
                                               "versie",
                                               "onderwerp_versie",
                                               "besluit",
                                               "besloten_door",
                                               "besloten_op",
                                               "oordeel_id",
                                               "doelen",
                                               "kandidaten",
                                               "redenen",
                                               "p",
                                               "p_geen",
                                               "uitleg",
                                               "gevaar",
                                               "uiterlijk_op",
                                               "waarom_niet_dieper",
                                               NULL};

/* Only complaints are Klaroen's; their id there is the complaint's own. */
static enum sk_verdict koppeling_render(const void *, const struct sk_event *event,
                                        struct sk_output *output, struct sk_error *)
{
    static const struct sk_event_view view = {.fields = koppeling_fields};
    struct sk_text id = event->key;

    output->skip = !sk_text_is(sk_text_split(&id, '/'), "klacht");
    output->id = id;
    if (!output->skip && event->value)
        output->body = sk_event_to_json(event->type, event->value, &view);
    return SK_OK;
}

static const struct sk_sink sinks[] = {
    {.name = "locaties",
     .event = &sk_opvang_locatie,
     .fields = locatie_fields,
     .purpose = "de opvanglocatie herkennen en kiezen bij het invoeren van een klacht"},
    {.name = "organisatoren",
     .event = &sk_opvang_organisator,
     .fields = organisator_fields,
     .purpose = "de organisator herkennen en kiezen bij het invoeren van een klacht"},
    {.name = "koppelingen",
     .event = &sk_koppeling,
     .fields = koppeling_fields,
     .purpose = "de behandelaar tonen in welk dossier de klacht terechtkwam, of waaruit "
                "hij moet kiezen",
     .render = koppeling_render},
    {0},
};

static enum sk_verdict klaroen_open(void *state, struct sk_error *err)
{
    struct klaroen *self = state;

    SK_TRY(sk_dossier_pattern_init(&self->dossier_pattern, self->pattern_text, err));
    self->pattern_ready = true;
    return SK_OK;
}

static void klaroen_close(void *state)
{
    struct klaroen *self = state;

    if (self->pattern_ready)
        regfree(&self->dossier_pattern);
}

const struct sk_connector klaroen = {
    .name = "klaroen",
    .summary = "complaints of Klaroen, and where they landed",
    .state_size = sizeof(struct klaroen),
    .options = options,
    .sources = sources,
    .sinks = sinks,
    .open = klaroen_open,
    .close = klaroen_close,
};
