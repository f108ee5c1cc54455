/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CLI_REVIEW_H
#define SK_CLI_REVIEW_H

#include "cli/command.h"
#include "events/koppeling.h"

/* The three verbs of `schakel review`; each reads its own arguments from index 2 on. */
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
    bool all;             /* list: decided ones too */
    bool json;
    int64_t wait_ms; /* assign: for the correlation's answer */
};

enum sk_verdict sk_review_list(struct sk_cli *cli, const struct review_options *options,
                               struct sk_error *err);
enum sk_verdict sk_review_show(struct sk_cli *cli, const struct review_options *options,
                               struct sk_error *err);
enum sk_verdict sk_review_assign(struct sk_cli *cli, const struct review_options *options,
                                 int *ret_exit, struct sk_error *err);

/* The standing decision about argument 2, "klacht/K-1", in the arena. SK_REJECT when
 * there is none. */
enum sk_verdict sk_review_standing(struct sk_cli *cli, struct sk_arena *arena,
                                   struct koppeling **ret_koppeling,
                                   struct sk_error *err);

#endif
