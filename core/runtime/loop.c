/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/loop.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "runtime/inbox.h"
#include "runtime/memory.h"
#include "runtime/notify.h"
#include "runtime/processor.h"
#include "runtime/service.h"
#include "runtime/sink.h"
#include "runtime/source.h"
#include "runtime/status.h"

enum {
    MOST_SOURCES = 8, /* whose descriptors are watched */
    BUS_RETRY_MS = 250,
    FULL_FIRST_MS = 1000,
    FULL_MOST_MS = 10000,
    STOP_WITHIN_MS = 2000, /* for the last commit */
    IDLE_MS = 1000,        /* then memory is given back */
    LOOK_MS = 1000, /* the bus is looked at anyway: a writer may die before it wakes us */
};

/* Positions alone are nobody's news: while only they are to be committed, a few are
 * gathered, for every commit holds up the other processes. */
enum { GATHER_MS = 25, GATHER_DONE = 64 };

enum { AT_SIGNALS, AT_BUS, AT_INBOX, AT_SERVICE, AT_SOURCES };

struct loop {
    struct sk_process *process;
    int64_t bus_at_ms; /* monotonic: not before, after trouble with the bus */
    bool deaf;         /* the last poll failed */
    bool rewind;       /* polled records were left unhandled */
    bool rewound;      /* what is remembered of parked records must be read again */
    int64_t gather_ms; /* monotonic: since when positions wait; 0: none do */
    int64_t refusals;  /* of what sources bring, in a row: the bus is full */
    bool more;         /* there was something this turn: no waiting */
    int64_t active_ms; /* monotonic: when there was something last */
    bool trimmed;
};

