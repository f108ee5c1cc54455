/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the embedded bus keeps, and every statement on it. One table holds all records; a
 * shard's counters (next position, records, bytes) are stored, so that neither a listing
 * nor a new position ever counts or takes a maximum.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "bus/sqlite.h"

const struct sk_sqlite_kind sk_sqlite_bus_kind = {
    .what = "a Schakel bus",
    .application_id = 0x53636862, /* "Schb" */
    .version = 1,
    .cache_kib = 2048,
    .schema =
        "CREATE TABLE topic (name TEXT PRIMARY KEY, partitions INTEGER NOT NULL,"
        " first_shard INTEGER NOT NULL, delete_retention_ms INTEGER NOT NULL,"
        " min_compaction_lag_ms INTEGER NOT NULL) WITHOUT ROWID;"
        "CREATE TABLE shard (id INTEGER PRIMARY KEY, next INTEGER NOT NULL DEFAULT 0,"
        " records INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0,"
        " newest_ms INTEGER NOT NULL DEFAULT 0,"
        /* Superseded records and tombstones: new ones, those that a sweep left because
         * their time had not come, how far a sweep is (0: none), when the last ended. */
        " garbage INTEGER NOT NULL DEFAULT 0, undue INTEGER NOT NULL DEFAULT 0,"
        " swept INTEGER NOT NULL DEFAULT 0, swept_ms INTEGER NOT NULL DEFAULT 0);"
        "CREATE TABLE record (id INTEGER PRIMARY KEY, key BLOB NOT NULL,"
        " sent_ms INTEGER NOT NULL, headers BLOB, value BLOB);"
        /* The newest record of each key. */
        "CREATE TABLE head (shard INTEGER, key BLOB, id INTEGER NOT NULL,"
        " PRIMARY KEY (shard, key)) WITHOUT ROWID;"
        "CREATE TABLE position (name TEXT, shard INTEGER, next INTEGER NOT NULL,"
        " owner TEXT, PRIMARY KEY (name, shard)) WITHOUT ROWID;"
        "CREATE TABLE identity (name TEXT PRIMARY KEY, epoch INTEGER NOT NULL)"
        " WITHOUT ROWID;",
};

