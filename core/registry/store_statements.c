/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables, and every statement on them.
 *
 * A schema stands once in a context, whatever the number of subjects that use it; a
 * version is a subject's use of one.
 */
#include "registry/store_internal.h"

enum { CACHE_KIB = 8192 }; /* memory only when there is as much to read */

/* Who changed what; it only grows. */
#define AUDIT_TABLE                                                                      \
    "CREATE TABLE IF NOT EXISTS audit (number INTEGER PRIMARY KEY AUTOINCREMENT,"        \
    " at_ms INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL);"                   \
    "CREATE TRIGGER IF NOT EXISTS audit_stays BEFORE DELETE ON audit BEGIN"              \
    " SELECT raise(ABORT, 'the audit table only grows'); END;"                           \
    "CREATE TRIGGER IF NOT EXISTS audit_is_final BEFORE UPDATE ON audit BEGIN"           \
    " SELECT raise(ABORT, 'the audit table only grows'); END;"

/* When each name last changed, by the number that its transaction gets in the audit
 * table: what a follower must fetch. Kinds are those of enum sk_store_touch. */
#define TOUCH(event, table, row, kind, name)                                             \
    "CREATE TRIGGER " #table "_" #event " AFTER " #event " ON " #table " BEGIN"          \
    " INSERT INTO touched VALUES (" kind ", " #row "." name ","                          \
    " (SELECT coalesce(max(number), 0) + 1 FROM audit))"                                 \
    " ON CONFLICT (kind, name) DO UPDATE SET number = excluded.number; END;"
#define TOUCH_ALWAYS(table, kind_new, kind_old, name)                                    \
    TOUCH(INSERT, table, NEW, kind_new, name)                                            \
    TOUCH(UPDATE, table, NEW, kind_new, name)                                            \
    TOUCH(DELETE, table, OLD, kind_old, name)
#define TOUCHED_TABLE                                                                    \
    "CREATE TABLE touched (kind INTEGER NOT NULL, name TEXT NOT NULL,"                   \
    " number INTEGER NOT NULL, PRIMARY KEY (kind, name)) WITHOUT ROWID;"                 \
    "CREATE INDEX touched_by_number ON touched (number);" TOUCH_ALWAYS(                  \
        versions, "0", "0", "subject") TOUCH_ALWAYS(contexts, "1", "1", "name")          \
        TOUCH_ALWAYS(settings, "2 + NEW.kind", "2 + OLD.kind", "scope")

const char sk_store_changes_schema[] = AUDIT_TABLE TOUCHED_TABLE
    "INSERT INTO meta SELECT 'touched_from', coalesce(max(number), 0) FROM audit;";

const struct sk_sqlite_kind sk_store_kind = {
    .what = "a Schakel registry",
    .application_id = 0x536b5267, /* "SkRg" */
    .version = 3,
    .cache_kib = CACHE_KIB,
    .schema =
        "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
        "CREATE TABLE contexts (name TEXT PRIMARY KEY, last_id INTEGER NOT NULL)"
        " WITHOUT ROWID;"
        "CREATE TABLE schemas (key INTEGER PRIMARY KEY, context TEXT NOT NULL,"
        " id INTEGER NOT NULL, fingerprint BLOB NOT NULL, guid BLOB NOT NULL,"
        " text TEXT NOT NULL, \"references\" TEXT, metadata TEXT, rule_set TEXT,"
        " UNIQUE (context, id));"
        "CREATE INDEX schemas_by_fingerprint ON schemas (fingerprint, context, id);"
        "CREATE INDEX schemas_by_guid ON schemas (guid);"
        "CREATE TABLE versions (subject TEXT NOT NULL, version INTEGER NOT NULL,"
        " key INTEGER NOT NULL REFERENCES schemas(key),"
        " deleted INTEGER NOT NULL DEFAULT 0, registered_ms INTEGER NOT NULL,"
        " PRIMARY KEY (subject, version)) WITHOUT ROWID;"
        "CREATE INDEX versions_by_key ON versions (key);"
        "CREATE TABLE schema_references (subject TEXT NOT NULL, version INTEGER NOT NULL,"
        " key INTEGER NOT NULL REFERENCES schemas(key),"
        " PRIMARY KEY (subject, version, key)) WITHOUT ROWID;"
        "CREATE INDEX schema_references_by_key ON schema_references (key);"
        "CREATE TABLE settings (kind INTEGER NOT NULL, scope TEXT NOT NULL,"
        " value TEXT NOT NULL, PRIMARY KEY (kind, scope)) WITHOUT ROWID;" AUDIT_TABLE
            TOUCHED_TABLE,
};

