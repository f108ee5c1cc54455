/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Topics as tables: a local SQLite file holds the newest record of every key and how far
 * each partition was read. It can be deleted at any time.
 *
 * A partition is read anew when the file cannot be right: another cluster, a partition
 * that is shorter than what was read of it, or one that was not looked at for so long
 * that tombstones may have come and gone (what they erased must not live on here).
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "bus/kafka_table.h"
#include "bus/sqlite.h"

enum { BUSY_MS = 5000 };
enum { STALE_PART = 2, NOTED_PART = 16 }; /* of the time that tombstones are kept */

static const char schema[] =
    "pragma synchronous=off; pragma secure_delete=on;"
    "create table if not exists record (topic text, partition int, key blob, position "
    "int,"
    " sent_ms int, headers blob, value blob, primary key (topic, partition, key))"
    " without rowid;"
    "create unique index if not exists by_position"
    " on record (topic, partition, position);"
    "create index if not exists tombstone"
    " on record (topic, partition, sent_ms) where value is null;"
    "create table if not exists progress (topic text, partition int, position int,"
    " seen_ms int, primary key (topic, partition)) without rowid;"
    "create table if not exists cluster (id text primary key) without rowid;";
static const char forget_other[] =
    "delete from record where not exists (select 1 from cluster where id = ?1);"
    "delete from progress where not exists (select 1 from cluster where id = ?1);"
    "delete from cluster where id <> ?1;"
    "insert or ignore into cluster values (?1);";

enum sk_verdict sk_kafka_table_failed(struct sk_kafka_bus *self, struct sk_error *err)
{
    return sk_fail(err, SK_RETRY, "bus.table", "local table: %s; it may be deleted",
                   self->table ? sqlite3_errmsg(self->table) : "out of memory");
}

/* What was read from another cluster goes. */
static enum sk_verdict cluster_note(struct sk_kafka_bus *self, const char *id,
                                    struct sk_error *err)
{
    for (const char *sql = forget_other; *sql;) {
        sqlite3_stmt *statement = NULL;
        if (sqlite3_prepare_v2(self->table, sql, -1, &statement, &sql) != SQLITE_OK)
            return sk_kafka_table_failed(self, err);
        sqlite3_bind_text(statement, 1, id, -1, SQLITE_STATIC);
        int code = sqlite3_step(statement);
        sqlite3_finalize(statement);
        if (code != SQLITE_DONE)
            return sk_kafka_table_failed(self, err);
    }
    return SK_OK;
}

static enum sk_verdict table_make(struct sk_kafka_bus *self, struct sk_error *err)
{
    sk_auto_free char *path =
        self->data_path ? sk_strf("%s/kafka.tables", self->data_path) : sk_strdup("");

    if (sqlite3_open(path, &self->table) != SQLITE_OK ||
        sqlite3_busy_timeout(self->table, BUSY_MS) != SQLITE_OK ||
        sqlite3_exec(self->table, schema, NULL, NULL, NULL) != SQLITE_OK)
        return sk_kafka_table_failed(self, err);
    char *id = sk_rd.clusterid(self->scout, SK_KAFKA_CALL_MS);
    if (!id)
        return sk_kafka_fail(self, RD_KAFKA_RESP_ERR__TIMED_OUT, "asking for the cluster",
                             err);
    enum sk_verdict verdict = cluster_note(self, id, err);
    sk_rd.mem_free(self->scout, id);
    return verdict;
}

static enum sk_verdict table_open(struct sk_kafka_bus *self, struct sk_error *err)
{
    enum sk_verdict verdict = self->table ? SK_OK : table_make(self, err);

    if (verdict != SK_OK)
        sk_kafka_table_close(self);
    return verdict;
}

