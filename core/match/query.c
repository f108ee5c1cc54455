/* SPDX-License-Identifier: Apache-2.0 */
/* From the fields of a mention to stated values. */
#include "match/query.h"

#include "match/words.h"

static const char *const field_names[] = {
    [SK_MENTION_NAAM] = "naam",
    [SK_MENTION_OPVANGVORM] = "opvangvorm",
    [SK_MENTION_STRAAT] = "straat",
    [SK_MENTION_HUISNUMMER] = "huisnummer",
    [SK_MENTION_POSTCODE] = "postcode",
    [SK_MENTION_GEMEENTE] = "gemeente",
    [SK_MENTION_TELEFOON] = "telefoon",
    [SK_MENTION_EMAIL_ADRES] = "email",
    [SK_MENTION_WEBSITE] = "website",
    [SK_MENTION_ONDERNEMINGSNUMMER] = "ondernemingsnummer",
    [SK_MENTION_VESTIGINGSNUMMER] = "vestigingsnummer",
    [SK_MENTION_DOSSIERNUMMER] = "dossiernummer",
    [SK_MENTION_ORGANISATOR_NAAM] = "organisator_naam",
    [SK_MENTION_VERANTWOORDELIJKE] = "verantwoordelijke",
    [SK_MENTION_ONDERWERP] = "onderwerp",
    [SK_MENTION_TEKST] = "tekst",
    [SK_MENTION_BIJLAGE] = "bijlage",
    [SK_MENTION_AFZENDER] = "afzender",
    [SK_MENTION_NERGENS] = "",
};

const char *sk_match_field_name(enum sk_match_field field)
{
    return field_names[field];
}

static bool is_same(const struct sk_stated *a, const struct sk_stated *b)
{
    return a->kind == b->kind && sk_text_equal(a->text, b->text) &&
           a->number.size == b->number.size &&
           (a->number.size == 0 || sk_text_equal(a->number, b->number));
}

/* A town may be part of a name once, and stated the next time. */
static bool may_be_repeated(const struct sk_stated *stated)
{
    return stated->kind == SK_SYMBOL_PLACE && stated->field >= SK_MATCH_FIELDS;
}

void sk_query_add(struct sk_query *query, const struct sk_stated *stated)
{
    if (stated->text.size == 0 || query->stated_count == SK_STATED_LIMIT)
        return;
    for (size_t i = 0; i < query->stated_count && !may_be_repeated(stated); i++) {
        if (is_same(&query->stated[i], stated))
            return; /* a field goes before the text, and is read first */
    }
    struct sk_stated *added = &query->stated[query->stated_count++];

    *added = *stated;
    added->symbol = sk_symbol_find(&query->self->symbols, stated->kind, stated->text);
    if (stated->kind == SK_SYMBOL_PLACE)
        added->district = sk_query_district(query, stated->text);
}

uint32_t sk_query_district(const struct sk_query *query, struct sk_text key)
{
    const struct sk_symbols *symbols = &query->self->symbols;
    uint32_t district = sk_symbol_find(symbols, SK_SYMBOL_DISTRICT, key);
    struct sk_postings postcodes = sk_symbol_postings(symbols, district);

    for (size_t i = 0; i < postcodes.count; i++) {
        if (sk_symbol_postings(symbols, postcodes.items[i]).count)
            return district;
    }
    return 0;
}

static void add_field(struct sk_query *query, enum sk_symbol_kind kind,
                      struct sk_text key, const struct sk_match_mention *mention,
                      enum sk_match_field field)
{
    sk_query_add(query, &(struct sk_stated){
                            .kind = kind,
                            .text = key,
                            .field = field,
                            .end = (uint32_t)mention->field[field].size,
                            .certain = true,
                        });
}

/* A word that tells nothing apart: "kindderopvang", or "he" that was to be "het". */
static bool is_noise(const struct sk_query *query, struct sk_text word)
{
    const struct sk_symbols *symbols = &query->self->symbols;

    if (sk_symbol_find(symbols, SK_SYMBOL_WORD, word) ||
        sk_symbol_find(symbols, SK_SYMBOL_OPERATOR_WORD, word))
        return false;
    return word.size <= 2 || sk_word_is_nearly_generic(word);
}

static struct sk_words telling_words(const struct sk_query *query, struct sk_text source)
{
    struct sk_words words = sk_name_words(source, query->arena);
    size_t kept = 0;

    if (words.count && (words.items[0].meaning & SK_MEANS_NOTHING))
        return (struct sk_words){words.items, 0}; /* "kinderopvang" is no name */
    for (size_t i = 0; i < words.count; i++)
        kept += !is_noise(query, words.items[i].text);
    if (kept == 0 || kept == words.count)
        return words;
    kept = 0;
    for (size_t i = 0; i < words.count; i++) {
        if (!is_noise(query, words.items[i].text))
            words.items[kept++] = words.items[i];
    }
    words.count = kept;
    return words;
}

