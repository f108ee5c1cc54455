/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_STATUS_H
#define SK_RUNTIME_STATUS_H

#include "runtime/process.h"

/*
 * What the process does, for everyone to see: the event `schakel.status`, published
 * outside any unit of work, and the same as JSON in <run folder>/<process>.status. It is
 * written every ten seconds and when a state changes; trouble with it stops nothing.
 */

/* Writes it when it is due. */
void sk_status_pump(struct sk_process *process);

/* Writes it now. */
void sk_status_write(struct sk_process *process);

/* Milliseconds until pump has something to do. */
int64_t sk_status_due_ms(const struct sk_process *process);

#endif
