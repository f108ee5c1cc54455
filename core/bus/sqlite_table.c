/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Topics as tables, and peeking. Long reads go in chunks with a snapshot each. A walk
 * over a topic goes on to its end as it stands at the last chunk, so that a key which
 * changes meanwhile is seen at least in its newer state.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "bus/partition.h"
#include "bus/sqlite.h"

enum { CHUNK_BYTES = 1024 * 1024 };

struct chunk {
    struct sk_bus_record *records;
    size_t count, capacity;
    size_t bytes;
    bool ended; /* nothing came after it */
    struct sk_arena arena;
};

static void chunk_fini(struct chunk *chunk)
{
    free(chunk->records);
    sk_arena_fini(&chunk->arena);
}

/* One partition, from a position on, with the statement that chooses the records. */
struct walk {
    enum sk_sqlite_statement statement;
    const struct sk_sqlite_topic *topic;
    int32_t partition;
    int64_t position;
};

static enum sk_verdict chunk_read(struct sk_sqlite_bus *self, const struct walk *walk,
                                  size_t limit, struct chunk *chunk, struct sk_error *err)
{
    int64_t shard = walk->topic->first_shard + walk->partition;
    sk_auto_reset *statement = NULL;
    size_t bytes = 0;

    sk_arena_reset(&chunk->arena);
    chunk->count = chunk->bytes = 0;
    SK_TRY(sk_sqlite_use(self, walk->statement, &statement, err));
    sqlite3_bind_int64(statement, 1, sk_shard_id(shard, walk->position));
    sqlite3_bind_int64(statement, 2, sk_shard_id(shard + 1, 0));
    if (walk->statement == SK_ST_EACH)
        sqlite3_bind_int64(statement, 3, shard);
    while (chunk->count < limit && chunk->count < SK_BUS_BATCH_RECORDS &&
           chunk->bytes < CHUNK_BYTES) {
        bool row = false;
        SK_TRY(sk_sqlite_step(&self->file, statement, &row, err));
        chunk->ended = !row;
        if (!row)
            return SK_OK;
        chunk->records = sk_grow(chunk->records, &chunk->capacity, chunk->count + 1,
                                 sizeof(*chunk->records));
        struct sk_bus_record *record = &chunk->records[chunk->count];
        SK_TRY(sk_sqlite_record_copy(statement, &chunk->arena, record, &bytes, err));
        record->topic = walk->topic->name;
        record->partition = walk->partition;
        chunk->count++;
        chunk->bytes += bytes;
    }
    return SK_OK;
}

/* Calls back for at most `limit` records; walk->position is where to go on. */
static enum sk_verdict walk_on(struct sk_sqlite_bus *self, struct walk *walk,
                               size_t limit, const struct sk_sqlite_visitor *visitor,
                               struct sk_error *err)
{
    SK_CLEANUP(chunk_fini) struct chunk chunk = {0};

    while (limit > 0 && !chunk.ended) {
        SK_TRY(chunk_read(self, walk, limit, &chunk, err));
        for (size_t i = 0; i < chunk.count; i++) {
            SK_TRY(visitor->visit(visitor->context, &chunk.records[i], err));
            walk->position = chunk.records[i].position + 1;
        }
        limit -= chunk.count;
    }
    return SK_OK;
}

enum sk_verdict sk_sqlite_latest(struct sk_bus *bus, struct sk_text topic_name,
                                 struct sk_text key, struct sk_bus_record *ret_record,
                                 bool *ret_found, struct sk_error *err)
{
    struct sk_sqlite_bus *self = (struct sk_sqlite_bus *)bus;
    const struct sk_sqlite_topic *topic = NULL;
    sk_auto_reset *statement = NULL;
    struct sk_bus_record record;
    size_t bytes = 0;
    bool row = false;

    SK_TRY(sk_sqlite_topic_find(self, topic_name, &topic, err));
    int32_t partition = sk_partition_of(key, topic->partitions);
    SK_TRY(sk_sqlite_use(self, SK_ST_LATEST, &statement, err));
    sqlite3_bind_int64(statement, 1, topic->first_shard + partition);
    sk_sqlite_bind_bytes(statement, 2,
                         (struct sk_bytes){(const uint8_t *)key.data, key.size});
    SK_TRY(sk_sqlite_step(&self->file, statement, &row, err));
    if (row) {
        sk_arena_reset(&self->record_arena);
        SK_TRY(
            sk_sqlite_record_copy(statement, &self->record_arena, &record, &bytes, err));
        record.topic = topic->name;
        record.partition = partition;
        record.subscription = -1;
        *ret_record = record;
    }
    *ret_found = row;
    return SK_OK;
}

enum sk_verdict sk_sqlite_each(struct sk_bus *bus, struct sk_text topic_name,
                               sk_bus_visit *visit, void *context, struct sk_error *err)
{
    struct sk_sqlite_bus *self = (struct sk_sqlite_bus *)bus;
    const struct sk_sqlite_visitor visitor = {visit, context};
    const struct sk_sqlite_topic *topic = NULL;

    SK_TRY(sk_sqlite_topic_find(self, topic_name, &topic, err));
    for (int32_t partition = 0; partition < topic->partitions; partition++) {
        struct walk walk = {SK_ST_EACH, topic, partition, 0};
        SK_TRY(walk_on(self, &walk, SIZE_MAX, &visitor, err));
    }
    return SK_OK;
}

enum sk_verdict sk_sqlite_fetch(struct sk_bus *bus, const struct sk_bus_span *span,
                                sk_bus_visit *visit, void *context, int64_t *ret_next,
                                struct sk_error *err)
{
    struct sk_sqlite_bus *self = (struct sk_sqlite_bus *)bus;
    const struct sk_sqlite_visitor visitor = {visit, context};
    const struct sk_sqlite_topic *topic = NULL;

    SK_TRY(sk_sqlite_topic_find(self, span->topic, &topic, err));
    if (span->partition < 0 || span->partition >= topic->partitions)
        return sk_fail(err, SK_REJECT, "bus.position", "%.*s has the partitions 0 to %d",
                       SK_TEXT_ARG(span->topic), (int)topic->partitions - 1);
    SK_TRY(sk_sqlite_ends_read(self, err));
    struct walk walk = {SK_ST_READ, topic, span->partition,
                        sk_sqlite_position_resolve(
                            self, topic->first_shard + span->partition, span->position)};
    enum sk_verdict verdict = walk_on(self, &walk, span->limit, &visitor, err);
    *ret_next = walk.position;
    return verdict;
}
