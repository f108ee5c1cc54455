/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names agree word by word: each word finds its most similar one on the other side and
 * counts by its rarity in the register, so that "zon" says little and "kwebbelbos" much.
 */
#include "match/names.h"

#include "match/fixed.h"
#include "match/words.h"

enum {
    WORDS = 12,
    SIMILAR_WORD = 760, /* of 1024: one edit in five letters */
    SIMILAR_NAME = 880,
    TYPO_COVERAGE = 800,
    SUBSET_COVERAGE = 960,
    SIMILAR_COVERAGE = 520,
    GAP = 2, /* words that may stand between two words of a name */
};

struct weighed {
    struct sk_text text[WORDS];
    uint32_t symbol[WORDS];
    int32_t weight[WORDS];
    size_t count;
};

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

static void weigh(const struct sk_query *query, enum sk_symbol_kind kind,
                  struct sk_text text, struct weighed *words)
{
    if (words->count == WORDS)
        return;
    uint32_t symbol = sk_symbol_find(&query->self->symbols, kind, text);

    words->text[words->count] = text;
    words->symbol[words->count] = symbol;
    words->weight[words->count++] = sk_word_weight(query, symbol);
}

/* The words of a register name. */
static struct weighed weigh_name(const struct sk_query *query, uint32_t name)
{
    struct weighed words = {.count = 0};
    struct sk_text rest = sk_symbol_text(&query->self->symbols, name);
    bool location = sk_symbol_kind(&query->self->symbols, name) == SK_SYMBOL_NAME;

    while (rest.data)
        weigh(query, location ? SK_SYMBOL_WORD : SK_SYMBOL_OPERATOR_WORD,
              sk_text_split(&rest, ' '), &words);
    return words;
}

