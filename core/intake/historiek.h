/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_INTAKE_HISTORIEK_H
#define SK_INTAKE_HISTORIEK_H

#include "intake/intake.h"

/*
 * For systems that know only today's state (option historiek=schakel): what is new in a
 * dated array begins, and what is gone from it ends, on the day of bron.gewijzigd_op,
 * else today in Brussels; what ended before stays. `event` is changed to say so. Nothing
 * is done for the first event of a key: what it says may have held for ever.
 */
enum sk_verdict sk_intake_keep_history(struct sk_intake *intake, const void *previous,
                                       void *event, struct sk_error *err);

/* Of each array of states (with van and tot, or sinds) keeps the 200 newest: what ended
 * first, then what stands first, goes. `weggelaten` counts them, on from what was left
 * out before. Nothing for a type without that field. */
void sk_intake_keep_newest(const struct sk_event_type *type, struct sk_value *event,
                           int64_t left_out_before, struct sk_arena *arena);

/* Whether `event` is an earlier state than `previous`: a message that was held up, or
 * sent again. By bron.gewijzigd_op where both have one, and where these are the same by
 * bron.versie if both are whole numbers; in doubt it is not. */
bool sk_intake_is_earlier(const struct sk_event_type *type, const void *event,
                          const void *previous);

#endif
