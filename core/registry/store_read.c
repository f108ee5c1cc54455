/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store - reading, all of it in one snapshot that stays open until the next change: this
 * process is the only writer, so nothing can go stale, and SQLite need not take and give
 * back its locks for every question.
 */
#include "base/alloc.h"
#include "registry/store_internal.h"

enum sk_verdict sk_store_snapshot(struct sk_store *store, struct sk_error *err)
{
    if (!sqlite3_get_autocommit(store->file.db))
        return SK_OK;
    return sk_sqlite_run(&store->file, store->statements[SK_SS_BEGIN], err);
}

void sk_store_release(struct sk_store *store)
{
    struct sk_error ignored;

    if (!sqlite3_get_autocommit(store->file.db))
        (void)!sk_sqlite_run(&store->file, store->statements[SK_SS_ROLLBACK], &ignored);
}

/* The first row, in the snapshot. */
static enum sk_verdict step(struct sk_store *store, sqlite3_stmt *statement,
                            bool *ret_row, struct sk_error *err)
{
    SK_TRY(sk_store_snapshot(store, err));
    return sk_sqlite_step(&store->file, statement, ret_row, err);
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

    return text ? sk_arena_text(arena, (struct sk_text){text, size})
                : (struct sk_text){0};
}

static void column_digest(sqlite3_stmt *statement, int column, uint8_t *out, size_t size)
{
    const void *digest = sqlite3_column_blob(statement, column);

    if (digest && (size_t)sqlite3_column_bytes(statement, column) == size)
        memcpy(out, digest, size);
}

static struct sk_store_schema read_schema(sqlite3_stmt *statement, struct sk_arena *arena)
{
    struct sk_store_schema schema = {
        .context = column_text(statement, 0, arena),
        .id = sqlite3_column_int(statement, 1),
        .text = column_text(statement, 4, arena),
        .references = column_text(statement, 5, arena),
        .metadata = column_text(statement, 6, arena),
        .rule_set = column_text(statement, 7, arena),
    };

    column_digest(statement, 2, schema.fingerprint, sizeof(schema.fingerprint));
    column_digest(statement, 3, schema.guid, sizeof(schema.guid));
    return schema;
}

static struct sk_store_version read_version(sqlite3_stmt *statement,
                                            struct sk_arena *arena)
{
    return (struct sk_store_version){
        .schema = read_schema(statement, arena),
        .subject = column_text(statement, 8, arena),
        .version = sqlite3_column_int(statement, 9),
        .deleted = sqlite3_column_int(statement, 10) != 0,
        .registered_ms = sqlite3_column_int64(statement, 11),
    };
}

enum sk_verdict sk_store_number(struct sk_store *store, sqlite3_stmt *statement,
                                int64_t otherwise, int64_t *ret_number,
                                struct sk_error *err)
{
    sk_auto_reset *reading = statement;
    bool row;

    SK_TRY(step(store, reading, &row, err));
    *ret_number = row ? sqlite3_column_int64(reading, 0) : otherwise;
    return SK_OK;
}

enum sk_verdict sk_store_schema(struct sk_store *store, struct sk_text context,
                                int32_t id, struct sk_arena *arena,
                                struct sk_store_schema *ret_schema, struct sk_error *err)
{
    sk_auto_reset *reading = store->statements[SK_SS_SCHEMA];
    bool row;

    sk_store_bind(reading, 1, context);
    sqlite3_bind_int(reading, 2, id);
    SK_TRY(step(store, reading, &row, err));
    *ret_schema = row ? read_schema(reading, arena) : (struct sk_store_schema){0};
    return SK_OK;
}

enum sk_verdict sk_store_id(struct sk_store *store, struct sk_text context,
                            const uint8_t fingerprint[SK_SHA256_SIZE], int32_t *ret_id,
                            struct sk_error *err)
{
    sqlite3_stmt *statement = store->statements[SK_SS_ID];
    int64_t id;

