/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who decided last decides what may change it: a person's word is changed by a person,
 * the source's by the source, a machine's link by nobody until a person has looked; only
 * what waits is decided anew.
 */
#include "correlation/place.h"

#include "correlation/stuk.h"
#include "events/koppeling_oordeel.h"

void place_fresh(const struct correlation *self, const struct subject *subject,
                 struct sk_arena *arena, struct koppeling *ret_next)
{
    if (subject->assignment)
        decision_assigned(self, subject, arena, ret_next);
    else
        decision_match(self, subject, arena, ret_next);
}

/* A staff member of the source assigned after the decision was taken. */
static bool is_assigned_since(const struct subject *subject,
                              const struct koppeling *previous)
{
    return subject->assignment && subject->assignment->has_op &&
           subject->assignment->op > previous->besloten_op;
}

/* The source's word, or where it cannot be followed: what stands, for a person to look
 * at. An assignment to a place that the register does not know must not empty a dossier.
 */
static void follow_assignment(const struct correlation *self,
                              const struct subject *subject,
                              const struct koppeling *previous, struct sk_arena *arena,
                              struct koppeling *next)
{
    if (decision_assigned(self, subject, arena, next))
        return;
    next->doelen = previous->doelen;
    next->doelen_count = previous->doelen_count;
}

/* A machine's link meets a changed subject. The link stays; when the subject now points
 * elsewhere or nowhere, a person is asked whether it should. */
static void review_link(const struct correlation *self, const struct subject *subject,
                        const struct koppeling *previous, struct sk_arena *arena,
                        struct koppeling *next)
{
    bool agrees;

    decision_match(self, subject, arena, next);
    agrees = next->besluit == KOPPELING_BESLUIT_AUTO &&
             decision_same_targets(next->doelen, next->doelen_count, previous->doelen,
                                   previous->doelen_count);
    if (agrees)
        return;
    next->besluit = KOPPELING_BESLUIT_BEOORDELEN;
    next->doelen = previous->doelen;
    next->doelen_count = previous->doelen_count;
    next->steekproef = false;
    next->uitleg =
        SK_TEXT("Te beoordelen: de gegevens zijn gewijzigd en wijzen niet meer "
                "eenduidig naar waar het gekoppeld staat.");
    decision_add_reason(next, "IDENTIFICATIE_GEWIJZIGD", arena);
}

/* An open item is decided anew; that a person put it off, or said "none" before there was
 * danger, is not forgotten. */
static void review_open(const struct correlation *self, const struct subject *subject,
                        const struct koppeling *previous, struct sk_arena *arena,
                        struct koppeling *next)
{
    place_fresh(self, subject, arena, next);
    if (decision_has_reason(previous, "GEVAAR_GEWIJZIGD") &&
        next->besloten_door == BESLOTEN_DOOR_MACHINE) {
        next->besluit = KOPPELING_BESLUIT_BEOORDELEN;
        next->doelen_count = 0;
        next->steekproef = false;
        decision_add_reason(next, "GEVAAR_GEWIJZIGD", arena);
    }
    if (!decision_is_open(next) || !decision_has_reason(previous, "UITGESTELD"))
        return;
    next->oordeel_id = previous->oordeel_id;
    decision_add_reason(next, "UITGESTELD", arena);
}

/* What stands stays, with the danger of now. When a person had said "none" and danger
 * comes, somebody must look again. */
static void follow_danger(const struct subject *subject, const struct koppeling *previous,
                          struct sk_arena *arena, struct koppeling *next)
{
    *next = *previous;
    next->gevaar = subject->gevaar;
    next->onderwerp_versie = subject->versie;
    next->has_uiterlijk_op = false; /* it depends on the danger: set anew */
    if (previous->besluit != KOPPELING_BESLUIT_GEEN || decision_is_dangerous(previous) ||
        !decision_is_dangerous(next))
        return;
    next->besluit = KOPPELING_BESLUIT_BEOORDELEN;
    next->besloten_door = BESLOTEN_DOOR_MACHINE;
    next->oordeel_id = (struct sk_text){0};
    next->uitleg = SK_TEXT("Te beoordelen: er is nu gevaar, en eerder besliste een "
                           "medewerker dat dit bij geen dossier hoort.");
    decision_add_reason(next, "GEVAAR_GEWIJZIGD", arena);
}

/* What stands now, given what stood; false when nothing changes. */
static bool decide(const struct correlation *self, const struct subject *subject,
                   const struct koppeling *previous, struct sk_arena *arena,
                   struct koppeling *next)
{
    if (!previous) {
        place_fresh(self, subject, arena, next);
        return true;
    }
    if (previous->besloten_door == BESLOTEN_DOOR_MENS) {
        if (is_assigned_since(subject, previous))
            follow_assignment(self, subject, previous, arena, next);
        else
            follow_danger(subject, previous, arena, next);
    } else if (subject->assignment) {
        follow_assignment(self, subject, previous, arena, next);
    } else if (previous->besloten_door == BESLOTEN_DOOR_BRON) {
        /* An assignment that is no longer delivered was still made. */
        follow_danger(subject, previous, arena, next);
    } else if (previous->doelen_count == 0) {
        review_open(self, subject, previous, arena, next);
    } else if (sk_text_is(previous->invoer_sha256, subject->hash)) {
        /* A link never moves because the register does. */
        follow_danger(subject, previous, arena, next);
    } else {
        review_link(self, subject, previous, arena, next);
    }
    return !decision_is_same(previous, next);
}

