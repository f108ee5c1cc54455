/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Housekeeping, by whoever gets <file>.clean at the time: checkpoints, compaction in
 * steps, room on the disk; and of a handle's own memory. <file>.ballast is space held
 * back: on a full disk it is let go, so that compaction and checkpoint can make room;
 * until it stands again only they may write.
 */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "bus/sqlite.h"

enum {
    BALLAST_BYTES = 16 * 1024 * 1024,
    ROOM_BYTES = 17 * 1024 * 1024, /* must be free to set the ballast aside again */
    CHECKPOINT_FRAMES = 2000,
    TRUNCATE_FRAMES = 64 * 1024 * 1024 / 4096,
    BUDGET_MS = 20,
    BUDGET_WHEN_FULL_MS = 500,
    EVERY_MS = 1000,
    WAKE_FILE_LIMIT = 64 * 1024,
    QUIET_MS = 1000,
    ARENA_KEPT = 128 * 1024, /* of an idle handle */
};

static bool file_lock(int file, short type)
{
    struct flock whole = {.l_type = type, .l_whence = SEEK_SET};

    return fcntl(file, F_OFD_SETLK, &whole) == 0;
}

static off_t size_of(int file)
{
    struct stat about;

    return fstat(file, &about) == 0 ? about.st_size : 0;
}

static int64_t free_bytes(int file)
{
    struct statvfs about;

    if (fstatvfs(file, &about) != 0)
        return 0;
    return (int64_t)(about.f_bavail * about.f_frsize);
}

static void ballast_drop(struct sk_sqlite_bus *self)
{
    int failed = ftruncate(self->clean.ballast, 0);
    (void)failed; /* nothing more can be done; the writer says that the disk is full */
}

/* Sets the space aside again when there is room for it and more. */
static void ballast_take(struct sk_sqlite_bus *self)
{
    int ballast = self->clean.ballast;

    if (size_of(ballast) > 0 || free_bytes(ballast) < ROOM_BYTES)
        return;
    if (posix_fallocate(ballast, 0, BALLAST_BYTES) != 0)
        ballast_drop(self);
}

enum sk_verdict sk_sqlite_clean_open(struct sk_sqlite_bus *self, struct sk_error *err)
{
    self->clean.file = sk_sqlite_side_file(&self->file, ".clean", 0);
    self->clean.ballast = sk_sqlite_side_file(&self->file, ".ballast", 0);
    if (self->clean.file < 0 || self->clean.ballast < 0)
        return sk_fail(err, errno == ENOSPC ? SK_RETRY : SK_FATAL,
                       errno == ENOSPC ? "bus.full" : "bus.file", "%s.clean: %s",
                       self->file.path, strerror(errno));
    if (file_lock(self->clean.file, F_WRLCK)) {
        ballast_take(self);
        file_lock(self->clean.file, F_UNLCK);
    }
    return SK_OK;
}

void sk_sqlite_clean_close(struct sk_sqlite_bus *self)
{
    if (self->clean.file >= 0)
        close(self->clean.file);
    if (self->clean.ballast >= 0)
        close(self->clean.ballast);
}

/* New frames since the last checkpoint that we know of. */
static int frames_due(const struct sk_sqlite_file *file)
{
    return file->wal_frames - file->wal_checkpointed;
}

/* Failures are not the caller's: what matters comes back at the next commit. */
static void checkpoint(struct sk_sqlite_bus *self, bool truncate)
{
    struct sk_error err = {0};

    (void)sk_sqlite_checkpoint(&self->file, truncate, &err);
}

/* Steps of compaction for a while; true when there is nothing more to do now. */
static bool compact(struct sk_sqlite_bus *self, bool eager, int64_t budget_ms)
{
    struct sk_error err = {0};
    int64_t deadline = sk_clock_monotonic_ms() + budget_ms;
    bool more = true;

    while (more && sk_clock_monotonic_ms() < deadline) {
        if (sk_sqlite_compact(self, eager, &more, &err) != SK_OK)
            return true;
    }
    return !more;
}

