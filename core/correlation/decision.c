/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the matcher's answer to the event `koppeling`. What it holds of the message are
 * offsets and names of fields, never words; the sentence names numbers only.
 */
#include "correlation/decision.h"

#include <stdlib.h>

#include "base/compiler.h"
#include "match/decide.h"
#include "match/explain.h"

enum { HISTORY_LIMIT = 200 };

static void add_doel(struct doel *doel, const struct sk_match_target *target)
{
    *doel = (struct doel){
        .niveau = NIVEAU_LOCATIE + (int32_t)target->level,
        .id = target->id,
        .dossiernummers_count = target->location_count,
        .dossiernummers = target->locations,
        .rol = target->also ? DOEL_ROL_OOK_BETROKKEN : DOEL_ROL_HOOFD,
    };
}

/* The register's field that a feature was compared with. */
static const char *register_field(const char *feature)
{
    static const struct {
        const char *feature, *field;
    } fields[] = {
        {"dossiernummer", "dossiernummer"},
        {"vestigingsnummer", "vestigingsnummers"},
        {"ondernemingsnummer", "organisator.ondernemingsnummers"},
        {"organisator", "organisator.namen"},
        {"naam", "namen"},
        {"telefoon", "contacten"},
        {"e-mail", "contacten"},
        {"website", "contacten"},
        {"contact", "contacten"},
        {"adres", "adressen"},
        {"vroeger adres", "adressen"},
        {"gemeente", "adressen.gemeente"},
        {"vroegere gemeente", "adressen.gemeente"},
        {"verantwoordelijke", "verantwoordelijken"},
        {"opvangvorm", "opvangvorm"},
        {"tijd", "geopend_op"},
    };

    for (size_t i = 0; i < SK_COUNT(fields); i++) {
        if (strcmp(fields[i].feature, feature) == 0)
            return fields[i].field;
    }
    return "";
}

static struct bewijs evidence_of(const struct sk_match_evidence *evidence,
                                 struct sk_arena *arena)
{
    bool mention = evidence->field < SK_MATCH_FIELDS;

    return (struct bewijs){
        .doel = sk_arena_printf(arena, "LOCATIE/%.*s", SK_TEXT_ARG(evidence->location)),
        .kenmerk = sk_arena_printf(arena, "%s: %s", evidence->feature, evidence->level),
        .niveau = NIVEAU_LOCATIE + (int32_t)evidence->target_level,
        .bits_1024 = evidence->bits,
        .veld = sk_arena_printf(arena, "%s%s", mention ? "genoemd." : "",
                                sk_match_field_name(evidence->field)),
        .van = evidence->begin,
        .tot = evidence->end,
        .register_veld = sk_text(register_field(evidence->feature)),
        .register_versie = evidence->register_version,
    };
}

static void add_evidence(struct koppeling *next, const struct sk_match_decision *decision,
                         struct sk_arena *arena)
{
    next->bewijs_count = decision->bewijs_count;
    next->bewijs = sk_arena_alloc(arena, decision->bewijs_count * sizeof *next->bewijs);
    for (size_t i = 0; i < decision->bewijs_count; i++)
        next->bewijs[i] = evidence_of(&decision->bewijs[i], arena);
}

static struct sk_text group_id(const struct correlation *self, struct sk_text group,
                               struct sk_arena *arena)
{
    if (!sk_text_filled(group))
        return (struct sk_text){0};
    return sk_arena_printf(arena, "g-%.16s",
                           pseudonym_of(&self->key, "groep", group, arena).data);
}

/* Candidates; a preselection wider than one location goes first. */
static void add_candidates(struct koppeling *next,
                           const struct sk_match_decision *decision,
                           struct sk_arena *arena)
{
    bool open = decision->besluit == SK_BESLUIT_BEOORDELEN;
    size_t wide =
        open && decision->doel_count && decision->doelen[0].level != SK_LEVEL_LOCATIE;
    size_t count = decision->kandidaat_count;

