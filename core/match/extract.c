/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What free text states in numbers: dossier, enterprise and establishment numbers,
 * phones, e-mail addresses, websites. They are looked up in the register: a run of digits
 * is a dossier number because a dossier bears it, so that a child's code or a date, which
 * look alike, are left alone. Streets and places: extract_place.c.
 */
#include "match/query.h"
#include "match/words.h"

enum {
    BEFORE_NAME = 3, /* words: "buitenschoolse opvang de Zon" */
    PIECES = 6,      /* of a number written in pieces */
    NEAR = 4,        /* words between an announcement and its number */
    LEAST_NUMBER = 6,
    MOST_NUMBER = 14,
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
        if ((zone->words.items[i - back].meaning & SK_ANNOUNCES_NUMBER))
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

/* Words [i, i + count) as they stand in the zone. */
static struct sk_stated stated_at(const struct sk_zone *zone, size_t i, size_t count)
{
    return (struct sk_stated){
        .field = zone->field,
        .begin = zone->words.items[i].begin,
        .end = zone->words.items[i + count - 1].end,
        .role = zone->roles[i],
    };
}

/* Tries words [i, i + count) as one number. */
static bool read_number(struct sk_query *query, const struct sk_zone *zone, size_t i,
                        size_t count)
{
    struct sk_arena *arena = query->arena;
    struct sk_stated stated = stated_at(zone, i, count);
    struct sk_text digits = sk_words_join(zone->words, i, count, "", arena);
    bool plus = stated.begin > 0 && zone->source.data[stated.begin - 1] == '+';

    if (digits.size < LEAST_NUMBER || digits.size > MOST_NUMBER)
        return false;
    stated.certain = is_announced(zone, i);
    stated.text = digits;
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

/* A number that is called a dossier number and that no dossier bears. */
static void read_unknown_dossier(struct sk_query *query, const struct sk_zone *zone,
                                 size_t i)
{
    struct sk_text text = zone->words.items[i].text;
    struct sk_stated stated = stated_at(zone, i, 1);

    if (text.size < 8 || text.size > 12 || !is_announced(zone, i))
        return;
    stated.kind = SK_SYMBOL_DOSSIER;
    stated.text = text;
    stated.certain = true;
    sk_query_add(query, &stated);
}

/* The number that begins at word i; returns how many words it takes. */
static size_t read_digits(struct sk_query *query, const struct sk_zone *zone, size_t i)
{
    size_t longest = 1, size = zone->words.items[i].text.size, count;

    while (longest < PIECES && i + longest < zone->words.count && size <= MOST_NUMBER &&
           is_joined(zone, i + longest - 1) &&
           is_digits(zone->words.items[i + longest].text))
        size += zone->words.items[i + longest++].text.size;
    if (size < LEAST_NUMBER)
        return 1;
    for (count = longest; count > 0; count--) {
        if (read_number(query, zone, i, count))
            return count;
    }
    read_unknown_dossier(query, zone, i);
    return 1;
}

static void read_numbers(struct sk_query *query, const struct sk_zone *zone)
{
    for (size_t i = 0; i < zone->words.count; i++) {
        struct sk_text text = zone->words.items[i].text;

        if (text.data[0] > '9' && text.data[text.size - 1] > '9')
            continue;
        if (is_digits(text))
            i += read_digits(query, zone, i) - 1;
        else if (text.size >= LEAST_NUMBER)
            read_number(query, zone, i, 1);
    }
}

static bool is_address_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '.' || c == '-' || c == '_' || c == '+' || c == '%';
}

static enum sk_role role_at(const struct sk_zone *zone, size_t at)
{
    for (size_t i = 0; i < zone->words.count; i++) {
        if (zone->words.items[i].end > at)
            return zone->roles[i];
    }
    return SK_ROLE_SPOKEN;
}

static void read_email(struct sk_query *query, const struct sk_zone *zone, size_t at,
                       size_t size)
{
    const char *data = zone->source.data;
    size_t begin = at, end = at + 1;

    while (begin > 0 && is_address_character(data[begin - 1]))
        begin--;
    while (end < size && is_address_character(data[end]))
        end++;
    while (end > at + 1 && data[end - 1] == '.')
        end--;
    struct sk_text source = {data + begin, end - begin};
    struct sk_stated stated = {.field = zone->field,
                               .begin = (uint32_t)begin,
                               .end = (uint32_t)end,
                               .role = role_at(zone, begin)};

    stated.kind = SK_SYMBOL_EMAIL;
    stated.text = sk_email_key(source, query->arena);
    add_known(query, &stated);
    stated.kind = SK_SYMBOL_HOST;
    stated.text = sk_host_key(source, query->arena);
    add_known(query, &stated);
}

/* E-mail addresses, around each @. */
static void read_emails(struct sk_query *query, const struct sk_zone *zone)
{
    const char *data = zone->source.data, *found = data;
    size_t size =
        zone->source.size < SK_MATCH_TEXT_LIMIT ? zone->source.size : SK_MATCH_TEXT_LIMIT;

    while ((found = memchr(found, '@', size - (size_t)(found - data)))) {
        read_email(query, zone, (size_t)(found - data), size);
        found++;
    }
}

/* Websites, from each "www." on. */
static void read_websites(struct sk_query *query, const struct sk_zone *zone)
{
    for (size_t i = 0; i + 1 < zone->words.count; i++) {
        struct sk_stated stated = stated_at(zone, i, 1);

        if (!sk_text_is(zone->words.items[i].text, "www"))
            continue;
        while (stated.end < zone->source.size &&
               is_address_character(zone->source.data[stated.end]))
            stated.end++;
        struct sk_text source = {zone->source.data + stated.begin,
                                 stated.end - stated.begin};

        stated.kind = SK_SYMBOL_HOST;
        stated.text = sk_host_key(source, query->arena);
        add_known(query, &stated);
    }
}

/* "crèche" in "crèche De Zon", with a word or two between: as good as part of the name.
 */
static bool is_before_name(const struct sk_zone *zone, size_t word)
{
    for (size_t i = 0; i < zone->hit_count; i++) {
        const struct sk_hit *hit = &zone->hits[i];

        if (hit->announced && hit->word >= word && hit->word - word <= BEFORE_NAME)
            return true;
    }
    return false;
}

static void read_types(struct sk_query *query, const struct sk_zone *zone)
{
    size_t room = zone->words.count * sizeof *zone->words.items;
    struct sk_words spoken = {sk_arena_alloc(query->arena, room), 0};
    struct sk_words apart = {sk_arena_alloc(query->arena, room), 0};

    for (size_t i = 0; i < zone->words.count; i++) {
        if (zone->roles[i] != SK_ROLE_SPOKEN)
            continue;
        spoken.items[spoken.count++] = zone->words.items[i];
        if (!is_before_name(zone, i))
            apart.items[apart.count++] = zone->words.items[i];
    }
    query->type |= sk_types_of_words(&query->self->types, spoken, query->arena);
    query->type_apart |= sk_types_of_words(&query->self->types, apart, query->arena) != 0;
}

void sk_query_extract(struct sk_query *query)
{
    bool read = query->type == 0; /* fields and name say nothing of the type */

    for (size_t i = 0; i < query->zone_count; i++) {
        struct sk_zone *zone = &query->zones[i];

        read_numbers(query, zone);
        read_emails(query, zone);
        read_websites(query, zone);
        sk_query_extract_operators(query, zone);
        sk_query_extract_places(query, zone);
        if (read)
            read_types(query, zone);
    }
    if (read)
        query->type = sk_types_settle(&query->self->types, query->type);
}
