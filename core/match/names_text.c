/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names in running text. Of a location's name the words are sought in their order among
 * the words of the text that may belong to a name at all (zone.c), so that what is read
 * of a letter is short. A name of several words that is all there is one; a single common
 * word is one only when it is marked as a name.
 */
#include "base/compiler.h"
#include "match/compare.h"
#include "match/fixed.h"
#include "match/names.h"
#include "match/words.h"

enum {
    GAP = 2,                /* words that may stand between two words of a name */
    MOST_PART = 4 * SK_BIT, /* what part of a name says at most */
    MOST_WORD = 3 * SK_BIT, /* what an unmarked word does */
    SIMILAR_WORD = 680,
    BEFORE = 3, /* words before the telling ones */
};

/* A run of hits that may be the name. */
struct window {
    size_t first, last; /* hits */
    size_t found;       /* words of the name */
    int32_t weight, all;
    size_t rarest; /* carriers of the rarest word found */
    bool slip;
};

enum hit_match { HIT_NO, HIT_SLIP, HIT_YES };

static enum hit_match match_hit(const struct sk_zone *zone, const struct sk_hit *hit,
                                uint32_t word)
{
    if (zone->symbols[hit->word])
        return zone->symbols[hit->word] == word ? HIT_YES : HIT_NO;
    for (size_t i = 0; i < SK_NEAR; i++) {
        if (hit->near[i] == word && word)
            return HIT_SLIP;
    }
    return HIT_NO;
}

static void take(const struct sk_query *query, const struct sk_weighed_words *name,
                 size_t k, enum hit_match match, struct window *window)
{
    size_t carriers = sk_query_carriers(query, name->symbol[k]);

    window->found++;
    window->weight += name->weight[k];
    window->slip |= match == HIT_SLIP;
    if (carriers < window->rarest)
        window->rarest = carriers;
}

/* The window of the name whose first word stands at hit `at`; nothing found when none
 * does. */
static struct window window_at(const struct sk_query *query, const struct sk_zone *zone,
                               size_t at, const struct sk_weighed_words *name)
{
    struct window window = {.first = at, .last = at, .rarest = SIZE_MAX};
    size_t next = at;

    for (size_t k = 0; k < name->count; k++) {
        window.all += name->weight[k];
        for (size_t h = next; h < zone->hit_count; h++) {
            const struct sk_hit *hit = &zone->hits[h];
            enum hit_match match = match_hit(zone, hit, name->symbol[k]);

            if (hit->word > zone->hits[window.last].word + GAP + 1 ||
                (window.found == 0 && h > at))
                break;
            if (match == HIT_NO)
                continue;
            take(query, name, k, match, &window);
            window.last = h;
            next = h + 1;
            break;
        }
    }
    return window;
}

/* Words of the name that are missing are only the town it stands in. */
static bool lacks_only_its_place(const struct sk_query *query,
                                 const struct sk_entry *entry, const struct sk_zone *zone,
                                 const struct window *window,
                                 const struct sk_weighed_words *name)
{
    for (size_t k = 0; k < name->count; k++) {
        bool found = false;

        for (size_t h = window->first; h <= window->last; h++)
            found |= match_hit(zone, &zone->hits[h], name->symbol[k]) != HIT_NO;
        if (!found && !sk_name_is_place_of(query, entry, name->text[k]))
            return false;
    }
    return window->found > 0;
}

static int32_t at_most(int32_t bits, int32_t most)
{
    return bits > most ? most : bits;
}

/* What is being compared. */
struct search {
    const struct sk_query *query;
    const struct sk_entry *entry;
    const struct sk_zone *zone;
    const struct sk_fact *fact;
    size_t at; /* of the fact */
    struct sk_weighed_words name;
};

/* Whether that hit stands right beside the window and belongs to a longer name. */
static bool is_beside(const struct search *self, size_t h, size_t word)
{
    const struct sk_zone *zone = self->zone;
    const struct sk_query *query = self->query;

    if (h >= zone->hit_count || zone->hits[h].word != word ||
        zone->roles[word] != SK_ROLE_SPOKEN ||
        (zone->words.items[word].meaning & SK_MEANS_NOTHING))
        return false;
    return (zone->no_capitals || zone->hits[h].announced) &&
           (zone->symbols[word] || zone->hits[h].near[0] || zone->hits[h].called) &&
           !sk_query_covers(query, SK_SYMBOL_PLACE, zone, (uint32_t)word) &&
           !sk_query_covers(query, SK_SYMBOL_STREET, zone, (uint32_t)word);
}

