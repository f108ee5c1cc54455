/* SPDX-License-Identifier: Apache-2.0 */
#include "correlation/oordeel.h"

#include "base/clock.h"

/* A person's decision that is being carried out. */
struct act {
    const struct correlation *self;
    const struct koppeling_oordeel *oordeel;
    struct sk_emitter *out;
    struct sk_arena *arena;
    struct subject subject;
    bool has_subject;                 /* the subject may come later than the decision */
    const struct koppeling *previous; /* or NULL */
};

static bool is_done(const struct act *act)
{
    const struct koppeling *previous = act->previous;
    struct sk_text id = act->oordeel->oordeel_id;

    if (!previous)
        return false;
    if (sk_text_equal(previous->oordeel_id, id))
        return true;
    for (size_t i = 0; i < previous->vorige_count; i++) {
        if (sk_text_equal(previous->vorige[i].oordeel_id, id))
            return true;
    }
    return false;
}

static enum sk_verdict check_target(const struct act *act, const struct doel *doel,
                                    struct sk_error *err)
{
    const struct sk_match_register *reg = act->self->reg;
    bool known;

    switch (doel->niveau) {
    case NIVEAU_LOCATIE:
        known = sk_match_register_has(reg, SK_MATCH_LOCATIE, doel->id);
        break;
    case NIVEAU_ORGANISATOR:
        known = sk_match_register_has(reg, SK_MATCH_ORGANISATOR, doel->id);
        break;
    case NIVEAU_VOORZIENING:
    case NIVEAU_SUBSIDIEGROEP:
        known = sk_text_filled(doel->id);
        break;
    default:
        return sk_fail(
            err, SK_REJECT, "oordeel.target",
            "an address or an unknown level is no dossier: choose the location "
            "or the organiser");
    }
    if (known)
        return SK_OK;
    return sk_fail(err, SK_REJECT, "oordeel.target", "the register has no %s %.*s",
                   niveau_symbols[doel->niveau], SK_TEXT_ARG(doel->id));
}

/* What a person decides starts from what stood: input, model and danger are as they were.
 */
static struct koppeling start(const struct act *act, int32_t besluit)
{
    const struct koppeling_oordeel *oordeel = act->oordeel;
    struct koppeling next = {.besluit = besluit};

    if (act->has_subject)
        decision_match(act->self, &act->subject, act->arena, &next);
    next.besluit = besluit;
    next.soort = oordeel->onderwerp.soort;
    next.id = oordeel->onderwerp.id;
    next.besloten_door = BESLOTEN_DOOR_MENS;
    next.oordeel_id = oordeel->oordeel_id;
    next.steekproef = false;
    next.doelen_count = 0;
    next.redenen_count = 0;
    next.waarom_niet_dieper = (struct sk_text){0};
    next.p = 1000000;
    next.verwijzingen = oordeel->verwijzingen;
    next.verwijzingen_count = oordeel->verwijzingen_count;
    next.voorstellen_count = 0;
    if (oordeel->reden && sk_text_filled(oordeel->reden->code))
        decision_add_reason(&next, sk_arena_string(act->arena, oordeel->reden->code),
                            act->arena);
    if (oordeel->verkeerd_dossier)
        decision_add_reason(&next, "VERKEERD_DOSSIER", act->arena);
    return next;
}

/* Why the old item left its dossier. */
static const char *reason_of(const struct act *act, const char *fallback)
{
    const struct code *reden = act->oordeel->reden;

    if (act->oordeel->verkeerd_dossier)
        return "VERKEERD_DOSSIER";
    return reden && sk_text_filled(reden->code) ? sk_arena_string(act->arena, reden->code)
                                                : fallback;
}

static enum sk_verdict settle(const struct act *act, struct koppeling *next,
                              const char *reason, struct sk_error *err)
{
    return place_settle(act->self, act->out, act->has_subject ? &act->subject : NULL,
                        act->previous, next, reason, err);
}

/* The day on which an organiser's locations are looked up: that of the facts. */
static int32_t day_of(const struct act *act)
{
    return act->has_subject ? act->subject.message.day
                            : sk_brussels_date(sk_emitter_now_ms(act->out));
}

