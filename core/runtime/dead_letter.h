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

/* A raw record of a source. */
struct sk_raw_letter {
    struct sk_bytes bytes; /* as it came */
    struct sk_text origin; /* where it stood */
    struct sk_text entity; /* the key that it names, or absent */
};

/* Key "<source>/<SHA-256 of the bytes>": the same record that is read again is one
 * letter, written once; different ones never take each other's place. Larger than the bus
 * takes: whole in <data>/blobs/<sha256>, and its size, hash and first 64 KiB here. */
enum sk_verdict sk_dead_letter_raw(struct sk_process *process, struct sk_flow *flow,
                                   const struct sk_raw_letter *letter,
                                   const struct sk_error *cause, struct sk_error *err);

/* The entity was erased: so are this process's letters about it, in the same unit. */
enum sk_verdict sk_dead_letter_erase(struct sk_process *process, struct sk_text topic,
                                     struct sk_text entity, struct sk_error *err);

#endif
