/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Topics, for set-up and tools. A broker does not know how many records it keeps, only
 * where partitions begin and end: up to 10,000 positions a partition are read and
 * counted, above that the count is their upper bound and sizes are those of the newest.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "bus/kafka_scan.h"

enum { LOOK_AGAIN_US = 10000 };

static rd_kafka_NewTopic_t *topic_new(const struct sk_bus_topic_spec *spec)
{
    char why[160], number[32];
    sk_auto_free char *name = sk_strndup(spec->name.data, spec->name.size);
    rd_kafka_NewTopic_t *topic =
        sk_rd.NewTopic_new(name, spec->partitions, -1, why, sizeof(why));

    if (!topic)
        return NULL;
    sk_rd.NewTopic_set_config(topic, "cleanup.policy", "compact");
    sk_rd.NewTopic_set_config(topic, "max.message.bytes", "2097152");
    snprintf(number, sizeof(number), "%lld", (long long)spec->delete_retention_ms);
    sk_rd.NewTopic_set_config(topic, "delete.retention.ms", number);
    snprintf(number, sizeof(number), "%lld", (long long)spec->min_compaction_lag_ms);
    sk_rd.NewTopic_set_config(topic, "min.compaction.lag.ms", number);
    return topic;
}

/* A process whose user may not see a topic may not make it either, and needs it not. */
static bool refused(const struct sk_kafka_bus *self, rd_kafka_resp_err_t code)
{
    return self->identity && (code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
                              code == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED);
}

static enum sk_verdict created_check(struct sk_kafka_bus *self,
                                     const rd_kafka_event_t *event, size_t *ret_refused,
                                     struct sk_error *err)
{
    size_t count = 0;
    const rd_kafka_topic_result_t **results = sk_rd.CreateTopics_result_topics(
        sk_rd.event_CreateTopics_result((rd_kafka_event_t *)(uintptr_t)event), &count);

    for (size_t i = 0; i < count; i++) {
        rd_kafka_resp_err_t code = sk_rd.topic_result_error(results[i]);
        *ret_refused += refused(self, code);
        if (code && code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS &&
            !refused(self, code))
            return sk_kafka_fail(self, code, sk_rd.topic_result_name(results[i]), err);
    }
    return SK_OK;
}

static enum sk_verdict create(struct sk_kafka_bus *self, rd_kafka_NewTopic_t **topics,
                              size_t count, size_t *ret_refused, struct sk_error *err)
{
    rd_kafka_queue_t *queue = sk_rd.queue_new(self->scout);

    sk_rd.CreateTopics(self->scout, topics, count, NULL, queue);
    rd_kafka_event_t *event = sk_rd.queue_poll(queue, SK_KAFKA_CALL_MS);
    sk_rd.queue_destroy(queue);
    rd_kafka_resp_err_t code =
        event ? sk_rd.event_error(event) : RD_KAFKA_RESP_ERR__TIMED_OUT;
    enum sk_verdict verdict = code ? sk_kafka_fail(self, code, "making topics", err)
                                   : created_check(self, event, ret_refused, err);
    if (event)
        sk_rd.event_destroy(event);
    return verdict;
}

/* Until `count` of them are there and every partition has a leader. */
static enum sk_verdict wait_led(struct sk_kafka_bus *self,
                                const struct sk_bus_topic_spec *specs, size_t all,
                                size_t count, struct sk_error *err)
{
    int64_t deadline = sk_clock_monotonic_ms() + SK_KAFKA_CALL_MS;

    while (true) {
        bool led = false;
        size_t there = 0;
        SK_TRY(sk_kafka_topics_load(self, &led, err));
        for (size_t i = 0; i < all; i++)
            there += sk_map_get(&self->topics, specs[i].name) != NULL;
        if (led && there >= count)
            return SK_OK;
        if (sk_clock_monotonic_ms() > deadline)
            return sk_kafka_fail(self, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
                                 "making topics", err);
        usleep(LOOK_AGAIN_US);
    }
}

static enum sk_verdict partitions_check(struct sk_kafka_bus *self,
                                        const struct sk_bus_topic_spec *specs,
                                        size_t count, struct sk_error *err)
{
    for (size_t i = 0; i < count; i++) {
        const struct sk_kafka_topic *known = sk_map_get(&self->topics, specs[i].name);
        if (known && known->partitions != specs[i].partitions)
            return sk_fail(err, SK_FATAL, "bus.topic",
                           "topic %.*s has %d partitions, not %d; that number never "
                           "changes: make the topic anew, or adapt topics.json before "
                           "anything runs",
                           SK_TEXT_ARG(specs[i].name), (int)known->partitions,
                           (int)specs[i].partitions);
    }
    return SK_OK;
}

enum sk_verdict sk_kafka_topics_create(struct sk_bus *bus,
                                       const struct sk_bus_topic_spec *specs,
                                       size_t count, struct sk_error *err)
{
    struct sk_kafka_bus *self = sk_kafka(bus);
    sk_auto_free rd_kafka_NewTopic_t **missing = sk_alloc((count + 1) * sizeof(*missing));
    enum sk_verdict verdict = SK_OK;
    size_t wanted = 0, refused_count = 0;
    bool led;

    SK_TRY(sk_kafka_topics_load(self, &led, err));
    SK_TRY(partitions_check(self, specs, count, err));
    for (size_t i = 0; i < count; i++) {
        if (!sk_map_get(&self->topics, specs[i].name))
            missing[wanted++] = topic_new(&specs[i]);
    }
    if (wanted > 0)
        verdict = create(self, missing, wanted, &refused_count, err);
    for (size_t i = 0; i < wanted; i++)
        sk_rd.NewTopic_destroy(missing[i]);
    if (verdict == SK_OK && wanted > refused_count)
        verdict = wait_led(self, specs, count, count - refused_count, err);
    return verdict;
}

