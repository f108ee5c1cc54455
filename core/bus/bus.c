/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bus interface: finds the driver that the URL names and passes every call on. What
 * holds for every bus stands here once: the limits of a message.
 */
#include "bus/bus.h"

#include "bus/admin.h"
#include "bus/driver.h"
#include "bus/topics_file.h"

static const struct sk_bus_driver *const drivers[] = {&sk_sqlite_driver,
                                                      &sk_kafka_driver};

static const struct sk_bus_driver *driver_of(struct sk_text scheme)
{
    for (size_t i = 0; i < SK_COUNT(drivers); i++) {
        if (sk_text_is(scheme, drivers[i]->scheme))
            return drivers[i];
    }
    return NULL;
}

static enum sk_verdict url_read(const char *url, const struct sk_bus_driver **ret_driver,
                                const char **ret_rest, struct sk_error *err)
{
    struct sk_text rest = sk_text(url);
    struct sk_text scheme = sk_text_split(&rest, ':');

    *ret_driver = driver_of(scheme);
    *ret_rest = rest.data;
    if (*ret_driver && sk_text_filled(rest))
        return SK_OK;
    return sk_fail(err, SK_FATAL, "bus.url",
                   "'%s' is no bus; it is sqlite:FILE or kafka:HOST:PORT[,…]", url);
}

enum sk_verdict sk_bus_check(const char *url, const struct sk_bus_options *options,
                             struct sk_error *err)
{
    const struct sk_bus_driver *driver;
    const char *rest;

    SK_TRY(url_read(url, &driver, &rest, err));
    return driver->check ? driver->check(rest, options, err) : SK_OK;
}

enum sk_verdict sk_bus_open(const char *url, const struct sk_bus_options *options,
                            struct sk_bus **ret_bus, struct sk_error *err)
{
    const struct sk_bus_driver *driver;
    const char *rest;

    SK_TRY(url_read(url, &driver, &rest, err));
    return driver->open(rest, options, ret_bus, err);
}

void sk_bus_close(struct sk_bus *bus)
{
    if (bus)
        bus->driver->close(bus);
}

enum sk_verdict sk_bus_activate(struct sk_bus *bus, int timeout_ms, bool *ret_active,
                                struct sk_error *err)
{
    return bus->driver->activate(bus, timeout_ms, ret_active, err);
}

enum sk_verdict sk_bus_subscribe(struct sk_bus *bus, const char *group,
                                 const struct sk_text *topics, size_t count,
                                 enum sk_bus_from from, int *ret_subscription,
                                 struct sk_error *err)
{
    const struct sk_bus_subscription subscription = {group, topics, count, from};

    return bus->driver->subscribe(bus, &subscription, ret_subscription, err);
}

void sk_bus_pause(struct sk_bus *bus, int subscription, bool paused)
{
    bus->driver->pause(bus, subscription, paused);
}

enum sk_verdict sk_bus_poll(struct sk_bus *bus, int timeout_ms,
                            struct sk_bus_batch *ret_batch, struct sk_error *err)
{
    return bus->driver->poll(bus, timeout_ms, ret_batch, err);
}

int sk_bus_descriptor(struct sk_bus *bus)
{
    return bus->driver->descriptor(bus);
}

enum sk_verdict sk_bus_caught_up(struct sk_bus *bus, int subscription,
                                 bool *ret_caught_up, struct sk_error *err)
{
    return bus->driver->caught_up(bus, subscription, ret_caught_up, err);
}

/* What can never be stored is said before it costs anything. */
static enum sk_verdict check(const struct sk_bus_message *message, struct sk_error *err)
{
    size_t headers = 0;

    if (message->key.size == 0 || message->key.size > SK_BUS_KEY_LIMIT)
        return sk_fail(err, SK_REJECT, "bus.key",
                       "%.*s: the key has %zu bytes; it must have 1 to %d",
                       SK_TEXT_ARG(message->topic), message->key.size, SK_BUS_KEY_LIMIT);
    if (message->value.size > SK_BUS_VALUE_LIMIT)
        return sk_fail(
            err, SK_REJECT, "bus.large", "%.*s: the value has %zu bytes; at most %d fit",
            SK_TEXT_ARG(message->topic), message->value.size, SK_BUS_VALUE_LIMIT);
    for (size_t i = 0; i < message->header_count; i++)
        headers += message->headers[i].name.size + message->headers[i].value.size;
    if (headers > SK_BUS_HEADERS_LIMIT || message->header_count > SK_BUS_HEADERS_LIMIT)
        return sk_fail(err, SK_REJECT, "bus.large",
                       "%.*s: the headers have %zu bytes; at most %d fit",
                       SK_TEXT_ARG(message->topic), headers, SK_BUS_HEADERS_LIMIT);
    return SK_OK;
}

