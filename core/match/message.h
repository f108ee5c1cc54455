/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_MATCH_MESSAGE_H
#define SK_MATCH_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/*
 * What has to be placed: a complaint, mail, notification or report, as plain texts. What
 * is unknown is absent ({0}). Texts are borrowed until the decision has been used.
 */
enum sk_match_channel {
    SK_MATCH_KLACHT,
    SK_MATCH_MELDING,
    SK_MATCH_VERSLAG,
    SK_MATCH_MAIL, /* the only one of which a machine may finally say that it is about
                      none */
};

/* The places where evidence stands. The order is that of sk_match_field_name. */
enum sk_match_field {
    SK_MENTION_NAAM,
    SK_MENTION_OPVANGVORM,
    SK_MENTION_STRAAT,
    SK_MENTION_HUISNUMMER,
    SK_MENTION_POSTCODE,
    SK_MENTION_GEMEENTE,
    SK_MENTION_TELEFOON,
    SK_MENTION_EMAIL_ADRES,
    SK_MENTION_WEBSITE,
    SK_MENTION_ONDERNEMINGSNUMMER,
    SK_MENTION_VESTIGINGSNUMMER,
    SK_MENTION_DOSSIERNUMMER,
    SK_MENTION_ORGANISATOR_NAAM,
    SK_MENTION_VERANTWOORDELIJKE,
    SK_MATCH_FIELDS,                        /* how many a mention has */
    SK_MENTION_ONDERWERP = SK_MATCH_FIELDS, /* the rest are the message's own */
    SK_MENTION_TEKST,
    SK_MENTION_BIJLAGE,
    SK_MENTION_AFZENDER,
    SK_MENTION_NERGENS, /* evidence that stands in no one place */
};

/* As in klacht.genoemd: "naam", "opvangvorm", …, then "onderwerp", "tekst", … */
const char *sk_match_field_name(enum sk_match_field field);

/* A facility as the sender names it in separate fields. */
struct sk_match_mention {
    struct sk_text field[SK_MATCH_FIELDS];
};

struct sk_match_message {
    enum sk_match_channel channel;
    int32_t day;       /* of the facts, else of arrival */
    bool day_of_facts; /* the day is that of the facts, as the sender states it */
    const struct sk_match_mention *mentions;
    size_t mention_count; /* SK_MATCH_MENTION_LIMIT are read; of more a person decides */
    struct sk_text subject, text;
    struct sk_text from; /* e-mail address of who sent it; absent when it may not count */
    const struct sk_text
        *attachments; /* their texts; SK_MATCH_ATTACHMENT_LIMIT are read */
    size_t attachment_count;
    bool address_answers; /* an address may be the answer; else its organiser is, when all
                             there share one */
    struct sk_match_mention own; /* the sender's own contact: never evidence */
    struct sk_text sender;       /* opaque key of who sent it, for what is remembered */
};

enum {
    SK_MATCH_MENTION_LIMIT = 8,
    SK_MATCH_ATTACHMENT_LIMIT = 4,
    SK_MATCH_TEXT_LIMIT = 64 * 1024
};

#endif
