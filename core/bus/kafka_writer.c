/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Units of work. A unit waits in memory and is a transaction only inside commit: nothing
 * stands open at the broker while work is done outside, an abort costs nothing, and a
 * commit that failed can be tried again whole.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "bus/kafka.h"

enum { FULL_WAIT_MS = 100 };

enum sk_verdict sk_kafka_unit_begin(struct sk_bus *bus, struct sk_error *err)
{
    struct sk_kafka_bus *self = sk_kafka(bus);

    SK_TRY(sk_kafka_fence_check(self, err));
    if (self->writer.open)
        return sk_fail(err, SK_FATAL, "bus.use", "a unit of work is open already");
    self->writer.open = true;
    return SK_OK;
}

static struct sk_bus_message message_copy(struct sk_arena *arena,
                                          const struct sk_bus_message *message)
{
    struct sk_bus_message copy = *message;
    struct sk_bus_header *headers =
        sk_arena_alloc(arena, message->header_count * sizeof(*headers));

    copy.key = sk_arena_text(arena, message->key);
    if (message->value.data)
        copy.value.data = memcpy(sk_arena_alloc(arena, message->value.size),
                                 message->value.data, message->value.size);
    for (size_t i = 0; i < message->header_count; i++) {
        const struct sk_bus_header *from = &message->headers[i];
        headers[i].name =
            sk_text(sk_arena_string(arena, from->name)); /* librdkafka wants a NUL */
        headers[i].value =
            from->value.data ? sk_arena_text(arena, from->value) : (struct sk_text){0};
    }
    copy.headers = headers;
    return copy;
}

enum sk_verdict sk_kafka_send(struct sk_bus *bus, const struct sk_bus_message *message,
                              struct sk_error *err)
{
    struct sk_kafka_bus *self = sk_kafka(bus);
    struct sk_kafka_writer *writer = &self->writer;
    struct sk_kafka_topic *topic = NULL;

    if (!writer->open)
        return sk_fail(err, SK_FATAL, "bus.use", "send outside a unit of work");
    SK_TRY(sk_kafka_topic_use(self, message->topic, &topic, err));
    writer->messages = sk_grow(writer->messages, &writer->capacity, writer->count + 1,
                               sizeof(*writer->messages));
    writer->messages[writer->count++] =
        (struct sk_kafka_message){topic, message_copy(&writer->arena, message)};
    return SK_OK;
}

void sk_kafka_delivered(rd_kafka_t *, const rd_kafka_message_t *message, void *bus)
{
    struct sk_kafka_bus *self = bus;
    rd_kafka_resp_err_t *result = message->_private;

    if (result)
        *result = message->err;
    else if (message->err && message->err != RD_KAFKA_RESP_ERR__PURGE_QUEUE &&
             message->err != RD_KAFKA_RESP_ERR__PURGE_INFLIGHT) /* those follow a cause */
        self->writer.undelivered = message->err;
}

static rd_kafka_resp_err_t produce(rd_kafka_t *producer,
                                   const struct sk_kafka_message *item,
                                   rd_kafka_resp_err_t *result)
{
    const struct sk_bus_message *message = &item->message;
    rd_kafka_headers_t *headers = sk_rd.headers_new(message->header_count);

    for (size_t i = 0; i < message->header_count; i++) {
        const struct sk_bus_header *header = &message->headers[i];
        sk_rd.header_add(headers, header->name.data, (ssize_t)header->name.size,
                         header->value.data, (ssize_t)header->value.size);
    }
    rd_kafka_resp_err_t code = sk_rd.producev(
        producer, RD_KAFKA_V_TOPIC(item->topic->name.data),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_KEY(message->key.data, message->key.size),
        RD_KAFKA_V_VALUE((void *)(uintptr_t)message->value.data, message->value.size),
        RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_OPAQUE(result), RD_KAFKA_V_END);
    if (code)
        sk_rd.headers_destroy(headers);
    return code;
}