static struct sk_stated_name stated_name(const struct sk_query *query,
                                         struct sk_text source)
{
    const struct sk_symbols *symbols = &query->self->symbols;
    struct sk_words words = telling_words(query, source);
    struct sk_words all = sk_words_of(source, query->arena);
    struct sk_stated_name name = {.words = words};

    name.surface = sk_words_join(all, 0, all.count, " ", query->arena);
    name.key = sk_words_join(words, 0, words.count, " ", query->arena);
    name.as_name = sk_arena_alloc(query->arena, words.count * sizeof *name.as_name);
    name.as_operator =
        sk_arena_alloc(query->arena, words.count * sizeof *name.as_operator);
    for (size_t i = 0; i < words.count; i++) {
        name.as_name[i] = sk_symbol_find(symbols, SK_SYMBOL_WORD, words.items[i].text);
        name.as_operator[i] =
            sk_symbol_find(symbols, SK_SYMBOL_OPERATOR_WORD, words.items[i].text);
    }
    return name;
}

static void read_names(struct sk_query *query, const struct sk_match_mention *mention)
{
    struct sk_text name = mention->field[SK_MENTION_NAAM];
    struct sk_text form = mention->field[SK_MENTION_OPVANGVORM];
    const struct sk_types *types = &query->self->types;

    query->name = stated_name(query, name);
    query->operator_name =
        stated_name(query, mention->field[SK_MENTION_ORGANISATOR_NAAM]);
    query->type = sk_types_of_words(types, sk_words_of(form, query->arena), query->arena);
    query->type_stated = query->type_apart = query->type != 0;
    if (query->type == 0)
        query->type =
            sk_types_of_words(types, sk_words_of(name, query->arena), query->arena);
}

static void read_address(struct sk_query *query, const struct sk_match_mention *mention)
{
    struct sk_arena *arena = query->arena;
    struct sk_text street = mention->field[SK_MENTION_STRAAT];
    struct sk_text number = mention->field[SK_MENTION_HUISNUMMER];
    struct sk_text town = mention->field[SK_MENTION_GEMEENTE];
    struct sk_text postcode = mention->field[SK_MENTION_POSTCODE];

    if (!sk_text_filled(number))
        sk_street_split(mention->field[SK_MENTION_STRAAT], arena, &street, &number);
    sk_query_add(query, &(struct sk_stated){
                            .kind = SK_SYMBOL_STREET,
                            .text = sk_street_key(street, arena),
                            .number = sk_number_key(number, arena),
                            .field = SK_MENTION_STRAAT,
                            .end = (uint32_t)mention->field[SK_MENTION_STRAAT].size,
                            .certain = true,
                        });
    struct sk_words words = sk_words_of(town, arena);

    if (words.count > 1 && words.items[0].text.data[0] <= '9') { /* "9000 Gent" */
        if (!sk_text_filled(postcode))
            add_field(query, SK_SYMBOL_POSTCODE, words.items[0].text, mention,
                      SK_MENTION_GEMEENTE);
        town = (struct sk_text){town.data + words.items[1].begin,
                                town.size - words.items[1].begin};
    }
    add_field(query, SK_SYMBOL_POSTCODE, sk_postcode_key(postcode, arena), mention,
              SK_MENTION_POSTCODE);
    add_field(query, SK_SYMBOL_PLACE, sk_place_key(town, arena), mention,
              SK_MENTION_GEMEENTE);
}

static void read_numbers(struct sk_query *query, const struct sk_match_mention *mention)
{
    struct sk_arena *arena = query->arena;
    const struct sk_text *field = mention->field;

    add_field(query, SK_SYMBOL_DOSSIER,
              sk_postcode_key(field[SK_MENTION_DOSSIERNUMMER], arena), mention,
              SK_MENTION_DOSSIERNUMMER);
    add_field(query, SK_SYMBOL_ESTABLISHMENT,
              sk_enterprise_key(field[SK_MENTION_VESTIGINGSNUMMER], arena), mention,
              SK_MENTION_VESTIGINGSNUMMER);
    add_field(query, SK_SYMBOL_ENTERPRISE,
              sk_enterprise_key(field[SK_MENTION_ONDERNEMINGSNUMMER], arena), mention,
              SK_MENTION_ONDERNEMINGSNUMMER);
    add_field(query, SK_SYMBOL_PHONE, sk_phone_key(field[SK_MENTION_TELEFOON], arena),
              mention, SK_MENTION_TELEFOON);
    add_field(query, SK_SYMBOL_EMAIL, sk_email_key(field[SK_MENTION_EMAIL_ADRES], arena),
              mention, SK_MENTION_EMAIL_ADRES);
    add_field(query, SK_SYMBOL_HOST, sk_host_key(field[SK_MENTION_EMAIL_ADRES], arena),
              mention, SK_MENTION_EMAIL_ADRES);
    add_field(query, SK_SYMBOL_HOST, sk_host_key(field[SK_MENTION_WEBSITE], arena),
              mention, SK_MENTION_WEBSITE);

    struct sk_words person = sk_words_of(field[SK_MENTION_VERANTWOORDELIJKE], arena);

    add_field(query, SK_SYMBOL_PERSON, sk_words_join(person, 0, person.count, " ", arena),
              mention, SK_MENTION_VERANTWOORDELIJKE);
}

