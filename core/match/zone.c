/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which words of a text count, and for what. Where the writer lives, how he signs and
 * which crèche it was before are read as such: each word has a role. Words that may be a
 * facility's name are gathered once, so that comparing costs little.
 */
#include "match/clean.h"
#include "match/query.h"
#include "match/spelling.h"
#include "match/words.h"

enum {
    LEAST_SLIP = 4,      /* letters of a word that is corrected … */
    SURE_SLIP = 6,       /* … and of one that nothing announces */
    HOME_WORDS = 9,      /* how far "ik woon" reaches */
    ASIDE_WORDS = 12,    /* how far "vroeger" does */
    CLOSING_WORDS = 4,   /* a closing stands this near the end of its line */
    SIGNATURE_WORDS = 7, /* a line of a signature has no more */
    SUBJECT_WORDS = 6,   /* a subject this short may be a name */
    REACH = 3,           /* words behind an announcement that may be the name */
};

static bool has_capitals(struct sk_text text)
{
    bool small = false, capital = false;

    for (size_t i = 0; i < text.size && !(small && capital); i++) {
        capital |= text.data[i] >= 'A' && text.data[i] <= 'Z';
        small |= text.data[i] >= 'a' && text.data[i] <= 'z';
    }
    return small && capital;
}

/* What stands between word i and the next one holds one of these. */
static bool is_followed_by(const struct sk_zone *zone, size_t i, const char *marks)
{
    uint32_t end = zone->words.items[i].end;
    uint32_t next = i + 1 < zone->words.count ? zone->words.items[i + 1].begin
                                              : (uint32_t)zone->source.size;

    for (uint32_t at = end; at < next; at++) {
        if (strchr(marks, zone->source.data[at]))
            return true;
    }
    return false;
}

/* The sentence ends behind word i; "St." is no end. */
static bool ends_sentence(const struct sk_zone *zone, size_t i)
{
    return is_followed_by(zone, i, "!?\n") ||
           (is_followed_by(zone, i, ".") && zone->words.items[i].text.size > 3);
}

static void mark(struct sk_zone *zone, size_t from, size_t most, enum sk_role role)
{
    for (size_t i = from; i < zone->words.count && i <= from + most; i++) {
        zone->roles[i] = (uint8_t)role;
        if (ends_sentence(zone, i))
            break;
    }
}

/* "Ik woon in de Kerkstraat 12 te Gent."; "Vroeger ging hij naar …": also what stands
 * before it in the sentence. */
static void mark_sentences(struct sk_zone *zone)
{
    for (size_t i = 0; i < zone->words.count; i++) {
        uint32_t meaning = zone->words.items[i].meaning;

        if (meaning & SK_SAYS_HOME) {
            mark(zone, i, HOME_WORDS, SK_ROLE_HOME);
        } else if (meaning & SK_LOOKS_BACK) {
            size_t from = i;

            while (from > 0 && from + ASIDE_WORDS > i && !ends_sentence(zone, from - 1))
                from--;
            mark(zone, from, i - from + ASIDE_WORDS, SK_ROLE_ASIDE);
        }
    }
}

static bool line_ends_soon(const struct sk_zone *zone, size_t i)
{
    for (size_t k = i; k < zone->words.count && k < i + CLOSING_WORDS; k++) {
        if (is_followed_by(zone, k, "\n"))
            return true;
    }
    return false;
}

static bool begins_line(const struct sk_zone *zone, size_t i)
{
    for (size_t back = 0; back < CLOSING_WORDS && back <= i; back++) {
        if (back == i || is_followed_by(zone, i - back - 1, "\n"))
            return true;
    }
    return false;
}

/* The word behind the closing line; 0 when there is none. */
static size_t after_closing(const struct sk_zone *zone)
{
    size_t i = zone->words.count;

    while (i-- > 0) {
        if (!(zone->words.items[i].meaning & SK_CLOSES_LETTER) ||
            !line_ends_soon(zone, i) || !begins_line(zone, i))
            continue;
        while (i + 1 < zone->words.count && !is_followed_by(zone, i, "\n"))
            i++;
        return i + 1;
    }
    return 0;
}

/* The first word of short lines behind the last blank line, when no sentence is among
 * them; 0 when there are none. A form ("Naam: …") is no signature. */
static size_t closing_block(const struct sk_zone *zone)
{
    size_t i = zone->words.count, in_line = 0;

    while (i-- > 0) {
        uint32_t begin = zone->words.items[i].begin;
        uint32_t before = i ? zone->words.items[i - 1].end : 0;
        struct sk_text gap = {zone->source.data + before, begin - before};
        const char *line = memchr(gap.data, '\n', gap.size);

        in_line = is_followed_by(zone, i, "\n") ? 1 : in_line + 1;
        if (in_line > SIGNATURE_WORDS || is_followed_by(zone, i, "?!:;"))
            return 0;
        if (line && i && memchr(line + 1, '\n', gap.size - (size_t)(line + 1 - gap.data)))
            return i;
    }
    return 0;
}

static void mark_signature(struct sk_zone *zone)
{
    size_t from = after_closing(zone);

    if (from == 0)
        from = closing_block(zone);
    for (size_t i = from; from > 0 && i < zone->words.count; i++)
        zone->roles[i] = SK_ROLE_SENDER;
}

