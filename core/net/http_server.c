/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_server - libmicrohttpd without threads, in its caller's poll loop.
 *
 * libmicrohttpd calls its handler several times for a request: once with the headers, for
 * each piece of the body, and once more when all is there. Ours is called in the last of
 * these only (an answer in the first one would close the connection). When it does not
 * answer, the connection is suspended; the answer resumes it, and libmicrohttpd then asks
 * once more and gets what was prepared. It would unescape the path, so that "%2F" in a
 * segment were lost: hence the target is taken as it was sent.
 */
#include "net/http_server.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "net/http_body.h"
#include "net/http_connection.h"
#include "net/http_waiting.h"
#include "net/listen.h"

enum {
    BODY_LIMIT = 2 * 1024 * 1024,
    CONNECTION_LIMIT = 256,
    IDLE_TIMEOUT_S = 60,
    CONNECTION_MEMORY = 16 * 1024, /* request line, headers and a piece of the body */
    SWALLOWED_LIMITS = 4, /* × the limit of a body that is too large: read, then 413 */
    HELD_LIMITS = 16,     /* × body_limit: bodies in memory at once, more get 503 */
    SPARE_EXCHANGES = 16,
    SPARE_BODY = 64 * 1024, /* a spare exchange keeps a body buffer up to this size */
};

#define TLS_PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

/* What is kept with a connection. */
struct link {
    struct sk_http_waiting waiting;
    char *peer; /* the client's name once it was asked for; NULL: none or not yet */
};

struct sk_http_exchange {
    struct sk_http_server *server;
    struct MHD_Connection *connection;
    struct sk_http_request request;
    struct sk_arena arena;
    struct sk_http_body body;
    size_t limit;     /* of the body, bytes */
    size_t swallowed; /* bytes of a body that is not kept */
    unsigned refusal; /* 403, 413 or 503: the body is not kept */
    bool headers_seen, handed_over, suspended;
    struct MHD_Response *response; /* the answer, until libmicrohttpd has it */
    unsigned status;
    struct sk_http_exchange *previous, *next; /* among those handed over, or spare */
};

struct sk_http_server {
    struct sk_http_server_options options;
    struct MHD_Daemon *daemon;
    struct sk_http_tls tls;
    int descriptor;
    char address[SK_LISTEN_ADDRESS_SIZE];
    int port;
    struct sk_http_waiting_list waiting;
    size_t held;                   /* bytes of bodies in memory */
    struct sk_http_exchange *open; /* handed over and not yet answered */
    size_t open_count;
    struct sk_http_exchange *spare;
    size_t spare_count;
};

static struct link *link_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
        ->socket_context;
}

/* Exchanges. ------------------------------------------------------------------------- */

static void open_add(struct sk_http_exchange *exchange)
{
    struct sk_http_server *server = exchange->server;

    exchange->previous = NULL;
    exchange->next = server->open;
    if (server->open)
        server->open->previous = exchange;
    server->open = exchange;
    server->open_count++;
}

static void open_remove(struct sk_http_exchange *exchange)
{
    struct sk_http_server *server = exchange->server;

    if (exchange->previous)
        exchange->previous->next = exchange->next;
    else
        server->open = exchange->next;
    if (exchange->next)
        exchange->next->previous = exchange->previous;
    server->open_count--;
}

static struct sk_http_exchange *exchange_new(struct sk_http_server *server)
{
    struct sk_http_exchange *exchange = server->spare;

    if (!exchange) {
        exchange = sk_alloc_zeroed(sizeof(*exchange));
        exchange->server = server;
        return exchange;
    }
    server->spare = exchange->next;
    server->spare_count--;
    exchange->next = NULL;
    return exchange;
}

static void exchange_free(struct sk_http_exchange *exchange)
{
    sk_arena_fini(&exchange->arena);
    sk_http_body_reset(&exchange->body);
    sk_buffer_fini(&exchange->body.buffer);
    free(exchange);
}

/* Back among the spares, clean, or freed when there are enough. */
static void exchange_recycle(struct sk_http_exchange *exchange)
{
    struct sk_http_server *server = exchange->server;

    server->held -= exchange->body.buffer.size;
    if (exchange->response)
        MHD_destroy_response(exchange->response);
    if (server->spare_count == SPARE_EXCHANGES ||
        exchange->body.buffer.capacity > SPARE_BODY) {
        exchange_free(exchange);
        return;
    }
    sk_arena_reset(&exchange->arena);
    sk_http_body_reset(&exchange->body);
    *exchange = (struct sk_http_exchange){.server = server,
                                          .arena = exchange->arena,
                                          .body = exchange->body,
                                          .next = server->spare};
    server->spare = exchange;
    server->spare_count++;
}

