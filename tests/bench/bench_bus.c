/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_bus - the embedded bus: a durable event from one process to another, batches in
 * and out. Beside each stands its floor from the same run: fdatasync of a 4 KiB append,
 * and bare SQLite inserts in the same units. Rounds of works and floors alternate; every
 * figure is the median of the rounds. Runs in the current folder, on whose disk it is.
 */
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bus/admin.h"
#include "bus/bus.h"

enum {
    ROUNDS = 5,
    SINGLES = 400,
    UNIT = 500,
    UNITS = 100,
    VALUE = 350,
    KEYS = 20000,
};

static char folder[] = "bench-bus-XXXXXX";
static uint8_t value[VALUE];

static void check(enum sk_verdict verdict, const struct sk_error *err)
{
    if (verdict == SK_OK)
        return;
    fprintf(stderr, "bench_bus: %s: %s\n", err->id, err->text);
    exit(1);
}

static void check_system(bool good, const char *what)
{
    if (good)
        return;
    perror(what);
    exit(1);
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static int by_size(const void *a, const void *b)
{
    const double *first = a, *second = b;

    return (*first > *second) - (*first < *second);
}

static double quantile(double *values, size_t count, double share)
{
    qsort(values, count, sizeof(*values), by_size);
    return values[(size_t)((double)(count - 1) * share)];
}

/* The bus ------------------------------------------------------------------------------
 */

static struct sk_bus *bus_open(const char *identity)
{
    const struct sk_bus_options options = {.identity = identity};
    struct sk_bus *bus = NULL;
    struct sk_error err;
    bool active = false;
    char url[64];

    snprintf(url, sizeof(url), "sqlite:%s/bus.db", folder);
    check(sk_bus_open(url, &options, &bus, &err), &err);
    if (identity)
        check(sk_bus_activate(bus, 1000, &active, &err), &err);
    return bus;
}

static void topics_make(void)
{
    struct sk_bus *bus = bus_open(NULL);
    struct sk_error err;
    char path[64];

    snprintf(path, sizeof(path), "%s/topics.json", folder);
    FILE *file = fopen(path, "w");
    check_system(file != NULL, path);
    fputs("{\"topics\": [{\"name\": \"enkel\", \"partitions\": 4},"
          "{\"name\": \"reeks\", \"partitions\": 4},"
          "{\"name\": \"stand\", \"partitions\": 4}]}",
          file);
    fclose(file);
    check(sk_bus_topics_create(bus, path, NULL, 0, &err), &err);
    sk_bus_close(bus);
}

static void send_one(struct sk_bus *bus, struct sk_text topic, int number,
                     struct sk_bytes bytes)
{
    struct sk_error err;
    char key[24];
    int size = snprintf(key, sizeof(key), "K-2026-%06d", number);
    const struct sk_bus_message message = {
        .topic = topic, .key = {key, (size_t)size}, .value = bytes};

    check(sk_bus_send(bus, &message, &err), &err);
}

/* The other process: reports how old each event is when it sees it. */
static void watch(int report)
{
    struct sk_bus *bus = bus_open(NULL);
    const struct sk_text topic = SK_TEXT("enkel");
    struct sk_bus_batch batch;
    struct sk_error err;
    int subscription;

    check(sk_bus_subscribe(bus, NULL, &topic, 1, SK_BUS_LATEST, &subscription, &err),
          &err);
    while (true) {
        check(sk_bus_poll(bus, 1000, &batch, &err), &err);
        for (size_t i = 0; i < batch.count; i++) {
            double sent;
            memcpy(&sent, batch.records[i].value.data, sizeof(sent));
            double age = now() - sent;
            if (write(report, &age, sizeof(age)) != sizeof(age))
                exit(0);
        }
    }
}

static pid_t watcher_start(int *ret_reports)
{
    int ends[2];

    check_system(pipe(ends) == 0, "pipe");
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        watch(ends[1]);
    }
    close(ends[1]);
    *ret_reports = ends[0];
    return pid;
}

