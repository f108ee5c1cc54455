/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The local table behind latest and each: what was erased on the bus does not live on in
 * it, whatever happened while it was not looked at.
 */
#include "conformance.h"
#include "kafka_broker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/alloc.h"
#include "base/clock.h"

static struct broker broker;
static char folder[] = "/tmp/sk-tables-XXXXXX";

static struct sk_bus *bus_with_table(void)
{
    const struct sk_bus_options options = {.data_path = folder};
    struct sk_bus *bus = NULL;
    struct sk_error err = {0};

    if (sk_bus_open(broker.url, &options, &bus, &err) != SK_OK)
        fail_msg("open: %s", err.text);
    return bus;
}

/* Is there a newest record of the key, a tombstone included? */
static bool known(struct sk_bus *bus, const char *topic, const char *key)
{
    struct sk_bus_record record;
    struct sk_error err = {0};
    bool found = false;

    if (sk_bus_latest(bus, sk_text(topic), sk_text(key), &record, &found, &err) != SK_OK)
        fail_msg("%s: %s", err.id, err.text);
    return found;
}

static enum sk_verdict note_key(void *context, const struct sk_bus_record *record,
                                struct sk_error *)
{
    bool *seen = context;

    *seen = *seen || sk_text_is(record->key, "weg");
    return SK_OK;
}

/* Does the broker itself still hold a record of key "weg"? */
static bool kept_by_broker(struct sk_bus *bus, const char *topic)
{
    struct sk_error err = {0};
    bool seen = false;
    int64_t next;

    if (sk_bus_fetch(bus, sk_text(topic), 0, 0, 1000, note_key, &seen, &next, &err) !=
        SK_OK)
        fail_msg("%s: %s", err.id, err.text);
    return seen;
}

/* A segment is compacted once something is appended after its time. */
static void wait_until_compacted(struct sk_bus *bus, const char *topic)
{
    int64_t deadline = sk_clock_monotonic_ms() + 2 * DEADLINE_MS;
    struct sk_bus_batch batch;
    struct sk_error err = {0};

    while (kept_by_broker(bus, topic)) {
        assert_true(sk_clock_monotonic_ms() < deadline);
        put(bus, topic, "blijft", "1");
        assert_int_equal(sk_bus_poll(bus, 100, &batch, &err), SK_OK);
    }
}

static void what_was_erased_and_compacted_away_meanwhile_is_not_in_the_table(void **)
{
    struct sk_bus *tool = bus_open(), *bus = bus_with_table();

    broker_topic(&broker, "kwijt", "delete.retention.ms", "1000");
    put(tool, "kwijt", "weg", "1");
    assert_true(known(bus, "kwijt", "weg"));
    sk_bus_close(bus);
    put(tool, "kwijt", "weg", NULL);
    wait_until_compacted(tool, "kwijt");
    bus = bus_with_table();
    assert_false(known(bus, "kwijt", "weg"));
    assert_true(known(bus, "kwijt", "blijft"));
    sk_bus_close(bus);
    sk_bus_close(tool);
}

static void a_tombstone_leaves_the_table_after_its_time(void **)
{
    struct sk_bus *bus = bus_with_table();
    int64_t deadline = sk_clock_monotonic_ms() + DEADLINE_MS;

    broker_topic(&broker, "tijdelijk", "delete.retention.ms", "1000");
    put(bus, "tijdelijk", "weg", "1");
    put(bus, "tijdelijk", "weg", NULL);
    assert_true(known(bus, "tijdelijk", "weg"));
    while (known(bus, "tijdelijk", "weg"))
        assert_true(sk_clock_monotonic_ms() < deadline);
    sk_bus_close(bus);
}

static void change_table(const char *sql)
{
    sk_auto_free char *path = sk_strf("%s/kafka.tables", folder);
    sqlite3 *table = NULL;

    assert_int_equal(sqlite3_open(path, &table), SQLITE_OK);
    assert_int_equal(sqlite3_exec(table, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(table);
}

static void what_was_read_from_another_cluster_is_not_believed(void **)
{
    struct sk_bus *bus = bus_with_table();

    broker_topic(&broker, "ander", "delete.retention.ms", "86400000");
    put(bus, "ander", "echt", "1");
    assert_true(known(bus, "ander", "echt"));
    sk_bus_close(bus);
    change_table("insert into record values "
                 "('ander', 0, cast('spook' as blob), 7, 0, x'', x'31')");
    bus = bus_with_table();
    assert_true(known(bus, "ander", "spook")); /* of this cluster, as far as it knows */
    sk_bus_close(bus);
    change_table("update cluster set id = 'een andere'");
    bus = bus_with_table();
    assert_false(known(bus, "ander", "spook"));
    assert_true(known(bus, "ander", "echt"));
    sk_bus_close(bus);
}

static void the_file_may_be_deleted_at_any_time(void **)
{
    sk_auto_free char *path = sk_strf("%s/kafka.tables", folder);
    struct sk_bus *bus = bus_with_table();

    broker_topic(&broker, "bestand", "delete.retention.ms", "86400000");
    put(bus, "bestand", "a", "1");
    assert_true(known(bus, "bestand", "a"));
    sk_bus_close(bus);
    assert_int_equal(unlink(path), 0);
    bus = bus_with_table();
    assert_true(known(bus, "bestand", "a"));
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
        CONFORMANCE_TEST(
            what_was_erased_and_compacted_away_meanwhile_is_not_in_the_table),
        CONFORMANCE_TEST(a_tombstone_leaves_the_table_after_its_time),
        CONFORMANCE_TEST(what_was_read_from_another_cluster_is_not_believed),
        CONFORMANCE_TEST(the_file_may_be_deleted_at_any_time),
    };
    static const struct bus_factory factory = {
        .name = "kafka", .make = make, .destroy = destroy};
    int status = broker_start(&broker, "log.cleanup.policy=compact "
                                       "message.max.bytes=2097152 log.roll.ms=500 "
                                       "log.cleaner.backoff.ms=100 "
                                       "log.cleaner.min.cleanable.ratio=0.01");

    if (status != 0)
        return status;
    if (!mkdtemp(folder))
        return 1;
    conformance_factory = &factory;
    int failures = cmocka_run_group_tests_name("kafka_tables", tests, NULL, NULL);
    broker_stop(&broker);
    sk_auto_free char *command = sk_strf("rm -r %s", folder);
    return system(command) == 0 ? failures : 1;
}
