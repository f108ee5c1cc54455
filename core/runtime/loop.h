/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_LOOP_H
#define SK_RUNTIME_LOOP_H

#include "runtime/process.h"

/*
 * The one loop of a process: it waits for the bus, the old system, the inbox, files,
 * signals and times together; each turn moves everything on and ends in one unit of work.
 */

/* Runs until a signal or a failure; what is in hand is then given up, the rest committed.
 */
void sk_loop_run(struct sk_process *process);

/* Sleeps at most so long; true when a signal asked to stop. */
bool sk_loop_sleep(struct sk_process *process, int64_t milliseconds);

#endif
