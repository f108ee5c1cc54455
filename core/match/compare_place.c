/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Street, house number and municipality are one feature: they hang together, and counting
 * each would count the town three times. Of a location's dated addresses the one that
 * agrees best counts, a little less when it did not hold on the day. What stands in the
 * sender's signature counts only when it is the whole address.
 */
#include "match/compare.h"
#include "match/fixed.h"

enum {
    SIMILAR_STREET = 800,
    SIMILAR_PLACE = 800,
    UNKNOWN_TOWN = 2 * SK_BIT, /* what a place that the register does not know costs */
    OTHER_POSTCODE = 3 * SK_BIT,
    HOME = 3 * SK_BIT,  /* the most that the writer's own town says */
    EARLY = 3 * SK_BIT, /* an address that is not yet */
    FORMER = SK_BIT,
    LEAST_PLACE = 2 * SK_BIT /* where all are in one town, the town tells nothing */
};

enum town_level { TOWN_MISSING, TOWN_UNKNOWN, TOWN_DIFFERENT, TOWN_HOME, TOWN_EQUAL };

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
    bool other_postcode; /* the municipality fits and the postcode does not */
};

struct street {
    enum street_level level;
    const struct sk_stated *stated;
};

struct outcome {
    struct town town;
    struct street street;
    const struct sk_place *place;
    bool former, sender;
    int32_t bits;
    enum sk_feature_level id;
};

/* What all addresses of one location are compared with. */
struct comparing {
    const struct sk_query *query;
    const struct sk_stated *name; /* where the location's name stands */
    int32_t day;
};

/* The town is part of the name in the text: "De Bambi Zwalm" says Zwalm only once. */
static bool is_within(const struct sk_stated *stated, const struct sk_stated *name)
{
    return stated->field >= SK_MATCH_FIELDS && stated->field == name->field &&
           stated->begin >= name->begin && stated->end <= name->end;
}

static enum sk_feature_source source_of(const struct sk_stated *stated)
{
    return stated && stated->certain ? SK_SOURCE_FIELD : SK_SOURCE_TEXT;
}

/* Whether the place lies in that part of a municipality. */
static bool is_in_district(const struct sk_query *query, const struct sk_place *place,
                           uint32_t district)
{
    struct sk_postings postcodes = sk_symbol_postings(&query->self->symbols, district);

    for (size_t i = 0; i < postcodes.count; i++) {
        if (postcodes.items[i] == place->postcode)
            return true;
    }
    return false;
}

/* How many locations the stated town fits, as it fits this one; 0 when it does not. */
static size_t town_carriers(const struct sk_query *query, const struct sk_place *place,
                            const struct sk_stated *stated)
{
    const struct sk_symbols *symbols = &query->self->symbols;

    if (stated->kind == SK_SYMBOL_POSTCODE)
        return stated->symbol && stated->symbol == place->postcode
                   ? sk_query_carriers(query, stated->symbol)
                   : 0;
    if (stated->symbol &&
        (stated->symbol == place->place || stated->symbol == place->subplace))
        return sk_query_carriers(query, stated->symbol);
    if (stated->district)
        return is_in_district(query, place, stated->district)
                   ? sk_query_carriers(query, place->postcode)
                   : 0;
    if (!stated->symbol &&
        sk_similarity(stated->text, sk_symbol_text(symbols, place->place)) >=
            SIMILAR_PLACE)
        return sk_query_carriers(query, place->place);
    return 0;
}

static enum town_level level_of_other(const struct sk_stated *stated)
{
    if (stated->role != SK_ROLE_SPOKEN)
        return TOWN_MISSING; /* where the writer lives excludes nothing */
    return stated->symbol || stated->district ? TOWN_DIFFERENT : TOWN_UNKNOWN;
}

