/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BASE_JSON_H
#define SK_BASE_JSON_H

#include <jansson.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/text.h"
#include "base/verdict.h"

/* jansson with our errors. Texts returned point into the json_t they were read from. */

/* Parses one value of at most `size` bytes (UTF-8, nothing after it; duplicate members
 * refused). SK_REJECT "json.syntax" says line and column. The caller decrefs. */
enum sk_verdict sk_json_parse(const void *data, size_t size, json_t **ret_value,
                              struct sk_error *err);

/* A required member: "json.missing" or "json.type" names it. */
enum sk_verdict sk_json_text(const json_t *object, const char *name,
                             struct sk_text *ret_text, struct sk_error *err);
enum sk_verdict sk_json_int64(const json_t *object, const char *name, int64_t *ret_value,
                              struct sk_error *err);

/* The text of a string value; absent when it is NULL or no string. */
struct sk_text sk_json_string(const json_t *value);

/* The member's text, absent when it is missing or no string. */
struct sk_text sk_json_text_or_absent(const json_t *object, const char *name);

/* A string value of a text (copied by jansson); an absent text gives JSON null. */
json_t *sk_json_from_text(struct sk_text text);

#endif
