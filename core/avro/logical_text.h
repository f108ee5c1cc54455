/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_AVRO_LOGICAL_TEXT_H
#define SK_AVRO_LOGICAL_TEXT_H

#include "avro/schema.h"
#include "base/buffer.h"

/* The texts of logical types in plain JSON. */

/* Dates, times and timestamps. False when the value has no such text (a date past the
 * year 9999): the caller then shows the number. Appends to `out`. */
bool sk_logical_number_format(enum sk_avro_logical logical, int64_t value,
                              struct sk_buffer *out);

/* False when the text is no such date, time or timestamp, or does not fit 64 bits. A
 * timestamp without an offset is Brussels time, a local one must not have an offset. */
bool sk_logical_number_parse(enum sk_avro_logical logical, struct sk_text text,
                             int64_t *ret_value);

enum { SK_DECIMAL_BYTES_MAX = 256 }; /* of a decimal that has a text */

/* Big-endian two's complement ↔ "-12.50". False beyond SK_DECIMAL_BYTES_MAX; parsing also
 * when the text is no number of at most `precision` digits, `scale` after the point. */
bool sk_decimal_format(struct sk_bytes value, int scale, struct sk_buffer *out);
bool sk_decimal_parse(struct sk_text text, const struct sk_schema *schema,
                      struct sk_buffer *out);

/* 16 bytes ↔ "6f1c…-…". */
void sk_uuid_bytes_format(struct sk_bytes value, struct sk_buffer *out);
bool sk_uuid_bytes_parse(struct sk_text text, struct sk_buffer *out);

#endif
