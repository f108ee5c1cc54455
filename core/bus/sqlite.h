/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BUS_SQLITE_H
#define SK_BUS_SQLITE_H

#include "base/arena.h"
#include "base/map.h"
#include "bus/driver.h"
#include "bus/flight.h"
#include "bus/sqlite_file.h"
#include "bus/sqlite_store.h"
#include "bus/wake_timer.h"

/*
 * The inside of the embedded bus, shared by the sqlite_*.c files only. Each struct
 * belongs to one of them: sqlite_store   schema, statements, topics         sqlite_record
 * rows <-> records sqlite_reader  subscriptions, poll, positions     sqlite_wake waiting
 * for others sqlite_writer  units of work, commit, publish     sqlite_table   latest,
 * each, fetch sqlite_clean   checkpoints, ballast, limits      sqlite_compact compaction
 *   sqlite_positions where groups stand, done        sqlite_admin   topics, groups, reset
 *   sqlite_standby one active instance an identity
 */

/* One partition of a subscription. */
struct sk_sqlite_cursor {
    const struct sk_sqlite_topic *topic;
    int32_t partition;
    int64_t shard;
    int64_t committed; /* the group's stored position */
    bool unstored;     /* … which is not in the file yet */
    int64_t read;      /* the next to hand out */
    int64_t target;    /* the end when it was subscribed */
    struct sk_flight flight;
};

struct sk_sqlite_subscription {
    char *group; /* NULL: outside any group */
    enum sk_bus_from from;
    bool paused;
    bool loaded; /* the positions are those of the group */
    size_t turn; /* the cursor that comes first in the next poll */
    struct sk_sqlite_cursor *cursors;
    size_t count;
};

struct sk_sqlite_reader {
    struct sk_sqlite_subscription *subscriptions;
    size_t count, capacity;
    size_t turn;
    int64_t *ends; /* by shard: after its newest record, as of the last look */
    size_t end_count;
    struct sk_bus_record *records;
    size_t record_count, record_capacity;
    size_t bytes;
    struct sk_arena arena; /* of the batch */
    int64_t busy_ms;       /* when something was last read or written */
};

struct sk_sqlite_wake {
    int write_end;  /* <file>.wake */
    int watch;      /* inotify on it */
    int descriptor; /* epoll over it and the timer */
    struct sk_wake_timer timer;
};

struct sk_sqlite_message {
    const struct sk_sqlite_topic *topic;
    int64_t shard;
    struct sk_text key;
    struct sk_bytes value;
    struct sk_bytes headers; /* as stored */
    int64_t sent_ms;
};

struct sk_sqlite_writer {
    bool open;
    struct sk_sqlite_message *messages;
    size_t count, capacity;
    struct sk_arena arena; /* of the unit */
    struct sk_sqlite_growth *growths;
    size_t growth_count, growth_capacity;
};

struct sk_sqlite_standby {
    bool active;
    int file;
    int64_t epoch;    /* ours when active, else the one that was seen last */
    int64_t beat;     /* the last heartbeat written or seen */
    int64_t since_ms; /* when that was */
};

struct sk_sqlite_clean {
    int file;    /* <file>.clean */
    int ballast; /* <file>.ballast */
    int64_t next_ms;
};

struct sk_sqlite_bus {
    struct sk_bus base;
    struct sk_sqlite_file file;
    sqlite3_stmt *statements[SK_ST_COUNT];
    char *identity;
    bool source_writes;
    int64_t max_bytes;
    int session_timeout_ms;
    struct sk_map topics; /* name -> struct sk_sqlite_topic */
    struct sk_arena topic_arena;
    struct sk_arena record_arena; /* of latest */
    struct sk_sqlite_reader reader;
    struct sk_sqlite_wake wake;
    struct sk_sqlite_writer writer;
    struct sk_sqlite_standby standby;
    struct sk_sqlite_clean clean;
};

/* sqlite_record.c */
struct sk_bytes sk_sqlite_headers_encode(const struct sk_bus_header *headers,
                                         size_t count, struct sk_arena *arena);
/* Columns id, key, sent_ms, headers, value; all of it copied to the arena. */
enum sk_verdict sk_sqlite_record_copy(sqlite3_stmt *row, struct sk_arena *arena,
                                      struct sk_bus_record *ret_record, size_t *ret_bytes,
                                      struct sk_error *err);

/* sqlite_wake.c */
enum sk_verdict sk_sqlite_wake_open(struct sk_sqlite_bus *self, struct sk_error *err);
void sk_sqlite_wake_close(struct sk_sqlite_bus *self);
void sk_sqlite_wake_others(struct sk_sqlite_bus *self);
void sk_sqlite_wake_clear(struct sk_sqlite_bus *self);
bool sk_sqlite_wake_wait(struct sk_sqlite_bus *self, int64_t timeout_ms); /* no: signal */

/* sqlite_reader.c */
enum sk_verdict sk_sqlite_subscribe(struct sk_bus *bus,
                                    const struct sk_bus_subscription *wanted,
                                    int *ret_number, struct sk_error *err);
void sk_sqlite_pause(struct sk_bus *bus, int subscription, bool paused);
enum sk_verdict sk_sqlite_poll(struct sk_bus *bus, int timeout_ms,
                               struct sk_bus_batch *ret_batch, struct sk_error *err);
int sk_sqlite_descriptor(struct sk_bus *bus);
enum sk_verdict sk_sqlite_caught_up(struct sk_bus *bus, int subscription,
                                    bool *ret_caught_up, struct sk_error *err);
