/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Kafka bus. Opens and closes a handle; what it does in between stands in kafka_*.c,
 * one idea a file (see kafka.h).
 */
#include "bus/kafka_scan.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

enum { SESSION_TIMEOUT_MS = 6000 }; /* the least that brokers take by default */

static void bus_close(struct sk_bus *bus)
{
    struct sk_kafka_bus *self = sk_kafka(bus);

    sk_kafka_reader_close(self);
    sk_kafka_writer_close(self);
    sk_kafka_active_close(self);
    sk_kafka_table_close(self);
    sk_kafka_handles_close(self);
    sk_kafka_wake_close(self);
    sk_map_fini(&self->topics);
    sk_arena_fini(&self->topic_arena);
    sk_arena_fini(&self->record_arena);
    free(self->identity);
    free(self->brokers);
    sk_kafka_settings_free(self);
    free(self->data_path);
    free(self);
}

/* HOST:PORT; a host may be [::1]. */
static bool is_broker(struct sk_text text)
{
    const char *colon = text.size > 0 ? memrchr(text.data, ':', text.size) : NULL;
    int64_t port = 0;

    if (!colon || colon == text.data)
        return false;
    size_t host = (size_t)(colon - text.data);
    return sk_text_to_int64((struct sk_text){colon + 1, text.size - host - 1}, &port) &&
           port > 0 && port <= UINT16_MAX;
}

static enum sk_verdict address_take(struct sk_kafka_bus *self, const char *address,
                                    struct sk_error *err)
{
    self->brokers = sk_strdup(address);
    for (struct sk_text rest = sk_text(address); rest.data;) {
        if (!is_broker(sk_text_split(&rest, ',')))
            return sk_fail(err, SK_FATAL, "bus.url",
                           "'kafka:%s' is no bus; it is kafka:HOST:PORT[,HOST:PORT…]",
                           address);
    }
    return SK_OK;
}

static enum sk_verdict bus_open(const char *address, const struct sk_bus_options *options,
                                struct sk_bus **ret_bus, struct sk_error *err)
{
    struct sk_kafka_bus *self = sk_alloc_zeroed(sizeof(*self));

    self->base.driver = &sk_kafka_driver;
    self->active.number = -1;
    self->wake = (struct sk_kafka_wake){-1, -1, {.descriptor = -1}};
    self->identity = options->identity ? sk_strdup(options->identity) : NULL;
    self->data_path = options->data_path ? sk_strdup(options->data_path) : NULL;
    self->session_timeout_ms = options->session_timeout_ms > SESSION_TIMEOUT_MS
                                   ? options->session_timeout_ms
                                   : SESSION_TIMEOUT_MS;
    enum sk_verdict verdict = address_take(self, address, err);
    if (verdict == SK_OK)
        verdict = sk_rd_load(err);
    if (verdict == SK_OK)
        verdict = sk_kafka_settings_take(self, options, err);
    if (verdict == SK_OK)
        verdict = sk_kafka_wake_open(self, err);
    if (verdict != SK_OK) {
        bus_close(&self->base);
        return verdict;
    }
    *ret_bus = &self->base;
    return SK_OK;
}

/* Opening asks nobody anything yet. */
static enum sk_verdict
bus_check(const char *address, const struct sk_bus_options *options, struct sk_error *err)
{
    struct sk_bus *bus = NULL;

    SK_TRY(bus_open(address, options, &bus, err));
    bus_close(bus);
    return SK_OK;
}

const struct sk_bus_driver sk_kafka_driver = {
    .scheme = "kafka",
    .open = bus_open,
    .check = bus_check,
    .close = bus_close,
    .activate = sk_kafka_activate,
    .subscribe = sk_kafka_subscribe,
    .pause = sk_kafka_pause,
    .poll = sk_kafka_poll,
    .descriptor = sk_kafka_descriptor,
    .caught_up = sk_kafka_caught_up,
    .begin = sk_kafka_unit_begin,
    .send = sk_kafka_send,
    .done = sk_kafka_done,
    .commit = sk_kafka_unit_commit,
    .abort = sk_kafka_unit_abort,
    .publish = sk_kafka_publish,
    .latest = sk_kafka_latest,
    .each = sk_kafka_each,
    .topics_create = sk_kafka_topics_create,
    .topics = sk_kafka_topics,
    .groups = sk_kafka_groups,
    .group_reset = sk_kafka_group_reset,
    .fetch = sk_kafka_fetch,
};
