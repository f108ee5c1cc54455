/* SPDX-License-Identifier: Apache-2.0 */
/*
 * permits - the example of core/runtime/README.md, whole: a location event for every new
 * entry of a permit register. The register serves entries in order; the adapter keeps
 * the position, so this file is only names and translation.
 */
#include "events/opvang_locatie.h"
#include "runtime/connector.h"

/* An entry: {"nummer": "V-2024-1", "houder": "Acme"} */
static enum sk_verdict
vergunning_translate(const void *, const struct sk_translation *job, struct sk_error *err)
{
    const struct sk_value *entry = job->record->json;
    struct opvang_locatie locatie;
    struct sk_text nummer, houder;
    struct naam naam;

    SK_TRY(sk_value_require_text(entry, "nummer", &nummer, err));
    SK_TRY(sk_value_require_text(entry, "houder", &houder, err));
    naam_init(&naam);
    naam.naam = houder;
    opvang_locatie_init(&locatie);
    locatie.dossiernummer = nummer;
    locatie.namen = &naam;
    locatie.namen_count = 1;
    return sk_emit(job->out, &sk_opvang_locatie, &locatie, err);
}

static const struct sk_source sources[] = {
    {.name = "vergunningen",
     .event = &sk_opvang_locatie,
     .translate = vergunning_translate},
    {0},
};

static const struct sk_connector permits = {
    .name = "permits",
    .summary = "permit register to location events",
    .sources = sources,
};

int main(int argc, char **argv)
{
    return sk_main(&permits, argc, argv);
}
