/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_codec - events encoded and decoded per second on one core, by the generated codec
 * and by avro-c's generic values, on the same schema and the same complaints.
 *
 * The complaints differ and are taken in turn, so that no branch learns one of them by
 * heart. Each figure is the median of the rounds; rounds of all four works alternate.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "complaint.h"
#include "rival.h"

enum { EVENTS = 256, ROUNDS = 31, OURS = 100000, RIVALS = 5000 };

struct bench {
    struct sk_arena arena, scratch;
    struct klacht events[EVENTS];
    struct rival_bytes encoded[EVENTS];
    struct sk_buffer out;
    size_t bytes;
    struct rival *rival;
};

static void check(enum sk_verdict verdict, const struct sk_error *err)
{
    if (verdict == SK_OK)
        return;
    fprintf(stderr, "bench_codec: %s\n", err->text);
    exit(1);
}

/* Of the CPU: what one core does, whoever else wants it. */
static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void encode_ours(struct bench *bench, size_t times)
{
    struct sk_error err;

    for (size_t i = 0; i < times; i++) {
        bench->out.size = 0;
        check(klacht_encode(&bench->events[i % EVENTS], &bench->out, &err), &err);
    }
}

static void decode_ours(struct bench *bench, size_t times)
{
    struct klacht klacht;
    struct sk_error err;

    for (size_t i = 0; i < times; i++) {
        struct rival_bytes event = bench->encoded[i % EVENTS];

        sk_arena_reset(&bench->scratch);
        check(klacht_decode(&klacht, (struct sk_bytes){event.data, event.size},
                            &bench->scratch, &err),
              &err);
    }
}

static void encode_rival(struct bench *bench, size_t times)
{
    rival_encode(bench->rival, times);
}

static void decode_rival(struct bench *bench, size_t times)
{
    rival_decode(bench->rival, times);
}

static void prepare(struct bench *bench)
{
    struct sk_error err;

    for (unsigned i = 0; i < EVENTS; i++) {
        complaint_make(&bench->events[i], i * 7919 + 13, &bench->arena);
        bench->out.size = 0;
        check(klacht_encode(&bench->events[i], &bench->out, &err), &err);
        struct sk_text copy = sk_arena_text(&bench->arena, sk_buffer_text(&bench->out));
        bench->encoded[i] = (struct rival_bytes){(const uint8_t *)copy.data, copy.size};
        bench->bytes += copy.size;
    }
    bench->rival = rival_new(sk_klacht.schema, bench->encoded, EVENTS);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static void report(const char *work, size_t bytes, double ours, double rival)
{
    printf("BENCH|codec klacht, %s, %zu bytes|avro-c generic %.2f M/s|%.1f M/s "
           "(%.1fx, %.2f GB/s)|>= 10 M/s|%s\n",
           work, bytes, rival / 1e6, ours / 1e6, ours / rival, ours * (double)bytes / 1e9,
           ours >= 10e6 ? "yes" : "no");
}

int main(void)
{
    static const struct {
        void (*run)(struct bench *bench, size_t times);
        size_t times;
    } works[] = {
        {encode_ours, OURS},
        {decode_ours, OURS},
        {encode_rival, RIVALS},
        {decode_rival, RIVALS},
    };
    static struct bench bench;
    double rates[SK_COUNT(works)][ROUNDS];

    prepare(&bench);
    for (int round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < SK_COUNT(works); i++) {
            double start = now();
            works[i].run(&bench, works[i].times);
            rates[i][round] = (double)works[i].times / (now() - start);
        }
    for (size_t i = 0; i < SK_COUNT(works); i++)
        qsort(rates[i], ROUNDS, sizeof(double), by_value);
    report("encode", bench.bytes / EVENTS, rates[0][ROUNDS / 2], rates[2][ROUNDS / 2]);
    report("decode", bench.bytes / EVENTS, rates[1][ROUNDS / 2], rates[3][ROUNDS / 2]);
    rival_free(bench.rival);
    sk_buffer_fini(&bench.out);
    sk_arena_fini(&bench.arena);
    sk_arena_fini(&bench.scratch);
    return 0;
}
