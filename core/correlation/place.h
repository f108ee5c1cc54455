/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CORRELATION_PLACE_H
#define SK_CORRELATION_PLACE_H

#include "correlation/decision.h"

/* The life of a subject's decision: first seen, changed, matched again, erased. */

/* Brings the decision and the dossier items up to date with the subject and the register.
 * What a person or the source decided stays; an AUTO link stays where it is, and when the
 * subject now points elsewhere, a person is asked. *ret_changed: a decision was sent. */
enum sk_verdict place_subject(const struct correlation *self,
                              const struct subject *subject, struct sk_emitter *out,
                              bool *ret_changed, struct sk_error *err);

/* The same for the subject of that key ("klacht/K-1"), read from the bus. A subject that
 * is not there is left alone. *ret_changed: as above. */
enum sk_verdict place_again(const struct correlation *self, struct sk_text key,
                            struct sk_emitter *out, bool *ret_changed,
                            struct sk_error *err);

/* The subject as it stands on the bus; false when it is not there. */
enum sk_verdict place_find(struct sk_text soort, struct sk_text id,
                           struct sk_emitter *out, struct subject *ret_subject,
                           bool *ret_found, struct sk_error *err);

/* The subject was erased at its source: so are its decision, its dossier items and what
 * people wrote about it. */
enum sk_verdict place_erase(struct sk_text soort, struct sk_text id,
                            struct sk_emitter *out, struct sk_error *err);

/* A decision as if there were none yet: of the source, else of the matcher. */
void place_fresh(const struct correlation *self, const struct subject *subject,
                 struct sk_arena *arena, struct koppeling *ret_next);

/* Sends `next` (NULL: nothing new), moves the dossier items of targets that are left,
 * with that reason, and writes those that stand. `subject` NULL: its content is not known
 * yet. */
enum sk_verdict place_settle(const struct correlation *self, struct sk_emitter *out,
                             const struct subject *subject,
                             const struct koppeling *previous, struct koppeling *next,
                             const char *reason, struct sk_error *err);

#endif