static void clean(struct sk_sqlite_bus *self)
{
    if (!compact(self, false, BUDGET_MS))
        self->clean.next_ms = 0;
    if (frames_due(&self->file) >= CHECKPOINT_FRAMES)
        checkpoint(self, self->file.wal_frames > TRUNCATE_FRAMES);
    ballast_take(self);
    if (size_of(self->wake.write_end) > WAKE_FILE_LIMIT &&
        ftruncate(self->wake.write_end, 0) != 0)
        return; /* it grows on; another time */
}

void sk_sqlite_clean_if_due(struct sk_sqlite_bus *self)
{
    int64_t now_ms = sk_clock_monotonic_ms();

    if (frames_due(&self->file) < CHECKPOINT_FRAMES && now_ms < self->clean.next_ms)
        return;
    self->clean.next_ms = now_ms + EVERY_MS;
    if (!file_lock(self->clean.file, F_WRLCK))
        return; /* another process is at it */
    clean(self);
    file_lock(self->clean.file, F_UNLCK);
}

/* The log may be what fills the disk, or records that may go. */
void sk_sqlite_clean_when_full(struct sk_sqlite_bus *self)
{
    struct sk_error err = {0};

    if (!file_lock(self->clean.file, F_WRLCK))
        return;
    ballast_drop(self);
    checkpoint(self, true);
    compact(self, true, BUDGET_WHEN_FULL_MS);
    (void)sk_sqlite_give_back(self, &err); /* what it could not, another time */
    checkpoint(self, true);
    ballast_take(self);
    file_lock(self->clean.file, F_UNLCK);
}

/* After a quiet second a handle gives its caches back: an idle process costs little. */
void sk_sqlite_relax(struct sk_sqlite_bus *self)
{
    int64_t quiet_ms = sk_clock_monotonic_ms() - self->reader.busy_ms;

    if (self->reader.busy_ms == 0 || quiet_ms < QUIET_MS)
        return;
    self->reader.busy_ms = 0;
    if (sk_arena_footprint(&self->reader.arena) > ARENA_KEPT)
        sk_arena_fini(&self->reader.arena);
    if (!self->writer.open && sk_arena_footprint(&self->writer.arena) > ARENA_KEPT)
        sk_arena_fini(&self->writer.arena);
    sqlite3_db_release_memory(self->file.db);
    malloc_trim(0);
}

static enum sk_verdict check_limit(struct sk_sqlite_bus *self, int64_t limit,
                                   struct sk_error *err)
{
    int64_t pages = 0, unused = 0;

    SK_TRY(sk_sqlite_number(self, SK_ST_PAGES, &pages, err));
    SK_TRY(sk_sqlite_number(self, SK_ST_FREE_PAGES, &unused, err));
    int64_t used = (pages - unused) * SK_SQLITE_PAGE_SIZE;
    if (used < limit)
        return SK_OK;
    return sk_fail(err, SK_RETRY, "bus.full",
                   "%s holds %lld bytes; %lld of max_bytes may be used for this",
                   self->file.path, (long long)used, (long long)limit);
}

/* May records be added now? Positions may always move. */
enum sk_verdict sk_sqlite_room_check(struct sk_sqlite_bus *self, bool source_events,
                                     struct sk_error *err)
{
    int ballast = self->clean.ballast;

    if (size_of(ballast) == 0 && free_bytes(ballast) < ROOM_BYTES)
        return sk_fail(err, SK_RETRY, "bus.full", "%s: less than %d MiB left on the disk",
                       self->file.path, ROOM_BYTES / (1024 * 1024));
    if (self->max_bytes <= 0)
        return SK_OK;
    return check_limit(self, source_events ? self->max_bytes / 10 * 9 : self->max_bytes,
                       err);
}