    sqlite3_bind_blob(statement, 1, fingerprint, SK_SHA256_SIZE, SQLITE_STATIC);
    sk_store_bind(statement, 2, context);
    SK_TRY(sk_store_number(store, statement, 0, &id, err));
    *ret_id = (int32_t)id;
    return SK_OK;
}

enum sk_verdict sk_store_last_id(struct sk_store *store, struct sk_text context,
                                 int32_t *ret_id, struct sk_error *err)
{
    int64_t id;

    sk_store_bind(store->statements[SK_SS_LAST_ID], 1, context);
    SK_TRY(sk_store_number(store, store->statements[SK_SS_LAST_ID], 0, &id, err));
    *ret_id = (int32_t)id;
    return SK_OK;
}

/* The rows of a statement as an array in the arena. */
struct rows {
    size_t item_size;
    void (*read)(sqlite3_stmt *statement, struct sk_arena *arena, void *item);
    uint8_t *items;
    size_t count, capacity;
};

/* A place after the last item; a full array gets twice the room. */
static void *next_item(struct rows *rows, struct sk_arena *arena)
{
    if (rows->count == rows->capacity) {
        rows->capacity = rows->capacity ? rows->capacity * 2 : 8;
        uint8_t *larger = sk_arena_alloc(arena, rows->capacity * rows->item_size);
        if (rows->count)
            memcpy(larger, rows->items, rows->count * rows->item_size);
        rows->items = larger;
    }
    return rows->items + rows->count++ * rows->item_size;
}

static enum sk_verdict collect(struct sk_store *store, sqlite3_stmt *statement,
                               struct sk_arena *arena, struct rows *rows,
                               struct sk_error *err)
{
    sk_auto_reset *listing = statement;
    bool row;

    for (;;) {
        SK_TRY(step(store, listing, &row, err));
        if (!row)
            return SK_OK;
        rows->read(listing, arena, next_item(rows, arena));
    }
}

static void read_version_item(sqlite3_stmt *statement, struct sk_arena *arena, void *item)
{
    *(struct sk_store_version *)item = read_version(statement, arena);
}

static enum sk_verdict collect_versions(struct sk_store *store, sqlite3_stmt *statement,
                                        struct sk_arena *arena,
                                        struct sk_store_versions *ret_versions,
                                        struct sk_error *err)
{
    struct rows rows = {sizeof(struct sk_store_version), read_version_item, NULL, 0, 0};

    SK_TRY(collect(store, statement, arena, &rows, err));
    *ret_versions = (struct sk_store_versions){(void *)rows.items, rows.count};
    return SK_OK;
}

static void read_text_item(sqlite3_stmt *statement, struct sk_arena *arena, void *item)
{
    *(struct sk_text *)item = column_text(statement, 0, arena);
}

/* Every row's first column. */
static enum sk_verdict collect_texts(struct sk_store *store, sqlite3_stmt *statement,
                                     struct sk_arena *arena,
                                     struct sk_store_texts *ret_texts,
                                     struct sk_error *err)
{
    struct rows rows = {sizeof(struct sk_text), read_text_item, NULL, 0, 0};

    SK_TRY(collect(store, statement, arena, &rows, err));
    *ret_texts = (struct sk_store_texts){(void *)rows.items, rows.count};
    return SK_OK;
}

enum sk_verdict sk_store_versions(struct sk_store *store,
                                  const struct sk_store_query *query,
                                  struct sk_arena *arena,
                                  struct sk_store_versions *ret_versions,
                                  struct sk_error *err)
{
    bool of_subject = query->subject.data;
    sqlite3_stmt *listing = store->statements[of_subject ? SK_SS_VERSIONS : SK_SS_USES];

    sk_store_bind(listing, 1, of_subject ? query->subject : query->context);
    bind_filter(listing, query->filter);
    sqlite3_bind_int(listing, 4, query->id);
    return collect_versions(store, listing, arena, ret_versions, err);
}

