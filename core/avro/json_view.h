/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_AVRO_JSON_VIEW_H
#define SK_AVRO_JSON_VIEW_H

#include <jansson.h>

#include "avro/schema.h"
#include "base/buffer.h"

/*
 * Avro binary as JSON and back, by schema. The binary is the value: there is no other
 * form of it in memory.
 */
enum sk_json_mode {
    /* The encoding of Avro's specification: a union's value stands in an object that
     * names its type, bytes are characters U+0000 to U+00FF. Lossless. */
    SK_JSON_AVRO,

    /* What people and old systems write: no wrapper around a union's value; dates, times
     * and instants as text (RFC 3339), decimals and UUIDs as text, a duration as
     * {"months","days","millis"}, bytes as base64. Numbers are taken for those texts too.
     * Reading a union takes the first type that fits exactly, else the first that fits.
     */
    SK_JSON_PLAIN,

    /* As defaults stand in a schema: SK_JSON_AVRO without the wrapper. */
    SK_JSON_DEFAULT,
};

enum { SK_JSON_VALUES_MAX = 1000000 }; /* in one JSON value */

/* A new JSON value; the caller decrefs. NaN and infinities become the strings "NaN",
 * "Infinity" and "-Infinity". SK_REJECT "avro.data" with path and cause. */
enum sk_verdict sk_avro_to_json(const struct sk_schema *schema, struct sk_bytes data,
                                enum sk_json_mode mode, json_t **ret_json,
                                struct sk_error *err);

/* Appends the binary of a JSON value to `out`. A missing field takes its default. A
 * member that is no field is an error. SK_REJECT "avro.json" with path and cause; `out`
 * is then as before. */
enum sk_verdict sk_avro_from_json(const struct sk_schema *schema, const json_t *json,
                                  enum sk_json_mode mode, struct sk_buffer *out,
                                  struct sk_error *err);

#endif
