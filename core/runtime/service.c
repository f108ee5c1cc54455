/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/service.h"

#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "runtime/answer.h"

enum {
    BODY_LIMIT = 1 << 20,
    TOKEN_BYTES = 24,
    DRAIN_ROUNDS = 10,
    DRAIN_MS = 20,
};

static const char too_large[] =
    "{\"error\":\"service.large\",\"text\":\"a request is at most 1 MiB\"}";
static const char too_many[] =
    "{\"error\":\"service.busy\",\"text\":\"too much at once, send it again\"}";

struct sk_service {
    struct sk_process *process;
    struct sk_http_server *server;
    char *path; /* of the file that says where it is */
    char token[2 * TOKEN_BYTES + 1];
};

/* An answer that waits for the commit of what it emitted. */
struct waiting {
    struct sk_http_exchange *exchange;
    unsigned status;
    char *body;
};

static void send_answer(struct sk_http_exchange *exchange, unsigned status,
                        const char *body)
{
    struct sk_http_answer answer = {.status = status};

    if (body) {
        answer.content_type = "application/json";
        answer.body = (struct sk_bytes){(const uint8_t *)body, strlen(body)};
    }
    sk_http_exchange_answer(exchange, &answer);
}

static void on_settled(void *context, bool committed)
{
    struct waiting *waiting = context;

    if (committed)
        send_answer(waiting->exchange, waiting->status, waiting->body);
    else
        sk_answer_plain(waiting->exchange, 503, "service.busy",
                        "not done: Schakel cannot store it now, send it again");
    free(waiting->body);
    free(waiting);
}

static const char *token_of(const struct sk_service *self)
{
    const char *configured = self->process->options.api_token;

    return configured ? configured : self->token;
}

/* What the processor said, as status and body; the caller frees. */
static char *body_of(const struct sk_reply *reply)
{
    if (reply->text.data)
        return sk_strndup(reply->text.data, reply->text.size);
    return reply->body ? json_dumps(reply->body, JSON_COMPACT) : NULL;
}

static void answer_verdict(struct sk_service *self, struct sk_http_exchange *exchange,
                           enum sk_verdict verdict, unsigned status,
                           const struct sk_error *err)
{
    if (verdict == SK_FATAL)
        sk_process_fail(self->process, err);
    sk_answer_error(exchange,
                    verdict == SK_RETRY   ? 503
                    : verdict == SK_FATAL ? 500
                    : status              ? status
                                          : 422,
                    err);
}

static void take(struct sk_service *self, struct sk_http_exchange *exchange,
                 const struct sk_http_request *http)
{
    struct sk_process *process = self->process;
    struct sk_emitter *emitter = &process->processor->emitter;
    const struct sk_request request = {.method = http->method,
                                       .path = http->path,
                                       .query = http->query,
                                       .body = http->body,
                                       .if_match =
                                           sk_http_exchange_header(exchange, "If-Match")};
    struct sk_reply reply = {0};
    struct sk_error err = {0};
    size_t before = process->unit.message_count;

    sk_emitter_begin(emitter, (struct sk_text){0}, (struct sk_text){0});
    enum sk_verdict verdict = process->processor->processor->answer(
        process->state, &request, emitter, &reply, &err);
    sk_auto_free char *body = body_of(&reply);
    unsigned status = reply.status;
    json_decref(reply.body);
    sk_emitter_end(emitter, verdict);
    if (verdict != SK_OK) {
        answer_verdict(self, exchange, verdict, status, &err);
    } else if (process->unit.message_count == before) {
        send_answer(exchange, status ? status : 200, body);
    } else {
        struct waiting *waiting = sk_alloc(sizeof(*waiting));
        *waiting = (struct waiting){exchange, status ? status : 200, body};
        body = NULL;
        sk_unit_tell(&process->unit, on_settled, waiting);
    }
}

static void on_request(void *context, struct sk_http_exchange *exchange,
                       const struct sk_http_request *request)
{
    struct sk_service *self = context;

    if (!sk_answer_authorised(exchange, token_of(self)))
        sk_answer_plain(exchange, 401, "service.token",
                        "the Authorization header has not the bearer token of this "
                        "service");
    else if (!self->process->processor->loaded || self->process->stopping)
        sk_answer_plain(exchange, 503, "service.loading",
                        "the process is reading what it needs; send it again");
    else
        take(self, exchange, request);
}

char *sk_service_path(const struct sk_common *common, const char *process)
{
    char folder[PATH_MAX];

    return sk_strf("%s/%s.api", sk_common_run_folder(common, folder, sizeof(folder)),
                   process);
}

/* Where it is and which token it wants, for this machine's tools. */
static enum sk_verdict publish(struct sk_service *self, struct sk_error *err)
{
    char folder[PATH_MAX];
    sk_auto_free char *url = sk_strf("http://%s", sk_http_server_address(self->server));
    json_auto_t *json = json_pack("{s:s, s:s}", "url", url, "token", token_of(self));
    sk_auto_free char *text = json_dumps(json, JSON_COMPACT);

    SK_TRY(sk_folder_make(
        sk_common_run_folder(&self->process->common, folder, sizeof(folder)), err));
    self->path = sk_service_path(&self->process->common, self->process->connector->name);
    return sk_file_replace(self->path, text, strlen(text), err);
}

enum sk_verdict sk_service_open(struct sk_process *process,
                                struct sk_service **ret_service, struct sk_error *err)
{
    struct sk_service *self = sk_alloc_zeroed(sizeof(*self));
    const struct sk_http_server_options options = {.listen = process->options.api_listen,
                                                   .body_limit = BODY_LIMIT,
                                                   .large_body = too_large,
                                                   .busy_body = too_many,
                                                   .handler = on_request,
                                                   .context = self};
    uint8_t secret[TOKEN_BYTES];

    self->process = process;
    sk_random(secret, sizeof(secret));
    sk_hex(secret, sizeof(secret), self->token);
    enum sk_verdict verdict = sk_http_server_open(&options, &self->server, err);
    if (verdict == SK_OK)
        verdict = publish(self, err);
    if (verdict != SK_OK) {
        sk_service_close(self);
        return verdict;
    }
    sk_log_info("service.listening",
                SK_STR("address", sk_http_server_address(self->server)));
    *ret_service = self;
    return SK_OK;
}

void sk_service_close(struct sk_service *service)
{
    if (!service)
        return;
    sk_http_server_close(service->server);
    if (service->path)
        unlink(service->path);
    free(service->path);
    free(service);
}

int sk_service_descriptor(const struct sk_service *service)
{
    return sk_http_server_descriptor(service->server);
}

int sk_service_timeout_ms(struct sk_service *service)
{
    return sk_http_server_timeout_ms(service->server);
}

void sk_service_pump(struct sk_service *service)
{
    sk_http_server_run(service->server);
}

void sk_service_drain(struct sk_service *service)
{
    struct pollfd server = {.fd = sk_service_descriptor(service), .events = POLLIN};

    sk_http_server_quiesce(service->server);
    for (int i = 0; i < DRAIN_ROUNDS; i++) {
        sk_http_server_run(service->server);
        if (poll(&server, 1, DRAIN_MS) == 0)
            return;
    }
}
