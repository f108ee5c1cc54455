/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_TESTS_BUS_CONFORMANCE_H
#define SK_TESTS_BUS_CONFORMANCE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <cmocka.h>

#include "bus/admin.h"
#include "bus/bus.h"

/*
 * What every bus must keep of its promises, whichever it is. A test program gives a
 * factory and runs the set; nothing in here knows which bus it talks to. Where a promise
 * is about processes, real ones are forked, stopped and killed.
 */
struct bus_factory {
    const char *name;

    /* A fresh bus, empty, reachable by other processes at the URL that is written. */
    void (*make)(char url[256]);
    void (*destroy)(void);

    /* A fresh bus on a disk that is full when filled; NULL, or false: this machine
     * cannot, and the case is skipped by name. */
    bool (*make_on_small_disk)(char url[256]);
    void (*fill)(void);
    void (*free_up)(void);

    /* Fails when readers keep the bus from giving space back; may be NULL. */
    void (*check_log)(void);
};

/* Runs the whole set; returns the number of failures. */
int conformance_run(const struct bus_factory *factory);

/* For the cases. ------------------------------------------------------------------------
 */

enum { DEADLINE_MS = 20000 };

/* The factory and the URL of the bus of the test that runs. */
extern const struct bus_factory *conformance_factory;
extern char bus_url[256];
int bus_make(void **state);
int bus_destroy(void **state);
void topics_make(void);

struct sk_bus *bus_open(void);                    /* reads and publishes */
struct sk_bus *bus_active(const char *identity);  /* and is active */
struct sk_bus *bus_standby(const char *identity); /* open, not active */
int subscribe(struct sk_bus *bus, const char *group, const char *topic);
void put(struct sk_bus *bus, const char *topic, const char *key, const char *value);
void send_to(struct sk_bus *bus, const char *topic, const char *key, const char *value);
void begin(struct sk_bus *bus);
void commit(struct sk_bus *bus);
void done(struct sk_bus *bus, const struct sk_bus_record *record);

/* The next batch that is not empty; fails after the deadline. */
struct sk_bus_batch next_batch(struct sk_bus *bus);
/* Polls once without waiting: nothing may come. */
void assert_nothing_comes(struct sk_bus *bus);
/* Reads `count` records and copies "key=value " of each, in order. */
void read_texts(struct sk_bus *bus, size_t count, char *out, size_t size);
/* The same, and each is done and committed in one unit a batch. */
void take_texts(struct sk_bus *bus, size_t count, char *out, size_t size);
size_t count_records(struct sk_bus *bus, const char *topic);
int64_t lag_of(struct sk_bus *bus, const char *group);

/* Other processes. A child runs `body` and ends with its result as exit status; `ready`
 * in it is what the parent's child_wait_ready waits for. */
struct child {
    pid_t pid;
    int from; /* one byte for each ready */
};
typedef int child_body(void *argument);
struct child child_start(child_body *body, void *argument);
void child_ready(void); /* in the child */
void child_wait_ready(struct child *child);
void child_signal(struct child *child, int signal);
int child_end(struct child *child); /* waits; the exit status, or 128 + signal */

extern const struct CMUnitTest conformance_units[], conformance_reading[],
    conformance_tables[], conformance_processes[];
extern const size_t conformance_units_count, conformance_reading_count,
    conformance_tables_count, conformance_processes_count;

#define CONFORMANCE_TEST(test)                                                           \
    cmocka_unit_test_setup_teardown(test, bus_make, bus_destroy)

#endif
