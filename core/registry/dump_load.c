/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dump - loading: one transaction. Fingerprints and guids are not in a dump: they follow
 * from the schema and are computed anew. A dump of changes begins with what to forget;
 * schemas that no version has after that go before the first new row comes.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "registry/dump.h"
#include "registry/dump_internal.h"
#include "registry/identity.h"
#include "registry/store_internal.h"

static const char CLEAR[] = "DELETE FROM schema_references; DELETE FROM versions;"
                            "DELETE FROM schemas; DELETE FROM contexts;"
                            "DELETE FROM settings;";

static const char LOOSE[] =
    "CREATE TEMP TABLE IF NOT EXISTS loose (key INTEGER PRIMARY KEY);"
    "DELETE FROM loose;";

static const char REMOVE_LOOSE[] =
    "DELETE FROM schemas WHERE key IN (SELECT key FROM loose)"
    " AND NOT EXISTS (SELECT 1 FROM versions WHERE versions.key = schemas.key);"
    "DELETE FROM schema_references WHERE key IN (SELECT key FROM loose)"
    " AND NOT EXISTS (SELECT 1 FROM schemas WHERE schemas.key = schema_references.key);"
    "DELETE FROM loose;";

enum kind { CONTEXT, SCHEMA, VERSION, REFERENCE, SETTING, KINDS };

/* How each kind is told apart, and what its row is; ?1 is the line. */
#define KEY                                                                              \
    "(SELECT key FROM schemas WHERE context = ?1 ->> 'context' AND id = ?1 ->> 'id')"
static const struct {
    const char *member;
    const char *insert;
} kinds[KINDS] = {
    {"context",
     "INSERT OR REPLACE INTO contexts VALUES (?1 ->> 'context', ?1 ->> 'last_id')"},
    {"schema",
     "INSERT OR IGNORE INTO schemas (context, id, text, \"references\", metadata, "
     "rule_set,"
     " fingerprint, guid) VALUES (?1 ->> 'context', ?1 ->> 'id', ?1 ->> 'schema',"
     " ?1 ->> 'references', ?1 ->> 'metadata', ?1 ->> 'rule_set', ?2, ?3)"},
    {"version",
     "INSERT INTO versions (subject, version, key, deleted, registered_ms) VALUES"
     " (?1 ->> 'subject', ?1 ->> 'version', " KEY ", ?1 ->> 'deleted',"
     " ?1 ->> 'registered_ms')"},
    {"reference", "INSERT OR IGNORE INTO schema_references (subject, version, key) VALUES"
                  " (?1 ->> 'reference', ?1 ->> 'number', " KEY ")"},
    {"setting", "INSERT INTO settings VALUES (?1 ->> 'setting', ?1 ->> 'scope',"
                " ?1 ->> 'value')"},
};

/* What forgetting each kind of name is; ?1 is the name. */
static const char *const forgets[SK_STORE_TOUCH_COUNT][2] = {
    {"INSERT OR IGNORE INTO loose SELECT key FROM versions WHERE subject = ?1",
     "DELETE FROM versions WHERE subject = ?1"},
    {"DELETE FROM contexts WHERE name = ?1", NULL},
    {"DELETE FROM settings WHERE kind = 0 AND scope = ?1", NULL},
    {"DELETE FROM settings WHERE kind = 1 AND scope = ?1", NULL},
};

struct loader {
    struct sk_store *store;
    enum sk_dump_source source;
    bool forgetting; /* only names that changed so far */
    char revision[128];
    sqlite3_stmt *inserts[KINDS];
    char chain[SK_SHA256_HEX_SIZE];
    char uuid[SK_UUID_SIZE];
    int64_t number; /* of the line, from 1 */
    bool ended;
};

static enum sk_verdict bad_line(const struct loader *loader, const char *what,
                                struct sk_error *err)
{
    return sk_fail(err, SK_REJECT, "dump.line", "line %lld of the export %s",
                   (long long)loader->number, what);
}

/* The line continues the chain; false: something was changed. */
static bool continues(struct loader *loader, struct sk_text line)
{
    static const size_t tail = sizeof(SK_DUMP_CHAIN_START) - 1 + SK_SHA256_HEX_SIZE - 1 +
                               sizeof(SK_DUMP_CHAIN_END) - 1;
    char expected[sizeof(SK_DUMP_CHAIN_START) + SK_SHA256_HEX_SIZE +
                  sizeof(SK_DUMP_CHAIN_END)];

    if (line.size < tail + 1)
        return false;
    sk_dump_chain(loader->chain, (struct sk_text){line.data, line.size - tail});
    snprintf(expected, sizeof(expected), SK_DUMP_CHAIN_START "%s" SK_DUMP_CHAIN_END,
             loader->chain);
    return memcmp(line.data + line.size - tail, expected, tail) == 0;
}

