/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is active on Kafka: why the assignor is cooperative-sticky, and how long it takes
 * until a killed instance, or its standby, works again.
 */
#include "conformance.h"
#include "kafka_broker.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

enum { LOOK_MS = 3000, RESTART_MS = 3000, TAKE_OVER_MS = 10000 };

static struct broker broker;

/* A static member of group "rol" that reads topic "rol". */
static rd_kafka_t *member(const char *name, const char *assignor)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    const char *const settings[][2] = {{"bootstrap.servers", broker.address},
                                       {"group.id", assignor},
                                       {"group.instance.id", name},
                                       {"heartbeat.interval.ms", "200"},
                                       {"partition.assignment.strategy", assignor}};
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    char why[256];

    for (size_t i = 0; i < SK_COUNT(settings); i++)
        assert_int_equal(
            rd_kafka_conf_set(conf, settings[i][0], settings[i][1], why, sizeof(why)), 0);
    rd_kafka_t *made = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof(why));
    assert_non_null(made);
    rd_kafka_poll_set_consumer(made);
    rd_kafka_topic_partition_list_add(topics, "rol", RD_KAFKA_PARTITION_UA);
    assert_int_equal(rd_kafka_subscribe(made, topics), 0);
    rd_kafka_topic_partition_list_destroy(topics);
    return made;
}

static bool holds(rd_kafka_t *client)
{
    rd_kafka_topic_partition_list_t *held = NULL;
    rd_kafka_message_t *message = rd_kafka_consumer_poll(client, 20);

    if (message)
        rd_kafka_message_destroy(message);
    assert_int_equal(rd_kafka_assignment(client, &held), 0);
    bool any = held->cnt > 0;
    rd_kafka_topic_partition_list_destroy(held);
    return any;
}

/* "zeker" holds the partition; then "aan" joins: does it take it within a while? */
static bool newcomer_takes_it(const char *assignor)
{
    rd_kafka_t *healthy = member("zeker", assignor);
    int64_t deadline = sk_clock_monotonic_ms() + DEADLINE_MS;
    bool taken = false;

    while (!holds(healthy))
        assert_true(sk_clock_monotonic_ms() < deadline);
    rd_kafka_t *newcomer = member("aan", assignor);
    deadline = sk_clock_monotonic_ms() + LOOK_MS;
    while (!taken && sk_clock_monotonic_ms() < deadline) {
        (void)holds(healthy);
        taken = holds(newcomer);
    }
    rd_kafka_consumer_close(newcomer);
    rd_kafka_consumer_close(healthy);
    rd_kafka_destroy(newcomer);
    rd_kafka_destroy(healthy);
    return taken;
}

static void range_would_give_the_role_of_a_healthy_instance_to_a_newcomer(void **)
{
    broker_topic(&broker, "rol", "cleanup.policy", "compact");
    assert_true(newcomer_takes_it("range"));
    assert_false(newcomer_takes_it("cooperative-sticky"));
}

enum { RECORDS = 2000 };

/* Says so after each record that it dealt with. */
static int copy(struct sk_bus *bus)
{
    subscribe(bus, "groep", "een");
    for (int i = 0; i < RECORDS; i++) {
        struct sk_bus_batch batch = next_batch(bus);
        begin(bus);
        done(bus, &batch.records[0]);
        commit(bus);
        child_ready();
    }
    return 0;
}

static int work(void *)
{
    return copy(bus_active("toets"));
}

/* Says so once when it stands by, then as `work`. */
static int stand_by(void *)
{
    struct sk_bus *bus = bus_standby("toets");
    struct sk_error err = {0};
    bool active = false;

    assert_int_equal(sk_bus_activate(bus, LOOK_MS, &active, &err), SK_OK);
    assert_false(active);
    child_ready();
    assert_int_equal(sk_bus_activate(bus, DEADLINE_MS, &active, &err), SK_OK);
    assert_true(active);
    return copy(bus);
}

static void fill(void)
{
    struct sk_bus *bus = bus_open();
    char value[16];

    for (int i = 0; i < RECORDS; i++) {
        snprintf(value, sizeof(value), "%d", i);
        put(bus, "een", "k", value);
    }
    sk_bus_close(bus);
}

static int64_t until_ready(struct child *child, int64_t since_ms)
{
    child_wait_ready(child);
    return sk_clock_monotonic_ms() - since_ms;
}

static void a_killed_instance_that_is_started_again_works_at_once(void **)
{
    int64_t longest = 0;

    fill();
    struct child child = child_start(work, NULL);
    child_wait_ready(&child);
    for (int i = 0; i < 5; i++) {
        child_signal(&child, SIGKILL);
        child_end(&child);
        int64_t since_ms = sk_clock_monotonic_ms();
        child = child_start(work, NULL);
        int64_t took = until_ready(&child, since_ms);
        longest = took > longest ? took : longest;
    }
    child_signal(&child, SIGKILL);
    child_end(&child);
    printf("             restart: first commit at most %lld ms after the start\n",
           (long long)longest);
    assert_true(longest < RESTART_MS);
}

static void a_standby_works_before_ten_seconds_are_over(void **)
{
    fill();
    struct child active = child_start(work, NULL);
    child_wait_ready(&active);
    struct child standby = child_start(stand_by, NULL);
    child_wait_ready(&standby);
    child_signal(&active, SIGKILL);
    child_end(&active);
    int64_t took = until_ready(&standby, sk_clock_monotonic_ms());
    child_signal(&standby, SIGKILL);
    child_end(&standby);
    printf("             standby: first commit %lld ms after the kill\n",
           (long long)took);
    assert_true(took < TAKE_OVER_MS);
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
        cmocka_unit_test(range_would_give_the_role_of_a_healthy_instance_to_a_newcomer),
        CONFORMANCE_TEST(a_killed_instance_that_is_started_again_works_at_once),
        CONFORMANCE_TEST(a_standby_works_before_ten_seconds_are_over),
    };
    static const struct bus_factory factory = {
        .name = "kafka", .make = make, .destroy = destroy};
    int status = broker_start(&broker, "");

    if (status != 0)
        return status;
    conformance_factory = &factory;
    int failures = cmocka_run_group_tests_name("kafka_role", tests, NULL, NULL);
    broker_stop(&broker);
    return failures;
}
