/* SPDX-License-Identifier: Apache-2.0 */
/* The word lists. Each is sorted by bytes and searched by halving. */
#include "match/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"

struct entry {
    const char *word;
    const char *full;
    uint8_t bits;
};

/* What a word is, as bits beside enum sk_type. */
enum { GENERIC = 16, ANNOUNCES = 32, NEARLY = 840 /* of 1024, in similarity */ };
#define FAMILY (SK_TYPE_FAMILY | GENERIC)
#define GROUP (SK_TYPE_GROUP | GENERIC)
#define YOUNG (SK_TYPE_YOUNG | GENERIC)
#define SCHOOL (SK_TYPE_SCHOOL | GENERIC)

static const struct entry words[] = {
    {"a", 0, GENERIC},
    {"aan", 0, GENERIC},
    {"accueil", 0, GENERIC | ANNOUNCES},
    {"accueillante", 0, FAMILY | ANNOUNCES},
    {"asbl", 0, GENERIC},
    {"babyopvang", 0, YOUNG | ANNOUNCES},
    {"bij", 0, GENERIC},
    {"bso", 0, SCHOOL | ANNOUNCES},
    {"buitenschoolse", 0, SCHOOL},
    {"bv", 0, GENERIC},
    {"bvba", 0, GENERIC},
    {"creche", 0, GROUP | YOUNG | ANNOUNCES},
    {"cv", 0, GENERIC},
    {"cvba", 0, GENERIC},
    {"dagopvang", 0, YOUNG | ANNOUNCES},
    {"dagverblijf", 0, GROUP | YOUNG | ANNOUNCES},
    {"de", 0, GENERIC},
    {"des", 0, GENERIC},
    {"du", 0, GENERIC},
    {"een", 0, GENERIC},
    {"en", 0, GENERIC},
    {"et", 0, GENERIC},
    {"extrascolaire", 0, SCHOOL},
    {"garderie", 0, GENERIC | ANNOUNCES},
    {"gardienne", 0, FAMILY | ANNOUNCES},
    {"gastouder", 0, FAMILY | ANNOUNCES},
    {"gastouderbureau", 0, FAMILY | ANNOUNCES},
    {"gezinsopvang", 0, FAMILY | ANNOUNCES},
    {"groepsopvang", 0, GROUP | ANNOUNCES},
    {"het", 0, GENERIC},
    {"ibo", 0, SCHOOL | ANNOUNCES},
    {"in", 0, GENERIC},
    {"kdv", 0, GROUP | YOUNG | ANNOUNCES},
    {"kinderdagverblijf", 0, GROUP | YOUNG | ANNOUNCES},
    {"kinderopvang", 0, GENERIC | ANNOUNCES},
    {"l", 0, GENERIC},
    {"la", 0, GENERIC},
    {"le", 0, GENERIC},
    {"les", 0, GENERIC},
    {"locatie", 0, GENERIC},
    {"minicreche", 0, GROUP | YOUNG | ANNOUNCES},
    {"naschoolse", 0, SCHOOL},
    {"nv", 0, GENERIC},
    {"onthaalmoeder", 0, FAMILY | ANNOUNCES},
    {"onthaalouder", 0, FAMILY | ANNOUNCES},
    {"op", 0, GENERIC},
    {"opvang", 0, GENERIC | ANNOUNCES},
    {"opvanglocatie", 0, GENERIC | ANNOUNCES},
    {"peuteropvang", 0, YOUNG | ANNOUNCES},
    {"peuters", 0, SK_TYPE_YOUNG},
    {"peuterspeelzaal", 0, YOUNG | ANNOUNCES},
    {"psz", 0, YOUNG | ANNOUNCES},
    {"schoolkinderen", 0, SK_TYPE_SCHOOL},
    {"sprl", 0, GENERIC},
    {"srl", 0, GENERIC},
    {"t", 0, GENERIC},
    {"te", 0, GENERIC},
    {"un", 0, GENERIC},
    {"une", 0, GENERIC},
    {"van", 0, GENERIC},
    {"vgo", 0, FAMILY},
    {"vof", 0, GENERIC},
    {"voorschoolse", 0, SCHOOL},
    {"vzw", 0, GENERIC},
};

static const struct entry number_words[] = {
    {"dossier", 0, 0},       {"dossiernr", 0, 0}, {"dossiernummer", 0, 0},
    {"locatienummer", 0, 0}, {"lrk", 0, 0},       {"lrknummer", 0, 0},
    {"numero", 0, 0},        {"nummer", 0, 0},
};

