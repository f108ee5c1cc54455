/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CLI_REVIEW_H
#define SK_CLI_REVIEW_H

#include <jansson.h>

#include "cli/command.h"
#include "cli/review_client.h"

/* The options of `schakel review`; the verbs read their own arguments from index 2 on. */
struct review_options {
    const char *reason; /* show: why personal data is read */
    const char *level;  /* assign: LOCATIE … ORGANISATOR */
    bool none;          /* assign: no facility is meant */
    bool undo;          /* assign: take the last decision back */
    bool postpone;      /* assign: decide later */
    const char *code;   /* assign: reden */
    const char *remark; /* assign: toelichting */
    const char *user;   /* who decides; default the login name */
    const char *team;
    bool learn;
    bool wrong_dossier;
    int64_t seen_version; /* assign: the versie that was looked at */
    bool json;
};

/* Argument 2 as a path: "/review/klacht/K-1". SK_FATAL when it is no SOORT/ID. */
enum sk_verdict sk_review_path(const struct sk_cli *cli, struct sk_buffer *ret_path,
                               struct sk_error *err);

enum sk_verdict sk_review_list(struct review_client *client,
                               const struct review_options *options,
                               struct sk_error *err);
enum sk_verdict sk_review_show(struct sk_cli *cli, struct review_client *client,
                               const struct review_options *options,
                               struct sk_error *err);
enum sk_verdict sk_review_assign(struct sk_cli *cli, struct review_client *client,
                                 const struct review_options *options,
                                 struct sk_error *err);

/* At the keyboard: one item after the other, one key a decision (review_screen.c). */
enum sk_verdict sk_review_screen(struct review_client *client, struct sk_error *err);

#endif
