/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/inbox.h"

#include <ctype.h>
#include <poll.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/log.h"
#include "runtime/answer.h"

enum {
    MOST_IN_UNIT = 500, /* requests of one unit; more are answered 503 */
    DRAIN_ROUNDS = 10,
    DRAIN_MS = 20,
};

/* As sk_answer_error writes them. */
static const char too_large[] =
    "{\"error\":\"inbox.large\",\"text\":\"one record is at most 1 MiB\"}";
static const char too_many[] =
    "{\"error\":\"inbox.busy\",\"text\":\"too much at once, send it again\"}";

struct sk_inbox {
    struct sk_process *process;
    struct sk_http_server *server;
    int64_t refuse_until_ms;
    size_t in_unit;
};

/* A request that waits for the commit. */
struct waiting {
    struct sk_inbox *inbox;
    struct sk_http_exchange *exchange;
};

static void refuse(struct sk_http_exchange *exchange)
{
    struct sk_error err = {0};

    (void)!sk_fail(&err, SK_RETRY, "inbox.busy",
                   "not taken: Schakel cannot store it now, send it again");
    sk_answer_error(exchange, 503, &err);
}

static void on_settled(void *context, bool committed)
{
    struct waiting *waiting = context;

    if (waiting->inbox->in_unit)
        waiting->inbox->in_unit--;
    if (committed)
        sk_http_exchange_answer(waiting->exchange,
                                &(struct sk_http_answer){.status = 202});
    else
        refuse(waiting->exchange);
    free(waiting);
}

/* "/inbox/klachten" to its source, or NULL. */
static struct sk_source_flow *source_of(const struct sk_inbox *inbox, struct sk_text path)
{
    static const char prefix[] = "/inbox/";

    if (!sk_text_starts_with(path, prefix))
        return NULL;
    path.data += sizeof(prefix) - 1;
    path.size -= sizeof(prefix) - 1;
    for (size_t i = 0; i < inbox->process->source_count; i++) {
        struct sk_source_flow *source = &inbox->process->sources[i];
        if (source->options.mode == SK_SOURCE_FULL)
            continue; /* what is pushed would be missing in the next whole read */
        if (sk_text_is(path, source->flow.name) ||
            sk_text_is(path, source->options.resource))
            return source;
    }
    return NULL;
}

/* "inbox/<idempotency key>", else the hash of what was sent. */
static struct sk_text origin_of(struct sk_http_exchange *exchange, struct sk_bytes body)
{
    struct sk_text key = sk_http_exchange_header(exchange, "Idempotency-Key");
    struct sk_arena *arena = sk_http_exchange_arena(exchange);
    char hash[SK_SHA256_HEX_SIZE];

    if (sk_text_filled(key) && key.size <= 200)
        return sk_arena_printf(arena, "inbox/%.*s", SK_TEXT_ARG(key));
    return sk_arena_printf(arena, "inbox/%s", sk_sha256_hex(body.data, body.size, hash));
}

