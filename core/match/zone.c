/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which words of a text count. What the sender quotes (an earlier mail, with whatever
 * places it named) is cut off; what says where he lives, and in a complaint his
 * signature, is read but is no evidence of a facility.
 */
#include "match/query.h"
#include "match/words.h"

enum {
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
    zone->own = sk_arena_alloc_zeroed(query->arena, zone->words.count * sizeof(bool));
    for (size_t i = 0; i < zone->words.count; i++)
        zone->symbols[i] = sk_symbol_find(&query->self->symbols, SK_SYMBOL_WORD,
                                          zone->words.items[i].text);
    mark_home(zone);
    if (channel == SK_MATCH_KLACHT)
        mark_signature(zone);
}