void sk_kafka_table_close(struct sk_kafka_bus *self)
{
    for (size_t i = 0; i < SK_KAFKA_STATEMENTS; i++) {
        sqlite3_finalize(self->statements[i].statement);
        self->statements[i] = (struct sk_kafka_statement){0};
    }
    sqlite3_close(self->table);
    self->table = NULL;
}

static struct sk_kafka_statement *statement_of(struct sk_kafka_bus *self, const char *sql)
{
    size_t i = 0;

    while (i + 1 < SK_KAFKA_STATEMENTS && self->statements[i].statement &&
           self->statements[i].sql != sql)
        i++;
    return &self->statements[i];
}

enum sk_verdict sk_kafka_table_prepare(struct sk_kafka_bus *self, const char *sql,
                                       const struct sk_kafka_topic *topic,
                                       int32_t partition, sqlite3_stmt **ret_statement,
                                       struct sk_error *err)
{
    struct sk_kafka_statement *known = statement_of(self, sql);

    if (known->sql != sql) { /* new, or in the place of another one when all are taken */
        sqlite3_finalize(known->statement);
        *known = (struct sk_kafka_statement){.sql = sql};
    }
    if (!known->statement &&
        sqlite3_prepare_v3(self->table, sql, -1, SQLITE_PREPARE_PERSISTENT,
                           &known->statement, NULL) != SQLITE_OK)
        return sk_kafka_table_failed(self, err);
    *ret_statement = known->statement;
    sqlite3_bind_text(*ret_statement, 1, topic->name.data, (int)topic->name.size,
                      SQLITE_STATIC);
    sqlite3_bind_int(*ret_statement, 2, partition);
    return SK_OK;
}

/* A statement about the topic and partition of a span, with one number. */
static enum sk_verdict run(struct sk_kafka_bus *self, const char *sql,
                           const struct sk_kafka_span *span, int64_t number,
                           struct sk_error *err)
{
    sk_kafka_auto_statement *statement = NULL;

    SK_TRY(
        sk_kafka_table_prepare(self, sql, span->topic, span->partition, &statement, err));
    sqlite3_bind_int64(statement, 3, number);
    return sqlite3_step(statement) == SQLITE_DONE ? SK_OK
                                                  : sk_kafka_table_failed(self, err);
}

/* From where to read, and whether it is time to note that it was looked at. */
static enum sk_verdict progress_read(struct sk_kafka_bus *self,
                                     struct sk_kafka_span *span, int64_t now_ms,
                                     bool *ret_due, struct sk_error *err)
{
    int64_t kept = span->topic->tombstone_ms, ago = 0;
    sk_kafka_auto_statement *statement = NULL;

    SK_TRY(sk_kafka_table_prepare(
        self, "select position, seen_ms from progress where topic=? and partition=?",
        span->topic, span->partition, &statement, err));
    bool known = sqlite3_step(statement) == SQLITE_ROW;
    if (known) {
        span->from = sqlite3_column_int64(statement, 0);
        ago = now_ms - sqlite3_column_int64(statement, 1);
    }
    *ret_due = !known || ago < 0 || ago > kept / NOTED_PART;
    if (span->from <= span->end && ago >= 0 && ago <= kept / STALE_PART)
        return SK_OK;
    span->from = 0;
    return run(self, "delete from record where topic=? and partition=? and ?>=0", span, 0,
               err);
}

static enum sk_verdict progress_note(struct sk_kafka_bus *self,
                                     const struct sk_kafka_span *span, int64_t now_ms,
                                     struct sk_error *err)
{
    sk_kafka_auto_statement *statement = NULL;

    SK_TRY(run(self,
               "delete from record where topic=? and partition=? and value is null and "
               "sent_ms<?",
               span, now_ms - span->topic->tombstone_ms, err));
    SK_TRY(sk_kafka_table_prepare(self, "replace into progress values (?, ?, ?, ?)",
                                  span->topic, span->partition, &statement, err));
    sqlite3_bind_int64(statement, 3, span->read);
    sqlite3_bind_int64(statement, 4, now_ms);
    return sqlite3_step(statement) == SQLITE_DONE ? SK_OK
                                                  : sk_kafka_table_failed(self, err);
}

