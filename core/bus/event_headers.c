/* SPDX-License-Identifier: Apache-2.0 */
/* event_headers - CloudEvents' Kafka binding, binary mode, as our events carry it. */
#include "base/clock.h"
#include "base/hash.h"
#include "bus/codec.h"

enum {
    TRACE_SIZE = sizeof("00-0123456789abcdef0123456789abcdef-0123456789abcdef-01") - 1
};

static struct sk_bus_header header(const char *name, struct sk_text value)
{
    return (struct sk_bus_header){sk_text(name), value};
}

/* A new W3C trace context: a random trace and its first span, sampled. The kernel is
 * asked for the randomness of many at once: a trace must be unlike others, not secret. */
static struct sk_text new_trace(struct sk_arena *arena)
{
    static uint8_t pool[40][24];
    static size_t left;
    char *text = sk_arena_alloc(arena, TRACE_SIZE + 1);

    if (left == 0) {
        sk_random(pool, sizeof(pool));
        left = SK_COUNT(pool);
    }
    const uint8_t *random = pool[--left];
    memcpy(text, "00-", 3);
    sk_hex(random, 16, text + 3);
    text[35] = '-';
    sk_hex(random + 16, 8, text + 36);
    memcpy(text + 52, "-01", 4);
    return (struct sk_text){text, TRACE_SIZE};
}

size_t sk_event_headers_make(const struct sk_event_type *type,
                             const struct sk_event_headers *values,
                             struct sk_arena *arena,
                             struct sk_bus_header headers[SK_EVENT_HEADER_COUNT])
{
    char time[SK_INSTANT_SIZE];
    size_t count = 0;

    sk_instant_format(values->time_ms, time);
    headers[count++] = header("ce_specversion", SK_TEXT("1.0"));
    headers[count++] = header("ce_id", sk_arena_text(arena, sk_text(values->id)));
    headers[count++] = header("ce_source", sk_arena_text(arena, values->source));
    headers[count++] = header("ce_type", sk_text(type->name));
    headers[count++] = header("ce_time", sk_arena_text(arena, sk_text(time)));
    headers[count++] = header("content-type", SK_TEXT("application/avro"));
    headers[count++] =
        header("traceparent", values->trace.data ? sk_arena_text(arena, values->trace)
                                                 : new_trace(arena));
    if (values->cause.data)
        headers[count++] = header("causationid", sk_arena_text(arena, values->cause));
    return count;
}

struct sk_text sk_bus_header_value(const struct sk_bus_record *record, const char *name)
{
    for (size_t i = 0; i < record->header_count; i++) {
        if (sk_text_is(record->headers[i].name, name))
            return record->headers[i].value;
    }
    return (struct sk_text){0};
}
