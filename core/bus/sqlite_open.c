/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens a SQLite file for several processes: on a local disk only, and only when it is
 * ours. All of it under the lock, so that one process makes the schema and recovery after
 * a power cut runs once.
 */
#include <errno.h>
#include <libgen.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "base/alloc.h"
#include "bus/sqlite_file.h"

/* Their locks and shared memory do not hold between machines. */
static const struct {
    uint32_t magic;
    const char *name;
} network_file_systems[] = {
    {NFS_SUPER_MAGIC, "NFS"},     {SMB_SUPER_MAGIC, "SMB"},   {0xff534d42, "CIFS"},
    {0xfe534d42, "SMB2"},         {CODA_SUPER_MAGIC, "Coda"}, {AFS_SUPER_MAGIC, "AFS"},
    {V9FS_MAGIC, "9p"},           {0x65735546, "FUSE"},       {0x00c36400, "Ceph"},
    {0x0bd00bd0, "Lustre"},       {0x47504653, "GPFS"},       {0x786f4256, "vboxsf"},
    {OCFS2_SUPER_MAGIC, "OCFS2"}, {0x01161970, "GFS2"},
};

static enum sk_verdict check_file_system(const char *path, struct sk_error *err)
{
    sk_auto_free char *copy = sk_strdup(path);
    const char *folder = dirname(copy);
    struct statfs about;

    if (statfs(folder, &about) != 0)
        return sk_fail(err, SK_FATAL, "bus.file", "folder %s: %s", folder,
                       strerror(errno));
    for (size_t i = 0; i < SK_COUNT(network_file_systems); i++) {
        if ((uint32_t)about.f_type == network_file_systems[i].magic)
            return sk_fail(err, SK_FATAL, "bus.network",
                           "%s lies on %s, where locks are not safe; put it on a local "
                           "disk, or use Kafka",
                           path, network_file_systems[i].name);
    }
    return SK_OK;
}

/* SQLite would make it with mode 0644, which the group could not write. */
static enum sk_verdict make_file(const char *path, struct sk_error *err)
{
    if (mknod(path, S_IFREG | 0660, 0) == 0 || errno == EEXIST)
        return SK_OK;
    if (errno == ENOSPC || errno == EDQUOT)
        return sk_fail(err, SK_RETRY, "bus.full", "%s: no space left", path);
    return sk_fail(err, SK_FATAL, "bus.file", "%s: cannot make it: %s", path,
                   strerror(errno));
}

static enum sk_verdict pragma(struct sk_sqlite_file *file, const char *sql,
                              int64_t *ret_value, struct sk_error *err)
{
    sqlite3_stmt *statement = NULL;
    bool row = false;

    SK_TRY(sk_sqlite_prepare(file, sql, &statement, err));
    enum sk_verdict verdict = sk_sqlite_step(file, statement, &row, err);
    if (verdict == SK_OK && row)
        *ret_value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return verdict;
}

static enum sk_verdict check_kind(struct sk_sqlite_file *file,
                                  const struct sk_sqlite_kind *kind, bool *ret_empty,
                                  struct sk_error *err)
{
    int64_t pages = 0, application = 0, version = 0;

    SK_TRY(pragma(file, "PRAGMA page_count", &pages, err));
    SK_TRY(pragma(file, "PRAGMA application_id", &application, err));
    SK_TRY(pragma(file, "PRAGMA user_version", &version, err));
    *ret_empty = pages == 0 || (application == 0 && version == 0 && pages == 1);
    if (*ret_empty)
        return SK_OK;
    if (application != kind->application_id)
        return sk_fail(err, SK_FATAL, "bus.foreign",
                       "%s is not %s; give another name or move it away", file->path,
                       kind->what);
    if (version != kind->version)
        return sk_fail(err, SK_FATAL, "bus.version",
                       "%s is %s of version %d; this program knows version %d",
                       file->path, kind->what, (int)version, kind->version);
    return SK_OK;
}

