/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Units of work. A unit gathers its messages in memory and takes the lock only inside
 * commit: an open unit holds nobody up, publish may come in between, and to abort is to
 * forget.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "bus/partition.h"
#include "bus/sqlite.h"

/* What one transaction adds to one shard. */
struct sk_sqlite_growth {
    int64_t shard;
    int64_t next; /* the position of the next message */
    int64_t records;
    int64_t bytes;
    int64_t newest_ms;
    int64_t garbage;
};

static enum sk_verdict message_make(struct sk_sqlite_bus *self,
                                    const struct sk_bus_message *message,
                                    struct sk_arena *arena,
                                    struct sk_sqlite_message *ret_message,
                                    struct sk_error *err)
{
    const struct sk_sqlite_topic *topic = NULL;

    SK_TRY(sk_sqlite_topic_find(self, message->topic, &topic, err));
    *ret_message = (struct sk_sqlite_message){
        .topic = topic,
        .shard = topic->first_shard + sk_partition_of(message->key, topic->partitions),
        .key = message->key,
        .value = message->value,
        .headers =
            sk_sqlite_headers_encode(message->headers, message->header_count, arena),
        .sent_ms = sk_clock_now_ms(),
    };
    return SK_OK;
}

enum sk_verdict sk_sqlite_unit_begin(struct sk_bus *bus, struct sk_error *err)
{
    struct sk_sqlite_bus *self = (struct sk_sqlite_bus *)bus;

    if (!self->standby.active)
        return sk_fail(err, SK_FATAL, "bus.use", "begin without being active");
    if (self->writer.open)
        return sk_fail(err, SK_FATAL, "bus.use", "begin inside a unit of work");
    self->writer.open = true;
    return SK_OK;
}

enum sk_verdict sk_sqlite_send(struct sk_bus *bus, const struct sk_bus_message *message,
                               struct sk_error *err)
{
    struct sk_sqlite_bus *self = (struct sk_sqlite_bus *)bus;
    struct sk_sqlite_writer *writer = &self->writer;
    struct sk_sqlite_message made;

    if (!writer->open)
        return sk_fail(err, SK_FATAL, "bus.use", "send outside a unit of work");
    SK_TRY(message_make(self, message, &writer->arena, &made, err));
    made.key = sk_arena_text(&writer->arena, made.key);
    if (made.value.data) {
        uint8_t *copy = sk_arena_alloc(&writer->arena, made.value.size + 1);
        made.value.data = memcpy(copy, made.value.data, made.value.size);
    }
    writer->messages = sk_grow(writer->messages, &writer->capacity, writer->count + 1,
                               sizeof(*writer->messages));
    writer->messages[writer->count++] = made;
    return SK_OK;
}

/* The growth of the message's shard in this transaction; reads it at first use. */
static enum sk_verdict growth_of(struct sk_sqlite_bus *self, int64_t shard,
                                 struct sk_sqlite_growth **ret_growth,
                                 struct sk_error *err)
{
    struct sk_sqlite_writer *writer = &self->writer;
    sk_auto_reset *statement = NULL;
    bool row = false;

    for (size_t i = 0; i < writer->growth_count; i++) {
        if (writer->growths[i].shard == shard) {
            *ret_growth = &writer->growths[i];
            return SK_OK;
        }
    }
    SK_TRY(sk_sqlite_use(self, SK_ST_SHARD, &statement, err));
    sqlite3_bind_int64(statement, 1, shard);
    SK_TRY(sk_sqlite_step(&self->file, statement, &row, err));
    writer->growths = sk_grow(writer->growths, &writer->growth_capacity,
                              writer->growth_count + 1, sizeof(*writer->growths));
    *ret_growth = &writer->growths[writer->growth_count++];
    **ret_growth = (struct sk_sqlite_growth){
        .shard = shard,
        .next = sqlite3_column_int64(statement, 0),
    };
    return SK_OK;
}

static struct sk_bytes key_bytes(const struct sk_sqlite_message *message)
{
    return (struct sk_bytes){(const uint8_t *)message->key.data, message->key.size};
}

static enum sk_verdict head_put(struct sk_sqlite_bus *self,
                                enum sk_sqlite_statement which,
                                const struct sk_sqlite_message *message, int64_t id,
                                struct sk_error *err)
{
    sqlite3_stmt *statement = NULL;

    SK_TRY(sk_sqlite_use(self, which, &statement, err));
    sqlite3_bind_int64(statement, 1, message->shard);
    sk_sqlite_bind_bytes(statement, 2, key_bytes(message));
    sqlite3_bind_int64(statement, 3, id);
    return sk_sqlite_run(&self->file, statement, err);
}

/* Makes the record `id` the newest of its key and counts what may go now or later: the
 * one before it, and itself when it is a tombstone. */
static enum sk_verdict head_move(struct sk_sqlite_bus *self,
                                 const struct sk_sqlite_message *message, int64_t id,
                                 struct sk_sqlite_growth *growth, struct sk_error *err)
{
    SK_TRY(head_put(self, SK_ST_HEAD_MOVE, message, id, err));
    bool known = sqlite3_changes(self->file.db) > 0;
    growth->garbage += known + (message->value.data == NULL);
    return known ? SK_OK : head_put(self, SK_ST_HEAD_ADD, message, id, err);
}

static enum sk_verdict insert(struct sk_sqlite_bus *self,
                              const struct sk_sqlite_message *message,
                              struct sk_error *err)
{
    struct sk_sqlite_growth *growth = NULL;
    sqlite3_stmt *statement = NULL;

