/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Topics as tables: a local SQLite file holds the newest record of every key and how far
 * each partition was read. It can be deleted at any time; a topic that is shorter than
 * what was read of it was made anew, and is read anew.
 */
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "bus/kafka.h"
#include "bus/partition.h"
#include "bus/sqlite.h"

enum { BUSY_MS = 5000, CHUNK = 200 };

static const char schema[] =
    "pragma synchronous=off; pragma secure_delete=on;"
    "create table if not exists record (topic text, partition int, key blob, position "
    "int,"
    " sent_ms int, headers blob, value blob, primary key (topic, partition, key))"
    " without rowid;"
    "create unique index if not exists by_position"
    " on record (topic, partition, position);"
    "create table if not exists progress (topic text, partition int, position int,"
    " primary key (topic, partition)) without rowid;";

static enum sk_verdict failed(struct sk_kafka_bus *self, struct sk_error *err)
{
    return sk_fail(err, SK_RETRY, "bus.table", "local table: %s; it may be deleted",
                   self->table ? sqlite3_errmsg(self->table) : "out of memory");
}

static enum sk_verdict table_open(struct sk_kafka_bus *self, struct sk_error *err)
{
    sk_auto_free char *path =
        self->data_path ? sk_strf("%s/kafka.tables", self->data_path) : sk_strdup("");

    if (self->table)
        return SK_OK;
    if (sqlite3_open(path, &self->table) != SQLITE_OK ||
        sqlite3_busy_timeout(self->table, BUSY_MS) != SQLITE_OK ||
        sqlite3_exec(self->table, schema, NULL, NULL, NULL) != SQLITE_OK) {
        enum sk_verdict verdict = failed(self, err);
        sk_kafka_table_close(self);
        return verdict;
    }
    return SK_OK;
}

void sk_kafka_table_close(struct sk_kafka_bus *self)
{
    sqlite3_close(self->table);
    self->table = NULL;
}

static void finalize(sqlite3_stmt **statement)
{
    sqlite3_finalize(*statement);
}
#define auto_statement SK_CLEANUP(finalize) sqlite3_stmt

/* A statement whose first two parameters are topic and partition. */
static enum sk_verdict prepare(struct sk_kafka_bus *self, const char *sql,
                               const struct sk_kafka_topic *topic, int32_t partition,
                               sqlite3_stmt **ret_statement, struct sk_error *err)
{
    if (sqlite3_prepare_v2(self->table, sql, -1, ret_statement, NULL) != SQLITE_OK)
        return failed(self, err);
    sqlite3_bind_text(*ret_statement, 1, topic->name.data, (int)topic->name.size,
                      SQLITE_STATIC);
    sqlite3_bind_int(*ret_statement, 2, partition);
    return SK_OK;
}

static enum sk_verdict progress_read(struct sk_kafka_bus *self,
                                     struct sk_kafka_span *span, struct sk_error *err)
{
    auto_statement *statement = NULL;

    SK_TRY(prepare(self, "select position from progress where topic=? and partition=?",
                   span->topic, span->partition, &statement, err));
    if (sqlite3_step(statement) == SQLITE_ROW)
        span->from = sqlite3_column_int64(statement, 0);
    return SK_OK;
}

static enum sk_verdict run(struct sk_kafka_bus *self, const char *sql,
                           const struct sk_kafka_span *span, struct sk_error *err)
{
    auto_statement *statement = NULL;

    SK_TRY(prepare(self, sql, span->topic, span->partition, &statement, err));
    if (sqlite3_bind_parameter_count(statement) > 2)
        sqlite3_bind_int64(statement, 3, span->read);
    return sqlite3_step(statement) == SQLITE_DONE ? SK_OK : failed(self, err);
}

static enum sk_verdict record_put(void *context, struct sk_kafka_span *span,
                                  const rd_kafka_message_t *message, struct sk_error *err)
{
    struct sk_kafka_bus *self = context;
    auto_statement *statement = NULL;
    struct sk_bus_record record;
    sk_arena_auto arena = {0};

    sk_kafka_record(message, &arena, &record);
    struct sk_bytes headers =
        sk_sqlite_headers_encode(record.headers, record.header_count, &arena);
    SK_TRY(prepare(self, "replace into record values (?, ?, ?, ?, ?, ?, ?)", span->topic,
                   span->partition, &statement, err));
    sk_sqlite_bind_bytes(
        statement, 3,
        (struct sk_bytes){(const uint8_t *)record.key.data, record.key.size});
    sqlite3_bind_int64(statement, 4, record.position);
    sqlite3_bind_int64(statement, 5, record.timestamp_ms);
    sk_sqlite_bind_bytes(statement, 6, headers);
    sk_sqlite_bind_bytes(statement, 7, record.value);
    return sqlite3_step(statement) == SQLITE_DONE ? SK_OK : failed(self, err);
}

