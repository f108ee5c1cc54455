/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CORRELATION_SENTENCE_H
#define SK_CORRELATION_SENTENCE_H

#include "base/arena.h"
#include "events/koppeling.h"

/* What one piece of evidence says, in Dutch for who decides: "de naam is gelijk". It
 * names no value. In the arena or a literal. */
struct sk_text sentence_of(const struct bewijs *evidence, struct sk_arena *arena);

/* What an earlier or standing decision was: "gekoppeld aan 910000001 door een
 * medewerker". In the arena. */
struct sk_text sentence_decision(int32_t besluit, int32_t door, const struct doel *doelen,
                                 size_t count, struct sk_arena *arena);

#endif
