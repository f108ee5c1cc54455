/* SPDX-License-Identifier: Apache-2.0 */
/* The word lists. Each is sorted by bytes and searched by halving. */
#include "match/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"

/* Short names for the table's sake. */
enum {
    FAMILY = SK_TYPE_FAMILY,
    GROUP = SK_TYPE_GROUP,
    YOUNG = SK_TYPE_YOUNG,
    SCHOOL = SK_TYPE_SCHOOL,
    NOTHING = SK_MEANS_NOTHING,
    NAME = SK_ANNOUNCES_NAME,
    NUMBER = SK_ANNOUNCES_NUMBER,
    HOME = SK_SAYS_HOME,
    BACK = SK_LOOKS_BACK,
    CLOSES = SK_CLOSES_LETTER,
    OPERATOR = SK_MARKS_OPERATOR,
    ARTICLE = SK_IS_ARTICLE,
    TO_NAME = SK_LEADS_TO_NAME,
    TO_PLACE = SK_LEADS_TO_PLACE,
};

static const struct meaning {
    struct sk_text word;
    uint32_t bits;
} meanings[] = {
    {SK_TEXT("a"), NOTHING | TO_NAME | TO_PLACE},
    {SK_TEXT("aan"), NOTHING | TO_PLACE},
    {SK_TEXT("accueil"), NOTHING | NAME},
    {SK_TEXT("accueillante"), FAMILY | NOTHING | NAME},
    {SK_TEXT("adres"), TO_PLACE},
    {SK_TEXT("ancienne"), BACK},
    {SK_TEXT("anciennement"), BACK},
    {SK_TEXT("asbl"), NOTHING | OPERATOR},
    {SK_TEXT("auparavant"), BACK},
    {SK_TEXT("autrefois"), BACK},
    {SK_TEXT("babyopvang"), YOUNG | NOTHING | NAME},
    {SK_TEXT("bedankt"), CLOSES},
    {SK_TEXT("beheerd"), OPERATOR},
    {SK_TEXT("betreffende"), TO_NAME},
    {SK_TEXT("betreft"), TO_NAME},
    {SK_TEXT("bij"), NOTHING | TO_NAME},
    {SK_TEXT("bso"), SCHOOL | NOTHING | NAME},
    {SK_TEXT("buitenschoolse"), SCHOOL | NOTHING},
    {SK_TEXT("bv"), NOTHING | OPERATOR},
    {SK_TEXT("bvba"), NOTHING | OPERATOR},
    {SK_TEXT("cdt"), CLOSES},
    {SK_TEXT("chez"), TO_NAME},
    {SK_TEXT("commune"), TO_PLACE},
    {SK_TEXT("concernant"), TO_NAME},
    {SK_TEXT("contre"), TO_NAME},
    {SK_TEXT("cordialement"), CLOSES},
    {SK_TEXT("creche"), GROUP | YOUNG | NOTHING | NAME},
    {SK_TEXT("cv"), NOTHING | OPERATOR},
    {SK_TEXT("cvba"), NOTHING | OPERATOR},
    {SK_TEXT("dagopvang"), YOUNG | NOTHING | NAME},
    {SK_TEXT("dagverblijf"), GROUP | YOUNG | NOTHING | NAME},
    {SK_TEXT("dank"), CLOSES},
    {SK_TEXT("dans"), TO_NAME},
    {SK_TEXT("de"), NOTHING | ARTICLE},
    {SK_TEXT("deelgemeente"), TO_PLACE},
    {SK_TEXT("des"), NOTHING},
    {SK_TEXT("destijds"), BACK},
    {SK_TEXT("domicile"), HOME},
    {SK_TEXT("dossier"), NUMBER},
    {SK_TEXT("dossierno"), NUMBER},
    {SK_TEXT("dossiernr"), NUMBER},
    {SK_TEXT("dossiernummer"), NUMBER},
    {SK_TEXT("du"), NOTHING},
    {SK_TEXT("een"), NOTHING},
    {SK_TEXT("en"), NOTHING},
    {SK_TEXT("et"), NOTHING},
    {SK_TEXT("extrascolaire"), SCHOOL | NOTHING},
    {SK_TEXT("garderie"), NOTHING | NAME},
    {SK_TEXT("gardienne"), FAMILY | NOTHING | NAME},
    {SK_TEXT("gastouder"), FAMILY | NOTHING | NAME},
    {SK_TEXT("gastouderbureau"), FAMILY | NOTHING | NAME},
    {SK_TEXT("gegroet"), CLOSES},
    {SK_TEXT("gemeente"), TO_PLACE},
    {SK_TEXT("gestionnaire"), OPERATOR},
    {SK_TEXT("gezinsopvang"), FAMILY | NOTHING | NAME},
    {SK_TEXT("groepsopvang"), GROUP | NOTHING | NAME},
    {SK_TEXT("groet"), CLOSES},
    {SK_TEXT("groeten"), CLOSES},
    {SK_TEXT("groetjes"), CLOSES},
    {SK_TEXT("grtz"), CLOSES},
    {SK_TEXT("habite"), HOME},
    {SK_TEXT("habitons"), HOME},
    {SK_TEXT("het"), NOTHING | ARTICLE},
    {SK_TEXT("hoogachtend"), CLOSES},
    {SK_TEXT("hoort"), OPERATOR},
    {SK_TEXT("ibo"), SCHOOL | NOTHING | NAME},
    {SK_TEXT("in"), NOTHING | TO_PLACE},
    {SK_TEXT("indertijd"), BACK},
    {SK_TEXT("ivzw"), OPERATOR},
    {SK_TEXT("kdv"), GROUP | YOUNG | NOTHING | NAME},
    {SK_TEXT("kenmerk"), NUMBER},
    {SK_TEXT("kinderdagverblijf"), GROUP | YOUNG | NOTHING | NAME},
    {SK_TEXT("kinderhuis"), NOTHING | NAME},
    {SK_TEXT("kinderkribbe"), GROUP | YOUNG | NOTHING | NAME},
    {SK_TEXT("kinderopvang"), NOTHING | NAME},
    {SK_TEXT("kribbe"), GROUP | YOUNG | NOTHING | NAME},
    {SK_TEXT("l"), NOTHING | ARTICLE},
    {SK_TEXT("la"), NOTHING | ARTICLE},
    {SK_TEXT("le"), NOTHING | ARTICLE},
    {SK_TEXT("les"), NOTHING | ARTICLE},
    {SK_TEXT("locatie"), NOTHING},
    {SK_TEXT("locatienummer"), NUMBER},
    {SK_TEXT("lrk"), NUMBER},
    {SK_TEXT("lrknummer"), NUMBER},
    {SK_TEXT("merci"), CLOSES},
    {SK_TEXT("met"), TO_NAME},
    {SK_TEXT("minicreche"), GROUP | YOUNG | NOTHING | NAME},
    {SK_TEXT("mvg"), CLOSES},
    {SK_TEXT("naar"), TO_NAME},
    {SK_TEXT("naschoolse"), SCHOOL | NOTHING},
    {SK_TEXT("numero"), NUMBER},
    {SK_TEXT("nummer"), NUMBER},
    {SK_TEXT("nv"), NOTHING | OPERATOR},
    {SK_TEXT("onthaalgezin"), FAMILY | NOTHING | NAME},
    {SK_TEXT("onthaalmoeder"), FAMILY | NOTHING | NAME},
    {SK_TEXT("onthaalouder"), FAMILY | NOTHING | NAME},
    {SK_TEXT("op"), NOTHING | TO_PLACE},
    {SK_TEXT("opvang"), NOTHING | NAME},
    {SK_TEXT("opvanghuis"), NOTHING | NAME},
    {SK_TEXT("opvanglocatie"), NOTHING | NAME},
    {SK_TEXT("opvangplaats"), NOTHING | NAME},
    {SK_TEXT("organisateur"), OPERATOR},
    {SK_TEXT("organisator"), OPERATOR},
    {SK_TEXT("over"), TO_NAME},
    {SK_TEXT("peuteropvang"), YOUNG | NOTHING | NAME},
    {SK_TEXT("peuters"), YOUNG},
    {SK_TEXT("peuterspeelzaal"), YOUNG | NOTHING | NAME},
    {SK_TEXT("postcode"), TO_PLACE},
    {SK_TEXT("precedemment"), BACK},
    {SK_TEXT("psz"), YOUNG | NOTHING | NAME},
    {SK_TEXT("referentie"), NUMBER},
    {SK_TEXT("remerciements"), CLOSES},
    {SK_TEXT("rue"), TO_PLACE},
    {SK_TEXT("sa"), OPERATOR},
    {SK_TEXT("salutations"), CLOSES},
    {SK_TEXT("schoolkinderen"), SCHOOL},
    {SK_TEXT("sprl"), NOTHING | OPERATOR},
    {SK_TEXT("srl"), NOTHING | OPERATOR},
    {SK_TEXT("stad"), TO_PLACE},
    {SK_TEXT("stichting"), OPERATOR},
    {SK_TEXT("sur"), TO_NAME},
    {SK_TEXT("t"), NOTHING | ARTICLE},
    {SK_TEXT("te"), NOTHING | TO_PLACE},
    {SK_TEXT("tegen"), TO_NAME},
    {SK_TEXT("thuisadres"), HOME},
    {SK_TEXT("uit"), TO_NAME | TO_PLACE},
    {SK_TEXT("un"), NOTHING},
    {SK_TEXT("une"), NOTHING},
    {SK_TEXT("van"), NOTHING | TO_NAME},
    {SK_TEXT("vergunningsnummer"), NUMBER},
    {SK_TEXT("vgo"), FAMILY | NOTHING},
    {SK_TEXT("ville"), TO_PLACE},
    {SK_TEXT("vof"), NOTHING},
    {SK_TEXT("voor"), TO_NAME},
    {SK_TEXT("voordien"), BACK},
    {SK_TEXT("voorheen"), BACK},
    {SK_TEXT("voorschoolse"), SCHOOL | NOTHING},
    {SK_TEXT("vroeger"), BACK},
    {SK_TEXT("vzw"), NOTHING | OPERATOR},
    {SK_TEXT("wonen"), HOME},
    {SK_TEXT("woning"), HOME},
    {SK_TEXT("woon"), HOME},
    {SK_TEXT("woonachtig"), HOME},
    {SK_TEXT("woont"), HOME},
};

