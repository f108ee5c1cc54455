/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What free text states. Numbers, addresses and places are looked up in the register: a
 * run of digits is a dossier number because a dossier bears it, a street is one in which
 * a location stands. So a child's code or a date, which look alike, are left alone. The
 * words around the sender's own address ("ik woon in …") are put aside first.
 */
#include "match/query.h"
#include "match/words.h"

enum {
    POSTCODE_DIGITS = 4, /* fewer are a house number */
    PIECES = 6,          /* of a number written in pieces */
    STREET_WORDS = 5,
    PLACE_WORDS = 4,
    NEAR = 4, /* words between an announcement and its number */
};

static bool is_digits(struct sk_text text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
    }
    return text.size > 0;
}

/* Nothing but a separator or two between word i and the next one. */
static bool is_joined(const struct sk_zone *zone, size_t i)
{
    uint32_t end = zone->words.items[i].end, begin = zone->words.items[i + 1].begin;

    if (begin - end > 3)
        return false;
    for (uint32_t at = end; at < begin; at++) {
        if (!memchr(" ./-()", zone->source.data[at], 6))
            return false;
    }
    return true;
}

static bool is_announced(const struct sk_zone *zone, size_t i)
{
    for (size_t back = 1; back <= NEAR && back <= i; back++) {
        if (sk_word_announces_number(zone->words.items[i - back].text))
            return true;
    }
    return false;
}

static bool add_known(struct sk_query *query, const struct sk_stated *stated)
{
    if (!sk_symbol_find(&query->self->symbols, stated->kind, stated->text))
        return false;
    sk_query_add(query, stated);
    return true;
}

/* Tries words [i, i + count) as one number. */
static bool read_number(struct sk_query *query, const struct sk_zone *zone, size_t i,
                        size_t count)
{
    struct sk_arena *arena = query->arena;
    struct sk_stated stated = {
        .field = zone->field,
        .begin = zone->words.items[i].begin,
        .end = zone->words.items[i + count - 1].end,
        .certain = is_announced(zone, i),
        .text = sk_words_join(zone->words, i, count, "", arena),
    };
    bool plus = stated.begin > 0 && zone->source.data[stated.begin - 1] == '+';
    struct sk_text digits = stated.text;

    if (digits.size < 6 || digits.size > 14)
        return false;
    stated.kind = SK_SYMBOL_DOSSIER;
    if (add_known(query, &stated))
        return true;
    stated.text = sk_enterprise_key(digits, arena);
    stated.kind = SK_SYMBOL_ENTERPRISE;
    if (digits.size >= 8 && add_known(query, &stated))
        return true;
    stated.kind = SK_SYMBOL_ESTABLISHMENT;
    if (digits.size >= 8 && add_known(query, &stated))
        return true;
    if (!plus && digits.data[0] != '0')
        return false;
    stated.text = sk_phone_key(
        plus ? sk_arena_printf(arena, "+%.*s", SK_TEXT_ARG(digits)) : digits, arena);
    stated.kind = SK_SYMBOL_PHONE;
    return add_known(query, &stated);
}

static void read_numbers(struct sk_query *query, const struct sk_zone *zone)
{
    for (size_t i = 0; i < zone->words.count; i++) {
        size_t longest = 1, count;
        struct sk_text text = zone->words.items[i].text;

        if (!is_digits(text)) {
            if (text.size >= 6 && text.data[text.size - 1] <= '9')
                read_number(query, zone, i, 1);
            continue;
        }
        while (longest < PIECES && i + longest < zone->words.count &&
               is_joined(zone, i + longest - 1) &&
               is_digits(zone->words.items[i + longest].text))
            longest++;
        for (count = longest; count > 0; count--) {
            if (read_number(query, zone, i, count))
                break;
        }
        if (count > 1)
            i += count - 1;
        if (count == 0 && text.size >= 8 && text.size <= 12 && is_announced(zone, i))
            sk_query_add(query, &(struct sk_stated){.kind = SK_SYMBOL_DOSSIER,
                                                    .text = text,
                                                    .field = zone->field,
                                                    .begin = zone->words.items[i].begin,
                                                    .end = zone->words.items[i].end,
                                                    .certain = true});
    }
}