    if (count + wide > SK_MATCH_CANDIDATE_LIMIT)
        count = SK_MATCH_CANDIDATE_LIMIT - wide;
    next->kandidaten =
        sk_arena_alloc_zeroed(arena, (count + wide) * sizeof *next->kandidaten);
    next->kandidaten_count = count + wide;
    if (wide) {
        add_doel(&next->kandidaten[0].doel, &decision->doelen[0]);
        next->kandidaten[0].p = decision->p;
    }
    for (size_t i = 0; i < count; i++) {
        add_doel(&next->kandidaten[wide + i].doel, &decision->kandidaten[i].target);
        next->kandidaten[wide + i].p = decision->kandidaten[i].p;
    }
}

bool decision_is_sampled(const struct correlation *self, const struct subject *subject)
{
    char hex[SK_SHA256_HEX_SIZE], first[9] = {0};

    sk_sha256_hex(subject->key.data, subject->key.size, hex);
    memcpy(first, hex, 8);
    return (int64_t)(strtoul(first, NULL, 16) % 100) < self->sample_percent;
}

static void start(struct koppeling *next, const struct correlation *self,
                  const struct subject *subject, struct sk_arena *arena)
{
    *next = (struct koppeling){
        .soort = subject->soort,
        .id = subject->id,
        .onderwerp_versie = subject->versie,
        .besloten_door = BESLOTEN_DOOR_MACHINE,
        .model = sk_arena_text(arena, sk_text(self->model->name)),
        .register_versie = sk_match_register_version(self->reg),
        .invoer_sha256 = sk_arena_text(arena, sk_text(subject->hash)),
        .gevaar = subject->gevaar,
    };
}

struct sk_match_message decision_message(const struct correlation *self,
                                         const struct subject *subject,
                                         struct sk_arena *arena)
{
    struct sk_match_message message = subject->message;
    struct sk_text email = message.own.field[SK_MENTION_EMAIL_ADRES];

    if (sk_text_filled(email) && self->key.known)
        message.sender = pseudonym_of(&self->key, "afzender", sk_text_trim(email), arena);
    return message;
}

void decision_match(const struct correlation *self, const struct subject *subject,
                    struct sk_arena *arena, struct koppeling *ret_next)
{
    static const int32_t besluit[] = {
        [SK_BESLUIT_AUTO] = KOPPELING_BESLUIT_AUTO,
        [SK_BESLUIT_BEOORDELEN] = KOPPELING_BESLUIT_BEOORDELEN,
        [SK_BESLUIT_GEEN] = KOPPELING_BESLUIT_GEEN,
    };
    struct sk_match_decision decision;
    struct koppeling *next = ret_next;

    start(next, self, subject, arena);
    if (subject->about_government) { /* two regimes that never mix */
        next->besluit = KOPPELING_BESLUIT_GEEN;
        next->p = next->p_geen = 1000000;
        next->uitleg = SK_TEXT("Niet gekoppeld: de klacht gaat over de overheid zelf.");
        decision_add_reason(next, "OVER_OVERHEID", arena);
        return;
    }
    const struct sk_match_message message = decision_message(self, subject, arena);

    sk_match_decide(self->reg, self->model, &message, arena, &decision);
    next->besluit = besluit[decision.besluit];
    next->p = decision.p;
    next->p_geen = decision.p_geen;
    next->waarom_niet_dieper = sk_text(decision.waarom_niet_dieper);
    next->uitleg = sk_match_explain(&decision, arena);
    for (size_t i = 0; i < decision.reden_count; i++)
        decision_add_reason(next, decision.redenen[i], arena);
    add_candidates(next, &decision, arena);
    add_evidence(next, &decision, arena);
    if (next->besluit != KOPPELING_BESLUIT_AUTO) {
        next->groep_id = group_id(self, decision.groep, arena);
        return;
    }
    next->steekproef = decision_is_sampled(self, subject);
    next->doelen_count = decision.doel_count;
    next->doelen = sk_arena_alloc(arena, decision.doel_count * sizeof *next->doelen);
    for (size_t i = 0; i < decision.doel_count; i++)
        add_doel(&next->doelen[i], &decision.doelen[i]);
}

