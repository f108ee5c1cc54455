/* SPDX-License-Identifier: Apache-2.0 */
/* Units of work: atomic, partial, aborted, repeated. */
#include "conformance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

static void records_of_one_key_come_in_the_order_they_were_sent(void **)
{
    struct sk_bus *bus = bus_open();
    int last[10];

    memset(last, -1, sizeof(last));
    for (int i = 0; i < 100; i++) {
        char key[] = {'k', (char)('0' + i % 10), 0}, value[16];
        snprintf(value, sizeof(value), "%d", i);
        put(bus, "vier", key, value);
    }
    subscribe(bus, NULL, "vier");
    for (size_t seen = 0; seen < 100;) {
        struct sk_bus_batch batch = next_batch(bus);
        seen += batch.count;
        for (size_t i = 0; i < batch.count; i++) {
            char text[16];
            int key = batch.records[i].key.data[1] - '0';
            snprintf(text, sizeof(text), "%.*s", (int)batch.records[i].value.size,
                     (const char *)batch.records[i].value.data);
            assert_true(atoi(text) > last[key]);
            last[key] = atoi(text);
        }
    }
    sk_bus_close(bus);
}

static void a_key_always_goes_to_the_same_partition(void **)
{
    struct sk_bus *bus = bus_open();
    int32_t partition = -1;

    for (int i = 0; i < 10; i++)
        put(bus, "vier", "dezelfde", "x");
    subscribe(bus, NULL, "vier");
    for (size_t seen = 0; seen < 10;) {
        struct sk_bus_batch batch = next_batch(bus);
        for (size_t i = 0; i < batch.count; i++, seen++) {
            assert_true(partition < 0 || partition == batch.records[i].partition);
            partition = batch.records[i].partition;
        }
    }
    sk_bus_close(bus);
}

static void sends_are_invisible_until_commit_and_then_all_there(void **)
{
    struct sk_bus *writer = bus_active("toets"), *reader = bus_open();
    char texts[256];

    subscribe(reader, NULL, "een");
    begin(writer);
    send_to(writer, "een", "a", "1");
    send_to(writer, "een", "b", "2");
    assert_nothing_comes(reader);
    commit(writer);
    read_texts(reader, 2, texts, sizeof(texts));
    assert_string_equal(texts, "a=1 b=2 ");
    sk_bus_close(writer);
    sk_bus_close(reader);
}

static void sends_and_positions_are_committed_together(void **)
{
    struct sk_bus *bus = bus_active("toets"), *tool = bus_open();
    struct sk_bus_batch batch;

    put(tool, "een", "a", "1");
    subscribe(bus, "groep", "een");
    batch = next_batch(bus);
    begin(bus);
    send_to(bus, "uit", "a", "af");
    done(bus, &batch.records[0]);
    assert_int_equal(lag_of(tool, "groep"), 1);
    assert_int_equal(count_records(tool, "uit"), 0);
    commit(bus);
    assert_int_equal(lag_of(tool, "groep"), 0);
    assert_int_equal(count_records(tool, "uit"), 1);
    sk_bus_close(bus);
    sk_bus_close(tool);
}

static void a_restart_goes_on_from_the_committed_position(void **)
{
    struct sk_bus *bus = bus_active("toets");
    char texts[256];

    put(bus, "een", "a", "1");
    put(bus, "een", "b", "2");
    subscribe(bus, "groep", "een");
    take_texts(bus, 2, texts, sizeof(texts));
    put(bus, "een", "c", "3");
    next_batch(bus); /* polled, not committed */
    sk_bus_close(bus);

    bus = bus_active("toets");
    subscribe(bus, "groep", "een");
    take_texts(bus, 1, texts, sizeof(texts));
    assert_string_equal(texts, "c=3 ");
    assert_nothing_comes(bus);
    sk_bus_close(bus);
}

static void a_position_moves_only_over_contiguous_done_records(void **)
{
    struct sk_bus *bus = bus_active("toets");
    struct sk_bus_batch batch;
    char texts[256];

    for (const char *key = "abcd"; *key; key++)
        put(bus, "een", (char[]){*key, 0}, "x");
    subscribe(bus, "groep", "een");
    batch = next_batch(bus);
    assert_int_equal(batch.count, 4);
    begin(bus);
    done(bus, &batch.records[3]); /* out of order: b stays open */
    done(bus, &batch.records[0]);
    done(bus, &batch.records[2]);
    commit(bus);
    assert_int_equal(lag_of(bus, "groep"), 3);
    sk_bus_close(bus);

    bus = bus_active("toets");
    subscribe(bus, "groep", "een");
    take_texts(bus, 3, texts, sizeof(texts));
    assert_string_equal(texts, "b=x c=x d=x ");
    assert_int_equal(lag_of(bus, "groep"), 0);
    sk_bus_close(bus);
}

