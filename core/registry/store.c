/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store - schemas, versions and levels in SQLite.
 *
 * A schema is stored once, by its fingerprint; a version is a subject's use of it. The
 * one process that holds <file>.owner is the only writer, so its caller may look first
 * and write then.
 */
#include "registry/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/uuid.h"
#include "bus/sqlite_file.h"

enum {
    CACHE_KIB = 1024,
    WAL_FRAMES =
        256, /* a megabyte: copied into the file after the commit that passes it */
};

static const struct sk_sqlite_kind store_kind = {
    .what = "a Schakel registry",
    .application_id = 0x536b5267, /* "SkRg" */
    .version = 1,
    .cache_kib = CACHE_KIB,
    .schema =
        "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
        "CREATE TABLE schemas (id INTEGER PRIMARY KEY AUTOINCREMENT,"
        " fingerprint BLOB NOT NULL UNIQUE, text TEXT NOT NULL);"
        "CREATE TABLE versions (subject TEXT NOT NULL, version INTEGER NOT NULL,"
        " id INTEGER NOT NULL REFERENCES schemas(id), deleted INTEGER NOT NULL DEFAULT 0,"
        " PRIMARY KEY (subject, version)) WITHOUT ROWID;"
        "CREATE INDEX versions_by_id ON versions (id);"
        "CREATE TABLE levels (subject TEXT PRIMARY KEY, level INTEGER NOT NULL)"
        " WITHOUT ROWID;",
};

enum statement {
    READ_SCHEMA,
    READ_ID,
    LIST_VERSIONS,
    LIST_USES,
    READ_VERSION,
    READ_LATEST,
    LIST_SUBJECTS,
    ADD_SCHEMA,
    NEXT_VERSION,
    FORGET_DELETED,
    ADD_VERSION,
    MARK_DELETED,
    REMOVE_VERSIONS,
    REMOVE_UNUSED,
    READ_LEVEL,
    SET_LEVEL,
    REMOVE_LEVEL,
    STATEMENTS,
};

/* ?2 and ?3 are the bounds of `deleted` that a filter stands for. */
#define VERSION_COLUMNS                                                                  \
    "SELECT subject, version, versions.id, deleted, text"                                \
    " FROM versions JOIN schemas ON schemas.id = versions.id"                            \
    " WHERE deleted BETWEEN ?2 AND ?3 AND "

static const char *const statements[STATEMENTS] = {
    [READ_SCHEMA] = "SELECT text FROM schemas WHERE id = ?1",
    [READ_ID] = "SELECT id FROM schemas WHERE fingerprint = ?1",
    [LIST_VERSIONS] = VERSION_COLUMNS "subject = ?1 AND (?4 = 0 OR versions.id = ?4)"
                                      " ORDER BY version",
    [LIST_USES] = VERSION_COLUMNS "versions.id = ?4 ORDER BY subject, version",
    [READ_VERSION] = VERSION_COLUMNS "subject = ?1 AND version = ?4",
    [READ_LATEST] = VERSION_COLUMNS "subject = ?1 ORDER BY version DESC LIMIT 1",
    [LIST_SUBJECTS] = "SELECT subject FROM versions"
                      " WHERE substr(subject, 1, length(?1)) = ?1"
                      " GROUP BY subject HAVING min(deleted) BETWEEN ?2 AND ?3"
                      " ORDER BY subject",
    [ADD_SCHEMA] = "INSERT INTO schemas (fingerprint, text) VALUES (?1, ?2)"
                   " ON CONFLICT (fingerprint) DO NOTHING",
    [NEXT_VERSION] = "SELECT coalesce(max(version), 0) + 1 FROM versions"
                     " WHERE subject = ?1",
    [FORGET_DELETED] = "DELETE FROM versions"
                       " WHERE subject = ?1 AND id = ?2 AND deleted = 1",
    [ADD_VERSION] = "INSERT INTO versions (subject, version, id) VALUES (?1, ?2, ?3)",
    [MARK_DELETED] = "UPDATE versions SET deleted = 1"
                     " WHERE subject = ?1 AND (?2 = 0 OR version = ?2)",
    [REMOVE_VERSIONS] = "DELETE FROM versions"
                        " WHERE subject = ?1 AND (?2 = 0 OR version = ?2)",
    [REMOVE_UNUSED] = "DELETE FROM schemas WHERE NOT EXISTS"
                      " (SELECT 1 FROM versions WHERE versions.id = schemas.id)",
    [READ_LEVEL] = "SELECT level FROM levels WHERE subject = ?1",
    [SET_LEVEL] = "INSERT INTO levels (subject, level) VALUES (?1, ?2)"
                  " ON CONFLICT (subject) DO UPDATE SET level = ?2",
    [REMOVE_LEVEL] = "DELETE FROM levels WHERE subject = ?1",
};