/* "II", "3": which one of several of that name. */
static bool is_ordinal(const struct search *self, size_t word)
{
    static const char *const ordinals[] = {"i", "ii", "iii", "iv", "v", "vi"};

    if (word >= self->zone->words.count)
        return false;
    struct sk_text text = self->zone->words.items[word].text;

    for (size_t i = 0; i < SK_COUNT(ordinals); i++) {
        if (sk_text_is(text, ordinals[i]))
            return true;
    }
    return text.size == 1 && text.data[0] > '0' && text.data[0] <= '9';
}

/* "De Dappere Appelboom" and "Appelboom II" are not "Appelboom". */
static bool is_part_of_longer(const struct search *self, const struct window *window)
{
    const struct sk_zone *zone = self->zone;
    size_t before = zone->hits[window->first].word;
    size_t last = zone->hits[window->last].word;

    while (before > 0 && zone->words.items[before - 1].meaning & SK_IS_ARTICLE)
        before--;
    return (window->first > 0 && before > 0 &&
            is_beside(self, window->first - 1, before - 1)) ||
           is_beside(self, window->last + 1, last + 1) || is_ordinal(self, last + 1);
}

static struct sk_name_match judge_window(const struct search *self,
                                         const struct window *window)
{
    const struct sk_query *query = self->query;
    const struct sk_hit *first = &self->zone->hits[window->first];
    bool all = window->found == self->name.count;
    bool whole =
        all || lacks_only_its_place(query, self->entry, self->zone, window, &self->name);
    bool marked =
        (first->announced || window->found > 1) && !is_part_of_longer(self, window);
    size_t carriers = all ? sk_query_carriers(query, self->fact->symbol) : window->rarest;
    struct sk_name_match match = {.level = SK_NAME_MENTIONED,
                                  .source = SK_SOURCE_TEXT,
                                  .whole = whole,
                                  .no_place = whole && !all,
                                  .slip = window->slip};

    if (whole && marked) {
        match.level = SK_NAME_IN_TEXT;
        match.id = window->slip ? SK_LEVEL_NAME_TYPO : SK_LEVEL_NAME_EXACT;
        match.bits = sk_weigh(query, match.id, SK_SOURCE_TEXT, carriers);
        return match;
    }
    match.id = whole ? SK_LEVEL_NAME_PART : SK_LEVEL_NAME_SIMILAR;
    match.bits = at_most(sk_weigh(query, match.id, SK_SOURCE_TEXT, carriers),
                         whole ? MOST_WORD : MOST_PART);
    if (!whole && window->weight * 2 < window->all)
        match.bits = at_most(match.bits, SK_BIT);
    return match;
}

/* The name stands there with all its words: "Buitenschoolse opvang De Rakkers". */
static int32_t surface_bits(const struct search *self, const struct window *window)
{
    const struct sk_words words = self->zone->words;
    size_t first = self->zone->hits[window->first].word;
    size_t last = self->zone->hits[window->last].word;

    for (size_t back = 0; back <= BEFORE && back <= first; back++) {
        struct sk_text surface = sk_words_join(
            words, first - back, last - first + back + 1, " ", self->query->arena);
        int32_t bits = sk_name_surface_bits(self->query, self->entry, self->at, surface);

        if (bits)
            return bits;
    }
    return 0;
}

/* Part of the name, and no more than the town it stands in. */
static bool is_only_place(const struct search *self, const struct window *window)
{
    const struct sk_zone *zone = self->zone;

    for (size_t h = window->first; h <= window->last; h++) {
        uint32_t word = zone->hits[h].word;

        if (!sk_name_is_place_of(self->query, self->entry,
                                 zone->words.items[word].text) &&
            !sk_query_covers(self->query, SK_SYMBOL_PLACE, zone, word))
            return false;
    }
    return window->found < self->name.count;
}