struct sk_text sk_http_exchange_header(const struct sk_http_exchange *exchange,
                                       const char *name)
{
    return sk_text(
        MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name));
}

struct sk_arena *sk_http_exchange_arena(struct sk_http_exchange *exchange)
{
    return &exchange->arena;
}

static struct MHD_Response *response_of(const struct sk_http_answer *answer)
{
    static char nothing[1];
    void *body = answer->body.size ? (void *)(uintptr_t)answer->body.data : nothing;
    struct stat file = {0};

    if (answer->file > 0 && fstat(answer->file, &file) == 0)
        return MHD_create_response_from_fd64((uint64_t)file.st_size, answer->file);
    return MHD_create_response_from_buffer(answer->body.size, body,
                                           MHD_RESPMEM_MUST_COPY);
}

void sk_http_exchange_answer(struct sk_http_exchange *exchange,
                             const struct sk_http_answer *answer)
{
    exchange->response = response_of(answer);
    if (!exchange->response)
        abort(); /* out of memory, as everywhere */
    exchange->status = answer->status;
    if (answer->content_type)
        MHD_add_response_header(exchange->response, MHD_HTTP_HEADER_CONTENT_TYPE,
                                answer->content_type);
    for (size_t i = 0; i < answer->header_count; i++)
        MHD_add_response_header(exchange->response, answer->headers[i].name,
                                answer->headers[i].value);
    open_remove(exchange);
    sk_http_waiting_begin(&exchange->server->waiting,
                          &link_of(exchange->connection)->waiting);
    if (exchange->suspended)
        MHD_resume_connection(exchange->connection);
}

/* What libmicrohttpd calls. ---------------------------------------------------------- */

static void *on_target(void *context, const char *target,
                       struct MHD_Connection *connection)
{
    struct sk_http_exchange *exchange = exchange_new(context);
    struct sk_text rest = sk_arena_text(&exchange->arena, sk_text(target));

    exchange->connection = connection;
    exchange->request.path = sk_text_split(&rest, '?');
    exchange->request.query = rest.data ? rest : SK_TEXT("");
    return exchange;
}

static enum MHD_Result refuse(struct sk_http_exchange *exchange)
{
    static const char large[] = "{\"error_code\":413,\"message\":\"The request body is "
                                "larger than this server accepts\"}";
    static const char busy[] =
        "{\"error_code\":503,\"message\":\"Too many requests at once, try again\"}";
    static const char stranger[] = "{\"error_code\":403,\"message\":\"A client "
                                   "certificate of this server's authority "
                                   "is needed\"}";
    const struct sk_http_server_options *options = &exchange->server->options;
    const char *text = exchange->refusal == 403 ? stranger
                       : exchange->refusal == 413
                           ? (options->large_body ? options->large_body : large)
                           : (options->busy_body ? options->busy_body : busy);
    struct MHD_Response *response = MHD_create_response_from_buffer(
        strlen(text), (void *)(uintptr_t)text, MHD_RESPMEM_PERSISTENT);

    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
    if (exchange->refusal == 503)
        MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, "1");
    enum MHD_Result result =
        MHD_queue_response(exchange->connection, exchange->refusal, response);
    MHD_destroy_response(response);
    return result;
}

/* The peer's name, verified once a connection and kept with it; NULL: a stranger. */
static const char *peer(struct MHD_Connection *connection)
{
    struct link *link = link_of(connection);

    if (!link->peer)
        link->peer = sk_http_tls_peer(connection);
    return link->peer;
}

static void on_connection(void *context, struct MHD_Connection *connection, void **slot,
                          enum MHD_ConnectionNotificationCode code)
{
    struct sk_http_server *server = context;
    struct link *link = *slot;

    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        *slot = link = sk_alloc_zeroed(sizeof(*link));
        link->waiting.descriptor =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)
                ->connect_fd;
        sk_http_waiting_begin(&server->waiting, &link->waiting);
        return;
    }
    sk_http_waiting_end(&server->waiting, &link->waiting);
    free(link->peer);
    free(link);
    *slot = NULL;
}

struct sk_text sk_http_exchange_peer(const struct sk_http_exchange *exchange)
{
    return exchange->server->tls.asks_peer ? sk_text(peer(exchange->connection))
                                           : (struct sk_text){0};
}

