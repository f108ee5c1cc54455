/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_PROCESS_H
#define SK_RUNTIME_PROCESS_H

#include "adapter/watch.h"
#include "bus/bus.h"
#include "bus/codec.h"
#include "net/http_client.h"
#include "runtime/bus_section.h"
#include "runtime/common.h"
#include "runtime/connector.h"
#include "runtime/flow.h"
#include "runtime/park.h"
#include "runtime/unit.h"

/*
 * One running process: what its flows share. Each part of the runtime has its own file
 * and its own struct; this one only ties them together. One thread.
 */
struct sk_inbox;
struct sk_processor_flow;
struct sk_service;
struct sk_sink_flow;
struct sk_source_flow;

/* What the operator sets for the process as a whole, besides struct sk_common. */
struct sk_process_options {
    const char *instance;
    const char *inbox_listen;
    const char *inbox_token;
    const char *api_listen;
    const char *api_token;
};

extern const struct sk_option sk_process_option_table[];

enum { SK_PROCESS_ALARMS = 8 };

enum sk_process_state {
    SK_PROCESS_STARTING,
    SK_PROCESS_STANDBY,
    SK_PROCESS_ACTIVE,
    SK_PROCESS_STOPPED,
};

struct sk_process {
    const struct sk_connector *connector;
    struct sk_settings *settings;
    struct sk_common common;
    struct sk_bus_section *bus_section;
    struct sk_process_options options;
    struct sk_http_client_options http_options;
    char *data; /* <data>/<process>: this process's own files */
    void *state;
    bool opened; /* the connector's open was called */

    struct sk_http_client *http;
    struct sk_watches watches;
    struct sk_registry_client *registry;
    struct sk_codec *codec;
    struct sk_bus *bus;

    struct sk_source_flow *sources;
    size_t source_count;
    struct sk_sink_flow *sinks;
    size_t sink_count;
    struct sk_processor_flow *processor; /* NULL: none */
    struct sk_inbox *inbox;              /* NULL: none */
    struct sk_service *service;          /* NULL: none */
    struct sk_park park;
    struct sk_unit unit;

    enum sk_process_state at;
    struct sk_error error; /* what holds the process up; id NULL: nothing */
    struct sk_process_alarm {
        const char *id, *text;
        int64_t count, since_ms;
    } alarms[SK_PROCESS_ALARMS]; /* id NULL: free */
    int64_t started_ms;
    int64_t units;     /* committed since start */
    int64_t status_ms; /* monotonic: when the status was written */
    bool changed;      /* a state changed: the status goes out */
    int signals;       /* descriptor of SIGTERM and SIGINT */
    bool stopping;
    bool failed; /* SK_FATAL: it ends with an error, to be restarted */
};

/* The flows of the process, one after the other: sources, sinks, processor. */
size_t sk_process_flow_count(const struct sk_process *process);
struct sk_flow *sk_process_flow(const struct sk_process *process, size_t index);

/* The process cannot go on: it stops, with `error` in its status and log. */
void sk_process_fail(struct sk_process *process, const struct sk_error *error);

/* "<topic>" of this process's own: "dlq.edison", "wacht.edison"; in the arena. */
struct sk_text sk_process_topic(const struct sk_process *process, const char *prefix,
                                struct sk_arena *arena);

#endif
