/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CORRELATION_CORRELATION_H
#define SK_CORRELATION_CORRELATION_H

#include "correlation/calendar.h"
#include "correlation/leren.h"
#include "correlation/pseudonym.h"
#include "correlation/recent.h"
#include "correlation/twins.h"
#include "correlation/worklist.h"
#include "match/model.h"
#include "match/register.h"

/* The state of the process: the register in the matcher, and the items that wait. */
struct correlation {
    int64_t minimum; /* options */
    int64_t danger_ms;
    int64_t sample_percent;
    const char *calendar_path;

    struct sk_match_register *reg;
    const struct sk_match_model *model; /* by which it decides now */
    uint64_t register_changes;          /* how often the register changed since start */
    uint64_t changes_at_tick, changes_at_trim;
    struct calendar calendar;
    struct pseudonym_key key; /* known from `loaded` on */
    struct worklist worklist;
    struct recent recent;
    struct twins twins;
    struct leren leren;
};

#endif
