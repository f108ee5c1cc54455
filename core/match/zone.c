/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which words of a text count. What the sender quotes (an earlier mail, with whatever
 * places it named) is cut off; what says where he lives, and in a complaint his
 * signature, is read but is no evidence of a facility.
 */
#include "match/query.h"
#include "match/spelling.h"
#include "match/words.h"

enum {
    LEAST_SLIP = 6,     /* letters of a word that is corrected */
    SLIP_SIMILAR = 820, /* of 1024 */
    OWN_WORDS = 9,      /* how far "ik woon" reaches */
    SIGNATURE_WORDS = 4 /* a closing stands this near the end of its line */
};

static bool contains(struct sk_text text, const char *part)
{
    return text.size && memmem(text.data, text.size, part, strlen(part)) != NULL;
}

/* A line that begins a quoted message. */
static bool begins_quote(struct sk_text line)
{
    static const char *const wrote[] = {"schreef", "wrote", "a écrit"};
    struct sk_text trimmed = sk_text_trim(line);

    if (sk_text_starts_with(trimmed, ">") || sk_text_starts_with(trimmed, "-----"))
        return true;
    if (trimmed.size == 0 || trimmed.data[trimmed.size - 1] != ':')
        return false;
    for (size_t i = 0; i < SK_COUNT(wrote); i++) {
        if (contains(trimmed, wrote[i]))
            return true;
    }
    return false;
}

/* The text up to the first quoted line. */
static struct sk_text spoken(struct sk_text source)
{
    struct sk_text rest = source;

    while (rest.data) {
        struct sk_text line = sk_text_split(&rest, '\n');

        if (line.data > source.data && begins_quote(line))
            return (struct sk_text){source.data, (size_t)(line.data - source.data)};
    }
    return source;
}

static bool has_capitals(struct sk_text text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] >= 'A' && text.data[i] <= 'Z')
            return true;
    }
    return false;
}

/* "Ik woon in de Kerkstraat 12 te Gent." */
static void mark_home(struct sk_zone *zone)
{
    for (size_t i = 0; i < zone->words.count; i++) {
        if (!sk_word_announces_own_address(zone->words.items[i].text))
            continue;
        for (size_t k = i; k < zone->words.count && k <= i + OWN_WORDS; k++) {
            uint32_t end = zone->words.items[k].end;

            zone->own[k] = true;
            if (end < zone->source.size && zone->source.data[end] == '.' &&
                zone->words.items[k].text.size > 3)
                break; /* the sentence ends, and "St." is no end */
        }
    }
}

static bool line_ends_soon(const struct sk_zone *zone, size_t i)
{
    for (size_t k = i; k < zone->words.count && k < i + SIGNATURE_WORDS; k++) {
        uint32_t end = zone->words.items[k].end;
        uint32_t next = k + 1 < zone->words.count ? zone->words.items[k + 1].begin
                                                  : (uint32_t)zone->source.size;

        if (memchr(zone->source.data + end, '\n', next - end))
            return true;
    }
    return false;
}

/* What follows the last closing line of a complaint is who complains. */
static void mark_signature(struct sk_zone *zone)
{
    size_t i = zone->words.count;

    while (i-- > 0) {
        if (sk_word_closes_letter(zone->words.items[i].text) && line_ends_soon(zone, i))
            break;
    }
    for (i++; i > 0 && i < zone->words.count; i++)
        zone->own[i] = true;
}

static bool is_letters(struct sk_text word)
{
    for (size_t i = 0; i < word.size; i++) {
        if (word.data[i] >= '0' && word.data[i] <= '9')
            return false;
    }
    return true;
}

/* A word that may be meant as a name, with a capital or behind what announces one. */
static bool may_be_name(const struct sk_zone *zone, size_t i)
{
    char c = zone->source.data[zone->words.items[i].begin];

    if (zone->field == SK_MENTION_ONDERWERP || (c >= 'A' && c <= 'Z'))
        return true;
    for (size_t back = 1; back <= 2 && back <= i; back++) {
        if (sk_word_announces_name(zone->words.items[i - back].text))
            return true;
    }
    return false;
}

/* Takes the one nearest word of the register for a name with a slip in it. */
static void correct_slips(const struct sk_query *query, struct sk_zone *zone)
{
    const struct sk_symbols *symbols = &query->self->symbols;

    for (size_t i = 0; i < zone->words.count; i++) {
        struct sk_text word = zone->words.items[i].text;
        struct sk_spellings near = {.count = 0};

        if (zone->symbols[i] || word.size < LEAST_SLIP || !is_letters(word) ||
            !may_be_name(zone, i) || sk_symbol_find(symbols, SK_SYMBOL_PLACE, word))
            continue;
        sk_spellings_find(&near, symbols, word);
        if (near.count == 0 || near.similarity[0] < SLIP_SIMILAR ||
            (near.count > 1 && near.similarity[1] == near.similarity[0]))
            continue;
        zone->symbols[i] = near.symbol[0];
        zone->slip[i] = true;
    }
}

void sk_zone_add(struct sk_query *query, enum sk_match_field field, struct sk_text source,
                 enum sk_match_channel channel)
{
    if (!sk_text_filled(source))
        return;
    struct sk_zone *zone = &query->zones[query->zone_count++];

    *zone = (struct sk_zone){.field = field, .source = spoken(source)};
    zone->no_capitals = !has_capitals(zone->source);
    zone->words = sk_words_of(zone->source, query->arena);
    zone->street_words = sk_street_words(zone->words, query->arena);
    zone->symbols = sk_arena_alloc(query->arena, zone->words.count * sizeof(uint32_t));
    zone->slip = sk_arena_alloc_zeroed(query->arena, zone->words.count * sizeof(bool));
    zone->own = sk_arena_alloc_zeroed(query->arena, zone->words.count * sizeof(bool));
    for (size_t i = 0; i < zone->words.count; i++)
        zone->symbols[i] = sk_symbol_find(&query->self->symbols, SK_SYMBOL_WORD,
                                          zone->words.items[i].text);
    correct_slips(query, zone);
    mark_home(zone);
    if (channel == SK_MATCH_KLACHT)
        mark_signature(zone);
}