struct sk_store {
    struct sk_sqlite_file file;
    int owner; /* the descriptor that holds <file>.owner */
    sqlite3_stmt *statements[STATEMENTS];
    char uuid[SK_UUID_SIZE];
    int64_t commits;
};

/* Opening. --------------------------------------------------------------------------- */

static enum sk_verdict take_ownership(struct sk_store *store, struct sk_error *err)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

    store->owner = sk_sqlite_side_file(&store->file, ".owner", 0);
    if (store->owner >= 0 && fcntl(store->owner, F_OFD_SETLK, &whole) == 0)
        return SK_OK;
    return sk_fail(
        err, SK_FATAL, "registry.in_use",
        "%s is in use by another schakel-registry (%s): stop that one, or give "
        "this one its own store",
        store->file.path, strerror(errno));
}

static enum sk_verdict read_uuid(struct sk_store *store, struct sk_error *err)
{
    char uuid[SK_UUID_SIZE];
    sqlite3_stmt *read = NULL;
    sk_auto_free char *insert =
        sk_strf("INSERT OR IGNORE INTO meta VALUES ('uuid', '%s')", sk_uuid_v4(uuid));

    SK_TRY(sk_sqlite_begin(&store->file, err));
    enum sk_verdict verdict = sk_sqlite_exec(&store->file, insert, err);
    if (verdict == SK_OK)
        verdict = sk_sqlite_commit(&store->file, err);
    if (verdict != SK_OK) {
        sk_sqlite_rollback(&store->file);
        return verdict;
    }
    SK_TRY(sk_sqlite_prepare(&store->file, "SELECT value FROM meta WHERE name = 'uuid'",
                             &read, err));
    if (sqlite3_step(read) == SQLITE_ROW)
        snprintf(store->uuid, sizeof(store->uuid), "%s",
                 (const char *)sqlite3_column_text(read, 0));
    sqlite3_finalize(read);
    return SK_OK;
}

static enum sk_verdict prepare_all(struct sk_store *store, struct sk_error *err)
{
    for (size_t i = 0; i < STATEMENTS; i++)
        SK_TRY(
            sk_sqlite_prepare(&store->file, statements[i], &store->statements[i], err));
    return SK_OK;
}

enum sk_verdict sk_store_open(const char *path, struct sk_store **ret_store,
                              struct sk_error *err)
{
    struct sk_store *store = sk_alloc_zeroed(sizeof(*store));

    store->owner = -1;
    store->file.lock = -1;
    enum sk_verdict verdict = sk_sqlite_file_open(&store->file, path, &store_kind, err);
    if (verdict == SK_OK)
        verdict = take_ownership(store, err);
    if (verdict == SK_OK)
        verdict = read_uuid(store, err);
    if (verdict == SK_OK)
        verdict = prepare_all(store, err);
    if (verdict != SK_OK) {
        sk_store_close(store);
        return verdict;
    }
    *ret_store = store;
    return SK_OK;
}

void sk_store_close(struct sk_store *store)
{
    struct sk_error ignored;

    if (!store)
        return;
    for (size_t i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(store->statements[i]);
    if (store->owner >= 0)
        (void)!sk_sqlite_checkpoint(&store->file, true, &ignored);
    sk_sqlite_file_close(&store->file);
    if (store->owner >= 0)
        close(store->owner);
    free(store);
}

const char *sk_store_uuid(const struct sk_store *store)
{
    return store->uuid;
}

int64_t sk_store_commits(const struct sk_store *store)
{
    return store->commits;
}

/* Binding and reading. --------------------------------------------------------------- */

static void bind_text(sqlite3_stmt *statement, int place, struct sk_text text)
{
    sqlite3_bind_text(statement, place, text.data, (int)text.size, SQLITE_STATIC);
}

static void bind_filter(sqlite3_stmt *statement, enum sk_store_filter filter)
{
    sqlite3_bind_int(statement, 2, filter == SK_STORE_DELETED);
    sqlite3_bind_int(statement, 3, filter != SK_STORE_LIVE);
}

static struct sk_text column_text(sqlite3_stmt *statement, int column,
                                  struct sk_arena *arena)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    size_t size = (size_t)sqlite3_column_bytes(statement, column);

    return sk_arena_text(arena, (struct sk_text){text, size});
}

static struct sk_store_version read_version(sqlite3_stmt *statement,
                                            struct sk_arena *arena)
{
    return (struct sk_store_version){
        .subject = column_text(statement, 0, arena),
        .version = sqlite3_column_int(statement, 1),
        .id = sqlite3_column_int(statement, 2),
        .deleted = sqlite3_column_int(statement, 3) != 0,
        .schema = column_text(statement, 4, arena),
    };
}

