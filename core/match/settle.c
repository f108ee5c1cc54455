/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last step: what the rules found becomes marks and odds, the model says how far they
 * are to be trusted, and only then it is decided whether a person is needed. What speaks
 * against an answer keeps it from AUTO whatever the trust.
 */
#include "match/fixed.h"
#include "match/judge.h"
#include "match/names.h"

enum {
    FAR = 20 * SK_BIT,    /* beyond, odds and margins are all the same */
    TELLING = 2 * SK_BIT, /* from here on a piece of evidence tells places apart */
};

static int32_t odds_of(uint64_t mass, uint64_t rest)
{
    int32_t bits = sk_fixed_log2(mass ? mass : 1, rest ? rest : 1);

    return bits > FAR ? FAR : bits < -FAR ? -FAR : bits;
}

/* The mass of the answer's items, and how far the first is ahead of the rest. */
static uint64_t weigh_answer(const struct sk_judgement *self, uint64_t *ret_all,
                             int32_t *ret_margin)
{
    uint64_t answer = 0, all = self->mass_none;
    int64_t margin = FAR;
    size_t next = 0;

    for (size_t i = 0; i < self->count; i++) {
        all += self->items[i].mass;
        if (next < self->member_count && self->members[next] == i) {
            answer += self->items[i].mass;
            next++;
        } else if (self->items[0].score - self->items[i].score < margin) {
            margin = self->items[0].score - self->items[i].score;
        }
    }
    *ret_all = all;
    *ret_margin = (int32_t)(margin > 0 ? margin : 0);
    return answer;
}

static uint64_t mark(enum sk_mark mark, bool holds)
{
    return holds ? (uint64_t)1 << mark : 0;
}

static bool is_stated(const struct sk_query *query, enum sk_symbol_kind kind)
{
    size_t at = 0;
    const struct sk_stated *stated = sk_query_next(query, kind, &at);

    return stated && stated->certain;
}

/* The organiser is answered for want of one location, not because he is stated. */
static bool is_organiser_guessed(const struct sk_judgement *self)
{
    const uint32_t stated =
        SK_FOR_NUMBERED_OPERATOR | SK_FOR_OPERATOR_TEXT | SK_FOR_SENDER | SK_FOR_CONTACT;

    return self->level == SK_LEVEL_ORGANISATOR && !(self->items[0].support & stated) &&
           self->query->operator_name.words.count == 0;
}

static bool is_place(const struct sk_match_evidence *evidence)
{
    return evidence->id >= SK_LEVEL_PLACE_ADDRESS && evidence->id <= SK_LEVEL_PLACE_OTHER;
}

/* How much evidence there is for it, and whether its place says anything. */
static uint64_t marks_of_evidence(const struct sk_comparison *item)
{
    uint64_t marks = 0;
    size_t telling = 0;

    for (size_t i = 0; i < item->evidence_count; i++) {
        const struct sk_match_evidence *evidence = &item->evidence[i];

        telling += evidence->bits >= TELLING;
        marks |= mark(SK_MARK_OTHER_NUMBER, evidence->id == SK_LEVEL_PLACE_NUMBER_OTHER);
        marks |=
            mark(SK_MARK_VAGUE_PLACE, is_place(evidence) && evidence->bits < TELLING &&
                                          evidence->bits > -SK_BIT);
    }
    return marks | mark(SK_MARK_ONE_PIECE, telling <= 1) |
           mark(SK_MARK_THREE_PIECES, telling >= 3);
}

/* Whether the whole name is stated as the register spells it, the words that tell nothing
 * apart included, and nobody bears it, or ever bore it, outside the answer. */
static bool is_verbatim(const struct sk_judgement *self)
{
    const struct sk_symbols *symbols = &self->query->self->symbols;
    uint32_t surface =
        sk_symbol_find(symbols, SK_SYMBOL_SURFACE, self->query->name.surface);
    size_t bearers = 0;

    if (surface == 0 || self->query->name.words.count == 0 ||
        !sk_entry_carries(self->items[0].entry, surface))
        return false;
    for (size_t i = 0; i < self->member_count; i++)
        bearers += sk_entry_carries(self->items[self->members[i]].entry, surface);
    return bearers == sk_symbol_postings(symbols, surface).count;
}

static bool is_name_of_firm(const struct sk_judgement *self)
{
    const struct sk_entry *organiser = self->items[0].organiser;

    return organiser &&
           sk_operator_compare(self->query, organiser, &self->query->name).level ==
               SK_NAME_EXACT;
}

static uint64_t marks_of_first(const struct sk_judgement *self)
{
    const struct sk_comparison *first = &self->items[0];
    const uint32_t kinds = SK_FOR_CONTACT | SK_FOR_NAME | SK_FOR_ADDRESS |
                           SK_FOR_OPERATOR | SK_FOR_PERSON | SK_FOR_DOSSIER_LOOSE |
                           SK_FOR_DOSSIER | SK_FOR_ESTABLISHMENT;
    int count = __builtin_popcount(first->support & kinds);
    const struct sk_match_evidence *name = NULL;

    for (size_t i = 0; i < first->evidence_count; i++) {
        if (strcmp(first->evidence[i].feature, "naam") == 0)
            name = &first->evidence[i];
    }
    return (first->support & 0xffffff) |
           (uint64_t)(first->conflicts & 0xffff) << SK_MARK_CONFLICTS |
           marks_of_evidence(first) | mark(SK_MARK_CLOSED, !first->open) |
           mark(SK_MARK_TWO_KINDS, count >= 2) | mark(SK_MARK_THREE_KINDS, count >= 3) |
           mark(SK_MARK_REMEMBERED, first->remembered) |
           mark(SK_MARK_ORGANISER_GUESSED, is_organiser_guessed(self)) |
           mark(SK_MARK_RIVALLED, name && sk_name_is_rivalled(self->query, name->field,
                                                              name->begin, name->end));
}

