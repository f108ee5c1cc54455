/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BUS_KAFKA_H
#define SK_BUS_KAFKA_H

#include <sqlite3.h>

#include "base/arena.h"
#include "base/map.h"
#include "bus/driver.h"
#include "bus/flight.h"
#include "bus/kafka_library.h"
#include "bus/wake_timer.h"

/*
 * The inside of the Kafka bus, shared by the kafka_*.c files only: kafka_library loads
 * librdkafka · kafka_settings ours and the operator's · kafka_client its handles ·
 * kafka_errors what errors mean · kafka_topics names and ends · kafka_check their
 * settings · kafka_active one active instance · kafka_reader subscriptions · kafka_poll
 * batches · kafka_positions where groups stand, done · kafka_writer units, publish ·
 * kafka_scan from here to there · kafka_table, kafka_latest topics as tables ·
 * kafka_admin, kafka_groups for tools · kafka_wake waiting
 */

/* One request to the broker, its retries included: less than a session, so that waiting
 * for it does not cost the role. */
enum { SK_KAFKA_CALL_MS = 4000 };

struct sk_kafka_topic {
    struct sk_text name; /* ends with NUL */
    int32_t partitions;
    int64_t tombstone_ms; /* how long one is kept: delete.retention.ms */
    bool checked;         /* its settings are those that we need */
    uint64_t looked;      /* the turn in which its table was brought up to date */
};

struct sk_kafka_cursor {
    const struct sk_kafka_topic *topic;
    int32_t partition;
    int64_t committed; /* the group's stored position */
    bool unstored;     /* … which the broker does not have yet */
    int64_t read;      /* the next to hand out */
    int64_t target;    /* the end when it was subscribed */
    bool heard;        /* something came since it was assigned: records, or the end */
    struct sk_flight flight;
};

struct sk_kafka_subscription {
    char *group; /* NULL: outside any group */
    enum sk_bus_from from;
    bool paused;
    bool loaded;   /* the positions are those of the group */
    bool assigned; /* the consumer reads from `read` on */
    int64_t assigned_ms;
    rd_kafka_t *consumer;
    rd_kafka_queue_t *queue;
    struct sk_kafka_cursor *cursors;
    size_t count;
};

struct sk_kafka_reader {
    struct sk_kafka_subscription *subscriptions;
    size_t count, capacity;
    size_t turn;
    rd_kafka_message_t **messages; /* of the batch; they own what the records point at */
    struct sk_bus_record *records;
    size_t record_count, message_capacity, record_capacity;
    size_t bytes;
    struct sk_arena arena; /* headers of the batch */
};

struct sk_kafka_message {
    const struct sk_kafka_topic *topic;
    struct sk_bus_message message;
};

struct sk_kafka_writer {
    bool open;
    enum { SK_KAFKA_IDLE, SK_KAFKA_SPOILT, SK_KAFKA_COMMITTING } transaction;
    struct sk_kafka_message *messages;
    size_t count, capacity;
    struct sk_arena arena;           /* of the unit */
    rd_kafka_t *producer;            /* transactional; there when active */
    rd_kafka_resp_err_t undelivered; /* why the last message did not arrive */
};

struct sk_kafka_active {
    rd_kafka_t *member; /* of the group that is called as the process */
    int number;         /* socket that holds <n> of group.instance.id */
    bool holds;         /* partition 0 of dlq.<process> is ours */
    bool active;
    bool lost;
};

struct sk_kafka_wake {
    int bell;       /* librdkafka writes to it */
    int descriptor; /* epoll over it and the timer */
    struct sk_wake_timer timer;
};

/* Of the local table, each prepared once; known by the address of its text. */
struct sk_kafka_statement {
    const char *sql;
    sqlite3_stmt *statement;
};
enum { SK_KAFKA_STATEMENTS = 8 };

/* What librdkafka reported beside any call, until something works again. */
struct sk_kafka_trouble {
    rd_kafka_resp_err_t code;
    bool down; /* no broker, or none that lets us in: poll asks whether it is over */
    char text[160];
};

struct sk_kafka_bus {
    struct sk_bus base;
    char *identity;
    char *brokers;
    char *data_path;
    int session_timeout_ms;
    struct sk_bus_setting *settings; /* of [kafka] */
    size_t setting_count;
    struct sk_arena setting_arena;
    rd_kafka_t *scout;  /* metadata, admin, publish, ends of what is not committed too */
    rd_kafka_t *lector; /* reads committed records from here to there */
    struct sk_kafka_trouble trouble;
    bool unanswered;      /* scout and lector are made anew when next used */
    uint64_t turn;        /* grows with each poll, commit and publish */
    struct sk_map topics; /* name -> struct sk_kafka_topic */
    struct sk_arena topic_arena;
    struct sk_arena record_arena; /* of latest */
    sqlite3 *table;
    struct sk_kafka_statement statements[SK_KAFKA_STATEMENTS];
    struct sk_kafka_reader reader;
    struct sk_kafka_writer writer;
    struct sk_kafka_active active;
    struct sk_kafka_wake wake;
};

