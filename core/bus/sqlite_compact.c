/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compaction: of each key the newest record stays, and a tombstone for as long as its
 * topic says. A shard is swept from its first record to its last when half of it is
 * garbage (else after an hour, or when the disk is full), so that each page that is
 * rewritten gives back much. A step looks at a stretch without the lock and then erases
 * what it found, 1,000 records at most, in one short transaction that also stores how far
 * the sweep is: whoever cleans next goes on there.
 */
#include "base/clock.h"
#include "bus/sqlite.h"

enum {
    STRETCH = 5000, /* records looked at in one step */
    CHUNK = 1000,   /* records erased in one step */
    VACUUM_PAGES = 2000,
    VACUUMS_WHEN_FULL = 20,
    HOUR_MS = 3600000,
};

struct victim {
    int64_t id;
    int64_t bytes;
    bool tombstone;
};

struct sweep {
    int64_t shard;
    int64_t from;  /* the position where this step begins */
    int64_t to;    /* and where the next one does; 0: the sweep is over */
    int64_t undue; /* garbage that must stay for now, in this sweep so far */
    struct victim victims[CHUNK];
    size_t count;
    int64_t records, bytes; /* erased */
};

/* The shard whose turn it is; *ret_found is false when all are clean enough. */
static enum sk_verdict choose(struct sk_sqlite_bus *self, bool eager, struct sweep *sweep,
                              bool *ret_found, struct sk_error *err)
{
    int64_t now_ms = sk_clock_now_ms() + (eager ? HOUR_MS : 0);
    sk_auto_reset *statement = NULL;

    SK_TRY(sk_sqlite_use(self, SK_ST_DIRTY, &statement, err));
    sqlite3_bind_int64(statement, 1, now_ms);
    SK_TRY(sk_sqlite_step(&self->file, statement, ret_found, err));
    if (*ret_found) {
        sweep->shard = sqlite3_column_int64(statement, 0);
        sweep->from = sqlite3_column_int64(statement, 1);
        sweep->undue = sweep->from > 0 ? sqlite3_column_int64(statement, 2) : 0;
    }
    return SK_OK;
}

static const struct sk_sqlite_topic *topic_of(struct sk_sqlite_bus *self, int64_t shard)
{
    size_t at = 0;

    for (struct sk_map_slot *slot; (slot = sk_map_next(&self->topics, &at));) {
        const struct sk_sqlite_topic *topic = slot->value;
        if (shard >= topic->first_shard && shard < topic->first_shard + topic->partitions)
            return topic;
    }
    return NULL;
}

/* Judges the record in the row: id, sent_ms, is a tombstone, newest id of its key, bytes.
 */
static void judge(struct sweep *sweep, sqlite3_stmt *row,
                  const struct sk_sqlite_topic *topic, int64_t now_ms)
{
    int64_t id = sqlite3_column_int64(row, 0);
    bool newest = sqlite3_column_int64(row, 3) == id;
    bool tombstone = sqlite3_column_int(row, 2) != 0;
    int64_t keep_ms = newest ? topic->delete_retention_ms : topic->min_compaction_lag_ms;

    if (newest && !tombstone)
        return;
    if (sqlite3_column_int64(row, 1) > now_ms - keep_ms)
        sweep->undue++;
    else
        sweep->victims[sweep->count++] =
            (struct victim){id, sqlite3_column_int64(row, 4), newest};
}

static enum sk_verdict look(struct sk_sqlite_bus *self, struct sweep *sweep,
                            const struct sk_sqlite_topic *topic, struct sk_error *err)
{
    sk_auto_reset *statement = NULL;
    int64_t now_ms = sk_clock_now_ms();
    bool row = false;

    SK_TRY(sk_sqlite_use(self, SK_ST_SWEEP, &statement, err));
    sqlite3_bind_int64(statement, 1, sk_shard_id(sweep->shard, sweep->from));
    sqlite3_bind_int64(statement, 2, sk_shard_id(sweep->shard + 1, 0));
    sqlite3_bind_int64(statement, 3, sweep->shard);
    for (int i = 0; i < STRETCH && sweep->count < CHUNK; i++) {
        SK_TRY(sk_sqlite_step(&self->file, statement, &row, err));
        if (!row) {
            sweep->to = 0;
            return SK_OK;
        }
        judge(sweep, statement, topic, now_ms);
        sweep->to = sk_shard_position(sqlite3_column_int64(statement, 0)) + 1;
    }
    return SK_OK;
}

/* The key of an old tombstone is forgotten, unless it came to life since we looked. */
static enum sk_verdict head_erase(struct sk_sqlite_bus *self, int64_t id,
                                  struct sk_error *err)
{
    sqlite3_stmt *statement = NULL;