static enum sk_verdict produce_all(struct sk_kafka_bus *self, struct sk_error *err)
{
    struct sk_kafka_writer *writer = &self->writer;

    writer->undelivered = 0;
    for (size_t i = 0; i < writer->count; i++) {
        rd_kafka_resp_err_t code = produce(writer->producer, &writer->messages[i], NULL);
        while (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
            sk_rd.poll(writer->producer, FULL_WAIT_MS);
            code = produce(writer->producer, &writer->messages[i], NULL);
        }
        if (code)
            return sk_kafka_fail(self, code, writer->messages[i].topic->name.data, err);
    }
    return SK_OK;
}

static enum sk_verdict positions_send(struct sk_kafka_bus *self, const char *group,
                                      const rd_kafka_topic_partition_list_t *positions,
                                      struct sk_error *err)
{
    rd_kafka_consumer_group_metadata_t *metadata =
        sk_rd.consumer_group_metadata_new(group);
    rd_kafka_error_t *error = sk_rd.send_offsets_to_transaction(
        self->writer.producer, positions, metadata, SK_KAFKA_CALL_MS);

    sk_rd.consumer_group_metadata_destroy(metadata);
    return sk_kafka_check(self, error, "committing positions", err);
}

static enum sk_verdict send_positions(struct sk_kafka_bus *self, struct sk_error *err)
{
    for (size_t i = 0; i < self->reader.count; i++) {
        const struct sk_kafka_subscription *one = &self->reader.subscriptions[i];
        sk_auto_list *moved = sk_kafka_positions_moved(self, one);
        if (!moved)
            continue;
        SK_TRY(positions_send(self, one->group, moved, err));
    }
    return SK_OK;
}

/* An unknown outcome is asked for again; anything else leaves a transaction to abort. */
static enum sk_verdict transaction_end(struct sk_kafka_bus *self, struct sk_error *err)
{
    struct sk_kafka_writer *writer = &self->writer;
    rd_kafka_error_t *error =
        sk_rd.commit_transaction(writer->producer, SK_KAFKA_CALL_MS);

    sk_rd.poll(writer->producer, 0);
    writer->transaction = SK_KAFKA_IDLE;
    if (!error)
        return SK_OK;
    writer->transaction =
        sk_rd.error_txn_requires_abort(error) || !sk_rd.error_is_retriable(error)
            ? SK_KAFKA_SPOILT
            : SK_KAFKA_COMMITTING;
    if (writer->transaction == SK_KAFKA_SPOILT && writer->undelivered &&
        !sk_rd.error_is_fatal(error)) {
        sk_rd.error_destroy(error);
        return sk_kafka_fail(self, writer->undelivered, "committing", err);
    }
    return sk_kafka_check(self, error, "committing", err);
}

static enum sk_verdict transaction_drop(struct sk_kafka_bus *self, struct sk_error *err)
{
    rd_kafka_t *producer = self->writer.producer;

    if (self->writer.transaction != SK_KAFKA_SPOILT)
        return SK_OK;
    SK_TRY(sk_kafka_check(self, sk_rd.abort_transaction(producer, SK_KAFKA_CALL_MS),
                          "aborting", err));
    self->writer.transaction = SK_KAFKA_IDLE;
    return SK_OK;
}

static enum sk_verdict transaction_run(struct sk_kafka_bus *self, struct sk_error *err)
{
    struct sk_kafka_writer *writer = &self->writer;

    if (writer->transaction == SK_KAFKA_COMMITTING)
        return transaction_end(self, err);
    SK_TRY(transaction_drop(self, err));
    SK_TRY(sk_kafka_check(self, sk_rd.begin_transaction(writer->producer), "beginning",
                          err));
    writer->transaction = SK_KAFKA_SPOILT; /* until it is committed */
    SK_TRY(produce_all(self, err));
    SK_TRY(send_positions(self, err));
    return transaction_end(self, err);
}

