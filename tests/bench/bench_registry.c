/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_registry - what clients ask most of a real schakel-registry, with one schema and
 * with 100,000 in 20,000 subjects, beside its floors from the same run: libmicrohttpd
 * giving a fixed answer in the same way, and what the disk does with a page a time.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "http_load.h"
#include "net/http_server.h"
#include "registry_process.h"

enum { ROUNDS = 5, ROUND_MS = 500, SCHEMAS = 100000, SUBJECTS = 20000 };

/* Requests. -----------------------------------------------------------------------------
 */

static char request[1024];
static unsigned sequence; /* of random ids, and of new schemas */

static const char schema[] =
    "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"R\\\",\\\"fields\\\":"
    "[{\\\"name\\\":\\\"a\\\",\\\"type\\\":\\\"int\\\"}]}\"}";

static const char *get(const char *path)
{
    snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path);
    return request;
}

static const char *post(const char *path, const char *body)
{
    snprintf(request, sizeof(request),
             "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n%s", path,
             strlen(body), body);
    return request;
}

static const char *one_id(void *)
{
    return get("/schemas/ids/1");
}

static const char *latest(void *)
{
    return get("/subjects/s0/versions/latest");
}

static const char *known(void *)
{
    return post("/subjects/s/versions", schema);
}

static unsigned spread(unsigned count)
{
    sequence = sequence * 1664525u + 1013904223u;
    return (unsigned)((uint64_t)sequence * count >> 32);
}

static const char *random_id(void *)
{
    char path[64];

    snprintf(path, sizeof(path), "/schemas/ids/%u", 1 + spread(SCHEMAS));
    return get(path);
}

static const char *random_latest(void *)
{
    char path[64];

    snprintf(path, sizeof(path), "/subjects/s%u/versions/latest", spread(SUBJECTS));
    return get(path);
}

static const char *new_schema(void *)
{
    char path[64], body[256];

    sequence++;
    snprintf(path, sizeof(path), "/subjects/new%u/versions", sequence);
    snprintf(body, sizeof(body),
             "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"N%u\\\","
             "\\\"fields\\\":[]}\"}",
             sequence);
    return post(path, body);
}

/* Floors. -------------------------------------------------------------------------------
 */

static void answer_fixed(void *context, struct sk_http_exchange *exchange,
                         const struct sk_http_request *)
{
    sk_http_exchange_answer(
        exchange,
        &(struct sk_http_answer){.status = 200,
                                 .content_type = "application/json",
                                 .body = {context, strlen((const char *)context)}});
}

static pid_t start_fixed(int *ret_port)
{
    static char body[] =
        "{\"guid\":\"65a1b1f7-3b7b-9c7e-7d1a-1f6f3d3a0c55\","
        "\"schemaType\":\"AVRO\",\"schema\":\"{\\\"type\\\":\\\"record\\\","
        "\\\"name\\\":\\\"R\\\",\\\"fields\\\":[]}\"}";
    struct sk_http_server_options options = {
        .listen = "127.0.0.1:0", .handler = answer_fixed, .context = body};
    struct sk_http_server *server;
    struct sk_error err = {0};

    check(sk_http_server_open(&options, &server, &err) == SK_OK, err.text);
    *ret_port = sk_http_server_port(server);
    pid_t child = fork();
    if (child != 0)
        return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
        struct pollfd ready = {.fd = sk_http_server_descriptor(server), .events = POLLIN};
        poll(&ready, 1, sk_http_server_timeout_ms(server));
        sk_http_server_run(server);
    }
}

/* Pages a second that are on the disk, one at a time. */
static double synced_pages(const char *folder)
{
    static const char page[4096];
    char path[128];
    int64_t start_us = now_us(), count = 0;

    snprintf(path, sizeof(path), "%s/floor", folder);
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    for (; now_us() < start_us + ROUND_MS * 1000; count++)
        check(write(file, page, sizeof(page)) == sizeof(page) && fdatasync(file) == 0,
              path);
    close(file);
    return (double)count * 1e6 / (double)(now_us() - start_us);
}

/* Rows. ---------------------------------------------------------------------------------
 */

enum { WORKS = 6 };
static struct work {
    const char *name;
    http_load_request *next;
    bool large;   /* on the registry of 100,000 schemas */
    bool durable; /* its floor is the disk */
    double goal;  /* a second */
    double per_second[ROUNDS], p99_ms[ROUNDS], cpu_us[ROUNDS];
} works[WORKS] = {
    {"GET /schemas/ids/1", one_id, false, false, 40000, {0}, {0}, {0}},
    {"GET …/versions/latest", latest, false, false, 40000, {0}, {0}, {0}},
    {"POST …/versions, known", known, false, false, 20000, {0}, {0}, {0}},
    {"GET /schemas/ids/N, any of 100,000", random_id, true, false, 40000, {0}, {0}, {0}},
    {"GET …/versions/latest of any of 20,000",
     random_latest,
     true,
     false,
     40000,
     {0},
     {0},
     {0}},
    {"POST …/versions, new, durable", new_schema, true, true, 1000, {0}, {0}, {0}},
};

