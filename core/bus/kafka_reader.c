/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Subscriptions. Each has a consumer of its own that is told which partitions to read
 * from where; it is never a member of a group (kafka_active says who may read), so a
 * paused subscription is one whose queue nobody empties.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "bus/kafka.h"

static void subscription_fini(struct sk_kafka_subscription *one)
{
    for (size_t i = 0; i < one->count; i++)
        sk_flight_fini(&one->cursors[i].flight);
    if (one->queue)
        sk_rd.queue_destroy(one->queue);
    if (one->consumer)
        sk_kafka_consumer_free(one->consumer);
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
    sk_auto_free char *tables = sk_kafka_tables_group(self);
    const struct sk_kafka_client reader = {SK_KAFKA_READER,
                                           wanted->group ? wanted->group : tables, NULL};

    for (size_t i = 0; i < wanted->count; i++) {
        struct sk_kafka_topic *topic = NULL;
        SK_TRY(sk_kafka_topic_use(self, wanted->topics[i], &topic, err));
        size_t count = one->count + (size_t)topic->partitions;
        one->cursors = sk_realloc(one->cursors, count * sizeof(*one->cursors));
        for (int32_t j = 0; j < topic->partitions; j++)
            one->cursors[one->count++] =
                (struct sk_kafka_cursor){.topic = topic, .partition = j};
    }
    SK_TRY(targets_note(self, one, err));
    SK_TRY(sk_kafka_client_new(self, &reader, &one->consumer, err));
    SK_TRY(sk_kafka_client_ready(self, one->consumer, err));
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
    sk_wake_timer_signal(&self->wake.timer, true);
    return SK_OK;
}

void sk_kafka_pause(struct sk_bus *bus, int subscription, bool paused)
{
    struct sk_kafka_bus *self = sk_kafka(bus);

    self->reader.subscriptions[subscription].paused = paused;
    if (!paused)
        sk_wake_timer_signal(&self->wake.timer, true);
}

enum sk_verdict sk_kafka_assign(struct sk_kafka_bus *self,
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

    sk_kafka_batch_drop(reader);
    for (size_t i = 0; i < reader->count; i++)
        subscription_fini(&reader->subscriptions[i]);
    free(reader->subscriptions);
    free(reader->messages);
    free(reader->records);
    sk_arena_fini(&reader->arena);
}