void decision_name_locations(const struct correlation *self, struct doel *doel,
                             int32_t day, struct sk_arena *arena)
{
    if (doel->niveau == NIVEAU_LOCATIE) {
        doel->dossiernummers = sk_arena_alloc(arena, sizeof *doel->dossiernummers);
        doel->dossiernummers[0] = doel->id;
        doel->dossiernummers_count = 1;
    } else if (doel->niveau == NIVEAU_ORGANISATOR && doel->dossiernummers_count == 0) {
        doel->dossiernummers_count = sk_match_register_of_organiser(
            self->reg, doel->id, day, arena, &doel->dossiernummers);
    }
}

static bool knows(const struct correlation *self, int32_t niveau, struct sk_text id)
{
    if (niveau == NIVEAU_LOCATIE)
        return sk_match_register_has(self->reg, SK_MATCH_LOCATIE, id);
    if (niveau == NIVEAU_ORGANISATOR)
        return sk_match_register_has(self->reg, SK_MATCH_ORGANISATOR, id);
    return niveau == NIVEAU_VOORZIENING || niveau == NIVEAU_SUBSIDIEGROEP;
}

bool decision_assigned(const struct correlation *self, const struct subject *subject,
                       struct sk_arena *arena, struct koppeling *ret_next)
{
    const struct toewijzing *assignment = subject->assignment;
    struct koppeling *next = ret_next;

    decision_match(self, subject, arena, next);
    if (!knows(self, assignment->niveau, assignment->id)) {
        next->besluit = KOPPELING_BESLUIT_BEOORDELEN;
        next->doelen_count = 0;
        next->steekproef = false;
        next->uitleg = SK_TEXT("Te beoordelen: het register kent het doel niet dat een "
                               "medewerker in de bron toewees.");
        decision_add_reason(next, "TOEWIJZING_ONBEKEND", arena);
        return false;
    }
    start(next, self, subject, arena);
    next->besluit = KOPPELING_BESLUIT_AUTO;
    next->besloten_door = BESLOTEN_DOOR_BRON;
    next->p = 1000000;
    next->doelen = sk_arena_alloc_zeroed(arena, sizeof *next->doelen);
    next->doelen_count = 1;
    next->doelen[0].niveau = assignment->niveau;
    next->doelen[0].id = assignment->id;
    next->doelen[0].rol = DOEL_ROL_HOOFD;
    decision_name_locations(self, &next->doelen[0], subject->message.day, arena);
    next->uitleg =
        sk_arena_printf(arena, "Toegewezen in de bron aan %.*s door een medewerker.",
                        SK_TEXT_ARG(assignment->id));
    decision_add_reason(next, "TOEGEWEZEN_DOOR_MEDEWERKER", arena);
    return true;
}

bool decision_is_open(const struct koppeling *decision)
{
    if (decision->besluit == KOPPELING_BESLUIT_BEOORDELEN)
        return true;
    /* Only of a mail may a machine finally say that it is about none. */
    return decision->besluit == KOPPELING_BESLUIT_GEEN &&
           decision->besloten_door != BESLOTEN_DOOR_MENS &&
           !sk_text_is(decision->soort, "mail");
}

bool decision_same_targets(const struct doel *a, size_t a_count, const struct doel *b,
                           size_t b_count)
{
    if (a_count != b_count)
        return false;
    for (size_t i = 0; i < a_count; i++) {
        if (a[i].niveau != b[i].niveau || !sk_text_equal(a[i].id, b[i].id))
            return false;
    }
    return true;
}

bool decision_is_same(const struct koppeling *a, const struct koppeling *b)
{
    if (a->besluit != b->besluit || a->besloten_door != b->besloten_door ||
        a->gevaar != b->gevaar || !sk_text_equal(a->groep_id, b->groep_id) ||
        a->redenen_count != b->redenen_count ||
        a->kandidaten_count != b->kandidaten_count ||
        !decision_same_targets(a->doelen, a->doelen_count, b->doelen, b->doelen_count))
        return false;
    for (size_t i = 0; i < a->redenen_count; i++) {
        if (!sk_text_equal(a->redenen[i], b->redenen[i]))
            return false;
    }
    for (size_t i = 0; i < a->kandidaten_count; i++) {
        if (!decision_same_targets(&a->kandidaten[i].doel, 1, &b->kandidaten[i].doel, 1))
            return false;
    }
    return true;
}

