/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Subscriptions and poll. A look is one short snapshot: it reads the ends of all shards
 * first, so that only cursors with something new run a query, copies at most 1 MiB or 500
 * records of one subscription, and lets the snapshot go. So a slow reader never holds up
 * the log, and compaction shows itself as gaps only.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "bus/sqlite.h"

enum { BATCH_BYTES = 1024 * 1024 };

/* Reads where every shard ends. */
enum sk_verdict sk_sqlite_ends_read(struct sk_sqlite_bus *self, struct sk_error *err)
{
    struct sk_sqlite_reader *reader = &self->reader;
    sk_auto_reset *statement = NULL;
    bool row = true;

    SK_TRY(sk_sqlite_use(self, SK_ST_SHARDS, &statement, err));
    while (true) {
        SK_TRY(sk_sqlite_step(&self->file, statement, &row, err));
        if (!row)
            return SK_OK;
        size_t shard = (size_t)sqlite3_column_int64(statement, 0);
        reader->ends =
            sk_grow(reader->ends, &reader->end_count, shard + 1, sizeof(*reader->ends));
        reader->ends[shard] = sqlite3_column_int64(statement, 1);
    }
}

int64_t sk_sqlite_position_resolve(const struct sk_sqlite_bus *self, int64_t shard,
                                   int64_t position)
{
    int64_t end = self->reader.ends[shard];

    if (position == -1)
        return 0;
    return position < 0 || position > end ? end : position;
}

static void subscription_fini(struct sk_sqlite_subscription *subscription)
{
    for (size_t i = 0; i < subscription->count; i++)
        sk_flight_fini(&subscription->cursors[i].flight);
    free(subscription->cursors);
    free(subscription->group);
}

static enum sk_verdict cursors_add(struct sk_sqlite_bus *self,
                                   struct sk_sqlite_subscription *subscription,
                                   struct sk_text name, struct sk_error *err)
{
    const struct sk_sqlite_topic *topic = NULL;
    size_t count = subscription->count;

    SK_TRY(sk_sqlite_topic_find(self, name, &topic, err));
    subscription->cursors =
        sk_realloc(subscription->cursors,
                   (count + (size_t)topic->partitions) * sizeof(*subscription->cursors));
    for (int32_t i = 0; i < topic->partitions; i++) {
        subscription->cursors[count + (size_t)i] = (struct sk_sqlite_cursor){
            .topic = topic,
            .partition = i,
            .shard = topic->first_shard + i,
        };
    }
    subscription->count += (size_t)topic->partitions;
    return SK_OK;
}

static enum sk_verdict subscription_fill(struct sk_sqlite_bus *self,
                                         struct sk_sqlite_subscription *subscription,
                                         const struct sk_bus_subscription *wanted,
                                         struct sk_error *err)
{
    for (size_t i = 0; i < wanted->count; i++)
        SK_TRY(cursors_add(self, subscription, wanted->topics[i], err));
    SK_TRY(sk_sqlite_ends_read(self, err));
    for (size_t i = 0; i < subscription->count; i++) {
        struct sk_sqlite_cursor *cursor = &subscription->cursors[i];
        cursor->target = self->reader.ends[cursor->shard];
    }
    return SK_OK;
}

enum sk_verdict sk_sqlite_subscribe(struct sk_bus *bus,
                                    const struct sk_bus_subscription *wanted,
                                    int *ret_number, struct sk_error *err)
{
    struct sk_sqlite_bus *self = (struct sk_sqlite_bus *)bus;
    struct sk_sqlite_reader *reader = &self->reader;
    struct sk_sqlite_subscription subscription = {
        .group = wanted->group ? sk_strdup(wanted->group) : NULL,
        .from = wanted->from,
    };
    enum sk_verdict verdict = subscription_fill(self, &subscription, wanted, err);

    if (verdict != SK_OK) {
        subscription_fini(&subscription);
        return verdict;
    }
    reader->subscriptions = sk_grow(reader->subscriptions, &reader->capacity,
                                    reader->count + 1, sizeof(*reader->subscriptions));
    reader->subscriptions[reader->count] = subscription;
    *ret_number = (int)reader->count++;
    sk_wake_timer_signal(&self->wake.timer, true);
    return SK_OK;
}

void sk_sqlite_pause(struct sk_bus *bus, int subscription, bool paused)
{
    struct sk_sqlite_bus *self = (struct sk_sqlite_bus *)bus;

    self->reader.subscriptions[subscription].paused = paused;
    if (!paused)
        sk_wake_timer_signal(&self->wake.timer, true);
}

static bool batch_full(const struct sk_sqlite_reader *reader)
{
    return reader->record_count >= SK_BUS_BATCH_RECORDS || reader->bytes >= BATCH_BYTES;
}

/* Copies one row unless it was done already. */
static enum sk_verdict row_take(struct sk_sqlite_bus *self, sqlite3_stmt *row,
                                const struct sk_sqlite_subscription *subscription,
                                struct sk_sqlite_cursor *cursor, struct sk_error *err)
{
    struct sk_sqlite_reader *reader = &self->reader;
    int64_t position = sk_shard_position(sqlite3_column_int64(row, 0));
    struct sk_bus_record record;
    size_t bytes = 0;

    if (!subscription->group || sk_flight_take(&cursor->flight, position)) {
        SK_TRY(sk_sqlite_record_copy(row, &reader->arena, &record, &bytes, err));
        record.topic = cursor->topic->name;
        record.partition = cursor->partition;
        record.subscription = (int)(subscription - reader->subscriptions);
        reader->records = sk_grow(reader->records, &reader->record_capacity,
                                  reader->record_count + 1, sizeof(*reader->records));
        reader->records[reader->record_count++] = record;
        reader->bytes += bytes;
    }
    cursor->read = position + 1;
    return SK_OK;
}

