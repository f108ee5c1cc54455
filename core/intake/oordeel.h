/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_INTAKE_OORDEEL_H
#define SK_INTAKE_OORDEEL_H

#include "intake/intake.h"

/*
 * A person's decision, as any system may send it: one contract for all of them, in each
 * connector's README. What Schakel itself answered comes back with door "SCHAKEL": an
 * echo, never a decision, and nothing is emitted.
 */
struct sk_oordeel_source {
    const char *system; /* "Edison" */
    const char *via;    /* "EDISON": where the person decided */
    const regex_t *dossier_pattern;
};

/* SK_REJECT "intake.key" when oordeel_id or the subject is missing or unusable,
 * "oordeel.target" when it links and none of the places named is usable. */
enum sk_verdict sk_oordeel_translate(const struct sk_oordeel_source *source,
                                     const struct sk_translation *job,
                                     struct sk_error *err);

/* Brings an array of {niveau, id, …} to its one shape: niveau LOCATIE unless said, the
 * dossier number of a location by the pattern. Items without a usable id are refused. */
void sk_intake_targets(struct sk_intake *intake, const char *name,
                       const regex_t *dossier_pattern);

#endif
