/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_EDISON_EDISON_H
#define SK_EDISON_EDISON_H

#include <regex.h>

#include "intake/intake.h"

/* What the connector's files share: its options, and the sources' translations. */
struct edison {
    const char *system;
    const char *pattern_text;
    int enterprise; /* enum sk_enterprise_scheme */
    int history;    /* 0: the source keeps it, 1: Schakel does */
    regex_t dossier_pattern;
    bool pattern_ready;
};

enum sk_verdict edison_locatie_translate(const void *state,
                                         const struct sk_translation *job,
                                         struct sk_error *err);
enum sk_verdict edison_organisator_translate(const void *state,
                                             const struct sk_translation *job,
                                             struct sk_error *err);

#endif
