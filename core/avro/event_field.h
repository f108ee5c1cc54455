/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_AVRO_EVENT_FIELD_H
#define SK_AVRO_EVENT_FIELD_H

#include "avro/event.h"
#include "base/value.h"

/*
 * A record seen through its field table. However a field stands in its struct, here it
 * has 0, 1 or more values: a required one 1, an optional one 0 or 1, an array its count.
 * A value is a struct sk_text, struct sk_bytes, bool, int32_t, int64_t or a record.
 */
size_t sk_field_count(const struct sk_field *field, const void *record);

/* The value at `i` < count. */
void *sk_field_value(const struct sk_field *field, const void *record, size_t i);

/* Gives the field `count` values (optional: at most 1, required: 1): records by their
 * _init, others zero, and returns the first; the caller fills them. An optional text is
 * absent as long as its data is NULL. Room comes from the arena. */
void *sk_field_make(const struct sk_field *field, void *record, size_t count,
                    struct sk_arena *arena);

/* An array with only its first `count` values, at most those it has. */
void sk_field_keep(const struct sk_field *field, void *record, size_t count);

/* Takes one value of a tagged field. */
typedef enum sk_verdict sk_field_visit(void *context, const struct sk_field *field,
                                       void *value, struct sk_error *err);

/* Visits every tagged text and bytes in the record that is there, in the order of the
 * schema, until one is not SK_OK. */
enum sk_verdict sk_record_visit_tagged(const struct sk_record_type *type, void *record,
                                       sk_field_visit *visit, void *context,
                                       struct sk_error *err);

enum { SK_RECORD_FIELDS_MAX = 128 }; /* the generator refuses more */

/* The members of an object that are fields of the record, each at its field's index;
 * NULL: it says nothing of it. `members` has field_count places. */
void sk_record_members(const struct sk_record_type *record, const struct sk_value *object,
                       struct sk_value *members[]);

/* The field of a record by its name, or NULL. */
const struct sk_field *sk_record_field(const struct sk_record_type *record,
                                       struct sk_text name);

#endif