/* Whether anything that names a facility is left when asides do not count. */
static bool has_more_than_asides(const struct sk_zone *zone)
{
    for (size_t i = 0; i < zone->words.count; i++) {
        if (zone->roles[i] == SK_ROLE_SPOKEN && zone->symbols[i] &&
            !(zone->words.items[i].meaning & SK_MEANS_NOTHING))
            return true;
    }
    return false;
}

static void forget_asides(struct sk_zone *zone)
{
    for (size_t i = 0; i < zone->words.count; i++) {
        if (zone->roles[i] == SK_ROLE_ASIDE)
            zone->roles[i] = SK_ROLE_SPOKEN;
    }
}

static bool is_capital(const struct sk_zone *zone, size_t i)
{
    unsigned char c = (unsigned char)zone->source.data[zone->words.items[i].begin];

    return (c >= 'A' && c <= 'Z') || c >= 0x80;
}

/* A capital where no sentence begins, or the subject: the writer marks a name. */
static bool is_marked(const struct sk_zone *zone, size_t i)
{
    if (zone->field == SK_MENTION_ONDERWERP)
        return zone->words.count <= SUBJECT_WORDS;
    if (i > 1 && (zone->words.items[i - 1].meaning & SK_IS_ARTICLE) &&
        (zone->words.items[i - 2].meaning & SK_LEADS_TO_NAME))
        return true; /* "naar de speelvogel" */
    if (zone->no_capitals)
        return false;
    return i > 0 && is_capital(zone, i) && !is_followed_by(zone, i - 1, ".!?:\n");
}

/* "crèche X", "crèche de X", in quotes. */
static bool is_called(const struct sk_zone *zone, size_t i)
{
    uint32_t begin = zone->words.items[i].begin;

    if (begin > 0 && memchr("\"'", zone->source.data[begin - 1], 2))
        return true;
    for (size_t back = 1; back <= REACH && back <= i; back++) {
        uint32_t meaning = zone->words.items[i - back].meaning;

        if (ends_sentence(zone, i - back))
            break;
        if (meaning & SK_ANNOUNCES_NAME)
            return true;
        if (!(meaning & SK_MEANS_NOTHING))
            break;
    }
    return false;
}

static struct sk_hit hit_at(const struct sk_zone *zone, size_t i)
{
    bool called = is_called(zone, i);

    return (struct sk_hit){
        .word = (uint32_t)i, .called = called, .announced = called || is_marked(zone, i)};
}

static bool is_letters(struct sk_text word)
{
    for (size_t i = 0; i < word.size; i++) {
        if (word.data[i] >= '0' && word.data[i] <= '9')
            return false;
    }
    return true;
}

static void add_hit(struct sk_zone *zone, const struct sk_hit *hit)
{
    if (zone->hit_count < SK_HITS)
        zone->hits[zone->hit_count++] = *hit;
}

/* A word that the register does not know may be one of its words with a slip in it. */
static void add_near(const struct sk_query *query, struct sk_zone *zone, size_t i)
{
    const struct sk_match_register *reg = query->self;
    struct sk_text word = zone->words.items[i].text;
    struct sk_hit hit = hit_at(zone, i);
    struct sk_spellings near;

    if (word.size < LEAST_SLIP || !is_letters(word) ||
        (zone->words.items[i].meaning & SK_MEANS_NOTHING) ||
        !(hit.announced || (zone->no_capitals && word.size >= SURE_SLIP)))
        return;
    if (sk_word_is_nearly_generic(word)) { /* "Kinseropvang" announces a name too */
        zone->words.items[i].meaning |= SK_MEANS_NOTHING | SK_ANNOUNCES_NAME;
        return;
    }
    sk_spellings_find(&reg->spellings, &reg->symbols, SK_SYMBOL_WORD, word, &near);
    for (size_t k = 0; k < near.count && k < SK_NEAR; k++)
        hit.near[k] = near.symbol[k];
    if (near.count || hit.announced)
        add_hit(zone, &hit);
}

static void find_hits(const struct sk_query *query, struct sk_zone *zone)
{
    for (size_t i = 0; i < zone->words.count; i++) {
        if (!zone->symbols[i]) {
            add_near(query, zone, i);
            continue;
        }
        struct sk_hit hit = hit_at(zone, i);

        add_hit(zone, &hit);
    }
}

void sk_zone_add(struct sk_query *query, enum sk_match_field field, struct sk_text source)
{
    if (!sk_text_filled(source) || query->zone_count == SK_ZONES)
        return;
    struct sk_zone *zone = &query->zones[query->zone_count++];

    zone->field = field;
    zone->source = sk_clean(source, query->arena);
    zone->no_capitals = !has_capitals(zone->source);
    zone->words = sk_words_of(zone->source, query->arena);
    zone->street_words = sk_street_words(zone->words, query->arena);
    zone->symbols = sk_arena_alloc(query->arena, zone->words.count * sizeof(uint32_t));
    zone->roles = sk_arena_alloc_zeroed(query->arena, zone->words.count);
    for (size_t i = 0; i < zone->words.count; i++)
        zone->symbols[i] = sk_symbol_find(&query->self->symbols, SK_SYMBOL_WORD,
                                          zone->words.items[i].text);
    mark_sentences(zone);
    if (field == SK_MENTION_TEKST)
        mark_signature(zone);
    if (query->name.words.count == 0 && !has_more_than_asides(zone))
        forget_asides(zone);
    find_hits(query, zone);
}
