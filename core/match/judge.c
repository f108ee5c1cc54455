/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules: which level the answer has, what supports it, what speaks against it, with
 * the reasons as fixed codes. How far that is to be trusted, and so whether a person is
 * needed, is the model's: settle.c.
 */
#include "match/judge.h"

#include "match/candidates.h"
#include "match/fixed.h"
#include "match/names.h"

enum {
    LEVEL_P = 970000,    /* millionths: from here on no wider level is looked for */
    PROPOSE_P = 900000,  /* from here on the level is proposed to a person */
    MARGIN = 5 * SK_BIT, /* ahead of the best outside the answer */
    NAMED = 4 * SK_BIT,  /* evidence of another place that is meant in its own right */
    OUTVOTED = 3,        /* independent kinds that outvote one that speaks against */
    FOLLOWS_BEFORE = 60, /* days: a successor opens about when the other closes … */
    FOLLOWS_AFTER = 400,
};

void sk_judgement_reason(struct sk_judgement *self, const char *reason)
{
    for (size_t i = 0; i < self->reason_count; i++) {
        if (strcmp(self->reasons[i], reason) == 0)
            return;
    }
    if (self->reason_count < SK_MATCH_REASON_LIMIT)
        self->reasons[self->reason_count++] = reason;
}

/* What tells one location of an organiser from another one. */
static bool is_about_location(const struct sk_comparison *item)
{
    const uint32_t of_location = SK_FOR_DOSSIER | SK_FOR_ESTABLISHMENT | SK_FOR_CONTACT |
                                 SK_FOR_NAME | SK_FOR_ADDRESS | SK_FOR_PLACE |
                                 SK_FOR_PERSON | SK_FOR_DOSSIER_LOOSE | SK_FOR_NAME_PART |
                                 SK_FOR_NAME_LIKE | SK_FOR_STREET;

    return item->support & of_location;
}

static int64_t type_bits(const struct sk_comparison *item)
{
    for (size_t i = 0; i < item->evidence_count; i++) {
        if (item->evidence[i].id == SK_LEVEL_TYPE_FITS ||
            item->evidence[i].id == SK_LEVEL_TYPE_OTHER)
            return item->evidence[i].bits;
    }
    return 0;
}

/* "BSO De Zon" is called so: its name says its type. */
static bool has_type_in_name(const struct sk_query *query,
                             const struct sk_comparison *item)
{
    uint32_t name = sk_entry_fact_on(item->entry, SK_SYMBOL_SURFACE, query->day);
    struct sk_text text = sk_symbol_text(&query->self->symbols, name);

    return sk_types_of_words(&query->self->types, sk_words_of(text, query->arena),
                             query->arena) != 0;
}

/* How far it is behind the first. People call what stands at one address "crèche" or
 * "opvang" as they please: a type that is only a word of the name tells none of those
 * apart where the address is an answer too. */
static int64_t behind(const struct sk_judgement *self, size_t at)
{
    const struct sk_comparison *first = &self->items[0], *item = &self->items[at];
    uint32_t address = first->group[SK_LEVEL_ADRES];
    int64_t bits = first->score - item->score;

    if (self->address_answers && !self->query->type_apart && address &&
        item->group[SK_LEVEL_ADRES] == address && at > 0 &&
        has_type_in_name(self->query, first))
        bits -= type_bits(first) - type_bits(item);
    return bits;
}

/* Members: the items of the first one's group at that level, within reach of it. Of who
 * is stated as an organiser and nothing more, all. */
static void span(struct sk_judgement *self, enum sk_match_level level)
{
    uint32_t group = self->items[0].group[level];
    bool all = level == SK_LEVEL_ORGANISATOR && !is_about_location(&self->items[0]);

    self->level = level;
    self->member_count = 0;
    self->p = 0;
    for (size_t i = 0; i < self->count; i++) {
        if (self->items[i].group[level] != group || (!all && behind(self, i) >= MARGIN))
            continue;
        self->members[self->member_count++] = i;
        self->p += self->items[i].p;
    }
}