struct pair {
    struct sk_text word, full;
};

static const struct pair common_hosts[] = {
    {SK_TEXT("gmail.com"), {0}},  {SK_TEXT("googlemail.com"), {0}},
    {SK_TEXT("hotmail.be"), {0}}, {SK_TEXT("hotmail.com"), {0}},
    {SK_TEXT("hotmail.fr"), {0}}, {SK_TEXT("icloud.com"), {0}},
    {SK_TEXT("live.be"), {0}},    {SK_TEXT("live.nl"), {0}},
    {SK_TEXT("me.com"), {0}},     {SK_TEXT("msn.com"), {0}},
    {SK_TEXT("outlook.be"), {0}}, {SK_TEXT("outlook.com"), {0}},
    {SK_TEXT("pandora.be"), {0}}, {SK_TEXT("proximus.be"), {0}},
    {SK_TEXT("scarlet.be"), {0}}, {SK_TEXT("skynet.be"), {0}},
    {SK_TEXT("telenet.be"), {0}}, {SK_TEXT("yahoo.com"), {0}},
    {SK_TEXT("yahoo.fr"), {0}},   {SK_TEXT("ziggo.nl"), {0}},
};

static const struct pair french_places[] = {
    {SK_TEXT("alost"), SK_TEXT("aalst")},
    {SK_TEXT("anvers"), SK_TEXT("antwerpen")},
    {SK_TEXT("audenarde"), SK_TEXT("oudenaarde")},
    {SK_TEXT("bruges"), SK_TEXT("brugge")},
    {SK_TEXT("bruxelles"), SK_TEXT("brussel")},
    {SK_TEXT("courtrai"), SK_TEXT("kortrijk")},
    {SK_TEXT("dixmude"), SK_TEXT("diksmuide")},
    {SK_TEXT("furnes"), SK_TEXT("veurne")},
    {SK_TEXT("gand"), SK_TEXT("gent")},
    {SK_TEXT("grammont"), SK_TEXT("geraardsbergen")},
    {SK_TEXT("hal"), SK_TEXT("halle")},
    {SK_TEXT("lierre"), SK_TEXT("lier")},
    {SK_TEXT("louvain"), SK_TEXT("leuven")},
    {SK_TEXT("malines"), SK_TEXT("mechelen")},
    {SK_TEXT("menin"), SK_TEXT("menen")},
    {SK_TEXT("nieuport"), SK_TEXT("nieuwpoort")},
    {SK_TEXT("ostende"), SK_TEXT("oostende")},
    {SK_TEXT("renaix"), SK_TEXT("ronse")},
    {SK_TEXT("roulers"), SK_TEXT("roeselare")},
    {SK_TEXT("saintnicolas"), SK_TEXT("sintniklaas")},
    {SK_TEXT("sainttrond"), SK_TEXT("sinttruiden")},
    {SK_TEXT("termonde"), SK_TEXT("dendermonde")},
    {SK_TEXT("tirlemont"), SK_TEXT("tienen")},
    {SK_TEXT("tongres"), SK_TEXT("tongeren")},
    {SK_TEXT("vilvorde"), SK_TEXT("vilvoorde")},
    {SK_TEXT("ypres"), SK_TEXT("ieper")},
};

