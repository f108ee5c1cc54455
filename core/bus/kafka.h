/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BUS_KAFKA_H
#define SK_BUS_KAFKA_H

#include <sqlite3.h>

#include "base/arena.h"
#include "base/map.h"
#include "bus/driver.h"
#include "bus/flight.h"
#include "bus/kafka_library.h"

/*
 * The inside of the Kafka bus, shared by the kafka_*.c files only: kafka_library loads
 * librdkafka · kafka_client settings, handles and what errors mean · kafka_topics names
 * and ends · kafka_active one active instance · kafka_reader poll · kafka_positions
 * where groups stand, done · kafka_writer units, publish · kafka_scan from here to there
 * · kafka_table latest, each, fetch · kafka_admin topics and groups · kafka_wake waiting
 */

enum { SK_KAFKA_CALL_MS = 10000 }; /* one request to the broker, its retries included */

struct sk_kafka_topic {
    struct sk_text name; /* ends with NUL */
    int32_t partitions;
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
    rd_kafka_t *publisher;           /* plain; there when first used */
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
    int bell; /* librdkafka writes to it */
    int timer;
    int descriptor;
    bool signalled;
};

struct sk_kafka_bus {
    struct sk_bus base;
    char *identity;
    char *brokers;
    char *properties; /* file with librdkafka's own settings; NULL: none */
    char *data_path;
    int session_timeout_ms;
    rd_kafka_t *scout;           /* metadata, admin, ends of what is not committed too */
    rd_kafka_t *lector;          /* reads committed records from here to there */
    rd_kafka_resp_err_t trouble; /* what librdkafka reported beside any call */
    char trouble_text[160];
    struct sk_map topics; /* name -> struct sk_kafka_topic */
    struct sk_arena topic_arena;
    struct sk_arena record_arena; /* of latest */
    sqlite3 *table;
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

/* kafka_client.c */
enum sk_kafka_role {
    SK_KAFKA_SCOUT,
    SK_KAFKA_LECTOR, /* committed records from here to there */
    SK_KAFKA_READER, /* committed records, in `group` */
    SK_KAFKA_MEMBER, /* of `group`, as `name` */
    SK_KAFKA_UNITS,  /* transactional, as `name` */
    SK_KAFKA_PUBLISHER,
};
struct sk_kafka_client {
    enum sk_kafka_role role;
    const char *group, *name;
};
enum sk_verdict sk_kafka_client_new(struct sk_kafka_bus *self,
                                    const struct sk_kafka_client *wanted,
                                    rd_kafka_t **ret_client, struct sk_error *err);
enum sk_verdict sk_kafka_scout(struct sk_kafka_bus *self, struct sk_error *err);
/* What a code of librdkafka means for us; `what` is what was tried. */
enum sk_verdict sk_kafka_fail(struct sk_kafka_bus *self, rd_kafka_resp_err_t code,
                              const char *what, struct sk_error *err);
/* The same of an error object, which it destroys; NULL is SK_OK. */
enum sk_verdict sk_kafka_check(struct sk_kafka_bus *self, rd_kafka_error_t *error,
                               const char *what, struct sk_error *err);

/* kafka_topics.c */
enum sk_verdict sk_kafka_topics_load(struct sk_kafka_bus *self, bool *ret_led,
                                     struct sk_error *err);
enum sk_verdict sk_kafka_topic_find(struct sk_kafka_bus *self, struct sk_text name,
                                    const struct sk_kafka_topic **ret_topic,
                                    struct sk_error *err);
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
void sk_kafka_active_serve(struct sk_kafka_bus *self); /* beats */
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
void sk_kafka_wake_signal(struct sk_kafka_bus *self, bool more);
bool sk_kafka_wake_wait(struct sk_kafka_bus *self, int64_t timeout_ms); /* no: signal */

/* kafka_reader.c */
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
void sk_kafka_writer_close(struct sk_kafka_bus *self);
void sk_kafka_delivered(rd_kafka_t *client, const rd_kafka_message_t *message, void *bus);

/* kafka_scan.c: committed records of several partitions, each from `from` to `end`. The
 * visitor sees a message and may set `ended` of its span; an error ends the scan. */
struct sk_kafka_span {
    const struct sk_kafka_topic *topic;
    int32_t partition;
    int64_t from, end;
    int64_t read; /* how far it came */
    bool ended;
};
struct sk_kafka_scan {
    struct sk_kafka_span *spans;
    size_t count;
    enum sk_verdict (*visit)(void *context, struct sk_kafka_span *span,
                             const rd_kafka_message_t *message, struct sk_error *err);
    void *context;
};
enum sk_verdict sk_kafka_scan_run(struct sk_kafka_bus *self, struct sk_kafka_scan *scan,
                                  struct sk_error *err);

/* kafka_table.c */
enum sk_verdict sk_kafka_latest(struct sk_bus *bus, struct sk_text topic,
                                struct sk_text key, struct sk_bus_record *ret_record,
                                bool *ret_found, struct sk_error *err);
enum sk_verdict sk_kafka_each(struct sk_bus *bus, struct sk_text topic,
                              sk_bus_visit *visit, void *context, struct sk_error *err);
void sk_kafka_table_close(struct sk_kafka_bus *self);

/* kafka_admin.c, kafka_groups.c */
enum sk_verdict sk_kafka_topics_create(struct sk_bus *bus,
                                       const struct sk_bus_topic_spec *specs,
                                       size_t count, struct sk_error *err);
enum sk_verdict sk_kafka_topics(struct sk_bus *bus, sk_bus_visit_topic *visit,
                                void *context, struct sk_error *err);
enum sk_verdict sk_kafka_fetch(struct sk_bus *bus, const struct sk_bus_span *span,
                               sk_bus_visit *visit, void *context, int64_t *ret_next,
                               struct sk_error *err);
enum sk_verdict sk_kafka_groups(struct sk_bus *bus, struct sk_text group,
                                sk_bus_visit_group *visit, void *context,
                                struct sk_error *err);
enum sk_verdict sk_kafka_group_reset(struct sk_bus *bus, struct sk_text group,
                                     struct sk_text topic, int64_t position,
                                     struct sk_error *err);
/* The stored offsets of the list's partitions, with their metadata; < 0: none. */
enum sk_verdict sk_kafka_group_read(struct sk_kafka_bus *self, const char *group,
                                    rd_kafka_topic_partition_list_t *list,
                                    struct sk_error *err);

enum { SK_KAFKA_COUNTED = 10000 }; /* positions read to count records; above: a bound */

#endif
