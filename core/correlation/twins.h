/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CORRELATION_TWINS_H
#define SK_CORRELATION_TWINS_H

#include "base/map.h"
#include "correlation/subject.h"
#include "events/koppeling.h"

/*
 * One complaint that came twice: the same place, received within 14 days, a text that is
 * mostly the same. It is proposed (relation DUBBEL_VAN, from the later to the earlier)
 * and never merged.
 *
 * Held are the keys of the last 28 days by place, with 16 numbers of each text (MinHash
 * of its pairs of words) that only say which texts are worth reading again; whether they
 * are alike is measured on the texts themselves, which stay on the bus.
 */
struct twins {
    struct sk_map subjects; /* by key */
    struct sk_map places;   /* "LOCATIE/910000001" to those that stand there */
    int64_t newest_ms;      /* the newest first decision seen */
    int64_t swept_ms;       /* as of when the old ones were dropped */
};

enum {
    TWINS_LIMIT = 100000, /* subjects; more are not remembered until old ones go */
    TWINS_AT_PLACE = 16,  /* the newest */
    TWINS_WITHIN_DAYS = 14,
    TWINS_PROPOSED = 5,
    TWINS_ALIKE = 500000, /* millionths of their pairs of words in common */
};

void twins_fini(struct twins *self);

/* Takes in a decision as it stands on the bus. */
void twins_note(struct twins *self, struct sk_text key, const struct koppeling *event);

/* The decision was erased. */
void twins_forget(struct twins *self, struct sk_text key);

/* Gives `next` its proposals: earlier subjects (first decided before `since_ms`) at one
 * of its targets or likeliest candidates. */
enum sk_verdict twins_propose(const struct twins *self, const struct subject *subject,
                              int64_t since_ms, struct sk_emitter *out,
                              struct koppeling *next, struct sk_error *err);

/* When the subject was first decided about. */
int64_t twins_since_ms(const struct koppeling *decision);

#endif
