/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_reading FILE BUS-URL TOPIC - the floors of bench_files.py, over the same lines in
 * the same run: what a JSON parser takes alone, ours and jansson's; what writing the
 * bytes takes; and what the bus takes for as many events (look up, send, commit), without
 * anything that makes them. Prints {"jansson": …, …}: µs of processor time a record,
 * medians.
 */
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/value.h"
#include "bus/admin.h"
#include "bus/bus.h"

enum {
    ROUNDS = 5,
    FILE_MOST = 1 << 30,
    UNIT = 1500,       /* as many lines as a batch of files takes */
    VALUE = 460,       /* bytes of such an event */
    BUS_ROUND = 30000, /* events a round on the bus */
};

struct bench {
    struct sk_buffer file;
    size_t lines;
    struct sk_bus *bus;
    struct sk_text topic;
    size_t sent;
};

static void check(enum sk_verdict verdict, const struct sk_error *err)
{
    if (verdict == SK_OK)
        return;
    fprintf(stderr, "bench_reading: %s: %s\n", err->id, err->text);
    exit(1);
}

static double processor_us(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec * 1e-3;
}

static void parse_jansson(struct bench *bench)
{
    struct sk_text rest = sk_buffer_text(&bench->file);

    while (rest.size) {
        struct sk_text line = sk_text_split(&rest, '\n');
        json_decref(json_loadb(line.data, line.size, JSON_REJECT_DUPLICATES, NULL));
    }
}

static void parse_ours(struct bench *bench)
{
    struct sk_text rest = sk_buffer_text(&bench->file);
    sk_arena_auto arena = {0};
    struct sk_value value;
    struct sk_error err;

    while (rest.size) {
        sk_arena_reset(&arena);
        check(sk_value_parse(sk_text_split(&rest, '\n'), &arena, &value, &err), &err);
    }
}

static void write_bytes(struct bench *bench)
{
    char path[] = "bench-bytes-XXXXXX";
    int file = mkstemp(path);

    if (file < 0 || write(file, bench->file.data, bench->file.size) < 0 ||
        fdatasync(file) != 0)
        perror(path);
    close(file);
    unlink(path);
}

static void send_one(struct bench *bench)
{
    static const uint8_t value[VALUE] = {1}; /* no event that anybody would read */
    const struct sk_bus_header headers[] = {
        {SK_TEXT("ce_specversion"), SK_TEXT("1.0")},
        {SK_TEXT("ce_id"), SK_TEXT("0f4a7d5c-9f0b-5c7e-8a60-3b11c72ed095")},
        {SK_TEXT("ce_source"), SK_TEXT("/klaroen/klachten")},
        {SK_TEXT("ce_type"), SK_TEXT("be.vlaanderen.kinderopvang.Klacht")},
        {SK_TEXT("ce_time"), SK_TEXT("2026-11-24T17:30:00.123Z")},
        {SK_TEXT("content-type"), SK_TEXT("application/avro")},
        {SK_TEXT("traceparent"),
         SK_TEXT("00-0123456789abcdef0123456789abcdef-0123456789abcdef-01")}};
    struct sk_bus_record record;
    struct sk_error err;
    char key[32];
    bool found;
    int size = snprintf(key, sizeof(key), "F-%d-%07zu", (int)getpid(), bench->sent++);
    struct sk_bus_message message = {.topic = bench->topic,
                                     .key = {key, (size_t)size},
                                     .value = {value, VALUE},
                                     .headers = headers,
                                     .header_count = SK_COUNT(headers)};

    check(sk_bus_latest(bench->bus, bench->topic, message.key, &record, &found, &err),
          &err);
    check(sk_bus_send(bench->bus, &message, &err), &err);
}

static void fill_bus(struct bench *bench)
{
    struct sk_error err;

    for (int i = 0; i < BUS_ROUND; i++) {
        if (i % UNIT == 0)
            check(sk_bus_begin(bench->bus, &err), &err);
        send_one(bench);
        if (i % UNIT == UNIT - 1)
            check(sk_bus_commit(bench->bus, &err), &err);
    }
}

static void open_bus(struct bench *bench, const char *url)
{
    const struct sk_bus_options options = {.identity = "bench", .data_path = "."};
    struct sk_error err;
    bool active = false;

    check(sk_bus_open(url, &options, &bench->bus, &err), &err);
    for (int i = 0; i < 30 && !active; i++)
        check(sk_bus_activate(bench->bus, 1000, &active, &err), &err);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(struct bench *bench);
    } works[] = {{"jansson", parse_jansson},
                 {"parse", parse_ours},
                 {"write", write_bytes},
                 {"bus", fill_bus}};
    struct bench bench = {0};
    struct sk_error err;
    double times[SK_COUNT(works)][ROUNDS];

    if (argc != 4)
        return 2;
    bench.topic = sk_text(argv[3]);
    check(sk_file_read(argv[1], FILE_MOST, &bench.file, &err), &err);
    for (size_t i = 0; i < bench.file.size; i++)
        bench.lines += bench.file.data[i] == '\n';
    open_bus(&bench, argv[2]);
    for (int round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < SK_COUNT(works); i++) {
            double start = processor_us();
            works[i].run(&bench);
            double records = works[i].run == fill_bus ? BUS_ROUND : (double)bench.lines;
            times[i][round] = (processor_us() - start) / records;
        }
    for (size_t i = 0; i < SK_COUNT(works); i++) {
        qsort(times[i], ROUNDS, sizeof(double), by_value);
        printf("%s\"%s\": %.3f", i ? ", " : "{", works[i].name, times[i][ROUNDS / 2]);
    }
    puts("}");
    sk_bus_close(bench.bus);
    sk_buffer_fini(&bench.file);
    return 0;
}