static enum sk_verdict spans_apply(struct sk_kafka_bus *self, struct sk_kafka_scan *scan,
                                   struct sk_error *err)
{
    SK_TRY(sk_kafka_scan_run(self, scan, err));
    for (size_t i = 0; i < scan->count; i++) {
        if (scan->spans[i].read > scan->spans[i].from)
            SK_TRY(run(self, "replace into progress values (?, ?, ?)", &scan->spans[i],
                       err));
    }
    return SK_OK;
}

/* Brings these partitions up to what is committed now. */
static enum sk_verdict catch_up(struct sk_kafka_bus *self, struct sk_kafka_scan *scan,
                                struct sk_error *err)
{
    sk_auto_list *ends = sk_rd.topic_partition_list_new((int)scan->count);

    for (size_t i = 0; i < scan->count; i++)
        sk_rd.topic_partition_list_add(ends, scan->spans[i].topic->name.data,
                                       scan->spans[i].partition);
    SK_TRY(sk_kafka_ends(self, ends, err));
    if (sqlite3_exec(self->table, "begin immediate", NULL, NULL, NULL) != SQLITE_OK)
        return failed(self, err);
    enum sk_verdict verdict = SK_OK;
    for (size_t i = 0; i < scan->count && verdict == SK_OK; i++) {
        struct sk_kafka_span *span = &scan->spans[i];
        span->end = ends->elems[i].offset;
        verdict = progress_read(self, span, err);
        if (verdict == SK_OK && span->from > span->end) {
            span->from = 0;
            verdict =
                run(self, "delete from record where topic=? and partition=?", span, err);
        }
    }
    if (verdict == SK_OK)
        verdict = spans_apply(self, scan, err);
    if (sqlite3_exec(self->table, verdict == SK_OK ? "commit" : "rollback", NULL, NULL,
                     NULL) != SQLITE_OK &&
        verdict == SK_OK)
        return failed(self, err);
    return verdict;
}

enum sk_verdict sk_kafka_latest(struct sk_bus *bus, struct sk_text topic_name,
                                struct sk_text key, struct sk_bus_record *ret_record,
                                bool *ret_found, struct sk_error *err)
{
    struct sk_kafka_bus *self = sk_kafka(bus);
    const struct sk_kafka_topic *topic = NULL;
    auto_statement *statement = NULL;
    struct sk_bus_record record;
    size_t bytes = 0;

    SK_TRY(sk_kafka_topic_find(self, topic_name, &topic, err));
    SK_TRY(table_open(self, err));
    int32_t partition = sk_partition_of(key, topic->partitions);
    struct sk_kafka_span span = {.topic = topic, .partition = partition};
    struct sk_kafka_scan scan = {&span, 1, record_put, self};
    SK_TRY(catch_up(self, &scan, err));
    SK_TRY(prepare(self,
                   "select position, key, sent_ms, headers, value from record"
                   " where topic=? and partition=? and key=?",
                   topic, partition, &statement, err));
    sk_sqlite_bind_bytes(statement, 3,
                         (struct sk_bytes){(const uint8_t *)key.data, key.size});
    int code = sqlite3_step(statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return failed(self, err);
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
    auto_statement *statement = NULL;
    size_t bytes = 0;

    SK_TRY(prepare(self,
                   "select position, key, sent_ms, headers, value from record where"
                   " topic=? and partition=? and position>=? and value is not null"
                   " order by position limit 200",
                   walk->topic, walk->partition, &statement, err));
    sqlite3_bind_int64(statement, 3, walk->position);
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

    SK_TRY(sk_kafka_topic_find(self, topic_name, &walk.topic, err));
    SK_TRY(table_open(self, err));
    size_t count = (size_t)walk.topic->partitions;
    sk_auto_free struct sk_kafka_span *spans = sk_alloc_zeroed(count * sizeof(*spans));
    for (size_t i = 0; i < count; i++)
        spans[i] = (struct sk_kafka_span){.topic = walk.topic, .partition = (int32_t)i};
    struct sk_kafka_scan scan = {spans, count, record_put, self};
    SK_TRY(catch_up(self, &scan, err));
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