static void work_on_one_batch_may_span_units(void **)
{
    struct sk_bus *bus = bus_active("toets");
    struct sk_bus_batch batch;

    for (const char *key = "abc"; *key; key++)
        put(bus, "een", (char[]){*key, 0}, "x");
    subscribe(bus, "groep", "een");
    batch = next_batch(bus);
    for (int i = 2; i >= 0; i--) { /* the last first: only the last commit moves it */
        begin(bus);
        done(bus, &batch.records[i]);
        commit(bus);
        assert_int_equal(lag_of(bus, "groep"), i > 0 ? 3 : 0);
    }
    sk_bus_close(bus);
}

static void an_aborted_unit_is_invisible_and_its_records_come_again(void **)
{
    struct sk_bus *bus = bus_active("toets");
    struct sk_bus_batch batch;
    struct sk_error err = {0};
    char texts[256];

    put(bus, "een", "a", "1");
    put(bus, "een", "b", "2");
    subscribe(bus, "groep", "een");
    batch = next_batch(bus);
    begin(bus);
    send_to(bus, "uit", "a", "af");
    done(bus, &batch.records[0]);
    assert_int_equal(sk_bus_abort(bus, &err), SK_OK);
    assert_int_equal(count_records(bus, "uit"), 0);
    assert_int_equal(lag_of(bus, "groep"), 2);
    take_texts(bus, 2, texts, sizeof(texts));
    assert_string_equal(texts, "a=1 b=2 ");
    assert_nothing_comes(bus);
    sk_bus_close(bus);
}

static void what_was_done_out_of_order_does_not_come_again_after_an_abort(void **)
{
    struct sk_bus *bus = bus_active("toets");
    struct sk_bus_batch batch;
    struct sk_error err = {0};
    char texts[256];

    for (const char *key = "abc"; *key; key++)
        put(bus, "een", (char[]){*key, 0}, "x");
    subscribe(bus, "groep", "een");
    batch = next_batch(bus);
    begin(bus);
    done(bus, &batch.records[1]);
    commit(bus);
    begin(bus);
    assert_int_equal(sk_bus_abort(bus, &err), SK_OK);
    take_texts(bus, 2, texts, sizeof(texts));
    assert_string_equal(texts, "a=x c=x ");
    assert_int_equal(lag_of(bus, "groep"), 0);
    sk_bus_close(bus);
}

static void closing_with_an_open_unit_aborts_it(void **)
{
    struct sk_bus *bus = bus_active("toets"), *tool = bus_open();

    begin(bus);
    send_to(bus, "uit", "a", "af");
    sk_bus_close(bus);
    assert_int_equal(count_records(tool, "uit"), 0);
    sk_bus_close(tool);
}

static void publish_goes_its_own_way_beside_an_open_unit(void **)
{
    struct sk_bus *bus = bus_active("toets");
    struct sk_error err = {0};

    begin(bus);
    send_to(bus, "uit", "a", "af");
    put(bus, "een", "a", "1");
    assert_int_equal(sk_bus_abort(bus, &err), SK_OK);
    assert_int_equal(count_records(bus, "een"), 1);
    assert_int_equal(count_records(bus, "uit"), 0);
    sk_bus_close(bus);
}

static struct sk_bus_message large(const char *key, size_t size, uint8_t *bytes)
{
    memset(bytes, 'x', size);
    return (struct sk_bus_message){
        .topic = SK_TEXT("een"), .key = sk_text(key), .value = {bytes, size}};
}

static void a_value_of_1_mib_passes_and_a_larger_one_is_rejected(void **)
{
    struct sk_bus *bus = bus_active("toets");
    sk_auto_free uint8_t *bytes = sk_alloc(SK_BUS_VALUE_LIMIT + 1);
    struct sk_bus_message fits = large("past", SK_BUS_VALUE_LIMIT, bytes);
    struct sk_bus_message large_one = large("te groot", SK_BUS_VALUE_LIMIT + 1, bytes);
    struct sk_error err = {0};

    subscribe(bus, NULL, "een");
    begin(bus);
    assert_int_equal(sk_bus_send(bus, &large_one, &err), SK_REJECT);
    assert_string_equal(err.id, "bus.large");
    assert_int_equal(sk_bus_send(bus, &fits, &err), SK_OK);
    commit(bus); /* the rejected one does not harm the unit */
    struct sk_bus_batch batch = next_batch(bus);
    assert_int_equal(batch.count, 1);
    assert_int_equal(batch.records[0].value.size, SK_BUS_VALUE_LIMIT);
    assert_memory_equal(batch.records[0].value.data, bytes, SK_BUS_VALUE_LIMIT);
    sk_bus_close(bus);
}

