/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Topics and groups for set-up and tools. Listings are gathered first and called back
 * after, so that a slow visitor holds no snapshot.
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "bus/sqlite.h"

static enum sk_verdict shards_add(struct sk_sqlite_bus *self, int64_t first,
                                  int32_t count, struct sk_error *err)
{
    sqlite3_stmt *statement = NULL;

    SK_TRY(sk_sqlite_use(self, SK_ST_SHARD_ADD, &statement, err));
    for (int32_t i = 0; i < count; i++) {
        sqlite3_bind_int64(statement, 1, first + i);
        SK_TRY(sk_sqlite_run(&self->file, statement, err));
    }
    return SK_OK;
}

static enum sk_verdict topic_add(struct sk_sqlite_bus *self,
                                 const struct sk_bus_topic_spec *spec,
                                 struct sk_error *err)
{
    const struct sk_sqlite_topic *known = sk_map_get(&self->topics, spec->name);
    sqlite3_stmt *statement = NULL;
    int64_t shards = 0;

    if (known && known->partitions == spec->partitions)
        return SK_OK;
    if (known)
        return sk_fail(err, SK_FATAL, "bus.topic",
                       "topic %.*s has %d partitions, not %d; that number never changes",
                       SK_TEXT_ARG(spec->name), (int)known->partitions,
                       (int)spec->partitions);
    SK_TRY(sk_sqlite_number(self, SK_ST_SHARD_COUNT, &shards, err));
    SK_TRY(shards_add(self, shards, spec->partitions, err));
    SK_TRY(sk_sqlite_use(self, SK_ST_TOPIC_ADD, &statement, err));
    sk_sqlite_bind_text(statement, 1, spec->name);
    sqlite3_bind_int(statement, 2, spec->partitions);
    sqlite3_bind_int64(statement, 3, shards);
    sqlite3_bind_int64(statement, 4, spec->delete_retention_ms);
    sqlite3_bind_int64(statement, 5, spec->min_compaction_lag_ms);
    return sk_sqlite_run(&self->file, statement, err);
}

static enum sk_verdict topics_write(struct sk_sqlite_bus *self,
                                    const struct sk_bus_topic_spec *specs, size_t count,
                                    struct sk_error *err)
{
    SK_TRY(sk_sqlite_begin(&self->file, err));
    SK_TRY(sk_sqlite_topics_load(self, err));
    for (size_t i = 0; i < count; i++)
        SK_TRY(topic_add(self, &specs[i], err));
    return sk_sqlite_commit(&self->file, err);
}

enum sk_verdict sk_sqlite_topics_create(struct sk_bus *bus,
                                        const struct sk_bus_topic_spec *specs,
                                        size_t count, struct sk_error *err)
{
    struct sk_sqlite_bus *self = (struct sk_sqlite_bus *)bus;
    enum sk_verdict verdict = topics_write(self, specs, count, err);

    if (verdict != SK_OK) {
        sk_sqlite_rollback(&self->file);
        return verdict;
    }
    return sk_sqlite_topics_load(self, err);
}

static enum sk_verdict topic_describe(struct sk_sqlite_bus *self,
                                      const struct sk_sqlite_topic *topic,
                                      struct sk_bus_topic *ret_topic,
                                      struct sk_error *err)
{
    *ret_topic =
        (struct sk_bus_topic){.name = topic->name, .partitions = topic->partitions};
    for (int32_t i = 0; i < topic->partitions; i++) {
        sk_auto_reset *statement = NULL;
        bool row = false;
        SK_TRY(sk_sqlite_use(self, SK_ST_SHARD, &statement, err));
        sqlite3_bind_int64(statement, 1, topic->first_shard + i);
        SK_TRY(sk_sqlite_step(&self->file, statement, &row, err));
        ret_topic->records += sqlite3_column_int64(statement, 1);
        ret_topic->bytes += sqlite3_column_int64(statement, 2);
        if (sqlite3_column_int64(statement, 3) > ret_topic->newest_ms)
            ret_topic->newest_ms = sqlite3_column_int64(statement, 3);
    }
    return SK_OK;
}

