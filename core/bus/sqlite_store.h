/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BUS_SQLITE_STORE_H
#define SK_BUS_SQLITE_STORE_H

#include "base/text.h"
#include "bus/sqlite_file.h"

/* What the embedded bus keeps in its file: shards, topics, and the statements on them. */
struct sk_sqlite_bus;

/* A shard is one partition of one topic. A record's id is (shard << 40 | position), so a
 * shard is one stretch of the table, read in order without an index. */
enum { SK_SHARD_SHIFT = 40 };
static inline int64_t sk_shard_id(int64_t shard, int64_t position)
{
    return (int64_t)((uint64_t)shard << SK_SHARD_SHIFT) + position;
}
static inline int64_t sk_shard_position(int64_t id)
{
    return id & (((int64_t)1 << SK_SHARD_SHIFT) - 1);
}

struct sk_sqlite_topic {
    struct sk_text name;
    int32_t partitions;
    int64_t first_shard; /* of partition 0; the others follow */
    int64_t delete_retention_ms;
    int64_t min_compaction_lag_ms;
    bool ours; /* dlq., wacht., schakel.: no source's events */
};

enum sk_sqlite_statement {
    SK_ST_TOPICS,
    SK_ST_TOPIC_ADD,
    SK_ST_SHARDS,
    SK_ST_SHARD,
    SK_ST_SHARD_ADD,
    SK_ST_SHARD_COUNT,
    SK_ST_READ,
    SK_ST_LATEST,
    SK_ST_EACH,
    SK_ST_WAITING,
    SK_ST_OLDEST,
    SK_ST_INSERT,
    SK_ST_HEAD_MOVE,
    SK_ST_HEAD_ADD,
    SK_ST_HEAD_ERASE,
    SK_ST_SHARD_WRITTEN,
    SK_ST_POSITION,
    SK_ST_POSITIONS,
    SK_ST_POSITION_PUT,
    SK_ST_OWNER,
    SK_ST_EPOCH,
    SK_ST_EPOCH_PUT,
    SK_ST_PAGES,
    SK_ST_FREE_PAGES,
    SK_ST_DIRTY,
    SK_ST_SWEEP,
    SK_ST_ERASE,
    SK_ST_SHARD_SWEPT,
    SK_ST_VACUUM,
    SK_ST_COUNT,
};

extern const struct sk_sqlite_kind sk_sqlite_bus_kind;

/* A statement ready to bind; reset it (sk_auto_reset) after use. */
enum sk_verdict sk_sqlite_use(struct sk_sqlite_bus *self, enum sk_sqlite_statement which,
                              sqlite3_stmt **ret_statement, struct sk_error *err);
enum sk_verdict sk_sqlite_number(struct sk_sqlite_bus *self,
                                 enum sk_sqlite_statement which, int64_t *ret_value,
                                 struct sk_error *err); /* a row of one number */
void sk_sqlite_bind_text(sqlite3_stmt *statement, int index, struct sk_text text);
void sk_sqlite_bind_bytes(sqlite3_stmt *statement, int index, struct sk_bytes bytes);
struct sk_text sk_sqlite_column_text(sqlite3_stmt *statement, int column);
/* SK_FATAL "bus.topic" when there is none; lives as long as the bus. */
enum sk_verdict sk_sqlite_topic_find(struct sk_sqlite_bus *self, struct sk_text name,
                                     const struct sk_sqlite_topic **ret_topic,
                                     struct sk_error *err);
enum sk_verdict sk_sqlite_topics_load(struct sk_sqlite_bus *self, struct sk_error *err);

#endif
