/* SPDX-License-Identifier: Apache-2.0 */
/* Topics as tables, compaction and tombstones, peeking. */
#include "conformance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

static bool latest(struct sk_bus *bus, const char *topic, const char *key,
                   struct sk_bus_record *ret_record)
{
    struct sk_error err = {0};
    bool found = false;

    if (sk_bus_latest(bus, sk_text(topic), sk_text(key), ret_record, &found, &err) !=
        SK_OK)
        fail_msg("latest: %s", err.text);
    return found;
}

static void latest_gives_the_newest_committed_record_of_a_key(void **)
{
    struct sk_bus *bus = bus_active("toets");
    struct sk_bus_record record;

    assert_false(latest(bus, "vier", "a", &record));
    put(bus, "vier", "a", "1");
    put(bus, "vier", "a", "2");
    put(bus, "vier", "ander", "3");
    begin(bus);
    send_to(bus, "vier", "a", "nog niet");
    assert_true(latest(bus, "vier", "a", &record));
    assert_int_equal(record.value.size, 1);
    assert_memory_equal(record.value.data, "2", 1);
    commit(bus);
    assert_true(latest(bus, "vier", "a", &record));
    assert_int_equal(record.value.size, strlen("nog niet"));
    put(bus, "vier", "a", NULL);
    assert_true(latest(bus, "vier", "a", &record));
    assert_null(record.value.data);
    sk_bus_close(bus);
}

struct list {
    char texts[256];
    size_t count;
};

static enum sk_verdict list_add(void *context, const struct sk_bus_record *record,
                                struct sk_error *)
{
    struct list *list = context;
    size_t used = strlen(list->texts);

    list->count++;
    snprintf(list->texts + used, sizeof(list->texts) - used, "%.*s=%.*s ",
             SK_TEXT_ARG(record->key), (int)record->value.size,
             record->value.data ? (const char *)record->value.data : "");
    return SK_OK;
}

static void each_gives_every_key_once_without_tombstones(void **)
{
    struct sk_bus *bus = bus_open();
    struct sk_error err = {0};
    struct list list = {0};

    put(bus, "een", "a", "1");
    put(bus, "een", "b", "2");
    put(bus, "een", "a", "3");
    put(bus, "een", "weg", "4");
    put(bus, "een", "weg", NULL);
    assert_int_equal(sk_bus_each(bus, SK_TEXT("een"), list_add, &list, &err), SK_OK);
    assert_string_equal(list.texts, "b=2 a=3 ");
    sk_bus_close(bus);
}

static void each_goes_over_more_than_one_batch_and_all_partitions(void **)
{
    struct sk_bus *bus = bus_active("toets");
    struct sk_error err = {0};
    struct list list = {0};

    begin(bus);
    for (int i = 0; i < 4000; i++) {
        char key[16];
        snprintf(key, sizeof(key), "k%d", i % 3000);
        send_to(bus, "vier", key, "x");
    }
    commit(bus);
    assert_int_equal(sk_bus_each(bus, SK_TEXT("vier"), list_add, &list, &err), SK_OK);
    assert_int_equal(list.count, 3000);
    sk_bus_close(bus);
}

static enum sk_verdict stop_at_once(void *, const struct sk_bus_record *,
                                    struct sk_error *err)
{
    return sk_fail(err, SK_REJECT, "toets.genoeg", "enough");
}

static void a_visitor_ends_each_with_its_own_verdict(void **)
{
    struct sk_bus *bus = bus_open();
    struct sk_error err = {0};

    put(bus, "een", "a", "1");
    assert_int_equal(sk_bus_each(bus, SK_TEXT("een"), stop_at_once, NULL, &err),
                     SK_REJECT);
    assert_string_equal(err.id, "toets.genoeg");
    sk_bus_close(bus);
}

/* Polls, so that housekeeping runs, until the topic keeps `count` records. */
static void wait_for_records(struct sk_bus *bus, const char *topic, size_t count)
{
    int64_t deadline = sk_clock_monotonic_ms() + DEADLINE_MS;
    struct sk_bus_batch batch;
    struct sk_error err = {0};

    while (count_records(bus, topic) != count) {
        if (sk_bus_poll(bus, 20, &batch, &err) != SK_OK)
            fail_msg("poll: %s", err.text);
        if (sk_clock_monotonic_ms() > deadline)
            fail_msg("%zu records stay of %s", count_records(bus, topic), topic);
    }
}

static void compaction_keeps_the_newest_record_of_each_key(void **)
{
    struct sk_bus *bus = bus_active("toets");
    struct sk_error err = {0};
    struct list list = {0};

    begin(bus);
    for (int i = 0; i < 3000; i++) {
        char key[16], value[16];
        snprintf(key, sizeof(key), "k%d", i % 7);
        snprintf(value, sizeof(value), "%d", i);
        send_to(bus, "kort", key, value);
    }
    commit(bus);
    wait_for_records(bus, "kort", 7);
    assert_int_equal(sk_bus_each(bus, SK_TEXT("kort"), list_add, &list, &err), SK_OK);
    assert_int_equal(list.count, 7);
    for (int i = 2993; i < 3000; i++) {
        char expected[32];
        snprintf(expected, sizeof(expected), "k%d=%d ", i % 7, i);
        assert_non_null(strstr(list.texts, expected));
    }
    sk_bus_close(bus);
}

