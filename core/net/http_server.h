/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_NET_HTTP_SERVER_H
#define SK_NET_HTTP_SERVER_H

#include "base/arena.h"
#include "base/text.h"
#include "base/verdict.h"
#include "net/http.h"

/*
 * An HTTP/1.1 server that lives in its caller's loop: no thread, nothing happens outside
 * sk_http_server_run. The loop polls sk_http_server_descriptor for reading, at most
 * sk_http_server_timeout_ms, and then runs.
 */
struct sk_http_server;

/* One request and the answer to it. Valid from the handler until it is answered. */
struct sk_http_exchange;

struct sk_http_request {
    struct sk_text method; /* "GET" */
    struct sk_text path;   /* as sent, still percent-encoded: sk_http_unescape */
    struct sk_text query;  /* as sent, without "?"; empty when there is none */
    struct sk_bytes body;  /* whole; at most the limit */
};

/* Called in sk_http_server_run once a request is complete. It answers at once, or keeps
 * `exchange` and answers later (after a commit); request and texts live until then. */
typedef void sk_http_handler(void *context, struct sk_http_exchange *exchange,
                             const struct sk_http_request *request);

/* The largest body of this request, asked before it comes: `request` has none yet. What
 * is above body_limit stays out of memory (request->body is then a map of a file). */
typedef size_t sk_http_limit(void *context, struct sk_http_exchange *exchange,
                             const struct sk_http_request *request);

struct sk_http_server_options {
    const char *listen;      /* "HOST:PORT", "[::1]:PORT"; port 0: a free one */
    size_t body_limit;       /* bytes; larger is answered 413 here; 0: 2 MiB */
    sk_http_limit *limit;    /* another one for some requests; NULL: for none */
    const char *body_folder; /* where bodies above body_limit are kept meanwhile */
    const char *large_body, *busy_body; /* JSON of 413 and 503; NULL: a registry's */
    unsigned connection_limit;          /* 0: 256; more wait in the backlog */
    unsigned address_limit;  /* of them from one address, more are closed; 0: half */
    unsigned idle_timeout_s; /* a client that in this time does not bring its whole
                              * request or take its whole answer is cut off; 0: 60 */
    const char *tls_certificate, *tls_key; /* PEM files: HTTPS; NULL: HTTP */
    const char *tls_client_authority; /* PEM file: clients without a certificate of it are
                                       * answered 403 */
    sk_http_handler *handler;
    void *context;
};

/* SK_FATAL "http.listen" says which address and why not; "http.tls" which file. */
enum sk_verdict sk_http_server_open(const struct sk_http_server_options *options,
                                    struct sk_http_server **ret_server,
                                    struct sk_error *err);

/* Open exchanges are answered 503. Accepts NULL. */
void sk_http_server_close(struct sk_http_server *server);

int sk_http_server_descriptor(const struct sk_http_server *server);

/* How long the loop may sleep; -1: until the descriptor is readable. */
int sk_http_server_timeout_ms(struct sk_http_server *server);

/* Serves what is ready; does not wait. */
void sk_http_server_run(struct sk_http_server *server);

/* "127.0.0.1:8081", with the port in use; lives as long as the server. */
const char *sk_http_server_address(const struct sk_http_server *server);
int sk_http_server_port(const struct sk_http_server *server);

/* Takes no further connections; those that are open go on (for a clean end). */
void sk_http_server_quiesce(struct sk_http_server *server);

/* Requests received and not yet answered. */
size_t sk_http_server_open_exchanges(const struct sk_http_server *server);

struct sk_http_answer {
    unsigned status;
    const char *content_type; /* NULL: none */
    struct sk_bytes body;     /* copied */
    int file;                 /* > 0: the body is this file, from its start; taken */
    const struct sk_http_header *headers;
    size_t header_count;
};

/* Answers, exactly once; `exchange` is gone after it. */
void sk_http_exchange_answer(struct sk_http_exchange *exchange,
                             const struct sk_http_answer *answer);

/* The value of a header of the request, or absent. */
struct sk_text sk_http_exchange_header(const struct sk_http_exchange *exchange,
                                       const char *name);

/* The common name in the client's verified certificate; absent without mTLS. */
struct sk_text sk_http_exchange_peer(const struct sk_http_exchange *exchange);

/* For texts that live as long as the exchange. */
struct sk_arena *sk_http_exchange_arena(struct sk_http_exchange *exchange);

#endif