/* Whether nothing outside the members comes near. */
static bool is_ahead(const struct sk_judgement *self)
{
    size_t next = 0;

    for (size_t i = 0; i < self->count; i++) {
        if (next < self->member_count && self->members[next] == i)
            next++;
        else if (behind(self, i) < MARGIN)
            return false;
    }
    return true;
}

static unsigned count_of(uint32_t support, uint32_t kinds)
{
    return (unsigned)__builtin_popcount(support & kinds);
}

static bool is_in_text(const struct sk_match_evidence *evidence)
{
    return evidence->field == SK_MENTION_ONDERWERP || evidence->field == SK_MENTION_TEKST;
}

static bool overlap(const struct sk_match_evidence *a, const struct sk_match_evidence *b)
{
    return a->field == b->field && a->begin < b->end && b->begin < a->end;
}

/* The name in the text, and elsewhere in it the town: "De Bambi Zwalm" alone says Zwalm
 * only once. And no other facility is named: of two, a former one has the fuller name. */
static bool has_name_and_place(const struct sk_query *query,
                               const struct sk_comparison *item)
{
    const uint32_t both = SK_FOR_NAME_TEXT | SK_FOR_PLACE;
    const struct sk_match_evidence *name = NULL;

    if ((item->support & both) != both)
        return false;
    for (size_t i = 0; i < item->evidence_count; i++) {
        const struct sk_match_evidence *evidence = &item->evidence[i];

        if (strcmp(evidence->feature, "naam") == 0)
            name = evidence;
        else if (name && evidence->end && overlap(name, evidence))
            return false;
    }
    return name && !sk_name_is_rivalled(query, name->field, name->begin, name->end);
}

/* Two independent kinds of evidence, or a number that is its own. */
static bool is_supported(const struct sk_query *query, const struct sk_comparison *item)
{
    const uint32_t kinds = SK_FOR_CONTACT | SK_FOR_NAME | SK_FOR_ADDRESS |
                           SK_FOR_OPERATOR | SK_FOR_PERSON | SK_FOR_DOSSIER_LOOSE;
    uint32_t support = item->support;

    if (support & (SK_FOR_DOSSIER | SK_FOR_ESTABLISHMENT))
        return true;
    if (item->conflicts & SK_AGAINST_STREET)
        return false; /* a chain shares its phone and half of its name */
    if (count_of(support, kinds) >= 2)
        return true;
    if ((support & SK_FOR_NAME_PART) && (support & (SK_FOR_CONTACT | SK_FOR_ADDRESS)))
        return true;
    if ((support & SK_FOR_NAME_LIKE) && (support & SK_FOR_ADDRESS))
        return true;
    if ((support & SK_FOR_ADDRESS) && (support & SK_FOR_PLACE) && (support & SK_FOR_TYPE))
        return true;
    return has_name_and_place(query, item) ||
           ((support & SK_FOR_NAME_EXACT) && (support & SK_FOR_PLACE));
}

/* The evidence by which the text names the other one in its own right, its full name,
 * address or contact, where nothing of the first stands; NULL when there is none. */
static const struct sk_match_evidence *named_apart(const struct sk_comparison *first,
                                                   const struct sk_comparison *other)
{
    const uint32_t kinds = SK_FOR_NAME | SK_FOR_ADDRESS | SK_FOR_CONTACT |
                           SK_FOR_OPERATOR | SK_FOR_DOSSIER | SK_FOR_DOSSIER_LOOSE;

    for (size_t i = 0; other->support & kinds && i < other->evidence_count; i++) {
        const struct sk_match_evidence *evidence = &other->evidence[i];
        bool shared = false;

        if (!is_in_text(evidence) || evidence->bits < NAMED)
            continue;
        for (size_t k = 0; k < first->evidence_count; k++)
            shared |= overlap(&first->evidence[k], evidence);
        if (!shared)
            return evidence;
    }
    return NULL;
}

