/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Subscriptions and poll. Each subscription has a consumer of its own that is told which
 * partitions to read from where; it is never a member of a group (kafka_active says who
 * may read), so a paused subscription is one whose queue nobody empties.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "bus/kafka.h"

enum {
    BATCH_BYTES = 1024 * 1024,
    FIRST_WAIT_MS = 1000,
    REST_WAIT_MS = 20,
    BURST = 64, /* after so many records at once more are worth waiting for */
};

static void subscription_fini(struct sk_kafka_subscription *one)
{
    for (size_t i = 0; i < one->count; i++)
        sk_flight_fini(&one->cursors[i].flight);
    if (one->queue)
        sk_rd.queue_destroy(one->queue);
    if (one->consumer) {
        sk_rd.consumer_close(one->consumer);
        sk_rd.destroy(one->consumer);
    }
    free(one->cursors);
    free(one->group);
}

static enum sk_verdict targets_note(struct sk_kafka_bus *self,
                                    struct sk_kafka_subscription *one,
                                    struct sk_error *err)
{
    sk_auto_list *ends = sk_rd.topic_partition_list_new((int)one->count);
    sk_auto_list *begins = sk_rd.topic_partition_list_new((int)one->count);

    for (size_t i = 0; i < one->count; i++) {
        const char *topic = one->cursors[i].topic->name.data;
        sk_rd.topic_partition_list_add(ends, topic, one->cursors[i].partition);
        sk_rd.topic_partition_list_add(begins, topic, one->cursors[i].partition);
    }
    SK_TRY(sk_kafka_ends(self, ends, err));
    SK_TRY(sk_kafka_begins(self, begins, err));
    for (size_t i = 0; i < one->count; i++) {
        bool empty = ends->elems[i].offset <= begins->elems[i].offset;
        one->cursors[i].target =
            empty && one->from != SK_BUS_LATEST ? 0 : ends->elems[i].offset;
    }
    return SK_OK;
}

static enum sk_verdict subscription_fill(struct sk_kafka_bus *self,
                                         struct sk_kafka_subscription *one,
                                         const struct sk_bus_subscription *wanted,
                                         struct sk_error *err)
{
    static const uint64_t ring = 1;
    const struct sk_kafka_client reader = {
        SK_KAFKA_READER, wanted->group ? wanted->group : "schakel.table", NULL};

    for (size_t i = 0; i < wanted->count; i++) {
        const struct sk_kafka_topic *topic = NULL;
        SK_TRY(sk_kafka_topic_find(self, wanted->topics[i], &topic, err));
        size_t count = one->count + (size_t)topic->partitions;
        one->cursors = sk_realloc(one->cursors, count * sizeof(*one->cursors));
        for (int32_t j = 0; j < topic->partitions; j++)
            one->cursors[one->count++] =
                (struct sk_kafka_cursor){.topic = topic, .partition = j};
    }
    SK_TRY(targets_note(self, one, err));
    SK_TRY(sk_kafka_client_new(self, &reader, &one->consumer, err));
    one->queue = sk_rd.queue_get_consumer(one->consumer);
    sk_rd.queue_io_event_enable(one->queue, self->wake.bell, &ring, sizeof(ring));
    return SK_OK;
}

enum sk_verdict sk_kafka_subscribe(struct sk_bus *bus,
                                   const struct sk_bus_subscription *wanted,
                                   int *ret_number, struct sk_error *err)
{
    struct sk_kafka_bus *self = sk_kafka(bus);
    struct sk_kafka_reader *reader = &self->reader;
    struct sk_kafka_subscription one = {
        .group = wanted->group ? sk_strdup(wanted->group) : NULL, .from = wanted->from};
    enum sk_verdict verdict = subscription_fill(self, &one, wanted, err);

    if (verdict != SK_OK) {
        subscription_fini(&one);
        return verdict;
    }
    reader->subscriptions = sk_grow(reader->subscriptions, &reader->capacity,
                                    reader->count + 1, sizeof(*reader->subscriptions));
    reader->subscriptions[reader->count] = one;
    *ret_number = (int)reader->count++;
    sk_kafka_wake_signal(self, true);
    return SK_OK;
}

void sk_kafka_pause(struct sk_bus *bus, int subscription, bool paused)
{
    struct sk_kafka_bus *self = sk_kafka(bus);

    self->reader.subscriptions[subscription].paused = paused;
    if (!paused)
        sk_kafka_wake_signal(self, true);
}

