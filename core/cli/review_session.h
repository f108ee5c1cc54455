/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CLI_REVIEW_SESSION_H
#define SK_CLI_REVIEW_SESSION_H

#include "cli/review_client.h"

/*
 * One person at work: the item in front of him, what he did, what he can take back. It
 * knows no terminal; the screen (review_screen.c) draws it and turns keys into these.
 * What is refused (somebody else decided meanwhile, a number that is none) is no error:
 * the item stays, and `message` says why.
 */
enum { REVIEW_REASON_SIZE = 300 };

struct review_session {
    struct review_client *client;
    json_t *queue, *item; /* as last asked; item NULL: nothing to do */
    char *after;          /* the onderwerp that was left undecided, or NULL */
    char *wanted;         /* show this one first, or NULL */
    json_t *decided;      /* stack of arrays of {onderwerp, versie}: what can be undone */
    bool group;           /* the next decision is the whole group's */
    char reason[REVIEW_REASON_SIZE]; /* why personal data is read; "": masked */
    char message[400];               /* of the last action; "": nothing to say */
};

void review_session_init(struct review_session *self, struct review_client *client);
void review_session_fini(struct review_session *self);

/* The item that comes now, claimed. */
enum sk_verdict review_session_fetch(struct review_session *self, struct sk_error *err);

/* The same item again, unmasked when there is a reason. */
enum sk_verdict review_session_read(struct review_session *self, struct sk_error *err);

/* Leaves it undecided for the one after it, or (`first`) for the first of the queue. */
enum sk_verdict review_session_go_on(struct review_session *self, bool first,
                                     struct sk_error *err);

/* Gives the item's claim back. */
void review_session_release(struct review_session *self);

/* Decides about the item, or its group; takes `body` over. Then the next item comes. */
enum sk_verdict review_session_decide(struct review_session *self, json_t *body,
                                      struct sk_error *err);

/* It is what it is proposed to be a double of: in the same dossier, and it says so. */
enum sk_verdict review_session_double(struct review_session *self, struct sk_error *err);

/* Takes the last decision of this session back, and shows its item. */
enum sk_verdict review_session_undo(struct review_session *self, struct sk_error *err);

void review_session_say(struct review_session *self, const char *text);

#endif
