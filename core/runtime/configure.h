/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_CONFIGURE_H
#define SK_RUNTIME_CONFIGURE_H

#include "runtime/process.h"

/* From what the operator wrote to a process that knows its options; nothing is opened. */
enum sk_verdict sk_configure(struct sk_process *process, int count,
                             char *const *arguments, struct sk_error *err);

/* Its flows, without their options: enough for the register of processing. */
void sk_configure_flows(struct sk_process *process);

void sk_configure_help(const struct sk_process *process);  /* --help */
void sk_configure_print(const struct sk_process *process); /* --check: what is in force */
void sk_configure_register(const struct sk_process *process); /* --flows: JSON lines */

#endif
