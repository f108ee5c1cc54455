/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_CONNECTOR_H
#define SK_RUNTIME_CONNECTOR_H

#include <jansson.h>

#include "avro/event.h"
#include "avro/event_json.h"
#include "base/arena.h"
#include "base/option.h"
#include "base/value.h"
#include "base/verdict.h"

/*
 * A connector is names, rules and translation; the runtime owns the rest: the process,
 * the state's memory, the bus, adapters, retries, parking, dead letters, positions and
 * signals.
 *
 * All calls come on one thread. What a call is given lives until it returns, unless it
 * says otherwise. A verdict: SK_OK · SK_RETRY (the record waits) · SK_REJECT (dead
 * letter, the flow goes on) · SK_FATAL (the process ends and is restarted).
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

/* Emitting. -----------------------------------------------------------------------------
 */

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

/* From an outside system to the bus.
 * ------------------------------------------------------ */

/* One raw record. */
struct sk_record {
    struct sk_value *json; /* an object, after map.*: JSON as sent, CSV by its header row;
                              the translation may change it */
    struct sk_text position; /* the system's own text, after this record */
    struct sk_text origin;   /* for errors: "klachten.csv:12" or the URL */
};

struct sk_translation {
    const struct sk_record *record;
    struct sk_arena *arena;
    struct sk_emitter *out;
};

struct sk_source {
    const char *name; /* the resource's name, in the adapter and in the configuration */
    const struct sk_event_type *event;

    /* One raw record to none, one or several events. No I/O: same input, same output. */
    enum sk_verdict (*translate)(const void *state, const struct sk_translation *job,
                                 struct sk_error *err);
};

/* From the bus to an outside system.
 * ------------------------------------------------------ */

/* What goes out: PUT {base}/{resource}/{id} or one file. A tombstone becomes DELETE. */
struct sk_output {
    struct sk_text id; /* the event's key unless render sets another */
    json_t *body;      /* owned by the output; what render makes */
    bool skip;         /* render: this event is not for that system */
};

struct sk_sink {
    const char *name; /* the resource's name */
    const struct sk_event_type *event;
    const char *const *fields; /* what is handed over, and nothing else; ends with NULL */
    const char *purpose;       /* why, in Dutch, for the register of processing */
    bool must_arrive;          /* never a dead letter: alarm and go on trying */

    /* One event to what the system takes. No I/O. NULL: `fields` as JSON. Members of the
     * body that come from fields outside `fields` are a fault that the conformance set
     * finds. */
    enum sk_verdict (*render)(const void *state, const struct sk_event *event,
                              struct sk_output *output, struct sk_error *err);
};

/* From the bus to the bus.
 * ---------------------------------------------------------------- */

/* A request over HTTP. */
struct sk_request {
    struct sk_text method;   /* "GET" */
    struct sk_text path;     /* as sent, still percent-encoded: sk_http_unescape */
    struct sk_text query;    /* as sent, without "?" */
    struct sk_bytes body;    /* at most 1 MiB */
    struct sk_text if_match; /* the header, as sent; absent without one */
};

/* What it is answered: one of body and text, or neither. */
struct sk_reply {
    unsigned status;     /* 0: 200; with SK_REJECT: 422 */
    json_t *body;        /* owned by the reply */
    struct sk_text text; /* JSON as it is */
};

struct sk_processor {
    const char *name;
    const struct sk_event_type *const
        *inputs; /* read in the process's group; end with NULL */
    const struct sk_event_type *const *tables;  /* read whole before the first input */
    const struct sk_event_type *const *outputs; /* all it may emit */

    /* A table's event, from the beginning; `out` is NULL until every table has been read
     * to the end that it had at start. Keep what is needed: copies, not the event. */
    enum sk_verdict (*table)(void *state, const struct sk_event *event,
                             struct sk_emitter *out, struct sk_error *err);

    /* Once, when the tables have been read and before the first input. */
    enum sk_verdict (*loaded)(void *state, struct sk_emitter *out, struct sk_error *err);

    /* One input. It does no I/O, so SK_RETRY means bus or registry: all inputs wait, in
     * order, and nothing is parked. */
    enum sk_verdict (*handle)(void *state, const struct sk_event *event,
                              struct sk_emitter *out, struct sk_error *err);

    /* What is due by now, at most once a second; may be NULL. */
    enum sk_verdict (*tick)(void *state, int64_t now_ms, struct sk_emitter *out,
                            struct sk_error *err);

    /* A request with the token of the service (runtime/service.h), once loaded; may be
     * NULL. What it emits is committed before the answer goes out. SK_REJECT answers
     * {"error", "text"}; SK_RETRY 503. */
    enum sk_verdict (*answer)(void *state, const struct sk_request *request,
                              struct sk_emitter *out, struct sk_reply *reply,
                              struct sk_error *err);
};

/* ----------------------------------------------------------------------------------------
 */

/*
 * One of these, const, at file scope. The state arrives zeroed with its options filled
 * in. close is called once, also after a failed open: it copes with any prefix of what
 * open does.
 */
struct sk_connector {
    const char *name;    /* configuration section, bus identity and metric label */
    const char *summary; /* one line, for --help */
    size_t state_size;
    const struct sk_option *options; /* may be NULL */
    const struct sk_source *sources; /* end with an entry without a name; may be NULL */
    const struct sk_sink *sinks;     /* likewise */
    const struct sk_processor *processor;

    enum sk_verdict (*open)(void *state, struct sk_error *err); /* may be NULL */
    void (*close)(void *state);                                 /* may be NULL */
};

/* Runs the connector until SIGTERM or SK_FATAL; returns the exit status. */
int sk_main(const struct sk_connector *connector, int argc, char **argv);

#endif
