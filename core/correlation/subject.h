/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CORRELATION_SUBJECT_H
#define SK_CORRELATION_SUBJECT_H

#include "base/hash.h"
#include "events/klacht.h"
#include "match/message.h"
#include "runtime/connector.h"

/*
 * What is to be placed, whatever its kind: today a complaint; a mail, notification or
 * report later adds one reader here and one writer in stuk_content.c, and nothing else.
 */
struct subject {
    struct sk_text soort, id, key; /* "klacht", "K-1", "klacht/K-1" */
    int64_t versie;
    int32_t gevaar;        /* enum gevaar */
    int32_t day_received;  /* days since 1970-01-01 */
    bool about_government; /* a complaint about the administration: no dossier's */
    struct sk_match_message message;
    char hash[SK_SHA256_HEX_SIZE];       /* of the message: equal input, equal hash */
    const struct toewijzing *assignment; /* the newest by a staff member, or NULL */
    const struct klacht *klacht;         /* the event itself, by kind */
};

/* The kinds that are correlated, by topic; NULL when it is none of them. */
const struct sk_event_type *subject_type(struct sk_text soort);

/* Reads the event; texts are borrowed from it, the rest lives in the arena. */
void subject_read(struct subject *self, const struct sk_event_type *type,
                  const void *event, struct sk_arena *arena);

/* "<soort>/<id>" */
struct sk_text subject_key(struct sk_text soort, struct sk_text id,
                           struct sk_arena *arena);

#endif
