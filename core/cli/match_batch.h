/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CLI_MATCH_BATCH_H
#define SK_CLI_MATCH_BATCH_H

#include <stdio.h>

#include "base/buffer.h"
#include "base/value.h"
#include "base/verdict.h"
#include "cli/match_learn.h"
#include "match/decide.h"

/* The parts of `schakel match`: files of the batch contract in, decisions out. */

/* Reads a register in CSV (README.md) into `reg`. SK_REJECT names the line; a row that
 * does not fit is counted in *ret_bad, said on stderr and left out. */
enum sk_verdict sk_match_read_register(const char *path, struct sk_match_register *reg,
                                       size_t *ret_bad, struct sk_error *err);

/* Reads words of facility types (word TAB type) into `reg`, which must be empty still. */
enum sk_verdict sk_match_read_types(const char *path, struct sk_match_register *reg,
                                    struct sk_error *err);

/* Reads parts of municipalities (postcode TAB names with ; between) into `reg`. */
enum sk_verdict sk_match_read_places(const char *path, struct sk_match_register *reg,
                                     struct sk_error *err);

/* A message of the contract; its texts point into `json`, its attachments are listed in
 * the arena, `mention` is where its fields go. SK_REJECT says what is wrong. */
enum sk_verdict sk_match_message_read(const struct sk_value *json, struct sk_arena *arena,
                                      struct sk_match_mention *mention,
                                      struct sk_match_message *ret_message,
                                      struct sk_error *err);

/* The decision as one line of JSON with its newline; `explain` adds a Dutch sentence. */
void sk_match_decision_write(const struct sk_value *id,
                             const struct sk_match_decision *decision, bool explain,
                             struct sk_buffer *out);

/* The line of a message that cannot be read. */
void sk_match_error_write(const struct sk_error *err, struct sk_buffer *out);

/* As in the contract: "facility_name", … */
const char *sk_match_field_in_json(enum sk_match_field field);

/* As in the contract: "klacht", … */
const char *sk_match_channel_name(enum sk_match_channel channel);

struct sk_match_job {
    const struct sk_match_register *reg;
    struct sk_match_models *models;
    FILE *messages, *decisions, *timings; /* timings may be NULL */
    size_t threads;
    bool explain;
};

struct sk_match_result {
    size_t messages, bad, automatic, review, none;
    double seconds;           /* by the clock */
    double p50, p99, longest; /* microseconds a message, reading and writing included */
};

/* Decides every line of the messages, in their order. Bad lines are answered and counted.
 * SK_RETRY when a file cannot be read or written. */
enum sk_verdict sk_match_run(const struct sk_match_job *job,
                             struct sk_match_result *ret_result, struct sk_error *err);

#endif