/* A body of announced size: refused at once when it is not even worth swallowing. */
static enum MHD_Result on_headers(struct sk_http_exchange *exchange)
{
    const struct sk_http_server_options *options = &exchange->server->options;
    int64_t announced = 0;

    exchange->headers_seen = true;
    exchange->limit = options->body_limit;
    if (exchange->server->tls.asks_peer && !peer(exchange->connection)) {
        exchange->refusal = 403;
        return refuse(exchange);
    }
    if (options->limit)
        exchange->limit = options->limit(options->context, exchange, &exchange->request);
    sk_text_to_int64(sk_http_exchange_header(exchange, MHD_HTTP_HEADER_CONTENT_LENGTH),
                     &announced);
    if (announced <= (int64_t)exchange->limit * SWALLOWED_LIMITS)
        return MHD_YES;
    exchange->refusal = 413;
    return refuse(exchange);
}

/* Keeps the piece; false: there is no room for it now. */
static bool keep_piece(struct sk_http_exchange *exchange, const char *data, size_t size)
{
    struct sk_http_server *server = exchange->server;
    size_t memory_limit = server->options.body_limit;
    size_t before = exchange->body.buffer.size;

    if (!exchange->body.file && server->held + size > memory_limit * HELD_LIMITS)
        return false;
    bool kept = sk_http_body_add(&exchange->body, data, size, memory_limit,
                                 server->options.body_folder);
    server->held += exchange->body.buffer.size - before;
    return kept;
}

static enum MHD_Result on_piece(struct sk_http_exchange *exchange, const char *data,
                                size_t size)
{
    size_t there = exchange->body.buffer.size + exchange->body.size;

    if (!exchange->refusal && there + size > exchange->limit)
        exchange->refusal = 413;
    if (!exchange->refusal && !keep_piece(exchange, data, size))
        exchange->refusal = 503;
    if (!exchange->refusal)
        return MHD_YES;
    exchange->swallowed += size;
    return exchange->swallowed > exchange->limit * SWALLOWED_LIMITS ? MHD_NO : MHD_YES;
}

/* False: the body cannot be had. */
static bool hand_over(struct sk_http_exchange *exchange)
{
    struct sk_http_server *server = exchange->server;

    if (!sk_http_body_whole(&exchange->body, &exchange->request.body))
        return false;
    exchange->handed_over = true;
    sk_http_waiting_end(&server->waiting, &link_of(exchange->connection)->waiting);
    open_add(exchange);
    server->options.handler(server->options.context, exchange, &exchange->request);
    return true;
}

static enum MHD_Result on_complete(struct sk_http_exchange *exchange)
{
    if (!exchange->handed_over && !hand_over(exchange)) {
        exchange->refusal = 503;
        return refuse(exchange);
    }
    if (!exchange->response) {
        exchange->suspended = true;
        MHD_suspend_connection(exchange->connection);
        return MHD_YES;
    }
    struct MHD_Response *response = exchange->response;
    exchange->response = NULL;
    enum MHD_Result result =
        MHD_queue_response(exchange->connection, exchange->status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result on_request(void *, struct MHD_Connection *, const char *,
                                  const char *method, const char *, const char *data,
                                  size_t *size, void **exchange_slot)
{
    struct sk_http_exchange *exchange = *exchange_slot;
    size_t received = *size;

    if (!exchange->headers_seen) {
        exchange->request.method = sk_arena_text(&exchange->arena, sk_text(method));
        return on_headers(exchange);
    }
    if (received > 0) {
        *size = 0; /* all of it is taken */
        return on_piece(exchange, data, received);
    }
    return exchange->refusal ? refuse(exchange) : on_complete(exchange);
}

static void on_completed(void *context, struct MHD_Connection *connection,
                         void **exchange_slot, enum MHD_RequestTerminationCode)
{
    struct sk_http_server *server = context;

    sk_http_waiting_begin(&server->waiting, &link_of(connection)->waiting);
    if (*exchange_slot)
        exchange_recycle(*exchange_slot);
    *exchange_slot = NULL;
}

/* The server. ------------------------------------------------------------------------ */

static struct MHD_Daemon *start_with(struct sk_http_server *server, int listener,
                                     unsigned flags, struct MHD_OptionItem *more)
{
    return MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, server, MHD_OPTION_LISTEN_SOCKET, listener,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, server, MHD_OPTION_NOTIFY_COMPLETED,
        on_completed, server, MHD_OPTION_CONNECTION_LIMIT,
        server->options.connection_limit, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        server->options.address_limit, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY, MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
        MHD_OPTION_ARRAY, more, MHD_OPTION_END);
}

static struct MHD_Daemon *start_daemon(struct sk_http_server *server, int listener)
{
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME;
    struct sk_http_tls *tls = &server->tls;
    struct MHD_OptionItem secured[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, tls->certificate.data},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, tls->key.data},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)TLS_PRIORITIES},
        {tls->asks_peer ? MHD_OPTION_HTTPS_MEM_TRUST : MHD_OPTION_END, 0,
         tls->authority.data},
        {MHD_OPTION_END, 0, NULL},
    };

    if (tls->used)
        flags |= MHD_USE_TLS;
    return start_with(server, listener, flags, tls->used ? secured : &secured[4]);
}

