/* SPDX-License-Identifier: Apache-2.0 */
/* Which topics there are, and where their partitions begin and end. */
#include <unistd.h>

#include "base/clock.h"
#include "bus/kafka.h"

enum {
    CLOSING_MS = 500,
    LEADER_MS = 5000,
    MADE_MS = 1000,
    LOOK_AGAIN_US = 2000,
    MADE_LOOK_US = 50000
};
enum { TOMBSTONE_MS = 86400000 }; /* Kafka's own; kafka_check reads the topic's */

static void topic_note(struct sk_kafka_bus *self, const rd_kafka_metadata_topic_t *about)
{
    struct sk_text name = sk_text(about->topic);
    struct sk_kafka_topic *topic = sk_map_get(&self->topics, name);

    if (!topic) {
        topic = sk_arena_alloc_zeroed(&self->topic_arena, sizeof(*topic));
        topic->name =
            (struct sk_text){sk_arena_string(&self->topic_arena, name), name.size};
        topic->tombstone_ms = TOMBSTONE_MS;
        sk_map_put(&self->topics, topic->name, topic);
    }
    topic->partitions = about->partition_cnt;
}

enum sk_verdict sk_kafka_topics_load(struct sk_kafka_bus *self, bool *ret_led,
                                     struct sk_error *err)
{
    const struct rd_kafka_metadata *all = NULL;

    SK_TRY(sk_kafka_scout(self, err));
    rd_kafka_resp_err_t code =
        sk_rd.metadata(self->scout, 1, NULL, &all, SK_KAFKA_CALL_MS);
    if (code) {
        sk_rd.poll(self->scout, 0); /* its trouble */
        return sk_kafka_fail(self, code, "asking for the topics", err);
    }
    sk_kafka_trouble_over(self);
    *ret_led = true;
    for (int i = 0; i < all->topic_cnt; i++) {
        const rd_kafka_metadata_topic_t *topic = &all->topics[i];
        if (topic->err || topic->topic[0] == '_')
            continue;
        topic_note(self, topic);
        for (int j = 0; j < topic->partition_cnt; j++)
            *ret_led = *ret_led && topic->partitions[j].leader >= 0;
    }
    sk_rd.metadata_destroy(all);
    return SK_OK;
}

/* One that another process has just made may take a moment to be known here. */
enum sk_verdict sk_kafka_topic_find(struct sk_kafka_bus *self, struct sk_text name,
                                    struct sk_kafka_topic **ret_topic,
                                    struct sk_error *err)
{
    int64_t deadline = sk_clock_monotonic_ms() + MADE_MS;
    struct sk_kafka_topic *topic = sk_map_get(&self->topics, name);
    bool led;

    while (!topic) {
        SK_TRY(sk_kafka_topics_load(self, &led, err));
        topic = sk_map_get(&self->topics, name);
        if (!topic && sk_clock_monotonic_ms() > deadline)
            return sk_fail(err, SK_FATAL, "bus.topic",
                           "there is no topic %.*s on %s, or this user may not see it: "
                           "`schakel topics --create` makes it, `schakel acl` prints the "
                           "rights",
                           SK_TEXT_ARG(name), self->brokers);
        if (!topic)
            usleep(MADE_LOOK_US);
    }
    *ret_topic = topic;
    return SK_OK;
}

enum sk_verdict sk_kafka_topic_use(struct sk_kafka_bus *self, struct sk_text name,
                                   struct sk_kafka_topic **ret_topic,
                                   struct sk_error *err)
{
    SK_TRY(sk_kafka_scout(self, err));
    SK_TRY(sk_kafka_topic_find(self, name, ret_topic, err));
    return sk_kafka_topic_check(self, *ret_topic, err);
}

void sk_kafka_list_add_topic(rd_kafka_topic_partition_list_t *list,
                             const struct sk_kafka_topic *topic)
{
    for (int32_t i = 0; i < topic->partitions; i++)
        sk_rd.topic_partition_list_add(list, topic->name.data, i);
}

/* A leader is being chosen, or ours is not known yet. */
static bool passes(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION ||
           code == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE ||
           code == RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE ||
           code == RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH ||
           code == RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH ||
           code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
}

/* One question for all: offsets take the place of times. */
static enum sk_verdict ask(struct sk_kafka_bus *self, rd_kafka_t *client, int64_t which,
                           rd_kafka_topic_partition_list_t *list, struct sk_error *err)
{
    int64_t deadline = sk_clock_monotonic_ms() + LEADER_MS;
    rd_kafka_resp_err_t code;

    if (list->cnt == 0)
        return SK_OK;
    while (true) {
        for (int i = 0; i < list->cnt; i++)
            list->elems[i].offset = which;
        code = sk_rd.offsets_for_times(client, list, SK_KAFKA_CALL_MS);
        for (int i = 0; i < list->cnt && !code; i++)
            code = list->elems[i].err;
        if (!code)
            return SK_OK;
        if (!passes(code) || sk_clock_monotonic_ms() > deadline)
            return sk_kafka_fail(self, code, "asking where topics end", err);
        usleep(LOOK_AGAIN_US);
    }
}

enum sk_verdict sk_kafka_begins(struct sk_kafka_bus *self,
                                rd_kafka_topic_partition_list_t *list,
                                struct sk_error *err)
{
    SK_TRY(sk_kafka_scout(self, err));
    return ask(self, self->scout, RD_KAFKA_OFFSET_BEGINNING, list, err);
}

enum sk_verdict sk_kafka_ends(struct sk_kafka_bus *self,
                              rd_kafka_topic_partition_list_t *list, struct sk_error *err)
{
    int64_t deadline = sk_clock_monotonic_ms() + CLOSING_MS;

    SK_TRY(sk_kafka_scout(self, err));
    SK_TRY(sk_kafka_lector(self, err));
    SK_TRY(ask(self, self->scout, RD_KAFKA_OFFSET_END, list, err));
    sk_auto_list *written = sk_rd.topic_partition_list_new(list->cnt);
    for (int i = 0; i < list->cnt; i++)
        sk_rd
            .topic_partition_list_add(written, list->elems[i].topic,
                                      list->elems[i].partition)
            ->offset = list->elems[i].offset;
    while (true) {
        bool settled = true;
        SK_TRY(ask(self, self->lector, RD_KAFKA_OFFSET_END, list, err));
        for (int i = 0; i < list->cnt; i++)
            settled = settled && list->elems[i].offset >= written->elems[i].offset;
        if (settled || sk_clock_monotonic_ms() > deadline)
            return SK_OK;
        usleep(LOOK_AGAIN_US);
    }
}