/* Where the text begins to speak of it; the subject comes before all. */
static uint64_t begins_at(const struct sk_comparison *item)
{
    uint64_t at = UINT64_MAX;

    for (size_t i = 0; i < item->evidence_count; i++) {
        const struct sk_match_evidence *evidence = &item->evidence[i];
        uint64_t place = (uint64_t)evidence->field << 32 | evidence->begin;

        if (is_in_text(evidence) && evidence->bits > 0 && place < at)
            at = place;
    }
    return at;
}

/* Whether the text names another one, and whether that one may be meant. */
static void find_another(struct sk_judgement *self)
{
    uint64_t first = begins_at(&self->items[0]);

    for (size_t i = 1; i < self->count; i++) {
        const struct sk_match_evidence *other =
            named_apart(&self->items[0], &self->items[i]);

        if (!other)
            continue;
        self->names_another = true;
        self->another_is_meant |=
            ((uint64_t)other->field << 32 | other->begin) < first ||
            self->items[i].support & (SK_FOR_ADDRESS | SK_FOR_CONTACT);
    }
}

/* A stated dossier number that no location bears. */
static bool has_unknown_number(const struct sk_query *query)
{
    const struct sk_stated *stated;
    size_t at = 0;

    while ((stated = sk_query_next(query, SK_SYMBOL_DOSSIER, &at))) {
        if (sk_symbol_postings(&query->self->symbols, stated->symbol).count == 0)
            return true;
    }
    return false;
}

/* One thing that is stated wrongly, a former name or a new phone, beside three kinds of
 * evidence that agree. */
static bool is_outvoted(const struct sk_comparison *item)
{
    const uint32_t kinds = SK_FOR_DOSSIER | SK_FOR_ESTABLISHMENT | SK_FOR_CONTACT |
                           SK_FOR_NAME | SK_FOR_ADDRESS | SK_FOR_OPERATOR | SK_FOR_PERSON;
    const uint32_t weak = SK_FOR_STREET | SK_FOR_TYPE | SK_FOR_PLACE;
    unsigned strong = count_of(item->support, kinds);

    return strong >= OUTVOTED ||
           (strong == OUTVOTED - 1 && count_of(item->support, weak) >= 2);
}

/* The stated name is like that of the first, and to the letter that of another. */
static bool name_is_of_another(const struct sk_judgement *self)
{
    if (!(self->items[0].support & SK_FOR_NAME_LIKE))
        return false;
    for (size_t i = 1; i < self->count; i++) {
        if (self->items[i].support & SK_FOR_NAME_EXACT)
            return true;
    }
    return false;
}

/* What is stated against the first item; true when a person must look. */
static bool contradicts(struct sk_judgement *self)
{
    static const struct {
        uint32_t conflict;
        const char *reason;
    } rules[] = {
        {SK_AGAINST_ENTERPRISE, "ONDERNEMINGSNUMMER_ANDERS"},
        {SK_AGAINST_ESTABLISHMENT, "VESTIGINGSNUMMER_ANDERS"},
        {SK_AGAINST_CONTACT, "CONTACT_ANDERS"},
        {SK_AGAINST_NAME, "NAAM_ANDERS"},
        {SK_AGAINST_PLACE, "GEMEENTE_ANDERS"},
        {SK_AGAINST_TYPE, "OPVANGVORM_ANDERS"},
        {SK_AGAINST_OPERATOR, "ORGANISATOR_ANDERS"},
    };
    const struct sk_comparison *first = &self->items[0];
    const uint32_t numbers = SK_AGAINST_ENTERPRISE | SK_AGAINST_ESTABLISHMENT;
    uint32_t number = SK_FOR_DOSSIER | SK_FOR_DOSSIER_LOOSE | SK_FOR_ESTABLISHMENT;
    bool named = first->support &
                 (SK_FOR_NAME | SK_FOR_NAME_PART | SK_FOR_NAME_LIKE | SK_FOR_ADDRESS);
    bool against = false;

    for (size_t i = 0; i < SK_COUNT(rules); i++) {
        if (!(first->conflicts & rules[i].conflict))
            continue;
        sk_judgement_reason(self, rules[i].reason);
        against |= (rules[i].conflict & numbers) || !is_outvoted(first);
    }
    if (name_is_of_another(self)) {
        sk_judgement_reason(self, "NAAM_ANDERS");
        against |= !is_outvoted(first);
    }
    if ((first->conflicts & SK_AGAINST_STREET) && !named) {
        sk_judgement_reason(self, "ADRES_ANDERS");
        against = true;
    }
    if ((first->conflicts & SK_AGAINST_DOSSIER) ||
        ((first->support & number) && (against || (!named && self->names_another)))) {
        sk_judgement_reason(self, "NUMMER_TEGENSTRIJDIG");
        against = true;
    }
    if (has_unknown_number(self->query))
        sk_judgement_reason(self, "NUMMER_ONBEKEND");
    return against;
}

