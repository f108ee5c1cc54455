/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Street, house number and municipality are one feature: they hang together, and counting
 * each would count the town three times. Of a location's dated addresses the one that
 * agrees best counts, a little less when it did not hold on the day.
 */
#include "match/compare.h"
#include "match/fixed.h"

enum { SIMILAR_STREET = 800, SIMILAR_PLACE = 800 };

enum town_level { TOWN_MISSING, TOWN_DIFFERENT, TOWN_ELSEWHERE, TOWN_EQUAL };

enum street_level {
    STREET_MISSING,
    STREET_DIFFERENT,
    STREET_OTHER_NUMBER,
    STREET_EQUAL,   /* number missing on one side */
    STREET_SIMILAR, /* and the number equal */
    STREET_AND_NUMBER,
};

struct town {
    enum town_level level;
    const struct sk_stated *stated;
    size_t carriers;
    bool mixed; /* the municipality fits and the postcode does not */
};

struct street {
    enum street_level level;
    const struct sk_stated *stated;
};

struct outcome {
    struct town town;
    struct street street;
    const struct sk_place *place;
    bool former;
    int32_t bits;
};

static bool is_town_of(const struct sk_query *query, const struct sk_place *place,
                       const struct sk_stated *stated)
{
    const struct sk_symbols *symbols = &query->self->symbols;

    if (stated->kind == SK_SYMBOL_POSTCODE)
        return stated->symbol && stated->symbol == place->postcode;
    if (stated->symbol)
        return stated->symbol == place->place || stated->symbol == place->subplace;
    return sk_similarity(stated->text, sk_symbol_text(symbols, place->place)) >=
           SIMILAR_PLACE;
}

static struct town compare_town(const struct sk_query *query,
                                const struct sk_place *place)
{
    struct town town = {.level = TOWN_MISSING};

    for (size_t i = 0; i < query->stated_count; i++) {
        const struct sk_stated *stated = &query->stated[i];

        if (stated->kind != SK_SYMBOL_PLACE && stated->kind != SK_SYMBOL_POSTCODE)
            continue;
        if (stated->kind == SK_SYMBOL_POSTCODE && stated->certain && place->postcode &&
            stated->symbol != place->postcode)
            town.mixed = true;
        if (is_town_of(query, place, stated)) {
            uint32_t symbol = stated->symbol ? stated->symbol : place->place;
            size_t carriers = sk_symbol_postings(&query->self->symbols, symbol).count;

            if (town.level != TOWN_EQUAL || carriers < town.carriers)
                town = (struct town){TOWN_EQUAL, stated, carriers, town.mixed};
        } else if (town.level != TOWN_EQUAL) {
            town.level = stated->certain                ? TOWN_DIFFERENT
                         : town.level == TOWN_DIFFERENT ? TOWN_DIFFERENT
                                                        : TOWN_ELSEWHERE;
            town.stated = stated;
        }
    }
    return town;
}

static size_t digits_of(struct sk_text number)
{
    size_t count = 0;

    while (count < number.size && number.data[count] >= '0' && number.data[count] <= '9')
        count++;
    return count;
}

enum number_level { NUMBER_DIFFERENT, NUMBER_SIMILAR, NUMBER_EQUAL };

/* 12a is 12 to who leaves letters out, and not 12b. */
static enum number_level compare_number(struct sk_text a, struct sk_text b)
{
    size_t digits = digits_of(a);

    if (sk_text_equal(a, b))
        return NUMBER_EQUAL;
    if (!digits || digits != digits_of(b) || memcmp(a.data, b.data, digits) != 0)
        return NUMBER_DIFFERENT;
    return a.size == digits || b.size == digits ? NUMBER_SIMILAR : NUMBER_DIFFERENT;
}

static enum street_level street_level(const struct sk_query *query,
                                      const struct sk_place *place,
                                      const struct sk_stated *stated)
{
    const struct sk_symbols *symbols = &query->self->symbols;
    struct sk_text street = sk_symbol_text(symbols, place->street);
    struct sk_text number = sk_symbol_text(symbols, place->number);
    bool equal = stated->symbol && stated->symbol == place->street;
    bool similar = equal || sk_similarity(stated->text, street) >= SIMILAR_STREET;

    if (street.size == 0)
        return STREET_MISSING;
    if (!similar)
        return STREET_DIFFERENT;
    if (stated->number.size == 0 || number.size == 0)
        return equal ? STREET_EQUAL : STREET_MISSING;
    enum number_level same = compare_number(stated->number, number);

    if (same == NUMBER_DIFFERENT)
        return equal ? STREET_OTHER_NUMBER : STREET_DIFFERENT;
    return equal && same == NUMBER_EQUAL ? STREET_AND_NUMBER : STREET_SIMILAR;
}

static struct street compare_street(const struct sk_query *query,
                                    const struct sk_place *place)
{
    struct street best = {.level = STREET_MISSING};
    const struct sk_stated *stated;
    size_t at = 0;

    while ((stated = sk_query_next(query, SK_SYMBOL_STREET, &at))) {
        enum street_level level = street_level(query, place, stated);

        if (best.stated && level <= best.level)
            continue;
        best = (struct street){level, stated};
    }
    return best;
}

