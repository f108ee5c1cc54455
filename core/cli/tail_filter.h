/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CLI_TAIL_FILTER_H
#define SK_CLI_TAIL_FILTER_H

#include "base/arena.h"
#include "cli/command.h"

/*
 * --where FIELD=VALUE, as often as wanted: all must hold. FIELD is a dotted path; through
 * an array it holds when it does for any item. VALUE is what tail shows: a text, a
 * number, a symbol, a date, an instant; nothing means that the field is absent or empty.
 *
 * Events of our own types are judged as structs, before anything is made text of; of
 * other topics by their JSON.
 */
enum { SK_WHERE_LIMIT = 16, SK_WHERE_DEPTH = 8 };

struct sk_where {
    const char *text;    /* as it was given */
    struct sk_text path; /* dotted */
    struct sk_text value;
    const struct sk_field *fields[SK_WHERE_DEPTH]; /* of an own type */
    size_t depth;
    int64_t number; /* the value of a number, date, instant, symbol or boolean */
};

struct sk_filter {
    const struct sk_event_type *type; /* NULL: another topic */
    struct sk_where items[SK_WHERE_LIMIT];
    size_t count;
    struct sk_arena arena; /* of the record being judged */
    struct sk_buffer json;
};

/* Reads every --where of the command line. Personal fields only when `unmasked`: who may
 * not see a name may not guess it either. SK_FATAL "tail.where" says what is wrong. */
enum sk_verdict sk_filter_init(struct sk_filter *filter, struct sk_cli *cli,
                               const struct sk_event_type *type, bool unmasked,
                               struct sk_error *err);
void sk_filter_fini(struct sk_filter *filter); /* {0} too */

/* Does the record pass? One that cannot be read is SK_REJECT. */
enum sk_verdict sk_filter_run(struct sk_filter *filter, struct sk_codec *codec,
                              struct sk_bytes value, bool *ret_passes,
                              struct sk_error *err);

#endif