static void read_signals(struct sk_process *process)
{
    struct signalfd_siginfo info;

    while (read(process->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
        if (!process->stopping)
            sk_log_info("process.signal", SK_INT64("signal", info.ssi_signo));
        process->stopping = true;
    }
}

bool sk_loop_sleep(struct sk_process *process, int64_t milliseconds)
{
    struct pollfd signals = {.fd = process->signals, .events = POLLIN};

    if (poll(&signals, 1, (int)milliseconds) > 0)
        read_signals(process);
    return process->stopping;
}

static int64_t sooner(int64_t a, int64_t b)
{
    if (a < 0 || b < 0)
        return a < 0 ? b : a;
    return a < b ? a : b;
}

/* How long positions that nobody waits for may still wait; 0: commit. */
static int64_t gathering_ms(const struct loop *loop)
{
    const struct sk_unit *unit = &loop->process->unit;

    if (!loop->gather_ms || unit->message_count || unit->waiter_count || unit->waits ||
        unit->done_count >= GATHER_DONE)
        return 0;
    int64_t left = loop->gather_ms + GATHER_MS - sk_clock_monotonic_ms();
    return left > 0 ? left : 0;
}

static int64_t wait_ms(const struct loop *loop)
{
    const struct sk_process *process = loop->process;
    int64_t now = sk_clock_monotonic_ms();
    int64_t wait = sooner(sk_status_due_ms(process), LOOK_MS);

    if (loop->bus_at_ms > now)
        return sooner(wait, loop->bus_at_ms - now);
    if (loop->more)
        return 0;
    if (gathering_ms(loop) > 0)
        wait = sooner(wait, gathering_ms(loop));
    for (size_t i = 0; i < process->source_count; i++)
        wait = sooner(wait, sk_source_due_ms(&process->sources[i]));
    for (size_t i = 0; i < process->sink_count; i++)
        wait = sooner(wait, sk_sink_due_ms(&process->sinks[i]));
    if (process->processor)
        wait = sooner(wait, sk_processor_due_ms(process->processor));
    if (process->inbox)
        wait = sooner(wait, sk_inbox_timeout_ms(process->inbox));
    wait = sooner(wait, sk_watches_due_ms(&process->watches));
    if (process->service)
        wait = sooner(wait, sk_service_timeout_ms(process->service));
    return wait;
}

static void wait_for_something(struct loop *loop)
{
    struct sk_process *process = loop->process;
    struct pollfd watched[SK_HTTP_EXTRA_LIMIT] = {
        [AT_SIGNALS] = {.fd = process->signals, .events = POLLIN},
        [AT_BUS] = {.fd = sk_bus_descriptor(process->bus), .events = POLLIN},
        [AT_INBOX] = {.fd = process->inbox ? sk_inbox_descriptor(process->inbox) : -1,
                      .events = POLLIN},
        [AT_SERVICE] = {.fd = process->service ? sk_service_descriptor(process->service)
                                               : -1,
                        .events = POLLIN}};
    size_t count = AT_SOURCES, sources;
    int timeout = (int)wait_ms(loop);

    if (loop->bus_at_ms > sk_clock_monotonic_ms())
        count = AT_BUS; /* nothing can be taken now */
    else
        for (size_t i = 0; i < process->source_count && i < MOST_SOURCES; i++)
            watched[count++] = (struct pollfd){
                .fd = sk_source_descriptor(&process->sources[i]), .events = POLLIN};
    sources = count; /* what else adapters wait for takes the room that is left */
    if (count > AT_BUS)
        count += sk_watches_fill(&process->watches, watched + count,
                                 SK_COUNT(watched) - count);
    if (process->http && sk_http_client_under_way(process->http) && count > AT_BUS)
        sk_http_client_wait(process->http, watched, count, timeout);
    else if (poll(watched, count, timeout) < 0)
        return;
    if (watched[AT_SIGNALS].revents)
        read_signals(process);
    for (size_t i = AT_SOURCES; i < sources; i++)
        if (watched[i].revents)
            sk_source_wake(&process->sources[i - AT_SOURCES]);
}

/* The bus is away or refuses: everything waits a little, and says why. */
static void bus_trouble(struct loop *loop, const struct sk_error *err)
{
    struct sk_process *process = loop->process;

    if (!process->error.id || strcmp(process->error.id, err->id) != 0) {
        sk_log_warn("bus.trouble", SK_STR("cause", err->id), SK_ERROR(*err));
        process->changed = true;
    }
    process->error = *err;
    loop->bus_at_ms = sk_clock_monotonic_ms() + BUS_RETRY_MS;
}

static void bus_well(struct loop *loop)
{
    struct sk_process *process = loop->process;

    loop->bus_at_ms = 0;
    if (!process->error.id)
        return;
    sk_log_info("bus.well", SK_STR("after", process->error.id));
    process->error.id = NULL;
    process->changed = true;
}

static void rewind_flows(struct loop *loop)
{
    struct sk_process *process = loop->process;

    for (size_t i = 0; i < process->sink_count; i++)
        sk_sink_rewind(&process->sinks[i]);
    loop->rewound = true;
}

/* The bus is full and the unit was given up; sources wait, longer each time, so that
 * what they bring does not hold up the positions; the rest comes again. */
static void unit_given_up(struct loop *loop, const struct sk_error *err)
{
    struct sk_process *process = loop->process;

    rewind_flows(loop);
    for (size_t i = 0; i < process->source_count; i++)
        sk_flow_hold(&process->sources[i].flow, SK_FLOW_WAITING, err, 0);
    if (process->inbox)
        sk_inbox_refuse(process->inbox,
                        sk_clock_monotonic_ms() +
                            sk_backoff_ms(++loop->refusals, FULL_FIRST_MS, FULL_MOST_MS));
}

/* False when the unit waits still. */
static bool commit(struct loop *loop)
{
    struct sk_process *process = loop->process;
    bool work = process->unit.message_count || process->unit.done_count;
    bool from_sources = process->unit.message_count && process->unit.waiter_count;
    struct sk_error err = {0};

    if (sk_unit_empty(&process->unit)) {
        process->unit.now_ms = 0; /* the next one has its own present */
        return true;
    }
    enum sk_verdict verdict = sk_unit_commit(&process->unit, process->bus, &err);
    if (verdict == SK_OK) {
        process->changed = process->changed || (work && !process->units);
        process->units += work;
        loop->refusals = from_sources ? 0 : loop->refusals;
        loop->more = loop->more || work;
        bus_well(loop);
        return true;
    }
    if (verdict == SK_FATAL) {
        sk_process_fail(process, &err);
        return false;
    }
    bus_trouble(loop, &err);
    if (!process->unit.waits)
        unit_given_up(loop, &err);
    return false;
}

/* Commits, unless the unit may still grow. */
static void commit_turn(struct loop *loop)
{
    if (loop->process->unit.done_count && !loop->gather_ms)
        loop->gather_ms = sk_clock_monotonic_ms();
    if (gathering_ms(loop) > 0)
        return;
    loop->gather_ms = 0;
    commit(loop);
}

static struct sk_sink_flow *sink_of(struct sk_process *process, int subscription)
{
    for (size_t i = 0; i < process->sink_count; i++)
        if (process->sinks[i].subscription == subscription)
            return &process->sinks[i];
    return NULL;
}

/* After a record that the processor could not handle, and the commit of those before it:
 * the bus gives it, and what came after it, again. */
static void rewind_bus(struct loop *loop)
{
    struct sk_error err = {0};

    loop->rewind = false;
    if (sk_bus_begin(loop->process->bus, &err) != SK_OK ||
        sk_bus_abort(loop->process->bus, &err) != SK_OK)
        sk_process_fail(loop->process, &err);
    rewind_flows(loop);
}

/* Hands one polled batch to its flow; false: no more this turn. */
static bool hand_out(struct loop *loop, const struct sk_bus_batch *batch)
{
    struct sk_process *process = loop->process;
    int subscription = batch->records[0].subscription;

    loop->more = true;
    if (process->processor && sk_processor_owns(process->processor, subscription)) {
        if (!sk_processor_take(process->processor, batch))
            loop->rewind = true;
        return false;
    }
    struct sk_sink_flow *sink = sink_of(process, subscription);
    for (size_t i = 0; sink && i < batch->count; i++)
        sk_sink_take(sink, &batch->records[i]);
    return true;
}

static void poll_bus(struct loop *loop)
{
    struct sk_process *process = loop->process;
    struct sk_bus_batch batch = {0};
    struct sk_error err = {0};

    for (size_t i = 0; i <= process->sink_count; i++) {
        enum sk_verdict verdict = sk_bus_poll(process->bus, 0, &batch, &err);
        if (verdict == SK_FATAL)
            sk_process_fail(process, &err);
        if (verdict != SK_OK)
            bus_trouble(loop, &err);
        else if (loop->deaf)
            bus_well(loop); /* also when there is nothing to commit */
        loop->deaf = verdict != SK_OK;
        if (verdict != SK_OK || !batch.count || !hand_out(loop, &batch))
            return;
    }
}

/* Parked records are known again after a unit was given up. */
static bool recover(struct loop *loop)
{
    struct sk_error err = {0};

    if (!loop->rewound)
        return true;
    if (sk_park_load(loop->process, &err) != SK_OK) {
        bus_trouble(loop, &err);
        return false;
    }
    loop->rewound = false;
    return true;
}

static void turn(struct loop *loop)
{
    struct sk_process *process = loop->process;

    loop->more = false;
    if (loop->bus_at_ms > sk_clock_monotonic_ms())
        return;
    if (process->unit.waits && !commit(loop))
        return;
    if (loop->rewind) {
        if (!commit(loop)) /* what was handled before it */
            return;
        rewind_bus(loop);
    }
    if (!recover(loop))
        return;
    if (process->http)
        sk_http_client_run(process->http);
    sk_watches_run(&process->watches);
    if (process->inbox)
        sk_inbox_pump(process->inbox);
    for (size_t i = 0; i < process->source_count; i++)
        sk_source_pump(&process->sources[i]);
    poll_bus(loop);
    if (process->processor && !process->failed)
        sk_processor_pump(process->processor);
    if (process->service && !process->failed && !loop->rewind)
        sk_service_pump(process->service);
    for (size_t i = 0; i < process->sink_count && !loop->rewound; i++)
        sk_sink_pump(&process->sinks[i]);
    if (process->http && sk_http_client_under_way(process->http))
        sk_http_client_run(process->http);
    if (!process->failed)
        commit_turn(loop);
}

/* Memory of a busy hour is given back when it is over. */
static void trim(struct loop *loop)
{
    int64_t now = sk_clock_monotonic_ms();

    if (loop->more) {
        loop->active_ms = now;
        loop->trimmed = false;
    } else if (!loop->trimmed && now - loop->active_ms >= IDLE_MS) {
        sk_memory_give_back();
        loop->trimmed = true;
    }
}

/* The call in hand is cancelled, its record is not done; what is done is committed. */
static void stop(struct loop *loop)
{
    struct sk_process *process = loop->process;
    int64_t deadline = sk_clock_monotonic_ms() + STOP_WITHIN_MS;

    process->stopping = true;
    sk_notify_stopping();
    for (size_t i = 0; i < process->sink_count; i++)
        sk_sink_cancel(&process->sinks[i]);
    while (!process->failed && !commit(loop) && process->unit.waits &&
           sk_clock_monotonic_ms() < deadline)
        poll(NULL, 0, BUS_RETRY_MS);
    if (!sk_unit_empty(&process->unit))
        sk_unit_drop(&process->unit);
    if (process->inbox)
        sk_inbox_drain(process->inbox);
    if (process->service)
        sk_service_drain(process->service);
}

void sk_loop_run(struct sk_process *process)
{
    struct loop loop = {.process = process, .active_ms = sk_clock_monotonic_ms()};

    while (!process->stopping && !process->failed) {
        turn(&loop);
        sk_status_pump(process);
        sk_notify_alive(); /* a turn waits LOOK_MS at most */
        trim(&loop);
        if (!process->failed)
            wait_for_something(&loop);
    }
    stop(&loop);
}
