/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where groups stand. A group's first position is stored when its active handle first
 * reads, not at its first commit: so "from the latest" means from then, also after a
 * crash, and lag shows every group that exists.
 */
#include "bus/sqlite.h"

static enum sk_verdict position_load(struct sk_sqlite_bus *self,
                                     const struct sk_sqlite_subscription *subscription,
                                     struct sk_sqlite_cursor *cursor, bool *ret_stored,
                                     struct sk_error *err)
{
    sk_auto_reset *statement = NULL;

    SK_TRY(sk_sqlite_use(self, SK_ST_POSITION, &statement, err));
    sk_sqlite_bind_text(statement, 1, sk_text(subscription->group));
    sqlite3_bind_int64(statement, 2, cursor->shard);
    SK_TRY(sk_sqlite_step(&self->file, statement, ret_stored, err));
    if (*ret_stored)
        cursor->committed = sqlite3_column_int64(statement, 0);
    else
        cursor->committed = subscription->from == SK_BUS_LATEST ? cursor->target : 0;
    return SK_OK;
}

enum sk_verdict sk_sqlite_positions_load(struct sk_sqlite_bus *self,
                                         struct sk_sqlite_subscription *subscription,
                                         struct sk_error *err)
{
    for (size_t i = 0; i < subscription->count && subscription->group; i++) {
        struct sk_sqlite_cursor *cursor = &subscription->cursors[i];
        bool stored = false;
        SK_TRY(position_load(self, subscription, cursor, &stored, err));
        cursor->unstored = !stored;
        cursor->read = cursor->committed;
        sk_flight_fini(&cursor->flight);
    }
    subscription->loaded = true;
    return SK_OK;
}

enum sk_verdict sk_sqlite_position_put(struct sk_sqlite_bus *self, struct sk_text group,
                                       int64_t shard, int64_t position,
                                       struct sk_error *err)
{
    sk_auto_reset *statement = NULL;

    SK_TRY(sk_sqlite_use(self, SK_ST_POSITION_PUT, &statement, err));
    sk_sqlite_bind_text(statement, 1, group);
    sqlite3_bind_int64(statement, 2, shard);
    sqlite3_bind_int64(statement, 3, position);
    sk_sqlite_bind_text(statement, 4, sk_text(self->identity));
    return sk_sqlite_run(&self->file, statement, err);
}

/* Calls `act` for every cursor of every group whose positions are known. */
typedef enum sk_verdict cursor_act(struct sk_sqlite_bus *self, const char *group,
                                   struct sk_sqlite_cursor *cursor, struct sk_error *err);
static enum sk_verdict each_cursor(struct sk_sqlite_bus *self, cursor_act *act,
                                   struct sk_error *err)
{
    for (size_t i = 0; i < self->reader.count; i++) {
        struct sk_sqlite_subscription *subscription = &self->reader.subscriptions[i];
        if (!subscription->group || !subscription->loaded)
            continue;
        for (size_t j = 0; j < subscription->count; j++)
            SK_TRY(act(self, subscription->group, &subscription->cursors[j], err));
    }
    return SK_OK;
}

static enum sk_verdict write_one(struct sk_sqlite_bus *self, const char *group,
                                 struct sk_sqlite_cursor *cursor, struct sk_error *err)
{
    int64_t position = sk_flight_position(&cursor->flight, cursor->read);

    if (position <= cursor->committed && !cursor->unstored)
        return SK_OK;
    return sk_sqlite_position_put(self, sk_text(group), cursor->shard, position, err);
}

static enum sk_verdict commit_one(struct sk_sqlite_bus *, const char *,
                                  struct sk_sqlite_cursor *cursor, struct sk_error *)
{
    cursor->committed = sk_flight_position(&cursor->flight, cursor->read);
    cursor->unstored = false;
    sk_flight_commit(&cursor->flight, cursor->committed);
    return SK_OK;
}

static enum sk_verdict abort_one(struct sk_sqlite_bus *, const char *,
                                 struct sk_sqlite_cursor *cursor, struct sk_error *)
{
    cursor->read = cursor->committed;
    sk_flight_abort(&cursor->flight);
    return SK_OK;
}

enum sk_verdict sk_sqlite_positions_write(struct sk_sqlite_bus *self,
                                          struct sk_error *err)
{
    return each_cursor(self, write_one, err);
}

static enum sk_verdict settle(struct sk_sqlite_bus *self,
                              struct sk_sqlite_subscription *subscription,
                              struct sk_error *err)
{
    SK_TRY(sk_sqlite_begin(&self->file, err));
    SK_TRY(sk_sqlite_fence_check(self, err));
    SK_TRY(sk_sqlite_positions_load(self, subscription, err));
    SK_TRY(sk_sqlite_positions_write(self, err));
    return sk_sqlite_commit(&self->file, err);
}

enum sk_verdict sk_sqlite_positions_settle(struct sk_sqlite_bus *self,
                                           struct sk_error *err)
{
    if (!self->standby.active || self->writer.open)
        return SK_OK;
    for (size_t i = 0; i < self->reader.count; i++) {
        struct sk_sqlite_subscription *subscription = &self->reader.subscriptions[i];
        if (!subscription->group || subscription->loaded)
            continue;
        enum sk_verdict verdict = settle(self, subscription, err);
        if (verdict != SK_OK) {
            sk_sqlite_rollback(&self->file);
            subscription->loaded = false;
            return verdict;
        }
        sk_sqlite_positions_committed(self);
    }
    return SK_OK;
}

void sk_sqlite_positions_committed(struct sk_sqlite_bus *self)
{
    (void)each_cursor(self, commit_one, NULL);
}

void sk_sqlite_positions_aborted(struct sk_sqlite_bus *self)
{
    (void)each_cursor(self, abort_one, NULL);
}

/* By content: the caller may have copied the record. */
static struct sk_sqlite_cursor *cursor_of(struct sk_sqlite_bus *self,
                                          const struct sk_bus_record *record)
{
    if (record->subscription < 0 || (size_t)record->subscription >= self->reader.count)
        return NULL;
    struct sk_sqlite_subscription *subscription =
        &self->reader.subscriptions[record->subscription];
    for (size_t i = 0; i < subscription->count && subscription->group; i++) {
        struct sk_sqlite_cursor *cursor = &subscription->cursors[i];
        if (cursor->partition == record->partition &&
            sk_text_equal(cursor->topic->name, record->topic))
            return cursor;
    }
    return NULL;
}

enum sk_verdict sk_sqlite_done(struct sk_bus *bus, const struct sk_bus_record *record,
                               struct sk_error *err)
{
    struct sk_sqlite_bus *self = (struct sk_sqlite_bus *)bus;
    struct sk_sqlite_cursor *cursor = cursor_of(self, record);

    bool done = self->writer.open && cursor &&
                (record->position < cursor->committed ||
                 sk_flight_done(&cursor->flight, record->position));
    return sk_flight_answer(done, self->writer.open, record, err);
}