static const struct entry own_address_words[] = {
    {"habite", 0, 0}, {"habitons", 0, 0}, {"thuisadres", 0, 0}, {"wonen", 0, 0},
    {"woning", 0, 0}, {"woon", 0, 0},     {"woonachtig", 0, 0}, {"woont", 0, 0},
};

static const struct entry looking_back_words[] = {
    {"ancienne", 0, 0},  {"ancienement", 0, 0}, {"auparavant", 0, 0},
    {"autrefois", 0, 0}, {"destijds", 0, 0},    {"indertijd", 0, 0},
    {"voordien", 0, 0},  {"voorheen", 0, 0},    {"vroeger", 0, 0},
};

static const struct entry closing_words[] = {
    {"bedankt", 0, 0}, {"cordialement", 0, 0},  {"dank", 0, 0},
    {"groet", 0, 0},   {"groeten", 0, 0},       {"groetjes", 0, 0},
    {"grtz", 0, 0},    {"hoogachtend", 0, 0},   {"merci", 0, 0},
    {"mvg", 0, 0},     {"remerciements", 0, 0}, {"salutations", 0, 0},
};

static const struct entry common_hosts[] = {
    {"gmail.com", 0, 0},   {"googlemail.com", 0, 0}, {"hotmail.be", 0, 0},
    {"hotmail.com", 0, 0}, {"hotmail.fr", 0, 0},     {"icloud.com", 0, 0},
    {"live.be", 0, 0},     {"live.nl", 0, 0},        {"me.com", 0, 0},
    {"msn.com", 0, 0},     {"outlook.be", 0, 0},     {"outlook.com", 0, 0},
    {"pandora.be", 0, 0},  {"proximus.be", 0, 0},    {"scarlet.be", 0, 0},
    {"skynet.be", 0, 0},   {"telenet.be", 0, 0},     {"yahoo.com", 0, 0},
    {"yahoo.fr", 0, 0},    {"ziggo.nl", 0, 0},
};

static const struct entry french_places[] = {
    {"alost", "aalst", 0},
    {"anvers", "antwerpen", 0},
    {"audenarde", "oudenaarde", 0},
    {"bruges", "brugge", 0},
    {"bruxelles", "brussel", 0},
    {"courtrai", "kortrijk", 0},
    {"dixmude", "diksmuide", 0},
    {"furnes", "veurne", 0},
    {"gand", "gent", 0},
    {"grammont", "geraardsbergen", 0},
    {"hal", "halle", 0},
    {"lierre", "lier", 0},
    {"louvain", "leuven", 0},
    {"malines", "mechelen", 0},
    {"menin", "menen", 0},
    {"nieuport", "nieuwpoort", 0},
    {"ostende", "oostende", 0},
    {"renaix", "ronse", 0},
    {"roulers", "roeselare", 0},
    {"saintnicolas", "sintniklaas", 0},
    {"sainttrond", "sinttruiden", 0},
    {"termonde", "dendermonde", 0},
    {"tirlemont", "tienen", 0},
    {"tongres", "tongeren", 0},
    {"vilvorde", "vilvoorde", 0},
    {"ypres", "ieper", 0},
};

static const struct entry street_words[] = {
    {"av", "avenue", 0},     {"bd", "boulevard", 0}, {"bld", "boulevard", 0},
    {"dr", "dreef", 0},      {"ln", "laan", 0},      {"pl", "plein", 0},
    {"st", "sint", 0},       {"ste", "sint", 0},     {"steenwg", "steenweg", 0},
    {"str", "straat", 0},    {"strt", "straat", 0},  {"stw", "steenweg", 0},
    {"stwg", "steenweg", 0},
};

static int compare(const void *key, const void *item)
{
    return sk_text_compare(*(const struct sk_text *)key,
                           sk_text(((const struct entry *)item)->word));
}

static const struct entry *look_up(const struct entry *list, size_t count,
                                   struct sk_text word)
{
    return bsearch(&word, list, count, sizeof *list, compare);
}
#define LOOK_UP(list, word) look_up(list, SK_COUNT(list), word)

/* The bits of the word, or of its singular: "onthaalouders", "creches". */
static uint8_t bits_of(struct sk_text word)
{
    const struct entry *found = LOOK_UP(words, word);

    if (!found && word.size > 4 && word.data[word.size - 1] == 's') {
        word.size--;
        found = LOOK_UP(words, word);
    }
    return found ? found->bits : 0;
}

