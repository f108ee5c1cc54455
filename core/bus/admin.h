/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BUS_ADMIN_H
#define SK_BUS_ADMIN_H

#include "bus/bus.h"

/* Topics and groups, for set-up and for the operators' tools. Any handle may call these.
 */

/* Makes the topics of schemas/topics.json that are missing, and dlq.<p> and wacht.<p> for
 * each name of `processes`. An existing one with another partition count is SK_FATAL
 * "bus.topic": partition counts never change. */
enum sk_verdict sk_bus_topics_create(struct sk_bus *bus, const char *topics_json_path,
                                     const struct sk_text *processes, size_t count,
                                     struct sk_error *err);

struct sk_bus_topic {
    struct sk_text name;
    int32_t partitions;
    int64_t records; /* kept now, tombstones included */
    int64_t bytes;
    int64_t newest_ms; /* timestamp of the newest record; 0: empty */
};

typedef enum sk_verdict
sk_bus_visit_topic(void *context, const struct sk_bus_topic *topic, struct sk_error *err);
enum sk_verdict sk_bus_topics(struct sk_bus *bus, sk_bus_visit_topic *visit,
                              void *context, struct sk_error *err);

struct sk_bus_group_position {
    struct sk_text group;
    struct sk_text topic;
    int32_t partition;
    int64_t position;  /* the next to read */
    int64_t end;       /* after the newest record */
    int64_t lag;       /* records between the two, never negative; see groups */
    int64_t oldest_ms; /* timestamp of the oldest unread record; 0: none */
};

typedef enum sk_verdict sk_bus_visit_group(void *context,
                                           const struct sk_bus_group_position *position,
                                           struct sk_error *err);
/* Of all groups, or of one. What it costs does not grow with the backlog: at most 1,000
 * unread records a partition are counted; above that lag is what the stored positions and
 * counters say, an upper bound where compaction left gaps. */
enum sk_verdict sk_bus_groups(struct sk_bus *bus, sk_bus_visit_group *visit,
                              void *context, struct sk_error *err);
enum sk_verdict sk_bus_group(struct sk_bus *bus, struct sk_text group,
                             sk_bus_visit_group *visit, void *context,
                             struct sk_error *err);

/* Moves a group's position; refused (SK_REJECT "bus.active") while an instance of the
 * process that owns the group (the one that reads it) is active. position -1: the
 * beginning, -2: the end. */
enum sk_verdict sk_bus_group_reset(struct sk_bus *bus, struct sk_text group,
                                   struct sk_text topic, int64_t position,
                                   struct sk_error *err);

/* Calls back with the records from `position` on (-1: the beginning, -2: the end), at
 * most `limit` (0: none, only tells *ret_next), each also when it was superseded but is
 * not compacted yet (peek). *ret_next is where to go on. position -1: the beginning, -2:
 * the end (with limit 0, *ret_next says where that is). */
enum sk_verdict sk_bus_fetch(struct sk_bus *bus, struct sk_text topic, int32_t partition,
                             int64_t position, size_t limit, sk_bus_visit *visit,
                             void *context, int64_t *ret_next, struct sk_error *err);

/* Copies the embedded bus to a file, also while processes write: one snapshot of topics
 * and positions, checked and durable when its name appears. SK_REJECT "bus.backup": a bus
 * of another kind; SK_FATAL: it could not be written. */
enum sk_verdict sk_bus_backup(struct sk_bus *bus, const char *target,
                              struct sk_error *err);

#endif
