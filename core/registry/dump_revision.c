/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dump - revisions. A revision says by which change a store got its contents: the number
 * of the change and when it was made, so that a store that was put back from a backup,
 * and then went another way, is not taken for what it was.
 */
#include <stdio.h>

#include "base/alloc.h"
#include "registry/dump.h"
#include "registry/store_internal.h"

/* The first column of a statement with one text bound. */
static enum sk_verdict ask(struct sk_store *store, const char *sql, int64_t number,
                           int64_t *ret_number, struct sk_error *err)
{
    sqlite3_stmt *statement = NULL;

    SK_TRY(sk_sqlite_prepare(&store->file, sql, &statement, err));
    sqlite3_bind_int64(statement, 1, number);
    enum sk_verdict verdict = sk_store_number(store, statement, 0, ret_number, err);
    sqlite3_finalize(statement);
    return verdict;
}

static enum sk_verdict last_change(struct sk_store *store, int64_t *ret_number,
                                   struct sk_error *err)
{
    return ask(store, "SELECT max(number) FROM audit WHERE number > ?1", 0, ret_number,
               err);
}

static enum sk_verdict revision_at(struct sk_store *store, int64_t number,
                                   struct sk_arena *arena, struct sk_text *ret_revision,
                                   struct sk_error *err)
{
    int64_t at_ms;

    SK_TRY(ask(store, "SELECT at_ms FROM audit WHERE number = ?1", number, &at_ms, err));
    *ret_revision = sk_arena_printf(arena, "%s:%lld:%lld", sk_store_uuid(store),
                                    (long long)number, (long long)at_ms);
    return SK_OK;
}

enum sk_verdict sk_dump_revision(struct sk_store *store, struct sk_arena *arena,
                                 struct sk_text *ret_revision, struct sk_error *err)
{
    int64_t number;

    SK_TRY(last_change(store, &number, err));
    return revision_at(store, number, arena, ret_revision, err);
}

enum sk_verdict sk_dump_number(struct sk_store *store, struct sk_text revision,
                               int64_t *ret_number, struct sk_error *err)
{
    sk_arena_auto scratch = {0};
    struct sk_text rest = revision, same;
    int64_t number, from, last;

    *ret_number = SK_DUMP_ALL;
    sk_text_split(&rest, ':');
    if (!rest.data || !sk_text_to_int64(sk_text_split(&rest, ':'), &number))
        return SK_OK;
    SK_TRY(ask(store,
               "SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'touched_from'", 0,
               &from, err));
    SK_TRY(last_change(store, &last, err));
    SK_TRY(revision_at(store, number, &scratch, &same, err));
    if (sk_text_equal(same, revision) && number >= from && number <= last)
        *ret_number = number;
    return SK_OK;
}

enum sk_verdict sk_dump_leader(struct sk_store *store, struct sk_arena *arena,
                               struct sk_text *ret_revision, struct sk_error *err)
{
    sqlite3_stmt *read = NULL;
    bool row = false;

    *ret_revision = SK_TEXT("");
    SK_TRY(sk_sqlite_prepare(&store->file, "SELECT value FROM meta WHERE name = 'leader'",
                             &read, err));
    enum sk_verdict verdict = sk_sqlite_step(&store->file, read, &row, err);
    if (verdict == SK_OK && row)
        *ret_revision = sk_arena_text(
            arena, (struct sk_text){(const char *)sqlite3_column_text(read, 0),
                                    (size_t)sqlite3_column_bytes(read, 0)});
    sqlite3_finalize(read);
    return verdict;
}

enum sk_verdict sk_dump_forget_leader(struct sk_store *store, struct sk_error *err)
{
    sk_store_release(store);
    enum sk_verdict verdict = sk_sqlite_begin(&store->file, err);
    if (verdict == SK_OK)
        verdict =
            sk_sqlite_exec(&store->file, "DELETE FROM meta WHERE name = 'leader'", err);
    if (verdict == SK_OK)
        verdict = sk_sqlite_commit(&store->file, err);
    if (verdict != SK_OK)
        sk_sqlite_rollback(&store->file);
    return verdict;
}
