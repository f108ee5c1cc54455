/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decides about a message: each mention is judged on its own; several mentions are
 * several targets when each is certain, and a question for a person when one is not.
 */
#include "match/decide.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "base/compiler.h"
#include "match/judge.h"

/* Judgements become decisions with texts of their own, so that the register may change.
 */
struct writer {
    const struct sk_match_register *self;
    const struct sk_match_model *model;
    struct sk_arena *arena;
    struct sk_judgement *items;
    size_t count;
    bool too_many; /* mentions: some were not read */
    struct sk_match_decision *out;
};

static struct sk_text copy(const struct writer *self, uint32_t symbol)
{
    return sk_arena_text(self->arena, sk_symbol_text(&self->self->symbols, symbol));
}

static int by_text(const void *a, const void *b)
{
    return sk_text_compare(*(const struct sk_text *)a, *(const struct sk_text *)b);
}

static struct sk_match_target location_target(const struct writer *self,
                                              const struct sk_comparison *item)
{
    struct sk_match_target target = {.level = SK_LEVEL_LOCATIE, .location_count = 1};

    target.locations = sk_arena_alloc(self->arena, sizeof *target.locations);
    target.id = target.locations[0] = copy(self, item->entry->id);
    return target;
}

static struct sk_match_target answer_target(const struct writer *self,
                                            const struct sk_judgement *judgement)
{
    struct sk_match_target target = {.level = judgement->level};
    size_t count = judgement->member_count;

    target.locations = sk_arena_alloc(self->arena, count * sizeof *target.locations);
    for (size_t i = 0; i < count; i++)
        target.locations[i] =
            copy(self, judgement->items[judgement->members[i]].entry->id);
    qsort(target.locations, count, sizeof *target.locations, by_text);
    target.location_count = count;
    if (judgement->whole_organiser)
        target.location_count = sk_match_register_of_organiser(
            self->self,
            sk_symbol_text(&self->self->symbols,
                           judgement->items[0].group[SK_LEVEL_ORGANISATOR]),
            judgement->query->day, self->arena, &target.locations);
    if (target.level == SK_LEVEL_LOCATIE || target.level == SK_LEVEL_ADRES)
        target.id = target.locations[0];
    else
        target.id = copy(self, judgement->items[0].group[judgement->level]);
    return target;
}

static bool is_same_target(const struct sk_match_target *a,
                           const struct sk_match_target *b)
{
    return a->level == b->level && sk_text_equal(a->id, b->id);
}

static void write_targets(struct writer *self)
{
    struct sk_match_decision *out = self->out;

    out->doelen = sk_arena_alloc(self->arena, (self->count + 1) * sizeof *out->doelen);
    for (size_t i = 0; i < self->count; i++) {
        const struct sk_judgement *judgement = &self->items[i];
        bool known = false;

        if (judgement->member_count == 0 || judgement->besluit == SK_BESLUIT_GEEN)
            continue;
        struct sk_match_target target = answer_target(self, judgement);

        for (size_t k = 0; k < out->doel_count; k++)
            known |= is_same_target(&out->doelen[k], &target);
        target.also = out->doel_count > 0;
        if (!known)
            out->doelen[out->doel_count++] = target;
    }
}

/* The likeliest locations of all mentions in turn; p is shared by the mentions. */
static void write_candidates(struct writer *self)
{
    struct sk_match_decision *out = self->out;

    out->kandidaten =
        sk_arena_alloc(self->arena, SK_MATCH_CANDIDATE_LIMIT * sizeof *out->kandidaten);
    for (size_t rank = 0; rank < SK_MATCH_CANDIDATE_LIMIT; rank++) {
        for (size_t i = 0; i < self->count; i++) {
            const struct sk_judgement *judgement = &self->items[i];

            if (rank >= judgement->count ||
                out->kandidaat_count == SK_MATCH_CANDIDATE_LIMIT)
                continue;
            const struct sk_comparison *item = &judgement->items[rank];

            if (rank >= 3 && item->p == 0)
                continue; /* three to look at, more only when they have a chance */
            out->kandidaten[out->kandidaat_count++] = (struct sk_match_candidate){
                location_target(self, item), item->p / (int64_t)self->count};
        }
    }
}

static int by_p(const void *a, const void *b)
{
    const struct sk_match_candidate *left = a, *right = b;

    if (left->p != right->p)
        return left->p < right->p ? 1 : -1;
    return 0;
}

/* qsort is not stable; a handful is sorted by insertion, which is. */
static void sort_candidates(struct sk_match_decision *out)
{
    for (size_t i = 1; i < out->kandidaat_count; i++) {
        struct sk_match_candidate item = out->kandidaten[i];
        size_t at = i;

        for (; at > 0 && by_p(&out->kandidaten[at - 1], &item) > 0; at--)
            out->kandidaten[at] = out->kandidaten[at - 1];
        out->kandidaten[at] = item;
    }
}

static bool is_operator_evidence(const struct sk_match_evidence *evidence)
{
    return strcmp(evidence->feature, "ondernemingsnummer") == 0 ||
           strcmp(evidence->feature, "organisator") == 0 ||
           strcmp(evidence->level, "organisator") == 0;
}

enum { EVIDENCE_ITEMS = 3 }; /* per mention: what a person compares */

