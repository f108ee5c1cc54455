/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include <stdio.h>

#include "base/buffer.h"

static struct sk_match_fact fact(enum sk_match_fact_kind kind, const char *value,
                                 int32_t from, int32_t to)
{
    return (struct sk_match_fact){kind, sk_text(value), from, to};
}

static int32_t or_always(int32_t day)
{
    return day ? day : SK_MATCH_ALWAYS;
}

static int32_t or_open(int32_t day)
{
    return day ? day : SK_MATCH_OPEN;
}

void fixture_put(struct sk_match_register *reg, const struct place *place)
{
    int32_t since = or_always(place->changed), until = place->changed;
    const struct sk_match_fact facts[] = {
        fact(SK_FACT_DOSSIER, place->id, SK_MATCH_ALWAYS, SK_MATCH_OPEN),
        fact(SK_FACT_NAME, place->name, place->former_name ? since : SK_MATCH_ALWAYS,
             SK_MATCH_OPEN),
        fact(SK_FACT_NAME, place->former_name, SK_MATCH_ALWAYS, until),
        fact(SK_FACT_ORGANISER, place->organiser,
             place->former_organiser ? since : SK_MATCH_ALWAYS, SK_MATCH_OPEN),
        fact(SK_FACT_ORGANISER, place->former_organiser, SK_MATCH_ALWAYS, until),
        fact(SK_FACT_TYPE, place->type, SK_MATCH_ALWAYS, SK_MATCH_OPEN),
        fact(SK_FACT_PHONE, place->phone, SK_MATCH_ALWAYS, SK_MATCH_OPEN),
        fact(SK_FACT_EMAIL, place->email, SK_MATCH_ALWAYS, SK_MATCH_OPEN),
        fact(SK_FACT_ESTABLISHMENT, place->establishment, SK_MATCH_ALWAYS, SK_MATCH_OPEN),
        fact(SK_FACT_PERSON, place->person, SK_MATCH_ALWAYS, SK_MATCH_OPEN),
        fact(SK_FACT_FACILITY, place->facility, SK_MATCH_ALWAYS, SK_MATCH_OPEN),
        fact(SK_FACT_SUCCESSOR, place->successor, SK_MATCH_ALWAYS, SK_MATCH_OPEN),
    };
    struct sk_match_address addresses[2] = {
        {sk_text(place->street),
         sk_text(place->number),
         sk_text(place->postcode),
         sk_text(place->town),
         {0},
         place->former_street ? since : SK_MATCH_ALWAYS,
         SK_MATCH_OPEN},
        {sk_text(place->former_street),
         sk_text(place->former_number),
         sk_text(place->postcode),
         sk_text(place->town),
         {0},
         SK_MATCH_ALWAYS,
         until},
    };

    sk_match_register_put(reg, &(struct sk_match_entry){
                                   .kind = SK_MATCH_LOCATIE,
                                   .id = sk_text(place->id),
                                   .version = 1,
                                   .from = or_always(place->from),
                                   .to = or_open(place->to),
                                   .facts = facts,
                                   .fact_count = SK_COUNT(facts),
                                   .addresses = addresses,
                                   .address_count = place->former_street ? 2 : 1,
                               });
}

void fixture_organiser(struct sk_match_register *reg, const char *id, const char *name,
                       const char *enterprise, const char *phone)
{
    const struct sk_match_fact facts[] = {
        fact(SK_FACT_NAME, name, SK_MATCH_ALWAYS, SK_MATCH_OPEN),
        fact(SK_FACT_ENTERPRISE, enterprise, SK_MATCH_ALWAYS, SK_MATCH_OPEN),
        fact(SK_FACT_PHONE, phone, SK_MATCH_ALWAYS, SK_MATCH_OPEN),
    };

    sk_match_register_put(reg, &(struct sk_match_entry){.kind = SK_MATCH_ORGANISATOR,
                                                        .id = sk_text(id),
                                                        .version = 1,
                                                        .from = SK_MATCH_ALWAYS,
                                                        .to = SK_MATCH_OPEN,
                                                        .facts = facts,
                                                        .fact_count = SK_COUNT(facts)});
}