static inline struct sk_kafka_bus *sk_kafka(struct sk_bus *bus)
{
    return (struct sk_kafka_bus *)bus;
}

/* Locals that clean up after themselves. */
static inline void sk_kafka_list_free(rd_kafka_topic_partition_list_t **list)
{
    if (*list)
        sk_rd.topic_partition_list_destroy(*list);
}
#define sk_auto_list SK_CLEANUP(sk_kafka_list_free) rd_kafka_topic_partition_list_t

/* kafka_client.c, kafka_settings.c */
enum sk_kafka_role {
    SK_KAFKA_LECTOR, /* committed records from here to there */
    SK_KAFKA_READER, /* committed records, in `group` */
    SK_KAFKA_MEMBER, /* of `group`, as `name` */
    SK_KAFKA_SCOUT,  /* from here on they write */
    SK_KAFKA_UNITS,  /* transactional, as `name` */
};
struct sk_kafka_client {
    enum sk_kafka_role role;
    const char *group, *name;
};
enum sk_verdict sk_kafka_client_new(struct sk_kafka_bus *self,
                                    const struct sk_kafka_client *wanted,
                                    rd_kafka_t **ret_client, struct sk_error *err);
/* Before its first use: it knows the brokers, so that the first record is not late. */
enum sk_verdict sk_kafka_client_ready(struct sk_kafka_bus *self, rd_kafka_t *client,
                                      struct sk_error *err);
/* Both make the handle when it is first needed, and fail at once while no broker is
 * there. */
enum sk_verdict sk_kafka_scout(struct sk_kafka_bus *self, struct sk_error *err);
enum sk_verdict sk_kafka_lector(struct sk_kafka_bus *self, struct sk_error *err);
void sk_kafka_handles_close(struct sk_kafka_bus *self);
void sk_kafka_consumer_free(rd_kafka_t *client);
char *sk_kafka_tables_group(const struct sk_kafka_bus *self); /* owned by the caller */
/* Asks the brokers for nothing: does it work again? */
enum sk_verdict sk_kafka_probe(struct sk_kafka_bus *self, struct sk_error *err);
/* Copies the operator's settings; SK_FATAL "bus.settings" names the first bad one. */
enum sk_verdict sk_kafka_settings_take(struct sk_kafka_bus *self,
                                       const struct sk_bus_options *options,
                                       struct sk_error *err);
enum sk_verdict sk_kafka_settings_apply(const struct sk_kafka_bus *self,
                                        const struct sk_kafka_client *wanted,
                                        rd_kafka_conf_t *conf, struct sk_error *err);
void sk_kafka_settings_free(struct sk_kafka_bus *self);

/* kafka_errors.c */
/* What a code of librdkafka means for us; `what` is what was tried. */
enum sk_verdict sk_kafka_fail(struct sk_kafka_bus *self, rd_kafka_resp_err_t code,
                              const char *what, struct sk_error *err);
/* The same of an error object, which it destroys; NULL is SK_OK. */
enum sk_verdict sk_kafka_check(struct sk_kafka_bus *self, rd_kafka_error_t *error,
                               const char *what, struct sk_error *err);
void sk_kafka_trouble_note(struct sk_kafka_bus *self, rd_kafka_resp_err_t code,
                           const char *text);
void sk_kafka_trouble_over(struct sk_kafka_bus *self);

/* kafka_topics.c */
enum sk_verdict sk_kafka_topics_load(struct sk_kafka_bus *self, bool *ret_led,
                                     struct sk_error *err);
enum sk_verdict sk_kafka_topic_find(struct sk_kafka_bus *self, struct sk_text name,
                                    struct sk_kafka_topic **ret_topic,
                                    struct sk_error *err);
/* The same, and its settings are checked (kafka_check.c): for whoever works with it. */
enum sk_verdict sk_kafka_topic_use(struct sk_kafka_bus *self, struct sk_text name,
                                   struct sk_kafka_topic **ret_topic,
                                   struct sk_error *err);
enum sk_verdict sk_kafka_topic_check(struct sk_kafka_bus *self,
                                     struct sk_kafka_topic *topic, struct sk_error *err);
/* Fills the offsets of the list with where each partition begins, and ends for one who
 * reads committed records; waits a moment for transactions that are being closed. */
enum sk_verdict sk_kafka_begins(struct sk_kafka_bus *self,
                                rd_kafka_topic_partition_list_t *list,
                                struct sk_error *err);
enum sk_verdict sk_kafka_ends(struct sk_kafka_bus *self,
                              rd_kafka_topic_partition_list_t *list,
                              struct sk_error *err);
void sk_kafka_list_add_topic(rd_kafka_topic_partition_list_t *list,
                             const struct sk_kafka_topic *topic);

