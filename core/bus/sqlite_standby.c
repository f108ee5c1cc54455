/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One active instance an identity. Its epoch is a number in the database that every
 * take-over raises and every commit checks. The active instance of epoch N holds a lock
 * on byte N of <file>.active.<identity>: when it dies the kernel lets go, and a standby
 * that gets byte N knows at once. An instance that hangs keeps its lock but not its
 * heartbeat; after the session's time-out a standby raises the epoch all the same, and
 * the former one finds itself fenced at its next commit.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "bus/sqlite.h"

enum {
    LOOK_EVERY_MS = 20,
    BEAT_EVERY_MS = 500,
    IDENTITY_LIMIT = 64,
};

static bool identity_valid(struct sk_text identity)
{
    for (size_t i = 0; i < identity.size; i++) {
        char c = identity.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (c >= '0' && c <= '9') || c == '-' || c == '_' || (c == '.' && i > 0)))
            return false;
    }
    return identity.size > 0 && identity.size <= IDENTITY_LIMIT;
}

static enum sk_verdict open_file(struct sk_sqlite_bus *self, struct sk_text identity,
                                 int *ret_file, struct sk_error *err)
{
    if (!identity_valid(identity))
        return sk_fail(err, SK_FATAL, "bus.use", "'%.*s' is no identity",
                       SK_TEXT_ARG(identity));
    sk_auto_free char *suffix = sk_strf(".active.%.*s", SK_TEXT_ARG(identity));
    *ret_file = sk_sqlite_side_file(&self->file, suffix, 0);
    if (*ret_file < 0)
        return sk_fail(err, SK_RETRY, "bus.away", "%s%s: %s", self->file.path, suffix,
                       strerror(errno));
    return SK_OK;
}

/* Whoever held the byte before us is dead. */
static bool byte_lock(int file, int64_t byte)
{
    struct flock one = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};

    return fcntl(file, F_OFD_SETLK, &one) == 0;
}

static void byte_unlock(int file, int64_t byte)
{
    struct flock one = {
        .l_type = F_UNLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};

    fcntl(file, F_OFD_SETLK, &one);
}

static enum sk_verdict epoch_read(struct sk_sqlite_bus *self, struct sk_text identity,
                                  int64_t *ret_epoch, struct sk_error *err)
{
    sk_auto_reset *statement = NULL;
    bool row = false;

    SK_TRY(sk_sqlite_use(self, SK_ST_EPOCH, &statement, err));
    sk_sqlite_bind_text(statement, 1, identity);
    SK_TRY(sk_sqlite_step(&self->file, statement, &row, err));
    *ret_epoch = row ? sqlite3_column_int64(statement, 0) : 0;
    return SK_OK;
}

/* Raises the epoch from the one that was seen, unless another standby was faster. */
static enum sk_verdict claim_write(struct sk_sqlite_bus *self, bool *ret_active,
                                   struct sk_error *err)
{
    struct sk_sqlite_standby *standby = &self->standby;
    sk_auto_reset *statement = NULL;
    int64_t epoch = 0;

    SK_TRY(sk_sqlite_begin(&self->file, err));
    SK_TRY(epoch_read(self, sk_text(self->identity), &epoch, err));
    *ret_active = epoch == standby->epoch;
    if (*ret_active) {
        SK_TRY(sk_sqlite_use(self, SK_ST_EPOCH_PUT, &statement, err));
        sk_sqlite_bind_text(statement, 1, sk_text(self->identity));
        sqlite3_bind_int64(statement, 2, epoch + 1);
        SK_TRY(sk_sqlite_run(&self->file, statement, err));
    }
    return sk_sqlite_commit(&self->file, err);
}

static enum sk_verdict claim(struct sk_sqlite_bus *self, struct sk_error *err)
{
    struct sk_sqlite_standby *standby = &self->standby;
    int64_t former = standby->epoch;
    bool active = false;

    if (!byte_lock(standby->file, former + 1))
        return SK_OK; /* another one is at it */
    enum sk_verdict verdict = claim_write(self, &active, err);
    if (verdict != SK_OK)
        sk_sqlite_rollback(&self->file);
    if (verdict != SK_OK || !active) {
        byte_unlock(standby->file, former + 1);
        return verdict;
    }
    standby->active = true;
    standby->epoch = former + 1;
    standby->since_ms = 0;
    sk_sqlite_reader_forget(self); /* positions are read afresh */
    sk_sqlite_heartbeat(self);
    return SK_OK;
}

