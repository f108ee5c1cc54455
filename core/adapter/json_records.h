/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ADAPTER_JSON_RECORDS_H
#define SK_ADAPTER_JSON_RECORDS_H

#include "base/value.h"

/*
 * The records of one JSON text: [record, …], {"items": [record, …], "next": position} or
 * one record alone. All of it is checked, and each record stays the text it is written
 * in.
 */
struct sk_json_records {
    struct sk_text *records; /* in the arena; they point into the text */
    size_t count;
    enum { SK_JSON_LIST, SK_JSON_PAGE, SK_JSON_ALONE, SK_JSON_NONE } shape;
    struct sk_value next; /* of a page; null when it says none */
};

/* SK_REJECT "json.syntax" when any of it is no JSON. */
enum sk_verdict sk_json_records_read(struct sk_text text, struct sk_arena *arena,
                                     struct sk_json_records *ret_records,
                                     struct sk_error *err);

#endif
