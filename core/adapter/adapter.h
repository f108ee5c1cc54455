/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ADAPTER_ADAPTER_H
#define SK_ADAPTER_ADAPTER_H

#include <jansson.h>

#include "adapter/raw.h"
#include "base/option.h"
#include "base/settings.h"

/*
 * How records reach and leave an old system. An adapter is a const struct; the runtime
 * opens a reader for each source and a writer for each sink, and waits for nothing: what
 * takes time calls back from the loop. An adapter never retries, parks or logs: it says
 * how it ended. One thread.
 */
struct sk_http_client;
struct sk_watches;

/* How a call to the old system ended, said as what must happen next. */
enum sk_outcome {
    SK_OUTCOME_DONE,
    SK_OUTCOME_NEWER, /* delivery: it holds a newer state; done, but counted and shown */
    SK_OUTCOME_OFFERED, /* delivery: handed over; its answer is asked for later */
    SK_OUTCOME_RETRY,   /* this one may work later */
    SK_OUTCOME_TARGET,  /* the system itself refuses (401, 404, …): nothing will work */
    SK_OUTCOME_REJECT,  /* this record never will */
};

struct sk_answer {
    enum sk_outcome outcome;
    int64_t retry_after_ms; /* what it asked for; 0: nothing */
    struct sk_error error;  /* for all but DONE */
    size_t broken;          /* reading: whole files set aside as unreadable, and why */
    struct sk_error broken_error;
};

/* The callee owns `batch` (and finis it); it is empty unless the outcome is DONE. */
typedef void sk_fetched(void *context, const struct sk_answer *answer,
                        struct sk_raw_batch *batch);

struct sk_delivery {
    struct sk_text id;       /* of the entity there */
    struct sk_text event_id; /* idempotency key */
    struct sk_text trace;    /* traceparent, or absent */
    const json_t *body;      /* NULL: erased */
    bool offered;            /* it was offered before: ask for the answer */
};

typedef void sk_delivered(void *context, const struct sk_answer *answer);

/* One flow's reader or writer. */
struct sk_adapter_setup {
    const char *process;
    const char *resource;
    struct sk_settings *settings;
    const char *prefix; /* "klachten." */
    const void *config; /* what the option table filled; lives as long as the reader */
    const char *data;   /* folder of this process's own files */
    struct sk_http_client *client;
    struct sk_watches *watches; /* descriptors that an adapter waits for (watch.h) */
    bool whole; /* a reader that gives all there is, to a clear end, or fails */
};

struct sk_reader; /* each adapter's own, as sk_writer; sk_call: a delivery under way */
struct sk_writer;
struct sk_call;

struct sk_adapter {
    const char *name;

    const struct sk_option *read_options; /* over a struct of config_size bytes */
    size_t read_config_size;
    /* What can be said of the configuration without the other side; NULL: nothing. */
    enum sk_verdict (*read_check)(const void *config, struct sk_error *err);
    enum sk_verdict (*reader_open)(const struct sk_adapter_setup *setup,
                                   struct sk_reader **ret_reader, struct sk_error *err);
    void (*reader_close)(struct sk_reader *reader); /* cancels; accepts NULL */

    /* Reads what comes after `after` (absent: from the beginning), at most one batch at a
     * time. Calls `fetched` once, perhaps before it returns. */
    void (*read)(struct sk_reader *reader, struct sk_text after, sk_fetched *fetched,
                 void *context);

    /* All up to this position is committed: files may move to done/. NULL: none. */
    void (*taken)(struct sk_reader *reader, struct sk_text position);

    /* What was read whole is refused. True: something newer takes its place, and it was
     * set aside with `why` beside it. NULL: the next read shows. */
    bool (*superseded)(struct sk_reader *reader, const struct sk_error *why);

    /* Readable when read may have something; -1 or NULL: ask now and then. */
    int (*descriptor)(struct sk_reader *reader);

    const struct sk_option *write_options;
    size_t write_config_size;
    /* `fields`: what the flow hands over, ends with NULL. */
    enum sk_verdict (*write_check)(const void *config, const char *const *fields,
                                   struct sk_error *err);
    enum sk_verdict (*writer_open)(const struct sk_adapter_setup *setup,
                                   struct sk_writer **ret_writer, struct sk_error *err);
    void (*writer_close)(struct sk_writer *writer); /* no call is under way */

    /* Hands one event over. Calls `delivered` once, perhaps before it returns; then
     * *ret_call is NULL. Everything in `delivery` lives until then. */
    void (*deliver)(struct sk_writer *writer, const struct sk_delivery *delivery,
                    sk_delivered *delivered, void *context, struct sk_call **ret_call);

    /* Gives up a call under way: `delivered` will not be called. */
    void (*cancel)(struct sk_call *call);
};

extern const struct sk_adapter sk_adapter_rest;
extern const struct sk_adapter sk_adapter_files;
extern const struct sk_adapter sk_adapter_odbc;

/* By the name in the configuration, or NULL. */
const struct sk_adapter *sk_adapter_of(struct sk_text name);

#endif