static bool is_hex(struct sk_text text, size_t from, size_t size)
{
    bool zero = true;

    for (size_t i = from; i < from + size; i++) {
        char c = text.data[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
        zero = zero && c == '0';
    }
    return !zero;
}

/* The sender's W3C trace context, when it is a valid one of version 00: what is sent on
 * because of this request belongs to the same trace. */
static struct sk_text trace_of(struct sk_http_exchange *exchange)
{
    struct sk_text trace = sk_http_exchange_header(exchange, "traceparent");

    if (trace.size != 55 || !sk_text_starts_with(trace, "00-") || trace.data[35] != '-' ||
        trace.data[52] != '-' || !is_hex(trace, 3, 32) || !is_hex(trace, 36, 16))
        return (struct sk_text){0};
    bool flags = isxdigit((unsigned char)trace.data[53]) &&
                 isxdigit((unsigned char)trace.data[54]);
    return flags ? trace : (struct sk_text){0};
}

/* 400: no JSON at all, which its sender can see for himself. */
static unsigned status_of(enum sk_verdict verdict, const struct sk_error *err)
{
    if (verdict != SK_REJECT)
        return 503;
    return strcmp(err->id, "json.syntax") == 0 ? 400 : 422;
}

static void take(struct sk_inbox *inbox, struct sk_source_flow *source,
                 struct sk_http_exchange *exchange, struct sk_bytes body)
{
    struct sk_error err = {0};
    const struct sk_raw raw = {.text = {(const char *)body.data, body.size},
                               .origin = origin_of(exchange, body),
                               .trace = trace_of(exchange)};

    source->flow.count.read++;
    enum sk_verdict verdict = sk_source_translate(source, &source->emitter, &raw, &err);
    if (verdict != SK_OK) {
        if (verdict == SK_FATAL)
            sk_process_fail(inbox->process, &err);
        sk_answer_error(exchange, status_of(verdict, &err), &err);
        return;
    }
    struct waiting *waiting = sk_alloc(sizeof(*waiting));
    *waiting = (struct waiting){inbox, exchange};
    inbox->in_unit++;
    sk_unit_tell(&inbox->process->unit, on_settled, waiting);
}

static void on_request(void *context, struct sk_http_exchange *exchange,
                       const struct sk_http_request *request)
{
    struct sk_inbox *inbox = context;
    struct sk_source_flow *source = source_of(inbox, request->path);

    if (!source)
        sk_answer_plain(exchange, 404, "inbox.path",
                        "POST /inbox/{resource}, with a resource of this process");
    else if (!sk_text_is(request->method, "POST"))
        sk_answer_plain(exchange, 405, "inbox.method", "only POST is answered here");
    else if (!sk_answer_authorised(exchange, inbox->process->options.inbox_token))
        sk_answer_plain(
            exchange, 401, "inbox.token",
            "the Authorization header has not the bearer token of this inbox");
    else if (inbox->refuse_until_ms > sk_clock_monotonic_ms() ||
             inbox->process->stopping || inbox->in_unit >= MOST_IN_UNIT)
        refuse(exchange);
    else
        take(inbox, source, exchange, request->body);
}

enum sk_verdict sk_inbox_open(struct sk_process *process, struct sk_inbox **ret_inbox,
                              struct sk_error *err)
{
    struct sk_inbox *inbox = sk_alloc_zeroed(sizeof(*inbox));
    const struct sk_http_server_options options = {.listen =
                                                       process->options.inbox_listen,
                                                   .body_limit = SK_BUS_VALUE_LIMIT,
                                                   .large_body = too_large,
                                                   .busy_body = too_many,
                                                   .handler = on_request,
                                                   .context = inbox};

    inbox->process = process;
    enum sk_verdict verdict = sk_http_server_open(&options, &inbox->server, err);
    if (verdict != SK_OK) {
        free(inbox);
        return verdict;
    }
    sk_log_info("inbox.listening",
                SK_STR("address", sk_http_server_address(inbox->server)));
    *ret_inbox = inbox;
    return SK_OK;
}

void sk_inbox_close(struct sk_inbox *inbox)
{
    if (!inbox)
        return;
    sk_http_server_close(inbox->server);
    free(inbox);
}

int sk_inbox_descriptor(const struct sk_inbox *inbox)
{
    return sk_http_server_descriptor(inbox->server);
}

int sk_inbox_timeout_ms(struct sk_inbox *inbox)
{
    return sk_http_server_timeout_ms(inbox->server);
}

void sk_inbox_pump(struct sk_inbox *inbox)
{
    sk_http_server_run(inbox->server);
}

void sk_inbox_drain(struct sk_inbox *inbox)
{
    struct pollfd server = {.fd = sk_inbox_descriptor(inbox), .events = POLLIN};

    sk_http_server_quiesce(inbox->server);
    for (int i = 0; i < DRAIN_ROUNDS; i++) {
        sk_http_server_run(inbox->server);
        if (poll(&server, 1, DRAIN_MS) == 0)
            return;
    }
}

void sk_inbox_refuse(struct sk_inbox *inbox, int64_t until_ms)
{
    inbox->refuse_until_ms = until_ms;
}
