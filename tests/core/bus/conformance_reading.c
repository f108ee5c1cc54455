/* SPDX-License-Identifier: Apache-2.0 */
/* Subscriptions: turns, pauses, positions, waking. */
#include "conformance.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

static void two_groups_read_the_same_records_independently(void **)
{
    struct sk_bus *first = bus_active("een"), *second = bus_active("twee");
    char texts[64];

    put(first, "een", "a", "1");
    subscribe(first, "groep.een", "een");
    subscribe(second, "groep.twee", "een");
    take_texts(first, 1, texts, sizeof(texts));
    assert_int_equal(lag_of(first, "groep.een"), 0);
    assert_int_equal(lag_of(first, "groep.twee"), 0 + 0); /* not there before it polls */
    take_texts(second, 1, texts, sizeof(texts));
    assert_string_equal(texts, "a=1 ");
    sk_bus_close(first);
    sk_bus_close(second);
}

static void a_group_from_the_latest_sees_only_what_comes_after(void **)
{
    struct sk_bus *bus = bus_active("toets");
    const struct sk_text topic = SK_TEXT("een");
    struct sk_error err = {0};
    int subscription = 0;
    char texts[64];

    put(bus, "een", "oud", "1");
    assert_int_equal(
        sk_bus_subscribe(bus, "groep", &topic, 1, SK_BUS_LATEST, &subscription, &err),
        SK_OK);
    put(bus, "een", "nieuw", "2");
    read_texts(bus, 1, texts, sizeof(texts));
    assert_string_equal(texts, "nieuw=2 ");
    sk_bus_close(bus);
}

static void a_paused_subscription_is_silent_and_goes_on_after_it(void **)
{
    struct sk_bus *bus = bus_active("toets");
    int one = subscribe(bus, "groep.een", "een");
    char texts[64];

    subscribe(bus, "groep.uit", "uit");
    put(bus, "een", "a", "1");
    sk_bus_pause(bus, one, true);
    assert_nothing_comes(bus);
    put(bus, "uit", "b", "2");
    take_texts(bus, 1, texts, sizeof(texts));
    assert_string_equal(texts, "b=2 ");
    sk_bus_pause(bus, one, false);
    take_texts(bus, 1, texts, sizeof(texts));
    assert_string_equal(texts, "a=1 ");
    sk_bus_close(bus);
}

static void resuming_does_not_repeat_what_is_in_hand(void **)
{
    struct sk_bus *bus = bus_active("toets");
    int one = subscribe(bus, "groep", "een");
    char texts[64];

    put(bus, "een", "a", "1");
    next_batch(bus);
    sk_bus_pause(bus, one, true);
    put(bus, "een", "b", "2");
    sk_bus_pause(bus, one, false);
    read_texts(bus, 1, texts, sizeof(texts));
    assert_string_equal(texts, "b=2 ");
    sk_bus_close(bus);
}

static void subscriptions_take_turns(void **)
{
    struct sk_bus *bus = bus_open();
    int first, second;

    for (int i = 0; i < 1200; i++)
        put(bus, i % 2 ? "een" : "uit", "k", "x");
    first = subscribe(bus, NULL, "een");
    second = subscribe(bus, NULL, "uit");
    struct sk_bus_batch batch = next_batch(bus);
    assert_int_equal(batch.records[0].subscription, first);
    assert_int_equal(batch.count, SK_BUS_BATCH_RECORDS);
    batch = next_batch(bus);
    assert_int_equal(batch.records[0].subscription, second);
    sk_bus_close(bus);
}

static void a_batch_holds_at_most_a_mib_and_a_record(void **)
{
    static char value[400 * 1024];
    struct sk_bus *bus = bus_open();
    size_t seen = 0;

    memset(value, 'x', sizeof(value) - 1);
    for (int i = 0; i < 6; i++)
        put(bus, "een", (char[]){(char)('a' + i), 0}, value);
    subscribe(bus, NULL, "een");
    while (seen < 6) {
        struct sk_bus_batch batch = next_batch(bus);
        assert_true(batch.count <= 3);
        seen += batch.count;
    }
    assert_int_equal(seen, 6);
    sk_bus_close(bus);
}

static void caught_up_is_said_when_the_end_at_subscribing_was_read(void **)
{
    struct sk_bus *bus = bus_open();
    struct sk_error err = {0};
    bool caught_up = true;
    char texts[64];

    put(bus, "vier", "a", "1");
    int one = subscribe(bus, NULL, "vier"), empty = subscribe(bus, NULL, "uit");
    put(bus, "vier", "b", "2");
    assert_int_equal(sk_bus_caught_up(bus, one, &caught_up, &err), SK_OK);
    assert_false(caught_up);
    assert_int_equal(sk_bus_caught_up(bus, empty, &caught_up, &err), SK_OK);
    assert_true(caught_up);
    read_texts(bus, 2, texts, sizeof(texts));
    assert_int_equal(sk_bus_caught_up(bus, one, &caught_up, &err), SK_OK);
    assert_true(caught_up);
    sk_bus_close(bus);
}

static bool readable(int descriptor, int timeout_ms)
{
    struct pollfd one = {.fd = descriptor, .events = POLLIN};

    return poll(&one, 1, timeout_ms) == 1;
}