enum sk_verdict sk_bus_begin(struct sk_bus *bus, struct sk_error *err)
{
    return bus->driver->begin(bus, err);
}

enum sk_verdict sk_bus_send(struct sk_bus *bus, const struct sk_bus_message *message,
                            struct sk_error *err)
{
    SK_TRY(check(message, err));
    return bus->driver->send(bus, message, err);
}

enum sk_verdict sk_bus_done(struct sk_bus *bus, const struct sk_bus_record *record,
                            struct sk_error *err)
{
    return bus->driver->done(bus, record, err);
}

enum sk_verdict sk_bus_commit(struct sk_bus *bus, struct sk_error *err)
{
    return bus->driver->commit(bus, err);
}

enum sk_verdict sk_bus_abort(struct sk_bus *bus, struct sk_error *err)
{
    return bus->driver->abort(bus, err);
}

enum sk_verdict sk_bus_publish(struct sk_bus *bus, const struct sk_bus_message *message,
                               struct sk_error *err)
{
    SK_TRY(check(message, err));
    return bus->driver->publish(bus, message, err);
}

enum sk_verdict sk_bus_latest(struct sk_bus *bus, struct sk_text topic,
                              struct sk_text key, struct sk_bus_record *ret_record,
                              bool *ret_found, struct sk_error *err)
{
    return bus->driver->latest(bus, topic, key, ret_record, ret_found, err);
}

enum sk_verdict sk_bus_each(struct sk_bus *bus, struct sk_text topic, sk_bus_visit *visit,
                            void *context, struct sk_error *err)
{
    return bus->driver->each(bus, topic, visit, context, err);
}

enum sk_verdict sk_bus_topics_create(struct sk_bus *bus, const char *topics_json_path,
                                     const struct sk_text *processes, size_t count,
                                     struct sk_error *err)
{
    SK_CLEANUP(sk_topics_file_fini) struct sk_topics_file file = {0};

    SK_TRY(sk_topics_file_read(&file, topics_json_path, processes, count, err));
    return bus->driver->topics_create(bus, file.specs, file.count, err);
}

enum sk_verdict sk_bus_topics(struct sk_bus *bus, sk_bus_visit_topic *visit,
                              void *context, struct sk_error *err)
{
    return bus->driver->topics(bus, visit, context, err);
}

enum sk_verdict sk_bus_groups(struct sk_bus *bus, sk_bus_visit_group *visit,
                              void *context, struct sk_error *err)
{
    return bus->driver->groups(bus, (struct sk_text){0}, visit, context, err);
}

enum sk_verdict sk_bus_group(struct sk_bus *bus, struct sk_text group,
                             sk_bus_visit_group *visit, void *context,
                             struct sk_error *err)
{
    return bus->driver->groups(bus, group, visit, context, err);
}

enum sk_verdict sk_bus_group_reset(struct sk_bus *bus, struct sk_text group,
                                   struct sk_text topic, int64_t position,
                                   struct sk_error *err)
{
    return bus->driver->group_reset(bus, group, topic, position, err);
}

enum sk_verdict sk_bus_fetch(struct sk_bus *bus, struct sk_text topic, int32_t partition,
                             int64_t position, size_t limit, sk_bus_visit *visit,
                             void *context, int64_t *ret_next, struct sk_error *err)
{
    const struct sk_bus_span span = {topic, partition, position, limit};

    return bus->driver->fetch(bus, &span, visit, context, ret_next, err);
}

enum sk_verdict sk_bus_backup(struct sk_bus *bus, const char *target,
                              struct sk_error *err)
{
    if (!bus->driver->backup)
        return sk_fail(err, SK_REJECT, "bus.backup",
                       "a %s bus is no file: its own tools keep copies of it",
                       bus->driver->scheme);
    return bus->driver->backup(bus, target, err);
}