/* The first column of the first row as a number, or `otherwise`. */
static enum sk_verdict read_number(struct sk_store *store, sqlite3_stmt *statement,
                                   int otherwise, int *ret_number, struct sk_error *err)
{
    sk_auto_reset *reading = statement;
    bool row;

    SK_TRY(sk_sqlite_step(&store->file, reading, &row, err));
    *ret_number = row ? sqlite3_column_int(reading, 0) : otherwise;
    return SK_OK;
}

enum sk_verdict sk_store_schema(struct sk_store *store, int32_t id,
                                struct sk_arena *arena, struct sk_text *ret_schema,
                                struct sk_error *err)
{
    sk_auto_reset *reading = store->statements[READ_SCHEMA];
    bool row;

    sqlite3_bind_int(reading, 1, id);
    SK_TRY(sk_sqlite_step(&store->file, reading, &row, err));
    *ret_schema = row ? column_text(reading, 0, arena) : (struct sk_text){0};
    return SK_OK;
}

enum sk_verdict sk_store_id(struct sk_store *store,
                            const uint8_t fingerprint[SK_SHA256_SIZE], int32_t *ret_id,
                            struct sk_error *err)
{
    sqlite3_stmt *statement = store->statements[READ_ID];

    sqlite3_bind_blob(statement, 1, fingerprint, SK_SHA256_SIZE, SQLITE_STATIC);
    return read_number(store, statement, 0, ret_id, err);
}

/* A full array of the arena in twice the room. */
static void *grow(struct sk_arena *arena, const void *items, size_t *capacity,
                  size_t item_size)
{
    size_t larger = *capacity ? *capacity * 2 : 8;
    void *grown = sk_arena_alloc(arena, larger * item_size);

    if (*capacity)
        memcpy(grown, items, *capacity * item_size);
    *capacity = larger;
    return grown;
}

enum sk_verdict sk_store_versions(struct sk_store *store,
                                  const struct sk_store_query *query,
                                  struct sk_arena *arena,
                                  struct sk_store_versions *ret_versions,
                                  struct sk_error *err)
{
    sk_auto_reset *listing =
        store->statements[query->subject.data ? LIST_VERSIONS : LIST_USES];
    struct sk_store_versions versions = {0};
    size_t capacity = 0;
    bool row;

    if (query->subject.data)
        bind_text(listing, 1, query->subject);
    bind_filter(listing, query->filter);
    sqlite3_bind_int(listing, 4, query->id);
    for (;;) {
        SK_TRY(sk_sqlite_step(&store->file, listing, &row, err));
        if (!row)
            break;
        if (versions.count == capacity)
            versions.items =
                grow(arena, versions.items, &capacity, sizeof(*versions.items));
        versions.items[versions.count++] = read_version(listing, arena);
    }
    *ret_versions = versions;
    return SK_OK;
}

enum sk_verdict sk_store_version(struct sk_store *store,
                                 const struct sk_store_query *query, int32_t version,
                                 struct sk_arena *arena,
                                 struct sk_store_version *ret_version,
                                 struct sk_error *err)
{
    bool latest = version == SK_STORE_LATEST;
    sk_auto_reset *reading = store->statements[latest ? READ_LATEST : READ_VERSION];
    bool row;

    bind_text(reading, 1, query->subject);
    bind_filter(reading, query->filter);
    if (!latest)
        sqlite3_bind_int(reading, 4, version);
    SK_TRY(sk_sqlite_step(&store->file, reading, &row, err));
    *ret_version = row ? read_version(reading, arena) : (struct sk_store_version){0};
    return SK_OK;
}

enum sk_verdict sk_store_subjects(struct sk_store *store, struct sk_text prefix,
                                  enum sk_store_filter filter, struct sk_arena *arena,
                                  struct sk_store_texts *ret_subjects,
                                  struct sk_error *err)
{
    sk_auto_reset *listing = store->statements[LIST_SUBJECTS];
    struct sk_store_texts subjects = {0};
    size_t capacity = 0;
    bool row;

    bind_text(listing, 1, prefix);
    bind_filter(listing, filter);
    for (;;) {
        SK_TRY(sk_sqlite_step(&store->file, listing, &row, err));
        if (!row)
            break;
        if (subjects.count == capacity)
            subjects.items =
                grow(arena, subjects.items, &capacity, sizeof(*subjects.items));
        subjects.items[subjects.count++] = column_text(listing, 0, arena);
    }
    *ret_subjects = subjects;
    return SK_OK;
}