static bool is_address_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '.' || c == '-' || c == '_' || c == '+' || c == '%';
}

/* E-mail addresses, around each @. */
static void read_emails(struct sk_query *query, const struct sk_zone *zone)
{
    const char *data = zone->source.data;
    size_t size =
        zone->source.size < SK_MATCH_TEXT_LIMIT ? zone->source.size : SK_MATCH_TEXT_LIMIT;

    for (size_t at = 1; at + 1 < size; at++) {
        size_t begin = at, end = at + 1;

        if (data[at] != '@')
            continue;
        while (begin > 0 && is_address_character(data[begin - 1]))
            begin--;
        while (end < size && is_address_character(data[end]))
            end++;
        while (end > at + 1 && data[end - 1] == '.')
            end--;
        struct sk_text source = {data + begin, end - begin};
        struct sk_stated stated = {
            .field = zone->field, .begin = (uint32_t)begin, .end = (uint32_t)end};

        stated.kind = SK_SYMBOL_EMAIL;
        stated.text = sk_email_key(source, query->arena);
        add_known(query, &stated);
        stated.kind = SK_SYMBOL_HOST;
        stated.text = sk_host_key(source, query->arena);
        add_known(query, &stated);
    }
}

/* Websites, from each "www." on. */
static void read_websites(struct sk_query *query, const struct sk_zone *zone)
{
    for (size_t i = 0; i + 1 < zone->words.count; i++) {
        uint32_t begin = zone->words.items[i].begin, end = begin;

        if (!sk_text_is(zone->words.items[i].text, "www"))
            continue;
        while (end < zone->source.size && is_address_character(zone->source.data[end]))
            end++;
        struct sk_text source = {zone->source.data + begin, end - begin};

        add_known(query, &(struct sk_stated){.kind = SK_SYMBOL_HOST,
                                             .text = sk_host_key(source, query->arena),
                                             .field = zone->field,
                                             .begin = begin,
                                             .end = end});
    }
}

/* The house number that follows word i: "12", "nr. 12", "nummer 12". */
static struct sk_text number_after(const struct sk_query *query,
                                   const struct sk_zone *zone, size_t i, uint32_t *end)
{
    for (size_t k = i + 1; k < zone->words.count && k <= i + 2; k++) {
        const struct sk_word *word = &zone->words.items[k];

        if (word->text.data[0] <= '9' && word->text.size <= 5) {
            *end = word->end;
            return sk_number_key((struct sk_text){zone->source.data + word->begin,
                                                  zone->source.size - word->begin < 6
                                                      ? zone->source.size - word->begin
                                                      : 6},
                                 query->arena);
        }
        if (!sk_text_is(word->text, "nr") && !sk_text_is(word->text, "nummer"))
            break;
    }
    return (struct sk_text){0};
}

static bool is_capital(const struct sk_zone *zone, size_t i)
{
    unsigned char c = (unsigned char)zone->source.data[zone->words.items[i].begin];

    return (c >= 'A' && c <= 'Z') || c >= 0x80 || zone->no_capitals;
}

/* A street begins with a capital or has its house number behind it. */
static bool may_be_street(const struct sk_zone *zone, size_t i)
{
    if (is_capital(zone, i))
        return true;
    for (size_t k = i + 1; k < zone->words.count && k <= i + STREET_WORDS + 1; k++) {
        if (zone->words.items[k].text.data[0] <= '9')
            return true;
    }
    return false;
}

