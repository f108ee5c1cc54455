/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_REFUSAL_H
#define SK_RUNTIME_REFUSAL_H

#include "base/uuid.h"
#include "runtime/process.h"

/*
 * Whole reads that lost too many rows, as they stand on the bus (`schakel.weigering`):
 * the process says that it refused one, `schakel accept` that somebody accepts it, and
 * the process again that it was used or that another read took its place. So the topic
 * says who let what through, when and why.
 */
struct sk_refusal {
    const char *flow;
    struct sk_text dump; /* which read; absent: what stood there at the time */
    int64_t rows, known, missing, limit;
    const struct sk_text *examples; /* keys of some that are missing */
    size_t example_count;
};

enum { SK_REFUSAL_PERCENT = 2, SK_REFUSAL_LEAST = 20, SK_REFUSAL_EXAMPLES = 10 };

/* How many of `known` may be missing. */
int64_t sk_refusal_limit(int64_t known);

/* Is this read refused already, or accepted: for the same dump, and as many missing rows
 * or more? `id` is "" when nothing is said about it yet. */
enum sk_verdict sk_refusal_find(struct sk_process *process,
                                const struct sk_refusal *refusal, char id[SK_UUID_SIZE],
                                bool *ret_accepted, struct sk_error *err);

/* Adds a new refusal to the unit of work; `id` gets its id. */
enum sk_verdict sk_refusal_say(struct sk_process *process,
                               const struct sk_refusal *refusal, char id[SK_UUID_SIZE],
                               struct sk_error *err);

/* Did somebody accept it? */
enum sk_verdict sk_refusal_accepted(struct sk_process *process, const char *id,
                                    bool *ret_accepted, struct sk_error *err);

/* A whole read of the flow was taken over: adds to the unit that the acceptance `used`
 * (or NULL) was used, and that every other open refusal of the flow is void. */
enum sk_verdict sk_refusal_close(struct sk_process *process, const char *flow,
                                 const char *used, struct sk_error *err);

#endif
