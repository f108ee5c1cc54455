/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A complaint as the matcher's message. What the complainant says of himself goes into
 * `own`, so that it is recognised and never taken for the facility.
 */
#include "correlation/subject.h"

#include "base/buffer.h"
#include "base/clock.h"

const struct sk_event_type *subject_type(struct sk_text soort)
{
    return sk_text_is(soort, sk_klacht.topic) ? &sk_klacht : NULL;
}

struct sk_text subject_key(struct sk_text soort, struct sk_text id,
                           struct sk_arena *arena)
{
    return sk_arena_printf(arena, "%.*s/%.*s", SK_TEXT_ARG(soort), SK_TEXT_ARG(id));
}

static void read_mention(struct sk_match_mention *mention,
                         const struct genoemde_opvang *named, struct sk_text chosen)
{
    struct sk_text *field = mention->field;

    field[SK_MENTION_NAAM] = named->naam;
    field[SK_MENTION_OPVANGVORM] = named->opvangvorm;
    field[SK_MENTION_STRAAT] = named->straat;
    field[SK_MENTION_HUISNUMMER] = named->huisnummer;
    field[SK_MENTION_POSTCODE] = named->postcode;
    field[SK_MENTION_GEMEENTE] = named->gemeente;
    field[SK_MENTION_TELEFOON] = named->telefoon;
    field[SK_MENTION_EMAIL_ADRES] = named->email;
    field[SK_MENTION_WEBSITE] = named->website;
    field[SK_MENTION_ONDERNEMINGSNUMMER] = named->ondernemingsnummer;
    field[SK_MENTION_VESTIGINGSNUMMER] = named->vestigingsnummer;
    field[SK_MENTION_DOSSIERNUMMER] =
        sk_text_filled(named->dossiernummer) ? named->dossiernummer : chosen;
    field[SK_MENTION_ORGANISATOR_NAAM] = named->organisator_naam;
    field[SK_MENTION_VERANTWOORDELIJKE] = named->verantwoordelijke;
}

/* A location that the complainant picked from a list is a stated number like another. */
static struct sk_text chosen_location(const struct klacht *klacht)
{
    struct sk_text chosen = {0};

    for (size_t i = 0; i < klacht->toegewezen_count; i++) {
        const struct toewijzing *row = &klacht->toegewezen[i];

        if (row->door == TOEGEWEZEN_DOOR_KLAGER_KEUZE && row->niveau == NIVEAU_LOCATIE)
            chosen = row->id;
    }
    return chosen;
}

static void read_mentions(struct subject *self, const struct klacht *klacht,
                          struct sk_arena *arena)
{
    struct sk_text chosen = chosen_location(klacht);
    size_t count = klacht->genoemd_count;

    if (count == 0 && sk_text_filled(chosen))
        count = 1;
    struct sk_match_mention *mentions =
        sk_arena_alloc_zeroed(arena, count * sizeof *mentions);
    const struct genoemde_opvang none = {0};

    for (size_t i = 0; i < count; i++)
        read_mention(&mentions[i], klacht->genoemd_count ? &klacht->genoemd[i] : &none,
                     i == 0 ? chosen : (struct sk_text){0});
    self->message.mentions = mentions;
    self->message.mention_count = count;
}

static void read_own(struct sk_match_mention *own, const struct klager *klager)
{
    if (!klager)
        return;
    own->field[SK_MENTION_TELEFOON] = klager->telefoon;
    own->field[SK_MENTION_EMAIL_ADRES] = klager->email;
    if (!klager->adres)
        return;
    own->field[SK_MENTION_STRAAT] = klager->adres->straat;
    own->field[SK_MENTION_HUISNUMMER] = klager->adres->huisnummer;
}

/* What a staff member assigned, the newest; what Schakel itself answered comes back as
 * SCHAKEL and is no evidence of anything. */
static const struct toewijzing *newest_assignment(const struct klacht *klacht)
{
    const struct toewijzing *newest = NULL;

    for (size_t i = 0; i < klacht->toegewezen_count; i++) {
        const struct toewijzing *row = &klacht->toegewezen[i];

        if (row->door != TOEGEWEZEN_DOOR_MEDEWERKER || !sk_text_filled(row->id))
            continue;
        if (!newest || (row->has_op ? row->op : 0) >= (newest->has_op ? newest->op : 0))
            newest = row;
    }
    return newest;
}

static int32_t day_received(const struct klacht *klacht)
{
    if (klacht->has_ontvangen_op)
        return sk_brussels_date(klacht->ontvangen_op);
    if (klacht->has_geregistreerd_op)
        return sk_brussels_date(klacht->geregistreerd_op);
    return sk_brussels_date(klacht->versie); /* Unix ms when first seen */
}

/* The facts decide which location and organiser it was; without them, the arrival. */
static void read_day(struct sk_match_message *message, const struct klacht *klacht)
{
    message->day_of_facts = klacht->has_feiten_van || klacht->has_feiten_tot;
    if (klacht->has_feiten_van)
        message->day = klacht->feiten_van;
    else if (klacht->has_feiten_tot)
        message->day = klacht->feiten_tot;
    else
        message->day = day_received(klacht);
}

static void hash_text(struct sk_buffer *buffer, struct sk_text text)
{
    sk_buffer_printf(buffer, " %zu:", text.size);
    sk_buffer_append_text(buffer, text);
}

static void hash_message(struct subject *self)
{
    const struct sk_match_message *message = &self->message;
    struct sk_buffer buffer = {0};

    sk_buffer_printf(&buffer, "%d %d %d %d", (int)message->channel, (int)message->day,
                     (int)message->day_of_facts, (int)self->about_government);
    for (size_t i = 0; i < message->mention_count; i++) {
        for (size_t k = 0; k < SK_MATCH_FIELDS; k++)
            hash_text(&buffer, message->mentions[i].field[k]);
    }
    for (size_t k = 0; k < SK_MATCH_FIELDS; k++)
        hash_text(&buffer, message->own.field[k]);
    hash_text(&buffer, message->subject);
    hash_text(&buffer, message->text);
    sk_sha256_hex(buffer.data, buffer.size, self->hash);
    sk_buffer_fini(&buffer);
}

void subject_read(struct subject *self, const struct sk_event_type *type,
                  const void *event, struct sk_arena *arena)
{
    const struct klacht *klacht = event;

    *self = (struct subject){
        .soort = sk_text(type->topic),
        .id = klacht->klacht_id,
        .key = subject_key(sk_text(type->topic), klacht->klacht_id, arena),
        .versie = klacht->versie,
        .gevaar = klacht->gevaar,
        .day_received = day_received(klacht),
        .about_government = klacht->regime == REGIME_OVERHEID,
        .message = {.channel = SK_MATCH_KLACHT,
                    .subject = klacht->onderwerp,
                    .text = klacht->tekst},
        .assignment = newest_assignment(klacht),
        .klacht = klacht,
    };
    read_mentions(self, klacht, arena);
    read_own(&self->message.own, klacht->klager);
    read_day(&self->message, klacht);
    hash_message(self);
}