static const char *const texts[SK_ST_COUNT] = {
    [SK_ST_TOPICS] = "SELECT name, partitions, first_shard, delete_retention_ms,"
                     " min_compaction_lag_ms FROM topic",
    [SK_ST_TOPIC_ADD] = "INSERT INTO topic VALUES (?1, ?2, ?3, ?4, ?5)",
    [SK_ST_SHARDS] = "SELECT id, next FROM shard",
    [SK_ST_SHARD] = "SELECT next, records, bytes, newest_ms FROM shard WHERE id = ?1",
    [SK_ST_SHARD_ADD] = "INSERT INTO shard (id) VALUES (?1)",
    [SK_ST_SHARD_COUNT] = "SELECT count(*) FROM shard",
    [SK_ST_READ] = "SELECT id, key, sent_ms, headers, value FROM record"
                   " WHERE id >= ?1 AND id < ?2 ORDER BY id",
    [SK_ST_LATEST] = "SELECT r.id, r.key, r.sent_ms, r.headers, r.value FROM head AS h"
                     " CROSS JOIN record AS r ON r.id = h.id"
                     " WHERE h.shard = ?1 AND h.key = ?2",
    [SK_ST_EACH] = "SELECT r.id, r.key, r.sent_ms, r.headers, r.value FROM record AS r"
                   " WHERE r.id >= ?1 AND r.id < ?2 AND r.value IS NOT NULL AND r.id ="
                   " (SELECT h.id FROM head AS h WHERE h.shard = ?3 AND h.key = r.key)"
                   " ORDER BY r.id",
    [SK_ST_WAITING] = "SELECT count(*) FROM (SELECT 1 FROM record"
                      " WHERE id >= ?1 AND id < ?2 LIMIT ?3)",
    [SK_ST_OLDEST] = "SELECT sent_ms FROM record WHERE id >= ?1 AND id < ?2"
                     " ORDER BY id LIMIT 1",
    [SK_ST_INSERT] = "INSERT INTO record VALUES (?1, ?2, ?3, ?4, ?5)",
    [SK_ST_HEAD_MOVE] = "UPDATE head SET id = ?3 WHERE shard = ?1 AND key = ?2",
    [SK_ST_HEAD_ADD] = "INSERT INTO head VALUES (?1, ?2, ?3)",
    [SK_ST_HEAD_ERASE] = "DELETE FROM head WHERE shard = ?1 AND id = ?2"
                         " AND key = (SELECT key FROM record WHERE id = ?2)",
    [SK_ST_SHARD_WRITTEN] = "UPDATE shard SET next = next + ?2, records = records + ?2,"
                            " bytes = bytes + ?3, newest_ms = max(newest_ms, ?4),"
                            " garbage = garbage + ?5 WHERE id = ?1",
    [SK_ST_POSITION] = "SELECT next FROM position WHERE name = ?1 AND shard = ?2",
    [SK_ST_POSITIONS] =
        "SELECT p.name, t.name, p.shard - t.first_shard, p.shard, p.next,"
        " s.next, s.records FROM position AS p JOIN shard AS s ON s.id = p.shard"
        " JOIN topic AS t ON p.shard >= t.first_shard"
        " AND p.shard < t.first_shard + t.partitions"
        " WHERE ?1 IS NULL OR p.name = ?1 ORDER BY p.name, p.shard",
    [SK_ST_POSITION_PUT] = "INSERT INTO position VALUES (?1, ?2, ?3, ?4)"
                           " ON CONFLICT DO UPDATE SET next = excluded.next,"
                           " owner = coalesce(excluded.owner, owner)",
    [SK_ST_OWNER] = "SELECT owner FROM position WHERE name = ?1 AND owner IS NOT NULL"
                    " LIMIT 1",
    [SK_ST_EPOCH] = "SELECT epoch FROM identity WHERE name = ?1",
    [SK_ST_EPOCH_PUT] = "INSERT INTO identity VALUES (?1, ?2)"
                        " ON CONFLICT DO UPDATE SET epoch = excluded.epoch",
    [SK_ST_PAGES] = "PRAGMA page_count",
    [SK_ST_FREE_PAGES] = "PRAGMA freelist_count",
    [SK_ST_DIRTY] = "SELECT id, swept, undue FROM shard WHERE swept > 0"
                    " OR (garbage * 2 >= records AND garbage > 0 AND (garbage >= 1000"
                    " OR bytes >= 4194304 OR swept_ms < ?1 - 2000))"
                    " OR (garbage + undue > 0 AND swept_ms < ?1 - 3600000)"
                    " ORDER BY swept > 0 DESC, swept_ms LIMIT 1",
    [SK_ST_SWEEP] = "SELECT r.id, r.sent_ms, r.value IS NULL,"
                    " (SELECT h.id FROM head AS h WHERE h.shard = ?3 AND h.key = r.key),"
                    " length(r.key) + ifnull(length(r.headers), 0)"
                    " + ifnull(length(r.value), 0)"
                    " FROM record AS r WHERE r.id >= ?1 AND r.id < ?2 ORDER BY r.id",
    [SK_ST_ERASE] = "DELETE FROM record WHERE id = ?1",
    [SK_ST_SHARD_SWEPT] = "UPDATE shard SET records = records - ?2, bytes = bytes - ?3,"
                          " garbage = iif(swept = 0, 0, garbage), swept = ?4,"
                          " undue = ?5, swept_ms = iif(?4 = 0, ?6, swept_ms)"
                          " WHERE id = ?1",
    [SK_ST_VACUUM] = "PRAGMA incremental_vacuum(250)",
};