static void find_in_zone(const struct search *self, struct sk_name_match *best)
{
    const struct sk_zone *zone = self->zone;

    for (size_t h = 0; h < zone->hit_count; h++) {
        enum sk_role role = zone->roles[zone->hits[h].word];
        struct window window = window_at(self->query, zone, h, &self->name);

        if (window.found == 0 || (role != SK_ROLE_SPOKEN && role != SK_ROLE_SENDER) ||
            (role == SK_ROLE_SENDER && self->query->channel == SK_MATCH_KLACHT) ||
            is_only_place(self, &window))
            continue;
        struct sk_name_match match = judge_window(self, &window);

        if (match.slip && !match.whole)
            continue;
        if (match.level == SK_NAME_IN_TEXT && !match.slip)
            match.bits += surface_bits(self, &window);
        match.sender = role == SK_ROLE_SENDER;
        match.field = zone->field;
        match.begin = zone->words.items[zone->hits[window.first].word].begin;
        match.end = zone->words.items[zone->hits[window.last].word].end;
        sk_name_note_period(self->fact, sk_entry_day(self->entry, self->query->day),
                            &match);
        if (best->level == SK_NAME_MISSING || match.sender < best->sender ||
            (match.sender == best->sender && match.bits > best->bits))
            *best = match;
    }
}

/* The text marks a name, and it is another one. */
static struct sk_name_match other_name(const struct sk_query *query)
{
    if (!sk_name_is_rivalled(query, SK_MENTION_NERGENS, 0, 0))
        return (struct sk_name_match){.level = SK_NAME_MISSING};
    return (struct sk_name_match){
        .level = SK_NAME_DIFFERENT,
        .id = SK_LEVEL_NAME_OTHER,
        .source = SK_SOURCE_TEXT,
        .field = SK_MENTION_NERGENS,
        .bits = sk_weigh_against(query, SK_LEVEL_NAME_OTHER, SK_SOURCE_TEXT),
    };
}

struct sk_name_match sk_name_in_text(const struct sk_query *query,
                                     const struct sk_entry *entry)
{
    struct sk_name_match best = {.level = SK_NAME_MISSING};
    struct search search = {.query = query, .entry = entry};

    for (size_t i = 0; i < entry->fact_count && query->zone_count; i++) {
        search.fact = &entry->facts[i];
        search.at = i;
        if (sk_symbol_kind(search.fact->symbol) != SK_SYMBOL_NAME)
            continue;
        sk_name_weigh(query, entry, i, &search.name);
        for (size_t z = 0; z < query->zone_count; z++) {
            search.zone = &query->zones[z];
            find_in_zone(&search, &best);
        }
    }
    return best.level == SK_NAME_MISSING ? other_name(query) : best;
}

/* Whether the word stands, anywhere, in the part of the field. */
static bool stands_in(const struct sk_query *query, struct sk_text word,
                      enum sk_match_field field, uint32_t begin, uint32_t end)
{
    for (size_t z = 0; z < query->zone_count; z++) {
        const struct sk_zone *zone = &query->zones[z];

        for (size_t h = 0; zone->field == field && h < zone->hit_count; h++) {
            const struct sk_word *other = &zone->words.items[zone->hits[h].word];

            if (other->begin >= begin && other->end <= end &&
                sk_similarity(other->text, word) >= SIMILAR_WORD)
                return true;
        }
    }
    return false;
}

static bool may_name(const struct sk_query *query, const struct sk_zone *zone,
                     const struct sk_hit *hit)
{
    const struct sk_word *word = &zone->words.items[hit->word];

    return hit->announced && zone->roles[hit->word] == SK_ROLE_SPOKEN &&
           (zone->symbols[hit->word] || hit->near[0] || hit->called) &&
           !(word->meaning & SK_MEANS_NOTHING) &&
           !sk_query_covers(query, SK_SYMBOL_STREET, zone, hit->word) &&
           !sk_query_covers(query, SK_SYMBOL_PLACE, zone, hit->word) &&
           !sk_query_covers(query, SK_SYMBOL_OPERATOR, zone, hit->word);
}

bool sk_name_is_rivalled(const struct sk_query *query, enum sk_match_field field,
                         uint32_t begin, uint32_t end)
{
    for (size_t z = 0; z < query->zone_count; z++) {
        const struct sk_zone *zone = &query->zones[z];

        for (size_t h = 0; h < zone->hit_count; h++) {
            const struct sk_hit *hit = &zone->hits[h];

            if (zone->field != SK_MENTION_ONDERWERP && may_name(query, zone, hit) &&
                !stands_in(query, zone->words.items[hit->word].text, field, begin, end))
                return true;
        }
    }
    return false;
}
