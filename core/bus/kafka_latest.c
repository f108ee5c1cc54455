/* SPDX-License-Identifier: Apache-2.0 */
/* latest and each, from the local table once it is up to date. */
#include "base/alloc.h"
#include "bus/kafka_table.h"
#include "bus/partition.h"
#include "bus/sqlite.h"

enum { CHUNK = 200 }; /* records that each holds at once */

enum sk_verdict sk_kafka_latest(struct sk_bus *bus, struct sk_text topic_name,
                                struct sk_text key, struct sk_bus_record *ret_record,
                                bool *ret_found, struct sk_error *err)
{
    struct sk_kafka_bus *self = sk_kafka(bus);
    struct sk_kafka_topic *topic = NULL;
    sk_kafka_auto_statement *statement = NULL;
    struct sk_bus_record record;
    size_t bytes = 0;

    SK_TRY(sk_kafka_topic_use(self, topic_name, &topic, err));
    SK_TRY(sk_kafka_table_catch_up(self, topic, err));
    int32_t partition = sk_partition_of(key, topic->partitions);
    SK_TRY(
        sk_kafka_table_prepare(self,
                               "select position, key, sent_ms, headers, value from record"
                               " where topic=? and partition=? and key=?",
                               topic, partition, &statement, err));
    sk_sqlite_bind_bytes(statement, 3,
                         (struct sk_bytes){(const uint8_t *)key.data, key.size});
    int code = sqlite3_step(statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return sk_kafka_table_failed(self, err);
    *ret_found = code == SQLITE_ROW;
    if (!*ret_found)
        return SK_OK;
    sk_arena_reset(&self->record_arena);
    SK_TRY(sk_sqlite_record_copy(statement, &self->record_arena, &record, &bytes, err));
    record.topic = topic->name;
    record.partition = partition;
    record.subscription = -1;
    *ret_record = record;
    return SK_OK;
}

struct walk {
    const struct sk_kafka_topic *topic;
    int32_t partition;
    int64_t position;
    struct sk_bus_record records[CHUNK];
    size_t count;
    struct sk_arena arena;
};

static void walk_fini(struct walk *walk)
{
    sk_arena_fini(&walk->arena);
}

/* A chunk at a time: whoever visits may change the table. */
static enum sk_verdict chunk_read(struct sk_kafka_bus *self, struct walk *walk,
                                  struct sk_error *err)
{
    sk_kafka_auto_statement *statement = NULL;
    size_t bytes = 0;

    SK_TRY(sk_kafka_table_prepare(
        self,
        "select position, key, sent_ms, headers, value from record where"
        " topic=? and partition=? and position>=? and value is not null"
        " order by position limit ?",
        walk->topic, walk->partition, &statement, err));
    sqlite3_bind_int64(statement, 3, walk->position);
    sqlite3_bind_int(statement, 4, CHUNK);
    sk_arena_reset(&walk->arena);
    for (walk->count = 0; sqlite3_step(statement) == SQLITE_ROW; walk->count++) {
        struct sk_bus_record *record = &walk->records[walk->count];
        SK_TRY(sk_sqlite_record_copy(statement, &walk->arena, record, &bytes, err));
        record->topic = walk->topic->name;
        record->partition = walk->partition;
        record->subscription = -1;
    }
    return SK_OK;
}

enum sk_verdict sk_kafka_each(struct sk_bus *bus, struct sk_text topic_name,
                              sk_bus_visit *visit, void *context, struct sk_error *err)
{
    struct sk_kafka_bus *self = sk_kafka(bus);
    SK_CLEANUP(walk_fini) struct walk walk = {0};
    struct sk_kafka_topic *topic = NULL;

    SK_TRY(sk_kafka_topic_use(self, topic_name, &topic, err));
    SK_TRY(sk_kafka_table_catch_up(self, topic, err));
    walk.topic = topic;
    for (; walk.partition < walk.topic->partitions; walk.partition++) {
        walk.position = 0;
        do {
            SK_TRY(chunk_read(self, &walk, err));
            for (size_t i = 0; i < walk.count; i++) {
                walk.position = walk.records[i].position + 1;
                SK_TRY(visit(context, &walk.records[i], err));
            }
        } while (walk.count > 0);
    }
    return SK_OK;
}
