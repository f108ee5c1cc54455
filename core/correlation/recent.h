/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CORRELATION_RECENT_H
#define SK_CORRELATION_RECENT_H

#include "correlation/worklist.h"
#include "runtime/connector.h"

/*
 * Decisions that people took a moment ago. The worklist hears of them when the koppeling
 * table brings them back; who asks before that must see his own decision, and what was
 * not committed after all must come back. So for a while their state is read from the
 * bus.
 */
struct recent {
    struct sk_map keys; /* to the end of that while, in ms */
};

void recent_fini(struct recent *self);

void recent_add(struct recent *self, struct sk_text key, int64_t now_ms);

/* Brings the worklist up to date with them. */
enum sk_verdict recent_refresh(struct recent *self, struct worklist *list,
                               struct sk_emitter *out, struct sk_error *err);

#endif