static enum sk_verdict configure(struct sk_sqlite_file *file,
                                 const struct sk_sqlite_kind *kind, struct sk_error *err)
{
    sk_auto_free char *sql = sk_strf("PRAGMA synchronous=FULL;"
                                     "PRAGMA wal_autocheckpoint=0;"
                                     "PRAGMA secure_delete=ON;"
                                     "PRAGMA temp_store=MEMORY;"
                                     "PRAGMA mmap_size=0;"
                                     "PRAGMA cache_size=-%d;",
                                     kind->cache_kib);
    sqlite3_db_config(file->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_db_config(file->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_extended_result_codes(file->db, 1);
    sqlite3_busy_timeout(file->db, SK_SQLITE_BUSY_MS);
    return sk_sqlite_exec(file, sql, err);
}

/* One transaction, so that a process killed in it leaves an empty file, not a half one.
 */
static enum sk_verdict make_schema(struct sk_sqlite_file *file,
                                   const struct sk_sqlite_kind *kind,
                                   struct sk_error *err)
{
    sk_auto_free char *sql = sk_strf("BEGIN IMMEDIATE; %s"
                                     "PRAGMA application_id=%d;"
                                     "PRAGMA user_version=%d; COMMIT;",
                                     kind->schema, kind->application_id, kind->version);
    sk_auto_free char *before =
        sk_strf("PRAGMA page_size=%d; PRAGMA auto_vacuum=INCREMENTAL;"
                "PRAGMA journal_mode=WAL;",
                SK_SQLITE_PAGE_SIZE);

    SK_TRY(sk_sqlite_exec(file, before, err));
    return sk_sqlite_exec(file, sql, err);
}

static int count_frames(void *context, sqlite3 *, const char *, int frames)
{
    struct sk_sqlite_file *file = context;

    if (frames < file->wal_frames) /* all was copied, so the log began anew */
        file->wal_checkpointed = 0;
    file->wal_frames = frames;
    return SQLITE_OK;
}

static enum sk_verdict open_database(struct sk_sqlite_file *file,
                                     const struct sk_sqlite_kind *kind,
                                     struct sk_error *err)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    bool empty = false;
    int code = sqlite3_open_v2(file->path, &file->db, flags, NULL);

    if (code != SQLITE_OK)
        return sk_sqlite_fail(file, code, err);
    sqlite3_db_config(file->db, SQLITE_DBCONFIG_LOOKASIDE, NULL, 128, 100);
    SK_TRY(check_kind(file, kind, &empty, err));
    SK_TRY(configure(file, kind, err));
    if (empty)
        SK_TRY(make_schema(file, kind, err));
    else /* a copy that was put back has no log yet */
        SK_TRY(sk_sqlite_exec(file, "PRAGMA journal_mode=WAL", err));
    sqlite3_wal_hook(file->db, count_frames, file);
    return SK_OK;
}

enum sk_verdict sk_sqlite_file_open(struct sk_sqlite_file *file, const char *path,
                                    const struct sk_sqlite_kind *kind,
                                    struct sk_error *err)
{
    SK_TRY(check_file_system(path, err));
    SK_TRY(make_file(path, err));
    *file = (struct sk_sqlite_file){.path = sk_strdup(path)};
    file->lock = sk_sqlite_side_file(file, ".lock", 0);
    enum sk_verdict verdict = SK_OK;
    if (file->lock < 0)
        verdict = sk_fail(err, errno == ENOSPC ? SK_RETRY : SK_FATAL,
                          errno == ENOSPC ? "bus.full" : "bus.file", "%s.lock: %s", path,
                          strerror(errno));
    if (verdict == SK_OK)
        verdict = sk_sqlite_lock(file, err);
    if (verdict == SK_OK) {
        verdict = open_database(file, kind, err);
        sk_sqlite_unlock(file);
    }
    if (verdict != SK_OK)
        sk_sqlite_file_close(file);
    return verdict;
}
