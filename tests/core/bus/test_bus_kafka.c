/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The conformance set over a real Apache Kafka that deploy/kafka starts. One broker
 * serves all cases; between them its topics and groups are deleted.
 *
 * Kafka compacts only segments that are no longer written to, and a segment ends when
 * something is appended after its time. On a real bus there is always something; here a
 * process appends transactions that it aborts, which no reader sees.
 */
#include "conformance.h"
#include "kafka_broker.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

enum { CALL_MS = 10000, ROLL_MS = 1000 };

static struct broker broker;
static pid_t roller;

static void roll(rd_kafka_t *producer)
{
    static const char *const topics[] = {"kort", "vergeet"};

    if (rd_kafka_begin_transaction(producer))
        return;
    for (size_t i = 0; i < 5; i++)
        rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topics[i / 4]),
                          RD_KAFKA_V_PARTITION((int32_t)(i % 4)),
                          RD_KAFKA_V_KEY("rol", (size_t)3),
                          RD_KAFKA_V_VALUE("x", (size_t)1), RD_KAFKA_V_END);
    rd_kafka_flush(producer, CALL_MS);
    rd_kafka_error_t *error = rd_kafka_abort_transaction(producer, CALL_MS);
    if (error)
        rd_kafka_error_destroy(error);
}

static void roller_start(void)
{
    fflush(NULL);
    roller = fork();
    if (roller > 0)
        return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    rd_kafka_t *producer =
        broker_client(&broker, RD_KAFKA_PRODUCER, "transactional.id", "rol");
    if (rd_kafka_init_transactions(producer, CALL_MS))
        _exit(1);
    while (true) {
        roll(producer);
        usleep(ROLL_MS * 1000);
    }
}

static void make(char url[256])
{
    snprintf(url, 256, "%s", broker.url);
    roller_start();
}

/* The topics of the cases; returns how many there are. */
static size_t topics_list(rd_kafka_t *tool, rd_kafka_DeleteTopic_t *ret_topics[64])
{
    const struct rd_kafka_metadata *all = NULL;
    size_t count = 0;

    assert_int_equal(rd_kafka_metadata(tool, 1, NULL, &all, CALL_MS), 0);
    for (int i = 0; i < all->topic_cnt && count < 64; i++) {
        if (all->topics[i].topic[0] != '_')
            ret_topics[count++] = rd_kafka_DeleteTopic_new(all->topics[i].topic);
    }
    rd_kafka_metadata_destroy(all);
    return count;
}

/* Until the broker no longer knows them: what is made again at once is another topic. */
static void topics_delete(rd_kafka_t *tool, rd_kafka_queue_t *queue)
{
    int64_t deadline = sk_clock_monotonic_ms() + CALL_MS;
    rd_kafka_DeleteTopic_t *topics[64];
    size_t count;

    while ((count = topics_list(tool, topics)) > 0) {
        assert_true(sk_clock_monotonic_ms() < deadline);
        rd_kafka_DeleteTopics(tool, topics, count, NULL, queue);
        rd_kafka_event_destroy(rd_kafka_queue_poll(queue, CALL_MS));
        rd_kafka_DeleteTopic_destroy_array(topics, count);
    }
}

/* Those of the cases; a group that still has members has no positions that matter. */
static void groups_delete(rd_kafka_t *tool, rd_kafka_queue_t *queue)
{
    static const char *const names[] = {"groep", "groep.een", "groep.twee", "groep.uit"};
    rd_kafka_DeleteGroup_t *groups[SK_COUNT(names)];

    for (size_t i = 0; i < SK_COUNT(names); i++)
        groups[i] = rd_kafka_DeleteGroup_new(names[i]);
    rd_kafka_DeleteGroups(tool, groups, SK_COUNT(names), NULL, queue);
    rd_kafka_event_destroy(rd_kafka_queue_poll(queue, CALL_MS));
    rd_kafka_DeleteGroup_destroy_array(groups, SK_COUNT(names));
}

static void destroy(void)
{
    rd_kafka_t *tool =
        broker_client(&broker, RD_KAFKA_CONSUMER, "group.id", "toets.opruimen");
    rd_kafka_queue_t *queue = rd_kafka_queue_new(tool);

    kill(roller, SIGKILL);
    waitpid(roller, NULL, 0);
    topics_delete(tool, queue);
    groups_delete(tool, queue);
    rd_kafka_queue_destroy(queue);
    rd_kafka_destroy(tool);
}

static const struct bus_factory factory = {
    .name = "kafka", .make = make, .destroy = destroy};

int main(void)
{
    int status = broker_start(&broker, "log.roll.ms=1000 log.cleaner.backoff.ms=100 "
                                       "log.cleaner.min.cleanable.ratio=0.01");

    if (status != 0)
        return status;
    int failures = conformance_run(&factory);
    broker_stop(&broker);
    return failures;
}