enum sk_verdict sk_sqlite_ends_read(struct sk_sqlite_bus *self, struct sk_error *err);
/* -1: the beginning, -2: the end, others at most the end; after ends_read. */
int64_t sk_sqlite_position_resolve(const struct sk_sqlite_bus *self, int64_t shard,
                                   int64_t position);
void sk_sqlite_reader_forget(struct sk_sqlite_bus *self); /* the positions changed */
void sk_sqlite_reader_close(struct sk_sqlite_bus *self);

/* sqlite_positions.c: inside a transaction, and after it. */
enum sk_verdict sk_sqlite_positions_load(struct sk_sqlite_bus *self,
                                         struct sk_sqlite_subscription *subscription,
                                         struct sk_error *err);
enum sk_verdict sk_sqlite_positions_write(struct sk_sqlite_bus *self,
                                          struct sk_error *err);
enum sk_verdict sk_sqlite_position_put(struct sk_sqlite_bus *self, struct sk_text group,
                                       int64_t shard, int64_t position,
                                       struct sk_error *err);
/* For an active handle: loads what is not loaded and stores first positions. */
enum sk_verdict sk_sqlite_positions_settle(struct sk_sqlite_bus *self,
                                           struct sk_error *err);
void sk_sqlite_positions_committed(struct sk_sqlite_bus *self);
void sk_sqlite_positions_aborted(struct sk_sqlite_bus *self);
enum sk_verdict sk_sqlite_done(struct sk_bus *bus, const struct sk_bus_record *record,
                               struct sk_error *err);

/* sqlite_writer.c */
enum sk_verdict sk_sqlite_unit_begin(struct sk_bus *bus, struct sk_error *err);
enum sk_verdict sk_sqlite_send(struct sk_bus *bus, const struct sk_bus_message *message,
                               struct sk_error *err);
enum sk_verdict sk_sqlite_unit_commit(struct sk_bus *bus, struct sk_error *err);
enum sk_verdict sk_sqlite_unit_abort(struct sk_bus *bus, struct sk_error *err);
enum sk_verdict sk_sqlite_publish(struct sk_bus *bus,
                                  const struct sk_bus_message *message,
                                  struct sk_error *err);
void sk_sqlite_writer_close(struct sk_sqlite_bus *self);

/* sqlite_table.c */
struct sk_sqlite_visitor {
    sk_bus_visit *visit;
    void *context;
};
enum sk_verdict sk_sqlite_latest(struct sk_bus *bus, struct sk_text topic,
                                 struct sk_text key, struct sk_bus_record *ret_record,
                                 bool *ret_found, struct sk_error *err);
enum sk_verdict sk_sqlite_each(struct sk_bus *bus, struct sk_text topic,
                               sk_bus_visit *visit, void *context, struct sk_error *err);
enum sk_verdict sk_sqlite_fetch(struct sk_bus *bus, const struct sk_bus_span *span,
                                sk_bus_visit *visit, void *context, int64_t *ret_next,
                                struct sk_error *err);

/* sqlite_clean.c */
enum sk_verdict sk_sqlite_clean_open(struct sk_sqlite_bus *self, struct sk_error *err);
void sk_sqlite_clean_close(struct sk_sqlite_bus *self);
void sk_sqlite_clean_if_due(struct sk_sqlite_bus *self); /* for some 20 ms at most */
void sk_sqlite_relax(struct sk_sqlite_bus *self);        /* when poll came back empty */
void sk_sqlite_clean_when_full(struct sk_sqlite_bus *self);
enum sk_verdict sk_sqlite_room_check(struct sk_sqlite_bus *self, bool source_events,
                                     struct sk_error *err);

/* sqlite_compact.c: a step; *ret_more: there is more to do at once. `eager`: any garbage,
 * now. */
enum sk_verdict sk_sqlite_compact(struct sk_sqlite_bus *self, bool eager, bool *ret_more,
                                  struct sk_error *err);
/* Gives free pages to the file system, 20 MiB at most; the next checkpoint does it. */
enum sk_verdict sk_sqlite_give_back(struct sk_sqlite_bus *self, struct sk_error *err);

/* sqlite_standby.c */
enum sk_verdict sk_sqlite_activate(struct sk_bus *bus, int timeout_ms, bool *ret_active,
                                   struct sk_error *err);
enum sk_verdict sk_sqlite_fence_check(struct sk_sqlite_bus *self, struct sk_error *err);
void sk_sqlite_heartbeat(struct sk_sqlite_bus *self);
void sk_sqlite_standby_close(struct sk_sqlite_bus *self);
/* Holds an identity that nobody is active as; SK_REJECT "bus.active" when one is. Close
 * the descriptor to let go. */
enum sk_verdict sk_sqlite_identity_hold(struct sk_sqlite_bus *self,
                                        struct sk_text identity, int *ret_file,
                                        struct sk_error *err);

/* sqlite_admin.c */
enum sk_verdict sk_sqlite_topics_create(struct sk_bus *bus,
                                        const struct sk_bus_topic_spec *specs,
                                        size_t count, struct sk_error *err);
enum sk_verdict sk_sqlite_topics(struct sk_bus *bus, sk_bus_visit_topic *visit,
                                 void *context, struct sk_error *err);
enum sk_verdict sk_sqlite_groups(struct sk_bus *bus, struct sk_text group,
                                 sk_bus_visit_group *visit, void *context,
                                 struct sk_error *err);
enum sk_verdict sk_sqlite_group_reset(struct sk_bus *bus, struct sk_text group,
                                      struct sk_text topic, int64_t position,
                                      struct sk_error *err);
enum sk_verdict sk_sqlite_backup(struct sk_bus *bus, const char *target,
                                 struct sk_error *err);

#endif
