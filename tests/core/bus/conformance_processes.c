/* SPDX-License-Identifier: Apache-2.0 */
/* Promises about processes that die, hang, compete or never finish; and a full disk. */
#include "conformance.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

static bool activate(struct sk_bus *bus, int timeout_ms)
{
    struct sk_error err = {0};
    bool active = false;

    if (sk_bus_activate(bus, timeout_ms, &active, &err) != SK_OK)
        fail_msg("activate: %s", err.text);
    return active;
}

/* Takes one record, sends one, and then: 0 waits for ever, 1 commits when told to go on,
 * by SIGSTOP and SIGCONT, and says how that went. */
static int work_on_a_unit(void *argument)
{
    bool commits = *(bool *)argument;
    struct sk_bus *bus = bus_active("toets");
    struct sk_error err = {0};

    subscribe(bus, "groep", "een");
    struct sk_bus_batch batch = next_batch(bus);
    begin(bus);
    send_to(bus, "uit", "a", "half");
    done(bus, &batch.records[0]);
    child_ready();
    if (!commits)
        pause();
    raise(SIGSTOP);
    enum sk_verdict verdict = sk_bus_commit(bus, &err);
    return verdict == SK_FATAL && strcmp(err.id, "bus.fenced") == 0 ? 7 : 1;
}

static void a_killed_process_leaves_no_half_unit_and_no_position(void **)
{
    bool commits = false;
    struct sk_bus *tool = bus_open();

    put(tool, "een", "a", "1");
    struct child child = child_start(work_on_a_unit, &commits);
    child_wait_ready(&child);
    child_signal(&child, SIGKILL);
    assert_int_equal(child_end(&child), 128 + SIGKILL);
    assert_int_equal(count_records(tool, "uit"), 0);
    assert_int_equal(lag_of(tool, "groep"), 1);
    sk_bus_close(tool);
}

enum { INPUTS = 500, MOST_COMMITS = 60 };

/* Copies topic "een" to "uit", a unit a record, and says so after each. */
static int copy_all(void *)
{
    struct sk_bus *bus = bus_active("toets");

    subscribe(bus, "groep", "een");
    while (lag_of(bus, "groep") > 0 || count_records(bus, "uit") == 0) {
        struct sk_bus_batch batch = next_batch(bus);
        for (size_t i = 0; i < batch.count; i++) {
            char value[16] = {0};
            memcpy(value, batch.records[i].value.data, batch.records[i].value.size);
            begin(bus);
            send_to(bus, "uit", "k", value);
            done(bus, &batch.records[i]);
            commit(bus);
            child_ready();
        }
    }
    return 0;
}

/* Kills the copier after some commits; true when it had come to its end before. */
static bool copy_some(void)
{
    struct child child = child_start(copy_all, NULL);
    int commits = 1 + rand() % MOST_COMMITS;
    struct pollfd from = {.fd = child.from, .events = POLLIN};
    char byte;

    while (commits-- > 0 && poll(&from, 1, DEADLINE_MS) == 1 &&
           read(child.from, &byte, 1) == 1)
        continue;
    child_signal(&child, SIGKILL);
    return child_end(&child) == 0;
}

static void killed_again_and_again_it_copies_each_record_exactly_once(void **)
{
    struct sk_bus *bus = bus_active("invoer");
    char value[16];
    int expected = 0, kills = 0;

    begin(bus);
    for (int i = 0; i < INPUTS; i++) {
        snprintf(value, sizeof(value), "%d", i);
        send_to(bus, "een", "k", value);
    }
    commit(bus);
    while (!copy_some())
        assert_true(++kills < INPUTS);
    assert_int_equal(count_records(bus, "uit"), INPUTS);
    subscribe(bus, NULL, "uit");
    while (expected < INPUTS) {
        struct sk_bus_batch batch = next_batch(bus);
        for (size_t i = 0; i < batch.count; i++, expected++) {
            snprintf(value, sizeof(value), "%d", expected);
            assert_memory_equal(batch.records[i].value.data, value, strlen(value));
        }
    }
    sk_bus_close(bus);
}

static void a_standby_takes_over_when_the_active_one_is_killed(void **)
{
    bool commits = false;
    struct sk_bus *standby = bus_standby("toets");
    char texts[64];

    put(standby, "een", "a", "1");
    struct child child = child_start(work_on_a_unit, &commits);
    child_wait_ready(&child);
    assert_false(activate(standby, 0));
    child_signal(&child, SIGKILL);
    assert_true(activate(standby, DEADLINE_MS));
    assert_int_equal(child_end(&child), 128 + SIGKILL);
    subscribe(standby, "groep", "een");
    take_texts(standby, 1, texts, sizeof(texts));
    assert_string_equal(texts, "a=1 ");
    sk_bus_close(standby);
}