static void a_tombstone_stays_for_its_time_and_then_goes_with_its_key(void **)
{
    struct sk_bus *bus = bus_open();
    struct sk_bus_record record;

    put(bus, "kort", "blijft", "1");
    put(bus, "kort", "blijft", NULL); /* delete.retention.ms: a day */
    put(bus, "vergeet", "weg", "1");
    put(bus, "vergeet", "weg", NULL); /* delete.retention.ms: 0 */
    sk_bus_close(bus);
    bus = bus_open();
    wait_for_records(bus, "vergeet", 0);
    assert_false(latest(bus, "vergeet", "weg", &record));
    wait_for_records(bus, "kort", 1);
    assert_true(latest(bus, "kort", "blijft", &record));
    assert_null(record.value.data);
    sk_bus_close(bus);
}

static void a_slow_reader_sees_only_gaps_after_compaction(void **)
{
    struct sk_bus *bus = bus_active("toets");
    struct sk_bus_batch batch;
    char texts[64];

    for (int i = 0; i < 3; i++)
        put(bus, "kort", "zelfde", (char[]){(char)('0' + i), 0});
    subscribe(bus, "groep", "kort");
    batch = next_batch(bus); /* in hand: three, of which compaction takes two */
    assert_int_equal(batch.count, 3);
    sk_bus_pause(bus, 0, true);
    wait_for_records(bus, "kort", 1);
    sk_bus_pause(bus, 0, false);
    begin(bus);
    struct sk_error err = {0};
    assert_int_equal(sk_bus_abort(bus, &err), SK_OK); /* what is left comes again */
    take_texts(bus, 1, texts, sizeof(texts));
    assert_string_equal(texts, "zelfde=2 ");
    assert_int_equal(lag_of(bus, "groep"), 0);
    put(bus, "kort", "zelfde", "3");
    take_texts(bus, 1, texts, sizeof(texts));
    assert_string_equal(texts, "zelfde=3 ");
    sk_bus_close(bus);
}

static void positions_are_not_reused_when_the_newest_record_goes(void **)
{
    struct sk_bus *bus = bus_open();

    put(bus, "vergeet", "weg", NULL);
    sk_bus_close(bus);
    bus = bus_open();
    wait_for_records(bus, "vergeet", 0);
    put(bus, "vergeet", "nieuw", "1");
    subscribe(bus, NULL, "vergeet");
    assert_int_equal(next_batch(bus).records[0].position >= 1, 1);
    sk_bus_close(bus);
}

static void fetch_peeks_from_a_position_also_at_superseded_records(void **)
{
    struct sk_bus *bus = bus_open();
    struct sk_error err = {0};
    struct list list = {0};
    int64_t next = -1;

    for (int i = 0; i < 5; i++)
        put(bus, "een", "zelfde", (char[]){(char)('0' + i), 0});
    assert_int_equal(
        sk_bus_fetch(bus, SK_TEXT("een"), 0, 1, 2, list_add, &list, &next, &err), SK_OK);
    assert_string_equal(list.texts, "zelfde=1 zelfde=2 ");
    assert_int_equal(
        sk_bus_fetch(bus, SK_TEXT("een"), 0, next, 9, list_add, &list, &next, &err),
        SK_OK);
    assert_int_equal(list.count, 4);
    assert_int_equal(next, 5);
    assert_int_equal(
        sk_bus_fetch(bus, SK_TEXT("een"), 0, -2, 0, list_add, &list, &next, &err), SK_OK);
    assert_int_equal(next, 5);
    assert_int_equal(
        sk_bus_fetch(bus, SK_TEXT("een"), 0, -1, 1, list_add, &list, &next, &err), SK_OK);
    assert_int_equal(next, 1);
    assert_int_equal(
        sk_bus_fetch(bus, SK_TEXT("een"), 7, 0, 9, list_add, &list, &next, &err),
        SK_REJECT);
    sk_bus_close(bus);
}

static void creating_topics_again_changes_nothing_but_partitions_must_agree(void **)
{
    struct sk_bus *bus = bus_open();
    struct sk_error err = {0};
    char path[] = "/tmp/sk-topics-XXXXXX";

    put(bus, "een", "a", "1");
    topics_make();
    assert_int_equal(count_records(bus, "een"), 1);
    FILE *file = fdopen(mkstemp(path), "w");
    fputs("{\"topics\": [{\"name\": \"een\", \"partitions\": 3}]}", file);
    fclose(file);
    assert_int_equal(sk_bus_topics_create(bus, path, NULL, 0, &err), SK_FATAL);
    assert_string_equal(err.id, "bus.topic");
    remove(path);
    sk_bus_close(bus);
}

const struct CMUnitTest conformance_tables[] = {
    CONFORMANCE_TEST(latest_gives_the_newest_committed_record_of_a_key),
    CONFORMANCE_TEST(each_gives_every_key_once_without_tombstones),
    CONFORMANCE_TEST(each_goes_over_more_than_one_batch_and_all_partitions),
    CONFORMANCE_TEST(a_visitor_ends_each_with_its_own_verdict),
    CONFORMANCE_TEST(compaction_keeps_the_newest_record_of_each_key),
    CONFORMANCE_TEST(a_tombstone_stays_for_its_time_and_then_goes_with_its_key),
    CONFORMANCE_TEST(a_slow_reader_sees_only_gaps_after_compaction),
    CONFORMANCE_TEST(positions_are_not_reused_when_the_newest_record_goes),
    CONFORMANCE_TEST(fetch_peeks_from_a_position_also_at_superseded_records),
    CONFORMANCE_TEST(creating_topics_again_changes_nothing_but_partitions_must_agree),
};
const size_t conformance_tables_count = SK_COUNT(conformance_tables);