static const struct pair street_words[] = {
    {SK_TEXT("av"), SK_TEXT("avenue")},        {SK_TEXT("bd"), SK_TEXT("boulevard")},
    {SK_TEXT("bld"), SK_TEXT("boulevard")},    {SK_TEXT("dr"), SK_TEXT("dreef")},
    {SK_TEXT("ln"), SK_TEXT("laan")},          {SK_TEXT("pl"), SK_TEXT("plein")},
    {SK_TEXT("st"), SK_TEXT("sint")},          {SK_TEXT("ste"), SK_TEXT("sint")},
    {SK_TEXT("steenwg"), SK_TEXT("steenweg")}, {SK_TEXT("str"), SK_TEXT("straat")},
    {SK_TEXT("strt"), SK_TEXT("straat")},      {SK_TEXT("stw"), SK_TEXT("steenweg")},
    {SK_TEXT("stwg"), SK_TEXT("steenweg")},
};

enum { NEARLY = 840 /* of 1024, in similarity */, LONGEST_STREET_WORD = 7, LEAD = 4 };

/* Every list begins with the word it is sorted by. The first letters mostly decide. */
static int compare(const void *key, const void *item)
{
    const struct sk_text *word = key, *other = item;

    if (word->size && word->data[0] != other->data[0])
        return (unsigned char)word->data[0] < (unsigned char)other->data[0] ? -1 : 1;
    return sk_text_compare(*word, *other);
}
#define LOOK_UP(list, word)                                                              \
    bsearch(&(word), list, SK_COUNT(list), sizeof *(list), compare)

