/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shares first, then what trust was worth. Labels are split in two by their content: each
 * half is decided with the shares that the other one teaches, without memories, so that
 * no label vouches for itself; then the model is made of all.
 */
#include "match/learn.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/compiler.h"
#include "match/calibrate.h"
#include "match/memorise.h"
#include "match/snapshot.h"
#include "match/trust.h"

enum { HALVES = 2, PRIOR_LABELS = 50, SHARE_UNIT = 100000 };

/* Sums over labels. */
struct tally {
    uint32_t level[SK_MATCH_CHANNELS][SK_FEATURE_SOURCES][SK_FEATURE_LEVELS];
    uint32_t none[SK_MATCH_CHANNELS], all[SK_MATCH_CHANNELS];
};

struct outcomes {
    struct sk_outcomes checked[SK_MATCH_CHANNELS + 1][SK_QUESTIONS]; /* to calibrate */
    struct sk_outcomes sampled[SK_MATCH_CHANNELS + 1][SK_QUESTIONS]; /* to certify */
};

enum { POOLED = SK_MATCH_CHANNELS };

struct lessons {
    const struct sk_match_register *reg;
    const struct sk_label *labels;
    size_t count;
    struct tally tally[HALVES];
    struct sk_remark *remarks[SK_MEMORY_KINDS];
    size_t remark_count[SK_MEMORY_KINDS];
    struct sk_arena remembered; /* texts of the remarks */
    struct outcomes outcomes;
};

static uint64_t hash_text(uint64_t hash, struct sk_text text)
{
    for (size_t i = 0; i < text.size; i++)
        hash = (hash ^ (uint8_t)text.data[i]) * 0x100000001b3;
    return hash * 0x100000001b3;
}

/* By content, so that the order of labels does not matter. */
static size_t half_of(const struct sk_label *label)
{
    const struct sk_match_message *message = &label->message;
    uint64_t hash = hash_text(0xcbf29ce484222325, message->text);

    hash = hash_text(hash, message->subject);
    for (size_t i = 0; i < message->mention_count; i++) {
        for (size_t k = 0; k < SK_MATCH_FIELDS; k++)
            hash = hash_text(hash, message->mentions[i].field[k]);
    }
    return (hash >> 32) % HALVES;
}

static const struct sk_entry *location_of(const struct sk_match_register *reg,
                                          struct sk_text id)
{
    uint32_t symbol = sk_symbol_find(&reg->symbols, SK_SYMBOL_LOCATION, id);
    struct sk_postings postings = sk_symbol_postings(&reg->symbols, symbol);

    for (size_t i = 0; i < postings.count; i++) {
        if (reg->entries[postings.items[i]]->id == symbol)
            return reg->entries[postings.items[i]];
    }
    return NULL;
}

static struct sk_query *read_query(const struct lessons *self,
                                   const struct sk_label *label, struct sk_arena *arena)
{
    struct sk_query *query = sk_arena_alloc_zeroed(arena, sizeof *query);
    const struct sk_match_message *message = &label->message;

    query->self = self->reg;
    query->model = sk_match_model_builtin();
    query->arena = arena;
    sk_query_read(query, message, message->mention_count ? message->mentions : NULL,
                  message->mention_count <= 1);
    return query;
}

static void remark(struct lessons *self, enum sk_memory_kind kind, struct sk_text surface,
                   const struct sk_label *label, bool address)
{
    struct sk_remark *item = &self->remarks[kind][self->remark_count[kind]];

    if (!sk_text_filled(surface))
        return;
    self->remark_count[kind]++;
    *item = (struct sk_remark){
        .surface = sk_arena_text(&self->remembered, surface),
        .location = label->facility,
        .reviewer = label->reviewer,
        .confirmed = true,
        .address = address,
    };
}

