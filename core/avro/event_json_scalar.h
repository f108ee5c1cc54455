/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_AVRO_EVENT_JSON_SCALAR_H
#define SK_AVRO_EVENT_JSON_SCALAR_H

#include "avro/event.h"
#include "base/value.h"

/* The lenient reading of one scalar, for event_json_read.c only. */
union event_json_scalar { /* room for any */
    bool boolean;
    int32_t number;
    int64_t large;
    struct sk_text text;
    struct sk_bytes bytes;
};

/* NULL, or in Dutch why the value does not fit; `value`, the place of such a field, is
 * then as before. Texts stay where the value has them; what is made goes to the arena. */
const char *event_json_scalar(const struct sk_field *field, const struct sk_value *json,
                              struct sk_arena *arena, void *value);

/* Bytes that a value of this kind takes in a struct. */
size_t event_json_scalar_size(enum sk_field_kind kind);

#endif
