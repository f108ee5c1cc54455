/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_EMIT_H
#define SK_RUNTIME_EMIT_H

#include "avro/event.h"
#include "base/arena.h"
#include "base/verdict.h"

/*
 * What the code of a connector may ask and say while it works on one record: the newest
 * of a key, and its own events. They are one unit of work, committed or given up whole.
 */
struct sk_emitter; /* takes the events of one unit of work */

/* One event as it stands on the bus. */
struct sk_event {
    const struct sk_event_type *type;
    struct sk_text key;
    const void *value; /* the generated struct; NULL: erased (tombstone) */
    struct sk_text id; /* ce_id */
    int64_t time_ms;   /* ce_time */
    bool whole;        /* false: written by a newer schema; never re-emit what it says */
};

/* Adds one event to the unit of work. The runtime assigns `versie` (max(previous + 1, now
 * in ms)), the event id and the headers. An event that says what the newest of its key
 * already says (versie and bron.gewijzigd_op aside) is not sent again: that is SK_OK too.
 */
enum sk_verdict sk_emit(struct sk_emitter *out, const struct sk_event_type *type,
                        const void *event, struct sk_error *err);

/* Adds a tombstone, unless the newest of the key is one or there is none. */
enum sk_verdict sk_emit_erased(struct sk_emitter *out, const struct sk_event_type *type,
                               struct sk_text key, struct sk_error *err);

/* The newest event of the key, those of this unit of work included; *ret_event is NULL
 * when there is none or it was erased. It lives as long as the call that was given `out`.
 */
enum sk_verdict sk_latest(struct sk_emitter *out, const struct sk_event_type *type,
                          struct sk_text key, const void **ret_event,
                          struct sk_error *err);

/* Memory that lives as long as the call that was given `out`. */
struct sk_arena *sk_emitter_arena(struct sk_emitter *out);

/* The present of this unit of work, Unix ms: the same for all its events. */
int64_t sk_emitter_now_ms(const struct sk_emitter *out);

/* The process's own folder, for files that are its alone; it exists. */
const char *sk_emitter_folder(const struct sk_emitter *out);

/* Something that somebody must look at although the process works: it stands in
 * schakel.status until `count` is 0, and `schakel status` asks for attention. `id` and
 * `text` (Dutch, one line) are static; `since_ms` is Unix ms, 0: not known. */
void sk_alarm(struct sk_emitter *out, const char *id, const char *text, int64_t count,
              int64_t since_ms);

#endif
