/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_DEAD_LETTER_H
#define SK_RUNTIME_DEAD_LETTER_H

#include "runtime/process.h"

/*
 * Records that will never work, in `dlq.<process>`: the bytes and headers as they came
 * and, in headers that begin with "schakel_", why, where from and after how many
 * attempts. They go with the unit of work that moves on past them.
 */

/* A record of the bus: key "<topic>/<partition>/<position>". */
enum sk_verdict sk_dead_letter_record(struct sk_process *process, struct sk_flow *flow,
                                      const struct sk_bus_record *record,
                                      int64_t attempts, const struct sk_error *cause,
                                      struct sk_error *err);

/* A raw record of a source: key "<source>/<origin>". Larger than the bus takes: whole in
 * <data>/blobs/<sha256>, and its size, hash and first 64 KiB here. */
enum sk_verdict sk_dead_letter_raw(struct sk_process *process, struct sk_flow *flow,
                                   struct sk_text origin, struct sk_bytes bytes,
                                   const struct sk_error *cause, struct sk_error *err);

#endif
