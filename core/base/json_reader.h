/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BASE_JSON_READER_H
#define SK_BASE_JSON_READER_H

#include "base/value.h"

/*
 * JSON text, taken piece by piece. What is wrong is noted once, and after that every call
 * says false; so a caller goes through and asks at the end. A whole value as a tree:
 * sk_value_parse in value.h, where the bounds stand.
 */
struct sk_json_reader {
    const char *at, *end, *start;
    struct sk_arena *arena; /* for texts with escapes, and for trees */
    const char *wrong;      /* NULL: nothing yet */
    unsigned depth;
    bool fresh; /* just entered: no comma before what comes */
};

/* The text is borrowed; one that is not UTF-8 is wrong at once. */
void sk_json_reader_init(struct sk_json_reader *reader, struct sk_text text,
                         struct sk_arena *arena);

/* Goes into the array ('[') or object ('{') that stands here; false, and nothing is
 * taken, when another kind of value does. */
bool sk_json_enter(struct sk_json_reader *reader, char open);

/* To the next item, or the value of the next member (duplicates are not looked for);
 * false: that was the last, and it is closed. */
bool sk_json_next_item(struct sk_json_reader *reader);
bool sk_json_next_member(struct sk_json_reader *reader, struct sk_text *ret_name);

/* The value that stands here, as a tree; or as the text it is written in, checked. */
bool sk_json_read(struct sk_json_reader *reader, struct sk_value *ret_value);
bool sk_json_read_raw(struct sk_json_reader *reader, struct sk_text *ret_text);

/* SK_OK when nothing was wrong and nothing is left, else SK_REJECT "json.syntax" with
 * line and column, never quoting the text. */
enum sk_verdict sk_json_reader_end(struct sk_json_reader *reader, struct sk_error *err);

#endif
