/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CLI_MIGRATE_H
#define SK_CLI_MIGRATE_H

#include "base/arena.h"
#include "cli/command.h"

/*
 * From one bus to another: topics, records, group positions. Each record carries in the
 * target where it stood in the source (header MIGRATED), written in the same unit of
 * work: so what was copied is known from the target alone, after any interruption, and a
 * target that holds anything else is refused.
 */
#define SK_MIGRATED "schakel_migrated" /* decimal position in the source's partition */

enum { SK_MIGRATE_TOPICS = 256, SK_MIGRATE_PARTITIONS = 64 };

struct sk_migrate_topic {
    struct sk_text name;
    int32_t partitions;
};

/* A group on one partition. */
struct sk_migrate_position {
    struct sk_text group, topic;
    int32_t partition;
    int64_t position;
};

struct sk_migrate {
    struct sk_cli *cli;
    const char *from_url, *to_url;
    struct sk_bus *from, *to;
    struct sk_arena arena; /* all texts live here */
    struct sk_migrate_topic topics[SK_MIGRATE_TOPICS];
    size_t topic_count;
    struct sk_migrate_position *positions;
    size_t position_count, position_capacity;
    int64_t copied;   /* records, in this run */
    int64_t begun_ms; /* for progress */
};

/* Opens a bus as `identity` (NULL: only to read), with the settings of the configuration.
 * *ret_section lives as long as the bus. */
enum sk_verdict sk_migrate_open(const struct sk_migrate *migrate, const char *url,
                                const char *identity, struct sk_bus_section **ret_section,
                                struct sk_bus **ret_bus, struct sk_error *err);

/* Where the record stood in the source; false: it was not migrated. */
bool sk_migrate_origin(const struct sk_bus_record *record, int64_t *ret_position);

/* Copies what is not copied yet. SK_REJECT "migrate.target" when the target holds
 * something else. */
enum sk_verdict sk_migrate_copy(struct sk_migrate *migrate, struct sk_error *err);

/* Moves each group in the target to where it is in the source. */
enum sk_verdict sk_migrate_groups(struct sk_migrate *migrate, struct sk_error *err);

/* Compares what stands on both: number and hash of the newest record of every key of
 * every topic. SK_REJECT "migrate.differs" names the topic. */
enum sk_verdict sk_migrate_verify(struct sk_migrate *migrate, struct sk_error *err);

/* A line on a terminal, once it takes longer than a second. */
void sk_migrate_progress(const struct sk_migrate *migrate, struct sk_text what);

#endif
