/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store - from earlier versions. Version 1 knew one context, no references, metadata,
 * rules or modes, and named a schema by another fingerprint: ids, versions and levels
 * stay what they were. Version 2 did not remember when a name changed.
 */
#include <stdlib.h>
#include <unistd.h>

#include "avro/schema_text.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "registry/identity.h"
#include "registry/level.h"
#include "registry/store_internal.h"
#include "registry/subject.h"

static struct sk_text argument(sqlite3_value **values)
{
    return (struct sk_text){(const char *)sqlite3_value_text(values[0]),
                            (size_t)sqlite3_value_bytes(values[0])};
}

/* schema_text(TEXT): as it is written now; what cannot be read stays as it is. */
static void schema_text(sqlite3_context *context, int, sqlite3_value **values)
{
    struct sk_text text = argument(values);
    sk_schema_document_auto *document = NULL;
    sk_buffer_auto out = {0};
    struct sk_error ignored;

    if (sk_schema_parse(text.data, text.size, &document, &ignored) == SK_OK)
        sk_schema_write(document, SK_SCHEMA_AS_IS, &out);
    else
        sk_buffer_append_text(&out, text);
    sqlite3_result_text(context, (const char *)out.data, (int)out.size, SQLITE_TRANSIENT);
}

static void fingerprint(sqlite3_context *context, int, sqlite3_value **values)
{
    struct sk_store_schema schema = {.text = argument(values)};

    sk_identity_fill(&schema);
    sqlite3_result_blob(context, schema.fingerprint, SK_SHA256_SIZE, SQLITE_TRANSIENT);
}

static void guid(sqlite3_context *context, int, sqlite3_value **values)
{
    struct sk_store_schema schema = {.text = argument(values)};

    sk_identity_fill(&schema);
    sqlite3_result_blob(context, schema.guid, SK_MD5_SIZE, SQLITE_TRANSIENT);
}

static void subject_context(sqlite3_context *context, int, sqlite3_value **values)
{
    struct sk_text name = sk_subject_context(argument(values));

    sqlite3_result_text(context, name.data, (int)name.size, SQLITE_TRANSIENT);
}

static void level_config(sqlite3_context *context, int, sqlite3_value **values)
{
    sk_auto_free char *config =
        sk_strf("{\"compatibilityLevel\":\"%s\"}",
                sk_level_name((enum sk_level)sqlite3_value_int(values[0])));

    sqlite3_result_text(context, config, -1, SQLITE_TRANSIENT);
}

static void add_functions(sqlite3 *db)
{
    static const struct {
        const char *name;
        void (*function)(sqlite3_context *, int, sqlite3_value **);
    } functions[] = {
        {"schema_text", schema_text},
        {"fingerprint", fingerprint},
        {"guid", guid},
        {"level_config", level_config},
        {"subject_context", subject_context},
    };

    for (size_t i = 0; i < SK_COUNT(functions); i++)
        sqlite3_create_function(db, functions[i].name, 1,
                                SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
                                functions[i].function, NULL, NULL);
}

static enum sk_verdict from_version_1(struct sk_sqlite_file *file, struct sk_error *err)
{
    sk_auto_free char *fill = sk_strf(
        "INSERT INTO schemas (context, id, fingerprint, guid, text)"
        " SELECT c, id, fingerprint(t), guid(t), t FROM (SELECT DISTINCT"
        " subject_context(v.subject) AS c, s.id AS id, schema_text(s.text) AS t"
        " FROM old_versions AS v JOIN old_schemas AS s ON s.id = v.id);"
        "INSERT INTO versions (subject, version, key, deleted, registered_ms)"
        " SELECT v.subject, v.version, s.key, v.deleted, %lld FROM old_versions AS v"
        " JOIN schemas AS s ON s.id = v.id AND s.context = subject_context(v.subject);"
        "INSERT INTO contexts (name, last_id) SELECT context, max(id) FROM schemas"
        " GROUP BY context;"
        "INSERT INTO contexts (name, last_id) SELECT '.', seq FROM sqlite_sequence"
        " WHERE name = 'old_schemas' ON CONFLICT (name) DO UPDATE SET"
        " last_id = max(last_id, excluded.last_id);"
        "INSERT INTO settings (kind, scope, value) SELECT %d, subject, "
        "level_config(level)"
        " FROM levels;"
        "DROP TABLE old_versions; DROP TABLE old_schemas; DROP TABLE levels;"
        "PRAGMA user_version=%d;",
        (long long)sk_clock_now_ms(), SK_STORE_CONFIG, sk_store_kind.version);

    SK_TRY(sk_sqlite_exec(file,
                          "DROP INDEX versions_by_id;"
                          "ALTER TABLE schemas RENAME TO old_schemas;"
                          "ALTER TABLE versions RENAME TO old_versions;"
                          "ALTER TABLE meta RENAME TO old_meta;",
                          err));
    SK_TRY(sk_sqlite_exec(file, sk_store_kind.schema, err));
    SK_TRY(sk_sqlite_exec(
        file, "INSERT INTO meta SELECT * FROM old_meta; DROP TABLE old_meta;", err));
    return sk_sqlite_exec(file, fill, err);
}

static enum sk_verdict from_version_2(struct sk_sqlite_file *file, struct sk_error *err)
{
    sk_auto_free char *mark = sk_strf("PRAGMA user_version=%d", sk_store_kind.version);

    SK_TRY(sk_sqlite_exec(file, sk_store_changes_schema, err));
    return sk_sqlite_exec(file, mark, err);
}

/* 0: there is no such file yet. */
static int version_of(const char *path)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *read = NULL;
    int version = 0;

    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &read, NULL) == SQLITE_OK &&
        sqlite3_step(read) == SQLITE_ROW)
        version = sqlite3_column_int(read, 0);
    sqlite3_finalize(read);
    sqlite3_close_v2(db);
    return version;
}

enum sk_verdict sk_store_migrate(const char *path, struct sk_error *err)
{
    struct sk_sqlite_kind earlier = sk_store_kind;
    struct sk_sqlite_file file = {.lock = -1};
    int owner = -1;

    earlier.version = version_of(path);
    if (earlier.version < 1 || earlier.version >= sk_store_kind.version)
        return SK_OK;
    SK_TRY(sk_sqlite_file_open(&file, path, &earlier, err));
    add_functions(file.db);
    enum sk_verdict verdict = sk_store_take(&file, &owner, err);
    if (verdict == SK_OK)
        verdict = sk_sqlite_begin(&file, err);
    if (verdict == SK_OK)
        verdict = earlier.version == 1 ? from_version_1(&file, err)
                                       : from_version_2(&file, err);
    if (verdict == SK_OK)
        verdict = sk_sqlite_commit(&file, err);
    if (verdict != SK_OK)
        sk_sqlite_rollback(&file);
    sk_sqlite_file_close(&file);
    if (owner >= 0)
        close(owner);
    return verdict;
}
