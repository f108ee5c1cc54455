/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_INBOX_H
#define SK_RUNTIME_INBOX_H

#include "runtime/source.h"

/*
 * Records that a system pushes: POST /inbox/{source}, one JSON object. All requests that
 * came in during one turn of the loop are translated into one unit of work and answered
 * when it is committed: 202. 400 and 422 name what is wrong, 413 is too large, 503 with
 * Retry-After means the bus cannot take it now; everything but 202 leaves nothing behind.
 */
struct sk_inbox;

enum sk_verdict sk_inbox_open(struct sk_process *process, struct sk_inbox **ret_inbox,
                              struct sk_error *err);
void sk_inbox_close(struct sk_inbox *inbox); /* accepts NULL */

int sk_inbox_descriptor(const struct sk_inbox *inbox);
int sk_inbox_timeout_ms(struct sk_inbox *inbox);

/* Takes nothing new and sends the answers that are due; at most a moment. */
void sk_inbox_drain(struct sk_inbox *inbox);

/* Receives what is there and translates what is complete into the unit of work. */
void sk_inbox_pump(struct sk_inbox *inbox);

/* Answers 503 to every request until then (monotonic ms): the bus cannot take more. */
void sk_inbox_refuse(struct sk_inbox *inbox, int64_t until_ms);

#endif
