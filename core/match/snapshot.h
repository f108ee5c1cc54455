/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_MATCH_SNAPSHOT_H
#define SK_MATCH_SNAPSHOT_H

#include "base/buffer.h"
#include "base/verdict.h"
#include "match/model.h"

/*
 * A model as text: lines of numbers, then what is remembered. Equal models have equal
 * text, and a model is named after it, so a decision that names a model names these
 * bytes.
 */

/* Appends the text; the name is not part of it. */
void sk_snapshot_write(const struct sk_match_model *model, struct sk_buffer *out);

/* Names the model "m<labels>-<first 8 hex digits of the SHA-256 of its text>". */
void sk_snapshot_name(struct sk_match_model *model);

/* Reads such a text; the caller frees the model. SK_REJECT "model.text" names the line.
 */
enum sk_verdict sk_snapshot_read(struct sk_text text, struct sk_match_model **ret_model,
                                 struct sk_error *err);

#endif