/* Whether the other one opens about when the first closes, and could be taken for it. */
static bool follows(const struct sk_match_register *reg, const struct sk_entry *first,
                    const struct sk_entry *other, int32_t day)
{
    int64_t gap = (int64_t)other->from - first->to;

    return other != first && other->kind == SK_MATCH_LOCATIE &&
           sk_holds_on(other->from, other->to, day) && gap >= -FOLLOWS_BEFORE &&
           gap <= FOLLOWS_AFTER &&
           !sk_types_contradict(&reg->types, first->type, other->type);
}

/* Whether someone goes on with the closed location: said by the register, or a location
 * that has come on its address. */
static bool has_successor(const struct sk_judgement *self)
{
    const struct sk_comparison *first = &self->items[0];
    const struct sk_match_register *reg = self->query->self;
    struct sk_postings there =
        sk_symbol_postings(&reg->symbols, first->group[SK_LEVEL_ADRES]);

    if (sk_entry_fact_on(first->entry, SK_SYMBOL_SUCCESSOR, self->query->day))
        return true;
    for (size_t i = 0; i < there.count; i++) {
        if (follows(reg, first->entry, reg->entries[there.items[i]], self->query->day))
            return true;
    }
    return false;
}

/* Closed, not yet open, followed up; true when a person must look. */
static bool is_out_of_time(struct sk_judgement *self)
{
    const struct sk_comparison *first = &self->items[0];

    if (first->open)
        return false;
    if (self->query->day < first->entry->from) {
        sk_judgement_reason(self, "NOG_NIET_OPEN");
        return true;
    }
    sk_judgement_reason(self, "GESLOTEN_OP_DATUM");
    if (!has_successor(self))
        return false;
    sk_judgement_reason(self, "OPVOLGER_MOGELIJK");
    return true;
}

/* Stated by its enterprise number and nothing deeper: the organiser is certain. */
static bool is_named_by_number(const struct sk_comparison *item)
{
    for (size_t i = 0; i < item->evidence_count; i++) {
        if (strcmp(item->evidence[i].feature, "ondernemingsnummer") == 0)
            return item->evidence[i].bits > 0;
    }
    return false;
}

/* Its organiser is stated, and nothing that tells its locations apart. */
static bool is_only_organiser(const struct sk_comparison *item)
{
    return item->group[SK_LEVEL_ORGANISATOR] && !is_about_location(item) &&
           item->support & SK_FOR_OPERATOR;
}

static bool members_share_organiser(const struct sk_judgement *self)
{
    uint32_t organiser = self->items[0].group[SK_LEVEL_ORGANISATOR];

    for (size_t i = 0; i < self->member_count; i++) {
        if (self->items[self->members[i]].group[SK_LEVEL_ORGANISATOR] != organiser)
            return false;
    }
    return organiser != 0;
}