static void write_evidence(struct writer *self)
{
    struct sk_match_decision *out = self->out;

    out->bewijs =
        sk_arena_alloc(self->arena, self->count * EVIDENCE_ITEMS * SK_EVIDENCE_LIMIT *
                                        sizeof *out->bewijs);
    for (size_t i = 0; i < self->count; i++) {
        for (size_t k = 0; k < self->items[i].count && k < EVIDENCE_ITEMS; k++) {
            const struct sk_comparison *item = &self->items[i].items[k];
            struct sk_text location = copy(self, item->entry->id);

            for (size_t e = 0; e < item->evidence_count; e++) {
                struct sk_match_evidence *evidence = &out->bewijs[out->bewijs_count++];

                *evidence = item->evidence[e];
                evidence->location = location;
                evidence->target_level = is_operator_evidence(evidence)
                                             ? SK_LEVEL_ORGANISATOR
                                             : SK_LEVEL_LOCATIE;
            }
        }
    }
}

static void add_reason(struct sk_match_decision *out, const char *reason)
{
    for (size_t i = 0; i < out->reden_count; i++) {
        if (strcmp(out->redenen[i], reason) == 0)
            return;
    }
    if (out->reden_count < SK_MATCH_REASON_LIMIT)
        out->redenen[out->reden_count++] = reason;
}

/* What was named, in one spelling: equal texts are look-alikes. */
static void write_group(struct writer *self)
{
    struct sk_buffer group = {0};

    for (size_t i = 0; i < self->count; i++) {
        const struct sk_query *query = self->items[i].query;

        sk_buffer_append_text(&group, query->name.key);
        for (size_t k = 0; k < query->stated_count; k++) {
            const struct sk_stated *stated = &query->stated[k];

            if (!stated->certain || stated->kind == SK_SYMBOL_HOST ||
                stated->kind == SK_SYMBOL_PHONE || stated->kind == SK_SYMBOL_EMAIL)
                continue;
            sk_buffer_printf(&group, "|%d:%.*s %.*s", (int)stated->kind,
                             SK_TEXT_ARG(stated->text), SK_TEXT_ARG(stated->number));
        }
    }
    self->out->groep = sk_arena_text(self->arena, sk_buffer_text(&group));
    sk_buffer_fini(&group);
}

/* The common answer: AUTO when each mention is, GEEN when none has a candidate. */
static void write_answer(struct writer *self)
{
    struct sk_match_decision *out = self->out;
    size_t automatic = 0, none = 0;

    out->p = out->p_geen = 1000000;
    for (size_t i = 0; i < self->count; i++) {
        const struct sk_judgement *judgement = &self->items[i];

        automatic += judgement->besluit == SK_BESLUIT_AUTO;
        none += judgement->besluit == SK_BESLUIT_GEEN;
        if (judgement->p < out->p) {
            out->p = judgement->p;
            memcpy(out->confidence, judgement->confidence, sizeof out->confidence);
            memcpy(out->trust, judgement->trust, sizeof out->trust);
        }
        if (judgement->p_none < out->p_geen)
            out->p_geen = judgement->p_none;
        for (size_t k = 0; k < judgement->reason_count; k++)
            add_reason(out, judgement->reasons[k]);
        if (!out->waarom_niet_dieper && judgement->besluit != SK_BESLUIT_GEEN)
            out->waarom_niet_dieper = judgement->not_deeper;
    }
    out->besluit = automatic == self->count ? SK_BESLUIT_AUTO
                   : none == self->count    ? SK_BESLUIT_GEEN
                                            : SK_BESLUIT_BEOORDELEN;
    if (self->count > 1)
        add_reason(out, "TWEE_GENOEMD");
    if (self->too_many) {
        add_reason(out, "TE_VEEL_GENOEMD");
        if (out->besluit == SK_BESLUIT_AUTO)
            out->besluit = SK_BESLUIT_BEOORDELEN;
    }
}

/* Judges the mentions that say something; with none, the text alone. */
static size_t judge_mentions(struct writer *self, const struct sk_match_message *message)
{
    size_t limit = message->mention_count < SK_MATCH_MENTION_LIMIT
                       ? message->mention_count
                       : SK_MATCH_MENTION_LIMIT;
    struct sk_query *queries =
        sk_arena_alloc_zeroed(self->arena, (limit + 1) * sizeof *queries);
    size_t count = 0;

    for (size_t i = 0; i < limit || i == 0; i++) {
        struct sk_query *query = &queries[i];

        query->self = self->self;
        query->model = self->model;
        query->arena = self->arena;
        sk_query_read(query, message, limit ? &message->mentions[i] : NULL, limit <= 1);
        if (count > 0 && sk_query_is_empty(query))
            continue;
        sk_judge(query, message, &self->items[count++]);
    }
    return count;
}

void sk_match_decide(const struct sk_match_register *self,
                     const struct sk_match_model *model,
                     const struct sk_match_message *message, struct sk_arena *arena,
                     struct sk_match_decision *ret_decision)
{
    struct writer writer = {
        .self = self, .model = model, .arena = arena, .out = ret_decision};

    *ret_decision = (struct sk_match_decision){.register_version = self->version};
    writer.items =
        sk_arena_alloc_zeroed(arena, SK_MATCH_MENTION_LIMIT * sizeof *writer.items);
    writer.too_many = message->mention_count > SK_MATCH_MENTION_LIMIT;
    writer.count = judge_mentions(&writer, message);
    write_answer(&writer);
    write_targets(&writer);
    write_candidates(&writer);
    sort_candidates(ret_decision);
    write_evidence(&writer);
    write_group(&writer);
}