    SK_TRY(growth_of(self, message->shard, &growth, err));
    int64_t id = sk_shard_id(message->shard, growth->next);
    SK_TRY(sk_sqlite_use(self, SK_ST_INSERT, &statement, err));
    sqlite3_bind_int64(statement, 1, id);
    sk_sqlite_bind_bytes(statement, 2, key_bytes(message));
    sqlite3_bind_int64(statement, 3, message->sent_ms);
    sk_sqlite_bind_bytes(statement, 4, message->headers);
    sk_sqlite_bind_bytes(statement, 5, message->value);
    SK_TRY(sk_sqlite_run(&self->file, statement, err));
    growth->next++;
    growth->records++;
    growth->bytes +=
        (int64_t)(message->key.size + message->headers.size + message->value.size);
    if (message->sent_ms > growth->newest_ms)
        growth->newest_ms = message->sent_ms;
    return head_move(self, message, id, growth, err);
}

static enum sk_verdict insert_all(struct sk_sqlite_bus *self,
                                  const struct sk_sqlite_message *messages, size_t count,
                                  struct sk_error *err)
{
    struct sk_sqlite_writer *writer = &self->writer;
    sqlite3_stmt *statement = NULL;

    writer->growth_count = 0;
    for (size_t i = 0; i < count; i++)
        SK_TRY(insert(self, &messages[i], err));
    SK_TRY(sk_sqlite_use(self, SK_ST_SHARD_WRITTEN, &statement, err));
    for (size_t i = 0; i < writer->growth_count; i++) {
        const struct sk_sqlite_growth *growth = &writer->growths[i];
        sqlite3_bind_int64(statement, 1, growth->shard);
        sqlite3_bind_int64(statement, 2, growth->records);
        sqlite3_bind_int64(statement, 3, growth->bytes);
        sqlite3_bind_int64(statement, 4, growth->newest_ms);
        sqlite3_bind_int64(statement, 5, growth->garbage);
        SK_TRY(sk_sqlite_run(&self->file, statement, err));
    }
    return SK_OK;
}

static bool has_source_events(const struct sk_sqlite_bus *self)
{
    for (size_t i = 0; i < self->writer.count && self->source_writes; i++) {
        if (!self->writer.messages[i].topic->ours)
            return true;
    }
    return false;
}

static enum sk_verdict unit_write(struct sk_sqlite_bus *self, struct sk_error *err)
{
    struct sk_sqlite_writer *writer = &self->writer;

    SK_TRY(sk_sqlite_begin(&self->file, err));
    SK_TRY(sk_sqlite_fence_check(self, err));
    if (writer->count > 0) {
        SK_TRY(sk_sqlite_room_check(self, has_source_events(self), err));
        SK_TRY(insert_all(self, writer->messages, writer->count, err));
    }
    SK_TRY(sk_sqlite_positions_write(self, err));
    return sk_sqlite_commit(&self->file, err);
}

/* After any failure the file is as before, and nobody waits for us. */
static enum sk_verdict settle(struct sk_sqlite_bus *self, enum sk_verdict verdict,
                              struct sk_error *err)
{
    if (verdict != SK_OK) {
        sk_sqlite_rollback(&self->file);
        if (strcmp(err->id, "bus.full") == 0)
            sk_sqlite_clean_when_full(self);
        return verdict;
    }
    self->reader.busy_ms = sk_clock_monotonic_ms();
    return SK_OK;
}

static void unit_forget(struct sk_sqlite_bus *self)
{
    self->writer.open = false;
    self->writer.count = 0;
    sk_arena_reset(&self->writer.arena);
}

enum sk_verdict sk_sqlite_unit_commit(struct sk_bus *bus, struct sk_error *err)
{
    struct sk_sqlite_bus *self = (struct sk_sqlite_bus *)bus;
    bool sends = self->writer.count > 0;

    if (!self->writer.open)
        return sk_fail(err, SK_FATAL, "bus.use", "commit outside a unit of work");
    sk_sqlite_heartbeat(self);
    SK_TRY(settle(self, unit_write(self, err), err));
    if (sends)
        sk_sqlite_wake_others(self);
    sk_sqlite_positions_committed(self);
    unit_forget(self);
    sk_sqlite_clean_if_due(self);
    return SK_OK;
}

enum sk_verdict sk_sqlite_unit_abort(struct sk_bus *bus, struct sk_error *err)
{
    struct sk_sqlite_bus *self = (struct sk_sqlite_bus *)bus;

    if (!self->writer.open)
        return sk_fail(err, SK_FATAL, "bus.use", "abort outside a unit of work");
    unit_forget(self);
    sk_sqlite_positions_aborted(self);
    sk_wake_timer_signal(&self->wake.timer, true);
    return SK_OK;
}

static enum sk_verdict publish_write(struct sk_sqlite_bus *self,
                                     const struct sk_sqlite_message *message,
                                     struct sk_error *err)
{
    SK_TRY(sk_sqlite_begin(&self->file, err));
    SK_TRY(sk_sqlite_room_check(self, false, err));
    SK_TRY(insert_all(self, message, 1, err));
    return sk_sqlite_commit(&self->file, err);
}

enum sk_verdict sk_sqlite_publish(struct sk_bus *bus,
                                  const struct sk_bus_message *message,
                                  struct sk_error *err)
{
    struct sk_sqlite_bus *self = (struct sk_sqlite_bus *)bus;
    sk_arena_auto arena = {0};
    struct sk_sqlite_message made;

    SK_TRY(message_make(self, message, &arena, &made, err));
    SK_TRY(settle(self, publish_write(self, &made, err), err));
    sk_sqlite_wake_others(self);
    sk_sqlite_clean_if_due(self);
    return SK_OK;
}

void sk_sqlite_writer_close(struct sk_sqlite_bus *self)
{
    free(self->writer.messages);
    free(self->writer.growths);
    sk_arena_fini(&self->writer.arena);
}