void sk_kafka_record(const rd_kafka_message_t *message, struct sk_arena *arena,
                     struct sk_bus_record *ret_record)
{
    rd_kafka_headers_t *all = NULL;
    struct sk_bus_header *headers = NULL;
    size_t count = 0, capacity = 0;
    rd_kafka_timestamp_type_t type;

    if (sk_rd.message_headers(message, &all) == RD_KAFKA_RESP_ERR_NO_ERROR) {
        const char *name;
        const void *value;
        size_t size;
        while (sk_rd.header_get_all(all, count, &name, &value, &size) == 0) {
            headers = sk_grow(headers, &capacity, count + 1, sizeof(*headers));
            headers[count++] =
                (struct sk_bus_header){sk_text(name), {(const char *)value, size}};
        }
    }
    *ret_record = (struct sk_bus_record){
        .topic = sk_text(sk_rd.topic_name(message->rkt)),
        .partition = message->partition,
        .position = message->offset,
        .timestamp_ms = sk_rd.message_timestamp(message, &type),
        .key = {message->key ? message->key : "", message->key_len},
        .value = {message->payload, message->len},
        .header_count = count,
        .subscription = -1,
    };
    if (count > 0)
        ret_record->headers = memcpy(sk_arena_alloc(arena, count * sizeof(*headers)),
                                     headers, count * sizeof(*headers));
    free(headers);
}

static struct sk_kafka_cursor *cursor_of(const struct sk_kafka_subscription *one,
                                         const rd_kafka_message_t *message)
{
    const char *topic = message->rkt ? sk_rd.topic_name(message->rkt) : "";

    for (size_t i = 0; i < one->count; i++) {
        if (one->cursors[i].partition == message->partition &&
            strcmp(one->cursors[i].topic->name.data, topic) == 0)
            return &one->cursors[i];
    }
    return NULL;
}

/* Keeps the message when it is a record that is not done yet. */
static bool message_take(struct sk_kafka_reader *reader,
                         const struct sk_kafka_subscription *one,
                         struct sk_kafka_cursor *cursor, rd_kafka_message_t *message)
{
    cursor->heard = true;
    if (message->offset < cursor->read)
        return false;
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        cursor->read = message->offset; /* past the marks of transactions */
        return false;
    }
    cursor->read = message->offset + 1;
    if (one->group && !sk_flight_take(&cursor->flight, message->offset))
        return false;
    size_t count = reader->record_count++;
    reader->messages = sk_grow(reader->messages, &reader->message_capacity, count + 1,
                               sizeof(*reader->messages));
    reader->records = sk_grow(reader->records, &reader->record_capacity, count + 1,
                              sizeof(*reader->records));
    reader->messages[count] = message;
    sk_kafka_record(message, &reader->arena, &reader->records[count]);
    reader->records[count].topic = cursor->topic->name;
    reader->records[count].subscription = (int)(one - reader->subscriptions);
    reader->bytes += message->len + message->key_len;
    return true;
}

static enum sk_verdict assign(struct sk_kafka_bus *self,
                              struct sk_kafka_subscription *one, struct sk_error *err)
{
    sk_auto_list *list = sk_rd.topic_partition_list_new((int)one->count);

    if (!one->loaded)
        SK_TRY(sk_kafka_positions_load(self, one, err));
    for (size_t i = 0; i < one->count; i++) {
        struct sk_kafka_cursor *cursor = &one->cursors[i];
        sk_kafka_position_add(list, cursor->topic, cursor->partition, cursor->read, NULL);
        cursor->heard = false;
    }
    rd_kafka_resp_err_t code = sk_rd.assign(one->consumer, list);
    if (code)
        return sk_kafka_fail(self, code, "reading", err);
    one->assigned = true;
    one->assigned_ms = sk_clock_monotonic_ms();
    return SK_OK;
}

/* What was asked for is on its way: from a partition that said nothing since it was
 * assigned, for a moment. So that turns and first batches do not depend on the network.
 */
static bool expects(const struct sk_kafka_subscription *one)
{
    if (sk_clock_monotonic_ms() > one->assigned_ms + FIRST_WAIT_MS)
        return false;
    for (size_t i = 0; i < one->count; i++) {
        if (!one->cursors[i].heard)
            return true;
    }
    return false;
}

/* Records that stood there when it was subscribed are still on their way. */
static bool behind(const struct sk_kafka_subscription *one)
{
    for (size_t i = 0; i < one->count; i++) {
        if (one->cursors[i].read < one->cursors[i].target)
            return true;
    }
    return false;
}

static bool batch_full(const struct sk_kafka_reader *reader)
{
    return reader->record_count >= SK_BUS_BATCH_RECORDS || reader->bytes >= BATCH_BYTES;
}