/* The machine proposed another location under this name than a person chose. */
static void remark_refusal(struct lessons *self, struct sk_text surface,
                           const struct sk_label *label,
                           const struct sk_match_decision *decision)
{
    const struct sk_match_target *target = decision->doelen;

    if (!sk_text_filled(surface) || decision->doel_count == 0 ||
        target->level != SK_LEVEL_LOCATIE || sk_text_equal(target->id, label->facility))
        return;
    self->remarks[SK_MEMORY_NAME][self->remark_count[SK_MEMORY_NAME]++] =
        (struct sk_remark){
            .surface = sk_arena_text(&self->remembered, surface),
            .location = sk_arena_text(&self->remembered, target->id),
            .reviewer = label->reviewer,
        };
}

/* How the right location agrees, and what is to be remembered of it. */
static void study(struct lessons *self, const struct sk_label *label,
                  struct sk_arena *arena)
{
    enum sk_match_channel channel = label->message.channel;
    struct tally *tally = &self->tally[half_of(label)];
    const struct sk_entry *entry = location_of(self->reg, label->facility);
    struct sk_query *query = read_query(self, label, arena);
    struct sk_text surface = sk_memory_surface(query);
    struct sk_match_decision decision;
    struct sk_comparison comparison;

    tally->all[channel]++;
    tally->none[channel] += !sk_text_filled(label->facility);
    sk_match_decide(self->reg, sk_match_model_builtin(), &label->message, arena,
                    &decision);
    remark_refusal(self, surface, label, &decision);
    if (!entry)
        return;
    sk_compare(query, entry, &comparison);
    for (size_t i = 0; i < comparison.evidence_count; i++) {
        const struct sk_match_evidence *evidence = &comparison.evidence[i];

        if (evidence->id < SK_FEATURE_LEVELS)
            tally->level[channel][evidence->source][evidence->id]++;
    }
    if (!(comparison.support & SK_FOR_NAME))
        remark(self, SK_MEMORY_NAME, surface, label, comparison.support & SK_FOR_ADDRESS);
    remark(self, SK_MEMORY_SENDER, label->message.sender, label, false);
}

/* The levels of which one holds wherever the feature is stated, so that their shares can
 * be counted. Of the others (a person, time) only agreement is seen. */
enum { LEVELS_OF_FEATURE = 6 };
static const struct feature {
    size_t count;
    enum sk_feature_level levels[LEVELS_OF_FEATURE];
} features[] = {
    {2, {SK_LEVEL_NUMBER_EQUAL, SK_LEVEL_NUMBER_OTHER}},
    {2, {SK_LEVEL_ENTERPRISE_EQUAL, SK_LEVEL_ENTERPRISE_OTHER}},
    {3, {SK_LEVEL_CONTACT_EQUAL, SK_LEVEL_CONTACT_SHARED, SK_LEVEL_CONTACT_OTHER}},
    {6,
     {SK_LEVEL_NAME_EXACT, SK_LEVEL_NAME_TYPO, SK_LEVEL_NAME_PART, SK_LEVEL_NAME_SIMILAR,
      SK_LEVEL_NAME_OTHER, SK_LEVEL_NAME_OPERATOR}},
    {2, {SK_LEVEL_OPERATOR_EQUAL, SK_LEVEL_OPERATOR_OTHER}},
    {4,
     {SK_LEVEL_PLACE_ADDRESS, SK_LEVEL_PLACE_SIMILAR, SK_LEVEL_PLACE_NUMBER_OTHER,
      SK_LEVEL_PLACE_STREET_OTHER}},
    {2, {SK_LEVEL_PLACE_TOWN, SK_LEVEL_PLACE_OTHER}},
    {2, {SK_LEVEL_TYPE_FITS, SK_LEVEL_TYPE_OTHER}},
};

/* Beta counts: the built-in shares weigh as much as 50 labels. */
static void learn_feature(uint32_t *shares, const uint32_t *counts,
                          const struct feature *feature)
{
    uint64_t mass = 0, labels = 0;

    for (size_t i = 0; i < feature->count; i++) {
        mass += shares[feature->levels[i]];
        labels += counts[feature->levels[i]];
    }
    if (mass > SHARE_UNIT)
        mass = SHARE_UNIT;
    for (size_t i = 0; i < feature->count; i++) {
        enum sk_feature_level level = feature->levels[i];
        uint64_t learnt =
            (PRIOR_LABELS * (uint64_t)shares[level] + counts[level] * mass) /
            (PRIOR_LABELS + labels);

        shares[level] = learnt ? (uint32_t)learnt : 1;
    }
}

