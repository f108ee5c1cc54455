/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes wrong at a broker has an id of its own, says what to do, and loses nothing:
 * away and back with its data, slow, topics missing or set up wrongly.
 */
#include "conformance.h"
#include "kafka_broker.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

enum { ALL_MS = 60000 };

static struct broker broker;

static enum sk_verdict poll_once(struct sk_bus *bus, struct sk_error *err)
{
    struct sk_bus_batch batch;

    return sk_bus_poll(bus, 100, &batch, err);
}

/* The next records, whatever poll says before they come. */
static struct sk_bus_batch coming_batch(struct sk_bus *bus)
{
    int64_t deadline = sk_clock_monotonic_ms() + ALL_MS;
    struct sk_bus_batch batch = {0};
    struct sk_error err = {0};

    while (batch.count == 0) {
        enum sk_verdict verdict = sk_bus_poll(bus, 100, &batch, &err);
        if (verdict == SK_FATAL || sk_clock_monotonic_ms() > deadline)
            fail_msg("nothing comes: %s", err.id ? err.text : "without an error");
    }
    return batch;
}

static void assert_last(const struct sk_bus_batch *batch, const char *value)
{
    const struct sk_bus_record *last = &batch->records[batch->count - 1];

    assert_int_equal(last->value.size, strlen(value));
    assert_memory_equal(last->value.data, value, strlen(value));
}

static void assert_comes(struct sk_bus *bus, const char *value)
{
    struct sk_bus_batch batch = coming_batch(bus);

    assert_int_equal(batch.count, 1);
    assert_last(&batch, value);
}

/* The position of the record before it may have been pending when the broker fell, and is
 * given up then (kafka.h): that record comes once more. */
static void assert_comes_again(struct sk_bus *bus, const char *before, const char *value)
{
    struct sk_bus_batch batch = coming_batch(bus);

    assert_last(&batch, value);
    if (batch.count == 1)
        return;
    assert_int_equal(batch.count, 2);
    batch.count = 1;
    assert_last(&batch, before);
}

/* Polls until it says what is wrong. */
static void poll_says(struct sk_bus *bus, const char *id)
{
    int64_t deadline = sk_clock_monotonic_ms() + ALL_MS;
    struct sk_error err = {0};

    while (poll_once(bus, &err) == SK_OK)
        assert_true(sk_clock_monotonic_ms() < deadline);
    if (!err.id || strcmp(err.id, id) != 0)
        fail_msg("%s: %s", err.id, err.text);
}

static bool stands(struct sk_bus *bus, const char *topic, const char *key)
{
    struct sk_bus_record record;
    struct sk_error err = {0};
    bool found = false;

    assert_int_equal(
        sk_bus_latest(bus, sk_text(topic), sk_text(key), &record, &found, &err), SK_OK);
    return found;
}

/* Whatever it says meanwhile, the unit (one message) is committed in the end. A broker
 * that is away for longer than transaction.timeout.ms kills the producer ("bus.unsure"):
 * then a process starts again, as here, and goes on from what is committed. */
static struct sk_bus *commit_in_the_end(struct sk_bus *bus, const char *topic,
                                        const char *key, const char *value)
{
    int64_t deadline = sk_clock_monotonic_ms() + ALL_MS;
    struct sk_error err = {0};
    enum sk_verdict verdict;

    while ((verdict = sk_bus_commit(bus, &err)) == SK_RETRY)
        assert_true(sk_clock_monotonic_ms() < deadline);
    if (verdict == SK_OK)
        return bus;
    if (strcmp(err.id, "bus.unsure") != 0)
        fail_msg("%s: %s", err.id, err.text);
    sk_bus_close(bus);
    bus = bus_active("toets");
    if (!stands(bus, topic, key)) {
        begin(bus);
        send_to(bus, topic, key, value);
        commit(bus);
    }
    return bus;
}

static void a_broker_that_is_away_is_said_and_all_goes_on_when_it_is_back(void **)
{
    struct sk_bus *bus = bus_active("toets");
    struct sk_error err = {0};
    char texts[256];

    subscribe(bus, "groep", "een");
    put(bus, "een", "a", "1");
    take_texts(bus, 1, texts, sizeof(texts));
    begin(bus);
    send_to(bus, "een", "b", "2");
    broker_signal(&broker, SIGKILL);
    assert_int_equal(sk_bus_commit(bus, &err), SK_RETRY);
    assert_string_equal(err.id, "bus.away");
    assert_non_null(strstr(err.text, "tried again"));
    poll_says(bus, "bus.away");
    broker_again(&broker, "");
    bus = commit_in_the_end(bus, "een", "b", "2");
    sk_bus_close(bus);
    bus = bus_active("toets");
    subscribe(bus, "groep", "een");
    assert_comes_again(bus, "1", "2");
    assert_int_equal(count_records(bus, "een"), 2);
    sk_bus_close(bus);
}

