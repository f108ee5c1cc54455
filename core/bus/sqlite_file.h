/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BUS_SQLITE_FILE_H
#define SK_BUS_SQLITE_FILE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/verdict.h"

/*
 * A SQLite file that several processes write, safely. Each commit and each checkpoint
 * runs under one blocking lock on <file>.lock: SQLite before 3.51.3 can lose a commit
 * that races with another process's checkpoint, and its own waiting starves writers.
 * WAL, synchronous=FULL, no checkpoint by itself. One thread a handle. The bus and the
 * registry stand on it.
 */
struct sk_sqlite_file {
    sqlite3 *db;
    char *path;
    int lock;             /* of <file>.lock; -1: none */
    int wal_frames;       /* in the log after our own last commit */
    int wal_checkpointed; /* and of these, copied into the file by us */
};

/* What the file is. Another application's or a newer version's is SK_FATAL. */
struct sk_sqlite_kind {
    const char *what;       /* "a Schakel bus", for errors */
    int32_t application_id; /* four letters */
    int32_t version;
    const char *schema; /* statements that make an empty file one of these */
    int cache_kib;
};

/* Makes the file (mode 0660 less the umask) when it is missing. On failure the handle is
 * closed. SK_FATAL "bus.foreign", "bus.corrupt", "bus.network" (a network file system),
 * "bus.file" (folder missing, no rights); SK_RETRY "bus.full", "bus.away". */
enum sk_verdict sk_sqlite_file_open(struct sk_sqlite_file *file, const char *path,
                                    const struct sk_sqlite_kind *kind,
                                    struct sk_error *err);
void sk_sqlite_file_close(struct sk_sqlite_file *file); /* accepts {.lock = -1} */

/* "<path><suffix>", opened for reading and writing, made when missing. -1 with errno. */
int sk_sqlite_side_file(const struct sk_sqlite_file *file, const char *suffix, int flags);

/* The bare lock, for what is no transaction. Waits; SK_RETRY when it cannot. */
enum sk_verdict sk_sqlite_lock(struct sk_sqlite_file *file, struct sk_error *err);
void sk_sqlite_unlock(struct sk_sqlite_file *file);

/* Waits for the lock and begins a write transaction; commit makes it durable and unlocks.
 * After any failure, rollback is the only way on (it unlocks; harmless when not begun).
 */
enum sk_verdict sk_sqlite_begin(struct sk_sqlite_file *file, struct sk_error *err);
enum sk_verdict sk_sqlite_commit(struct sk_sqlite_file *file, struct sk_error *err);
void sk_sqlite_rollback(struct sk_sqlite_file *file);

/* A snapshot for reading; end it soon, it keeps the log from being reused. */
enum sk_verdict sk_sqlite_snapshot_begin(struct sk_sqlite_file *file,
                                         struct sk_error *err);
void sk_sqlite_snapshot_end(struct sk_sqlite_file *file);

/* Copies the log into the file under the lock; `truncate` also gives its disk space back,
 * waiting a moment for readers. */
enum {
    SK_SQLITE_BUSY_MS = 2000, /* for strangers; ours wait on the lock */
    SK_SQLITE_PAGE_SIZE = 4096,
};
enum sk_verdict sk_sqlite_checkpoint(struct sk_sqlite_file *file, bool truncate,
                                     struct sk_error *err);

/* A copy of what stands there, one file without a log, also while others write: one
 * snapshot, which keeps nobody from writing, checked and durable when its name appears;
 * an earlier file of that name is replaced. SK_FATAL "bus.backup". */
enum sk_verdict sk_sqlite_copy(struct sk_sqlite_file *file, const char *target,
                               struct sk_error *err);

/* Statements. `sk_auto_reset` locals give their snapshot back at the end of the scope.
 */
enum sk_verdict sk_sqlite_prepare(struct sk_sqlite_file *file, const char *sql,
                                  sqlite3_stmt **ret_statement, struct sk_error *err);
enum sk_verdict sk_sqlite_step(struct sk_sqlite_file *file, sqlite3_stmt *statement,
                               bool *ret_row, struct sk_error *err);
enum sk_verdict sk_sqlite_run(struct sk_sqlite_file *file, sqlite3_stmt *statement,
                              struct sk_error *err); /* to the end, then resets */
enum sk_verdict sk_sqlite_exec(struct sk_sqlite_file *file, const char *sql,
                               struct sk_error *err);
void sk_sqlite_reset(sqlite3_stmt **statement);
#define sk_auto_reset __attribute__((cleanup(sk_sqlite_reset))) sqlite3_stmt

/* What SQLite's last failure on this handle means for us. */
enum sk_verdict sk_sqlite_fail(struct sk_sqlite_file *file, int code,
                               struct sk_error *err);

#endif