static void a_hanging_process_is_replaced_and_fenced_when_it_wakes(void **)
{
    bool commits = true;
    struct sk_bus *standby = bus_standby("toets");
    char texts[64];

    put(standby, "een", "a", "1");
    struct child child = child_start(work_on_a_unit, &commits); /* stops itself */
    child_wait_ready(&child);
    assert_true(activate(standby, DEADLINE_MS));
    subscribe(standby, "groep", "een");
    take_texts(standby, 1, texts, sizeof(texts));
    assert_string_equal(texts, "a=1 ");
    child_signal(&child, SIGCONT);
    assert_int_equal(child_end(&child), 7);
    assert_int_equal(count_records(standby, "uit"), 0);
    begin(standby); /* and the successor is not disturbed */
    send_to(standby, "uit", "a", "heel");
    commit(standby);
    sk_bus_close(standby);
}

static void closing_hands_over_to_the_standby(void **)
{
    struct sk_bus *first = bus_active("toets"), *second = bus_standby("toets");

    assert_false(activate(second, 0));
    sk_bus_close(first);
    assert_true(activate(second, DEADLINE_MS));
    sk_bus_close(second);
}

static void different_identities_are_active_beside_each_other(void **)
{
    struct sk_bus *first = bus_active("edison"), *second = bus_active("klaroen");

    begin(first);
    begin(second);
    send_to(first, "een", "a", "1");
    send_to(second, "een", "b", "2");
    commit(second);
    commit(first);
    assert_int_equal(count_records(first, "een"), 2);
    sk_bus_close(first);
    sk_bus_close(second);
}

static int claim_and_tell(void *)
{
    struct sk_bus *bus = bus_standby("toets");

    child_ready();
    if (activate(bus, DEADLINE_MS))
        child_ready();
    pause(); /* holds it */
    return 0;
}

static void of_many_standbys_exactly_one_becomes_active(void **)
{
    struct sk_bus *first = bus_active("toets"), *tool = bus_standby("toets");
    struct child children[4];
    struct pollfd told[SK_COUNT(children)];

    for (size_t i = 0; i < SK_COUNT(children); i++) {
        children[i] = child_start(claim_and_tell, NULL);
        told[i] = (struct pollfd){.fd = children[i].from, .events = POLLIN};
    }
    for (size_t i = 0; i < SK_COUNT(children); i++)
        child_wait_ready(&children[i]);
    sk_bus_close(first);
    assert_int_equal(poll(told, SK_COUNT(told), DEADLINE_MS), 1);
    assert_false(activate(tool, 200));
    assert_int_equal(poll(told, SK_COUNT(told), 0), 1);
    for (size_t i = 0; i < SK_COUNT(children); i++) {
        child_signal(&children[i], SIGKILL);
        child_end(&children[i]);
    }
    sk_bus_close(tool);
}

enum { WRITERS = 5, WRITE_MS = 2000 };

/* Commits as fast as it can for a while; the last value says how often. */
static int write_for_a_while(void *argument)
{
    const char *identity = argument;
    struct sk_bus *bus = bus_active(identity);
    char value[32] = "0";
    int64_t commits = 0;

    child_ready();
    for (int64_t end = sk_clock_monotonic_ms() + WRITE_MS;
         sk_clock_monotonic_ms() < end;) {
        begin(bus);
        snprintf(value, sizeof(value), "%lld", (long long)++commits);
        send_to(bus, "vier", identity, value);
        commit(bus);
    }
    sk_bus_close(bus);
    return 0;
}

static void of_five_writers_none_starves(void **)
{
    static char names[WRITERS][32];
    struct child children[WRITERS];
    struct sk_bus *tool = bus_open();
    int64_t least = INT64_MAX, most = 0;
    struct sk_error err = {0};

    for (int i = 0; i < WRITERS; i++) {
        snprintf(names[i], sizeof(names[i]), "schrijver%d", i);
        children[i] = child_start(write_for_a_while, names[i]);
    }
    for (int i = 0; i < WRITERS; i++)
        assert_int_equal(child_end(&children[i]), 0);
    for (int i = 0; i < WRITERS; i++) {
        struct sk_bus_record record;
        bool found = false;
        char text[32] = {0};
        assert_int_equal(sk_bus_latest(tool, SK_TEXT("vier"), sk_text(names[i]), &record,
                                       &found, &err),
                         SK_OK);
        assert_true(found);
        memcpy(text, record.value.data, record.value.size);
        least = atoll(text) < least ? atoll(text) : least;
        most = atoll(text) > most ? atoll(text) : most;
    }
    print_message("             five writers: %lld to %lld commits each\n",
                  (long long)least, (long long)most);
    assert_true(least * 4 >= most);
    sk_bus_close(tool);
}