static int by_name(const void *a, const void *b)
{
    const struct sk_sqlite_topic *const *first = a, *const *second = b;

    return sk_text_compare((*first)->name, (*second)->name);
}

enum sk_verdict sk_sqlite_topics(struct sk_bus *bus, sk_bus_visit_topic *visit,
                                 void *context, struct sk_error *err)
{
    struct sk_sqlite_bus *self = (struct sk_sqlite_bus *)bus;
    size_t at = 0, count = 0;

    SK_TRY(sk_sqlite_topics_load(self, err));
    sk_auto_free const struct sk_sqlite_topic **sorted =
        sk_alloc((self->topics.count + 1) * sizeof(*sorted));
    for (struct sk_map_slot *slot; (slot = sk_map_next(&self->topics, &at));)
        sorted[count++] = slot->value;
    qsort(sorted, count, sizeof(*sorted), by_name);
    for (size_t i = 0; i < count; i++) {
        struct sk_bus_topic topic;
        SK_TRY(topic_describe(self, sorted[i], &topic, err));
        SK_TRY(visit(context, &topic, err));
    }
    return SK_OK;
}

enum { COUNTED = 1000 }; /* unread records, before an upper bound will do */

struct positions {
    struct sk_bus_group_position *items;
    int64_t *shards;
    size_t count, capacity, shard_capacity;
    struct sk_arena arena;
};

static void positions_fini(struct positions *positions)
{
    free(positions->items);
    free(positions->shards);
    sk_arena_fini(&positions->arena);
}

static enum sk_verdict positions_gather(struct sk_sqlite_bus *self, struct sk_text group,
                                        struct positions *positions, struct sk_error *err)
{
    sk_auto_reset *statement = NULL;
    bool row = false;

    SK_TRY(sk_sqlite_use(self, SK_ST_POSITIONS, &statement, err));
    sk_sqlite_bind_text(statement, 1, group);
    while (true) {
        SK_TRY(sk_sqlite_step(&self->file, statement, &row, err));
        if (!row)
            return SK_OK;
        size_t count = positions->count++;
        positions->items = sk_grow(positions->items, &positions->capacity, count + 1,
                                   sizeof(*positions->items));
        positions->shards = sk_grow(positions->shards, &positions->shard_capacity,
                                    count + 1, sizeof(*positions->shards));
        positions->items[count] = (struct sk_bus_group_position){
            .group =
                sk_arena_text(&positions->arena, sk_sqlite_column_text(statement, 0)),
            .topic =
                sk_arena_text(&positions->arena, sk_sqlite_column_text(statement, 1)),
            .partition = sqlite3_column_int(statement, 2),
            .position = sqlite3_column_int64(statement, 4),
            .end = sqlite3_column_int64(statement, 5),
            .lag = sqlite3_column_int64(statement, 6), /* all that are kept, at first */
        };
        positions->shards[count] = sqlite3_column_int64(statement, 3);
    }
}

/* A statement on the unread records of a group's position that gives one number. */
static enum sk_verdict unread(struct sk_sqlite_bus *self, enum sk_sqlite_statement which,
                              const struct sk_bus_group_position *position, int64_t shard,
                              int64_t *ret_value, struct sk_error *err)
{
    sqlite3_stmt *statement = NULL;

    SK_TRY(sk_sqlite_use(self, which, &statement, err));
    sqlite3_bind_int64(statement, 1, sk_shard_id(shard, position->position));
    sqlite3_bind_int64(statement, 2, sk_shard_id(shard, position->end));
    return sk_sqlite_number(self, which, ret_value, err);
}

/* Counts a short backlog; a long one is at most what is kept, or the positions between.
 */
