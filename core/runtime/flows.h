/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_FLOWS_H
#define SK_RUNTIME_FLOWS_H

#include <jansson.h>

#include "base/value.h"
#include "runtime/emit.h"

/*
 * What flows through a process: sources (outside to bus), sinks (bus to outside) and one
 * processor (bus to bus), each as names and rules.
 */

/* From an outside system to the bus. */

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

/* From the bus to an outside system. */

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

/* From the bus to the bus. */

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

#endif
