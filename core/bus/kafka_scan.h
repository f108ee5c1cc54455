/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BUS_KAFKA_SCAN_H
#define SK_BUS_KAFKA_SCAN_H

#include "bus/kafka.h"

/* Reading from here to there, outside any subscription, and what rests on it: tables, and
 * what tools ask. */

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
