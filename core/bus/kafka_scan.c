/* SPDX-License-Identifier: Apache-2.0 */
/* Reads committed records of several partitions, each from here to there, and stops. */
#include <string.h>

#include "base/clock.h"
#include "bus/kafka_scan.h"

enum { STEP_MS = 100 };

static struct sk_kafka_span *span_of(const struct sk_kafka_scan *scan,
                                     const rd_kafka_message_t *message)
{
    const char *topic = message->rkt ? sk_rd.topic_name(message->rkt) : "";

    for (size_t i = 0; i < scan->count; i++) {
        struct sk_kafka_span *span = &scan->spans[i];
        if (span->partition == message->partition && !span->ended &&
            strcmp(span->topic->name.data, topic) == 0)
            return span;
    }
    return NULL;
}

static enum sk_verdict message_see(const struct sk_kafka_scan *scan,
                                   struct sk_kafka_span *span,
                                   const rd_kafka_message_t *message,
                                   struct sk_error *err)
{
    bool record = !message->err && message->offset < span->end;

    span->read = record ? message->offset + 1 : message->offset;
    span->ended = span->read >= span->end;
    return record ? scan->visit(scan->context, span, message, err) : SK_OK;
}

static size_t left_of(const struct sk_kafka_scan *scan)
{
    size_t left = 0;

    for (size_t i = 0; i < scan->count; i++)
        left += !scan->spans[i].ended;
    return left;
}

static enum sk_verdict read_on(struct sk_kafka_bus *self,
                               const struct sk_kafka_scan *scan, struct sk_error *err)
{
    int64_t heard = sk_clock_monotonic_ms();

    while (left_of(scan) > 0) {
        rd_kafka_message_t *message = sk_rd.consumer_poll(self->lector, STEP_MS);
        if (!message && sk_clock_monotonic_ms() < heard + SK_KAFKA_CALL_MS)
            continue;
        if (!message)
            return sk_kafka_fail(self, RD_KAFKA_RESP_ERR__TIMED_OUT, "reading", err);
        heard = sk_clock_monotonic_ms();
        struct sk_kafka_span *span = span_of(scan, message);
        rd_kafka_resp_err_t code = message->err;
        enum sk_verdict verdict = SK_OK;
        if (span && (!code || code == RD_KAFKA_RESP_ERR__PARTITION_EOF))
            verdict = message_see(scan, span, message, err);
        else if (code && code != RD_KAFKA_RESP_ERR__PARTITION_EOF)
            verdict = sk_kafka_fail(self, code, "reading", err);
        sk_rd.message_destroy(message);
        SK_TRY(verdict);
    }
    return SK_OK;
}

enum sk_verdict sk_kafka_scan_run(struct sk_kafka_bus *self, struct sk_kafka_scan *scan,
                                  struct sk_error *err)
{
    sk_auto_list *list = sk_rd.topic_partition_list_new((int)scan->count);

    SK_TRY(sk_kafka_lector(self, err));
    for (size_t i = 0; i < scan->count; i++) {
        struct sk_kafka_span *span = &scan->spans[i];
        span->read = span->from;
        span->ended = span->from >= span->end;
        if (!span->ended)
            sk_kafka_position_add(list, span->topic, span->partition, span->from, NULL);
    }
    if (list->cnt == 0)
        return SK_OK;
    rd_kafka_resp_err_t code = sk_rd.assign(self->lector, list);
    if (code)
        return sk_kafka_fail(self, code, "reading", err);
    enum sk_verdict verdict = read_on(self, scan, err);
    sk_rd.assign(self->lector, NULL);
    return verdict;
}
