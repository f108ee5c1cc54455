/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names agree word by word: each word finds its most similar one on the other side and
 * counts by its rarity in the register, so that "zon" says little and "kwebbelbos" much.
 */
#include "match/names.h"

#include "match/compare.h"
#include "match/fixed.h"

enum {
    SIMILAR_WORD = 680, /* of 1024: two edits in seven letters */
    SIMILAR_NAME = 880,
    TYPO_COVERAGE = 800,
    SUBSET_COVERAGE = 960,
    SIMILAR_COVERAGE = 520,
};

enum { FORMER = SK_BIT, MOST_SIMILAR = 2 * SK_BIT, SURFACE = 3 * SK_BIT / 2 };

static int32_t population(const struct sk_query *query)
{
    return (int32_t)(query->self->locations ? query->self->locations : 1);
}

int32_t sk_word_weight(const struct sk_query *query, uint32_t word)
{
    size_t carriers = sk_symbol_postings(&query->self->symbols, word).count;
    size_t all = (size_t)population(query);

    return sk_fixed_log2(all + 1, carriers ? (carriers < all ? carriers : all) : 1);
}

static void weigh(const struct sk_query *query, uint32_t symbol, struct sk_text text,
                  struct sk_weighed_words *words)
{
    if (words->count == SK_NAME_WORDS)
        return;
    words->text[words->count] = text;
    words->symbol[words->count] = symbol;
    words->weight[words->count++] = sk_word_weight(query, symbol);
}

void sk_name_weigh(const struct sk_query *query, const struct sk_entry *entry, size_t at,
                   struct sk_weighed_words *ret_words)
{
    const struct sk_symbols *symbols = &query->self->symbols;

    ret_words->count = 0;
    for (size_t i = at + 1; i < entry->fact_count; i++) {
        uint32_t symbol = entry->facts[i].symbol;
        enum sk_symbol_kind kind = sk_symbol_kind(symbol);

        if (kind != SK_SYMBOL_WORD && kind != SK_SYMBOL_OPERATOR_WORD)
            break;
        weigh(query, symbol, sk_symbol_text(symbols, symbol), ret_words);
    }
}

bool sk_name_is_place_of(const struct sk_query *query, const struct sk_entry *entry,
                         struct sk_text word)
{
    for (size_t i = 0; i < entry->address_count; i++) {
        const struct sk_place *place = &entry->addresses[i];

        if (sk_text_equal(sk_symbol_text(&query->self->symbols, place->place), word) ||
            sk_text_equal(sk_symbol_text(&query->self->symbols, place->subplace), word))
            return true;
    }
    return false;
}

/* The stated words; without the place, "Zonnebloem Gent" is "Zonnebloem" where the
 * location is in Gent. */
static struct sk_weighed_words weigh_stated(const struct sk_query *query,
                                            const struct sk_entry *entry,
                                            const struct sk_stated_name *stated,
                                            const uint32_t *symbols, bool with_place)
{
    struct sk_weighed_words words = {.count = 0};

    for (size_t i = 0; i < stated->words.count; i++) {
        struct sk_text word = stated->words.items[i].text;

        if (with_place || stated->words.count == 1 ||
            !sk_name_is_place_of(query, entry, word))
            weigh(query, symbols[i], word, &words);
    }
    return words;
}

/* How similar each word of the one is to each of the other. */
struct pairs {
    int similarity[SK_NAME_WORDS][SK_NAME_WORDS];
};

static void compare_pairs(const struct sk_weighed_words *a,
                          const struct sk_weighed_words *b, struct pairs *pairs)
{
    for (size_t i = 0; i < a->count; i++) {
        for (size_t k = 0; k < b->count; k++) {
            bool same = a->symbol[i] && a->symbol[i] == b->symbol[k];
            int similarity = same ? 1024 : sk_similarity(a->text[i], b->text[k]);

            pairs->similarity[i][k] =
                similarity < SIMILAR_WORD || (similarity < 1024 && (a->text[i].size < 4 ||
                                                                    b->text[k].size < 4))
                    ? 0
                    : similarity;
        }
    }
}

/* The weighed share, of 1024, of a side's words that the other side holds. `back`: of b.
 * *ret_rarest is the smallest number of carriers among the words found. */
