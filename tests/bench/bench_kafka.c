/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_kafka BROKERS - the Kafka bus beside bare librdkafka: the bare handles are made
 * by the bus's own kafka_client, so that their settings are the same, and used as its
 * examples do. Ours and bare alternate; ratios are medians of the rounds' ratios. In the
 * current folder; leaves three topics.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bus/admin.h"
#include "bus/bus.h"
#include "bus/kafka.h"

enum {
    ROUNDS = 5,
    SINGLES = 100,
    UNIT = 500,
    UNITS = 60,
    READINGS = 3,
    VALUE = 350,
    PARTITIONS = 4,
    WAIT_MS = 10000,
};

static const char *const topics[] = {"bench.ons", "bench.kaal"}; /* ours, bare */
enum { OURS, BARE };

struct bench {
    struct sk_bus *bus;
    rd_kafka_t *producer; /* bare */
    size_t next_key;
    uint8_t value[VALUE];
};

static void check(enum sk_verdict verdict, const struct sk_error *err)
{
    if (verdict == SK_OK)
        return;
    fprintf(stderr, "bench_kafka: %s: %s\n", err->id, err->text);
    exit(1);
}

static void check_bare(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "bench_kafka: bare librdkafka: %s\n", what);
    exit(1);
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

struct figures {
    size_t rounds;
    double ours[ROUNDS], bare[ROUNDS], ratio[ROUNDS]; /* events a second; ours / bare */
};

static void note(struct figures *figures, double ours, double bare)
{
    size_t round = figures->rounds++;

    figures->ours[round] = ours;
    figures->bare[round] = bare;
    figures->ratio[round] = ours / bare;
}

static size_t key_next(struct bench *bench, char key[24])
{
    return (size_t)snprintf(key, 24, "K-2026-%08zu", bench->next_key++);
}

static void topics_make(const char *url)
{
    const struct sk_bus_options options = {.identity = NULL, .data_path = "."};
    const char *path = "bench-topics.json";
    struct sk_bus *bus = NULL;
    struct sk_error err;

    FILE *file = fopen(path, "w");
    check_bare(file != NULL, path);
    fprintf(file,
            "{\"topics\": [{\"name\": \"%s\", \"partitions\": 4},"
            "{\"name\": \"%s\", \"partitions\": 4},"
            "{\"name\": \"dlq.bench\", \"partitions\": 1}]}",
            topics[OURS], topics[BARE]);
    fclose(file);
    check(sk_bus_open(url, &options, &bus, &err), &err);
    check(sk_bus_topics_create(bus, path, NULL, 0, &err), &err);
    sk_bus_close(bus);
    remove(path);
}

static void bench_open(struct bench *bench, const char *url)
{
    const struct sk_bus_options options = {.identity = "bench", .data_path = "."};
    const struct sk_kafka_client bare = {SK_KAFKA_UNITS, NULL, "bench-bare"};
    struct sk_error err;
    bool active = false;

    check(sk_bus_open(url, &options, &bench->bus, &err), &err);
    for (int i = 0; i < 60 && !active; i++)
        check(sk_bus_activate(bench->bus, 1000, &active, &err), &err);
    check(sk_kafka_client_new(sk_kafka(bench->bus), &bare, &bench->producer, &err), &err);
    check_bare(!sk_rd.init_transactions(bench->producer, WAIT_MS), "init_transactions");
    memset(bench->value, 'x', VALUE);
}

/* One unit of `count` events.
 * ------------------------------------------------------------
 */

static void unit_ours(struct bench *bench, int count)
{
    struct sk_error err;
    char key[24];

    check(sk_bus_begin(bench->bus, &err), &err);
    for (int i = 0; i < count; i++) {
        size_t size = key_next(bench, key);
        const struct sk_bus_message message = {.topic = sk_text(topics[OURS]),
                                               .key = {key, size},
                                               .value = {bench->value, VALUE}};
        check(sk_bus_send(bench->bus, &message, &err), &err);
    }
    check(sk_bus_commit(bench->bus, &err), &err);
}

static void unit_bare(struct bench *bench, int count)
{
    char key[24];

    check_bare(!sk_rd.begin_transaction(bench->producer), "begin_transaction");
    for (int i = 0; i < count; i++) {
        size_t size = key_next(bench, key);
        check_bare(!sk_rd.producev(bench->producer, RD_KAFKA_V_TOPIC(topics[BARE]),
                                   RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                   RD_KAFKA_V_KEY(key, size),
                                   RD_KAFKA_V_VALUE(bench->value, VALUE), RD_KAFKA_V_END),
                   "producev");
    }
    check_bare(!sk_rd.commit_transaction(bench->producer, WAIT_MS), "commit_transaction");
}