static int by_size(const void *a, const void *b)
{
    const double *first = a, *second = b;

    return (*first > *second) - (*first < *second);
}

static double median(double values[ROUNDS])
{
    qsort(values, ROUNDS, sizeof(*values), by_size);
    return values[ROUNDS / 2];
}

static void measure(struct work *work, const struct registry_process *registry, int round)
{
    struct http_load load = {registry->port, registry->pid, ROUND_MS, work->next, NULL};
    struct http_load_result result = http_load_run(&load);

    work->per_second[round] = result.per_second;
    work->p99_ms[round] = result.p99_ms;
    work->cpu_us[round] = result.cpu_us;
}

/* What the same answers cost without a registry, and a durable page. */
struct floors {
    double fixed, fixed_cpu_us, pages;
};

static void print_work(struct work *work, const struct floors *floors)
{
    double reached = median(work->per_second);
    double floor = work->durable ? floors->pages : floors->fixed;
    char spent[32] = "";

    double p99 = median(work->p99_ms), cpu = median(work->cpu_us);
    bool look_up = !work->durable && work->goal == 40000;
    bool good = reached >= work->goal && (!look_up || (p99 < 2 && cpu <= 15)) &&
                (!look_up || reached >= 0.6 * floor);

    if (!work->durable)
        snprintf(spent, sizeof(spent), ", %.1f µs CPU", floors->fixed_cpu_us);
    printf("BENCH|registry, %s, %d connections|%s %.0f/s%s|%.0f/s (%.2f x), p99 %.2f ms, "
           "%.1f µs CPU|>= %.0f/s%s|%s\n",
           work->name, HTTP_LOAD_CONNECTIONS,
           work->durable ? "write and fdatasync of 4 KiB" : "libmicrohttpd, fixed answer",
           floor, spent, reached, reached / floor, p99, cpu, work->goal,
           look_up ? ", >= 0.6 x, p99 < 2 ms, <= 15 µs" : "", good ? "yes" : "no");
}

static void print_size(const char *what, double reached, double goal, const char *unit)
{
    printf("BENCH|registry, %s|-|%.2f %s|< %.0f %s|%s\n", what, reached, unit, goal, unit,
           reached < goal ? "yes" : "no");
}

/* A filled store, started anew: what is measured is what a restart gives. */
static struct registry_process start_large(const char *store, double *ret_fill_s)
{
    struct registry_process registry = registry_process_start(store);

    *ret_fill_s = registry_process_fill(&registry, SCHEMAS, SUBJECTS);
    registry_process_stop(&registry);
    return registry_process_start(store);
}

static void run(const char *folder, pid_t bare, int fixed_port)
{
    char small_store[128], large_store[128];
    double fixed[ROUNDS], fixed_cpu_us[ROUNDS], pages[ROUNDS], fill_s;

    snprintf(small_store, sizeof(small_store), "%s/small", folder);
    snprintf(large_store, sizeof(large_store), "%s/large", folder);
    struct registry_process small = registry_process_start(small_store);
    double empty_mb = registry_process_rss_mb(&small);
    struct registry_process large = start_large(large_store, &fill_s);
    registry_process_post(&small, "/subjects/s/versions", schema, strlen(schema));
    registry_process_post(&small, "/subjects/s0/versions", schema, strlen(schema));
    for (int i = 0; i < ROUNDS; i++) {
        struct http_load load = {fixed_port, bare, ROUND_MS, one_id, NULL};
        struct http_load_result result = http_load_run(&load);
        fixed[i] = result.per_second;
        fixed_cpu_us[i] = result.cpu_us;
        pages[i] = synced_pages(folder);
        for (int w = 0; w < WORKS; w++)
            measure(&works[w], works[w].large ? &large : &small, i);
    }
    struct floors floors = {median(fixed), median(fixed_cpu_us), median(pages)};
    for (int w = 0; w < WORKS; w++)
        print_work(&works[w], &floors);
    print_size("RSS when empty", empty_mb, 8, "MB");
    print_size("RSS with 100,000 schemas, after all this",
               registry_process_rss_mb(&large), 60, "MB");
    print_size("start with 100,000 schemas, checked", large.start_s, 1, "s");
    print_size("import of 100,000 schemas", fill_s, 60, "s");
    registry_process_stop(&small);
    registry_process_stop(&large);
}

int main(void)
{
    char folder[] = "/tmp/bench-registry-XXXXXX", command[64];
    int fixed_port;

    check(mkdtemp(folder) != NULL, "folder");
    pid_t bare = start_fixed(&fixed_port);
    run(folder, bare, fixed_port);
    kill(bare, SIGKILL);
    waitpid(bare, NULL, 0);
    snprintf(command, sizeof(command), "rm -r %s", folder);
    check(system(command) == 0, command);
    return 0;
}
