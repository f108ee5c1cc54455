/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where groups stand. One instance reads all partitions of its groups, so the groups have
 * no members: positions are committed by the transaction, with the process's name beside
 * them (whoever resets a group must know whose it is).
 */
#include <string.h>

#include "base/alloc.h"
#include "bus/kafka_scan.h"

void sk_kafka_position_add(rd_kafka_topic_partition_list_t *list,
                           const struct sk_kafka_topic *topic, int32_t partition,
                           int64_t position, const char *owner)
{
    rd_kafka_topic_partition_t *one =
        sk_rd.topic_partition_list_add(list, topic->name.data, partition);

    one->offset = position;
    if (owner) {
        one->metadata = sk_strdup(owner); /* the list frees it */
        one->metadata_size = strlen(owner);
    }
}

static rd_kafka_topic_partition_list_t *
partitions_of(const struct sk_kafka_subscription *subscription)
{
    rd_kafka_topic_partition_list_t *list =
        sk_rd.topic_partition_list_new((int)subscription->count);

    for (size_t i = 0; i < subscription->count; i++)
        sk_rd.topic_partition_list_add(list, subscription->cursors[i].topic->name.data,
                                       subscription->cursors[i].partition);
    return list;
}

static enum sk_verdict committed_load(struct sk_kafka_bus *self,
                                      struct sk_kafka_subscription *subscription,
                                      const rd_kafka_topic_partition_list_t *begins,
                                      struct sk_error *err)
{
    sk_auto_list *stored = partitions_of(subscription);

    if (subscription->group)
        SK_TRY(sk_kafka_group_read(self, subscription->group, stored, err));
    for (size_t i = 0; i < subscription->count; i++) {
        struct sk_kafka_cursor *cursor = &subscription->cursors[i];
        int64_t at = subscription->group ? stored->elems[i].offset : -1;
        int64_t begin = begins->elems[i].offset;
        cursor->unstored = at < 0;
        if (at < 0)
            at = subscription->from == SK_BUS_LATEST ? cursor->target : begin;
        cursor->committed = cursor->read = at < begin ? begin : at;
    }
    return SK_OK;
}

/* A group's first position is stored when its active handle first reads. */
static enum sk_verdict settle(struct sk_kafka_bus *self,
                              const struct sk_kafka_subscription *subscription,
                              struct sk_error *err)
{
    if (!subscription->group || !self->active.active)
        return SK_OK;
    sk_auto_list *first = sk_kafka_positions_moved(self, subscription);
    if (!first)
        return SK_OK;
    rd_kafka_resp_err_t code = sk_rd.commit(subscription->consumer, first, 0);
    return code ? sk_kafka_fail(self, code, "storing first positions", err) : SK_OK;
}

enum sk_verdict sk_kafka_positions_load(struct sk_kafka_bus *self,
                                        struct sk_kafka_subscription *subscription,
                                        struct sk_error *err)
{
    sk_auto_list *begins = partitions_of(subscription);

    SK_TRY(sk_kafka_begins(self, begins, err));
    SK_TRY(committed_load(self, subscription, begins, err));
    subscription->loaded = true;
    enum sk_verdict verdict = settle(self, subscription, err);
    if (verdict != SK_OK) {
        subscription->loaded = false;
        return verdict;
    }
    for (size_t i = 0; i < subscription->count && self->active.active; i++)
        subscription->cursors[i].unstored = false;
    return SK_OK;
}

rd_kafka_topic_partition_list_t *
sk_kafka_positions_moved(const struct sk_kafka_bus *self,
                         const struct sk_kafka_subscription *subscription)
{
    rd_kafka_topic_partition_list_t *moved = NULL;

    if (!subscription->group || !subscription->loaded)
        return NULL;
    for (size_t i = 0; i < subscription->count; i++) {
        const struct sk_kafka_cursor *cursor = &subscription->cursors[i];
        int64_t position = sk_flight_position(&cursor->flight, cursor->read);
        if (position <= cursor->committed && !cursor->unstored)
            continue;
        if (!moved)
            moved = sk_rd.topic_partition_list_new(1);
        sk_kafka_position_add(moved, cursor->topic, cursor->partition, position,
                              self->identity);
    }
    return moved;
}

void sk_kafka_positions_committed(struct sk_kafka_bus *self)
{
    for (size_t i = 0; i < self->reader.count; i++) {
        struct sk_kafka_subscription *one = &self->reader.subscriptions[i];
        for (size_t j = 0; j < one->count && one->group && one->loaded; j++) {
            struct sk_kafka_cursor *cursor = &one->cursors[j];
            cursor->committed = sk_flight_position(&cursor->flight, cursor->read);
            cursor->unstored = false;
            sk_flight_commit(&cursor->flight, cursor->committed);
        }
    }
}

/* The consumer is assigned again from there, which also drops what it has read ahead. */
void sk_kafka_positions_aborted(struct sk_kafka_bus *self)
{
    for (size_t i = 0; i < self->reader.count; i++) {
        struct sk_kafka_subscription *one = &self->reader.subscriptions[i];
        for (size_t j = 0; j < one->count && one->group && one->loaded; j++) {
            struct sk_kafka_cursor *cursor = &one->cursors[j];
            one->assigned = one->assigned && cursor->read == cursor->committed;
            cursor->read = cursor->committed;
            sk_flight_abort(&cursor->flight);
        }
    }
    sk_wake_timer_signal(&self->wake.timer, true);
}

static struct sk_kafka_cursor *cursor_of(struct sk_kafka_bus *self,
                                         const struct sk_bus_record *record)
{
    if (record->subscription < 0 || (size_t)record->subscription >= self->reader.count)
        return NULL;
    struct sk_kafka_subscription *one = &self->reader.subscriptions[record->subscription];
    for (size_t i = 0; i < one->count && one->group; i++) {
        struct sk_kafka_cursor *cursor = &one->cursors[i];
        if (cursor->partition == record->partition &&
            sk_text_equal(cursor->topic->name, record->topic))
            return cursor;
    }
    return NULL;
}

enum sk_verdict sk_kafka_done(struct sk_bus *bus, const struct sk_bus_record *record,
                              struct sk_error *err)
{
    struct sk_kafka_bus *self = sk_kafka(bus);
    struct sk_kafka_cursor *cursor = cursor_of(self, record);

    bool done = self->writer.open && cursor &&
                (record->position < cursor->committed ||
                 sk_flight_done(&cursor->flight, record->position));
    return sk_flight_answer(done, self->writer.open, record, err);
}
