/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Streets, house numbers, postcodes, municipalities and their parts in free text, and the
 * names of organisers. A run of words is a street because one of the register is called
 * so; what looks like a street with its number and is none of them is one elsewhere.
 */
#include "match/query.h"
#include "match/spelling.h"
#include "match/words.h"

enum {
    POSTCODE_DIGITS = 4, /* fewer are a house number */
    STREET_WORDS = 5,
    PLACE_WORDS = 4,
    OPERATOR_WORDS = 5,
    LEAST_STREET = 5,
    SURE_STREET = 8,  /* letters that are a street without a number */
    ABBREVIATION = 4, /* letters before a point that ends no sentence */
    KEY_SIZE = 128,
};

static bool is_number(struct sk_text text)
{
    return text.data[0] <= '9';
}

static bool is_capital(const struct sk_zone *zone, size_t i)
{
    unsigned char c = (unsigned char)zone->source.data[zone->words.items[i].begin];

    return (c >= 'A' && c <= 'Z') || c >= 0x80;
}

/* Words [i, i + count) of the zone as one run of letters; 0 when it is too long. */
static struct sk_text join(struct sk_words words, size_t i, size_t count,
                           char key[KEY_SIZE])
{
    size_t size = 0;

    for (size_t k = i; k < i + count && k < words.count; k++) {
        struct sk_text text = words.items[k].text;

        if (size + text.size > KEY_SIZE)
            return (struct sk_text){key, 0};
        memcpy(key + size, text.data, text.size);
        size += text.size;
    }
    return (struct sk_text){key, size};
}

/* Whether words [i, i + count) follow each other without a pause; "St." is none. */
static bool is_run(const struct sk_zone *zone, size_t i, size_t count)
{
    for (size_t k = i; k + 1 < i + count; k++) {
        uint32_t end = zone->words.items[k].end;
        uint32_t next = zone->words.items[k + 1].begin;

        for (uint32_t at = end; at < next; at++) {
            char c = zone->source.data[at];

            if (memchr(",;:!?\n()", c, 8) ||
                (c == '.' && zone->words.items[k].text.size > ABBREVIATION))
                return false;
        }
    }
    return true;
}

/* Whether any street or place begins as the words from i on do. */
static bool may_begin(const struct sk_query *query, struct sk_words words, size_t i)
{
    char key[KEY_SIZE];
    struct sk_text begin = words.items[i].text;

    for (size_t count = 2; begin.size < SK_BEGIN_SIZE && count <= PLACE_WORDS; count++)
        begin = join(words, i, count, key);
    return sk_symbol_may_begin(&query->self->symbols, begin) ||
           (words.items[i].text.size < SK_BEGIN_SIZE &&
            sk_symbol_may_begin(&query->self->symbols, words.items[i].text));
}

/* The house number that follows word i: "12", "nr. 12", "nummer 12". */
static struct sk_text number_after(const struct sk_query *query,
                                   const struct sk_zone *zone, size_t i, uint32_t *end)
{
    for (size_t k = i + 1; k < zone->words.count && k <= i + 2; k++) {
        const struct sk_word *word = &zone->words.items[k];
        size_t left = zone->source.size - word->begin;

        if (is_number(word->text) && word->text.size <= 5) {
            *end = word->end;
            return sk_number_key(
                (struct sk_text){zone->source.data + word->begin, left < 6 ? left : 6},
                query->arena);
        }
        if (!sk_text_is(word->text, "nr") && !sk_text_is(word->text, "nummer"))
            break;
    }
    return (struct sk_text){0};
}

static struct sk_stated stated_at(const struct sk_zone *zone, size_t i, size_t count)
{
    return (struct sk_stated){
        .field = zone->field,
        .begin = zone->words.items[i].begin,
        .end = zone->words.items[i + count - 1].end,
        .role = zone->roles[i],
    };
}

/* "in de Mierennest": else it is as well a name. */
static bool is_led_to(const struct sk_zone *zone, size_t i)
{
    for (size_t back = 1; back <= 2 && back <= i; back++) {
        if (zone->words.items[i - back].meaning & SK_LEADS_TO_PLACE)
            return true;
    }
    return false;
}

/* A street begins with a capital, ends like one, or has its number behind it. */
static bool is_street(const struct sk_zone *zone, size_t i, size_t last,
                      struct sk_text key, bool numbered)
{
    bool shaped = sk_word_ends_street(zone->street_words.items[last].text);

    if (key.size < LEAST_STREET)
        return false;
    if (numbered)
        return is_capital(zone, i) || zone->no_capitals || shaped;
    return key.size >= SURE_STREET &&
           (shaped ? is_capital(zone, i) || zone->no_capitals
                   : is_capital(zone, i) && is_led_to(zone, i));
}