static int32_t coverage(const struct sk_query *query, const struct sk_weighed_words *a,
                        const struct sk_weighed_words *b, const struct pairs *pairs,
                        bool back, size_t *ret_rarest)
{
    const struct sk_weighed_words *from = back ? b : a, *to = back ? a : b;
    int64_t all = 0, found = 0;

    for (size_t i = 0; i < from->count; i++) {
        int best = 0;
        uint32_t symbol = 0;

        for (size_t k = 0; k < to->count; k++) {
            int similarity = back ? pairs->similarity[k][i] : pairs->similarity[i][k];

            if (similarity > best) {
                best = similarity;
                symbol = to->symbol[k] ? to->symbol[k] : from->symbol[i];
            }
        }
        all += from->weight[i];
        found += (int64_t)from->weight[i] * best / 1024;
        size_t carriers = sk_symbol_postings(&query->self->symbols, symbol).count;

        if (best && carriers && carriers < *ret_rarest)
            *ret_rarest = carriers;
    }
    return all ? (int32_t)(found * 1024 / all) : 0;
}

static bool is_similar_run_together(const struct sk_weighed_words *a,
                                    const struct sk_weighed_words *b)
{
    char joined[2][64];
    size_t size[2] = {0};
    const struct sk_weighed_words *side[2] = {a, b};

    for (int s = 0; s < 2; s++) {
        for (size_t i = 0; i < side[s]->count; i++) {
            if (size[s] + side[s]->text[i].size > sizeof joined[s])
                return false;
            memcpy(joined[s] + size[s], side[s]->text[i].data, side[s]->text[i].size);
            size[s] += side[s]->text[i].size;
        }
    }
    return sk_similarity((struct sk_text){joined[0], size[0]},
                         (struct sk_text){joined[1], size[1]}) >= SIMILAR_NAME;
}

static bool is_equal(const struct sk_weighed_words *a, const struct sk_weighed_words *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        if (!sk_text_equal(a->text[i], b->text[i]))
            return false;
    }
    return a->count > 0;
}

static bool is_number(struct sk_text word)
{
    for (size_t i = 0; i < word.size; i++) {
        if (word.data[i] < '0' || word.data[i] > '9')
            return false;
    }
    return word.size > 0;
}

/* Whether the one has a number that the other lacks. */
static bool has_other_number(const struct sk_weighed_words *a,
                             const struct sk_weighed_words *b)
{
    for (size_t i = 0; i < a->count; i++) {
        bool found = !is_number(a->text[i]);

        for (size_t k = 0; k < b->count && !found; k++)
            found = sk_text_equal(a->text[i], b->text[k]);
        if (!found)
            return true;
    }
    return false;
}

/* "De Zon 2" is no slip for "De Zon 3", nor for "De Zon": those are branches. */
static enum sk_name_level level_by_numbers(enum sk_name_level level,
                                           const struct sk_weighed_words *a,
                                           const struct sk_weighed_words *b)
{
    bool there = has_other_number(a, b), back = has_other_number(b, a);

    if (level != SK_NAME_TYPO && level != SK_NAME_SUBSET)
        return level;
    return there && back ? SK_NAME_SIMILAR : there || back ? SK_NAME_SUBSET : level;
}

static const enum sk_feature_level feature_of[] = {
    [SK_NAME_EXACT] = SK_LEVEL_NAME_EXACT,     [SK_NAME_TYPO] = SK_LEVEL_NAME_TYPO,
    [SK_NAME_SUBSET] = SK_LEVEL_NAME_PART,     [SK_NAME_SIMILAR] = SK_LEVEL_NAME_SIMILAR,
    [SK_NAME_DIFFERENT] = SK_LEVEL_NAME_OTHER,
};

static int32_t level_bits(const struct sk_query *query, enum sk_name_level level,
                          size_t carriers)
{
    int32_t bits;

    if (level == SK_NAME_DIFFERENT)
        return sk_weigh_against(query, SK_LEVEL_NAME_OTHER, SK_SOURCE_FIELD);
    bits = sk_weigh(query, feature_of[level], SK_SOURCE_FIELD, carriers);
    if (level != SK_NAME_SIMILAR)
        return bits;
    bits /= 2;
    return bits > MOST_SIMILAR ? MOST_SIMILAR : bits < -SK_BIT ? -SK_BIT : bits;
}

