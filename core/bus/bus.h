/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BUS_BUS_H
#define SK_BUS_BUS_H

#include "base/verdict.h"
#include "bus/record.h"

/*
 * The bus: keyed records on compacted topics, read in groups, written in units of work.
 *
 * A unit of work is everything sent and everything read to the end since begin: it
 * becomes visible whole, positions included, at commit, or not at all. One instance of a
 * process is active; others stand by. Nothing above this header knows which bus runs
 * (sqlite: or kafka:). One thread a handle; several handles may be open in a process.
 *
 * Verdicts: SK_RETRY the bus is away, locked or full (ids "bus.away", "bus.full", …);
 * SK_FATAL "bus.fenced" another instance took over, or the file is not ours: exit;
 * SK_REJECT the message itself can never be stored ("bus.large", "bus.key").
 */
struct sk_bus;

/* A setting of the bus's own library, passed on as it is; `origin` is where it was set,
 * for errors. The embedded bus has none. */
struct sk_bus_setting {
    const char *name, *value, *origin;
};

struct sk_bus_options {
    const char
        *identity; /* the process's name, "edison"; NULL: may only read and publish */
    bool source_writes; /* refuse commits of events at 90 % of max_bytes ("bus.full"), as
                         * sources must. Not of dlq., wacht. and schakel. topics, nor
                         * publish: these may use all of it */
    int64_t max_bytes;  /* of the embedded bus's file; 0: no limit */
    const char *data_path;  /* folder for local tables and caches (Kafka) */
    int session_timeout_ms; /* see activate; 0: 6,000 */
    const struct sk_bus_setting *settings; /* of librdkafka (Kafka) */
    size_t setting_count;
};

/* url: "sqlite:FILE" (made when missing) or "kafka:HOST:PORT[,…]". Does not wait.
 * SK_FATAL "bus.url", "bus.foreign", "bus.corrupt", "bus.network" say what to do. The
 * options are copied. Housekeeping of the embedded bus (compaction, checkpoints) happens
 * in small steps inside poll and commit: nobody needs to call for it. */
enum sk_verdict sk_bus_open(const char *url, const struct sk_bus_options *options,
                            struct sk_bus **ret_bus, struct sk_error *err);
/* What open would refuse, without touching anything: the URL and the settings. */
enum sk_verdict sk_bus_check(const char *url, const struct sk_bus_options *options,
                             struct sk_error *err);
void sk_bus_close(struct sk_bus *bus); /* aborts an open unit; accepts NULL */

/* Tries for at most `timeout_ms` to become the one active instance of `identity`;
 * *ret_active says whether it is. Only an active handle may begin units. It stays active
 * until close, or until another takes over after this process was thought dead: its next
 * commit is then SK_FATAL "bus.fenced". A process that died is replaced at once; one that
 * hangs, when a standby saw neither a poll nor a commit of it for session_timeout_ms. So
 * poll at least every few seconds, also when everything is paused. */
enum sk_verdict sk_bus_activate(struct sk_bus *bus, int timeout_ms, bool *ret_active,
                                struct sk_error *err);

/* Reading. ------------------------------------------------------------------------------
 */

enum sk_bus_from { SK_BUS_EARLIEST, SK_BUS_LATEST };

/* Adds a subscription (SK_FATAL "bus.topic": no such topic); poll returns its records
 * from the group's committed positions, or from `from` where the group has none. group
 * NULL: outside any group, from the beginning, position kept in memory only (for tables).
 * `topics` are `count` names. *ret_subscription is 0, 1, 2 … */
enum sk_verdict sk_bus_subscribe(struct sk_bus *bus, const char *group,
                                 const struct sk_text *topics, size_t count,
                                 enum sk_bus_from from, int *ret_subscription,
                                 struct sk_error *err);

/* A paused subscription returns nothing; its positions stay. Resuming goes on after the
 * last record that poll returned and that was not aborted. */
void sk_bus_pause(struct sk_bus *bus, int subscription, bool paused);

/* The next records of one subscription that has any (subscriptions take turns), in order
 * per partition; waits up to `timeout_ms` for the first. An empty batch is SK_OK, and is
 * also what a signal gives. */
enum sk_verdict sk_bus_poll(struct sk_bus *bus, int timeout_ms,
                            struct sk_bus_batch *ret_batch, struct sk_error *err);

/* A descriptor that becomes readable when poll may have something, and once a second; for
 * poll(2) together with others. It stays readable until a poll came back empty. */
int sk_bus_descriptor(struct sk_bus *bus);

/* Has this subscription been read to the end as it stood when it was subscribed? */
enum sk_verdict sk_bus_caught_up(struct sk_bus *bus, int subscription,
                                 bool *ret_caught_up, struct sk_error *err);

/* Writing: units of work. ---------------------------------------------------------------
 */

enum sk_verdict sk_bus_begin(struct sk_bus *bus, struct sk_error *err);

/* Adds a message to the unit; copies it. */
enum sk_verdict sk_bus_send(struct sk_bus *bus, const struct sk_bus_message *message,
                            struct sk_error *err);

/* This record (or a copy of it; subscription, topic, partition and position say which) is
 * dealt with. In any order; a position moves over done records only as far as they are
 * contiguous from the committed position. What is done out of order and committed is not
 * polled again by this handle, but it is after a restart. */
enum sk_verdict sk_bus_done(struct sk_bus *bus, const struct sk_bus_record *record,
                            struct sk_error *err);

/* All or nothing, durable when it returns SK_OK. On SK_RETRY the unit stays open and
 * commit may be called again. The polled records stay valid: work on one batch may span
 * units. */
enum sk_verdict sk_bus_commit(struct sk_bus *bus, struct sk_error *err);

/* Forgets the unit; the next poll returns again whatever is not committed. */
enum sk_verdict sk_bus_abort(struct sk_bus *bus, struct sk_error *err);

/* One message at once, outside any unit and without being active (status, audit, tools).
 */
enum sk_verdict sk_bus_publish(struct sk_bus *bus, const struct sk_bus_message *message,
                               struct sk_error *err);

/* Compacted topics as tables, outside any group.
 * ----------------------------------------- */

/* The newest record of the key; *ret_found says whether there is one (a tombstone counts
 * as found, with value.data == NULL, while it is kept). Sees committed records only: all
 * of this handle, and of others, when it is active, at least those that were there at its
 * last poll. The record lives until the next latest or poll of this handle. */
enum sk_verdict sk_bus_latest(struct sk_bus *bus, struct sk_text topic,
                              struct sk_text key, struct sk_bus_record *ret_record,
                              bool *ret_found, struct sk_error *err);

/* Calls back with the newest record of every key (no tombstones), ordered by position
 * within a partition. A key that changes meanwhile may come again, newer. A verdict other
 * than SK_OK of the callback ends it and is returned. The callback may use the handle,
 * each and fetch excepted. */
typedef enum sk_verdict sk_bus_visit(void *context, const struct sk_bus_record *record,
                                     struct sk_error *err);
enum sk_verdict sk_bus_each(struct sk_bus *bus, struct sk_text topic, sk_bus_visit *visit,
                            void *context, struct sk_error *err);

/* Topics and groups, for tools and set-up: bus/admin.h. */

#endif