struct sk_match_mention fixture_mention(const struct complaint *complaint)
{
    struct sk_match_mention mention = {0};

    mention.field[SK_MENTION_NAAM] = sk_text(complaint->name);
    mention.field[SK_MENTION_OPVANGVORM] = sk_text(complaint->type);
    mention.field[SK_MENTION_STRAAT] = sk_text(complaint->street);
    mention.field[SK_MENTION_HUISNUMMER] = sk_text(complaint->number);
    mention.field[SK_MENTION_POSTCODE] = sk_text(complaint->postcode);
    mention.field[SK_MENTION_GEMEENTE] = sk_text(complaint->town);
    mention.field[SK_MENTION_TELEFOON] = sk_text(complaint->phone);
    mention.field[SK_MENTION_EMAIL_ADRES] = sk_text(complaint->email);
    mention.field[SK_MENTION_ONDERNEMINGSNUMMER] = sk_text(complaint->enterprise);
    mention.field[SK_MENTION_VESTIGINGSNUMMER] = sk_text(complaint->establishment);
    mention.field[SK_MENTION_DOSSIERNUMMER] = sk_text(complaint->dossier);
    mention.field[SK_MENTION_ORGANISATOR_NAAM] = sk_text(complaint->organiser);
    return mention;
}

struct sk_match_decision fixture_decide(const struct sk_match_register *reg,
                                        const struct complaint *complaint,
                                        struct sk_arena *arena)
{
    const struct sk_match_mention mention = fixture_mention(complaint);
    const struct sk_match_message message = {
        .channel = complaint->channel,
        .day = complaint->day ? complaint->day : TODAY,
        .day_of_facts = complaint->day != 0,
        .mentions = &mention,
        .mention_count = 1,
        .subject = sk_text(complaint->subject),
        .text = sk_text(complaint->text),
    };
    struct sk_match_decision decision;

    sk_match_decide(reg, sk_match_model_builtin(), &message, arena, &decision);
    return decision;
}

bool fixture_has_reason(const struct sk_match_decision *decision, const char *reason)
{
    for (size_t i = 0; i < decision->reden_count; i++) {
        if (strcmp(decision->redenen[i], reason) == 0)
            return true;
    }
    return false;
}

static const struct place places[] = {
    {.id = "910000001",
     .organiser = "O1",
     .name = "De Zonnebloem",
     .type = "groepsopvang baby's en peuters",
     .street = "Kerkstraat",
     .number = "12",
     .postcode = "9000",
     .town = "Gent",
     .phone = "09 111 22 33",
     .email = "zonnebloem@bloemen.example",
     .establishment = "2123456749"},
    {.id = "910000002",
     .organiser = "O1",
     .name = "Speelvogel",
     .type = "groepsopvang",
     .street = "Molenstraat",
     .number = "5",
     .postcode = "9000",
     .town = "Gent",
     .establishment = "2123456848"},
    /* One address, one organiser, two kinds of childcare under one name. */
    {.id = "910000003",
     .organiser = "O2",
     .name = "Kwebbelbos",
     .type = "groepsopvang baby's en peuters",
     .street = "Schoolstraat",
     .number = "7",
     .postcode = "2800",
     .town = "Mechelen"},
    {.id = "910000004",
     .organiser = "O2",
     .name = "Kwebbelbos",
     .type = "buitenschoolse opvang schoolkinderen",
     .street = "Schoolstraat",
     .number = "7",
     .postcode = "2800",
     .town = "Mechelen"},
    /* One address, two organisers. */
    {.id = "910000005",
     .organiser = "O3",
     .name = "Bever",
     .street = "Dorp",
     .number = "1",
     .postcode = "3000",
     .town = "Leuven"},
    {.id = "910000006",
     .organiser = "O4",
     .name = "Libel",
     .street = "Dorp",
     .number = "1",
     .postcode = "3000",
     .town = "Leuven"},
    /* Closed, with a successor of another organiser on its address. */
    {.id = "910000007",
     .organiser = "O3",
     .name = "Wigwam",
     .street = "Veldweg",
     .number = "3",
     .postcode = "8000",
     .town = "Brugge",
     .to = 19000,
     .successor = "910000008"},
    {.id = "910000008",
     .organiser = "O4",
     .name = "Wigwam",
     .street = "Veldweg",
     .number = "3",
     .postcode = "8000",
     .town = "Brugge",
     .from = 19000},
    /* Renamed and moved. */
    {.id = "910000009",
     .organiser = "O5",
     .name = "Nieuwe Hoop",
     .street = "Ringlaan",
     .number = "8",
     .postcode = "9100",
     .town = "Sint-Niklaas",
     .former_name = "Oude Kriebel",
     .former_street = "Marktplein",
     .former_number = "2",
     .changed = 19000},
    /* Closed, nobody goes on. */
    {.id = "910000010",
     .organiser = "O5",
     .name = "Zeepbel",
     .street = "Kaai",
     .number = "4",
     .postcode = "8400",
     .town = "Oostende",
     .to = 19900},
};