/* kafka_active.c */
enum sk_verdict sk_kafka_activate(struct sk_bus *bus, int timeout_ms, bool *ret_active,
                                  struct sk_error *err);
enum sk_verdict sk_kafka_fence_check(struct sk_kafka_bus *self, struct sk_error *err);
/* Beats. SK_FATAL: another took over; SK_RETRY: whether one did is not known. */
enum sk_verdict sk_kafka_active_serve(struct sk_kafka_bus *self, struct sk_error *err);
void sk_kafka_active_close(struct sk_kafka_bus *self);
void sk_kafka_rebalance(rd_kafka_t *client, rd_kafka_resp_err_t code,
                        rd_kafka_topic_partition_list_t *partitions, void *bus);
/* SK_REJECT "bus.active" when an instance of the process is. */
enum sk_verdict sk_kafka_idle_check(struct sk_kafka_bus *self, const char *process,
                                    struct sk_error *err);

/* kafka_wake.c */
enum sk_verdict sk_kafka_wake_open(struct sk_kafka_bus *self, struct sk_error *err);
void sk_kafka_wake_close(struct sk_kafka_bus *self);
void sk_kafka_wake_clear(struct sk_kafka_bus *self);
bool sk_kafka_wake_wait(struct sk_kafka_bus *self, int64_t timeout_ms); /* no: signal */

/* kafka_reader.c, kafka_poll.c */
enum sk_verdict sk_kafka_subscribe(struct sk_bus *bus,
                                   const struct sk_bus_subscription *wanted,
                                   int *ret_number, struct sk_error *err);
void sk_kafka_pause(struct sk_bus *bus, int subscription, bool paused);
enum sk_verdict sk_kafka_poll(struct sk_bus *bus, int timeout_ms,
                              struct sk_bus_batch *ret_batch, struct sk_error *err);
int sk_kafka_descriptor(struct sk_bus *bus);
enum sk_verdict sk_kafka_caught_up(struct sk_bus *bus, int subscription,
                                   bool *ret_caught_up, struct sk_error *err);
void sk_kafka_reader_close(struct sk_kafka_bus *self);
/* The consumer reads from the cursors on, whose positions are loaded first. */
enum sk_verdict sk_kafka_assign(struct sk_kafka_bus *self,
                                struct sk_kafka_subscription *one, struct sk_error *err);
void sk_kafka_batch_drop(struct sk_kafka_reader *reader);
/* The record of a message; headers in the arena, all else in the message. */
void sk_kafka_record(const rd_kafka_message_t *message, struct sk_arena *arena,
                     struct sk_bus_record *ret_record);

/* kafka_positions.c */
enum sk_verdict sk_kafka_positions_load(struct sk_kafka_bus *self,
                                        struct sk_kafka_subscription *subscription,
                                        struct sk_error *err);
enum sk_verdict sk_kafka_done(struct sk_bus *bus, const struct sk_bus_record *record,
                              struct sk_error *err);
/* The positions of a group that moved; NULL: none did. */
rd_kafka_topic_partition_list_t *
sk_kafka_positions_moved(const struct sk_kafka_bus *self,
                         const struct sk_kafka_subscription *subscription);
void sk_kafka_positions_committed(struct sk_kafka_bus *self);
void sk_kafka_positions_aborted(struct sk_kafka_bus *self);
void sk_kafka_position_add(rd_kafka_topic_partition_list_t *list,
                           const struct sk_kafka_topic *topic, int32_t partition,
                           int64_t position, const char *owner);

/* kafka_writer.c */
enum sk_verdict sk_kafka_unit_begin(struct sk_bus *bus, struct sk_error *err);
enum sk_verdict sk_kafka_send(struct sk_bus *bus, const struct sk_bus_message *message,
                              struct sk_error *err);
enum sk_verdict sk_kafka_unit_commit(struct sk_bus *bus, struct sk_error *err);
enum sk_verdict sk_kafka_unit_abort(struct sk_bus *bus, struct sk_error *err);
enum sk_verdict sk_kafka_publish(struct sk_bus *bus, const struct sk_bus_message *message,
                                 struct sk_error *err);
/* Positions that a transaction sent while its broker fell can stay pending after the
 * transaction itself is over: nobody sends them a marker any more, and who asks where the
 * group stands hears UNSTABLE_OFFSET_COMMIT for ever (seen with Kafka 4.3.1). They belong
 * to this handle's producer id, and the end of any transaction of it at that group clears
 * them: so one is opened there and aborted, which moves nothing. Only between units. */
enum sk_verdict sk_kafka_pending_clear(struct sk_kafka_bus *self, const char *group,
                                       const rd_kafka_topic_partition_list_t *list,
                                       struct sk_error *err);
void sk_kafka_writer_close(struct sk_kafka_bus *self);
void sk_kafka_delivered(rd_kafka_t *client, const rd_kafka_message_t *message, void *bus);

#endif
