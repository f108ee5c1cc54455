/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CORRELATION_OORDEEL_H
#define SK_CORRELATION_OORDEEL_H

#include "correlation/place.h"
#include "events/koppeling_oordeel.h"

/*
 * Carries out a person's decision: the koppeling by MENS and the items of the dossiers,
 * in one unit of work. Given again it changes nothing. When the person saw another
 * version than the one that stands, nothing is carried out and what stands is shown again
 * (reason OORDEEL_VEROUDERD). SK_REJECT "oordeel.target" when a target is not in the
 * register or is no dossier, "oordeel.subject" for an unknown kind, "oordeel.action" when
 * it cannot be carried out.
 */
enum sk_verdict oordeel_apply(const struct correlation *self,
                              const struct koppeling_oordeel *oordeel,
                              struct sk_emitter *out, struct sk_error *err);

#endif
