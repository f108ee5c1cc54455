/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Items follow the standing decision: what is linked is written, what was linked and is
 * no more is emptied, in the same unit of work, so that no dossier ever shows both or
 * none.
 */
#include "correlation/stuk.h"

#include "base/clock.h"
#include "correlation/decision.h"
#include "events/opvang_locatie.h"
#include "events/opvang_organisator.h"

static struct sk_text stuk_id(struct sk_text soort, struct sk_text id,
                              const struct doel *doel, struct sk_arena *arena)
{
    return sk_arena_printf(arena, "%.*s/%.*s/%s/%.*s", SK_TEXT_ARG(soort),
                           SK_TEXT_ARG(id), niveau_symbols[doel->niveau],
                           SK_TEXT_ARG(doel->id));
}

/* Who manages the client today gets to see it. */
static void add_managers(struct dossier_stuk *stuk, const struct behandelaar *managers,
                         size_t count, struct sk_emitter *out)
{
    int32_t today = sk_brussels_date(sk_emitter_now_ms(out));

    stuk->bestemd_voor =
        sk_arena_alloc_zeroed(sk_emitter_arena(out), count * sizeof *stuk->bestemd_voor);
    for (size_t i = 0; i < count; i++) {
        const struct behandelaar *manager = &managers[i];

        if ((manager->has_van && manager->van > today) ||
            (manager->has_tot && manager->tot <= today))
            continue;
        stuk->bestemd_voor[stuk->bestemd_voor_count++] = (struct bestemming){
            .team = manager->team,
            .rol = manager->rol,
            .gebruiker_id = manager->gebruiker_id,
            .reden = SK_TEXT("KLANTENBEHEER"),
        };
    }
}

static enum sk_verdict address_to(struct sk_emitter *out, struct dossier_stuk *stuk,
                                  struct sk_error *err)
{
    const void *event = NULL;

    if (stuk->doel.niveau == NIVEAU_LOCATIE) {
        SK_TRY(sk_latest(out, &sk_opvang_locatie, stuk->doel.id, &event, err));
        const struct opvang_locatie *location = event;

        if (location)
            add_managers(stuk, location->klantenbeheer, location->klantenbeheer_count,
                         out);
    } else if (stuk->doel.niveau == NIVEAU_ORGANISATOR) {
        SK_TRY(sk_latest(out, &sk_opvang_organisator, stuk->doel.id, &event, err));
        const struct opvang_organisator *organiser = event;

        if (organiser)
            add_managers(stuk, organiser->klantenbeheer, organiser->klantenbeheer_count,
                         out);
    }
    return SK_OK;
}

/* The relations that a person made, after those of the source. */
static void add_links(struct dossier_stuk *stuk, const struct koppeling *standing,
                      struct sk_arena *arena)
{
    size_t own = stuk->verwijzingen_count, more = standing->verwijzingen_count;
    struct verwijzing *links;

    if (!more)
        return;
    links = sk_arena_alloc(arena, (own + more) * sizeof *links);
    if (own)
        memcpy(links, stuk->verwijzingen, own * sizeof *links);
    memcpy(links + own, standing->verwijzingen, more * sizeof *links);
    stuk->verwijzingen = links;
    stuk->verwijzingen_count = own + more;
}

static enum sk_verdict write_one(struct sk_emitter *out, const struct subject *subject,
                                 const struct koppeling *standing,
                                 const struct doel *doel, struct sk_error *err)
{
    struct sk_arena *arena = sk_emitter_arena(out);
    struct stuk_koppeling link = {
        .versie = standing->versie,
        .besloten_door = standing->besloten_door,
        .p = standing->p,
        .uitleg = standing->uitleg,
    };
    struct dossier_stuk stuk = {
        .stuk_id = stuk_id(subject->soort, subject->id, doel, arena),
        .onderwerp = {subject->soort, subject->id},
        .doel = *doel,
        .dossiernummers = doel->dossiernummers,
        .dossiernummers_count = doel->dossiernummers_count,
        .toestand = STUK_TOESTAND_ACTIEF,
        .has_gekend_op = true,
        .gekend_op = sk_emitter_now_ms(out),
        .koppeling = &link,
    };
    const void *known = NULL;

    stuk.bron = (struct bron){.systeem = SK_TEXT("Schakel"), .id = stuk.stuk_id};
    SK_TRY(sk_latest(out, &sk_dossier_stuk, stuk.stuk_id, &known, err));
    if (known && ((const struct dossier_stuk *)known)->has_gekend_op)
        stuk.gekend_op = ((const struct dossier_stuk *)known)->gekend_op;
    stuk_content(&stuk, subject, arena);
    add_links(&stuk, standing, arena);
    SK_TRY(address_to(out, &stuk, err));
    return sk_emit(out, &sk_dossier_stuk, &stuk, err);
}