/* An epoch's own place, so that a fenced instance does not beat for its successor. */
static off_t beat_offset(int64_t epoch)
{
    return (off_t)(epoch % 64) * (off_t)sizeof(int64_t);
}

/* Has the heartbeat stood still for the session's time-out? Judged by our own clock. */
static bool hangs(struct sk_sqlite_bus *self, int64_t now_ms)
{
    struct sk_sqlite_standby *standby = &self->standby;
    int64_t beat = 0;

    if (pread(standby->file, &beat, sizeof(beat), beat_offset(standby->epoch)) !=
        sizeof(beat))
        beat = 0;
    if (beat != standby->beat || standby->since_ms == 0) {
        standby->beat = beat;
        standby->since_ms = now_ms;
    }
    return now_ms - standby->since_ms > self->session_timeout_ms;
}

static enum sk_verdict try_once(struct sk_sqlite_bus *self, struct sk_error *err)
{
    struct sk_sqlite_standby *standby = &self->standby;
    int64_t epoch = 0;

    SK_TRY(epoch_read(self, sk_text(self->identity), &epoch, err));
    if (epoch != standby->epoch)
        standby->since_ms = 0;
    standby->epoch = epoch;
    if (byte_lock(standby->file, epoch)) {
        enum sk_verdict verdict = claim(self, err);
        byte_unlock(standby->file, epoch);
        return verdict;
    }
    return hangs(self, sk_clock_monotonic_ms()) ? claim(self, err) : SK_OK;
}

enum sk_verdict sk_sqlite_activate(struct sk_bus *bus, int timeout_ms, bool *ret_active,
                                   struct sk_error *err)
{
    struct sk_sqlite_bus *self = (struct sk_sqlite_bus *)bus;
    struct sk_sqlite_standby *standby = &self->standby;
    int64_t deadline = sk_clock_monotonic_ms() + timeout_ms;
    const struct timespec pause = {.tv_nsec = LOOK_EVERY_MS * 1000000};

    if (!self->identity)
        return sk_fail(err, SK_FATAL, "bus.use", "activate needs an identity");
    if (standby->file < 0)
        SK_TRY(open_file(self, sk_text(self->identity), &standby->file, err));
    while (!standby->active) {
        SK_TRY(try_once(self, err));
        if (standby->active || sk_clock_monotonic_ms() >= deadline ||
            nanosleep(&pause, NULL) != 0)
            break;
    }
    *ret_active = standby->active;
    return SK_OK;
}

enum sk_verdict sk_sqlite_fence_check(struct sk_sqlite_bus *self, struct sk_error *err)
{
    int64_t epoch = 0;

    SK_TRY(epoch_read(self, sk_text(self->identity), &epoch, err));
    if (epoch == self->standby.epoch)
        return SK_OK;
    return sk_fail(err, SK_FATAL, "bus.fenced",
                   "another instance of %s took over (epoch %lld, ours %lld)",
                   self->identity, (long long)epoch, (long long)self->standby.epoch);
}

void sk_sqlite_heartbeat(struct sk_sqlite_bus *self)
{
    struct sk_sqlite_standby *standby = &self->standby;
    int64_t now_ms = sk_clock_monotonic_ms();

    if (!standby->active || now_ms - standby->since_ms < BEAT_EVERY_MS)
        return;
    standby->since_ms = now_ms;
    standby->beat++;
    ssize_t written = pwrite(standby->file, &standby->beat, sizeof(standby->beat),
                             beat_offset(standby->epoch));
    (void)written; /* a full disk: at worst a standby takes over */
}

void sk_sqlite_standby_close(struct sk_sqlite_bus *self)
{
    struct sk_sqlite_standby *standby = &self->standby;

    if (standby->file < 0)
        return;
    if (standby->active) /* also when a forked child still has the descriptor */
        byte_unlock(standby->file, standby->epoch);
    close(standby->file);
}

enum sk_verdict sk_sqlite_identity_hold(struct sk_sqlite_bus *self,
                                        struct sk_text identity, int *ret_file,
                                        struct sk_error *err)
{
    int64_t epoch = 0;
    int file = -1;

    SK_TRY(open_file(self, identity, &file, err));
    enum sk_verdict verdict = epoch_read(self, identity, &epoch, err);
    if (verdict == SK_OK && !byte_lock(file, epoch))
        verdict = sk_fail(err, SK_REJECT, "bus.active",
                          "process %.*s is active; stop it first", SK_TEXT_ARG(identity));
    if (verdict != SK_OK) {
        close(file);
        return verdict;
    }
    *ret_file = file;
    return SK_OK;
}