uint8_t sk_type_of_word(struct sk_text word)
{
    return bits_of(word) &
           (SK_TYPE_FAMILY | SK_TYPE_GROUP | SK_TYPE_YOUNG | SK_TYPE_SCHOOL);
}

bool sk_word_is_generic(struct sk_text word)
{
    return bits_of(word) & GENERIC;
}

bool sk_word_is_nearly_generic(struct sk_text word)
{
    for (size_t i = 0; i < SK_COUNT(words) && word.size > 5; i++) {
        struct sk_text known = sk_text(words[i].word);

        if ((words[i].bits & GENERIC) && known.size > 5 &&
            known.data[0] == word.data[0] && sk_similarity(known, word) >= NEARLY)
            return true;
    }
    return false;
}

bool sk_word_announces_name(struct sk_text word)
{
    return bits_of(word) & ANNOUNCES;
}

bool sk_word_announces_number(struct sk_text word)
{
    return LOOK_UP(number_words, word) != NULL;
}

bool sk_word_announces_own_address(struct sk_text word)
{
    return LOOK_UP(own_address_words, word) != NULL;
}

bool sk_word_looks_back(struct sk_text word)
{
    return LOOK_UP(looking_back_words, word) != NULL;
}

bool sk_word_closes_letter(struct sk_text word)
{
    return LOOK_UP(closing_words, word) != NULL;
}

bool sk_host_is_common(struct sk_text host)
{
    return LOOK_UP(common_hosts, host) != NULL;
}

/* A legal form beside the name, or "organisator" before it. */
bool sk_word_announces_operator(struct sk_words name, size_t from, size_t count)
{
    static const struct entry marks[] = {
        {"asbl", 0, 0},        {"bv", 0, 0},   {"bvba", 0, 0}, {"cv", 0, 0},
        {"cvba", 0, 0},        {"ivzw", 0, 0}, {"nv", 0, 0},   {"organisateur", 0, 0},
        {"organisator", 0, 0}, {"sa", 0, 0},   {"sprl", 0, 0}, {"srl", 0, 0},
        {"stichting", 0, 0},   {"vzw", 0, 0},
    };
    size_t begin = from > 2 ? from - 2 : 0;

    for (size_t i = begin; i < from + count + 1 && i < name.count; i++) {
        if (LOOK_UP(marks, name.items[i].text))
            return true;
    }
    return false;
}

bool sk_word_ends_street(struct sk_text word)
{
    static const char *const ends[] = {
        "straat", "laan",  "weg",  "plein",  "dreef",  "lei", "baan", "markt", "kaai",
        "pad",    "steeg", "kade", "singel", "gracht", "hof", "rue",  "avenue"};

    for (size_t i = 0; i < SK_COUNT(ends); i++) {
        size_t size = strlen(ends[i]);

        if (word.size >= size && memcmp(word.data + word.size - size, ends[i], size) == 0)
            return true;
    }
    return false;
}

bool sk_word_is_article(struct sk_text word)
{
    static const struct entry articles[] = {
        {"de", 0, 0}, {"het", 0, 0}, {"l", 0, 0}, {"la", 0, 0},
        {"le", 0, 0}, {"les", 0, 0}, {"t", 0, 0},
    };

    return LOOK_UP(articles, word) != NULL;
}

bool sk_word_leads_to_name(struct sk_text word)
{
    static const struct entry leading[] = {
        {"a", 0, 0},     {"bij", 0, 0},  {"chez", 0, 0}, {"contre", 0, 0},
        {"met", 0, 0},   {"naar", 0, 0}, {"over", 0, 0}, {"sur", 0, 0},
        {"tegen", 0, 0}, {"uit", 0, 0},  {"van", 0, 0},  {"voor", 0, 0},
    };

    return LOOK_UP(leading, word) != NULL;
}

bool sk_word_leads_to_place(struct sk_text word)
{
    static const struct entry leading[] = {
        {"a", 0, 0},        {"gemeente", 0, 0}, {"in", 0, 0},
        {"postcode", 0, 0}, {"te", 0, 0},       {"uit", 0, 0},
    };

    return LOOK_UP(leading, word) != NULL;
}

struct sk_text sk_place_in_dutch(struct sk_text place)
{
    const struct entry *found = LOOK_UP(french_places, place);

    return found ? sk_text(found->full) : place;
}

struct sk_text sk_street_word(struct sk_text word)
{
    const struct entry *found = LOOK_UP(street_words, word);

    return found ? sk_text(found->full) : word;
}
