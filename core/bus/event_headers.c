/* SPDX-License-Identifier: Apache-2.0 */
/* event_headers - CloudEvents' Kafka binding, binary mode, as our events carry it. */
#include "base/clock.h"
#include "base/hash.h"
#include "bus/codec.h"

static struct sk_bus_header header(const char *name, struct sk_text value)
{
    return (struct sk_bus_header){sk_text(name), value};
}

/* A new W3C trace context: a random trace and its first span, sampled. */
static struct sk_text new_trace(struct sk_arena *arena)
{
    uint8_t random[24];
    char hex[2 * sizeof(random) + 1];

    sk_random(random, sizeof(random));
    sk_hex(random, sizeof(random), hex);
    return sk_arena_printf(arena, "00-%.32s-%.16s-01", hex, hex + 32);
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
