/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_KLAROEN_KLAROEN_H
#define SK_KLAROEN_KLAROEN_H

#include <regex.h>

#include "intake/intake.h"

/* What the connector's files share: its options, and the complaint's translation. */
struct klaroen {
    const char *system;
    const char *pattern_text;
    int enterprise; /* enum sk_enterprise_scheme */
    regex_t dossier_pattern;
    bool pattern_ready;
};

enum sk_verdict klaroen_klacht_translate(const void *state,
                                         const struct sk_translation *job,
                                         struct sk_error *err);

#endif
