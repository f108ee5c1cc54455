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
    SUBJECT_WORDS = 6, /* a subject this short may be a name */
    GAP = 2,           /* words that may stand between two words of a name */
};

enum { SLIP = 2 * SK_BIT }; /* what a slip in the text costs */

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

static void weigh(const struct sk_query *query, uint32_t symbol, struct sk_text text,
                  struct weighed *words)
{
    if (words->count == WORDS)
        return;
    words->text[words->count] = text;
    words->symbol[words->count] = symbol;
    words->weight[words->count++] = sk_word_weight(query, symbol);
}

/* The words of the register name that is the entry's fact number `at`: they follow it. */
static struct weighed weigh_name(const struct sk_query *query,
                                 const struct sk_entry *entry, size_t at)
{
    const struct sk_symbols *symbols = &query->self->symbols;
    struct weighed words = {.count = 0};

    for (size_t i = at + 1; i < entry->fact_count; i++) {
        uint32_t symbol = entry->facts[i].symbol;
        enum sk_symbol_kind kind = sk_symbol_kind(symbols, symbol);

        if (kind != SK_SYMBOL_WORD && kind != SK_SYMBOL_OPERATOR_WORD)
            break;
        weigh(query, symbol, sk_symbol_text(symbols, symbol), &words);
    }
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

/* The stated words; without the place, "Zonnebloem Gent" is "Zonnebloem" where the
 * location is in Gent. */
static struct weighed weigh_stated(const struct sk_query *query,
                                   const struct sk_entry *entry,
                                   const struct sk_stated_name *stated,
                                   const uint32_t *symbols, bool with_place)
{
    struct weighed words = {.count = 0};

    for (size_t i = 0; i < stated->words.count; i++) {
        struct sk_text word = stated->words.items[i].text;

        if (with_place || stated->words.count == 1 || !is_place_of(query, entry, word))
            weigh(query, symbols[i], word, &words);
    }
    return words;
}

/* How similar each word of the one is to each of the other. */
struct pairs {
    int similarity[WORDS][WORDS];
};

static void compare_pairs(const struct weighed *a, const struct weighed *b,
                          struct pairs *pairs)
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
static int32_t coverage(const struct sk_query *query, const struct weighed *a,
                        const struct weighed *b, const struct pairs *pairs, bool back,
                        size_t *ret_rarest)
{
    const struct weighed *from = back ? b : a, *to = back ? a : b;
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
    struct pairs pairs;
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
                                           const struct sk_stated_name *stated,
                                           enum sk_symbol_kind kind)
{
    struct sk_name_match best = {.level = SK_NAME_MISSING};
    const uint32_t *symbols =
        kind == SK_SYMBOL_NAME ? stated->as_name : stated->as_operator;
    const struct weighed full = weigh_stated(query, entry, stated, symbols, true);
    const struct weighed bare = weigh_stated(query, entry, stated, symbols, false);

    for (size_t i = 0; i < entry->fact_count; i++) {
        const struct sk_fact *fact = &entry->facts[i];

        if (sk_symbol_kind(&query->self->symbols, fact->symbol) != kind)
            continue;
        struct weighed name = weigh_name(query, entry, i);
        size_t carriers = sk_symbol_postings(&query->self->symbols, fact->symbol).count;
        struct sk_name_match match = compare_words(query, &full, &name, carriers);

        if (bare.count < full.count && match.level != SK_NAME_EXACT) {
            struct sk_name_match without = compare_words(query, &bare, &name, carriers);

            match = without.bits > match.bits ? without : match;
        }
        note_period(query, fact, &match);
        if (best.level == SK_NAME_MISSING || match.bits > best.bits)
            best = match;
    }
    best.begin = stated->words.items[0].begin;
    best.end = stated->words.items[stated->words.count - 1].end;
    return best;
}

/* A capital where no sentence begins, or the subject: the writer marks a name. */
static bool is_marked(const struct sk_zone *zone, size_t i)
{
    const char *data = zone->source.data;
    uint32_t at = zone->words.items[i].begin;
    bool capital =
        (data[at] >= 'A' && data[at] <= 'Z') || (unsigned char)data[at] >= 0x80;

    if (zone->field == SK_MENTION_ONDERWERP)
        return zone->words.count <= SUBJECT_WORDS;
    if (!capital || zone->no_capitals || i == 0)
        return false;
    while (at > 0 && memchr(" \t", data[at - 1], 2))
        at--;
    return at > 0 && !memchr(".!?:\n", data[at - 1], 5);
}

/* Whether word i of the zone is marked as a name: "crèche X", quotes, a capital. */
static bool is_announced(const struct sk_zone *zone, size_t i)
{
    uint32_t begin = zone->words.items[i].begin;

    if (begin > 0 && memchr("\"'", zone->source.data[begin - 1], 2))
        return true;
    for (size_t back = 1; back <= 2 && back <= i; back++) {
        if (sk_word_announces_name(zone->words.items[i - back].text))
            return true;
        if (!sk_word_is_generic(zone->words.items[i - back].text))
            break;
    }
    return is_marked(zone, i);
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
                         const struct sk_fact *fact, const struct weighed *name,
                         struct sk_name_match *best)
{
    size_t carriers = sk_symbol_postings(&query->self->symbols, fact->symbol).count;

    for (size_t i = 0; i < zone->words.count; i++) {
        size_t last;

        if (zone->own[i] || zone->symbols[i] == 0 || zone->symbols[i] != name->symbol[0])
            continue;
        size_t found = words_at(zone, i, name, &last);
        bool whole = found == name->count && (found > 1 || is_announced(zone, i));
        bool slip = false;

        for (size_t k = i; k <= last; k++)
            slip |= zone->slip[k];
        if (slip && !whole)
            continue;
        struct sk_name_match match = {
            .level = whole ? SK_NAME_IN_TEXT : SK_NAME_MENTIONED,
            .slip = slip,
            .whole = found == name->count,
            .field = zone->field,
            .begin = zone->words.items[i].begin,
            .end = zone->words.items[last].end,
        };

        match.bits = level_bits(query, match.level, carriers) - (slip ? SLIP : 0);
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
        struct weighed name = weigh_name(query, entry, i);

        for (size_t z = 0; z < query->zone_count; z++)
            find_in_zone(query, &query->zones[z], &entry->facts[i], &name, &best);
    }
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

/* Whether the word stands, anywhere, in the part of the field. */
static bool stands_in(const struct sk_query *query, struct sk_text word,
                      enum sk_match_field field, uint32_t begin, uint32_t end)
{
    for (size_t z = 0; z < query->zone_count; z++) {
        const struct sk_zone *zone = &query->zones[z];

        for (size_t i = 0; zone->field == field && i < zone->words.count; i++) {
            const struct sk_word *other = &zone->words.items[i];

            if (other->begin >= begin && other->end <= end &&
                sk_similarity(other->text, word) >= SIMILAR_WORD)
                return true;
        }
    }
    return false;
}

/* A word of the register's names that is marked as one, or any that is announced. */
static bool may_name(const struct sk_zone *zone, size_t i)
{
    if (zone->own[i] || sk_word_is_generic(zone->words.items[i].text))
        return false;
    if (zone->symbols[i])
        return is_announced(zone, i);
    for (size_t back = 1; back <= 2 && back <= i; back++) {
        if (sk_word_announces_name(zone->words.items[i - back].text))
            return is_marked(zone, i);
    }
    return false;
}

bool sk_name_is_rivalled(const struct sk_query *query, enum sk_match_field field,
                         uint32_t begin, uint32_t end)
{
    for (size_t z = 0; z < query->zone_count; z++) {
        const struct sk_zone *zone = &query->zones[z];

        for (size_t i = 0; i < zone->words.count; i++) {
            struct sk_text word = zone->words.items[i].text;

            if (zone->field != SK_MENTION_TEKST || !may_name(zone, i) ||
                sk_symbol_find(&query->self->symbols, SK_SYMBOL_PLACE, word) ||
                stands_in(query, word, field, begin, end))
                continue;
            return true;
        }
    }
    return false;
}

struct sk_name_match sk_operator_compare(const struct sk_query *query,
                                         const struct sk_entry *organiser,
                                         const struct sk_stated_name *stated)
{
    if (stated->words.count == 0)
        return (struct sk_name_match){.level = SK_NAME_MISSING};
    return compare_stated(query, organiser, stated, SK_SYMBOL_OPERATOR);
}