struct sk_match_register *fixture_register(void)
{
    struct sk_match_register *reg = sk_match_register_new();
    char number[16], name[32], street[32], town[32], postcode[8];

    fixture_organiser(reg, "O1", "Bloemen vzw", "0421722346", "09 999 88 77");
    fixture_organiser(reg, "O2", "Kwebbel vzw", "0403170701", NULL);
    fixture_organiser(reg, "O3", "Water bv", NULL, NULL);
    fixture_organiser(reg, "O4", "Lucht nv", NULL, NULL);
    fixture_organiser(reg, "O5", "Hoop vzw", NULL, NULL);
    for (size_t i = 0; i < SK_COUNT(places); i++)
        fixture_put(reg, &places[i]);
    /* Enough others that agreement means something. */
    for (int i = 0; i < 200; i++) {
        snprintf(number, sizeof number, "9200%05d", i);
        snprintf(name, sizeof name, "Vuurtoren %c%cx", 'a' + i % 26, 'a' + i / 26);
        snprintf(street, sizeof street, "Zandweg %c", 'a' + i % 20);
        snprintf(town, sizeof town, "Dorpstad %c", 'a' + i % 25);
        snprintf(postcode, sizeof postcode, "%d", 5000 + i % 25);
        fixture_put(reg, &(struct place){.id = number,
                                         .organiser = "O9",
                                         .name = name,
                                         .street = street,
                                         .number = "1",
                                         .town = town,
                                         .postcode = postcode});
    }
    return reg;
}

static void print_target(struct sk_buffer *out, const struct sk_match_target *target)
{
    sk_buffer_printf(out, "%d %.*s %d", (int)target->level, SK_TEXT_ARG(target->id),
                     (int)target->also);
    for (size_t i = 0; i < target->location_count; i++)
        sk_buffer_printf(out, " %.*s", SK_TEXT_ARG(target->locations[i]));
    sk_buffer_printf(out, "\n");
}

struct sk_text fixture_print(const struct sk_match_decision *decision,
                             struct sk_arena *arena)
{
    sk_buffer_auto out = {0};

    sk_buffer_printf(&out, "%d p %ld geen %ld niet %s groep %.*s\n",
                     (int)decision->besluit, (long)decision->p, (long)decision->p_geen,
                     decision->waarom_niet_dieper ? decision->waarom_niet_dieper : "",
                     SK_TEXT_ARG(decision->groep));
    for (size_t i = 0; i < decision->doel_count; i++)
        print_target(&out, &decision->doelen[i]);
    for (size_t i = 0; i < decision->kandidaat_count; i++) {
        sk_buffer_printf(&out, "%ld ", (long)decision->kandidaten[i].p);
        print_target(&out, &decision->kandidaten[i].target);
    }
    for (size_t i = 0; i < decision->bewijs_count; i++) {
        const struct sk_match_evidence *e = &decision->bewijs[i];

        sk_buffer_printf(&out, "%.*s %s %s %d %s %u-%u\n", SK_TEXT_ARG(e->location),
                         e->feature, e->level, (int)e->bits,
                         sk_match_field_name(e->field), e->begin, e->end);
    }
    for (size_t i = 0; i < decision->reden_count; i++)
        sk_buffer_printf(&out, "%s\n", decision->redenen[i]);
    return sk_arena_text(arena, sk_buffer_text(&out));
}