enum sk_verdict stuk_write(struct sk_emitter *out, const struct subject *subject,
                           const struct koppeling *standing, struct sk_error *err)
{
    for (size_t i = 0; i < standing->doelen_count; i++)
        SK_TRY(write_one(out, subject, standing, &standing->doelen[i], err));
    return SK_OK;
}

static bool has_target(const struct koppeling *decision, const struct doel *doel)
{
    for (size_t i = 0; i < decision->doelen_count; i++) {
        if (decision_same_targets(&decision->doelen[i], 1, doel, 1))
            return true;
    }
    return false;
}

static enum sk_verdict empty_one(struct sk_emitter *out, const struct koppeling *next,
                                 const struct doel *doel, const char *reason,
                                 struct sk_error *err)
{
    struct sk_arena *arena = sk_emitter_arena(out);
    struct sk_text id = stuk_id(next->soort, next->id, doel, arena);
    const void *known = NULL;

    SK_TRY(sk_latest(out, &sk_dossier_stuk, id, &known, err));
    const struct dossier_stuk *old = known;

    if (!old)
        return SK_OK;
    struct dossier_stuk stuk = {
        .stuk_id = id,
        .bron = old->bron,
        .onderwerp = old->onderwerp,
        .doel = old->doel,
        .dossiernummers = old->dossiernummers,
        .dossiernummers_count = old->dossiernummers_count,
        .toestand = STUK_TOESTAND_VERPLAATST,
        .toestand_reden = sk_text(reason),
        .soort = old->soort,
        .has_datum = old->has_datum,
        .datum = old->datum,
        .has_ontvangen_op = old->has_ontvangen_op,
        .ontvangen_op = old->ontvangen_op,
        .has_gekend_op = old->has_gekend_op,
        .gekend_op = old->gekend_op,
    };

    if (next->doelen_count)
        stuk.verplaatst_naar = stuk_id(next->soort, next->id, &next->doelen[0], arena);
    return sk_emit(out, &sk_dossier_stuk, &stuk, err);
}

enum sk_verdict stuk_move(struct sk_emitter *out, const struct koppeling *previous,
                          const struct koppeling *next, const char *reason,
                          struct sk_error *err)
{
    for (size_t i = 0; i < previous->doelen_count; i++) {
        if (!has_target(next, &previous->doelen[i]))
            SK_TRY(empty_one(out, next, &previous->doelen[i], reason, err));
    }
    return SK_OK;
}

static enum sk_verdict erase_targets(struct sk_emitter *out,
                                     const struct koppeling *decision,
                                     const struct doel *doelen, size_t count,
                                     struct sk_error *err)
{
    for (size_t i = 0; i < count; i++) {
        struct sk_text id =
            stuk_id(decision->soort, decision->id, &doelen[i], sk_emitter_arena(out));

        SK_TRY(sk_emit_erased(out, &sk_dossier_stuk, id, err));
    }
    return SK_OK;
}

enum sk_verdict stuk_erase(struct sk_emitter *out, const struct koppeling *decision,
                           struct sk_error *err)
{
    SK_TRY(erase_targets(out, decision, decision->doelen, decision->doelen_count, err));
    for (size_t i = 0; i < decision->vorige_count; i++)
        SK_TRY(erase_targets(out, decision, decision->vorige[i].doelen,
                             decision->vorige[i].doelen_count, err));
    return SK_OK;
}