/* The chosen targets, each once, complete. */
static enum sk_verdict read_targets(const struct act *act, struct koppeling *next,
                                    struct sk_error *err)
{
    const struct koppeling_oordeel *oordeel = act->oordeel;

    next->doelen =
        sk_arena_alloc(act->arena, oordeel->doelen_count * sizeof *next->doelen);
    for (size_t i = 0; i < oordeel->doelen_count; i++) {
        struct doel doel = oordeel->doelen[i];
        bool known = false;

        SK_TRY(check_target(act, &doel, err));
        for (size_t k = 0; k < next->doelen_count; k++)
            known |= decision_same_targets(&next->doelen[k], 1, &doel, 1);
        if (known)
            continue;
        if (doel.rol == DOEL_ROL_ONBEKEND)
            doel.rol = next->doelen_count == 0 ? DOEL_ROL_HOOFD : DOEL_ROL_OOK_BETROKKEN;
        decision_name_locations(act->self, &doel, day_of(act), act->arena);
        next->doelen[next->doelen_count++] = doel;
    }
    return SK_OK;
}

static enum sk_verdict apply_link(const struct act *act, struct sk_error *err)
{
    struct koppeling next = start(act, KOPPELING_BESLUIT_AUTO);

    if (act->oordeel->doelen_count == 0)
        return sk_fail(err, SK_REJECT, "oordeel.action", "KOPPELEN names no target");
    SK_TRY(read_targets(act, &next, err));
    next.uitleg = sk_arena_printf(act->arena, "Gekoppeld aan %.*s door een medewerker.",
                                  SK_TEXT_ARG(next.doelen[0].id));
    return settle(act, &next, reason_of(act, "HERKOPPELD"), err);
}

static enum sk_verdict apply_none(const struct act *act, struct sk_error *err)
{
    struct koppeling next = start(act, KOPPELING_BESLUIT_GEEN);

    next.uitleg = SK_TEXT("Een medewerker besliste dat dit bij geen dossier hoort.");
    return settle(act, &next, reason_of(act, "GEEN_DOSSIER"), err);
}

/* Put off: it stays in the list of work, with a new time; danger is put off by as long as
 * it may wait. */
static enum sk_verdict apply_later(const struct act *act, struct sk_error *err)
{
    const struct koppeling *previous = act->previous;
    struct koppeling next;

    if (!previous || !decision_is_open(previous))
        return sk_fail(err, SK_REJECT, "oordeel.action",
                       "UITSTELLEN: nothing waits for a person here");
    next = *previous;
    next.oordeel_id = act->oordeel->oordeel_id;
    next.has_uiterlijk_op = true;
    next.uiterlijk_op = decision_due_ms(act->self, &next, sk_emitter_now_ms(act->out));
    decision_add_reason(&next, "UITGESTELD", act->arena);
    return settle(act, &next, "UITGESTELD", err);
}

/* The decision before the revoked one, or NULL. */
static const struct vorig_besluit *earlier(const struct act *act)
{
    for (size_t i = 0; i < act->previous->vorige_count; i++) {
        const struct vorig_besluit *entry = &act->previous->vorige[i];

        if (!sk_text_equal(entry->oordeel_id, act->oordeel->herroept))
            return entry;
    }
    return NULL;
}

/* Did a person take it? Decisions of before this was kept say it by their targets. */
static bool is_human(const struct vorig_besluit *entry)
{
    return entry->besloten_door == BESLOTEN_DOOR_MENS ||
           (entry->besloten_door == BESLOTEN_DOOR_ONBEKEND && entry->doelen_count &&
            sk_text_filled(entry->oordeel_id));
}

static void stand_again(const struct vorig_besluit *entry, struct koppeling *next)
{
    next->doelen = entry->doelen;
    next->doelen_count = entry->doelen_count;
    next->redenen = entry->redenen;
    next->redenen_count = entry->redenen_count;
}