enum sk_verdict sk_store_level(struct sk_store *store, struct sk_text subject,
                               int *ret_level, struct sk_error *err)
{
    bind_text(store->statements[READ_LEVEL], 1, subject);
    return read_number(store, store->statements[READ_LEVEL], -1, ret_level, err);
}

/* Changing. -------------------------------------------------------------------------- */

/* Ends the transaction as its work ended. */
static enum sk_verdict finish(struct sk_store *store, enum sk_verdict verdict,
                              struct sk_error *err)
{
    struct sk_error ignored;

    if (verdict == SK_OK)
        verdict = sk_sqlite_commit(&store->file, err);
    if (verdict != SK_OK) {
        sk_sqlite_rollback(&store->file);
        return verdict;
    }
    store->commits++;
    /* The change is durable; a log that cannot be copied now is copied another time. */
    if (store->file.wal_frames > WAL_FRAMES)
        (void)!sk_sqlite_checkpoint(&store->file, false, &ignored);
    return SK_OK;
}

static enum sk_verdict add_version(struct sk_store *store,
                                   struct sk_store_version *version,
                                   const uint8_t fingerprint[SK_SHA256_SIZE],
                                   struct sk_error *err)
{
    sqlite3_stmt **all = store->statements;

    sqlite3_bind_blob(all[ADD_SCHEMA], 1, fingerprint, SK_SHA256_SIZE, SQLITE_STATIC);
    bind_text(all[ADD_SCHEMA], 2, version->schema);
    SK_TRY(sk_sqlite_run(&store->file, all[ADD_SCHEMA], err));
    SK_TRY(sk_store_id(store, fingerprint, &version->id, err));

    bind_text(all[NEXT_VERSION], 1, version->subject);
    SK_TRY(read_number(store, all[NEXT_VERSION], 1, &version->version, err));

    bind_text(all[FORGET_DELETED], 1, version->subject);
    sqlite3_bind_int(all[FORGET_DELETED], 2, version->id);
    SK_TRY(sk_sqlite_run(&store->file, all[FORGET_DELETED], err));

    bind_text(all[ADD_VERSION], 1, version->subject);
    sqlite3_bind_int(all[ADD_VERSION], 2, version->version);
    sqlite3_bind_int(all[ADD_VERSION], 3, version->id);
    return sk_sqlite_run(&store->file, all[ADD_VERSION], err);
}

enum sk_verdict sk_store_register(struct sk_store *store,
                                  struct sk_store_version *version,
                                  const uint8_t fingerprint[SK_SHA256_SIZE],
                                  struct sk_error *err)
{
    enum sk_verdict verdict = sk_sqlite_begin(&store->file, err);

    if (verdict == SK_OK)
        verdict = add_version(store, version, fingerprint, err);
    return finish(store, verdict, err);
}

static enum sk_verdict remove_level(struct sk_store *store, struct sk_text subject,
                                    struct sk_error *err)
{
    bind_text(store->statements[REMOVE_LEVEL], 1, subject);
    return sk_sqlite_run(&store->file, store->statements[REMOVE_LEVEL], err);
}

static enum sk_verdict delete_versions(struct sk_store *store, struct sk_text subject,
                                       int32_t version, bool permanent,
                                       struct sk_error *err)
{
    sqlite3_stmt *statement =
        store->statements[permanent ? REMOVE_VERSIONS : MARK_DELETED];

    bind_text(statement, 1, subject);
    sqlite3_bind_int(statement, 2, version);
    SK_TRY(sk_sqlite_run(&store->file, statement, err));
    if (!permanent)
        return SK_OK;
    if (version == 0)
        SK_TRY(remove_level(store, subject, err));
    return sk_sqlite_run(&store->file, store->statements[REMOVE_UNUSED], err);
}

enum sk_verdict sk_store_delete(struct sk_store *store, struct sk_text subject,
                                int32_t version, bool permanent, struct sk_error *err)
{
    enum sk_verdict verdict = sk_sqlite_begin(&store->file, err);

    if (verdict == SK_OK)
        verdict = delete_versions(store, subject, version, permanent, err);
    return finish(store, verdict, err);
}

enum sk_verdict sk_store_set_level(struct sk_store *store, struct sk_text subject,
                                   int level, struct sk_error *err)
{
    sqlite3_stmt *statement = store->statements[SET_LEVEL];
    enum sk_verdict verdict = sk_sqlite_begin(&store->file, err);

    if (verdict == SK_OK && level < 0) {
        verdict = remove_level(store, subject, err);
    } else if (verdict == SK_OK) {
        bind_text(statement, 1, subject);
        sqlite3_bind_int(statement, 2, level);
        verdict = sk_sqlite_run(&store->file, statement, err);
    }
    return finish(store, verdict, err);
}
