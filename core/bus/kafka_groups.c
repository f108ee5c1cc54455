/* SPDX-License-Identifier: Apache-2.0 */
/* Groups, for tools: where they stand, what they have not read, and moving them. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "bus/kafka_scan.h"

enum { LOOK_AGAIN_US = 5000 };

/* Asked by the lector, for it has a group: librdkafka 2.0.2 crashes when a handle without
 * one is told that the coordinator moved. */
static rd_kafka_event_t *positions_ask(struct sk_kafka_bus *self, const char *group,
                                       rd_kafka_topic_partition_list_t *list)
{
    rd_kafka_queue_t *queue = sk_rd.queue_new(self->lector);
    rd_kafka_AdminOptions_t *options =
        sk_rd.AdminOptions_new(self->lector, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS);
    rd_kafka_ListConsumerGroupOffsets_t *asked =
        sk_rd.ListConsumerGroupOffsets_new(group, list);
    rd_kafka_error_t *error = sk_rd.AdminOptions_set_require_stable_offsets(options, 1);

    if (error)
        sk_rd.error_destroy(error);
    sk_rd.ListConsumerGroupOffsets(self->lector, &asked, 1, options, queue);
    rd_kafka_event_t *event = sk_rd.queue_poll(queue, SK_KAFKA_CALL_MS);
    sk_rd.ListConsumerGroupOffsets_destroy(asked);
    sk_rd.AdminOptions_destroy(options);
    sk_rd.queue_destroy(queue);
    return event;
}

static void position_copy(rd_kafka_topic_partition_t *to,
                          const rd_kafka_topic_partition_t *from)
{
    to->offset = from->offset;
    to->metadata_size = from->metadata_size;
    to->metadata =
        from->metadata_size > 0 ? sk_strndup(from->metadata, from->metadata_size) : NULL;
}

static void positions_copy(rd_kafka_topic_partition_list_t *list,
                           const rd_kafka_topic_partition_list_t *found)
{
    for (int i = 0; i < list->cnt; i++) {
        rd_kafka_topic_partition_t *one = &list->elems[i];
        one->offset = RD_KAFKA_OFFSET_INVALID;
        for (int j = 0; j < found->cnt; j++) {
            if (one->partition == found->elems[j].partition &&
                strcmp(one->topic, found->elems[j].topic) == 0)
                position_copy(one, &found->elems[j]);
        }
    }
}

/* UNSTABLE_OFFSET_COMMIT: a transaction with positions is being closed. */
static rd_kafka_resp_err_t positions_read(struct sk_kafka_bus *self, const char *group,
                                          rd_kafka_topic_partition_list_t *list)
{
    rd_kafka_event_t *event = positions_ask(self, group, list);
    rd_kafka_resp_err_t code =
        event ? sk_rd.event_error(event) : RD_KAFKA_RESP_ERR__TIMED_OUT;
    const rd_kafka_group_result_t **groups = NULL;
    size_t count = 0;

    if (!code)
        groups = sk_rd.ListConsumerGroupOffsets_result_groups(
            sk_rd.event_ListConsumerGroupOffsets_result(event), &count);
    if (count > 0 && sk_rd.group_result_error(groups[0]))
        code = sk_rd.error_code(sk_rd.group_result_error(groups[0]));
    if (count > 0 && !code) {
        const rd_kafka_topic_partition_list_t *found =
            sk_rd.group_result_partitions(groups[0]);
        for (int i = 0; found && i < found->cnt && !code; i++)
            code = found->elems[i].err;
        if (found && !code)
            positions_copy(list, found);
    }
    if (event)
        sk_rd.event_destroy(event);
    return code;
}

static rd_kafka_resp_err_t stable_positions_read(struct sk_kafka_bus *self,
                                                 const char *group,
                                                 rd_kafka_topic_partition_list_t *list)
{
    int64_t deadline = sk_clock_monotonic_ms() + SK_KAFKA_CALL_MS;
    rd_kafka_resp_err_t code;

    while ((code = positions_read(self, group, list)) ==
               RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT &&
           sk_clock_monotonic_ms() < deadline)
        usleep(LOOK_AGAIN_US);
    return code;
}