enum sk_verdict sk_sqlite_use(struct sk_sqlite_bus *self, enum sk_sqlite_statement which,
                              sqlite3_stmt **ret_statement, struct sk_error *err)
{
    if (!self->statements[which])
        SK_TRY(
            sk_sqlite_prepare(&self->file, texts[which], &self->statements[which], err));
    *ret_statement = self->statements[which];
    return SK_OK;
}

enum sk_verdict sk_sqlite_number(struct sk_sqlite_bus *self,
                                 enum sk_sqlite_statement which, int64_t *ret_value,
                                 struct sk_error *err)
{
    sk_auto_reset *statement = NULL;
    bool row = false;

    SK_TRY(sk_sqlite_use(self, which, &statement, err));
    SK_TRY(sk_sqlite_step(&self->file, statement, &row, err));
    *ret_value = row ? sqlite3_column_int64(statement, 0) : 0;
    return SK_OK;
}

void sk_sqlite_bind_text(sqlite3_stmt *statement, int index, struct sk_text text)
{
    sqlite3_bind_text(statement, index, text.data, (int)text.size, SQLITE_STATIC);
}

void sk_sqlite_bind_bytes(sqlite3_stmt *statement, int index, struct sk_bytes bytes)
{
    /* A NULL pointer would bind NULL: empty is not the same as not there. */
    if (bytes.data && bytes.size == 0)
        sqlite3_bind_zeroblob(statement, index, 0);
    else
        sqlite3_bind_blob(statement, index, bytes.data, (int)bytes.size, SQLITE_STATIC);
}

struct sk_text sk_sqlite_column_text(sqlite3_stmt *statement, int column)
{
    const char *data = (const char *)sqlite3_column_text(statement, column);

    return (struct sk_text){data, (size_t)sqlite3_column_bytes(statement, column)};
}

static void topic_take(struct sk_sqlite_bus *self, sqlite3_stmt *row)
{
    struct sk_text name = sk_sqlite_column_text(row, 0);

    if (sk_map_get(&self->topics, name))
        return;
    struct sk_sqlite_topic *topic = sk_arena_alloc(&self->topic_arena, sizeof(*topic));
    *topic = (struct sk_sqlite_topic){
        .name = sk_arena_text(&self->topic_arena, name),
        .partitions = sqlite3_column_int(row, 1),
        .first_shard = sqlite3_column_int64(row, 2),
        .delete_retention_ms = sqlite3_column_int64(row, 3),
        .min_compaction_lag_ms = sqlite3_column_int64(row, 4),
        .ours = sk_text_starts_with(name, "dlq.") ||
                sk_text_starts_with(name, "wacht.") ||
                sk_text_starts_with(name, "schakel."),
    };
    sk_map_put(&self->topics, name, topic);
}

enum sk_verdict sk_sqlite_topics_load(struct sk_sqlite_bus *self, struct sk_error *err)
{
    sk_auto_reset *statement = NULL;
    bool row = true;

    SK_TRY(sk_sqlite_use(self, SK_ST_TOPICS, &statement, err));
    while (true) {
        SK_TRY(sk_sqlite_step(&self->file, statement, &row, err));
        if (!row)
            return SK_OK;
        topic_take(self, statement);
    }
}

enum sk_verdict sk_sqlite_topic_find(struct sk_sqlite_bus *self, struct sk_text name,
                                     const struct sk_sqlite_topic **ret_topic,
                                     struct sk_error *err)
{
    const struct sk_sqlite_topic *topic = sk_map_get(&self->topics, name);

    if (!topic) { /* perhaps made since by another process */
        SK_TRY(sk_sqlite_topics_load(self, err));
        topic = sk_map_get(&self->topics, name);
    }
    if (!topic)
        return sk_fail(err, SK_FATAL, "bus.topic",
                       "%s has no topic %.*s; make the topics first (schakel topics "
                       "create)",
                       self->file.path, SK_TEXT_ARG(name));
    *ret_topic = topic;
    return SK_OK;
}