static void learn_shares(struct sk_match_model *model, const struct tally *tally)
{
    for (int channel = 0; channel < SK_MATCH_CHANNELS; channel++) {
        for (int source = 0; source < SK_FEATURE_SOURCES; source++) {
            for (size_t i = 0; i < SK_COUNT(features); i++)
                learn_feature(model->m[channel][source], tally->level[channel][source],
                              &features[i]);
        }
        model->none[channel] = (uint32_t)((PRIOR_LABELS * (uint64_t)model->none[channel] +
                                           (uint64_t)tally->none[channel] * SHARE_UNIT) /
                                          (PRIOR_LABELS + tally->all[channel]));
    }
}

static void add_tally(struct tally *sum, const struct tally *tally)
{
    const uint32_t *from = (const uint32_t *)tally;
    uint32_t *to = (uint32_t *)sum;

    for (size_t i = 0; i < sizeof *sum / sizeof *to; i++)
        to[i] += from[i];
}

static struct sk_match_model *model_new(const struct sk_learning *settings)
{
    struct sk_match_model *model = sk_alloc(sizeof *model);

    *model = *sk_match_model_builtin();
    model->without = settings->without;
    return model;
}

bool sk_label_agrees(const struct sk_match_register *reg,
                     const struct sk_match_decision *decision, struct sk_text facility,
                     int32_t day)
{
    const struct sk_match_target *target = decision->doelen;

    if (decision->doel_count == 0 || !sk_text_filled(facility))
        return decision->doel_count == 0 && !sk_text_filled(facility);
    if (sk_text_equal(target->id, facility))
        return true;
    if (target->level == SK_LEVEL_ORGANISATOR)
        return sk_text_equal(target->id, sk_match_register_organiser(reg, facility, day));
    for (size_t i = 0; target->level == SK_LEVEL_ADRES && i < target->location_count;
         i++) {
        if (sk_text_equal(target->locations[i], facility))
            return true;
    }
    return false;
}

static void count_outcome(struct sk_outcomes outcomes[][SK_QUESTIONS],
                          enum sk_match_channel channel, enum sk_question question,
                          int32_t trust, bool right)
{
    const size_t where[] = {channel, POOLED};

    for (size_t i = 0; i < SK_COUNT(where); i++) {
        struct sk_outcomes *out = &outcomes[where[i]][question];

        ++*(right ? &out->right[sk_step_of(trust)] : &out->wrong[sk_step_of(trust)]);
    }
}

/* Decides as if the label were new, and compares with what people said. */
static void examine(struct lessons *self, const struct sk_label *label,
                    const struct sk_match_model *model, struct sk_arena *arena)
{
    enum sk_match_channel channel = label->message.channel;
    struct sk_match_decision decision;
    bool none = !sk_text_filled(label->facility);

    sk_match_decide(self->reg, model, &label->message, arena, &decision);
    const int32_t *trust = decision.trust;
    const struct sk_confidence *link = &decision.confidence[SK_QUESTION_LINK];
    bool may =
        !(link->marks >> SK_MARK_AGAINST & 1) && (link->marks >> SK_MARK_TWO_ENOUGH & 1);

    count_outcome(self->outcomes.checked, channel, SK_QUESTION_NONE,
                  trust[SK_QUESTION_NONE], none);
    if (label->sampled)
        count_outcome(self->outcomes.sampled, channel, SK_QUESTION_NONE,
                      trust[SK_QUESTION_NONE], none);
    if (decision.doel_count == 0)
        return;
    bool right =
        sk_label_agrees(self->reg, &decision, label->facility, label->message.day);

    count_outcome(self->outcomes.checked, channel, SK_QUESTION_LINK,
                  trust[SK_QUESTION_LINK], right);
    if (label->sampled && may)
        count_outcome(self->outcomes.sampled, channel, SK_QUESTION_LINK,
                      sk_trust_to_link(link, trust[SK_QUESTION_LINK]), right);
}