/* One event at a time, the next when the other process has seen it. */
static void round_of_singles(struct sk_bus *bus, int reports, double *ages)
{
    struct sk_error err;

    for (int i = 0; i < SINGLES; i++) {
        double sent = now();
        check(sk_bus_begin(bus, &err), &err);
        send_one(bus, SK_TEXT("enkel"), i,
                 (struct sk_bytes){(const uint8_t *)&sent, sizeof(sent)});
        check(sk_bus_commit(bus, &err), &err);
        check_system(read(reports, &ages[i], sizeof(*ages)) == sizeof(*ages), "watcher");
    }
}

static double round_of_commits(struct sk_bus *bus)
{
    struct sk_error err;
    double start = now();

    for (int i = 0; i < SINGLES; i++) {
        check(sk_bus_begin(bus, &err), &err);
        send_one(bus, SK_TEXT("stand"), i, (struct sk_bytes){value, VALUE});
        check(sk_bus_commit(bus, &err), &err);
    }
    return SINGLES / (now() - start);
}

/* Events of new keys (a morning's complaints), or new states of keys that are there in no
 * order, most of which compaction then takes out again. */
static double round_in(struct sk_bus *bus, bool new_keys)
{
    static int next_key;
    struct sk_error err;
    double start = now();

    for (int unit = 0; unit < UNITS; unit++) {
        check(sk_bus_begin(bus, &err), &err);
        for (int i = 0; i < UNIT; i++)
            send_one(bus, new_keys ? SK_TEXT("reeks") : SK_TEXT("stand"),
                     new_keys ? next_key++ : rand() % KEYS,
                     (struct sk_bytes){value, VALUE});
        check(sk_bus_commit(bus, &err), &err);
    }
    return UNITS * UNIT / (now() - start);
}

static double round_out(void)
{
    struct sk_bus *bus = bus_open(NULL);
    const struct sk_text topic = SK_TEXT("reeks");
    struct sk_bus_batch batch;
    struct sk_error err;
    int subscription;
    size_t seen = 0;

    check(sk_bus_subscribe(bus, NULL, &topic, 1, SK_BUS_EARLIEST, &subscription, &err),
          &err);
    double start = now();
    do {
        check(sk_bus_poll(bus, 0, &batch, &err), &err);
        seen += batch.count;
    } while (batch.count > 0);
    double rate = (double)seen / (now() - start);
    sk_bus_close(bus);
    return rate;
}

/* The floors ---------------------------------------------------------------------------
 */

static double round_of_syncs(int file, double *times)
{
    static const uint8_t page[4096];
    double start = now();

    for (int i = 0; i < SINGLES; i++) {
        double before = now();
        check_system(write(file, page, sizeof(page)) == sizeof(page), "write");
        check_system(fdatasync(file) == 0, "fdatasync");
        times[i] = now() - before;
    }
    return SINGLES / (now() - start);
}

static sqlite3 *bare_open(sqlite3_stmt **ret_insert)
{
    sqlite3 *db = NULL;
    char path[64];

    snprintf(path, sizeof(path), "%s/bare.db", folder);
    check_system(sqlite3_open(path, &db) == SQLITE_OK, path);
    sqlite3_exec(db,
                 "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                 "CREATE TABLE t (id INTEGER PRIMARY KEY, key TEXT, value BLOB);",
                 NULL, NULL, NULL);
    sqlite3_prepare_v2(db, "INSERT INTO t (key, value) VALUES (?1, ?2)", -1, ret_insert,
                       NULL);
    return db;
}

static double round_bare(sqlite3 *db, sqlite3_stmt *insert)
{
    double start = now();

    for (int unit = 0; unit < UNITS; unit++) {
        sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
        for (int i = 0; i < UNIT; i++) {
            char key[24];
            int size = snprintf(key, sizeof(key), "K-2026-%06d", rand() % KEYS);
            sqlite3_bind_text(insert, 1, key, size, SQLITE_STATIC);
            sqlite3_bind_blob(insert, 2, value, VALUE, SQLITE_STATIC);
            check_system(sqlite3_step(insert) == SQLITE_DONE, "insert");
            sqlite3_reset(insert);
        }
        sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    }
    return UNITS * UNIT / (now() - start);
}