static bool add_street(struct sk_query *query, const struct sk_zone *zone, size_t i,
                       size_t count, struct sk_text key)
{
    struct sk_stated stated = stated_at(zone, i, count);

    stated.kind = SK_SYMBOL_STREET;
    stated.number = number_after(query, zone, i + count - 1, &stated.end);
    if (!is_street(zone, i, i + count - 1, key, stated.number.size > 0))
        return false;
    stated.text = sk_arena_text(query->arena, key);
    sk_query_add(query, &stated);
    return true;
}

/* The street of the register that the words from i on name, the longest first; returns
 * how many words it takes. */
static size_t read_known_street(struct sk_query *query, const struct sk_zone *zone,
                                size_t i)
{
    char key[KEY_SIZE + 4];

    if (!may_begin(query, zone->street_words, i))
        return 0;
    for (size_t count = STREET_WORDS; count > 0; count--) {
        if (i + count > zone->words.count || !is_run(zone, i, count))
            continue;
        struct sk_text text = join(zone->street_words, i, count, key);

        if (text.size > 3 && memcmp(text.data + text.size - 3, "str", 3) == 0) {
            memcpy(key + text.size, "aat", 3);
            text.size += 3;
        }
        if (sk_symbol_find(&query->self->symbols, SK_SYMBOL_STREET, text) &&
            add_street(query, zone, i, count, text))
            return count;
    }
    return 0;
}

static bool is_near_street(const struct sk_query *query, struct sk_text key)
{
    const struct sk_match_register *reg = query->self;
    struct sk_spellings near;

    sk_spellings_find(&reg->spellings, &reg->symbols, SK_SYMBOL_STREET, key, &near);
    return near.count > 0;
}

/* What ends like a street, or has a number behind its capital, and is in no register: a
 * slip, or a street elsewhere. */
static size_t read_other_street(struct sk_query *query, const struct sk_zone *zone,
                                size_t i)
{
    char key[KEY_SIZE];

    if (!is_capital(zone, i) && !zone->no_capitals)
        return 0;
    for (size_t count = 1; count <= 3 && i + count <= zone->words.count; count++) {
        size_t last = i + count - 1;

        if (!is_run(zone, i, count))
            return 0;
        bool shaped = sk_word_ends_street(zone->street_words.items[last].text);
        bool numbered = last + 1 < zone->words.count &&
                        is_number(zone->words.items[last + 1].text) &&
                        zone->words.items[last + 1].text.size < POSTCODE_DIGITS;

        if (is_number(zone->words.items[last].text))
            return 0;
        if (!shaped && !(numbered && is_capital(zone, last)))
            continue;
        struct sk_text text = join(zone->street_words, i, count, key);

        if (is_near_street(query, text) ||
            (shaped && numbered && (count == 1 || !zone->no_capitals)))
            return add_street(query, zone, i, count, text) ? count : 0;
    }
    return 0;
}

static void add_postcode(struct sk_query *query, const struct sk_zone *zone, size_t i)
{
    struct sk_stated stated = stated_at(zone, i, 1);

    stated.kind = SK_SYMBOL_POSTCODE;
    stated.text = zone->words.items[i].text;
    if (sk_symbol_postings(
            &query->self->symbols,
            sk_symbol_find(&query->self->symbols, SK_SYMBOL_POSTCODE, stated.text))
            .count)
        sk_query_add(query, &stated);
}

/* Whether word i stands where the name of a place may: behind "in", a postcode, a comma,
 * or with a capital. */
static bool may_be_place(const struct sk_zone *zone, size_t i)
{
    if (!zone->no_capitals)
        return is_capital(zone, i);
    return i > 0 && (is_number(zone->words.items[i - 1].text) ||
                     (zone->words.items[i - 1].meaning & SK_LEADS_TO_PLACE) ||
                     zone->roles[i] == SK_ROLE_HOME);
}

static bool is_place(const struct sk_query *query, struct sk_text key)
{
    return sk_symbol_find(&query->self->symbols, SK_SYMBOL_PLACE, key) ||
           sk_query_district(query, key);
}

/* A place with a slip in it, where a place must stand. */
static bool is_near_place(const struct sk_query *query, const struct sk_zone *zone,
                          size_t i, struct sk_text *key)
{
    const struct sk_match_register *reg = query->self;
    struct sk_spellings near;

    if (i == 0 || key->size < LEAST_STREET || zone->symbols[i] ||
        !(is_number(zone->words.items[i - 1].text) ||
          (zone->words.items[i - 1].meaning & SK_LEADS_TO_PLACE)))
        return false;
    sk_spellings_find(&reg->spellings, &reg->symbols, SK_SYMBOL_PLACE, *key, &near);
    if (near.count == 0)
        sk_spellings_find(&reg->spellings, &reg->symbols, SK_SYMBOL_DISTRICT, *key,
                          &near);
    if (near.count == 0)
        return false;
    *key = sk_symbol_text(&reg->symbols, near.symbol[0]);
    return is_place(query, *key);
}

