/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_CONNECTOR_H
#define SK_RUNTIME_CONNECTOR_H

#include "avro/event_json.h"
#include "base/option.h"
#include "runtime/flows.h"

/*
 * A connector is names, rules and translation; the runtime owns the rest: the process,
 * the state's memory, the bus, adapters, retries, parking, dead letters, positions and
 * signals.
 *
 * All calls come on one thread. What a call is given lives until it returns, unless it
 * says otherwise. A verdict: SK_OK · SK_RETRY (the record waits) · SK_REJECT (dead
 * letter, the flow goes on) · SK_FATAL (the process ends and is restarted).
 *
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
