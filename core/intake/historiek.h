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
enum sk_verdict sk_intake_keep_history(struct sk_intake *intake, struct sk_text key,
                                       void *event, struct sk_error *err);

#endif
