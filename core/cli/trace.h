/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CLI_TRACE_H
#define SK_CLI_TRACE_H

#include "base/arena.h"
#include "cli/command.h"

/*
 * The way of one subject through Schakel, as steps in order: what the source said, the
 * event on the bus, the decisions, the items in dossiers, and each system that is told.
 * A step that is not there says why, so that the last one tells where it stopped.
 */
enum sk_trace_state {
    SK_TRACE_DONE,
    SK_TRACE_PERSON,  /* a person must decide */
    SK_TRACE_WAITING, /* not read yet */
    SK_TRACE_PARKED,  /* tried, and waits for a next attempt */
    SK_TRACE_DEAD,    /* a dead letter */
    SK_TRACE_MISSING, /* should be there, and is not */
};

struct sk_trace_step {
    const char *stage;  /* bron, bus, beslissing, dossier, levering, antwoord */
    struct sk_text who; /* system, process or flow */
    enum sk_trace_state state;
    int64_t time_ms;                 /* Unix ms; 0: nobody kept it */
    bool latest_time;                /* at the latest then */
    struct sk_text id, cause, trace; /* ce_id, causationid, traceparent; or absent */
    struct sk_text text;             /* one Dutch sentence, nothing personal */
};

/* One group on one partition, as the bus says. */
struct sk_trace_reader {
    struct sk_text process, flow, topic;
    int32_t partition;
    int64_t position;
};

struct sk_trace {
    struct sk_cli *cli;
    struct sk_arena arena; /* all texts live here */
    struct sk_trace_step *steps;
    size_t count, capacity;
    struct sk_trace_reader *readers;
    size_t reader_count, reader_capacity;
    struct sk_text *topics;
    size_t topic_count, topic_capacity;
};

/* Reads groups and topics once. SK_RETRY: the bus is away. */
enum sk_verdict sk_trace_init(struct sk_trace *trace, struct sk_cli *cli,
                              struct sk_error *err);
void sk_trace_fini(struct sk_trace *trace); /* accepts one whose init failed, and {0} */

/* A copy in the arena: the bus's own lives only until the next call. */
struct sk_bus_record sk_trace_keep(struct sk_trace *trace,
                                   const struct sk_bus_record *record);

/* The newest record of the key, kept; *ret_found false: none, also where there is no such
 * topic. */
enum sk_verdict sk_trace_latest(struct sk_trace *trace, struct sk_text topic,
                                struct sk_text key, struct sk_bus_record *ret_record,
                                bool *ret_found, struct sk_error *err);

/* Adds a step about a record: its id, cause, trace and time. */
struct sk_trace_step *sk_trace_add(struct sk_trace *trace, const char *stage,
                                   struct sk_text who,
                                   const struct sk_bus_record *record);

/* Adds a step for what this reader did with the record: handed over, parked, dead or not
 * read yet. */
enum sk_verdict sk_trace_reading(struct sk_trace *trace, const char *stage,
                                 const struct sk_trace_reader *reader,
                                 const struct sk_bus_record *record,
                                 struct sk_error *err);

/* Adds the dead letters about an entity that never became an event. */
enum sk_verdict sk_trace_dead_sources(struct sk_trace *trace, struct sk_text topic,
                                      struct sk_text key, struct sk_error *err);

/* To stdout: for people; and for programs, one object with "onderwerp", "goed" and
 * "stappen" (stap, wie, toestand, tijd or uiterlijk, id, oorzaak, spoor, wat). */
void sk_trace_print_table(const struct sk_trace *trace);
void sk_trace_print_json(const struct sk_trace *trace, struct sk_text name, bool well);

#endif
