/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CORRELATION_REGISTER_ROWS_H
#define SK_CORRELATION_REGISTER_ROWS_H

#include "events/opvang_locatie.h"
#include "events/opvang_organisator.h"
#include "match/register.h"

/* Events of the register into the matcher's, replacing what it held of them. */
void register_put_location(struct sk_match_register *reg,
                           const struct opvang_locatie *event);
void register_put_organiser(struct sk_match_register *reg,
                            const struct opvang_organisator *event);

#endif