static void bind_identity(sqlite3_stmt *insert, const json_t *line,
                          struct sk_store_schema *schema)
{
    *schema = (struct sk_store_schema){
        .text = sk_json_text_or_absent(line, "schema"),
        .references = sk_json_text_or_absent(line, "references"),
        .metadata = sk_json_text_or_absent(line, "metadata"),
        .rule_set = sk_json_text_or_absent(line, "rule_set"),
    };
    sk_identity_fill(schema);
    sqlite3_bind_blob(insert, 2, schema->fingerprint, SK_SHA256_SIZE, SQLITE_STATIC);
    sqlite3_bind_blob(insert, 3, schema->guid, SK_MD5_SIZE, SQLITE_STATIC);
}

/* A version has an id and a context too: its kind is the first member that is there. */
static enum sk_verdict load_row(struct loader *loader, struct sk_text line,
                                const json_t *row, struct sk_error *err)
{
    static const enum kind order[] = {SCHEMA, VERSION, REFERENCE, SETTING, CONTEXT};
    struct sk_store_schema schema;
    struct sk_error cause = {0};

    for (size_t i = 0; i < SK_COUNT(order); i++) {
        sqlite3_stmt *insert = loader->inserts[order[i]];
        if (!json_object_get(row, kinds[order[i]].member))
            continue;
        if (order[i] == SCHEMA)
            bind_identity(insert, row, &schema);
        sk_store_bind(insert, 1, line);
        if (sk_sqlite_run(&loader->store->file, insert, &cause) == SK_OK)
            return SK_OK;
        return bad_line(loader, "does not fit with the lines before it", err);
    }
    return bad_line(loader, "is of no known kind", err);
}

static enum sk_verdict forget(struct loader *loader, const json_t *row,
                              struct sk_error *err)
{
    json_int_t kind = json_integer_value(json_object_get(row, "changed"));
    struct sk_text name = sk_json_text_or_absent(row, "name");
    struct sk_sqlite_file *file = &loader->store->file;

    if (!loader->forgetting || kind < 0 || kind >= SK_STORE_TOUCH_COUNT || !name.data)
        return bad_line(loader, "names no change, or not at the beginning", err);
    for (size_t i = 0; i < 2 && forgets[kind][i]; i++) {
        sqlite3_stmt *statement = NULL;
        SK_TRY(sk_sqlite_prepare(file, forgets[kind][i], &statement, err));
        sk_store_bind(statement, 1, name);
        enum sk_verdict verdict = sk_sqlite_run(file, statement, err);
        sqlite3_finalize(statement);
        SK_TRY(verdict);
    }
    return SK_OK;
}

static enum sk_verdict check_empty(struct sk_store *store, struct sk_error *err)
{
    sqlite3_stmt *count = NULL;
    int64_t schemas = 0;

    SK_TRY(sk_sqlite_prepare(&store->file, "SELECT count(*) FROM schemas", &count, err));
    enum sk_verdict verdict = sk_store_number(store, count, 0, &schemas, err);
    sqlite3_finalize(count);
    if (verdict != SK_OK || schemas == 0)
        return verdict;
    return sk_fail(err, SK_REJECT, "registry.not_empty",
                   "this registry holds %lld schemas: an export is imported into an "
                   "empty one only",
                   (long long)schemas);
}

/* Changes follow on what was last taken from the same leader. */
static enum sk_verdict check_since(struct loader *loader, const json_t *first,
                                   struct sk_error *err)
{
    sk_arena_auto scratch = {0};
    struct sk_text rest, uuid;
    int64_t since = -1, last = -1;

    SK_TRY(sk_dump_leader(loader->store, &scratch, &rest, err));
    uuid = sk_text_split(&rest, ':');
    if (rest.data)
        sk_text_to_int64(sk_text_split(&rest, ':'), &last);
    SK_TRY(sk_json_int64(first, "since", &since, err));
    if (loader->source == SK_DUMP_LEADER && since == last &&
        sk_text_is(uuid, loader->uuid))
        return SK_OK;
    return bad_line(loader, "has changes since a time that is not this store's", err);
}

