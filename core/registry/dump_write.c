/* SPDX-License-Identifier: Apache-2.0 */
/* dump - writing: SQLite makes the JSON of each row, this chains the lines. */
#include <stdlib.h>

#include "base/alloc.h"
#include "registry/dump.h"
#include "registry/dump_internal.h"
#include "registry/store_internal.h"

static const char *const tables[] = {
    "SELECT json_object('context', name, 'last_id', last_id) FROM contexts ORDER BY name",
    ("SELECT json_object('schema', text, 'context', context, 'id', id, 'references',"
     " \"references\", 'metadata', metadata, 'rule_set', rule_set) FROM schemas"
     " ORDER BY context, id"),
    ("SELECT json_object('version', version, 'subject', subject, 'context', context,"
     " 'id', id, 'deleted', deleted, 'registered_ms', registered_ms) FROM versions"
     " JOIN schemas ON schemas.key = versions.key ORDER BY subject, version"),
    ("SELECT json_object('reference', subject, 'number', version, 'context', context,"
     " 'id', id) FROM schema_references JOIN schemas"
     " ON schemas.key = schema_references.key ORDER BY context, id, subject, version"),
    ("SELECT json_object('setting', kind, 'scope', scope, 'value', value) FROM settings"
     " ORDER BY kind, scope"),
};

struct writer {
    struct sk_buffer *out;
    char chain[SK_SHA256_HEX_SIZE];
    int64_t lines;
};

void sk_dump_chain(char chain[SK_SHA256_HEX_SIZE], struct sk_text line)
{
    sk_buffer_auto both = {0};

    sk_buffer_append_text(&both, sk_text(chain));
    sk_buffer_append_text(&both, line);
    sk_sha256_hex(both.data, both.size, chain);
}

/* A whole JSON object, to which the chain is added. */
static void write_line(struct writer *writer, struct sk_text object)
{
    struct sk_text open = {object.data, object.size - 1};

    sk_dump_chain(writer->chain, open);
    sk_buffer_append_text(writer->out, open);
    sk_buffer_printf(writer->out, SK_DUMP_CHAIN_START "%s" SK_DUMP_CHAIN_END "\n",
                     writer->chain);
    writer->lines++;
}

static enum sk_verdict write_table(struct sk_store *store, const char *sql,
                                   struct writer *writer, struct sk_error *err)
{
    sqlite3_stmt *statement = NULL;
    bool row = true;

    SK_TRY(sk_sqlite_prepare(&store->file, sql, &statement, err));
    enum sk_verdict verdict = SK_OK;
    while (verdict == SK_OK && row) {
        verdict = sk_sqlite_step(&store->file, statement, &row, err);
        if (verdict == SK_OK && row)
            write_line(writer,
                       (struct sk_text){(const char *)sqlite3_column_text(statement, 0),
                                        (size_t)sqlite3_column_bytes(statement, 0)});
    }
    sqlite3_finalize(statement);
    return verdict;
}

enum sk_verdict sk_dump_revision(struct sk_store *store, struct sk_arena *arena,
                                 struct sk_text *ret_revision, struct sk_error *err)
{
    sqlite3_stmt *last = NULL;
    int64_t number = 0;

    SK_TRY(sk_sqlite_prepare(&store->file, "SELECT max(number) FROM audit", &last, err));
    enum sk_verdict verdict = sk_store_number(store, last, 0, &number, err);
    sqlite3_finalize(last);
    *ret_revision =
        sk_arena_printf(arena, "%s:%lld", sk_store_uuid(store), (long long)number);
    return verdict;
}

static enum sk_verdict write_all(struct sk_store *store, struct writer *writer,
                                 struct sk_error *err)
{
    sk_arena_auto arena = {0};
    struct sk_text revision;

    SK_TRY(sk_dump_revision(store, &arena, &revision, err));
    write_line(writer,
               sk_arena_printf(&arena, "{\"schakel_registry\":%d,\"revision\":\"%.*s\"}",
                               SK_DUMP_FORMAT, SK_TEXT_ARG(revision)));
    for (size_t i = 0; i < SK_COUNT(tables); i++)
        SK_TRY(write_table(store, tables[i], writer, err));
    write_line(writer,
               sk_arena_printf(&arena, "{\"end\":%lld}", (long long)writer->lines));
    return SK_OK;
}

enum sk_verdict sk_dump_write(struct sk_store *store, struct sk_buffer *out,
                              struct sk_error *err)
{
    struct writer writer = {.out = out};

    SK_TRY(sk_sqlite_snapshot_begin(&store->file, err));
    enum sk_verdict verdict = write_all(store, &writer, err);
    sk_sqlite_snapshot_end(&store->file);
    return verdict;
}