enum sk_verdict sk_kafka_pending_clear(struct sk_kafka_bus *self, const char *group,
                                       const rd_kafka_topic_partition_list_t *list,
                                       struct sk_error *err)
{
    struct sk_kafka_writer *writer = &self->writer;

    if (!writer->producer || writer->open || writer->transaction != SK_KAFKA_IDLE ||
        list->cnt == 0)
        return SK_OK;
    sk_auto_list *one = sk_rd.topic_partition_list_new(1);
    sk_rd.topic_partition_list_add(one, list->elems[0].topic, list->elems[0].partition)
        ->offset = 0;
    SK_TRY(sk_kafka_check(self, sk_rd.begin_transaction(writer->producer),
                          "clearing pending positions", err));
    writer->transaction = SK_KAFKA_SPOILT;
    SK_TRY(positions_send(self, group, one, err));
    return transaction_drop(self, err);
}

static void unit_end(struct sk_kafka_writer *writer)
{
    writer->open = false;
    writer->count = 0;
    sk_arena_reset(&writer->arena);
}

static bool moved_any(const struct sk_kafka_bus *self)
{
    for (size_t i = 0; i < self->reader.count; i++) {
        sk_auto_list *moved =
            sk_kafka_positions_moved(self, &self->reader.subscriptions[i]);
        if (moved)
            return true;
    }
    return false;
}

enum sk_verdict sk_kafka_unit_commit(struct sk_bus *bus, struct sk_error *err)
{
    struct sk_kafka_bus *self = sk_kafka(bus);

    if (!self->writer.open)
        return sk_fail(err, SK_FATAL, "bus.use", "commit outside a unit of work");
    (void)sk_kafka_active_serve(self, err); /* who doubts asks: the broker knows */
    SK_TRY(sk_kafka_fence_check(self, err));
    if (self->writer.count > 0 || moved_any(self))
        SK_TRY(transaction_run(self, err));
    self->turn++;
    sk_kafka_positions_committed(self);
    unit_end(&self->writer);
    return SK_OK;
}

enum sk_verdict sk_kafka_unit_abort(struct sk_bus *bus, struct sk_error *err)
{
    struct sk_kafka_bus *self = sk_kafka(bus);

    if (self->writer.transaction == SK_KAFKA_COMMITTING)
        return sk_fail(err, SK_FATAL, "bus.unsure",
                       "the broker did not say whether a unit was committed; a restart "
                       "goes on from what it knows");
    sk_kafka_positions_aborted(self);
    unit_end(&self->writer);
    return transaction_drop(self, err);
}

enum sk_verdict sk_kafka_publish(struct sk_bus *bus, const struct sk_bus_message *message,
                                 struct sk_error *err)
{
    struct sk_kafka_bus *self = sk_kafka(bus);
    rd_kafka_resp_err_t result = RD_KAFKA_RESP_ERR__IN_PROGRESS;
    struct sk_kafka_topic *topic = NULL;
    sk_arena_auto arena = {0};

    SK_TRY(sk_kafka_topic_use(self, message->topic, &topic, err));
    const struct sk_kafka_message item = {topic, message_copy(&arena, message)};
    rd_kafka_resp_err_t code = produce(self->scout, &item, &result);
    if (!code) {
        while (result == RD_KAFKA_RESP_ERR__IN_PROGRESS) /* message.timeout.ms ends it */
            sk_rd.poll(self->scout, FULL_WAIT_MS);
        code = result;
    }
    self->turn++;
    return code ? sk_kafka_fail(self, code, topic->name.data, err) : SK_OK;
}

void sk_kafka_writer_close(struct sk_kafka_bus *self)
{
    struct sk_kafka_writer *writer = &self->writer;
    struct sk_error ignored = {0};

    (void)transaction_drop(self, &ignored); /* else its time-out ends it */
    if (writer->producer)
        sk_rd.destroy(writer->producer);
    free(writer->messages);
    sk_arena_fini(&writer->arena);
}
