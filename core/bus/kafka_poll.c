/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Poll: a batch of one subscription's records, taken from librdkafka one by one (its
 * batch calls of 2.0.2 skip offsets). The batch keeps the messages; its records point
 * into them.
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
        SK_TRY(sk_kafka_assign(self, one, err));
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

void sk_kafka_batch_drop(struct sk_kafka_reader *reader)
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

    sk_kafka_batch_drop(reader);
    self->turn++;
    while (true) {
        sk_kafka_wake_clear(self);
        SK_TRY(sk_kafka_active_serve(self, err));
        SK_TRY(look(self, deadline, err));
        int64_t left = deadline - sk_clock_monotonic_ms();
        if (reader->record_count > 0 || left <= 0 || !sk_kafka_wake_wait(self, left))
            break;
    }
    sk_wake_timer_signal(&self->wake.timer, reader->record_count > 0);
    if (reader->record_count == 0 && self->trouble.down)
        SK_TRY(sk_kafka_probe(self, err));
    *ret_batch = (struct sk_bus_batch){reader->records, reader->record_count};
    return SK_OK;
}

int sk_kafka_descriptor(struct sk_bus *bus)
{
    return sk_kafka(bus)->wake.descriptor;
}