enum sk_verdict sk_kafka_group_read(struct sk_kafka_bus *self, const char *group,
                                    rd_kafka_topic_partition_list_t *list,
                                    struct sk_error *err)
{
    SK_TRY(sk_kafka_scout(self, err));
    SK_TRY(sk_kafka_lector(self, err));
    rd_kafka_resp_err_t code = stable_positions_read(self, group, list);
    if (code == RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT && self->active.active) {
        SK_TRY(sk_kafka_pending_clear(self, group, list, err));
        code = stable_positions_read(self, group, list);
    }
    return code ? sk_kafka_fail(self, code, group, err) : SK_OK;
}

static rd_kafka_topic_partition_list_t *all_partitions(const struct sk_kafka_bus *self)
{
    rd_kafka_topic_partition_list_t *list = sk_rd.topic_partition_list_new(16);
    size_t at = 0;

    for (struct sk_map_slot *slot; (slot = sk_map_next(&self->topics, &at));)
        sk_kafka_list_add_topic(list, slot->value);
    return list;
}

static enum sk_verdict unread_add(void *context, struct sk_kafka_span *,
                                  const rd_kafka_message_t *message, struct sk_error *)
{
    struct sk_bus_group_position *position = context;
    rd_kafka_timestamp_type_t type;

    if (position->lag++ == 0)
        position->oldest_ms = sk_rd.message_timestamp(message, &type);
    return SK_OK;
}

/* Counts a short backlog; of a long one only the oldest is read. */
static enum sk_verdict position_describe(struct sk_kafka_bus *self,
                                         struct sk_bus_group_position *position,
                                         struct sk_error *err)
{
    int64_t from = position->position, between = position->end - from;
    bool counted = between <= SK_KAFKA_COUNTED;
    struct sk_kafka_span span = {.partition = position->partition,
                                 .from = from,
                                 .end = counted ? position->end : from + 1000};
    struct sk_kafka_scan scan = {&span, 1, unread_add, position};
    struct sk_kafka_topic *topic = NULL;

    SK_TRY(sk_kafka_topic_find(self, position->topic, &topic, err));
    span.topic = topic;
    SK_TRY(sk_kafka_scan_run(self, &scan, err));
    if (!counted)
        position->lag = between;
    return SK_OK;
}

static enum sk_verdict group_describe(struct sk_kafka_bus *self, const char *group,
                                      sk_bus_visit_group *visit, void *context,
                                      struct sk_error *err)
{
    sk_auto_list *stored = all_partitions(self);
    sk_auto_free char *own = sk_strf("dlq.%s", group);

    SK_TRY(sk_kafka_group_read(self, group, stored, err));
    for (int i = 0; i < stored->cnt; i++) {
        const rd_kafka_topic_partition_t *one = &stored->elems[i];
        if (one->offset < 0 || strcmp(one->topic, own) == 0)
            continue; /* not read, or only who is active */
        sk_auto_list *end = sk_rd.topic_partition_list_new(1);
        sk_rd.topic_partition_list_add(end, one->topic, one->partition);
        SK_TRY(sk_kafka_begins(self, end, err));
        int64_t begin = end->elems[0].offset;
        SK_TRY(sk_kafka_ends(self, end, err));
        struct sk_bus_group_position position = {
            .group = sk_text(group),
            .topic = sk_text(one->topic),
            .partition = one->partition,
            .position = one->offset < begin ? begin : one->offset,
            .end = end->elems[0].offset,
        };
        SK_TRY(position_describe(self, &position, err));
        SK_TRY(visit(context, &position, err));
    }
    return SK_OK;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

struct names {
    char **items;
    size_t count;
};

static void names_fini(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->items[i]);
    free(names->items);
}

static enum sk_verdict groups_list(struct sk_kafka_bus *self, struct names *names,
                                   struct sk_error *err)
{
    rd_kafka_queue_t *queue = sk_rd.queue_new(self->scout);
    size_t count = 0;