static enum sk_verdict never_come_back(void *, const struct sk_bus_record *,
                                       struct sk_error *)
{
    child_ready();
    pause();
    return SK_OK;
}

static int read_for_ever(void *argument)
{
    struct sk_bus *bus = bus_open();
    struct sk_error err = {0};

    if (argument)
        return (int)sk_bus_each(bus, SK_TEXT("vier"), never_come_back, NULL, &err);
    subscribe(bus, NULL, "vier");
    next_batch(bus);
    child_ready();
    pause();
    return 0;
}

static void a_reader_that_never_finishes_holds_nobody_up(void **)
{
    struct sk_bus *bus = bus_active("toets");
    int each = 1;

    put(bus, "vier", "a", "1");
    struct child children[] = {child_start(read_for_ever, NULL),
                               child_start(read_for_ever, &each)};
    child_wait_ready(&children[0]);
    child_wait_ready(&children[1]);
    for (int unit = 0; unit < 40; unit++) {
        static char value[1000];
        memset(value, 'x', sizeof(value) - 1);
        begin(bus);
        for (int i = 0; i < 250; i++)
            send_to(bus, "vier", (char[]){(char)('a' + i % 26), 0}, value);
        commit(bus);
    }
    assert_int_equal(count_records(bus, "vier"), 10001);
    if (conformance_factory->check_log)
        conformance_factory->check_log();
    for (size_t i = 0; i < SK_COUNT(children); i++) {
        child_signal(&children[i], SIGKILL);
        child_end(&children[i]);
    }
    sk_bus_close(bus);
}

/* Sends until the bus says that it is full; returns how many units were committed. */
static int write_until_full(struct sk_bus *bus)
{
    static char value[100 * 1024];
    struct sk_error err = {0};
    int units = 0;

    memset(value, 'x', sizeof(value) - 1);
    for (;; units++) {
        char key[16];
        snprintf(key, sizeof(key), "k%d", units);
        begin(bus);
        send_to(bus, "een", key, value);
        enum sk_verdict verdict = sk_bus_commit(bus, &err);
        if (verdict != SK_OK) {
            assert_int_equal(verdict, SK_RETRY);
            assert_string_equal(err.id, "bus.full");
            return units;
        }
        assert_true(units < 10000);
    }
}

static void a_full_disk_is_said_and_what_was_committed_stays(void **)
{
    const struct bus_factory *factory = conformance_factory;

    if (!factory->make_on_small_disk || !factory->make_on_small_disk(bus_url)) {
        print_message("             skipped: no small disk can be mounted here\n");
        skip();
    }
    topics_make();
    struct sk_bus *bus = bus_active("toets");
    put(bus, "een", "voor", "1");
    factory->fill();
    int units = write_until_full(bus);
    assert_int_equal(count_records(bus, "een"), units + 1);
    factory->free_up();
    commit(bus); /* the unit that did not fit is still open */
    assert_int_equal(count_records(bus, "een"), units + 2);
    sk_bus_close(bus);
}

const struct CMUnitTest conformance_processes[] = {
    CONFORMANCE_TEST(a_killed_process_leaves_no_half_unit_and_no_position),
    CONFORMANCE_TEST(killed_again_and_again_it_copies_each_record_exactly_once),
    CONFORMANCE_TEST(a_standby_takes_over_when_the_active_one_is_killed),
    CONFORMANCE_TEST(a_hanging_process_is_replaced_and_fenced_when_it_wakes),
    CONFORMANCE_TEST(closing_hands_over_to_the_standby),
    CONFORMANCE_TEST(different_identities_are_active_beside_each_other),
    CONFORMANCE_TEST(of_many_standbys_exactly_one_becomes_active),
    CONFORMANCE_TEST(of_five_writers_none_starves),
    CONFORMANCE_TEST(a_reader_that_never_finishes_holds_nobody_up),
    cmocka_unit_test_setup_teardown(a_full_disk_is_said_and_what_was_committed_stays,
                                    NULL, bus_destroy),
};
const size_t conformance_processes_count = SK_COUNT(conformance_processes);