static int by_name(const void *a, const void *b)
{
    const struct sk_kafka_topic *const *first = a, *const *second = b;

    return sk_text_compare((*first)->name, (*second)->name);
}

static enum sk_verdict record_add(void *context, struct sk_kafka_span *,
                                  const rd_kafka_message_t *message, struct sk_error *)
{
    struct sk_bus_topic *topic = context;
    rd_kafka_timestamp_type_t type;
    int64_t sent = sk_rd.message_timestamp(message, &type);

    topic->records++;
    topic->bytes += (int64_t)(message->len + message->key_len);
    if (sent > topic->newest_ms)
        topic->newest_ms = sent;
    return SK_OK;
}

static enum sk_verdict topic_describe(struct sk_kafka_bus *self,
                                      const struct sk_kafka_topic *topic,
                                      struct sk_bus_topic *ret_topic,
                                      struct sk_error *err)
{
    sk_auto_list *begins = sk_rd.topic_partition_list_new(topic->partitions);
    sk_auto_list *ends = sk_rd.topic_partition_list_new(topic->partitions);
    size_t count = (size_t)topic->partitions;
    sk_auto_free struct sk_kafka_span *spans = sk_alloc_zeroed(count * sizeof(*spans));
    struct sk_bus_topic about = {.name = topic->name, .partitions = topic->partitions};
    struct sk_kafka_scan scan = {spans, count, record_add, &about};
    int64_t beyond = 0;

    sk_kafka_list_add_topic(begins, topic);
    sk_kafka_list_add_topic(ends, topic);
    SK_TRY(sk_kafka_begins(self, begins, err));
    SK_TRY(sk_kafka_ends(self, ends, err));
    for (int32_t i = 0; i < topic->partitions; i++) {
        int64_t from = begins->elems[i].offset, end = ends->elems[i].offset;
        if (end - from > SK_KAFKA_COUNTED) {
            beyond += end - from - SK_KAFKA_COUNTED;
            from = end - SK_KAFKA_COUNTED;
        }
        spans[i] = (struct sk_kafka_span){topic, i, from, end, from, false};
    }
    SK_TRY(sk_kafka_scan_run(self, &scan, err));
    if (about.records > 0)
        about.bytes += about.bytes / about.records * beyond;
    about.records += beyond;
    *ret_topic = about;
    return SK_OK;
}

enum sk_verdict sk_kafka_topics(struct sk_bus *bus, sk_bus_visit_topic *visit,
                                void *context, struct sk_error *err)
{
    struct sk_kafka_bus *self = sk_kafka(bus);
    size_t at = 0, count = 0;
    bool led;

    SK_TRY(sk_kafka_topics_load(self, &led, err));
    sk_auto_free const struct sk_kafka_topic **sorted =
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

struct peek {
    sk_bus_visit *visit;
    void *context;
    size_t left;
};

static enum sk_verdict peek_one(void *context, struct sk_kafka_span *span,
                                const rd_kafka_message_t *message, struct sk_error *err)
{
    struct peek *peek = context;
    struct sk_bus_record record;
    sk_arena_auto arena = {0};

    sk_kafka_record(message, &arena, &record);
    if (--peek->left == 0)
        span->ended = true;
    return peek->visit(peek->context, &record, err);
}

enum sk_verdict sk_kafka_fetch(struct sk_bus *bus, const struct sk_bus_span *wanted,
                               sk_bus_visit *visit, void *context, int64_t *ret_next,
                               struct sk_error *err)
{
    struct sk_kafka_bus *self = sk_kafka(bus);
    struct peek peek = {visit, context, wanted->limit};
    struct sk_kafka_span span = {.partition = wanted->partition};
    struct sk_kafka_scan scan = {&span, 1, peek_one, &peek};
    struct sk_kafka_topic *topic = NULL;

    SK_TRY(sk_kafka_topic_find(self, wanted->topic, &topic, err));
    span.topic = topic;
    if (wanted->partition < 0 || wanted->partition >= span.topic->partitions)
        return sk_fail(err, SK_REJECT, "bus.position", "%.*s has the partitions 0 to %d",
                       SK_TEXT_ARG(wanted->topic), (int)span.topic->partitions - 1);
    sk_auto_list *list = sk_rd.topic_partition_list_new(1);
    rd_kafka_topic_partition_t *one =
        sk_rd.topic_partition_list_add(list, span.topic->name.data, wanted->partition);
    SK_TRY(sk_kafka_begins(self, list, err));
    int64_t begin = one->offset;
    SK_TRY(sk_kafka_ends(self, list, err));
    span.end = one->offset;
    span.from =
        wanted->position == -1 || (wanted->position >= 0 && wanted->position < begin)
            ? begin
            : wanted->position;
    if (wanted->position < -1 || span.from > span.end)
        span.from = span.end;
    span.read = span.from;
    if (peek.left > 0)
        SK_TRY(sk_kafka_scan_run(self, &scan, err));
    *ret_next = span.read;
    return SK_OK;
}