static void examine_all(struct lessons *self, const struct sk_learning *settings)
{
    sk_arena_auto arena = {0};

    for (size_t half = 0; half < HALVES; half++) {
        struct sk_match_model *model = model_new(settings);

        learn_shares(model, &self->tally[HALVES - 1 - half]);
        for (size_t i = 0; i < self->count; i++) {
            if (half_of(&self->labels[i]) == half)
                examine(self, &self->labels[i], model, &arena);
            sk_arena_reset(&arena);
        }
        sk_match_model_free(model);
    }
}

/* A channel's own labels where they prove it, else those of all channels together. */
static struct sk_certificate certify(const struct outcomes *outcomes, size_t channel,
                                     enum sk_question question, uint32_t rate)
{
    int32_t builtin = sk_trust_builtin_from(question);
    struct sk_certificate own, pooled;

    sk_certify(&outcomes->sampled[channel][question], rate, builtin, &own);
    sk_certify(&outcomes->sampled[POOLED][question], rate, builtin, &pooled);
    /* Unproved and stricter than built in: the channel's own labels speak against it. */
    return own.proved || own.from > builtin ? own : pooled;
}

static void learn_worth(struct sk_match_model *model, const struct lessons *self,
                        const struct sk_learning *settings)
{
    int32_t first = INT32_MAX, last = INT32_MIN;

    for (size_t i = 0; i < self->count; i++) {
        first = self->labels[i].day < first ? self->labels[i].day : first;
        last = self->labels[i].day > last ? self->labels[i].day : last;
    }
    for (size_t channel = 0; channel < SK_MATCH_CHANNELS; channel++) {
        for (enum sk_question question = 0; question < SK_QUESTIONS; question++) {
            struct sk_certificate *certificate = &model->certificate[channel][question];
            struct sk_calibration *table = &model->calibration[channel][question];
            uint32_t rate =
                question == SK_QUESTION_LINK ? settings->rate : settings->none_rate;

            *certificate = certify(&self->outcomes, channel, question, rate);
            certificate->first = first;
            certificate->last = last;
            if (!(settings->without & SK_WITHOUT_CALIBRATION) &&
                !sk_calibrate(&self->outcomes.checked[channel][question], table))
                sk_calibrate(&self->outcomes.checked[POOLED][question], table);
        }
    }
}

static void study_all(struct lessons *self)
{
    sk_arena_auto arena = {0};

    for (int kind = 0; kind < SK_MEMORY_KINDS; kind++)
        self->remarks[kind] =
            sk_alloc((2 * self->count + 1) * sizeof *self->remarks[kind]);
    for (size_t i = 0; i < self->count; i++) {
        study(self, &self->labels[i], &arena);
        sk_arena_reset(&arena);
    }
}

struct sk_match_model *sk_match_learn(const struct sk_match_register *reg,
                                      const struct sk_label *labels, size_t count,
                                      const struct sk_learning *settings)
{
    struct lessons *self = sk_alloc_zeroed(sizeof *self);
    struct sk_match_model *model = model_new(settings);

    if (count) {
        self->reg = reg;
        self->labels = labels;
        self->count = count;
        study_all(self);
        examine_all(self, settings);
        add_tally(&self->tally[0], &self->tally[1]);
        learn_shares(model, &self->tally[0]);
        learn_worth(model, self, settings);
        for (int kind = 0; kind < SK_MEMORY_KINDS; kind++) {
            sk_memories_make(&model->memories[kind], self->remarks[kind],
                             self->remark_count[kind]);
            free(self->remarks[kind]);
        }
    }
    sk_arena_fini(&self->remembered);
    free(self);
    model->number = (uint32_t)count;
    sk_snapshot_name(model);
    return model;
}