static enum sk_verdict record_put(void *context, struct sk_kafka_span *span,
                                  const rd_kafka_message_t *message, struct sk_error *err)
{
    struct sk_kafka_bus *self = context;
    sk_kafka_auto_statement *statement = NULL;
    struct sk_bus_record record;
    sk_arena_auto arena = {0};

    sk_kafka_record(message, &arena, &record);
    struct sk_bytes headers =
        sk_sqlite_headers_encode(record.headers, record.header_count, &arena);
    SK_TRY(sk_kafka_table_prepare(self,
                                  "replace into record values (?, ?, ?, ?, ?, ?, ?)",
                                  span->topic, span->partition, &statement, err));
    sk_sqlite_bind_bytes(
        statement, 3,
        (struct sk_bytes){(const uint8_t *)record.key.data, record.key.size});
    sqlite3_bind_int64(statement, 4, record.position);
    sqlite3_bind_int64(statement, 5, record.timestamp_ms);
    sk_sqlite_bind_bytes(statement, 6, headers);
    sk_sqlite_bind_bytes(statement, 7, record.value);
    return sqlite3_step(statement) == SQLITE_DONE ? SK_OK
                                                  : sk_kafka_table_failed(self, err);
}

static enum sk_verdict spans_apply(struct sk_kafka_bus *self, struct sk_kafka_scan *scan,
                                   struct sk_error *err)
{
    sk_auto_free bool *due = sk_alloc_zeroed(scan->count * sizeof(*due));
    int64_t now_ms = sk_clock_now_ms();

    for (size_t i = 0; i < scan->count; i++)
        SK_TRY(progress_read(self, &scan->spans[i], now_ms, &due[i], err));
    SK_TRY(sk_kafka_scan_run(self, scan, err));
    for (size_t i = 0; i < scan->count; i++) {
        if (due[i] || scan->spans[i].read > scan->spans[i].from)
            SK_TRY(progress_note(self, &scan->spans[i], now_ms, err));
    }
    return SK_OK;
}

static enum sk_verdict in_transaction(struct sk_kafka_bus *self,
                                      struct sk_kafka_scan *scan, struct sk_error *err)
{
    if (sqlite3_exec(self->table, "begin immediate", NULL, NULL, NULL) != SQLITE_OK)
        return sk_kafka_table_failed(self, err);
    enum sk_verdict verdict = spans_apply(self, scan, err);
    const char *end = verdict == SK_OK ? "commit" : "rollback";
    if (sqlite3_exec(self->table, end, NULL, NULL, NULL) != SQLITE_OK && verdict == SK_OK)
        return sk_kafka_table_failed(self, err);
    return verdict;
}

enum sk_verdict sk_kafka_table_catch_up(struct sk_kafka_bus *self,
                                        struct sk_kafka_topic *topic,
                                        struct sk_error *err)
{
    size_t count = (size_t)topic->partitions;

    SK_TRY(table_open(self, err));
    if (self->active.active && topic->looked == self->turn)
        return SK_OK;
    sk_auto_free struct sk_kafka_span *spans = sk_alloc_zeroed(count * sizeof(*spans));
    struct sk_kafka_scan scan = {spans, count, record_put, self};
    sk_auto_list *ends = sk_rd.topic_partition_list_new(topic->partitions);
    sk_kafka_list_add_topic(ends, topic);
    SK_TRY(sk_kafka_ends(self, ends, err));
    for (size_t i = 0; i < count; i++)
        spans[i] = (struct sk_kafka_span){
            .topic = topic, .partition = (int32_t)i, .end = ends->elems[i].offset};
    SK_TRY(in_transaction(self, &scan, err));
    topic->looked = self->turn;
    return SK_OK;
}