/* As the machine or the source decides it, with what it may be a double of. */
static enum sk_verdict fresh(const struct act *act, struct koppeling *next,
                             struct sk_error *err)
{
    place_fresh(act->self, &act->subject, act->arena, next);
    return twins_propose(&act->self->twins, &act->subject, twins_since_ms(act->previous),
                         act->out, next, err);
}

/* Undo: what a person had decided before stands again; else it is decided anew. */
static enum sk_verdict apply_revoke(const struct act *act, struct sk_error *err)
{
    const struct koppeling *previous = act->previous;
    struct koppeling next;

    if (!previous || !sk_text_equal(previous->oordeel_id, act->oordeel->herroept))
        return sk_fail(err, SK_REJECT, "oordeel.action",
                       "HERROEPEN: %.*s is not the decision that stands",
                       SK_TEXT_ARG(act->oordeel->herroept));
    const struct vorig_besluit *entry = earlier(act);
    bool human = entry && is_human(entry);

    next = start(act, human ? entry->besluit : KOPPELING_BESLUIT_BEOORDELEN);
    if (human)
        stand_again(entry, &next);
    else if (act->has_subject)
        SK_TRY(fresh(act, &next, err));
    else
        next.besloten_door = BESLOTEN_DOOR_MACHINE;
    if (entry && entry->has_uiterlijk_op && decision_is_open(&next)) {
        next.has_uiterlijk_op = true; /* a postponement is undone too */
        next.uiterlijk_op = entry->uiterlijk_op;
    }
    next.oordeel_id = act->oordeel->oordeel_id;
    decision_add_reason(&next, "OORDEEL_HERROEPEN", act->arena);
    if (human || !sk_text_filled(next.uitleg))
        next.uitleg = SK_TEXT("Een medewerker herriep de vorige beslissing.");
    return settle(act, &next, reason_of(act, "OORDEEL_HERROEPEN"), err);
}

/* Another version stands than was seen: nothing is carried out, and what stands is shown
 * again with the reason. */
static enum sk_verdict show_again(const struct act *act, struct sk_error *err)
{
    struct koppeling next = *act->previous;

    if (decision_has_reason(&next, "OORDEEL_VEROUDERD"))
        return SK_OK;
    decision_add_reason(&next, "OORDEEL_VEROUDERD", act->arena);
    return settle(act, &next, "OORDEEL_VEROUDERD", err);
}

static enum sk_verdict carry_out(const struct act *act, struct sk_error *err)
{
    switch (act->oordeel->handeling) {
    case OORDEEL_HANDELING_KOPPELEN:
        return apply_link(act, err);
    case OORDEEL_HANDELING_GEEN:
        return apply_none(act, err);
    case OORDEEL_HANDELING_UITSTELLEN:
        return apply_later(act, err);
    case OORDEEL_HANDELING_HERROEPEN:
        return apply_revoke(act, err);
    default:
        return sk_fail(err, SK_REJECT, "oordeel.action",
                       "an action that is not known here");
    }
}

enum sk_verdict oordeel_apply(const struct correlation *self,
                              const struct koppeling_oordeel *oordeel,
                              struct sk_emitter *out, struct sk_error *err)
{
    const struct onderwerp *onderwerp = &oordeel->onderwerp;
    struct act act = {
        .self = self, .oordeel = oordeel, .out = out, .arena = sk_emitter_arena(out)};
    const void *previous = NULL;

    if (!subject_type(onderwerp->soort))
        return sk_fail(err, SK_REJECT, "oordeel.subject",
                       "\"%.*s\" is no kind of subject that is linked here",
                       SK_TEXT_ARG(onderwerp->soort));
    SK_TRY(sk_latest(out, &sk_koppeling,
                     subject_key(onderwerp->soort, onderwerp->id, act.arena), &previous,
                     err));
    act.previous = previous;
    SK_TRY(place_find(onderwerp->soort, onderwerp->id, out, &act.subject,
                      &act.has_subject, err));
    if (is_done(&act))
        return SK_OK;
    if (oordeel->gezien_versie && act.previous &&
        act.previous->versie != oordeel->gezien_versie)
        return show_again(&act, err);
    return carry_out(&act, err);
}