enum sk_verdict sk_store_version(struct sk_store *store,
                                 const struct sk_store_query *query, int32_t version,
                                 struct sk_arena *arena,
                                 struct sk_store_version *ret_version,
                                 struct sk_error *err)
{
    bool latest = version == SK_STORE_LATEST;
    sk_auto_reset *reading = store->statements[latest ? SK_SS_LATEST : SK_SS_VERSION];
    bool row;

    sk_store_bind(reading, 1, query->subject);
    bind_filter(reading, query->filter);
    if (!latest)
        sqlite3_bind_int(reading, 4, version);
    SK_TRY(step(store, reading, &row, err));
    *ret_version = row ? read_version(reading, arena) : (struct sk_store_version){0};
    return SK_OK;
}

enum sk_verdict sk_store_subjects(struct sk_store *store, struct sk_text prefix,
                                  bool any_context, enum sk_store_filter filter,
                                  struct sk_arena *arena,
                                  struct sk_store_texts *ret_subjects,
                                  struct sk_error *err)
{
    sqlite3_stmt *listing = store->statements[SK_SS_SUBJECTS];

    sk_store_bind(listing, 1, prefix);
    bind_filter(listing, filter);
    sqlite3_bind_int(listing, 4, any_context);
    return collect_texts(store, listing, arena, ret_subjects, err);
}

enum sk_verdict sk_store_contexts(struct sk_store *store, struct sk_arena *arena,
                                  struct sk_store_texts *ret_contexts,
                                  struct sk_error *err)
{
    return collect_texts(store, store->statements[SK_SS_CONTEXTS], arena, ret_contexts,
                         err);
}

enum sk_verdict sk_store_by_guid(struct sk_store *store, const uint8_t guid[SK_MD5_SIZE],
                                 struct sk_arena *arena,
                                 struct sk_store_versions *ret_schemas,
                                 struct sk_error *err)
{
    sqlite3_stmt *listing = store->statements[SK_SS_GUID];

    sqlite3_bind_blob(listing, 1, guid, SK_MD5_SIZE, SQLITE_STATIC);
    return collect_versions(store, listing, arena, ret_schemas, err);
}

enum sk_verdict sk_store_referrers(struct sk_store *store,
                                   const struct sk_store_reference *reference,
                                   enum sk_store_filter filter, struct sk_arena *arena,
                                   struct sk_store_versions *ret_versions,
                                   struct sk_error *err)
{
    sqlite3_stmt *listing = store->statements[SK_SS_REFERRERS];

    sk_store_bind(listing, 1, reference->subject);
    bind_filter(listing, filter);
    sqlite3_bind_int(listing, 4, reference->version);
    return collect_versions(store, listing, arena, ret_versions, err);
}

enum sk_verdict sk_store_setting(struct sk_store *store, enum sk_store_setting kind,
                                 struct sk_text scope, struct sk_arena *arena,
                                 struct sk_text *ret_value, struct sk_error *err)
{
    sk_auto_reset *reading = store->statements[SK_SS_READ_SETTING];
    bool row;

    sqlite3_bind_int(reading, 1, (int)kind);
    sk_store_bind(reading, 2, scope);
    SK_TRY(step(store, reading, &row, err));
    *ret_value = row ? column_text(reading, 0, arena) : (struct sk_text){0};
    return SK_OK;
}

enum sk_verdict sk_store_scopes(struct sk_store *store, enum sk_store_setting kind,
                                struct sk_text prefix, struct sk_arena *arena,
                                struct sk_store_texts *ret_scopes, struct sk_error *err)
{
    sqlite3_stmt *listing = store->statements[SK_SS_SCOPES];

    sqlite3_bind_int(listing, 1, (int)kind);
    sk_store_bind(listing, 2, prefix);
    return collect_texts(store, listing, arena, ret_scopes, err);
}