/* Words [i, …) as a municipality or a part of one, longest first; a postcode before it
 * comes along. */
static size_t read_place(struct sk_query *query, const struct sk_zone *zone, size_t i)
{
    bool known = may_begin(query, zone->words, i);

    for (size_t count = PLACE_WORDS; count > 0; count--) {
        if (i + count > zone->words.count || (!known && count > 1) ||
            !is_run(zone, i, count))
            continue;
        struct sk_text key = sk_place_key_of(zone->words, i, count, query->arena);

        if (!is_place(query, key) && !(count == 1 && is_near_place(query, zone, i, &key)))
            continue;
        struct sk_stated stated = stated_at(zone, i, count);

        stated.kind = SK_SYMBOL_PLACE;
        stated.text = key;
        sk_query_add(query, &stated);
        if (i > 0 && is_number(zone->words.items[i - 1].text))
            add_postcode(query, zone, i - 1);
        return count;
    }
    return 0;
}

/* A postcode that stands alone: behind a comma, before a name, or called so. */
static void read_postcode(struct sk_query *query, const struct sk_zone *zone, size_t i)
{
    const struct sk_word *word = &zone->words.items[i];
    uint32_t before = word->begin;
    bool named = i + 1 < zone->words.count && is_capital(zone, i + 1) &&
                 !zone->no_capitals && zone->words.items[i + 1].begin - word->end <= 3;

    while (before > 0 && zone->source.data[before - 1] == ' ')
        before--;
    for (size_t back = 1; back <= 3 && back <= i && !named; back++)
        named = sk_text_is(zone->words.items[i - back].text, "postcode");
    if (named || before == 0 || memchr(",(\n", zone->source.data[before - 1], 3))
        add_postcode(query, zone, i);
}

void sk_query_extract_places(struct sk_query *query, const struct sk_zone *zone)
{
    for (size_t i = 0; i < zone->words.count; i++) {
        struct sk_text text = zone->words.items[i].text;
        enum sk_role role = zone->roles[i];
        size_t taken = 0;

        if (role == SK_ROLE_ASIDE || role == SK_ROLE_OPERATOR ||
            (role == SK_ROLE_SENDER && query->channel == SK_MATCH_KLACHT))
            continue;
        if (is_number(text)) {
            if (text.size >= POSTCODE_DIGITS)
                read_postcode(query, zone, i);
            continue;
        }
        if (role != SK_ROLE_HOME)
            taken = read_known_street(query, zone, i);
        if (taken == 0 && may_be_place(zone, i))
            taken = read_place(query, zone, i);
        if (taken == 0 && role != SK_ROLE_HOME)
            taken = read_other_street(query, zone, i);
        i += taken ? taken - 1 : 0;
    }
}

/* The organiser that the words from i on name; words that say nothing are stepped over.
 */
static size_t read_operator(struct sk_query *query, struct sk_zone *zone, size_t i)
{
    const struct sk_symbols *symbols = &query->self->symbols;
    char key[KEY_SIZE];
    size_t size = 0, taken = 0, words = 0;
    struct sk_stated stated = {.kind = SK_SYMBOL_OPERATOR};

    for (size_t k = i; k < zone->words.count && words < OPERATOR_WORDS; k++) {
        struct sk_text text = zone->words.items[k].text;

        if (zone->words.items[k].meaning & SK_MEANS_NOTHING)
            continue;
        if (!sk_symbol_find(symbols, SK_SYMBOL_OPERATOR_WORD, text) ||
            size + text.size + 1 > KEY_SIZE)
            break;
        if (words++)
            key[size++] = ' ';
        memcpy(key + size, text.data, text.size);
        size += text.size;
        if (!sk_symbol_find(symbols, SK_SYMBOL_OPERATOR, (struct sk_text){key, size}))
            continue;
        taken = k + 1 - i;
        stated.text = sk_arena_text(query->arena, (struct sk_text){key, size});
    }
    stated.certain = taken && sk_words_mark_operator(zone->words, i, taken);
    if (words < 2 && !stated.certain)
        return 0; /* "Rakkers" is as well a facility's name */
    if (taken) {
        stated.field = zone->field;
        stated.begin = zone->words.items[i].begin;
        stated.end = zone->words.items[i + taken - 1].end;
        sk_query_add(query, &stated);
        for (size_t k = i; k < i + taken && stated.certain; k++)
            zone->roles[k] = SK_ROLE_OPERATOR;
    }
    return taken;
}

void sk_query_extract_operators(struct sk_query *query, struct sk_zone *zone)
{
    for (size_t i = 0; i < zone->words.count; i++) {
        if (zone->roles[i] != SK_ROLE_SPOKEN ||
            (zone->words.items[i].meaning & SK_MEANS_NOTHING) ||
            is_number(zone->words.items[i].text))
            continue;
        size_t taken = read_operator(query, zone, i);

        i += taken ? taken - 1 : 0;
    }
}
