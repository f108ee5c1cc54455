/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_ACCESS_H
#define SK_RUNTIME_ACCESS_H

#include "runtime/process.h"

/* Writes to stdout, as one JSON line, what this process does on the bus and so must be
 * allowed to: {"proces", "leest": [topic …], "schrijft": [topic …]}. Its groups are
 * called <proces> and <proces>.…, its transactional id <proces>. The flows are
 * configured. */
void sk_access_print(const struct sk_process *process);

#endif
