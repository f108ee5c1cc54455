/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CORRELATION_STUK_H
#define SK_CORRELATION_STUK_H

#include "correlation/subject.h"
#include "events/dossier_stuk.h"
#include "events/koppeling.h"

/* The dossier items of a subject: one per target that stands. */

/* Writes the item of every target of the decision; equal ones are not sent again. */
enum sk_verdict stuk_write(struct sk_emitter *out, const struct subject *subject,
                           const struct koppeling *standing, struct sk_error *err);

/* Empties the items of targets that `previous` had and `next` has not: they keep number,
 * dates and reason, and say where the item went. */
enum sk_verdict stuk_move(struct sk_emitter *out, const struct koppeling *previous,
                          const struct koppeling *next, const char *reason,
                          struct sk_error *err);

/* Erases every item that the decision ever had. */
enum sk_verdict stuk_erase(struct sk_emitter *out, const struct koppeling *decision,
                           struct sk_error *err);

/* What the item says of its subject: stuk_content.c. Never the complainant. */
void stuk_content(struct dossier_stuk *stuk, const struct subject *subject,
                  struct sk_arena *arena);

#endif
