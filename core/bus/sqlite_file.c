/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lock, the transactions and the errors of a SQLite file that several processes
 * write. The lock is on a file of its own: closing any descriptor of the database file
 * would drop SQLite's own locks of the whole process, so nothing here ever opens that.
 */
#include "bus/sqlite_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"

enum { CHECKPOINT_BUSY_MS = 50 }; /* all writers wait as long */

int sk_sqlite_side_file(const struct sk_sqlite_file *file, const char *suffix, int flags)
{
    sk_auto_free char *path = sk_strf("%s%s", file->path, suffix);

    return open(path, O_RDWR | O_CREAT | O_CLOEXEC | flags, 0660);
}

enum sk_verdict sk_sqlite_lock(struct sk_sqlite_file *file, struct sk_error *err)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

    while (fcntl(file->lock, F_OFD_SETLKW, &whole) != 0) {
        if (errno != EINTR)
            return sk_fail(err, SK_RETRY, "bus.away", "%s.lock: %s", file->path,
                           strerror(errno));
    }
    return SK_OK;
}

void sk_sqlite_unlock(struct sk_sqlite_file *file)
{
    struct flock whole = {.l_type = F_UNLCK, .l_whence = SEEK_SET};

    fcntl(file->lock, F_OFD_SETLK, &whole);
}

static bool disk_is_full(struct sk_sqlite_file *file, int code)
{
    int cause = sqlite3_system_errno(file->db);

    if ((code & 0xff) == SQLITE_FULL)
        return true;
    return ((code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN) &&
           (cause == ENOSPC || cause == EDQUOT || cause == EFBIG);
}

enum sk_verdict sk_sqlite_fail(struct sk_sqlite_file *file, int code,
                               struct sk_error *err)
{
    const char *path = file->path;

    if (disk_is_full(file, code))
        return sk_fail(err, SK_RETRY, "bus.full", "%s: no space left", path);
    switch (code & 0xff) {
    case SQLITE_NOTADB:
        return sk_fail(err, SK_FATAL, "bus.foreign",
                       "%s is not a SQLite file; give another name or move it away",
                       path);
    case SQLITE_CORRUPT:
        return sk_fail(err, SK_FATAL, "bus.corrupt",
                       "%s is damaged: stop all processes, copy it with its -wal file, "
                       "then restore a backup or try `sqlite3 FILE .recover`",
                       path);
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return sk_fail(err, SK_FATAL, "bus.file",
                       "%s: no right to write it and its folder (group, mode 2770)",
                       path);
    case SQLITE_CANTOPEN:
        return sk_fail(err, SK_FATAL, "bus.file", "%s: cannot open: %s", path,
                       strerror(sqlite3_system_errno(file->db)));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
    case SQLITE_IOERR:
        return sk_fail(err, SK_RETRY, "bus.away", "%s: %s (%d)", path,
                       sqlite3_errmsg(file->db), code);
    default:
        return sk_fail(err, SK_FATAL, "bus.sqlite", "%s: %s (%d)", path,
                       sqlite3_errmsg(file->db), code);
    }
}

enum sk_verdict sk_sqlite_exec(struct sk_sqlite_file *file, const char *sql,
                               struct sk_error *err)
{
    int code = sqlite3_exec(file->db, sql, NULL, NULL, NULL);

    return code == SQLITE_OK ? SK_OK : sk_sqlite_fail(file, code, err);
}

enum sk_verdict sk_sqlite_prepare(struct sk_sqlite_file *file, const char *sql,
                                  sqlite3_stmt **ret_statement, struct sk_error *err)
{
    int code = sqlite3_prepare_v3(file->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                  ret_statement, NULL);

    return code == SQLITE_OK ? SK_OK : sk_sqlite_fail(file, code, err);
}

enum sk_verdict sk_sqlite_step(struct sk_sqlite_file *file, sqlite3_stmt *statement,
                               bool *ret_row, struct sk_error *err)
{
    int code = sqlite3_step(statement);

    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return sk_sqlite_fail(file, code, err);
    *ret_row = code == SQLITE_ROW;
    return SK_OK;
}

enum sk_verdict sk_sqlite_run(struct sk_sqlite_file *file, sqlite3_stmt *statement,
                              struct sk_error *err)
{
    int code = sqlite3_step(statement);

    while (code == SQLITE_ROW)
        code = sqlite3_step(statement);
    enum sk_verdict verdict =
        code == SQLITE_DONE ? SK_OK : sk_sqlite_fail(file, code, err);
    sqlite3_reset(statement);
    return verdict;
}

void sk_sqlite_reset(sqlite3_stmt **statement)
{
    sqlite3_reset(*statement);
}

enum sk_verdict sk_sqlite_begin(struct sk_sqlite_file *file, struct sk_error *err)
{
    SK_TRY(sk_sqlite_lock(file, err));
    return sk_sqlite_exec(file, "BEGIN IMMEDIATE", err);
}

enum sk_verdict sk_sqlite_commit(struct sk_sqlite_file *file, struct sk_error *err)
{
    SK_TRY(sk_sqlite_exec(file, "COMMIT", err));
    sk_sqlite_unlock(file);
    return SK_OK;
}

void sk_sqlite_rollback(struct sk_sqlite_file *file)
{
    if (!sqlite3_get_autocommit(file->db))
        sqlite3_exec(file->db, "ROLLBACK", NULL, NULL, NULL);
    sk_sqlite_unlock(file);
}

enum sk_verdict sk_sqlite_snapshot_begin(struct sk_sqlite_file *file,
                                         struct sk_error *err)
{
    return sk_sqlite_exec(file, "BEGIN", err);
}

void sk_sqlite_snapshot_end(struct sk_sqlite_file *file)
{
    if (!sqlite3_get_autocommit(file->db))
        sqlite3_exec(file->db, "ROLLBACK", NULL, NULL, NULL);
}

enum sk_verdict sk_sqlite_checkpoint(struct sk_sqlite_file *file, bool truncate,
                                     struct sk_error *err)
{
    int mode = truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;

    SK_TRY(sk_sqlite_lock(file, err));
    sqlite3_busy_timeout(file->db, CHECKPOINT_BUSY_MS);
    int frames = 0;
    int code = sqlite3_wal_checkpoint_v2(file->db, NULL, mode, &frames, NULL);
    sqlite3_busy_timeout(file->db, SK_SQLITE_BUSY_MS);
    /* Busy: a reader is in the way; the rest is copied another time. */
    enum sk_verdict verdict = code == SQLITE_OK || (code & 0xff) == SQLITE_BUSY
                                  ? SK_OK
                                  : sk_sqlite_fail(file, code, err);
    sk_sqlite_unlock(file);
    if (verdict == SK_OK)
        file->wal_frames = file->wal_checkpointed = frames;
    return verdict;
}

void sk_sqlite_file_close(struct sk_sqlite_file *file)
{
    sqlite3_close_v2(file->db);
    if (file->lock >= 0)
        close(file->lock);
    free(file->path);
    *file = (struct sk_sqlite_file){.lock = -1};
}