static bool is_place_of(const struct sk_query *query, const struct sk_entry *entry,
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

/* The stated words; "Zonnebloem Gent" is "Zonnebloem" where the location is in Gent. */
static struct weighed weigh_stated(const struct sk_query *query,
                                   const struct sk_entry *entry, struct sk_words stated,
                                   enum sk_symbol_kind kind)
{
    struct weighed words = {.count = 0};

    for (size_t i = 0; i < stated.count; i++) {
        if (stated.count == 1 || !is_place_of(query, entry, stated.items[i].text))
            weigh(query, kind, stated.items[i].text, &words);
    }
    return words;
}

/* The weighed share, of 1024, of `from` that `to` holds; *ret_rarest is the smallest
 * number of carriers among the words found. */
static int32_t coverage(const struct sk_query *query, const struct weighed *from,
                        const struct weighed *to, size_t *ret_rarest)
{
    int64_t all = 0, found = 0;

    for (size_t i = 0; i < from->count; i++) {
        int best = 0;
        uint32_t symbol = 0;

        for (size_t k = 0; k < to->count; k++) {
            int similarity = sk_similarity(from->text[i], to->text[k]);

            if (similarity > best) {
                best = similarity;
                symbol = to->symbol[k] ? to->symbol[k] : from->symbol[i];
            }
        }
        all += from->weight[i];
        if (best < SIMILAR_WORD || (best < 1024 && from->text[i].size < 4))
            continue;
        size_t carriers = sk_symbol_postings(&query->self->symbols, symbol).count;

        found += (int64_t)from->weight[i] * best / 1024;
        if (carriers && carriers < *ret_rarest)
            *ret_rarest = carriers;
    }
    return all ? (int32_t)(found * 1024 / all) : 0;
}

static bool is_similar_run_together(const struct weighed *a, const struct weighed *b)
{
    char joined[2][64];
    size_t size[2] = {0};
    const struct weighed *side[2] = {a, b};

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

static bool is_equal(const struct weighed *a, const struct weighed *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        if (!sk_text_equal(a->text[i], b->text[i]))
            return false;
    }
    return a->count > 0;
}

/* The bits of a level: log2 of m (how often the right one is named so) over u. */
static int32_t level_bits(const struct sk_query *query, enum sk_name_level level,
                          size_t carriers)
{
    uint64_t all = (uint64_t)population(query);
    uint64_t few = carriers ? carriers : 1;
    int32_t bits;

    switch (level) {
    case SK_NAME_EXACT: /* few unregistered places bear a registered name: two bits */
        return sk_fixed_log2(all * 60, few * 100) + 2 * SK_BIT;
    case SK_NAME_TYPO:
        return sk_fixed_log2(all * 20, few * 200);
    case SK_NAME_SUBSET:
        return sk_fixed_log2(all * 10, few * 100);
    case SK_NAME_SIMILAR:
        bits = sk_fixed_log2(all * 4, few * 100) / 2;
        return bits > 2 * SK_BIT ? 2 * SK_BIT : bits < -SK_BIT ? -SK_BIT : bits;
    case SK_NAME_DIFFERENT:
        return -5 * SK_BIT;
    case SK_NAME_IN_TEXT:
        return sk_fixed_log2(all * 40, few * 100);
    case SK_NAME_MENTIONED:
        bits = sk_fixed_log2(all, few);
        return bits > 3 * SK_BIT ? 3 * SK_BIT : bits;
    case SK_NAME_MISSING:
        break;
    }
    return 0;
}

static struct sk_name_match compare_words(const struct sk_query *query,
                                          const struct weighed *a,
                                          const struct weighed *b, size_t carriers)
{
    struct sk_name_match match = {.level = SK_NAME_DIFFERENT};
    size_t rarest = SIZE_MAX;
    int32_t there = coverage(query, a, b, &rarest), back = coverage(query, b, a, &rarest);

    if (is_equal(a, b))
        match.level = SK_NAME_EXACT;
    else if ((there >= TYPO_COVERAGE && back >= TYPO_COVERAGE) ||
             is_similar_run_together(a, b))
        match.level = SK_NAME_TYPO;
    else if (there >= SUBSET_COVERAGE || back >= SUBSET_COVERAGE)
        match.level = SK_NAME_SUBSET;
    else if ((there + back) / 2 >= SIMILAR_COVERAGE)
        match.level = SK_NAME_SIMILAR;
    if (match.level == SK_NAME_SUBSET || match.level == SK_NAME_SIMILAR)
        carriers = rarest == SIZE_MAX ? 1 : rarest;
    match.bits = level_bits(query, match.level, carriers);
    return match;
}

/* Former names count a little less. */
static void note_period(const struct sk_query *query, const struct sk_fact *fact,
                        struct sk_name_match *match)
{
    match->former = !sk_holds_on(fact->from, fact->to, query->day);
    if (match->former && match->level != SK_NAME_DIFFERENT)
        match->bits -= SK_BIT;
}

static struct sk_name_match compare_stated(const struct sk_query *query,
                                           const struct sk_entry *entry,
                                           struct sk_words stated,
                                           enum sk_symbol_kind kind)
{
    struct sk_name_match best = {.level = SK_NAME_MISSING};
    struct weighed words =
        weigh_stated(query, entry, stated,
                     kind == SK_SYMBOL_NAME ? SK_SYMBOL_WORD : SK_SYMBOL_OPERATOR_WORD);

    for (size_t i = 0; i < entry->fact_count; i++) {
        const struct sk_fact *fact = &entry->facts[i];

        if (sk_symbol_kind(&query->self->symbols, fact->symbol) != kind)
            continue;
        struct weighed name = weigh_name(query, fact->symbol);
        struct sk_name_match match =
            compare_words(query, &words, &name,
                          sk_symbol_postings(&query->self->symbols, fact->symbol).count);

        note_period(query, fact, &match);
        if (best.level == SK_NAME_MISSING || match.bits > best.bits)
            best = match;
    }
    return best;
}

/* Whether word i of the zone is marked as a name: "crèche X", quotes. */
static bool is_announced(const struct sk_zone *zone, size_t i)
{
    uint32_t begin = zone->words.items[i].begin;

    if (begin > 0 && memchr("\"'", zone->source.data[begin - 1], 2))
        return true;
    for (size_t back = 1; back <= 2 && back <= i; back++) {
        if (sk_word_announces_name(zone->words.items[i - back].text))
            return true;
        if (!sk_word_is_generic(zone->words.items[i - back].text))
            return false;
    }
    return false;
}

/* How many words of the name stand from word i on, in order; *ret_last is the last. */
static size_t words_at(const struct sk_zone *zone, size_t i, const struct weighed *name,
                       size_t *ret_last)
{
    size_t found = 0, at = i;

    *ret_last = i;
    for (size_t k = 0; k < name->count; k++) {
        for (size_t step = 0; step <= GAP && at + step < zone->words.count; step++) {
            if (zone->symbols[at + step] == name->symbol[k] &&
                (k == 0 ? step == 0 : true)) {
                at += step;
                *ret_last = at++;
                found++;
                break;
            }
        }
        if (found <= k)
            break;
    }
    return found;
}

static void find_in_zone(const struct sk_query *query, const struct sk_zone *zone,
                         const struct sk_fact *fact, struct sk_name_match *best)
{
    struct weighed name = weigh_name(query, fact->symbol);
    size_t carriers = sk_symbol_postings(&query->self->symbols, fact->symbol).count;

    for (size_t i = 0; i < zone->words.count; i++) {
        size_t last;

        if (zone->own[i] || zone->symbols[i] == 0 || zone->symbols[i] != name.symbol[0])
            continue;
        size_t found = words_at(zone, i, &name, &last);
        bool whole = found == name.count && (found > 1 || is_announced(zone, i));
        struct sk_name_match match = {
            .level = whole ? SK_NAME_IN_TEXT : SK_NAME_MENTIONED,
            .field = zone->field,
            .begin = zone->words.items[i].begin,
            .end = zone->words.items[last].end,
        };

        match.bits = level_bits(query, match.level, carriers);
        note_period(query, fact, &match);
        if (best->level == SK_NAME_MISSING || match.bits > best->bits)
            *best = match;
    }
}

struct sk_name_match sk_name_in_text(const struct sk_query *query,
                                     const struct sk_entry *entry)
{
    struct sk_name_match best = {.level = SK_NAME_MISSING};

    for (size_t i = 0; i < entry->fact_count; i++) {
        if (sk_symbol_kind(&query->self->symbols, entry->facts[i].symbol) !=
            SK_SYMBOL_NAME)
            continue;
        for (size_t z = 0; z < query->zone_count; z++)
            find_in_zone(query, &query->zones[z], &entry->facts[i], &best);
    }
    return best;
}

static uint32_t end_of(struct sk_words words)
{
    return words.count ? words.items[words.count - 1].end : 0;
}

struct sk_name_match sk_name_compare(const struct sk_query *query,
                                     const struct sk_entry *entry)
{
    if (query->name.count == 0)
        return sk_name_in_text(query, entry);

    struct sk_name_match match =
        compare_stated(query, entry, query->name, SK_SYMBOL_NAME);

    match.field = SK_MENTION_NAAM;
    match.begin = query->name.items[0].begin;
    match.end = end_of(query->name);
    return match;
}

struct sk_name_match sk_operator_compare(const struct sk_query *query,
                                         const struct sk_entry *organiser,
                                         struct sk_words stated)
{
    if (stated.count == 0)
        return (struct sk_name_match){.level = SK_NAME_MISSING};

    struct sk_name_match match =
        compare_stated(query, organiser, stated, SK_SYMBOL_OPERATOR);

    match.begin = stated.items[0].begin;
    match.end = end_of(stated);
    return match;
}