/* The rounds ---------------------------------------------------------------------------
 */

struct figures {
    double seen_p50[ROUNDS], seen_p99[ROUNDS], sync_p50[ROUNDS], sync_p99[ROUNDS];
    double commits[ROUNDS], in[ROUNDS], in_states[ROUNDS], bare[ROUNDS], out[ROUNDS];
};

static double median(double *values)
{
    return quantile(values, ROUNDS, 0.5);
}

static void measure_singles(struct figures *figures, struct sk_bus *bus)
{
    static double times[SINGLES];
    char path[64];
    int reports;
    pid_t watcher = watcher_start(&reports);

    snprintf(path, sizeof(path), "%s/floor", folder);
    int file = open(path, O_CREAT | O_WRONLY | O_APPEND, 0600);
    round_of_singles(bus, reports, times); /* warm */
    for (int i = 0; i < ROUNDS; i++) {
        double syncs = round_of_syncs(file, times);
        figures->sync_p50[i] = quantile(times, SINGLES, 0.5);
        figures->sync_p99[i] = quantile(times, SINGLES, 0.99);
        round_of_singles(bus, reports, times);
        figures->seen_p50[i] = quantile(times, SINGLES, 0.5);
        figures->seen_p99[i] = quantile(times, SINGLES, 0.99);
        figures->commits[i] = round_of_commits(bus) / syncs;
    }
    close(file);
    kill(watcher, SIGKILL);
    waitpid(watcher, NULL, 0);
    close(reports);
}

static void measure_batches(struct figures *figures, struct sk_bus *bus)
{
    sqlite3_stmt *insert = NULL;
    sqlite3 *db = bare_open(&insert);

    for (int i = 0; i < ROUNDS; i++) {
        figures->bare[i] = round_bare(db, insert);
        figures->in[i] = round_in(bus, true);
        figures->in_states[i] = round_in(bus, false);
        figures->out[i] = round_out();
    }
    sqlite3_finalize(insert);
    sqlite3_close(db);
}

static const char *reached(bool is)
{
    return is ? "yes" : "no";
}

static void print(struct figures *figures)
{
    double seen = median(figures->seen_p50) * 1e3, sync = median(figures->sync_p50) * 1e3;
    double commits = median(figures->commits), bare = median(figures->bare);
    double in = median(figures->in), states = median(figures->in_states);
    double out = median(figures->out);

    printf("BENCH|bus: durable event, sent to seen by another process"
           "|fdatasync p50 %.2f ms, p99 %.2f ms|p50 %.2f ms, p99 %.2f ms, %.1f x floor"
           "|p50 < 1 ms|%s\n",
           sync, median(figures->sync_p99) * 1e3, seen, median(figures->seen_p99) * 1e3,
           seen / sync, reached(seen < 1));
    printf("BENCH|bus: durable commits, one event each|fdatasync|%.2f per fdatasync"
           "|>= 0.5|%s\n",
           commits, reached(commits >= 0.5));
    printf("BENCH|bus: units of %d events of %d bytes, in, new keys|bare SQLite %.0f/s"
           "|%.0f/s, %.2f x floor|>= 100,000/s|%s\n",
           UNIT, VALUE, bare, in, in / bare, reached(in >= 100000));
    printf("BENCH|bus: the same, new states of %d keys, and their compaction"
           "|bare SQLite %.0f/s|%.0f/s, %.2f x floor|-|-\n",
           KEYS, bare, states, states / bare);
    printf("BENCH|bus: batches of %d, out|-|%.2f M/s|>= 1 M/s|%s\n", UNIT, out * 1e-6,
           reached(out >= 1e6));
}

int main(void)
{
    static struct figures figures;
    char command[64];

    check_system(mkdtemp(folder) != NULL, folder);
    memset(value, 'x', sizeof(value));
    topics_make();
    struct sk_bus *bus = bus_open("bench");
    measure_singles(&figures, bus);
    measure_batches(&figures, bus);
    sk_bus_close(bus);
    print(&figures);
    snprintf(command, sizeof(command), "rm -r %s", folder);
    return system(command) == 0 ? 0 : 1;
}