/* Takes out what is the sender's own: a complainant's phone or house is no evidence. */
static void drop_own(struct sk_query *query, const struct sk_match_mention *own)
{
    struct sk_arena *arena = query->arena;
    struct sk_text street = own->field[SK_MENTION_STRAAT];
    struct sk_text number = own->field[SK_MENTION_HUISNUMMER];

    if (!sk_text_filled(number))
        sk_street_split(own->field[SK_MENTION_STRAAT], arena, &street, &number);
    const struct sk_stated mine[] = {
        {.kind = SK_SYMBOL_PHONE,
         .text = sk_phone_key(own->field[SK_MENTION_TELEFOON], arena)},
        {.kind = SK_SYMBOL_EMAIL,
         .text = sk_email_key(own->field[SK_MENTION_EMAIL_ADRES], arena)},
        {.kind = SK_SYMBOL_HOST,
         .text = sk_host_key(own->field[SK_MENTION_EMAIL_ADRES], arena)},
        {.kind = SK_SYMBOL_STREET,
         .text = sk_street_key(street, arena),
         .number = sk_number_key(number, arena)},
    };
    size_t kept = 0;

    for (size_t i = 0; i < query->stated_count; i++) {
        bool own_value = false;

        for (size_t k = 0; k < SK_COUNT(mine); k++)
            own_value |= mine[k].text.size && is_same(&mine[k], &query->stated[i]);
        if (!own_value)
            query->stated[kept++] = query->stated[i];
    }
    query->stated_count = kept;
}

/* A facility that writes itself is who it writes about, unless it says otherwise. */
static void read_from(struct sk_query *query, struct sk_text from)
{
    struct sk_stated stated = {
        .field = SK_MENTION_AFZENDER, .end = (uint32_t)from.size, .role = SK_ROLE_SENDER};

    stated.kind = SK_SYMBOL_EMAIL;
    stated.text = sk_email_key(from, query->arena);
    sk_query_add(query, &stated);
    stated.kind = SK_SYMBOL_HOST;
    stated.text = sk_host_key(from, query->arena);
    sk_query_add(query, &stated);
}

void sk_query_read(struct sk_query *query, const struct sk_match_message *message,
                   const struct sk_match_mention *mention, bool with_text)
{
    query->channel = message->channel;
    query->sender = message->sender;
    query->day = message->day;
    query->day_of_facts = message->day_of_facts;
    if (mention) {
        read_names(query, mention);
        read_numbers(query, mention);
        read_address(query, mention);
    }
    if (with_text) {
        sk_zone_add(query, SK_MENTION_ONDERWERP, message->subject);
        sk_zone_add(query, SK_MENTION_TEKST, message->text);
        for (size_t i = 0; i < message->attachment_count; i++)
            sk_zone_add(query, SK_MENTION_BIJLAGE, message->attachments[i]);
        sk_query_extract(query);
        read_from(query, message->from);
    }
    drop_own(query, &message->own);
}

const struct sk_stated *sk_query_next(const struct sk_query *query,
                                      enum sk_symbol_kind kind, size_t *at)
{
    while (*at < query->stated_count) {
        const struct sk_stated *stated = &query->stated[(*at)++];

        if (stated->kind == kind)
            return stated;
    }
    return NULL;
}

bool sk_query_covers(const struct sk_query *query, enum sk_symbol_kind kind,
                     const struct sk_zone *zone, uint32_t word)
{
    const struct sk_word *covered = &zone->words.items[word];
    const struct sk_stated *stated;
    size_t at = 0;

    while ((stated = sk_query_next(query, kind, &at))) {
        if (stated->field == zone->field && stated->begin <= covered->begin &&
            covered->end <= stated->end)
            return true;
    }
    return false;
}

bool sk_query_is_empty(const struct sk_query *query)
{
    if (query->name.words.count || query->operator_name.words.count)
        return false;
    for (size_t i = 0; i < query->stated_count; i++) {
        enum sk_symbol_kind kind = query->stated[i].kind;

        if (kind != SK_SYMBOL_PLACE && kind != SK_SYMBOL_POSTCODE)
            return false;
    }
    for (size_t z = 0; z < query->zone_count; z++) {
        const struct sk_zone *zone = &query->zones[z];

        for (size_t h = 0; h < zone->hit_count; h++) {
            const struct sk_hit *hit = &zone->hits[h];

            if (zone->symbols[hit->word] || hit->near[0] || hit->called)
                return false;
        }
    }
    return true;
}