static void a_restarted_broker_has_kept_records_positions_and_the_role(void **)
{
    struct sk_bus *bus = bus_active("toets");
    char texts[256];

    subscribe(bus, "groep.twee", "vier");
    put(bus, "vier", "a", "1");
    put(bus, "vier", "b", "2");
    take_texts(bus, 2, texts, sizeof(texts));
    broker_signal(&broker, SIGTERM);
    poll_says(bus, "bus.away");
    broker_again(&broker, "");
    begin(bus);
    send_to(bus, "vier", "c", "3");
    bus = commit_in_the_end(bus, "vier", "c", "3");
    sk_bus_close(bus);
    bus = bus_active("toets");
    subscribe(bus, "groep.twee", "vier");
    assert_comes(bus, "3");
    sk_bus_close(bus);
}

static void a_slow_broker_is_told_from_one_that_is_away(void **)
{
    struct sk_bus *bus = bus_active("toets");
    struct sk_error err = {0};

    begin(bus);
    send_to(bus, "uit", "a", "1");
    broker_signal(&broker, SIGSTOP);
    assert_int_equal(sk_bus_commit(bus, &err), SK_RETRY);
    broker_signal(&broker, SIGCONT);
    assert_string_equal(err.id, "bus.slow");
    assert_non_null(strstr(err.text, "load and disks"));
    bus = commit_in_the_end(bus, "uit", "a", "1");
    assert_int_equal(count_records(bus, "uit"), 1);
    sk_bus_close(bus);
}

static void assert_unusable(const char *topic, const char *id, const char *what_to_do)
{
    const struct sk_text topics[] = {sk_text(topic)};
    struct sk_bus *bus = bus_open();
    struct sk_error err = {0};
    int subscription;

    assert_int_equal(
        sk_bus_subscribe(bus, "groep", topics, 1, SK_BUS_EARLIEST, &subscription, &err),
        SK_FATAL);
    assert_string_equal(err.id, id);
    if (!strstr(err.text, what_to_do))
        fail_msg("%s", err.text);
    sk_bus_close(bus);
}

static void a_missing_topic_is_named_with_how_to_make_it(void **)
{
    assert_unusable("niet.gemaakt", "bus.topic", "`schakel topics --create`");
}

static void a_topic_that_would_lose_events_is_refused_with_how_to_set_it(void **)
{
    broker_topic(&broker, "wist", "cleanup.policy", "delete");
    assert_unusable("wist", "bus.topic.settings",
                    "--entity-name wist --add-config cleanup.policy=compact");
    broker_topic(&broker, "beide", "cleanup.policy", "compact,delete");
    assert_unusable("beide", "bus.topic.settings", "cleanup.policy=compact");
}

static void a_topic_that_takes_small_messages_only_is_refused(void **)
{
    broker_topic(&broker, "klein", "cleanup.policy", "compact");
    assert_unusable("klein", "bus.topic.settings", "max.message.bytes=2097152");
}

static void another_number_of_partitions_is_refused(void **)
{
    const struct sk_text processes[] = {SK_TEXT("toets")};
    struct sk_bus *bus = bus_open();
    struct sk_error err = {0};
    char path[512];

    broker_topic(&broker, "schakel.inzage", "cleanup.policy", "compact");
    broker_topic(&broker, "klacht", "cleanup.policy", "compact");
    snprintf(path, sizeof(path), "%s/schemas/topics.json", getenv("SK_SOURCE_DIR"));
    assert_int_equal(sk_bus_topics_create(bus, path, processes, 1, &err), SK_FATAL);
    assert_string_equal(err.id, "bus.topic");
    assert_non_null(strstr(err.text, "klacht has 1 partitions, not 4"));
    sk_bus_close(bus);
}

static void make(char url[256])
{
    snprintf(url, 256, "%s", broker.url);
}

static void destroy(void)
{
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONFORMANCE_TEST(a_broker_that_is_away_is_said_and_all_goes_on_when_it_is_back),
        CONFORMANCE_TEST(a_restarted_broker_has_kept_records_positions_and_the_role),
        CONFORMANCE_TEST(a_slow_broker_is_told_from_one_that_is_away),
        CONFORMANCE_TEST(a_missing_topic_is_named_with_how_to_make_it),
        CONFORMANCE_TEST(a_topic_that_would_lose_events_is_refused_with_how_to_set_it),
        CONFORMANCE_TEST(a_topic_that_takes_small_messages_only_is_refused),
        CONFORMANCE_TEST(another_number_of_partitions_is_refused),
    };
    static const struct bus_factory factory = {
        .name = "kafka", .make = make, .destroy = destroy};
    int status = broker_start(&broker, "");

    if (status != 0)
        return status;
    conformance_factory = &factory;
    int failures = cmocka_run_group_tests_name("kafka_faults", tests, NULL, NULL);
    broker_stop(&broker);
    return failures;
}