static struct sk_name_match compare_words(const struct sk_query *query,
                                          const struct sk_weighed_words *a,
                                          const struct sk_weighed_words *b,
                                          size_t carriers)
{
    struct sk_name_match match = {.level = SK_NAME_DIFFERENT};
    size_t rarest = SIZE_MAX;
    struct pairs pairs = {0};
    int32_t there, back;

    compare_pairs(a, b, &pairs);
    there = coverage(query, a, b, &pairs, false, &rarest);
    back = coverage(query, a, b, &pairs, true, &rarest);

    if (is_equal(a, b))
        match.level = SK_NAME_EXACT;
    else if ((there >= TYPO_COVERAGE && back >= TYPO_COVERAGE) ||
             is_similar_run_together(a, b))
        match.level = SK_NAME_TYPO;
    else if (there >= SUBSET_COVERAGE || back >= SUBSET_COVERAGE)
        match.level = SK_NAME_SUBSET;
    else if ((there + back) / 2 >= SIMILAR_COVERAGE)
        match.level = SK_NAME_SIMILAR;
    match.level = level_by_numbers(match.level, a, b);
    if (match.level == SK_NAME_SUBSET || match.level == SK_NAME_SIMILAR)
        carriers = rarest == SIZE_MAX ? 1 : rarest;
    match.id = feature_of[match.level];
    match.source = SK_SOURCE_FIELD;
    match.slip = match.level == SK_NAME_TYPO;
    match.bits = level_bits(query, match.level, carriers);
    return match;
}

int32_t sk_name_surface_bits(const struct sk_query *query, const struct sk_entry *entry,
                             size_t at, struct sk_text surface)
{
    uint32_t before = at ? entry->facts[at - 1].symbol : 0;

    return sk_symbol_kind(before) == SK_SYMBOL_SURFACE &&
                   sk_text_equal(sk_symbol_text(&query->self->symbols, before), surface)
               ? SURFACE
               : 0;
}

void sk_name_note_period(const struct sk_fact *fact, int32_t day,
                         struct sk_name_match *match)
{
    match->former = !sk_holds_on(fact->from, fact->to, day);
    if (match->former && match->level != SK_NAME_DIFFERENT)
        match->bits -= FORMER;
}

static bool is_left_out(const struct sk_query *query, const struct sk_fact *fact)
{
    return query->model->without & SK_WITHOUT_ALIASES &&
           !sk_holds_on(fact->from, fact->to, query->day);
}

static struct sk_name_match compare_stated(const struct sk_query *query,
                                           const struct sk_entry *entry,
                                           const struct sk_stated_name *stated,
                                           enum sk_symbol_kind kind)
{
    struct sk_name_match best = {.level = SK_NAME_MISSING};
    const uint32_t *symbols =
        kind == SK_SYMBOL_NAME ? stated->as_name : stated->as_operator;
    const struct sk_weighed_words full =
        weigh_stated(query, entry, stated, symbols, true);
    const struct sk_weighed_words bare =
        weigh_stated(query, entry, stated, symbols, false);

    for (size_t i = 0; i < entry->fact_count; i++) {
        const struct sk_fact *fact = &entry->facts[i];

        if (sk_symbol_kind(fact->symbol) != kind || is_left_out(query, fact))
            continue;
        struct sk_weighed_words name;

        sk_name_weigh(query, entry, i, &name);
        size_t carriers = sk_query_carriers(query, fact->symbol);
        struct sk_name_match match = compare_words(query, &full, &name, carriers);

        if (bare.count < full.count && match.level != SK_NAME_EXACT) {
            struct sk_name_match without = compare_words(query, &bare, &name, carriers);

            match = without.bits > match.bits ? without : match;
        }
        sk_name_note_period(fact, sk_entry_day(entry, query->day), &match);
        if (match.level == SK_NAME_EXACT)
            match.bits += sk_name_surface_bits(query, entry, i, stated->surface);
        if (best.level == SK_NAME_MISSING || match.bits > best.bits)
            best = match;
    }
    best.begin = stated->words.items[0].begin;
    best.end = stated->words.items[stated->words.count - 1].end;
    return best;
}

struct sk_name_match sk_name_compare(const struct sk_query *query,
                                     const struct sk_entry *entry)
{
    if (query->name.words.count == 0)
        return sk_name_in_text(query, entry);
    struct sk_name_match match =
        compare_stated(query, entry, &query->name, SK_SYMBOL_NAME);

    match.field = SK_MENTION_NAAM;
    return match;
}

struct sk_name_match sk_operator_compare(const struct sk_query *query,
                                         const struct sk_entry *organiser,
                                         const struct sk_stated_name *stated)
{
    if (stated->words.count == 0)
        return (struct sk_name_match){.level = SK_NAME_MISSING};
    return compare_stated(query, organiser, stated, SK_SYMBOL_OPERATOR);
}