static enum sk_verdict subscription_read(struct sk_kafka_bus *self,
                                         struct sk_kafka_subscription *one,
                                         int64_t deadline, struct sk_error *err)
{
    struct sk_kafka_reader *reader = &self->reader;

    if (!one->assigned || !one->loaded)
        SK_TRY(assign(self, one, err));
    while (!batch_full(reader)) {
        bool first = reader->record_count == 0;
        bool waits =
            (first ? expects(one) : behind(one) || reader->record_count >= BURST) &&
            sk_clock_monotonic_ms() < deadline;
        rd_kafka_message_t *message =
            sk_rd.consumer_poll(one->consumer, waits ? REST_WAIT_MS : 0);
        if (!message && waits && first)
            continue;
        if (!message)
            return SK_OK;
        struct sk_kafka_cursor *cursor = cursor_of(one, message);
        rd_kafka_resp_err_t code = message->err;
        bool ours = cursor && (!code || code == RD_KAFKA_RESP_ERR__PARTITION_EOF);
        if (!ours || !message_take(reader, one, cursor, message))
            sk_rd.message_destroy(message);
        if (!ours && code)
            return sk_kafka_fail(self, code, "reading", err);
    }
    return SK_OK;
}

static enum sk_verdict look(struct sk_kafka_bus *self, int64_t deadline,
                            struct sk_error *err)
{
    struct sk_kafka_reader *reader = &self->reader;
    size_t first = reader->turn++;
    enum sk_verdict verdict = SK_OK;

    for (size_t i = 0; i < reader->count && self->active.active; i++) {
        if (reader->subscriptions[i].group && !reader->subscriptions[i].loaded)
            SK_TRY(sk_kafka_positions_load(self, &reader->subscriptions[i], err));
    }
    for (size_t i = 0; i < reader->count; i++) {
        struct sk_kafka_subscription *one =
            &reader->subscriptions[(first + i) % reader->count];
        if (one->paused)
            continue;
        verdict = subscription_read(self, one, deadline, err);
        if (verdict != SK_OK || reader->record_count > 0)
            break;
    }
    return reader->record_count > 0 ? SK_OK : verdict;
}

static void batch_drop(struct sk_kafka_reader *reader)
{
    for (size_t i = 0; i < reader->record_count; i++)
        sk_rd.message_destroy(reader->messages[i]);
    reader->record_count = reader->bytes = 0;
    sk_arena_reset(&reader->arena);
}

enum sk_verdict sk_kafka_poll(struct sk_bus *bus, int timeout_ms,
                              struct sk_bus_batch *ret_batch, struct sk_error *err)
{
    struct sk_kafka_bus *self = sk_kafka(bus);
    struct sk_kafka_reader *reader = &self->reader;
    int64_t deadline = sk_clock_monotonic_ms() + (timeout_ms < 0 ? 0 : timeout_ms);

    batch_drop(reader);
    while (true) {
        sk_kafka_wake_clear(self);
        sk_kafka_active_serve(self);
        SK_TRY(look(self, deadline, err));
        int64_t left = deadline - sk_clock_monotonic_ms();
        if (reader->record_count > 0 || left <= 0 || !sk_kafka_wake_wait(self, left))
            break;
    }
    sk_kafka_wake_signal(self, reader->record_count > 0);
    *ret_batch = (struct sk_bus_batch){reader->records, reader->record_count};
    return SK_OK;
}

int sk_kafka_descriptor(struct sk_bus *bus)
{
    return sk_kafka(bus)->wake.descriptor;
}

enum sk_verdict sk_kafka_caught_up(struct sk_bus *bus, int subscription,
                                   bool *ret_caught_up, struct sk_error *)
{
    const struct sk_kafka_subscription *one =
        &sk_kafka(bus)->reader.subscriptions[subscription];

    *ret_caught_up = true;
    for (size_t i = 0; i < one->count; i++) {
        const struct sk_kafka_cursor *cursor = &one->cursors[i];
        if (cursor->target > 0 && (!one->loaded || cursor->read < cursor->target))
            *ret_caught_up = false;
    }
    return SK_OK;
}

void sk_kafka_reader_close(struct sk_kafka_bus *self)
{
    struct sk_kafka_reader *reader = &self->reader;

    batch_drop(reader);
    for (size_t i = 0; i < reader->count; i++)
        subscription_fini(&reader->subscriptions[i]);
    free(reader->subscriptions);
    free(reader->messages);
    free(reader->records);
    sk_arena_fini(&reader->arena);
}