static enum sk_verdict lag_count(struct sk_sqlite_bus *self,
                                 struct sk_bus_group_position *position, int64_t shard,
                                 struct sk_error *err)
{
    int64_t between = position->end - position->position, counted = 0;
    sqlite3_stmt *statement = NULL;

    SK_TRY(sk_sqlite_use(self, SK_ST_WAITING, &statement, err));
    sqlite3_bind_int64(statement, 3, COUNTED);
    SK_TRY(unread(self, SK_ST_WAITING, position, shard, &counted, err));
    if (counted < COUNTED)
        position->lag = counted;
    else if (position->lag > between)
        position->lag = between;
    return SK_OK;
}

enum sk_verdict sk_sqlite_groups(struct sk_bus *bus, struct sk_text group,
                                 sk_bus_visit_group *visit, void *context,
                                 struct sk_error *err)
{
    struct sk_sqlite_bus *self = (struct sk_sqlite_bus *)bus;
    SK_CLEANUP(positions_fini) struct positions positions = {0};

    SK_TRY(positions_gather(self, group, &positions, err));
    for (size_t i = 0; i < positions.count; i++) {
        struct sk_bus_group_position *item = &positions.items[i];
        int64_t shard = positions.shards[i];
        SK_TRY(lag_count(self, item, shard, err));
        SK_TRY(unread(self, SK_ST_OLDEST, item, shard, &item->oldest_ms, err));
        SK_TRY(visit(context, item, err));
    }
    return SK_OK;
}

static enum sk_verdict owner_of(struct sk_sqlite_bus *self, struct sk_text group,
                                struct sk_arena *arena, struct sk_text *ret_owner,
                                struct sk_error *err)
{
    sk_auto_reset *statement = NULL;
    bool row = false;

    SK_TRY(sk_sqlite_use(self, SK_ST_OWNER, &statement, err));
    sk_sqlite_bind_text(statement, 1, group);
    SK_TRY(sk_sqlite_step(&self->file, statement, &row, err));
    if (row)
        *ret_owner = sk_arena_text(arena, sk_sqlite_column_text(statement, 0));
    return SK_OK;
}

static enum sk_verdict reset_write(struct sk_sqlite_bus *self, struct sk_text group,
                                   const struct sk_sqlite_topic *topic, int64_t position,
                                   struct sk_error *err)
{
    SK_TRY(sk_sqlite_begin(&self->file, err));
    SK_TRY(sk_sqlite_ends_read(self, err));
    for (int32_t i = 0; i < topic->partitions; i++) {
        int64_t shard = topic->first_shard + i;
        SK_TRY(sk_sqlite_position_put(
            self, group, shard, sk_sqlite_position_resolve(self, shard, position), err));
    }
    return sk_sqlite_commit(&self->file, err);
}

enum sk_verdict sk_sqlite_group_reset(struct sk_bus *bus, struct sk_text group,
                                      struct sk_text topic_name, int64_t position,
                                      struct sk_error *err)
{
    struct sk_sqlite_bus *self = (struct sk_sqlite_bus *)bus;
    const struct sk_sqlite_topic *topic = NULL;
    sk_arena_auto arena = {0};
    struct sk_text owner = {0};
    int held = -1;

    SK_TRY(sk_sqlite_topic_find(self, topic_name, &topic, err));
    SK_TRY(owner_of(self, group, &arena, &owner, err));
    if (owner.data)
        SK_TRY(sk_sqlite_identity_hold(self, owner, &held, err));
    enum sk_verdict verdict = reset_write(self, group, topic, position, err);
    if (verdict != SK_OK)
        sk_sqlite_rollback(&self->file);
    if (held >= 0)
        close(held);
    return verdict;
}

enum sk_verdict sk_sqlite_backup(struct sk_bus *bus, const char *target,
                                 struct sk_error *err)
{
    struct sk_sqlite_bus *self = (struct sk_sqlite_bus *)bus;

    return sk_sqlite_copy(&self->file, target, err);
}