/* The deepest level at which one answer is certain; false when there is none. */
static bool find_level(struct sk_judgement *self)
{
    static const char *const not_deeper[SK_MATCH_LEVELS] = {
        [SK_LEVEL_VOORZIENING] = "MEER_LOCATIES_IN_VOORZIENING",
        [SK_LEVEL_SUBSIDIEGROEP] = "MEER_LOCATIES_IN_SUBSIDIEGROEP",
        [SK_LEVEL_ADRES] = "MEER_LOCATIES_OP_ADRES",
        [SK_LEVEL_ORGANISATOR] = "MEER_LOCATIES_VAN_ORGANISATOR",
    };
    const struct sk_comparison *first = &self->items[0];
    enum sk_match_level proposal = SK_MATCH_LEVELS;

    for (enum sk_match_level level = 0; level < SK_MATCH_LEVELS; level++) {
        if (first->group[level] == 0 ||
            (level < SK_LEVEL_ORGANISATOR && is_only_organiser(first)))
            continue;
        span(self, level);
        if (self->p < PROPOSE_P || !is_ahead(self))
            continue;
        self->not_deeper = not_deeper[level];
        if (self->p >= LEVEL_P)
            return is_supported(self->query, first) ||
                   (level == SK_LEVEL_ORGANISATOR && is_named_by_number(first));
        if (proposal == SK_MATCH_LEVELS)
            proposal = level;
    }
    if (proposal == SK_MATCH_LEVELS)
        proposal = is_only_organiser(first) ? SK_LEVEL_ORGANISATOR : SK_LEVEL_LOCATIE;
    span(self, proposal);
    self->not_deeper = not_deeper[proposal];
    return false;
}

/* An address is no dossier: with one organiser it is his, else a person chooses. */
static bool settle_address(struct sk_judgement *self)
{
    self->whole_organiser = self->level == SK_LEVEL_ORGANISATOR;
    if (self->level != SK_LEVEL_ADRES || self->address_answers)
        return true;
    if (!members_share_organiser(self)) {
        sk_judgement_reason(self, "ADRES_MEER_ORGANISATOREN");
        return false;
    }
    self->level = SK_LEVEL_ORGANISATOR;
    return true;
}

static void explain_doubt(struct sk_judgement *self)
{
    if (self->besluit == SK_BESLUIT_GEEN) {
        sk_judgement_reason(self, "NIET_IN_REGISTER");
        self->member_count = 0;
        return;
    }
    if (self->tied)
        sk_judgement_reason(self, "GELIJKE_KANDIDATEN");
    if (!self->against)
        sk_judgement_reason(self, "TE_WEINIG_BEWIJS");
}

static void judge_items(struct sk_judgement *self)
{
    const struct sk_comparison *first = &self->items[0];

    self->supported = find_level(self);
    self->tied = !is_ahead(self);
    find_another(self);
    self->against = contradicts(self);
    self->against |= is_out_of_time(self);
    self->unknown_number = has_unknown_number(self->query);
    if (self->query->name.words.count == 0 && !(first->support & SK_FOR_DOSSIER) &&
        self->names_another) {
        sk_judgement_reason(self, "TWEE_GENOEMD");
        self->against |= self->another_is_meant;
    }
    sk_judgement_settle(self);
    if (self->besluit != SK_BESLUIT_AUTO)
        explain_doubt(self);
    else if (!settle_address(self))
        self->besluit = SK_BESLUIT_BEOORDELEN;
    else if (first->support & SK_FOR_DOSSIER)
        sk_judgement_reason(self, "NUMMER_BEVESTIGD");
}

void sk_judge(const struct sk_query *query, const struct sk_match_message *message,
              struct sk_judgement *ret_judgement)
{
    uint32_t numbers[SK_CANDIDATES_COMPARED];
    size_t count = sk_query_is_empty(query) ? 0 : sk_candidates(query, numbers);
    struct sk_judgement *self = ret_judgement;

    *self = (struct sk_judgement){
        .query = query,
        .items = sk_arena_alloc(query->arena, (count + 1) * sizeof *self->items),
        .members = sk_arena_alloc(query->arena, (count + 1) * sizeof *self->members),
        .count = count,
        .address_answers = message->address_answers,
        .besluit = SK_BESLUIT_GEEN,
    };
    for (size_t i = 0; i < count; i++)
        sk_compare(query, query->self->entries[numbers[i]], &self->items[i]);
    sk_posterior(self);
    if (count) {
        judge_items(self);
        return;
    }
    sk_judgement_settle(self);
    sk_judgement_reason(self, sk_query_is_empty(query) ? "GEEN_OPVANG_GENOEMD"
                                                       : "NIET_IN_REGISTER");
}