bool decision_has_reason(const struct koppeling *decision, const char *reason)
{
    for (size_t i = 0; i < decision->redenen_count; i++) {
        if (sk_text_is(decision->redenen[i], reason))
            return true;
    }
    return false;
}

void decision_add_reason(struct koppeling *decision, const char *reason,
                         struct sk_arena *arena)
{
    size_t count = decision->redenen_count;
    struct sk_text *reasons;

    if (decision_has_reason(decision, reason))
        return;
    reasons = sk_arena_alloc(arena, (count + 1) * sizeof *reasons);
    for (size_t i = 0; i < count; i++)
        reasons[i] = decision->redenen[i];
    reasons[count] = sk_text(reason);
    decision->redenen = reasons;
    decision->redenen_count = count + 1;
}

static void add_history(struct koppeling *next, const struct koppeling *previous,
                        struct sk_arena *arena)
{
    size_t kept = previous->vorige_count;

    if (kept >= HISTORY_LIMIT)
        kept = HISTORY_LIMIT - 1;
    next->vorige = sk_arena_alloc_zeroed(arena, (kept + 1) * sizeof *next->vorige);
    next->vorige_count = kept + 1;
    next->vorige_aantal = previous->vorige_aantal + 1;
    next->vorige[0] = (struct vorig_besluit){
        .versie = previous->versie,
        .onderwerp_versie = previous->onderwerp_versie,
        .besluit = previous->besluit,
        .doelen = previous->doelen,
        .doelen_count = previous->doelen_count,
        .oordeel_id = previous->oordeel_id,
        .has_op = previous->has_besloten_op,
        .op = previous->besloten_op,
        .besloten_door = previous->besloten_door,
        .redenen = previous->redenen,
        .redenen_count = previous->redenen_count,
        .has_uiterlijk_op = previous->has_uiterlijk_op,
        .uiterlijk_op = previous->uiterlijk_op,
    };
    if (kept)
        memcpy(next->vorige + 1, previous->vorige, kept * sizeof *next->vorige);
}

bool decision_is_dangerous(const struct koppeling *decision)
{
    return decision->gevaar == GEVAAR_VERMOED || decision->gevaar == GEVAAR_VASTGESTELD;
}

int64_t decision_due_ms(const struct correlation *self, const struct koppeling *decision,
                        int64_t now_ms)
{
    return decision_is_dangerous(decision)
               ? now_ms + self->danger_ms
               : calendar_next_noon_ms(&self->calendar, now_ms);
}

/* An item that stays open keeps its time, unless danger came. */
static void set_due(const struct correlation *self, struct koppeling *next,
                    const struct koppeling *previous, int64_t now_ms)
{
    if (!decision_is_open(next) || next->has_uiterlijk_op)
        return;
    next->has_uiterlijk_op = true;
    if (previous && decision_is_open(previous) && previous->has_uiterlijk_op &&
        decision_is_dangerous(previous) == decision_is_dangerous(next))
        next->uiterlijk_op = previous->uiterlijk_op;
    else
        next->uiterlijk_op = decision_due_ms(self, next, now_ms);
}

enum sk_verdict decision_send(const struct correlation *self, struct sk_emitter *out,
                              struct koppeling *next, const struct koppeling *previous,
                              struct sk_error *err)
{
    struct sk_arena *arena = sk_emitter_arena(out);
    struct sk_text key = subject_key(next->soort, next->id, arena);
    const void *sent = NULL;

    next->bron = (struct bron){.systeem = SK_TEXT("Schakel"), .id = key};
    next->has_besloten_op = true;
    next->besloten_op = sk_emitter_now_ms(out);
    set_due(self, next, previous, next->besloten_op);
    if (previous)
        add_history(next, previous, arena);
    SK_TRY(sk_emit(out, &sk_koppeling, next, err));
    SK_TRY(sk_latest(out, &sk_koppeling, key, &sent, err));
    next->versie = ((const struct koppeling *)sent)->versie; /* given by the runtime */
    return SK_OK;
}
