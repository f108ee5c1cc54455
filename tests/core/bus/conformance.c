/* SPDX-License-Identifier: Apache-2.0 */
/* The set's helpers and its runner. */
#include "conformance.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

const struct bus_factory *conformance_factory;
char bus_url[256];
static int ready_end = -1; /* in a child */

int bus_make(void **)
{
    conformance_factory->make(bus_url);
    topics_make();
    return 0;
}

int bus_destroy(void **)
{
    conformance_factory->destroy();
    return 0;
}

static struct sk_bus *open_with(const struct sk_bus_options *options)
{
    struct sk_bus *bus = NULL;
    struct sk_error err = {0};

    if (sk_bus_open(bus_url, options, &bus, &err) != SK_OK)
        fail_msg("open: %s", err.text);
    return bus;
}

void topics_make(void)
{
    const struct sk_text processes[] = {SK_TEXT("toets")};
    struct sk_bus *bus = bus_open();
    struct sk_error err = {0};
    char path[512];

    snprintf(path, sizeof(path), "%s/tests/core/bus/topics.json",
             getenv("SK_SOURCE_DIR"));
    if (sk_bus_topics_create(bus, path, processes, 1, &err) != SK_OK)
        fail_msg("topics: %s", err.text);
    sk_bus_close(bus);
}

struct sk_bus *bus_open(void)
{
    return open_with(&(struct sk_bus_options){0});
}

struct sk_bus *bus_standby(const char *identity)
{
    return open_with(
        &(struct sk_bus_options){.identity = identity, .session_timeout_ms = 1000});
}

struct sk_bus *bus_active(const char *identity)
{
    struct sk_bus *bus = bus_standby(identity);
    struct sk_error err = {0};
    bool active = false;

    if (sk_bus_activate(bus, DEADLINE_MS, &active, &err) != SK_OK || !active)
        fail_msg("activate: %s", err.text);
    return bus;
}

int subscribe(struct sk_bus *bus, const char *group, const char *topic)
{
    const struct sk_text topics[] = {sk_text(topic)};
    struct sk_error err = {0};
    int subscription = -1;

    if (sk_bus_subscribe(bus, group, topics, 1, SK_BUS_EARLIEST, &subscription, &err) !=
        SK_OK)
        fail_msg("subscribe: %s", err.text);
    return subscription;
}

static struct sk_bus_message message(const char *topic, const char *key,
                                     const char *value)
{
    return (struct sk_bus_message){
        .topic = sk_text(topic),
        .key = sk_text(key),
        .value = {(const uint8_t *)value, value ? strlen(value) : 0},
    };
}

void put(struct sk_bus *bus, const char *topic, const char *key, const char *value)
{
    const struct sk_bus_message what = message(topic, key, value);
    struct sk_error err = {0};

    if (sk_bus_publish(bus, &what, &err) != SK_OK)
        fail_msg("publish: %s", err.text);
}

void send_to(struct sk_bus *bus, const char *topic, const char *key, const char *value)
{
    const struct sk_bus_message what = message(topic, key, value);
    struct sk_error err = {0};

    if (sk_bus_send(bus, &what, &err) != SK_OK)
        fail_msg("send: %s", err.text);
}

void begin(struct sk_bus *bus)
{
    struct sk_error err = {0};

    if (sk_bus_begin(bus, &err) != SK_OK)
        fail_msg("begin: %s", err.text);
}

void commit(struct sk_bus *bus)
{
    struct sk_error err = {0};

    if (sk_bus_commit(bus, &err) != SK_OK)
        fail_msg("commit: %s", err.text);
}

void done(struct sk_bus *bus, const struct sk_bus_record *record)
{
    struct sk_error err = {0};

    if (sk_bus_done(bus, record, &err) != SK_OK)
        fail_msg("done: %s", err.text);
}

struct sk_bus_batch next_batch(struct sk_bus *bus)
{
    int64_t deadline = sk_clock_monotonic_ms() + DEADLINE_MS;
    struct sk_bus_batch batch = {0};
    struct sk_error err = {0};

    while (batch.count == 0) {
        if (sk_bus_poll(bus, DEADLINE_MS, &batch, &err) != SK_OK)
            fail_msg("poll: %s", err.text);
        if (sk_clock_monotonic_ms() > deadline)
            fail_msg("nothing came");
    }
    return batch;
}