/* Words [i, …) as a street of the register, longest first; returns the words taken. */
static size_t read_street(struct sk_query *query, const struct sk_zone *zone, size_t i)
{
    if (!may_be_street(zone, i))
        return 0;
    for (size_t count = STREET_WORDS; count > 0; count--) {
        if (i + count > zone->words.count)
            continue;
        uint32_t begin = zone->words.items[i].begin;
        uint32_t end = zone->words.items[i + count - 1].end;
        struct sk_text key = sk_street_key(
            (struct sk_text){zone->source.data + begin, end - begin}, query->arena);

        if (key.size < 5 || !sk_symbol_find(&query->self->symbols, SK_SYMBOL_STREET, key))
            continue;
        struct sk_text number = number_after(query, zone, i + count - 1, &end);

        if (number.size == 0 && (key.size < 8 || !is_capital(zone, i)))
            continue;
        sk_query_add(query, &(struct sk_stated){.kind = SK_SYMBOL_STREET,
                                                .text = key,
                                                .number = number,
                                                .field = zone->field,
                                                .begin = begin,
                                                .end = end});
        return count;
    }
    return 0;
}

/* Words [i, …) as a municipality, longest first; a postcode before it comes along. */
static size_t read_place(struct sk_query *query, const struct sk_zone *zone, size_t i)
{
    for (size_t count = PLACE_WORDS; count > 0; count--) {
        if (i + count > zone->words.count)
            continue;
        uint32_t begin = zone->words.items[i].begin;
        uint32_t end = zone->words.items[i + count - 1].end;
        struct sk_stated stated = {
            .kind = SK_SYMBOL_PLACE,
            .text = sk_place_key_of(zone->words, i, count, query->arena),
            .field = zone->field,
            .begin = begin,
            .end = end,
        };

        if (!add_known(query, &stated))
            continue;
        if (i > 0 && is_digits(zone->words.items[i - 1].text)) {
            stated.kind = SK_SYMBOL_POSTCODE;
            stated.text = zone->words.items[i - 1].text;
            stated.begin = zone->words.items[i - 1].begin;
            stated.end = zone->words.items[i - 1].end;
            add_known(query, &stated);
        }
        return count;
    }
    return 0;
}

/* A postcode that stands alone: behind a comma, before a name, or called so. */
static void read_postcode(struct sk_query *query, const struct sk_zone *zone, size_t i)
{
    const struct sk_word *word = &zone->words.items[i];
    uint32_t before = word->begin;
    bool called = i > 0 && sk_text_is(zone->words.items[i - 1].text, "postcode");
    bool named = i + 1 < zone->words.count && is_capital(zone, i + 1) &&
                 !zone->no_capitals && is_joined(zone, i);

    while (before > 0 && zone->source.data[before - 1] == ' ')
        before--;
    for (size_t back = 2; back <= 3 && back <= i && !called; back++)
        called = sk_text_is(zone->words.items[i - back].text, "postcode");
    if (!called && !named && (before == 0 || zone->source.data[before - 1] != ','))
        return;
    add_known(query, &(struct sk_stated){.kind = SK_SYMBOL_POSTCODE,
                                         .text = word->text,
                                         .field = zone->field,
                                         .begin = word->begin,
                                         .end = word->end});
}

static void read_addresses(struct sk_query *query, const struct sk_zone *zone)
{
    for (size_t i = 0; i < zone->words.count; i++) {
        if (!zone->own[i] && is_digits(zone->words.items[i].text) &&
            zone->words.items[i].text.size >= POSTCODE_DIGITS)
            read_postcode(query, zone, i);
        if (zone->own[i] || is_digits(zone->words.items[i].text))
            continue;
        size_t taken = read_street(query, zone, i);

        if (taken == 0 && is_capital(zone, i))
            taken = read_place(query, zone, i);
        if (taken > 1)
            i += taken - 1;
    }
}

static void read_types(struct sk_query *query, const struct sk_zone *zone)
{
    if (query->type_stated)
        return;
    query->type |= sk_types_of_words(&query->self->types, zone->words, query->arena);
}

void sk_query_extract(struct sk_query *query)
{
    for (size_t i = 0; i < query->zone_count; i++) {
        struct sk_zone *zone = &query->zones[i];

        read_numbers(query, zone);
        read_emails(query, zone);
        read_websites(query, zone);
        read_addresses(query, zone);
        read_types(query, zone);
    }
    if (!query->type_stated)
        query->type = sk_types_settle(&query->self->types, query->type);
}
