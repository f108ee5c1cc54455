/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One transaction that is never committed, without a journal: nobody reads the file after
 * this process, so SQLite only has to keep what does not fit its small cache.
 */
#include "runtime/whole_table.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"

enum statement { SEE, SEEN, STAGE, NEXT, STATEMENTS };

static const char *const texts[STATEMENTS] = {
    [SEE] = "INSERT OR REPLACE INTO seen VALUES (?1, ?2, ?3)",
    [SEEN] = "SELECT staged FROM seen WHERE topic = ?1 AND key = ?2",
    [STAGE] = "INSERT INTO staged VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [NEXT] = "SELECT * FROM staged WHERE number > ?1 ORDER BY number LIMIT 1",
};

static const char schema[] =
    "PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
    "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -4096; BEGIN;"
    "CREATE TABLE seen (topic TEXT, key BLOB, staged INTEGER, PRIMARY KEY (topic, key))"
    " WITHOUT ROWID;"
    "CREATE TABLE staged (number INTEGER PRIMARY KEY, kind INTEGER, topic TEXT, key BLOB,"
    " value BLOB, origin TEXT, cause_id TEXT, cause_text TEXT)";

struct sk_whole_table {
    sqlite3 *file;
    char *path;
    sqlite3_stmt *statements[STATEMENTS];
};

static enum sk_verdict failed(const struct sk_whole_table *table, struct sk_error *err)
{
    return sk_fail(err, SK_RETRY, "whole.table", "%s: %s", table->path,
                   sqlite3_errmsg(table->file));
}

static enum sk_verdict prepare(struct sk_whole_table *table, struct sk_error *err)
{
    if (sqlite3_open_v2(table->path, &table->file,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK ||
        sqlite3_exec(table->file, schema, NULL, NULL, NULL) != SQLITE_OK)
        return failed(table, err);
    for (size_t i = 0; i < STATEMENTS; i++)
        if (sqlite3_prepare_v3(table->file, texts[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &table->statements[i], NULL) != SQLITE_OK)
            return failed(table, err);
    return SK_OK;
}

enum sk_verdict sk_whole_table_open(const char *path, struct sk_whole_table **ret_table,
                                    struct sk_error *err)
{
    struct sk_whole_table *table = sk_alloc_zeroed(sizeof(*table));

    table->path = sk_strdup(path);
    (void)unlink(path); /* of a run that was killed */
    enum sk_verdict verdict = prepare(table, err);
    if (verdict != SK_OK) {
        sk_whole_table_close(table);
        return verdict;
    }
    *ret_table = table;
    return SK_OK;
}

void sk_whole_table_close(struct sk_whole_table *table)
{
    if (!table)
        return;
    for (size_t i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(table->statements[i]);
    sqlite3_close(table->file);
    (void)unlink(table->path);
    free(table->path);
    free(table);
}

static void bind_text(sqlite3_stmt *statement, int at, struct sk_text text)
{
    sqlite3_bind_text(statement, at, text.data, (int)text.size, SQLITE_STATIC);
}

static void bind_blob(sqlite3_stmt *statement, int at, const void *data, size_t size)
{
    sqlite3_bind_blob(statement, at, data, (int)size, SQLITE_STATIC);
}

/* Runs a statement to its first row or its end; the caller resets it. */
static enum sk_verdict step(struct sk_whole_table *table, enum statement which,
                            bool *ret_row, struct sk_error *err)
{
    int result = sqlite3_step(table->statements[which]);

    *ret_row = result == SQLITE_ROW;
    if (result == SQLITE_ROW || result == SQLITE_DONE)
        return SK_OK;
    enum sk_verdict verdict = failed(table, err);
    sqlite3_reset(table->statements[which]);
    return verdict;
}

enum sk_verdict sk_whole_table_see(struct sk_whole_table *table, struct sk_text topic,
                                   struct sk_text key, int64_t staged,
                                   struct sk_error *err)
{
    sqlite3_stmt *statement = table->statements[SEE];
    bool row;

    bind_text(statement, 1, topic);
    bind_blob(statement, 2, key.data, key.size);
    sqlite3_bind_int64(statement, 3, staged);
    SK_TRY(step(table, SEE, &row, err));
    sqlite3_reset(statement);
    return SK_OK;
}

enum sk_verdict sk_whole_table_seen(struct sk_whole_table *table, struct sk_text topic,
                                    struct sk_text key, int64_t *ret_staged,
                                    struct sk_error *err)
{
    sqlite3_stmt *statement = table->statements[SEEN];
    bool row;

    bind_text(statement, 1, topic);
    bind_blob(statement, 2, key.data, key.size);
    SK_TRY(step(table, SEEN, &row, err));
    *ret_staged = row ? sqlite3_column_int64(statement, 0) : -1;
    sqlite3_reset(statement);
    return SK_OK;
}

enum sk_verdict sk_whole_table_stage(struct sk_whole_table *table,
                                     const struct sk_staged *staged, int64_t *ret_number,
                                     struct sk_error *err)
{
    sqlite3_stmt *statement = table->statements[STAGE];
    bool row;

    sqlite3_bind_int(statement, 1, (int)staged->kind);
    bind_text(statement, 2, staged->topic);
    bind_blob(statement, 3, staged->key.data, staged->key.size);
    bind_blob(statement, 4, staged->value.data, staged->value.size);
    bind_text(statement, 5, staged->origin);
    bind_text(statement, 6, staged->cause_id);
    bind_text(statement, 7, staged->cause_text);
    SK_TRY(step(table, STAGE, &row, err));
    sqlite3_reset(statement);
    *ret_number = sqlite3_last_insert_rowid(table->file);
    return SK_OK;
}

/* A column's bytes in the arena; absent when it is NULL. */
static struct sk_text column(sqlite3_stmt *statement, int at, struct sk_arena *arena)
{
    const char *data = sqlite3_column_blob(statement, at);
    int size = sqlite3_column_bytes(statement, at);

    if (sqlite3_column_type(statement, at) == SQLITE_NULL)
        return (struct sk_text){0};
    return sk_arena_text(arena, (struct sk_text){data ? data : "", (size_t)size});
}

enum sk_verdict sk_whole_table_next(struct sk_whole_table *table, int64_t number,
                                    struct sk_arena *arena, struct sk_staged *ret_staged,
                                    struct sk_error *err)
{
    sqlite3_stmt *statement = table->statements[NEXT];
    struct sk_staged staged = {0};
    bool row;

    sqlite3_bind_int64(statement, 1, number);
    SK_TRY(step(table, NEXT, &row, err));
    if (row) {
        struct sk_text value = column(statement, 4, arena);
        staged = (struct sk_staged){
            .number = sqlite3_column_int64(statement, 0),
            .kind = (enum sk_staged_kind)sqlite3_column_int(statement, 1),
            .topic = column(statement, 2, arena),
            .key = column(statement, 3, arena),
            .value = {(const uint8_t *)value.data, value.size},
            .origin = column(statement, 5, arena),
            .cause_id = column(statement, 6, arena),
            .cause_text = column(statement, 7, arena)};
    }
    sqlite3_reset(statement);
    *ret_staged = staged;
    return SK_OK;
}