/* The meaning of the word, or of its singular: "onthaalouders", "creches". */
uint32_t sk_word_meaning(struct sk_text word)
{
    const struct meaning *found = LOOK_UP(meanings, word);

    if (!found && word.size > 4 && word.data[word.size - 1] == 's') {
        word.size--;
        found = LOOK_UP(meanings, word);
    }
    return found ? found->bits : 0;
}

bool sk_word_is_nearly_generic(struct sk_text word)
{
    for (size_t i = 0; i < SK_COUNT(meanings) && word.size > 5; i++) {
        struct sk_text known = meanings[i].word;

        if ((meanings[i].bits & NOTHING) && known.size > 5 &&
            known.data[0] == word.data[0] && sk_similarity(known, word) >= NEARLY)
            return true;
    }
    return false;
}

bool sk_words_mark_operator(struct sk_words words, size_t from, size_t count)
{
    size_t begin = from > LEAD ? from - LEAD : 0;

    for (size_t i = begin; i < from + count + 1 && i < words.count; i++) {
        if (words.items[i].meaning & SK_MARKS_OPERATOR)
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

bool sk_host_is_common(struct sk_text host)
{
    return LOOK_UP(common_hosts, host) != NULL;
}

struct sk_text sk_place_in_dutch(struct sk_text place)
{
    const struct pair *found = LOOK_UP(french_places, place);

    return found ? found->full : place;
}

struct sk_text sk_street_word(struct sk_text word)
{
    const struct pair *found =
        word.size <= LONGEST_STREET_WORD ? LOOK_UP(street_words, word) : NULL;

    return found ? found->full : word;
}