static enum sk_verdict cursor_read(struct sk_sqlite_bus *self,
                                   const struct sk_sqlite_subscription *subscription,
                                   struct sk_sqlite_cursor *cursor, struct sk_error *err)
{
    sk_auto_reset *statement = NULL;
    int64_t end = self->reader.ends[cursor->shard];
    bool row = true;

    if (cursor->read >= end)
        return SK_OK;
    SK_TRY(sk_sqlite_use(self, SK_ST_READ, &statement, err));
    sqlite3_bind_int64(statement, 1, sk_shard_id(cursor->shard, cursor->read));
    sqlite3_bind_int64(statement, 2, sk_shard_id(cursor->shard, end));
    while (!batch_full(&self->reader)) {
        SK_TRY(sk_sqlite_step(&self->file, statement, &row, err));
        if (!row) {
            cursor->read = end; /* also past what compaction took at the end */
            return SK_OK;
        }
        SK_TRY(row_take(self, statement, subscription, cursor, err));
    }
    return SK_OK;
}

static enum sk_verdict subscription_read(struct sk_sqlite_bus *self,
                                         struct sk_sqlite_subscription *subscription,
                                         struct sk_error *err)
{
    if (!subscription->loaded)
        SK_TRY(sk_sqlite_positions_load(self, subscription, err));
    size_t first = subscription->turn++;
    for (size_t i = 0; i < subscription->count && !batch_full(&self->reader); i++) {
        size_t at = (first + i) % subscription->count;
        SK_TRY(cursor_read(self, subscription, &subscription->cursors[at], err));
    }
    return SK_OK;
}

static enum sk_verdict snapshot_look(struct sk_sqlite_bus *self, struct sk_error *err)
{
    struct sk_sqlite_reader *reader = &self->reader;
    size_t first = reader->turn++;

    SK_TRY(sk_sqlite_ends_read(self, err));
    for (size_t i = 0; i < reader->count && reader->record_count == 0; i++) {
        struct sk_sqlite_subscription *subscription =
            &reader->subscriptions[(first + i) % reader->count];
        if (!subscription->paused)
            SK_TRY(subscription_read(self, subscription, err));
    }
    return SK_OK;
}

/* A failure after some records were copied is not lost: it comes back in the next look.
 */
static enum sk_verdict look(struct sk_sqlite_bus *self, struct sk_error *err)
{
    struct sk_sqlite_reader *reader = &self->reader;

    sk_arena_reset(&reader->arena);
    reader->record_count = 0;
    reader->bytes = 0;
    SK_TRY(sk_sqlite_snapshot_begin(&self->file, err));
    enum sk_verdict verdict = snapshot_look(self, err);
    sk_sqlite_snapshot_end(&self->file);
    return reader->record_count > 0 ? SK_OK : verdict;
}

enum sk_verdict sk_sqlite_poll(struct sk_bus *bus, int timeout_ms,
                               struct sk_bus_batch *ret_batch, struct sk_error *err)
{
    struct sk_sqlite_bus *self = (struct sk_sqlite_bus *)bus;
    struct sk_sqlite_reader *reader = &self->reader;
    int64_t deadline = sk_clock_monotonic_ms() + (timeout_ms < 0 ? 0 : timeout_ms);

    while (true) {
        sk_sqlite_wake_clear(self);
        sk_sqlite_heartbeat(self);
        SK_TRY(sk_sqlite_positions_settle(self, err));
        SK_TRY(look(self, err));
        int64_t left = deadline - sk_clock_monotonic_ms();
        if (reader->record_count > 0 || left <= 0)
            break;
        sk_sqlite_clean_if_due(self);
        if (!sk_sqlite_wake_wait(self, left))
            break;
    }
    if (reader->record_count > 0)
        reader->busy_ms = sk_clock_monotonic_ms();
    else
        sk_sqlite_relax(self);
    sk_wake_timer_signal(&self->wake.timer, reader->record_count > 0);
    *ret_batch = (struct sk_bus_batch){reader->records, reader->record_count};
    return SK_OK;
}

int sk_sqlite_descriptor(struct sk_bus *bus)
{
    return ((struct sk_sqlite_bus *)bus)->wake.descriptor;
}

enum sk_verdict sk_sqlite_caught_up(struct sk_bus *bus, int subscription,
                                    bool *ret_caught_up, struct sk_error *)
{
    struct sk_sqlite_bus *self = (struct sk_sqlite_bus *)bus;
    const struct sk_sqlite_subscription *asked =
        &self->reader.subscriptions[subscription];

    *ret_caught_up = true;
    for (size_t i = 0; i < asked->count; i++) {
        const struct sk_sqlite_cursor *cursor = &asked->cursors[i];
        if (cursor->target > 0 && (!asked->loaded || cursor->read < cursor->target))
            *ret_caught_up = false;
    }
    return SK_OK;
}

void sk_sqlite_reader_forget(struct sk_sqlite_bus *self)
{
    for (size_t i = 0; i < self->reader.count; i++) {
        struct sk_sqlite_subscription *subscription = &self->reader.subscriptions[i];
        if (subscription->group)
            subscription->loaded = false;
    }
    sk_wake_timer_signal(&self->wake.timer, true);
}

void sk_sqlite_reader_close(struct sk_sqlite_bus *self)
{
    struct sk_sqlite_reader *reader = &self->reader;

    for (size_t i = 0; i < reader->count; i++)
        subscription_fini(&reader->subscriptions[i]);
    free(reader->subscriptions);
    free(reader->ends);
    free(reader->records);
    sk_arena_fini(&reader->arena);
}
