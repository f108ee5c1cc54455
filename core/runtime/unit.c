/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/unit.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"

enum { IDLE_ARENA = 256 * 1024 }; /* more is given back between units */

bool sk_unit_empty(const struct sk_unit *unit)
{
    return !unit->message_count && !unit->done_count && !unit->waiter_count;
}

static void clear(struct sk_unit *unit)
{
    unit->message_count = unit->done_count = unit->waiter_count = 0;
    unit->begun = unit->waits = false;
    unit->now_ms = 0;
    sk_map_fini(&unit->newest);
    if (sk_arena_footprint(&unit->arena) > IDLE_ARENA)
        sk_arena_fini(&unit->arena);
    else
        sk_arena_reset(&unit->arena);
}

void sk_unit_fini(struct sk_unit *unit)
{
    sk_map_fini(&unit->newest);
    sk_arena_fini(&unit->arena);
    free(unit->messages);
    free(unit->done);
    free(unit->waiters);
    *unit = (struct sk_unit){0};
}

/* Waiters may begin the next unit, so they are told after this one is cleared. */
static void settle(struct sk_unit *unit, bool committed)
{
    struct sk_unit_waiter *waiters = unit->waiters;
    size_t count = unit->waiter_count;

    unit->waiters = NULL;
    unit->waiter_capacity = 0;
    clear(unit);
    for (size_t i = 0; i < count; i++)
        waiters[i].settled(waiters[i].context, committed);
    free(waiters);
}

void sk_unit_drop(struct sk_unit *unit)
{
    settle(unit, false);
}

static struct sk_text index_key(struct sk_unit *unit, struct sk_text topic,
                                struct sk_text key)
{
    char *name = sk_arena_alloc(&unit->arena, topic.size + 1 + key.size);

    memcpy(name, topic.data, topic.size);
    name[topic.size] = '\n';
    memcpy(name + topic.size + 1, key.data, key.size);
    return (struct sk_text){name, topic.size + 1 + key.size};
}

static size_t number_of(const struct sk_unit *unit, struct sk_text name)
{
    return (size_t)(uintptr_t)sk_map_get(&unit->newest, name);
}

const struct sk_bus_message *sk_unit_newest(struct sk_unit *unit, struct sk_text topic,
                                            struct sk_text key)
{
    size_t number;

    if (!unit->message_count)
        return NULL;
    number = number_of(unit, index_key(unit, topic, key));
    return number ? &unit->messages[number - 1].message : NULL;
}

static enum sk_verdict check_size(const struct sk_bus_message *message,
                                  struct sk_error *err)
{
    size_t headers = 0;

    for (size_t i = 0; i < message->header_count; i++)
        headers += message->headers[i].name.size + message->headers[i].value.size;
    if (!message->key.size || message->key.size > SK_BUS_KEY_LIMIT)
        return sk_fail(err, SK_REJECT, "bus.key", "a key of %zu bytes: 1 to %d are taken",
                       message->key.size, SK_BUS_KEY_LIMIT);
    if (message->value.size > SK_BUS_VALUE_LIMIT || headers > SK_BUS_HEADERS_LIMIT)
        return sk_fail(err, SK_REJECT, "bus.large",
                       "%zu bytes with %zu bytes of headers: the bus takes %d and %d",
                       message->value.size, headers, SK_BUS_VALUE_LIMIT,
                       SK_BUS_HEADERS_LIMIT);
    return SK_OK;
}

static void copy_headers(struct sk_arena *arena, struct sk_bus_message *message)
{
    size_t size = message->header_count * sizeof(*message->headers);
    struct sk_bus_header *headers = sk_arena_alloc(arena, size);

    for (size_t i = 0; i < message->header_count; i++) {
        headers[i].name = sk_arena_text(arena, message->headers[i].name);
        headers[i].value = sk_arena_text(arena, message->headers[i].value);
    }
    message->headers = headers;
}

enum sk_verdict sk_unit_send(struct sk_unit *unit, const struct sk_bus_message *message,
                             struct sk_error *err)
{
    struct sk_bus_message copy = *message;