    SK_TRY(sk_sqlite_use(self, SK_ST_HEAD_ERASE, &statement, err));
    sqlite3_bind_int64(statement, 1, id >> SK_SHARD_SHIFT);
    sqlite3_bind_int64(statement, 2, id);
    return sk_sqlite_run(&self->file, statement, err);
}

/* Nobody else erases: the record is still there, as we saw it. */
static enum sk_verdict erase(struct sk_sqlite_bus *self, struct sweep *sweep,
                             const struct victim *victim, struct sk_error *err)
{
    sqlite3_stmt *statement = NULL;

    if (victim->tombstone)
        SK_TRY(head_erase(self, victim->id, err));
    SK_TRY(sk_sqlite_use(self, SK_ST_ERASE, &statement, err));
    sqlite3_bind_int64(statement, 1, victim->id);
    SK_TRY(sk_sqlite_run(&self->file, statement, err));
    sweep->records++;
    sweep->bytes += victim->bytes;
    return SK_OK;
}

/* Gives pages back to the file system when many are free, some at a time. */
static enum sk_verdict vacuum_if_worth(struct sk_sqlite_bus *self, struct sk_error *err)
{
    sqlite3_stmt *statement = NULL;
    int64_t pages = 0, unused = 0;

    SK_TRY(sk_sqlite_number(self, SK_ST_PAGES, &pages, err));
    SK_TRY(sk_sqlite_number(self, SK_ST_FREE_PAGES, &unused, err));
    if (unused < VACUUM_PAGES || unused < pages / 4)
        return SK_OK;
    SK_TRY(sk_sqlite_use(self, SK_ST_VACUUM, &statement, err));
    return sk_sqlite_run(&self->file, statement, err);
}

static enum sk_verdict apply(struct sk_sqlite_bus *self, struct sweep *sweep,
                             struct sk_error *err)
{
    sqlite3_stmt *statement = NULL;

    SK_TRY(sk_sqlite_begin(&self->file, err));
    for (size_t i = 0; i < sweep->count; i++)
        SK_TRY(erase(self, sweep, &sweep->victims[i], err));
    SK_TRY(sk_sqlite_use(self, SK_ST_SHARD_SWEPT, &statement, err));
    sqlite3_bind_int64(statement, 1, sweep->shard);
    sqlite3_bind_int64(statement, 2, sweep->records);
    sqlite3_bind_int64(statement, 3, sweep->bytes);
    sqlite3_bind_int64(statement, 4, sweep->to);
    sqlite3_bind_int64(statement, 5, sweep->undue);
    sqlite3_bind_int64(statement, 6, sk_clock_now_ms());
    SK_TRY(sk_sqlite_run(&self->file, statement, err));
    SK_TRY(vacuum_if_worth(self, err));
    return sk_sqlite_commit(&self->file, err);
}

static enum sk_verdict vacuum(struct sk_sqlite_bus *self, struct sk_error *err)
{
    sqlite3_stmt *statement = NULL;

    SK_TRY(sk_sqlite_begin(&self->file, err));
    SK_TRY(sk_sqlite_use(self, SK_ST_VACUUM, &statement, err));
    SK_TRY(sk_sqlite_run(&self->file, statement, err));
    return sk_sqlite_commit(&self->file, err);
}

enum sk_verdict sk_sqlite_give_back(struct sk_sqlite_bus *self, struct sk_error *err)
{
    int64_t unused = 1;

    for (int i = 0; i < VACUUMS_WHEN_FULL && unused > 0; i++) {
        enum sk_verdict verdict = vacuum(self, err);
        if (verdict != SK_OK) {
            sk_sqlite_rollback(&self->file);
            return verdict;
        }
        SK_TRY(sk_sqlite_number(self, SK_ST_FREE_PAGES, &unused, err));
    }
    return SK_OK;
}

enum sk_verdict sk_sqlite_compact(struct sk_sqlite_bus *self, bool eager, bool *ret_more,
                                  struct sk_error *err)
{
    struct sweep sweep = {0};

    SK_TRY(choose(self, eager, &sweep, ret_more, err));
    if (!*ret_more)
        return SK_OK;
    const struct sk_sqlite_topic *topic = topic_of(self, sweep.shard);
    if (!topic) /* made by another process since we looked at the topics */
        return sk_sqlite_topics_load(self, err);
    SK_TRY(look(self, &sweep, topic, err));
    enum sk_verdict verdict = apply(self, &sweep, err);
    if (verdict != SK_OK)
        sk_sqlite_rollback(&self->file);
    return verdict;
}