/* The smallest stated town that the place lies in, else the worst that is stated. */
static struct town compare_town(const struct comparing *self,
                                const struct sk_place *place, bool sender)
{
    const struct sk_query *query = self->query;
    struct town town = {.level = TOWN_MISSING};

    for (size_t i = 0; i < query->stated_count; i++) {
        const struct sk_stated *stated = &query->stated[i];

        if ((stated->kind != SK_SYMBOL_PLACE && stated->kind != SK_SYMBOL_POSTCODE) ||
            (stated->role == SK_ROLE_SENDER) != sender || is_within(stated, self->name))
            continue;
        size_t carriers = town_carriers(query, place, stated);
        enum town_level level = !carriers                      ? level_of_other(stated)
                                : stated->role == SK_ROLE_HOME ? TOWN_HOME
                                                               : TOWN_EQUAL;

        town.other_postcode |= stated->kind == SK_SYMBOL_POSTCODE && stated->certain &&
                               place->postcode && !carriers;
        if (level < town.level || (level == town.level && carriers >= town.carriers))
            continue;
        town = (struct town){level, stated, carriers, town.other_postcode};
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
    bool equal = stated->symbol && stated->symbol == place->street;

    if (street.size == 0)
        return STREET_MISSING;
    if (!equal && sk_similarity(stated->text, street) < SIMILAR_STREET)
        return STREET_DIFFERENT;
    if (stated->number.size == 0 || !place->number)
        return equal || !stated->symbol ? STREET_EQUAL : STREET_DIFFERENT;
    enum number_level same =
        compare_number(stated->number, sk_symbol_text(symbols, place->number));

    if (same == NUMBER_DIFFERENT)
        return equal ? STREET_OTHER_NUMBER : STREET_DIFFERENT;
    return equal && same == NUMBER_EQUAL ? STREET_AND_NUMBER : STREET_SIMILAR;
}

static struct street compare_street(const struct sk_query *query,
                                    const struct sk_place *place, bool sender)
{
    struct street best = {.level = STREET_MISSING};
    const struct sk_stated *stated;
    size_t at = 0;

    while ((stated = sk_query_next(query, SK_SYMBOL_STREET, &at))) {
        enum street_level level;

        if ((stated->role == SK_ROLE_SENDER) != sender)
            continue;
        level = street_level(query, place, stated);
        if (best.stated && level <= best.level)
            continue;
        best = (struct street){level, stated};
    }
    return best;
}

static int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static int32_t smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static int32_t town_bits(const struct sk_query *query, const struct town *town)
{
    enum sk_feature_source source = source_of(town->stated);
    int32_t bits;

    switch (town->level) {
    case TOWN_EQUAL:
        bits = sk_weigh(query, SK_LEVEL_PLACE_TOWN, source, town->carriers);
        return town->other_postcode ? bits - OTHER_POSTCODE : bits;
    case TOWN_HOME:
        bits = sk_weigh(query, SK_LEVEL_PLACE_TOWN, source, town->carriers) - SK_BIT;
        return smaller(bits, HOME);
    case TOWN_DIFFERENT:
        return sk_weigh_against(query, SK_LEVEL_PLACE_OTHER, source);
    case TOWN_UNKNOWN:
        return -UNKNOWN_TOWN;
    case TOWN_MISSING:
        break;
    }
    return 0;
}

/* What street and town together weigh, and as which level. */
static void weigh_place(const struct sk_query *query, struct outcome *outcome)
{
    const struct sk_place *place = outcome->place;
    enum sk_feature_source source = source_of(outcome->street.stated);
    int32_t town = town_bits(query, &outcome->town);
    bool here = outcome->town.level == TOWN_EQUAL;
    bool elsewhere = outcome->town.level == TOWN_DIFFERENT;

    switch (outcome->street.level) {
    case STREET_AND_NUMBER:
        outcome->id = here ? SK_LEVEL_PLACE_ADDRESS : SK_LEVEL_PLACE_NO_TOWN;
        outcome->bits = here ? sk_weigh(query, outcome->id, source,
                                        sk_query_carriers(query, place->address)) -
                                   (outcome->town.other_postcode ? OTHER_POSTCODE : 0)
                             : town + sk_weigh(query, outcome->id, source,
                                               sk_query_carriers(query, place->door));
        break;
    case STREET_SIMILAR:
        outcome->id = SK_LEVEL_PLACE_SIMILAR;
        outcome->bits =
            here ? sk_weigh(query, outcome->id, source,
                            sk_query_carriers(query, place->address))
                 : town + sk_weigh(query, outcome->id, source,
                                   2 * sk_query_carriers(query, place->street));
        break;
    case STREET_EQUAL:
        outcome->id = SK_LEVEL_PLACE_STREET;
        outcome->bits =
            sk_weigh(query, outcome->id, source, sk_query_carriers(query, place->street));
        outcome->bits = here        ? larger(town, outcome->bits) + SK_BIT
                        : elsewhere ? town
                                    : town + outcome->bits;
        break;
    case STREET_OTHER_NUMBER:
        outcome->id = SK_LEVEL_PLACE_NUMBER_OTHER;
        outcome->bits = here ? town : town - SK_BIT;
        break;
    case STREET_DIFFERENT:
        outcome->id = SK_LEVEL_PLACE_STREET_OTHER;
        outcome->bits = town + sk_weigh_against(query, outcome->id, source);
        break;
    case STREET_MISSING:
        outcome->id = here                                    ? SK_LEVEL_PLACE_TOWN
                      : outcome->town.level == TOWN_DIFFERENT ? SK_LEVEL_PLACE_OTHER
                                                              : SK_LEVEL_NOT_LEARNT;
        outcome->bits = town;
        break;
    }
}

static struct outcome compare_address(const struct comparing *self,
                                      const struct sk_place *place, bool sender)
{
    const struct sk_query *query = self->query;
    struct outcome outcome = {
        .town = compare_town(self, place, sender),
        .street = compare_street(query, place, sender),
        .place = place,
        .former = !sk_holds_on(place->from, place->to, self->day),
        .sender = sender,
    };

    weigh_place(query, &outcome);
    if (outcome.former && outcome.bits > 0)
        outcome.bits -= self->day < place->from ? EARLY : FORMER;
    return outcome;
}

static void note_support(struct sk_comparison *comparison, const struct outcome *outcome)
{
    enum street_level street = outcome->street.level;
    enum town_level town = outcome->town.level;
    bool here = town == TOWN_EQUAL && !outcome->town.other_postcode;
    uint32_t support = 0;

    if (here && outcome->bits >= LEAST_PLACE)
        support |= SK_FOR_PLACE;
    if (town == TOWN_HOME)
        support |= SK_FOR_HOME_TOWN;
    if ((street == STREET_AND_NUMBER && town != TOWN_DIFFERENT) ||
        (street == STREET_SIMILAR && here))
        support |= SK_FOR_ADDRESS;
    if (street == STREET_EQUAL && town != TOWN_DIFFERENT)
        support |= SK_FOR_STREET;
    if (outcome->sender)
        support |= SK_FOR_SENDER;
    comparison->support |= support;
}

static void note_conflicts(struct sk_comparison *comparison,
                           const struct outcome *outcome)
{
    enum street_level street = outcome->street.level;

    if (outcome->town.level == TOWN_DIFFERENT)
        comparison->conflicts |=
            outcome->town.stated->certain ? SK_AGAINST_PLACE : SK_AGAINST_PLACE_TEXT;
    if (street == STREET_DIFFERENT || street == STREET_OTHER_NUMBER)
        comparison->conflicts |=
            outcome->street.stated->certain ? SK_AGAINST_STREET : SK_AGAINST_STREET_TEXT;
    if (outcome->town.level == TOWN_EQUAL && outcome->town.other_postcode)
        comparison->conflicts |= SK_AGAINST_POSTCODE;
    if (outcome->former && outcome->bits > 0)
        comparison->conflicts |= SK_AGAINST_FORMER;
}

static void note_evidence(struct sk_comparison *comparison, const struct outcome *outcome)
{
    static const char *const street_text[] = {
        [STREET_DIFFERENT] = "andere straat", [STREET_OTHER_NUMBER] = "ander huisnummer",
        [STREET_EQUAL] = "straat gelijk",     [STREET_SIMILAR] = "gelijkend",
        [STREET_AND_NUMBER] = "gelijk",
    };
    static const char *const town_text[] = {
        [TOWN_UNKNOWN] = "onbekend",
        [TOWN_DIFFERENT] = "anders",
        [TOWN_HOME] = "daar woont de afzender",
        [TOWN_EQUAL] = "gelijk",
    };
    bool street = outcome->street.level != STREET_MISSING;
    const struct sk_stated *stated =
        street ? outcome->street.stated : outcome->town.stated;

    if (!stated)
        return;
    sk_comparison_add(comparison,
                      &(struct sk_match_evidence){
                          .feature = street ? outcome->former ? "vroeger adres" : "adres"
                                     : outcome->former ? "vroegere gemeente"
                                                       : "gemeente",
                          .level = street ? street_text[outcome->street.level]
                                          : town_text[outcome->town.level],
                          .bits = outcome->bits,
                          .id = outcome->id,
                          .source = source_of(stated),
                      },
                      stated);
}

void sk_compare_place(const struct sk_query *query, const struct sk_stated *name,
                      struct sk_comparison *comparison)
{
    const struct sk_entry *entry = comparison->entry;
    const struct comparing self = {
        .query = query, .name = name, .day = sk_entry_day(entry, query->day)};
    struct outcome best = {.place = NULL};

    for (size_t i = 0; i < entry->address_count; i++) {
        const struct sk_place *place = &entry->addresses[i];
        struct outcome spoken = compare_address(&self, place, false);
        struct outcome signed_by = compare_address(&self, place, true);

        if (!best.place || spoken.bits > best.bits)
            best = spoken;
        if (signed_by.street.level >= STREET_SIMILAR && signed_by.bits > best.bits)
            best = signed_by;
    }
    if (!best.place)
        return;
    note_support(comparison, &best);
    note_conflicts(comparison, &best);
    note_evidence(comparison, &best);
}
