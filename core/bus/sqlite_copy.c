/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQLite's backup in one step, which is one snapshot: it reads beside the processes that
 * write and keeps none of them waiting.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "bus/sqlite_file.h"

static enum sk_verdict fail(const char *target, const char *cause, struct sk_error *err)
{
    return sk_fail(err, SK_FATAL, "bus.backup", "%s: %s", target, cause);
}

static bool is_whole(sqlite3 *db)
{
    sqlite3_stmt *check = NULL;
    bool whole = sqlite3_prepare_v2(db, "PRAGMA integrity_check(1)", -1, &check, NULL) ==
                     SQLITE_OK &&
                 sqlite3_step(check) == SQLITE_ROW &&
                 strcmp((const char *)sqlite3_column_text(check, 0), "ok") == 0;

    sqlite3_finalize(check);
    return whole;
}

static enum sk_verdict copy(sqlite3 *from, const char *path, struct sk_error *err)
{
    sqlite3 *to = NULL;
    enum sk_verdict verdict = SK_OK;

    int code = sqlite3_open(path, &to);
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (code == SQLITE_OK && backup)
        code = sqlite3_backup_step(backup, -1);
    if (!backup || sqlite3_backup_finish(backup) != SQLITE_OK || code != SQLITE_DONE ||
        sqlite3_exec(to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL) != SQLITE_OK)
        verdict = fail(path, sqlite3_errmsg(to), err);
    else if (!is_whole(to))
        verdict = fail(path, "the copy is damaged, and so may be the original", err);
    sqlite3_close(to);
    return verdict;
}

static enum sk_verdict publish(const char *path, const char *target, struct sk_error *err)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    bool synced = file >= 0 && fsync(file) == 0;

    if (file >= 0)
        close(file);
    return synced && rename(path, target) == 0 ? SK_OK
                                               : fail(target, strerror(errno), err);
}

enum sk_verdict sk_sqlite_copy(struct sk_sqlite_file *file, const char *target,
                               struct sk_error *err)
{
    sk_auto_free char *aside = sk_strf("%s.part", target);

    unlink(aside);
    enum sk_verdict verdict = copy(file->db, aside, err);
    if (verdict == SK_OK)
        verdict = publish(aside, target, err);
    if (verdict != SK_OK)
        unlink(aside);
    return verdict;
}