    sk_rd.ListConsumerGroups(self->scout, NULL, queue);
    rd_kafka_event_t *event = sk_rd.queue_poll(queue, SK_KAFKA_CALL_MS);
    sk_rd.queue_destroy(queue);
    rd_kafka_resp_err_t code =
        event ? sk_rd.event_error(event) : RD_KAFKA_RESP_ERR__TIMED_OUT;
    if (!code) {
        const rd_kafka_ConsumerGroupListing_t **found =
            sk_rd.ListConsumerGroups_result_valid(
                sk_rd.event_ListConsumerGroups_result(event), &count);
        names->items = sk_alloc((count + 1) * sizeof(*names->items));
        for (size_t i = 0; i < count; i++)
            names->items[names->count++] =
                sk_strdup(sk_rd.ConsumerGroupListing_group_id(found[i]));
        qsort(names->items, names->count, sizeof(*names->items), by_text);
    }
    if (event)
        sk_rd.event_destroy(event);
    return code ? sk_kafka_fail(self, code, "listing groups", err) : SK_OK;
}

enum sk_verdict sk_kafka_groups(struct sk_bus *bus, struct sk_text group,
                                sk_bus_visit_group *visit, void *context,
                                struct sk_error *err)
{
    struct sk_kafka_bus *self = sk_kafka(bus);
    SK_CLEANUP(names_fini) struct names names = {0};
    bool led;

    SK_TRY(sk_kafka_topics_load(self, &led, err));
    if (group.data) {
        sk_auto_free char *name = sk_strndup(group.data, group.size);
        return group_describe(self, name, visit, context, err);
    }
    SK_TRY(groups_list(self, &names, err));
    for (size_t i = 0; i < names.count; i++)
        SK_TRY(group_describe(self, names.items[i], visit, context, err));
    return SK_OK;
}

static enum sk_verdict positions_alter(struct sk_kafka_bus *self, const char *group,
                                       rd_kafka_topic_partition_list_t *list,
                                       struct sk_error *err)
{
    SK_TRY(sk_kafka_lector(self, err));
    rd_kafka_queue_t *queue = sk_rd.queue_new(self->lector);
    rd_kafka_AlterConsumerGroupOffsets_t *wanted =
        sk_rd.AlterConsumerGroupOffsets_new(group, list);

    sk_rd.AlterConsumerGroupOffsets(self->lector, &wanted, 1, NULL, queue);
    rd_kafka_event_t *event = sk_rd.queue_poll(queue, SK_KAFKA_CALL_MS);
    sk_rd.AlterConsumerGroupOffsets_destroy(wanted);
    sk_rd.queue_destroy(queue);
    rd_kafka_resp_err_t code =
        event ? sk_rd.event_error(event) : RD_KAFKA_RESP_ERR__TIMED_OUT;
    if (event)
        sk_rd.event_destroy(event);
    return code ? sk_kafka_fail(self, code, "moving a group", err) : SK_OK;
}

enum sk_verdict sk_kafka_group_reset(struct sk_bus *bus, struct sk_text group,
                                     struct sk_text topic_name, int64_t position,
                                     struct sk_error *err)
{
    struct sk_kafka_bus *self = sk_kafka(bus);
    struct sk_kafka_topic *topic = NULL;
    sk_auto_free char *name = sk_strndup(group.data, group.size);
    const char *owner = NULL;

    SK_TRY(sk_kafka_topic_find(self, topic_name, &topic, err));
    sk_auto_list *stored = sk_rd.topic_partition_list_new(topic->partitions);
    sk_auto_list *begins = sk_rd.topic_partition_list_new(topic->partitions);
    sk_auto_list *ends = sk_rd.topic_partition_list_new(topic->partitions);
    sk_auto_list *wanted = sk_rd.topic_partition_list_new(topic->partitions);
    sk_kafka_list_add_topic(stored, topic);
    sk_kafka_list_add_topic(begins, topic);
    sk_kafka_list_add_topic(ends, topic);
    SK_TRY(sk_kafka_group_read(self, name, stored, err));
    SK_TRY(sk_kafka_begins(self, begins, err));
    SK_TRY(sk_kafka_ends(self, ends, err));
    for (int i = 0; i < stored->cnt; i++) {
        int64_t begin = begins->elems[i].offset, end = ends->elems[i].offset;
        int64_t at = position == -1 ? begin : position;
        if (stored->elems[i].metadata)
            owner = stored->elems[i].metadata;
        at = at < 0 || at > end ? end : at < begin ? begin : at;
        sk_kafka_position_add(wanted, topic, i, at, stored->elems[i].metadata);
    }
    if (owner)
        SK_TRY(sk_kafka_idle_check(self, owner, err));
    return positions_alter(self, name, wanted, err);
}