/* The first line: what the rest is, and what must go before it. */
static enum sk_verdict begin_rows(struct loader *loader, const json_t *first,
                                  struct sk_error *err)
{
    struct sk_text revision = sk_json_text_or_absent(first, "revision");
    struct sk_sqlite_file *file = &loader->store->file;

    if (json_integer_value(json_object_get(first, "schakel_registry")) !=
            SK_DUMP_FORMAT ||
        revision.size < SK_UUID_SIZE || revision.size >= sizeof(loader->revision))
        return bad_line(loader, "is not the first of a format this version knows", err);
    snprintf(loader->uuid, sizeof(loader->uuid), "%.*s", SK_UUID_SIZE - 1, revision.data);
    snprintf(loader->revision, sizeof(loader->revision), "%.*s", SK_TEXT_ARG(revision));
    if (json_object_get(first, "since")) {
        loader->forgetting = true;
        return check_since(loader, first, err);
    }
    if (loader->source == SK_DUMP_IMPORT)
        SK_TRY(check_empty(loader->store, err));
    return sk_sqlite_exec(file, CLEAR, err);
}

static enum sk_verdict load_line(struct loader *loader, struct sk_text line,
                                 struct sk_error *err)
{
    json_auto_t *row = NULL;
    struct sk_error cause = {0};

    loader->number++;
    if (!continues(loader, line) ||
        sk_json_parse(line.data, line.size, &row, &cause) != SK_OK)
        return bad_line(loader, "was changed, or one before it is missing", err);
    if (loader->number == 1)
        return begin_rows(loader, row, err);
    if (loader->ended)
        return bad_line(loader, "stands after the end", err);
    if (json_object_get(row, "changed"))
        return forget(loader, row, err);
    if (loader->forgetting)
        SK_TRY(sk_sqlite_exec(&loader->store->file, REMOVE_LOOSE, err));
    loader->forgetting = false;
    if (json_object_get(row, "end")) {
        loader->ended = true;
        return SK_OK;
    }
    return load_row(loader, line, row, err);
}

static enum sk_verdict load_lines(struct loader *loader, struct sk_text lines,
                                  struct sk_error *err)
{
    while (lines.data) {
        struct sk_text line = sk_text_split(&lines, '\n');
        if (line.size > 0)
            SK_TRY(load_line(loader, line, err));
    }
    return loader->ended ? SK_OK
                         : bad_line(loader, "is the last: the rest is missing", err);
}

static enum sk_verdict put_meta(struct sk_store *store, const char *name,
                                const char *value, struct sk_error *err)
{
    sqlite3_stmt *put = NULL;

    SK_TRY(sk_sqlite_prepare(&store->file, "INSERT OR REPLACE INTO meta VALUES (?1, ?2)",
                             &put, err));
    sk_store_bind(put, 1, sk_text(name));
    sk_store_bind(put, 2, sk_text(value));
    enum sk_verdict verdict = sk_sqlite_run(&store->file, put, err);
    sqlite3_finalize(put);
    return verdict;
}

/* In a transaction. */
static enum sk_verdict load_all(struct loader *loader, struct sk_text lines,
                                struct sk_error *err)
{
    struct sk_store *store = loader->store;

    for (int i = 0; i < KINDS; i++)
        SK_TRY(
            sk_sqlite_prepare(&store->file, kinds[i].insert, &loader->inserts[i], err));
    SK_TRY(load_lines(loader, lines, err));
    SK_TRY(put_meta(store, "uuid", loader->uuid, err));
    if (loader->source == SK_DUMP_LEADER)
        SK_TRY(put_meta(store, "leader", loader->revision, err));
    return sk_store_audit_write(store, err);
}

enum sk_verdict sk_dump_load(struct sk_store *store, struct sk_text lines,
                             enum sk_dump_source source, struct sk_error *err)
{
    struct loader loader = {.store = store, .source = source};

    sk_store_release(store);
    SK_TRY(sk_sqlite_exec(&store->file, LOOSE, err));
    enum sk_verdict verdict = sk_sqlite_begin(&store->file, err);
    if (verdict == SK_OK)
        verdict = load_all(&loader, lines, err);
    for (int i = 0; i < KINDS; i++)
        sqlite3_finalize(loader.inserts[i]);
    if (verdict == SK_OK)
        verdict = sk_sqlite_commit(&store->file, err);
    if (verdict != SK_OK) {
        sk_sqlite_rollback(&store->file);
        return verdict;
    }
    memcpy(store->uuid, loader.uuid, sizeof(store->uuid));
    store->commits++;
    sk_store_audit_log(store);
    return SK_OK;
}
