/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CLI_MATCH_LEARN_H
#define SK_CLI_MATCH_LEARN_H

#include "base/verdict.h"
#include "match/learn.h"

/*
 * The models of one run. A label counts only for messages that were received after it was
 * decided, so there is a model per day of labels, made when the first message needs it.
 */
struct sk_match_models;

/* Reads the labels ({message, decided, facility, reviewer?}), at most 200,000. A line
 * that does not fit is said on stderr and counted in *ret_bad. SK_FATAL: no such file. */
enum sk_verdict sk_match_models_read(const struct sk_match_register *reg,
                                     const char *path, const struct sk_learning *settings,
                                     struct sk_match_models **ret_models, size_t *ret_bad,
                                     struct sk_error *err);

/* One model for all messages: the one given, which it then owns. */
struct sk_match_models *sk_match_models_of(struct sk_match_model *model);

void sk_match_models_free(struct sk_match_models *self);

/* The model for a message received on that day. Any thread. */
const struct sk_match_model *sk_match_models_for(struct sk_match_models *self,
                                                 int32_t received);

/* Prints what was proved of the model of all labels: rate, sample, errors, dates. */
void sk_match_models_report(struct sk_match_models *self);

#endif