void assert_nothing_comes(struct sk_bus *bus)
{
    struct sk_bus_batch batch = {0};
    struct sk_error err = {0};

    if (sk_bus_poll(bus, 0, &batch, &err) != SK_OK)
        fail_msg("poll: %s", err.text);
    assert_int_equal(batch.count, 0);
}

static void append(char *out, size_t size, const struct sk_bus_record *record)
{
    size_t used = strlen(out);

    snprintf(out + used, size - used, "%.*s=%.*s ", SK_TEXT_ARG(record->key),
             (int)record->value.size,
             record->value.data ? (const char *)record->value.data : "");
}

static void collect(struct sk_bus *bus, size_t count, char *out, size_t size, bool take)
{
    size_t seen = 0;

    out[0] = 0;
    while (seen < count) {
        struct sk_bus_batch batch = next_batch(bus);
        if (take)
            begin(bus);
        for (size_t i = 0; i < batch.count; i++, seen++) {
            append(out, size, &batch.records[i]);
            if (take)
                done(bus, &batch.records[i]);
        }
        if (take)
            commit(bus);
    }
    assert_int_equal(seen, count);
}

void read_texts(struct sk_bus *bus, size_t count, char *out, size_t size)
{
    collect(bus, count, out, size, false);
}

void take_texts(struct sk_bus *bus, size_t count, char *out, size_t size)
{
    collect(bus, count, out, size, true);
}

struct tally {
    const char *name;
    int64_t sum;
};

static enum sk_verdict tally_topic(void *context, const struct sk_bus_topic *topic,
                                   struct sk_error *)
{
    struct tally *tally = context;

    if (sk_text_is(topic->name, tally->name))
        tally->sum += topic->records;
    return SK_OK;
}

size_t count_records(struct sk_bus *bus, const char *topic)
{
    struct tally tally = {topic, 0};
    struct sk_error err = {0};

    if (sk_bus_topics(bus, tally_topic, &tally, &err) != SK_OK)
        fail_msg("topics: %s", err.text);
    return (size_t)tally.sum;
}

static enum sk_verdict tally_group(void *context,
                                   const struct sk_bus_group_position *position,
                                   struct sk_error *)
{
    struct tally *tally = context;

    if (sk_text_is(position->group, tally->name))
        tally->sum += position->lag;
    return SK_OK;
}

int64_t lag_of(struct sk_bus *bus, const char *group)
{
    struct tally tally = {group, 0};
    struct sk_error err = {0};

    if (sk_bus_group(bus, sk_text(group), tally_group, &tally, &err) != SK_OK)
        fail_msg("groups: %s", err.text);
    return tally.sum;
}

struct child child_start(child_body *body, void *argument)
{
    int ends[2];
    struct child child;

    assert_int_equal(pipe(ends), 0);
    fflush(NULL);
    child.pid = fork();
    if (child.pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(ends[0]);
        ready_end = ends[1];
        _exit(body(argument));
    }
    assert_true(child.pid > 0);
    close(ends[1]);
    child.from = ends[0];
    return child;
}

void child_ready(void)
{
    if (write(ready_end, "r", 1) != 1)
        _exit(99);
}

void child_wait_ready(struct child *child)
{
    struct pollfd ready = {.fd = child->from, .events = POLLIN};
    char byte;

    if (poll(&ready, 1, DEADLINE_MS) != 1 || read(child->from, &byte, 1) != 1)
        fail_msg("the child did not get ready");
}

void child_signal(struct child *child, int signal)
{
    assert_int_equal(kill(child->pid, signal), 0);
}

int child_end(struct child *child)
{
    int status = 0;

    assert_int_equal(waitpid(child->pid, &status, 0), child->pid);
    close(child->from);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int conformance_run(const struct bus_factory *factory)
{
    conformance_factory = factory;
    return _cmocka_run_group_tests("units of work", conformance_units,
                                   conformance_units_count, NULL, NULL) +
           _cmocka_run_group_tests("reading", conformance_reading,
                                   conformance_reading_count, NULL, NULL) +
           _cmocka_run_group_tests("tables and compaction", conformance_tables,
                                   conformance_tables_count, NULL, NULL) +
           _cmocka_run_group_tests("processes", conformance_processes,
                                   conformance_processes_count, NULL, NULL);
}