static void a_key_that_is_empty_or_too_long_is_rejected(void **)
{
    struct sk_bus *bus = bus_open();
    uint8_t byte;
    char key[SK_BUS_KEY_LIMIT + 2] = {0};
    struct sk_error err = {0};
    struct sk_bus_message message = large("", 0, &byte);

    assert_int_equal(sk_bus_publish(bus, &message, &err), SK_REJECT);
    assert_string_equal(err.id, "bus.key");
    memset(key, 'k', SK_BUS_KEY_LIMIT + 1);
    message.key = sk_text(key);
    assert_int_equal(sk_bus_publish(bus, &message, &err), SK_REJECT);
    message.key.size--;
    assert_int_equal(sk_bus_publish(bus, &message, &err), SK_OK);
    sk_bus_close(bus);
}

static void headers_an_empty_value_and_a_tombstone_arrive_as_sent(void **)
{
    struct sk_bus *bus = bus_open();
    const struct sk_bus_header headers[] = {{SK_TEXT("ce_id"), SK_TEXT("7")},
                                            {SK_TEXT("leeg"), SK_TEXT("")}};
    struct sk_bus_message message = {.topic = SK_TEXT("een"),
                                     .key = SK_TEXT("k"),
                                     .value = {(const uint8_t *)"", 0},
                                     .headers = headers,
                                     .header_count = 2};
    struct sk_error err = {0};

    assert_int_equal(sk_bus_publish(bus, &message, &err), SK_OK);
    put(bus, "een", "weg", NULL);
    subscribe(bus, NULL, "een");
    struct sk_bus_batch batch = next_batch(bus);
    assert_int_equal(batch.count, 2);
    assert_non_null(batch.records[0].value.data);
    assert_int_equal(batch.records[0].value.size, 0);
    assert_int_equal(batch.records[0].header_count, 2);
    assert_true(sk_text_is(batch.records[0].headers[0].name, "ce_id"));
    assert_true(sk_text_is(batch.records[0].headers[0].value, "7"));
    assert_true(sk_text_is(batch.records[0].headers[1].value, ""));
    assert_null(batch.records[1].value.data);
    assert_int_equal(batch.records[1].header_count, 0);
    sk_bus_close(bus);
}

static void an_unknown_topic_is_fatal_by_name(void **)
{
    struct sk_bus *bus = bus_open();
    uint8_t byte;
    struct sk_bus_message message = large("k", 1, &byte);
    struct sk_error err = {0};

    message.topic = SK_TEXT("bestaat.niet");
    assert_int_equal(sk_bus_publish(bus, &message, &err), SK_FATAL);
    assert_string_equal(err.id, "bus.topic");
    assert_non_null(strstr(err.text, "bestaat.niet"));
    sk_bus_close(bus);
}

const struct CMUnitTest conformance_units[] = {
    CONFORMANCE_TEST(records_of_one_key_come_in_the_order_they_were_sent),
    CONFORMANCE_TEST(a_key_always_goes_to_the_same_partition),
    CONFORMANCE_TEST(sends_are_invisible_until_commit_and_then_all_there),
    CONFORMANCE_TEST(sends_and_positions_are_committed_together),
    CONFORMANCE_TEST(a_restart_goes_on_from_the_committed_position),
    CONFORMANCE_TEST(a_position_moves_only_over_contiguous_done_records),
    CONFORMANCE_TEST(work_on_one_batch_may_span_units),
    CONFORMANCE_TEST(an_aborted_unit_is_invisible_and_its_records_come_again),
    CONFORMANCE_TEST(what_was_done_out_of_order_does_not_come_again_after_an_abort),
    CONFORMANCE_TEST(closing_with_an_open_unit_aborts_it),
    CONFORMANCE_TEST(publish_goes_its_own_way_beside_an_open_unit),
    CONFORMANCE_TEST(a_value_of_1_mib_passes_and_a_larger_one_is_rejected),
    CONFORMANCE_TEST(a_key_that_is_empty_or_too_long_is_rejected),
    CONFORMANCE_TEST(headers_an_empty_value_and_a_tombstone_arrive_as_sent),
    CONFORMANCE_TEST(an_unknown_topic_is_fatal_by_name),
};
const size_t conformance_units_count = SK_COUNT(conformance_units);