static void set_defaults(struct sk_http_server_options *options)
{
    if (options->body_limit == 0)
        options->body_limit = BODY_LIMIT;
    if (options->connection_limit == 0)
        options->connection_limit = CONNECTION_LIMIT;
    if (options->address_limit == 0)
        options->address_limit = options->connection_limit / 2;
    if (options->idle_timeout_s == 0)
        options->idle_timeout_s = IDLE_TIMEOUT_S;
}

enum sk_verdict sk_http_server_open(const struct sk_http_server_options *options,
                                    struct sk_http_server **ret_server,
                                    struct sk_error *err)
{
    struct sk_listener listener;
    struct sk_http_tls tls = {0};

    enum sk_verdict verdict =
        sk_http_tls_read(&tls, options->tls_certificate, options->tls_key,
                         options->tls_client_authority, err);
    if (verdict == SK_OK)
        verdict = sk_listen(options->listen, &listener, err);
    if (verdict != SK_OK) {
        sk_http_tls_fini(&tls);
        return verdict;
    }
    struct sk_http_server *server = sk_alloc_zeroed(sizeof(*server));
    server->options = *options;
    server->tls = tls;
    set_defaults(&server->options);
    server->waiting.limit_ms = (int64_t)server->options.idle_timeout_s * 1000;
    memcpy(server->address, listener.address, sizeof(server->address));
    server->port = listener.port;
    server->daemon = start_daemon(server, listener.descriptor);
    if (!server->daemon) {
        close(listener.descriptor);
        sk_http_tls_fini(&server->tls);
        free(server);
        return sk_fail(err, SK_FATAL, tls.used ? "http.tls" : "http.listen",
                       "cannot serve on %s: libmicrohttpd does not start (do certificate "
                       "and key belong together, are there descriptors left?)",
                       options->listen);
    }
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    server->descriptor = info->epoll_fd;
    *ret_server = server;
    return SK_OK;
}

void sk_http_server_close(struct sk_http_server *server)
{
    if (!server)
        return;
    while (server->open)
        sk_http_exchange_answer(server->open, &(struct sk_http_answer){.status = 503});
    MHD_run(server->daemon); /* resumes what was suspended, as stopping demands */
    MHD_stop_daemon(server->daemon);
    while (server->spare) {
        struct sk_http_exchange *exchange = server->spare;
        server->spare = exchange->next;
        exchange_free(exchange);
    }
    sk_http_tls_fini(&server->tls);
    free(server);
}

int sk_http_server_descriptor(const struct sk_http_server *server)
{
    return server->descriptor;
}

int sk_http_server_timeout_ms(struct sk_http_server *server)
{
    MHD_UNSIGNED_LONG_LONG timeout_ms;
    int due_ms = sk_http_waiting_due_ms(&server->waiting);

    if (MHD_get_timeout(server->daemon, &timeout_ms) != MHD_YES)
        return due_ms;
    return due_ms < 0 || timeout_ms < (unsigned)due_ms ? (int)timeout_ms : due_ms;
}

void sk_http_server_run(struct sk_http_server *server)
{
    sk_http_waiting_expire(&server->waiting);
    MHD_run(server->daemon);
}

const char *sk_http_server_address(const struct sk_http_server *server)
{
    return server->address;
}

int sk_http_server_port(const struct sk_http_server *server)
{
    return server->port;
}

void sk_http_server_quiesce(struct sk_http_server *server)
{
    int listener = MHD_quiesce_daemon(server->daemon);

    if (listener >= 0)
        close(listener);
}

size_t sk_http_server_open_exchanges(const struct sk_http_server *server)
{
    return server->open_count;
}
