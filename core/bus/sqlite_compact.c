/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compaction: of each key the newest record stays, and a tombstone for as long as its
 * topic says. Every new record is looked at once, in order: the record of the same key
 * before it is superseded. So the work follows what was written, not what is kept. A step
 * first looks, without the lock, and then erases what it found in one short transaction.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "bus/sqlite.h"

enum {
    STEP_RECORDS = 1000,
    TOMBSTONES_EVERY_MS = 60000,
    VACUUM_PAGES = 2000, /* free pages worth giving back */
};

/* What one step found in one shard. */
struct progress {
    int64_t shard;
    int64_t cleaned; /* looked at up to here */
    int64_t records; /* erased */
    int64_t bytes;
};

struct step {
    int64_t *victims; /* ids of records to erase */
    size_t victim_count, victim_capacity;
    struct progress *shards;
    size_t shard_count, shard_capacity;
    int64_t budget; /* records that may still be looked at */
};

static void step_fini(struct step *step)
{
    free(step->victims);
    free(step->shards);
}

static void victim_add(struct step *step, int64_t id)
{
    step->victims = sk_grow(step->victims, &step->victim_capacity, step->victim_count + 1,
                            sizeof(*step->victims));
    step->victims[step->victim_count++] = id;
}

static struct progress *progress_of(struct step *step, int64_t shard)
{
    for (size_t i = 0; i < step->shard_count; i++) {
        if (step->shards[i].shard == shard)
            return &step->shards[i];
    }
    step->shards = sk_grow(step->shards, &step->shard_capacity, step->shard_count + 1,
                           sizeof(*step->shards));
    step->shards[step->shard_count] = (struct progress){.shard = shard};
    return &step->shards[step->shard_count++];
}

static const struct sk_sqlite_topic *topic_of(struct sk_sqlite_bus *self, int64_t shard)
{
    size_t at = 0;

    for (struct sk_map_slot *slot; (slot = sk_map_next(&self->topics, &at));) {
        const struct sk_sqlite_topic *topic = slot->value;
        if (shard >= topic->first_shard && shard < topic->first_shard + topic->partitions)
            return topic;
    }
    return NULL; /* made by another process a moment ago */
}

/* Looks at the records of one shard from where the last step ended. */
static enum sk_verdict scan(struct sk_sqlite_bus *self, struct step *step, int64_t shard,
                            int64_t cleaned, struct sk_error *err)
{
    const struct sk_sqlite_topic *topic = topic_of(self, shard);
    int64_t lag_ms = topic ? topic->min_compaction_lag_ms : 0;
    int64_t until_ms = lag_ms > 0 ? sk_clock_now_ms() - lag_ms : INT64_MAX;
    sk_auto_reset *statement = NULL;
    bool row = true;

    SK_TRY(sk_sqlite_use(self, SK_ST_SUPERSEDED, &statement, err));
    sqlite3_bind_int64(statement, 1, sk_shard_id(shard, cleaned));
    sqlite3_bind_int64(statement, 2, sk_shard_id(shard + 1, 0));
    sqlite3_bind_int64(statement, 3, step->budget);
    while (step->budget > 0) {
        SK_TRY(sk_sqlite_step(&self->file, statement, &row, err));
        if (!row || sqlite3_column_int64(statement, 1) > until_ms)
            return SK_OK;
        if (sqlite3_column_type(statement, 2) != SQLITE_NULL)
            victim_add(step, sqlite3_column_int64(statement, 2));
        progress_of(step, shard)->cleaned =
            sk_shard_position(sqlite3_column_int64(statement, 0)) + 1;
        step->budget--;
    }
    return SK_OK;
}

/* Shards take turns, so that a busy one does not keep the others from their turn. */
static enum sk_verdict scan_shards(struct sk_sqlite_bus *self, struct step *step,
                                   struct sk_error *err)
{
    while (step->budget > 0) {
        sk_auto_reset *statement = NULL;
        bool row = false;
        SK_TRY(sk_sqlite_use(self, SK_ST_UNCLEAN, &statement, err));
        sqlite3_bind_int64(statement, 1, self->clean.turn);
        SK_TRY(sk_sqlite_step(&self->file, statement, &row, err));
        if (!row) {
            self->clean.turn = 0;
            return SK_OK;
        }
        self->clean.turn = sqlite3_column_int64(statement, 0);
        SK_TRY(
            scan(self, step, self->clean.turn, sqlite3_column_int64(statement, 1), err));
    }
    return SK_OK;
}

