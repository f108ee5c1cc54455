/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dump - loading: one transaction. Fingerprints and guids are not in a dump: they follow
 * from the schema and are computed anew.
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
     "INSERT INTO schemas (context, id, text, \"references\", metadata, rule_set,"
     " fingerprint, guid) VALUES (?1 ->> 'context', ?1 ->> 'id', ?1 ->> 'schema',"
     " ?1 ->> 'references', ?1 ->> 'metadata', ?1 ->> 'rule_set', ?2, ?3)"},
    {"version",
     "INSERT INTO versions (subject, version, key, deleted, registered_ms) VALUES"
     " (?1 ->> 'subject', ?1 ->> 'version', " KEY ", ?1 ->> 'deleted',"
     " ?1 ->> 'registered_ms')"},
    {"reference", "INSERT INTO schema_references (subject, version, key) VALUES"
                  " (?1 ->> 'reference', ?1 ->> 'number', " KEY ")"},
    {"setting", "INSERT INTO settings VALUES (?1 ->> 'setting', ?1 ->> 'scope',"
                " ?1 ->> 'value')"},
};

struct loader {
    struct sk_store *store;
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

static enum sk_verdict load_line(struct loader *loader, struct sk_text line,
                                 struct sk_error *err)
{
    json_auto_t *row = NULL;
    struct sk_error cause = {0};

    loader->number++;
    if (!continues(loader, line) ||
        sk_json_parse(line.data, line.size, &row, &cause) != SK_OK)
        return bad_line(loader, "was changed, or one before it is missing", err);
    if (loader->number == 1) {
        struct sk_text uuid = sk_json_text_or_absent(row, "revision");
        if (json_integer_value(json_object_get(row, "schakel_registry")) !=
                SK_DUMP_FORMAT ||
            uuid.size < SK_UUID_SIZE)
            return bad_line(loader, "is not the first of a format this version knows",
                            err);
        snprintf(loader->uuid, sizeof(loader->uuid), "%.*s", SK_UUID_SIZE - 1, uuid.data);
        return SK_OK;
    }
    if (loader->ended)
        return bad_line(loader, "stands after the end", err);
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

static enum sk_verdict take_uuid(struct loader *loader, struct sk_error *err)
{
    sqlite3_stmt *update = NULL;

    SK_TRY(sk_sqlite_prepare(&loader->store->file,
                             "UPDATE meta SET value = ?1 WHERE name = 'uuid'", &update,
                             err));
    sk_store_bind(update, 1, sk_text(loader->uuid));
    enum sk_verdict verdict = sk_sqlite_run(&loader->store->file, update, err);
    sqlite3_finalize(update);
    return verdict;
}

/* In a transaction. */
static enum sk_verdict load_all(struct loader *loader, struct sk_text lines, bool replace,
                                struct sk_error *err)
{
    struct sk_sqlite_file *file = &loader->store->file;

    if (!replace)
        SK_TRY(check_empty(loader->store, err));
    SK_TRY(sk_sqlite_exec(file, CLEAR, err));
    for (int i = 0; i < KINDS; i++)
        SK_TRY(sk_sqlite_prepare(file, kinds[i].insert, &loader->inserts[i], err));
    SK_TRY(load_lines(loader, lines, err));
    SK_TRY(take_uuid(loader, err));
    return sk_store_audit_write(loader->store, err);
}

enum sk_verdict sk_dump_load(struct sk_store *store, struct sk_text lines, bool replace,
                             struct sk_error *err)
{
    struct loader loader = {.store = store};
    enum sk_verdict verdict = sk_sqlite_begin(&store->file, err);

    if (verdict == SK_OK)
        verdict = load_all(&loader, lines, replace, err);
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
