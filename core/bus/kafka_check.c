/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A topic that is not compacted forgets what is still true, and one that takes small
 * messages only stops a flow on the first large one: so its settings are looked at once,
 * when it is first used. Who may not see them (DescribeConfigs) goes unchecked.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "bus/kafka.h"

enum { MESSAGE_BYTES = 2097152, LOOK_AGAIN_US = 50000 };

static enum sk_verdict wrong(const struct sk_kafka_topic *topic, const char *is,
                             const char *must, struct sk_error *err)
{
    return sk_fail(err, SK_FATAL, "bus.topic.settings",
                   "topic %s has %s: kafka-configs.sh --alter --entity-type topics "
                   "--entity-name %s --add-config %s",
                   topic->name.data, is, topic->name.data, must);
}

static enum sk_verdict setting_check(struct sk_kafka_topic *topic, const char *name,
                                     const char *value, struct sk_error *err)
{
    if (strcmp(name, "delete.retention.ms") == 0)
        topic->tombstone_ms = strtoll(value, NULL, 10);
    if (strcmp(name, "cleanup.policy") == 0 && strcmp(value, "compact") != 0)
        return wrong(topic,
                     "another cleanup.policy than compact, so that it loses events",
                     "cleanup.policy=compact", err);
    if (strcmp(name, "max.message.bytes") == 0 && atoll(value) < MESSAGE_BYTES)
        return wrong(topic, "max.message.bytes below 2 MiB, so that large events stop it",
                     "max.message.bytes=2097152", err);
    return SK_OK;
}

static enum sk_verdict settings_check(struct sk_kafka_bus *self,
                                      struct sk_kafka_topic *topic,
                                      const rd_kafka_event_t *event, struct sk_error *err)
{
    size_t count = 0;
    const rd_kafka_ConfigResource_t **found = sk_rd.DescribeConfigs_result_resources(
        sk_rd.event_DescribeConfigs_result((rd_kafka_event_t *)(uintptr_t)event), &count);
    rd_kafka_resp_err_t code =
        count > 0 ? sk_rd.ConfigResource_error(found[0]) : RD_KAFKA_RESP_ERR__TIMED_OUT;

    if (code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
        sk_log_info("bus.topic.unchecked", SK_STR("topic", topic->name.data));
        return SK_OK;
    }
    if (code)
        return sk_kafka_fail(self, code, topic->name.data, err);
    const rd_kafka_ConfigEntry_t **entries =
        sk_rd.ConfigResource_configs(found[0], &count);
    for (size_t i = 0; i < count; i++) {
        const char *value = sk_rd.ConfigEntry_value(entries[i]);
        SK_TRY(setting_check(topic, sk_rd.ConfigEntry_name(entries[i]),
                             value ? value : "", err));
    }
    return SK_OK;
}

static enum sk_verdict ask(struct sk_kafka_bus *self, struct sk_kafka_topic *topic,
                           struct sk_error *err)
{
    rd_kafka_queue_t *queue = sk_rd.queue_new(self->scout);
    rd_kafka_ConfigResource_t *asked =
        sk_rd.ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic->name.data);

    sk_rd.DescribeConfigs(self->scout, &asked, 1, NULL, queue);
    rd_kafka_event_t *event = sk_rd.queue_poll(queue, SK_KAFKA_CALL_MS);
    sk_rd.ConfigResource_destroy(asked);
    sk_rd.queue_destroy(queue);
    rd_kafka_resp_err_t code =
        event ? sk_rd.event_error(event) : RD_KAFKA_RESP_ERR__TIMED_OUT;
    enum sk_verdict verdict = code ? sk_kafka_fail(self, code, topic->name.data, err)
                                   : settings_check(self, topic, event, err);
    if (event)
        sk_rd.event_destroy(event);
    return verdict;
}

/* A broker may not know yet what another has just made. */
enum sk_verdict sk_kafka_topic_check(struct sk_kafka_bus *self,
                                     struct sk_kafka_topic *topic, struct sk_error *err)
{
    int64_t deadline = sk_clock_monotonic_ms() + SK_KAFKA_CALL_MS;
    enum sk_verdict verdict = SK_OK;

    while (!topic->checked) {
        verdict = ask(self, topic, err);
        topic->checked = verdict == SK_OK;
        if (verdict == SK_OK || strcmp(err->id, "bus.topic") != 0 ||
            sk_clock_monotonic_ms() > deadline)
            break;
        usleep(LOOK_AGAIN_US);
    }
    return verdict;
}
