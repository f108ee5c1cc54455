/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines are taken in blocks; the threads draw the lines of a block one by one, and the
 * answers are written in the order of the lines when the block is done. The register is
 * only read, and each thread has its own arena, so nothing but the next line's number is
 * shared.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "base/json_write.h"
#include "cli/match_batch.h"

enum { BLOCK = 512 /* so that its answers stay in the cache */, LINE_LIMIT = 4 << 20 };

struct item {
    char *line;
    size_t capacity;
    ssize_t size;
    struct sk_buffer answer;
    struct sk_buffer id; /* as JSON, for the timings */
    int64_t nanoseconds;
    bool bad;
    enum sk_match_besluit besluit;
};

struct block {
    const struct sk_match_job *job;
    struct item *items;
    size_t count;
    atomic_size_t next;
};

static int64_t now_ns(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static enum sk_verdict decide(const struct sk_match_job *job, struct item *item,
                              struct sk_arena *arena, struct sk_error *err)
{
    struct sk_value json;
    struct sk_match_mention mention;
    struct sk_match_message message;
    struct sk_match_decision decision;

    if (item->size > LINE_LIMIT)
        return sk_fail(err, SK_REJECT, "match.large", "the line has more than %d bytes",
                       LINE_LIMIT);
    SK_TRY(sk_value_parse((struct sk_text){item->line, (size_t)item->size}, arena, &json,
                          err));
    SK_TRY(sk_match_message_read(&json, arena, &mention, &message, err));
    sk_match_decide(job->reg, sk_match_models_for(job->models, message.day), &message,
                    arena, &decision);
    item->besluit = decision.besluit;
    const struct sk_value *id = sk_value_member(&json, "id");

    sk_match_decision_write(id, &decision, job->explain, &item->answer);
    if (job->timings)
        sk_json_put_value(&item->id, id);
    return SK_OK;
}

static void *work(void *argument)
{
    struct block *block = argument;
    sk_arena_auto arena = {0};

    for (;;) {
        size_t at = atomic_fetch_add(&block->next, 1);
        struct sk_error err = {0};

        if (at >= block->count)
            return NULL;
        struct item *item = &block->items[at];
        int64_t begin = now_ns();

        item->answer.size = item->id.size = 0;
        item->bad = decide(block->job, item, &arena, &err) != SK_OK;
        if (item->bad)
            sk_match_error_write(&err, &item->answer);
        item->nanoseconds = now_ns() - begin;
        sk_arena_reset(&arena);
    }
}

/* This thread works too; without further threads it works alone. */
static void work_all(struct block *block)
{
    pthread_t threads[64];
    size_t started = 0;

    while (started + 1 < block->job->threads &&
           pthread_create(&threads[started], NULL, work, block) == 0)
        started++;
    work(block);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
}

static bool read_block(struct block *block)
{
    block->count = 0;
    atomic_store(&block->next, 0);
    while (block->count < BLOCK) {
        struct item *item = &block->items[block->count];

        item->size = getline(&item->line, &item->capacity, block->job->messages);
        if (item->size < 0)
            break;
        if (sk_text_trim((struct sk_text){item->line, (size_t)item->size}).size)
            block->count++;
    }
    return block->count > 0;
}

struct times {
    double *items;
    size_t count, capacity;
};

static void write_block(const struct block *block, struct sk_match_result *result,
                        struct times *times)
{
    for (size_t i = 0; i < block->count; i++) {
        const struct item *item = &block->items[i];
        size_t *counts[] = {&result->automatic, &result->review, &result->none};
        double us = (double)item->nanoseconds / 1e3;

        fwrite(item->answer.data, 1, item->answer.size, block->job->decisions);
        result->messages++;
        result->bad += item->bad;
        if (item->bad)
            continue;
        ++*counts[item->besluit];
        times->items = sk_grow(times->items, &times->capacity, times->count + 1,
                               sizeof *times->items);
        times->items[times->count++] = us;
        if (block->job->timings)
            fprintf(block->job->timings, "{\"id\":%.*s,\"us\":%.1f}\n",
                    SK_TEXT_ARG(sk_buffer_text(&item->id)), us);
    }
}

static int by_size(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

static void measure(struct times *times, struct sk_match_result *result)
{
    if (times->count == 0)
        return;
    qsort(times->items, times->count, sizeof *times->items, by_size);
    result->p50 = times->items[times->count / 2];
    result->p99 = times->items[times->count * 99 / 100];
    result->longest = times->items[times->count - 1];
}

enum sk_verdict sk_match_run(const struct sk_match_job *job,
                             struct sk_match_result *ret_result, struct sk_error *err)
{
    struct block block = {.job = job,
                          .items = sk_alloc_zeroed(BLOCK * sizeof *block.items)};
    struct times times = {.items = NULL};
    int64_t begin = now_ns();

    *ret_result = (struct sk_match_result){0};
    while (read_block(&block)) {
        work_all(&block);
        write_block(&block, ret_result, &times);
    }
    ret_result->seconds = (double)(now_ns() - begin) / 1e9;
    measure(&times, ret_result);
    free(times.items);
    for (size_t i = 0; i < BLOCK; i++) {
        free(block.items[i].line);
        sk_buffer_fini(&block.items[i].answer);
        sk_buffer_fini(&block.items[i].id);
    }
    free(block.items);
    if (ferror(job->messages))
        return sk_fail(err, SK_RETRY, "match.file", "cannot read the messages: %s",
                       strerror(errno));
    return SK_OK;
}