static enum sk_verdict scan_tombstones(struct sk_sqlite_bus *self, struct step *step,
                                       const struct sk_sqlite_topic *topic,
                                       struct sk_error *err)
{
    for (int64_t shard = topic->first_shard;
         shard < topic->first_shard + topic->partitions; shard++) {
        sk_auto_reset *statement = NULL;
        bool row = true;
        SK_TRY(sk_sqlite_use(self, SK_ST_TOMBSTONES, &statement, err));
        sqlite3_bind_int64(statement, 1, shard);
        sqlite3_bind_int64(statement, 2, sk_clock_now_ms() - topic->delete_retention_ms);
        sqlite3_bind_int64(statement, 3, STEP_RECORDS);
        while (true) {
            SK_TRY(sk_sqlite_step(&self->file, statement, &row, err));
            if (!row)
                break;
            victim_add(step, sqlite3_column_int64(statement, 0));
        }
    }
    return SK_OK;
}

static enum sk_verdict tombstones_if_due(struct sk_sqlite_bus *self, struct step *step,
                                         struct sk_error *err)
{
    int64_t now_ms = sk_clock_monotonic_ms();
    size_t at = 0;

    if (now_ms < self->clean.tombstones_ms)
        return SK_OK;
    self->clean.tombstones_ms = now_ms + TOMBSTONES_EVERY_MS;
    for (struct sk_map_slot *slot; (slot = sk_map_next(&self->topics, &at));)
        SK_TRY(scan_tombstones(self, step, slot->value, err));
    return SK_OK;
}

static enum sk_verdict erase(struct sk_sqlite_bus *self, struct step *step,
                             struct sk_error *err)
{
    for (size_t i = 0; i < step->victim_count; i++) {
        sk_auto_reset *statement = NULL;
        bool row = false;
        SK_TRY(sk_sqlite_use(self, SK_ST_ERASE, &statement, err));
        sqlite3_bind_int64(statement, 1, step->victims[i]);
        SK_TRY(sk_sqlite_step(&self->file, statement, &row, err));
        if (!row)
            continue; /* superseded and a tombstone: found twice */
        struct progress *progress = progress_of(step, step->victims[i] >> SK_SHARD_SHIFT);
        progress->records++;
        progress->bytes += sqlite3_column_int64(statement, 0);
    }
    return SK_OK;
}

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

static enum sk_verdict apply(struct sk_sqlite_bus *self, struct step *step,
                             struct sk_error *err)
{
    sqlite3_stmt *statement = NULL;

    SK_TRY(sk_sqlite_begin(&self->file, err));
    SK_TRY(erase(self, step, err));
    SK_TRY(sk_sqlite_use(self, SK_ST_SHARD_CLEANED, &statement, err));
    for (size_t i = 0; i < step->shard_count; i++) {
        const struct progress *progress = &step->shards[i];
        sqlite3_bind_int64(statement, 1, progress->shard);
        sqlite3_bind_int64(statement, 2, progress->cleaned);
        sqlite3_bind_int64(statement, 3, progress->records);
        sqlite3_bind_int64(statement, 4, progress->bytes);
        SK_TRY(sk_sqlite_run(&self->file, statement, err));
    }
    SK_TRY(vacuum_if_worth(self, err));
    return sk_sqlite_commit(&self->file, err);
}

enum sk_verdict sk_sqlite_compact_step(struct sk_sqlite_bus *self, bool *ret_more,
                                       struct sk_error *err)
{
    SK_CLEANUP(step_fini) struct step step = {.budget = STEP_RECORDS};

    *ret_more = false;
    SK_TRY(scan_shards(self, &step, err));
    SK_TRY(tombstones_if_due(self, &step, err));
    if (step.shard_count == 0 && step.victim_count == 0)
        return SK_OK;
    enum sk_verdict verdict = apply(self, &step, err);
    if (verdict != SK_OK)
        sk_sqlite_rollback(&self->file);
    *ret_more = step.budget == 0;
    return verdict;
}
