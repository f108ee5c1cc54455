/* SPDX-License-Identifier: Apache-2.0 */
/* dump - writing: SQLite makes the JSON of each row, this chains the lines. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "registry/dump.h"
#include "registry/dump_internal.h"
#include "registry/store_internal.h"

enum { PIECE = 64 * 1024 }; /* written at once */

#define CHANGED(kind) "(SELECT name FROM touched WHERE kind = " kind " AND number > ?1)"
#define CHANGED_KEYS "(SELECT key FROM versions WHERE subject IN " CHANGED("0") ")"

/* Each kind of line: of all rows, and of those that changed after ?1. */
static const struct {
    const char *select, *changed, *order;
} tables[] = {
    {"SELECT json_object('context', name, 'last_id', last_id) FROM contexts",
     " WHERE name IN " CHANGED("1"), " ORDER BY name"},
    {"SELECT json_object('schema', text, 'context', context, 'id', id, 'references',"
     " \"references\", 'metadata', metadata, 'rule_set', rule_set) FROM schemas",
     " WHERE key IN " CHANGED_KEYS, " ORDER BY context, id"},
    {"SELECT json_object('version', version, 'subject', subject, 'context', context,"
     " 'id', id, 'deleted', deleted, 'registered_ms', registered_ms) FROM versions"
     " JOIN schemas ON schemas.key = versions.key",
     " WHERE subject IN " CHANGED("0"), " ORDER BY subject, version"},
    {"SELECT json_object('reference', subject, 'number', version, 'context', context,"
     " 'id', id) FROM schema_references AS r JOIN schemas ON schemas.key = r.key",
     " WHERE r.key IN " CHANGED_KEYS, " ORDER BY context, id, subject, version"},
    {"SELECT json_object('setting', kind, 'scope', scope, 'value', value) FROM settings",
     " WHERE EXISTS (SELECT 1 FROM touched WHERE touched.kind = 2 + settings.kind AND"
     " name = scope AND number > ?1)",
     " ORDER BY kind, scope"},
};

static const char changed_names[] =
    "SELECT json_object('changed', kind, 'name', name) FROM touched WHERE number > ?1"
    " ORDER BY kind, name";

struct writer {
    struct sk_store *store;
    int64_t since;
    int file;
    struct sk_buffer piece;
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

static enum sk_verdict flush(struct writer *writer, struct sk_error *err)
{
    const uint8_t *next = writer->piece.data;
    size_t left = writer->piece.size;

    while (left > 0) {
        ssize_t written = write(writer->file, next, left);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return sk_fail(err, SK_RETRY, "dump.file", "the export cannot be kept: %s",
                           strerror(errno));
        next += written;
        left -= (size_t)written;
    }
    writer->piece.size = 0;
    return SK_OK;
}

/* A whole JSON object, to which the chain is added. */
static enum sk_verdict write_line(struct writer *writer, struct sk_text object,
                                  struct sk_error *err)
{
    struct sk_text open = {object.data, object.size - 1};

    sk_dump_chain(writer->chain, open);
    sk_buffer_append_text(&writer->piece, open);
    sk_buffer_printf(&writer->piece, SK_DUMP_CHAIN_START "%s" SK_DUMP_CHAIN_END "\n",
                     writer->chain);
    writer->lines++;
    return writer->piece.size < PIECE ? SK_OK : flush(writer, err);
}

static enum sk_verdict write_rows(struct writer *writer, const char *sql,
                                  struct sk_error *err)
{
    struct sk_sqlite_file *file = &writer->store->file;
    sqlite3_stmt *statement = NULL;
    bool row = true;

    SK_TRY(sk_sqlite_prepare(file, sql, &statement, err));
    if (writer->since >= 0)
        sqlite3_bind_int64(statement, 1, writer->since);
    enum sk_verdict verdict = SK_OK;
    while (verdict == SK_OK && row) {
        verdict = sk_sqlite_step(file, statement, &row, err);
        if (verdict == SK_OK && row)
            verdict = write_line(
                writer,
                (struct sk_text){(const char *)sqlite3_column_text(statement, 0),
                                 (size_t)sqlite3_column_bytes(statement, 0)},
                err);
    }
    sqlite3_finalize(statement);
    return verdict;
}

static enum sk_verdict write_first(struct writer *writer, struct sk_arena *arena,
                                   struct sk_error *err)
{
    struct sk_text revision, since = SK_TEXT("");

    SK_TRY(sk_dump_revision(writer->store, arena, &revision, err));
    if (writer->since >= 0)
        since = sk_arena_printf(arena, ",\"since\":%lld", (long long)writer->since);
    return write_line(
        writer,
        sk_arena_printf(arena, "{\"schakel_registry\":%d,\"revision\":\"%.*s\"%.*s}",
                        SK_DUMP_FORMAT, SK_TEXT_ARG(revision), SK_TEXT_ARG(since)),
        err);
}

static enum sk_verdict write_all(struct writer *writer, struct sk_error *err)
{
    sk_arena_auto arena = {0};

    SK_TRY(write_first(writer, &arena, err));
    if (writer->since >= 0)
        SK_TRY(write_rows(writer, changed_names, err));
    for (size_t i = 0; i < SK_COUNT(tables); i++) {
        sk_auto_free char *sql =
            sk_strf("%s%s%s", tables[i].select,
                    writer->since >= 0 ? tables[i].changed : "", tables[i].order);
        SK_TRY(write_rows(writer, sql, err));
    }
    SK_TRY(write_line(writer,
                      sk_arena_printf(&arena, "{\"end\":%lld}", (long long)writer->lines),
                      err));
    return flush(writer, err);
}

enum sk_verdict sk_dump_write(struct sk_store *store, int64_t since, int file,
                              struct sk_error *err)
{
    struct writer writer = {.store = store, .since = since, .file = file};

    SK_TRY(sk_store_snapshot(store, err));
    enum sk_verdict verdict = write_all(&writer, err);
    sk_buffer_fini(&writer.piece);
    return verdict;
}
