/* SPDX-License-Identifier: Apache-2.0 */
/* store - opening and closing: the owner's lock, the store's name, the statements. */
#include "registry/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "registry/store_internal.h"

enum sk_verdict sk_store_take(const struct sk_sqlite_file *file, int *ret_descriptor,
                              struct sk_error *err)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int descriptor = sk_sqlite_side_file(file, ".owner", 0);

    if (descriptor >= 0 && fcntl(descriptor, F_OFD_SETLK, &whole) == 0) {
        *ret_descriptor = descriptor;
        return SK_OK;
    }
    enum sk_verdict verdict =
        sk_fail(err, SK_FATAL, "registry.in_use",
                "%s is in use by another schakel-registry (%s): stop that one, or give "
                "this one its own store",
                file->path, strerror(errno));
    if (descriptor >= 0)
        close(descriptor);
    return verdict;
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

/* Damage is found before anything is served or written. */
static enum sk_verdict check_pages(struct sk_store *store, struct sk_error *err)
{
    sqlite3_stmt *check = NULL;
    char found[120] = "it cannot be read";

    SK_TRY(sk_sqlite_prepare(&store->file, "PRAGMA quick_check(1)", &check, err));
    if (sqlite3_step(check) == SQLITE_ROW)
        snprintf(found, sizeof(found), "%s", (const char *)sqlite3_column_text(check, 0));
    sqlite3_finalize(check);
    if (strcmp(found, "ok") == 0)
        return SK_OK;
    return sk_fail(err, SK_FATAL, "registry.damaged",
                   "%s is damaged (%s): keep it aside, put back the last backup, or "
                   "import the last export into an empty registry",
                   store->file.path, found);
}

static enum sk_verdict prepare_all(struct sk_store *store, struct sk_error *err)
{
    for (size_t i = 0; i < SK_SS_COUNT; i++)
        SK_TRY(sk_sqlite_prepare(&store->file, sk_store_statements[i],
                                 &store->statements[i], err));
    return SK_OK;
}

enum sk_verdict sk_store_open(const char *path, struct sk_store **ret_store,
                              struct sk_error *err)
{
    struct sk_store *store = sk_alloc_zeroed(sizeof(*store));

    store->owner = -1;
    store->file.lock = -1;
    enum sk_verdict verdict = sk_store_migrate(path, err);
    if (verdict == SK_OK)
        verdict = sk_sqlite_file_open(&store->file, path, &sk_store_kind, err);
    if (verdict == SK_OK)
        verdict = sk_store_take(&store->file, &store->owner, err);
    if (verdict == SK_OK)
        verdict = check_pages(store, err);
    if (verdict == SK_OK)
        verdict = read_uuid(store, err);
    if (verdict == SK_OK)
        verdict = sk_store_audit_open(store, err);
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
    if (store->statements[SK_SS_ROLLBACK])
        sk_store_release(store);
    for (size_t i = 0; i < SK_SS_COUNT; i++)
        sqlite3_finalize(store->statements[i]);
    sqlite3_finalize(store->audit);
    sk_buffer_fini(&store->audit_who);
    sk_buffer_fini(&store->audit_what);
    if (store->owner >= 0)
        (void)!sk_sqlite_checkpoint(&store->file, true, &ignored);
    sk_sqlite_file_close(&store->file);
    if (store->owner >= 0)
        close(store->owner);
    free(store);
}

void sk_store_make_read_only(struct sk_store *store)
{
    store->read_only = true;
}

const char *sk_store_uuid(const struct sk_store *store)
{
    return store->uuid;
}

int64_t sk_store_commits(const struct sk_store *store)
{
    return store->commits;
}