static int32_t bits_of(const struct sk_query *query, uint64_t percent, size_t carriers)
{
    return sk_fixed_log2(sk_query_population(query) * percent,
                         (carriers ? carriers : 1) * 100);
}

static int32_t town_bits(const struct sk_query *query, const struct town *town)
{
    switch (town->level) {
    case TOWN_EQUAL:
        return bits_of(query, town->stated->certain ? 93 : 70, town->carriers);
    case TOWN_DIFFERENT:
        return -7 * SK_BIT;
    case TOWN_ELSEWHERE:
        return -3 * SK_BIT;
    case TOWN_MISSING:
        break;
    }
    return 0;
}

static int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

/* What street and town together weigh. */
static int32_t place_bits(const struct sk_query *query, const struct outcome *outcome)
{
    const struct sk_symbols *symbols = &query->self->symbols;
    const struct sk_place *place = outcome->place;
    int32_t town = town_bits(query, &outcome->town);
    bool elsewhere = outcome->town.level == TOWN_DIFFERENT;
    bool certain = outcome->street.stated && outcome->street.stated->certain;
    size_t on_address = sk_symbol_postings(symbols, place->address).count;
    size_t in_street = sk_symbol_postings(symbols, place->street).count;

    switch (outcome->street.level) {
    case STREET_AND_NUMBER:
        if (elsewhere) /* every town has a Kerkstraat 12 */
            return town + SK_BIT;
        if (outcome->town.level != TOWN_EQUAL)
            return bits_of(query, 50,
                           on_address > in_street / 4 ? on_address : in_street / 4);
        return bits_of(query, 80, on_address) + (certain ? 4 : 3) * SK_BIT;
    case STREET_SIMILAR:
        return outcome->town.level == TOWN_EQUAL
                   ? bits_of(query, 30, on_address) + 2 * SK_BIT
                   : town + SK_BIT;
    case STREET_EQUAL:
        if (outcome->town.level != TOWN_EQUAL)
            return elsewhere ? town : bits_of(query, 50, in_street);
        return larger(town, bits_of(query, 60, in_street)) + SK_BIT;
    case STREET_OTHER_NUMBER:
        return town - SK_BIT;
    case STREET_DIFFERENT:
        return town - (certain ? 4 : 1) * SK_BIT;
    case STREET_MISSING:
        break;
    }
    return town;
}

static struct outcome compare_address(const struct sk_query *query,
                                      const struct sk_place *place)
{
    struct outcome outcome = {
        .town = compare_town(query, place),
        .street = compare_street(query, place),
        .place = place,
        .former = !sk_holds_on(place->from, place->to, query->day),
    };

    outcome.bits = place_bits(query, &outcome);
    if (outcome.former && outcome.bits > 0)
        outcome.bits -= (query->day < place->from ? 3 : 1) * SK_BIT;
    return outcome;
}

static void note_support(struct sk_comparison *comparison, const struct outcome *outcome)
{
    bool certain = outcome->street.stated && outcome->street.stated->certain;
    enum street_level street = outcome->street.level;
    enum town_level town = outcome->town.level;

    /* Where all are in one town, the town tells nothing apart. */
    if (town == TOWN_EQUAL && !outcome->town.mixed && outcome->bits >= 2 * SK_BIT)
        comparison->support |= SK_FOR_PLACE;
    if ((street == STREET_AND_NUMBER && town != TOWN_DIFFERENT) ||
        (street == STREET_SIMILAR && town == TOWN_EQUAL))
        comparison->support |= SK_FOR_ADDRESS;
    if (town == TOWN_DIFFERENT)
        comparison->conflicts |= SK_AGAINST_PLACE;
    if (certain && (street == STREET_DIFFERENT || street == STREET_OTHER_NUMBER))
        comparison->conflicts |= SK_AGAINST_STREET;
}

static void note_evidence(struct sk_comparison *comparison, const struct outcome *outcome)
{
    static const char *const street_text[] = {
        [STREET_DIFFERENT] = "andere straat", [STREET_OTHER_NUMBER] = "ander huisnummer",
        [STREET_EQUAL] = "straat gelijk",     [STREET_SIMILAR] = "gelijkend",
        [STREET_AND_NUMBER] = "gelijk",
    };
    static const char *const town_text[] = {
        [TOWN_DIFFERENT] = "anders",
        [TOWN_ELSEWHERE] = "andere genoemd",
        [TOWN_EQUAL] = "gelijk",
    };

    if (outcome->street.level != STREET_MISSING)
        sk_comparison_add(comparison, outcome->former ? "vroeger adres" : "adres",
                          street_text[outcome->street.level], outcome->bits,
                          outcome->street.stated);
    else if (outcome->town.level != TOWN_MISSING)
        sk_comparison_add(comparison, outcome->former ? "vroegere gemeente" : "gemeente",
                          town_text[outcome->town.level], outcome->bits,
                          outcome->town.stated);
}

void sk_compare_place(const struct sk_query *query, struct sk_comparison *comparison)
{
    const struct sk_entry *entry = comparison->entry;
    struct outcome best = {.place = NULL};

    for (size_t i = 0; i < entry->address_count; i++) {
        struct outcome outcome = compare_address(query, &entry->addresses[i]);

        if (!best.place || outcome.bits > best.bits)
            best = outcome;
    }
    if (!best.place)
        return;
    note_support(comparison, &best);
    note_evidence(comparison, &best);
}
