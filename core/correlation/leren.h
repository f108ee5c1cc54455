/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CORRELATION_LEREN_H
#define SK_CORRELATION_LEREN_H

#include "base/map.h"
#include "events/koppeling.h"
#include "match/model.h"
#include "runtime/connector.h"

struct correlation;

/*
 * What people decided becomes a model. Only which decisions a person took is kept here;
 * what they say is read from the bus when a model is made. So a model follows from what
 * stands on the bus: given again in any order it is the same, and an oordeel that is
 * revoked has taught nothing.
 */
struct leren {
    int64_t every;                /* options: oordelen per model, at least */
    int64_t error_rate;           /* of automatic links, in millionths */
    struct sk_map items;          /* "klacht/K-1" -> struct les */
    size_t cut;                   /* how many of them the newest model is made of */
    bool stale;                   /* one of them was revoked or decided anew since */
    struct sk_match_model *model; /* the newest, or NULL; older ones are in files */
};

void leren_fini(struct leren *self);

/* Takes in a decision as it stands on the bus; `event` NULL: it was erased. */
void leren_note(struct leren *self, struct sk_text key, const struct koppeling *event);

/* Makes a model when enough was decided since the last one, writes it to
 * <folder>/modellen and decides by it from then on. False in *ret_new: none was due. */
enum sk_verdict leren_tick(struct correlation *correlation, struct sk_emitter *out,
                           bool *ret_new, struct sk_error *err);

#endif
