/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BUS_DRIVER_H
#define SK_BUS_DRIVER_H

#include "bus/admin.h"
#include "bus/bus.h"

/*
 * What stands behind bus.h: one const table a kind of bus. Every slot has the contract of
 * the function of the same name in bus.h or admin.h; messages arrive checked against the
 * limits. A driver's handle begins with a struct sk_bus.
 */
struct sk_bus {
    const struct sk_bus_driver *driver;
};

/* A topic as topics.json asks for it; names as in Kafka's topic configuration. */
struct sk_bus_topic_spec {
    struct sk_text name;
    int32_t partitions;
    int64_t delete_retention_ms;   /* how long a tombstone stays */
    int64_t min_compaction_lag_ms; /* how long a superseded record stays at least */
};

/* The arguments of sk_bus_subscribe and of sk_bus_fetch. */
struct sk_bus_subscription {
    const char *group;
    const struct sk_text *topics;
    size_t count;
    enum sk_bus_from from;
};

struct sk_bus_span {
    struct sk_text topic;
    int32_t partition;
    int64_t position;
    size_t limit;
};

struct sk_bus_driver {
    const char *scheme; /* before the first colon of the URL */

    /* `rest` is the URL after the colon. */
    enum sk_verdict (*open)(const char *rest, const struct sk_bus_options *options,
                            struct sk_bus **ret_bus, struct sk_error *err);
    enum sk_verdict (*check)(const char *rest, const struct sk_bus_options *options,
                             struct sk_error *err); /* NULL: nothing to refuse */
    void (*close)(struct sk_bus *bus);
    enum sk_verdict (*activate)(struct sk_bus *bus, int timeout_ms, bool *ret_active,
                                struct sk_error *err);

    enum sk_verdict (*subscribe)(struct sk_bus *bus,
                                 const struct sk_bus_subscription *subscription,
                                 int *ret_number, struct sk_error *err);
    void (*pause)(struct sk_bus *bus, int subscription, bool paused);
    enum sk_verdict (*poll)(struct sk_bus *bus, int timeout_ms,
                            struct sk_bus_batch *ret_batch, struct sk_error *err);
    int (*descriptor)(struct sk_bus *bus);
    enum sk_verdict (*caught_up)(struct sk_bus *bus, int subscription,
                                 bool *ret_caught_up, struct sk_error *err);

    enum sk_verdict (*begin)(struct sk_bus *bus, struct sk_error *err);
    enum sk_verdict (*send)(struct sk_bus *bus, const struct sk_bus_message *message,
                            struct sk_error *err);
    enum sk_verdict (*done)(struct sk_bus *bus, const struct sk_bus_record *record,
                            struct sk_error *err);
    enum sk_verdict (*commit)(struct sk_bus *bus, struct sk_error *err);
    enum sk_verdict (*abort)(struct sk_bus *bus, struct sk_error *err);
    enum sk_verdict (*publish)(struct sk_bus *bus, const struct sk_bus_message *message,
                               struct sk_error *err);

    enum sk_verdict (*latest)(struct sk_bus *bus, struct sk_text topic,
                              struct sk_text key, struct sk_bus_record *ret_record,
                              bool *ret_found, struct sk_error *err);
    enum sk_verdict (*each)(struct sk_bus *bus, struct sk_text topic, sk_bus_visit *visit,
                            void *context, struct sk_error *err);

    /* Makes the missing ones, all or none. */
    enum sk_verdict (*topics_create)(struct sk_bus *bus,
                                     const struct sk_bus_topic_spec *specs, size_t count,
                                     struct sk_error *err);
    enum sk_verdict (*topics)(struct sk_bus *bus, sk_bus_visit_topic *visit,
                              void *context, struct sk_error *err);
    /* Of one group, or of all when it is absent. */
    enum sk_verdict (*groups)(struct sk_bus *bus, struct sk_text group,
                              sk_bus_visit_group *visit, void *context,
                              struct sk_error *err);
    enum sk_verdict (*group_reset)(struct sk_bus *bus, struct sk_text group,
                                   struct sk_text topic, int64_t position,
                                   struct sk_error *err);
    enum sk_verdict (*fetch)(struct sk_bus *bus, const struct sk_bus_span *span,
                             sk_bus_visit *visit, void *context, int64_t *ret_next,
                             struct sk_error *err);
    enum sk_verdict (*backup)(struct sk_bus *bus, const char *target,
                              struct sk_error *err); /* NULL: no file of ours */
};

extern const struct sk_bus_driver sk_sqlite_driver;
extern const struct sk_bus_driver sk_kafka_driver;

#endif