/* Units of ours and bare in turn, so that what else the machine does meets both. */
static void round_in(struct bench *bench, struct figures *figures, int units, int count)
{
    double ours = 0, bare = 0;

    for (int i = 0; i < units; i++) {
        double start = now();
        unit_ours(bench, count);
        double middle = now();
        unit_bare(bench, count);
        ours += middle - start;
        bare += now() - middle;
    }
    note(figures, units * count / ours, units * count / bare);
}

/* All events of the topic, from the first on: seconds a record.
 * --------------------------
 */

static double out_ours(const char *url)
{
    const struct sk_bus_options options = {.identity = NULL, .data_path = "."};
    struct sk_text topic = sk_text(topics[OURS]);
    struct sk_bus *bus = NULL;
    struct sk_bus_batch batch;
    struct sk_error err;
    bool caught_up = false;
    int subscription;
    size_t seen = 0;

    check(sk_bus_open(url, &options, &bus, &err), &err);
    check(sk_bus_subscribe(bus, NULL, &topic, 1, SK_BUS_EARLIEST, &subscription, &err),
          &err);
    double start = now();
    while (!caught_up) {
        check(sk_bus_poll(bus, 100, &batch, &err), &err);
        seen += batch.count;
        check(sk_bus_caught_up(bus, subscription, &caught_up, &err), &err);
    }
    double took = (now() - start) / (double)seen;
    sk_bus_close(bus);
    return took;
}

static double out_bare(struct bench *bench)
{
    const struct sk_kafka_client reader = {SK_KAFKA_READER, "bench.bare", NULL};
    rd_kafka_topic_partition_list_t *from = sk_rd.topic_partition_list_new(PARTITIONS);
    rd_kafka_t *consumer = NULL;
    struct sk_error err;
    size_t seen = 0, ended = 0;

    check(sk_kafka_client_new(sk_kafka(bench->bus), &reader, &consumer, &err), &err);
    check(sk_kafka_client_ready(sk_kafka(bench->bus), consumer, &err), &err);
    for (int i = 0; i < PARTITIONS; i++)
        sk_rd.topic_partition_list_add(from, topics[BARE], i)->offset = 0;
    double start = now();
    check_bare(!sk_rd.assign(consumer, from), "assign");
    while (ended < PARTITIONS) {
        rd_kafka_message_t *message = sk_rd.consumer_poll(consumer, WAIT_MS);
        check_bare(message != NULL, "no message in 10 s");
        ended += message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
        seen += !message->err;
        sk_rd.message_destroy(message);
    }
    double took = (now() - start) / (double)seen;
    sk_rd.topic_partition_list_destroy(from);
    sk_rd.destroy(consumer);
    return took;
}

static void round_out(struct bench *bench, struct figures *figures, const char *url)
{
    double ours = 0, bare = 0;

    for (int i = 0; i < READINGS; i++) {
        ours += out_ours(url);
        bare += out_bare(bench);
    }
    note(figures, READINGS / ours, READINGS / bare);
}

/* The rows.
 * --------------------------------------------------------------------------------
 */

static int by_size(const void *a, const void *b)
{
    const double *first = a, *second = b;

    return (*first > *second) - (*first < *second);
}

static double median(double *values)
{
    qsort(values, ROUNDS, sizeof(*values), by_size);
    return values[ROUNDS / 2];
}

static void row(struct figures *figures, const char *work)
{
    double ratio = median(figures->ratio);

    printf("BENCH|%s|bare librdkafka, same settings %.0f/s|%.0f/s, %.2f x bare|>= 0.8 "
           "x|%s\n",
           work, median(figures->bare), median(figures->ours), ratio,
           ratio >= 0.8 ? "yes" : "no");
}

int main(int argc, char **argv)
{
    static struct figures singles, in, out;
    static struct bench bench;
    char url[512];

    if (argc != 2 ||
        (size_t)snprintf(url, sizeof(url), "kafka:%s", argv[1]) >= sizeof(url))
        return 2;
    topics_make(url);
    bench_open(&bench, url);
    for (int i = 0; i < 2; i++) { /* warm */
        unit_ours(&bench, UNIT);
        unit_bare(&bench, UNIT);
    }
    for (int i = 0; i < ROUNDS; i++) {
        round_in(&bench, &singles, SINGLES, 1);
        round_in(&bench, &in, UNITS, UNIT);
    }
    for (int i = 0; i < ROUNDS; i++)
        round_out(&bench, &out, url);
    row(&singles, "Kafka bus: transactions of one event of 350 bytes");
    row(&in, "Kafka bus: produce, units of 500 events of 350 bytes");
    row(&out, "Kafka bus: consume them, committed ones only");
    sk_rd.destroy(bench.producer);
    sk_bus_close(bench.bus);
    return 0;
}