#define SCHEMA_COLUMNS                                                                   \
    "context, id, fingerprint, guid, text, \"references\", metadata, rule_set"

/* ?2 and ?3 are the bounds of `deleted` that a filter stands for. */
#define VERSION_COLUMNS                                                                  \
    "SELECT " SCHEMA_COLUMNS ", subject, version, deleted, registered_ms"                \
    " FROM versions JOIN schemas ON schemas.key = versions.key"                          \
    " WHERE deleted BETWEEN ?2 AND ?3 AND "

#define PLAIN_NAME                                                                       \
    "(CASE WHEN substr(subject, 1, 2) = ':.'"                                            \
    " THEN substr(subject, instr(substr(subject, 2), ':') + 2) ELSE subject END)"

/* Is `subject` in the scope ?1: itself, ":.c:" all of a context, "" the default one? */
#define IN_SCOPE                                                                         \
    "(subject = ?1"                                                                      \
    " OR (?1 = '' AND substr(subject, 1, 2) <> ':.')"                                    \
    " OR (substr(?1, 1, 2) = ':.' AND substr(?1, -1) = ':'"                              \
    " AND substr(subject, 1, length(?1)) = ?1))"

const char *const sk_store_statements[SK_SS_COUNT] = {
    [SK_SS_BEGIN] = "BEGIN",
    [SK_SS_ROLLBACK] = "ROLLBACK",
    [SK_SS_SCHEMA] =
        "SELECT " SCHEMA_COLUMNS " FROM schemas WHERE context = ?1 AND id = ?2",
    [SK_SS_ID] = "SELECT id FROM schemas WHERE fingerprint = ?1 AND context = ?2"
                 " ORDER BY id LIMIT 1",
    [SK_SS_LAST_ID] = "SELECT last_id FROM contexts WHERE name = ?1",
    [SK_SS_GUID] = "SELECT " SCHEMA_COLUMNS ", '', 0, 0, 0, min(id) FROM schemas"
                   " WHERE guid = ?1 GROUP BY context ORDER BY context",
    [SK_SS_VERSIONS] = VERSION_COLUMNS "subject = ?1 AND (?4 = 0 OR id = ?4)"
                                       " ORDER BY version",
    [SK_SS_USES] = VERSION_COLUMNS "versions.key ="
                                   " (SELECT key FROM schemas WHERE context = ?1 AND"
                                   " id = ?4) ORDER BY subject, version",
    [SK_SS_VERSION] = VERSION_COLUMNS "subject = ?1 AND version = ?4",
    [SK_SS_LATEST] = VERSION_COLUMNS "subject = ?1 ORDER BY version DESC LIMIT 1",
    [SK_SS_REFERRERS] = VERSION_COLUMNS
    "versions.key IN (SELECT key FROM schema_references WHERE subject = ?1"
    " AND (?4 = 0 OR version = ?4)) ORDER BY id, subject, version",
    [SK_SS_SUBJECTS] = "SELECT subject FROM versions"
                       " WHERE CASE WHEN ?4 THEN substr(" PLAIN_NAME
                       ", 1, length(?1)) ELSE substr(subject, 1, length(?1)) END = ?1"
                       " AND (?4 OR substr(subject, 1, 2) <> ':.'"
                       " OR substr(?1, 1, 2) = ':.')"
                       " GROUP BY subject HAVING min(deleted) BETWEEN ?2 AND ?3"
                       " ORDER BY subject",
    [SK_SS_CONTEXTS] = "SELECT name FROM contexts WHERE name NOT IN ('.', '.__GLOBAL')"
                       " ORDER BY name",
    [SK_SS_ADD_CONTEXT] = "INSERT INTO contexts (name, last_id) VALUES (?1, 0)"
                          " ON CONFLICT (name) DO NOTHING",
    [SK_SS_RAISE_ID] = "UPDATE contexts SET last_id = max(last_id, ?2) WHERE name = ?1",
    [SK_SS_ADD_SCHEMA] = "INSERT INTO schemas (" SCHEMA_COLUMNS ")"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
                         " ON CONFLICT (context, id) DO NOTHING",
    [SK_SS_KEY] = "SELECT key FROM schemas WHERE context = ?1 AND id = ?2",
    [SK_SS_ADD_REFERENCE] = "INSERT OR IGNORE INTO schema_references"
                            " (subject, version, key) VALUES (?1, ?2, ?3)",
    [SK_SS_NEXT_VERSION] = "SELECT coalesce(max(version), 0) + 1 FROM versions"
                           " WHERE subject = ?1",
    [SK_SS_FORGET_SAME] =
        "DELETE FROM versions WHERE subject = ?1 AND key = ?2 AND deleted = 1"
        " AND version < ?3 AND NOT EXISTS (SELECT 1 FROM schema_references AS r"
        " WHERE r.subject = versions.subject AND r.version = versions.version)",
    [SK_SS_ADD_VERSION] = "INSERT INTO versions (subject, version, key, registered_ms)"
                          " VALUES (?1, ?2, ?3, ?4) ON CONFLICT (subject, version)"
                          " DO UPDATE SET key = ?3, deleted = 0, registered_ms = ?4",
    [SK_SS_MARK_DELETED] = "UPDATE versions SET deleted = 1"
                           " WHERE subject = ?1 AND (?2 = 0 OR version = ?2)",
    [SK_SS_REMOVE_VERSIONS] = "DELETE FROM versions"
                              " WHERE subject = ?1 AND (?2 = 0 OR version = ?2)",
    [SK_SS_FORGET_DELETED] = "DELETE FROM versions WHERE deleted = 1 AND " IN_SCOPE,
    [SK_SS_REMOVE_UNUSED] = "DELETE FROM schemas WHERE NOT EXISTS"
                            " (SELECT 1 FROM versions WHERE versions.key = schemas.key)",
    [SK_SS_REMOVE_REFERENCES] =
        "DELETE FROM schema_references WHERE NOT EXISTS"
        " (SELECT 1 FROM schemas WHERE schemas.key = schema_references.key)",
    [SK_SS_REMOVE_CONTEXT] = "DELETE FROM contexts WHERE name = ?1",
    [SK_SS_READ_SETTING] = "SELECT value FROM settings WHERE kind = ?1 AND scope = ?2",
    [SK_SS_SCOPES] = "SELECT scope FROM settings WHERE kind = ?1"
                     " AND substr(scope, 1, length(?2)) = ?2 ORDER BY scope",
    [SK_SS_PUT_SETTING] = "INSERT INTO settings (kind, scope, value) VALUES (?1, ?2, ?3)"
                          " ON CONFLICT (kind, scope) DO UPDATE SET value = ?3",
    [SK_SS_REMOVE_SETTING] = "DELETE FROM settings WHERE kind = ?1 AND scope = ?2",
    [SK_SS_REMOVE_SETTINGS] = "DELETE FROM settings WHERE scope = ?1"
                              " OR (?2 AND substr(scope, 1, length(?1)) = ?1)",
};