    SK_TRY(check_size(message, err));
    copy.topic = sk_arena_text(&unit->arena, copy.topic);
    copy.key = sk_arena_text(&unit->arena, copy.key);
    if (copy.value.data)
        copy.value.data =
            (const uint8_t *)sk_arena_text(
                &unit->arena,
                (struct sk_text){(const char *)copy.value.data, copy.value.size})
                .data;
    copy_headers(&unit->arena, &copy);
    struct sk_text name = index_key(unit, copy.topic, copy.key);
    unit->messages = sk_grow(unit->messages, &unit->message_capacity,
                             unit->message_count + 1, sizeof(*unit->messages));
    unit->messages[unit->message_count++] =
        (struct sk_unit_message){.message = copy, .before = number_of(unit, name)};
    sk_map_put(&unit->newest, name, (void *)(uintptr_t)unit->message_count);
    return SK_OK;
}

void sk_unit_done(struct sk_unit *unit, const struct sk_bus_record *record)
{
    unit->done = sk_grow(unit->done, &unit->done_capacity, unit->done_count + 1,
                         sizeof(*unit->done));
    unit->done[unit->done_count++] =
        (struct sk_bus_record){.topic = sk_arena_text(&unit->arena, record->topic),
                               .partition = record->partition,
                               .position = record->position,
                               .subscription = record->subscription};
}

void sk_unit_tell(struct sk_unit *unit, sk_unit_settled *settled, void *context)
{
    unit->waiters = sk_grow(unit->waiters, &unit->waiter_capacity, unit->waiter_count + 1,
                            sizeof(*unit->waiters));
    unit->waiters[unit->waiter_count++] =
        (struct sk_unit_waiter){.settled = settled, .context = context};
}

struct sk_unit_mark sk_unit_mark(const struct sk_unit *unit)
{
    return (struct sk_unit_mark){unit->message_count, unit->done_count,
                                 unit->waiter_count};
}

void sk_unit_rollback(struct sk_unit *unit, struct sk_unit_mark mark)
{
    while (unit->message_count > mark.messages) {
        const struct sk_unit_message *last = &unit->messages[--unit->message_count];
        struct sk_text name = index_key(unit, last->message.topic, last->message.key);
        if (last->before)
            sk_map_put(&unit->newest, name, (void *)(uintptr_t)last->before);
        else
            sk_map_remove(&unit->newest, name);
    }
    unit->done_count = mark.done;
    unit->waiter_count = mark.waiters;
}

static enum sk_verdict hand_over(const struct sk_unit *unit, struct sk_bus *bus,
                                 struct sk_error *err)
{
    for (size_t i = 0; i < unit->message_count; i++)
        SK_TRY(sk_bus_send(bus, &unit->messages[i].message, err));
    for (size_t i = 0; i < unit->done_count; i++)
        SK_TRY(sk_bus_done(bus, &unit->done[i], err));
    return SK_OK;
}

/* Not stored, and what was polled for it will be polled again. */
static enum sk_verdict give_up(struct sk_unit *unit, struct sk_bus *bus,
                               enum sk_verdict verdict, struct sk_error *err)
{
    struct sk_error problem = {0};

    if (sk_bus_abort(bus, &problem) == SK_FATAL) {
        *err = problem;
        verdict = SK_FATAL;
    }
    settle(unit, false);
    return verdict;
}

enum sk_verdict sk_unit_commit(struct sk_unit *unit, struct sk_bus *bus,
                               struct sk_error *err)
{
    if (!unit->message_count && !unit->done_count) {
        settle(unit, true);
        return SK_OK;
    }
    if (!unit->begun) {
        unit->waits = true;
        SK_TRY(sk_bus_begin(bus, err));
        unit->begun = true;
        enum sk_verdict verdict = hand_over(unit, bus, err);
        if (verdict != SK_OK)
            return give_up(unit, bus, verdict, err);
    }
    enum sk_verdict verdict = sk_bus_commit(bus, err);
    if (verdict == SK_RETRY && strcmp(err->id, "bus.full") == 0)
        return give_up(unit, bus, verdict,
                       err); /* the positions must not wait for room */
    SK_TRY(verdict);
    settle(unit, true);
    return SK_OK;
}