static void the_descriptor_tells_of_news_until_a_poll_comes_back_empty(void **)
{
    struct sk_bus *bus = bus_open(), *other = bus_open();

    subscribe(bus, NULL, "een");
    for (int i = 0; i < 600; i++)
        put(other, "een", "k", "x");
    assert_true(readable(sk_bus_descriptor(bus), DEADLINE_MS));
    assert_int_equal(next_batch(bus).count, SK_BUS_BATCH_RECORDS);
    assert_true(readable(sk_bus_descriptor(bus), 0)); /* 100 are left */
    assert_int_equal(next_batch(bus).count, 100);
    assert_nothing_comes(bus);
    assert_false(readable(sk_bus_descriptor(bus), 0));
    put(other, "een", "k", "x");
    assert_true(readable(sk_bus_descriptor(bus), DEADLINE_MS));
    sk_bus_close(bus);
    sk_bus_close(other);
}

enum { ROUND_TRIPS = 60 }; /* by looking every second alone they would take a minute */

/* Answers every record of topic "een" with one of topic "uit". */
static int answer(void *)
{
    struct sk_bus *bus = bus_active("antwoord");
    char texts[64];

    subscribe(bus, NULL, "een");
    child_ready();
    for (int i = 0; i < ROUND_TRIPS; i++) {
        read_texts(bus, 1, texts, sizeof(texts));
        begin(bus);
        send_to(bus, "uit", "a", "x");
        commit(bus);
    }
    sk_bus_close(bus);
    return 0;
}

static void a_sleeping_reader_is_woken_by_another_process(void **)
{
    struct child child = child_start(answer, NULL);
    struct sk_bus *bus = bus_active("vraag");
    int64_t deadline = sk_clock_monotonic_ms() + DEADLINE_MS;
    char texts[64];

    subscribe(bus, NULL, "uit");
    child_wait_ready(&child);
    for (int i = 0; i < ROUND_TRIPS; i++) {
        put(bus, "een", "a", "x");
        read_texts(bus, 1, texts, sizeof(texts));
        assert_true(sk_clock_monotonic_ms() < deadline);
    }
    assert_int_equal(child_end(&child), 0);
    sk_bus_close(bus);
}

struct groups {
    char names[64];
    int64_t lag;
};

static enum sk_verdict
note_group(void *context, const struct sk_bus_group_position *position, struct sk_error *)
{
    struct groups *groups = context;
    size_t used = strlen(groups->names);

    snprintf(groups->names + used, sizeof(groups->names) - used, "%.*s ",
             SK_TEXT_ARG(position->group));
    groups->lag += position->lag;
    return SK_OK;
}

static void all_groups_are_listed_with_what_they_have_not_read(void **)
{
    struct sk_bus *bus = bus_active("toets");
    struct groups groups = {0};
    struct sk_error err = {0};

    begin(bus);
    for (int i = 0; i < 1500; i++)
        send_to(bus, "een", "k", "x");
    commit(bus);
    subscribe(bus, "groep.een", "een");
    subscribe(bus, "groep.twee", "een");
    next_batch(bus);
    assert_int_equal(sk_bus_groups(bus, note_group, &groups, &err), SK_OK);
    assert_string_equal(groups.names, "groep.een groep.twee ");
    assert_int_equal(groups.lag, 3000);
    sk_bus_close(bus);
}

static void a_group_is_reset_to_the_beginning_a_position_and_the_end(void **)
{
    const struct sk_text group = SK_TEXT("groep"), topic = SK_TEXT("een");
    struct sk_bus *bus = bus_active("toets"), *tool = bus_open();
    struct sk_error err = {0};
    char texts[64];

    for (const char *key = "abc"; *key; key++)
        put(bus, "een", (char[]){*key, 0}, "x");
    subscribe(bus, "groep", "een");
    take_texts(bus, 3, texts, sizeof(texts));
    assert_int_equal(sk_bus_group_reset(tool, group, topic, -1, &err), SK_REJECT);
    assert_string_equal(err.id, "bus.active");
    sk_bus_close(bus);

    assert_int_equal(sk_bus_group_reset(tool, group, topic, -1, &err), SK_OK);
    assert_int_equal(lag_of(tool, "groep"), 3);
    assert_int_equal(sk_bus_group_reset(tool, group, topic, -2, &err), SK_OK);
    assert_int_equal(lag_of(tool, "groep"), 0);
    assert_int_equal(sk_bus_group_reset(tool, group, topic, 1, &err), SK_OK);
    bus = bus_active("toets");
    subscribe(bus, "groep", "een");
    take_texts(bus, 2, texts, sizeof(texts));
    assert_string_equal(texts, "b=x c=x ");
    sk_bus_close(bus);
    sk_bus_close(tool);
}

const struct CMUnitTest conformance_reading[] = {
    CONFORMANCE_TEST(two_groups_read_the_same_records_independently),
    CONFORMANCE_TEST(a_group_from_the_latest_sees_only_what_comes_after),
    CONFORMANCE_TEST(a_paused_subscription_is_silent_and_goes_on_after_it),
    CONFORMANCE_TEST(resuming_does_not_repeat_what_is_in_hand),
    CONFORMANCE_TEST(subscriptions_take_turns),
    CONFORMANCE_TEST(a_batch_holds_at_most_a_mib_and_a_record),
    CONFORMANCE_TEST(caught_up_is_said_when_the_end_at_subscribing_was_read),
    CONFORMANCE_TEST(the_descriptor_tells_of_news_until_a_poll_comes_back_empty),
    CONFORMANCE_TEST(a_sleeping_reader_is_woken_by_another_process),
    CONFORMANCE_TEST(all_groups_are_listed_with_what_they_have_not_read),
    CONFORMANCE_TEST(a_group_is_reset_to_the_beginning_a_position_and_the_end),
};
const size_t conformance_reading_count = SK_COUNT(conformance_reading);