/* One kind of evidence alone decides nothing, however rare: by the rules, or a name and a
 * place that tells apart, or a name to the last word that is nobody else's and a place
 * that fits. */
static bool has_two_kinds(const struct sk_judgement *self, uint64_t marks)
{
    const uint32_t name = SK_FOR_NAME | SK_FOR_NAME_EXACT | SK_FOR_NAME_PART |
                          SK_FOR_NAME_TEXT | SK_FOR_NAME_LIKE;
    const uint32_t place =
        SK_FOR_PLACE | SK_FOR_STREET | SK_FOR_ADDRESS | SK_FOR_HOME_TOWN;

    const uint64_t doubts =
        mark(SK_MARK_VAGUE_PLACE, true) | mark(SK_MARK_RIVALLED, true);

    const uint64_t not_alone = SK_FOR_STREET_NAME | mark(SK_MARK_ORGANISER_LEVEL, true);

    if ((marks & mark(SK_MARK_VERBATIM, true)) && !(marks & not_alone) &&
        (marks & (place | mark(SK_MARK_VAGUE_PLACE, true))))
        return true;
    return self->supported || ((marks & name) && (marks & place) && !(marks & doubts));
}

static uint64_t marks_of(const struct sk_judgement *self)
{
    const struct sk_query *query = self->query;
    uint64_t marks = mark(SK_MARK_RULES, self->supported) |
                     mark(SK_MARK_AGAINST, self->against) |
                     mark(SK_MARK_NAMES_ANOTHER, self->names_another) |
                     mark(SK_MARK_UNKNOWN_NUMBER, self->unknown_number) |
                     mark(SK_MARK_ADDRESS_LEVEL, self->level > SK_LEVEL_LOCATIE) |
                     mark(SK_MARK_ORGANISER_LEVEL, self->level == SK_LEVEL_ORGANISATOR) |
                     mark(SK_MARK_TIED, self->tied) |
                     mark(SK_MARK_NAME_STATED, query->name.words.count > 0) |
                     mark(SK_MARK_ADDRESS_STATED, is_stated(query, SK_SYMBOL_STREET)) |
                     mark(SK_MARK_NO_CANDIDATE, self->count == 0) |
                     mark(SK_MARK_EMPTY, sk_query_is_empty(query));

    if (self->count == 0)
        return marks;
    marks |= marks_of_first(self);
    if (!self->unknown_number && is_verbatim(self))
        marks |= mark(SK_MARK_VERBATIM, true) |
                 mark(SK_MARK_NAME_OF_FIRM, is_name_of_firm(self));
    return marks | mark(SK_MARK_TWO_ENOUGH, has_two_kinds(self, marks));
}

/* Supported by the rules, and not the least thing does not fit. */
static bool is_clean(const struct sk_judgement *self)
{
    const uint64_t doubts =
        (uint64_t)0xffff << SK_MARK_CONFLICTS | mark(SK_MARK_AGAINST, true) |
        mark(SK_MARK_TIED, true) | mark(SK_MARK_NAMES_ANOTHER, true) |
        mark(SK_MARK_RIVALLED, true) | mark(SK_MARK_UNKNOWN_NUMBER, true) |
        mark(SK_MARK_ORGANISER_GUESSED, true);

    return self->supported && !(self->confidence[SK_QUESTION_LINK].marks & doubts);
}

static void ask(struct sk_judgement *self, enum sk_question question)
{
    const struct sk_trust *trust = &self->query->model->trust[question];
    int32_t sum = sk_trust_sum(trust, &self->confidence[question]);

    if (question == SK_QUESTION_LINK && sum < trust->supported && is_clean(self))
        sum = trust->supported;
    self->trust[question] = sum;
}

static int64_t p_of(const struct sk_judgement *self, enum sk_question question)
{
    const struct sk_match_model *model = self->query->model;

    return sk_calibration_p(&model->calibration[self->query->channel][question],
                            self->trust[question]);
}

static bool is_certain(const struct sk_judgement *self, enum sk_question question)
{
    const struct sk_match_model *model = self->query->model;

    int32_t trust = self->trust[question];

    if (question == SK_QUESTION_LINK)
        trust = sk_trust_to_link(&self->confidence[question], trust);
    return trust >= model->certificate[self->query->channel][question].from;
}

void sk_judgement_settle(struct sk_judgement *self)
{
    uint64_t marks = marks_of(self), all;
    int32_t margin;
    uint64_t answer = weigh_answer(self, &all, &margin);
    int32_t none = odds_of(self->mass_none, all - self->mass_none);

    self->confidence[SK_QUESTION_LINK] =
        (struct sk_confidence){marks, odds_of(answer, all - answer), margin};
    self->confidence[SK_QUESTION_NONE] = (struct sk_confidence){marks, none, margin};
    ask(self, SK_QUESTION_LINK);
    ask(self, SK_QUESTION_NONE);
    self->p_none = p_of(self, SK_QUESTION_NONE);
    self->besluit = SK_BESLUIT_BEOORDELEN;
    if (self->count == 0 || (is_certain(self, SK_QUESTION_NONE) &&
                             !(self->items[0].support & SK_FOR_DOSSIER)))
        self->besluit = SK_BESLUIT_GEEN;
    else if (is_certain(self, SK_QUESTION_LINK) && !self->against &&
             (marks & mark(SK_MARK_TWO_ENOUGH, true)))
        self->besluit = SK_BESLUIT_AUTO;
    self->p =
        self->besluit == SK_BESLUIT_GEEN ? self->p_none : p_of(self, SK_QUESTION_LINK);
}