static bool same_proposals(const struct koppeling *a, const struct koppeling *b)
{
    if (a->voorstellen_count != b->voorstellen_count)
        return false;
    for (size_t i = 0; i < a->voorstellen_count; i++) {
        if (!sk_text_equal(a->voorstellen[i].id, b->voorstellen[i].id))
            return false;
    }
    return true;
}

/* What may be one complaint twice is looked for when the words are new; else what was
 * found stays, for who comes later proposes, not who was there. */
static enum sk_verdict propose(const struct correlation *self,
                               const struct subject *subject,
                               const struct koppeling *previous, struct sk_emitter *out,
                               struct koppeling *next, struct sk_error *err)
{
    int64_t since = previous ? twins_since_ms(previous) : sk_emitter_now_ms(out);

    if (next->besloten_door == BESLOTEN_DOOR_MENS)
        return SK_OK;
    if (!previous || !sk_text_is(previous->invoer_sha256, subject->hash))
        return twins_propose(&self->twins, subject, since, out, next, err);
    next->voorstellen = previous->voorstellen;
    next->voorstellen_count = previous->voorstellen_count;
    return SK_OK;
}

enum sk_verdict place_settle(const struct correlation *self, struct sk_emitter *out,
                             const struct subject *subject,
                             const struct koppeling *previous, struct koppeling *next,
                             const char *reason, struct sk_error *err)
{
    const struct koppeling *standing = next ? next : previous;

    if (next)
        SK_TRY(decision_send(self, out, next, previous, err));
    if (next && previous)
        SK_TRY(stuk_move(out, previous, next, reason, err));
    return subject ? stuk_write(out, subject, standing, err) : SK_OK;
}

/* Whether a newer state of the subject stands on the bus, or was decided about: what
 * comes again after a reset of the positions is history. */
static enum sk_verdict is_outdated(const struct subject *subject,
                                   const struct koppeling *previous,
                                   struct sk_emitter *out, bool *ret_outdated,
                                   struct sk_error *err)
{
    const struct sk_event_type *type = subject_type(subject->soort);
    const void *newest = NULL;

    *ret_outdated = false;
    if (!previous)
        return SK_OK;
    SK_TRY(sk_latest(out, type, subject->id, &newest, err));
    *ret_outdated = subject->versie < previous->onderwerp_versie ||
                    (newest && subject->versie < sk_event_versie(type, newest));
    return SK_OK;
}

enum sk_verdict place_subject(const struct correlation *self,
                              const struct subject *subject, struct sk_emitter *out,
                              bool *ret_changed, struct sk_error *err)
{
    const void *previous = NULL;
    struct koppeling next;

    bool outdated;

    *ret_changed = false;
    SK_TRY(sk_latest(out, &sk_koppeling, subject->key, &previous, err));
    SK_TRY(is_outdated(subject, previous, out, &outdated, err));
    if (outdated)
        return SK_OK;
    *ret_changed = decide(self, subject, previous, sk_emitter_arena(out), &next);
    SK_TRY(propose(self, subject, previous, out, &next, err));
    *ret_changed |= previous && !same_proposals(previous, &next);
    return place_settle(self, out, subject, previous, *ret_changed ? &next : NULL,
                        "TOEGEWEZEN_IN_BRON", err);
}

enum sk_verdict place_find(struct sk_text soort, struct sk_text id,
                           struct sk_emitter *out, struct subject *ret_subject,
                           bool *ret_found, struct sk_error *err)
{
    const struct sk_event_type *type = subject_type(soort);
    const void *event = NULL;

    *ret_found = false;
    if (!type)
        return SK_OK;
    SK_TRY(sk_latest(out, type, id, &event, err));
    if (!event)
        return SK_OK;
    subject_read(ret_subject, type, event, sk_emitter_arena(out));
    *ret_found = true;
    return SK_OK;
}

enum sk_verdict place_again(const struct correlation *self, struct sk_text key,
                            struct sk_emitter *out, bool *ret_changed,
                            struct sk_error *err)
{
    struct sk_text id = key, soort = sk_text_split(&id, '/');
    struct subject subject;
    bool found;

    *ret_changed = false;
    SK_TRY(place_find(soort, id, out, &subject, &found, err));
    return found ? place_subject(self, &subject, out, ret_changed, err) : SK_OK;
}

/* What people wrote about the subject goes with it. */
static enum sk_verdict erase_judgements(struct sk_emitter *out,
                                        const struct koppeling *decision,
                                        struct sk_error *err)
{
    if (sk_text_filled(decision->oordeel_id))
        SK_TRY(sk_emit_erased(out, &sk_koppeling_oordeel, decision->oordeel_id, err));
    for (size_t i = 0; i < decision->vorige_count; i++) {
        struct sk_text id = decision->vorige[i].oordeel_id;

        if (sk_text_filled(id))
            SK_TRY(sk_emit_erased(out, &sk_koppeling_oordeel, id, err));
    }
    return SK_OK;
}

enum sk_verdict place_erase(struct sk_text soort, struct sk_text id,
                            struct sk_emitter *out, struct sk_error *err)
{
    struct sk_text key = subject_key(soort, id, sk_emitter_arena(out));
    const void *previous = NULL;

    SK_TRY(sk_latest(out, &sk_koppeling, key, &previous, err));
    if (!previous)
        return SK_OK;
    SK_TRY(stuk_erase(out, previous, err));
    SK_TRY(erase_judgements(out, previous, err));
    return sk_emit_erased(out, &sk_koppeling, key, err);
}
