/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_NET_HTTP_CLIENT_H
#define SK_NET_HTTP_CLIENT_H

#include <poll.h>

#include "base/option.h"
#include "base/text.h"
#include "net/http.h"

/*
 * An HTTP client in its caller's loop: many requests under way at once over connections
 * that are reused, no thread, nothing happens outside wait, run and perform. libcurl is
 * initialised by the first request, not before.
 */
struct sk_http_client;
struct sk_http_call; /* one request under way */

enum sk_http_auth {
    SK_HTTP_AUTH_NONE,
    SK_HTTP_AUTH_BEARER,
    SK_HTTP_AUTH_BASIC,
    SK_HTTP_AUTH_OAUTH2, /* client credentials, with a secret or with private_key_jwt */
};

/* Fields left 0 have the default of the option table. Texts are borrowed and must outlive
 * the client. */
struct sk_http_client_options {
    int64_t connect_timeout_ms; /* 5 s */
    int64_t timeout_ms;         /* of a whole request; 30 s */
    int64_t response_limit;     /* bytes; 2 MiB */
    int64_t connections;        /* to one host; 8 */

    int auth; /* enum sk_http_auth */
    const char *token;
    const char *user, *password;
    const char *oauth2_url, *oauth2_client, *oauth2_secret, *oauth2_scope;
    const char *oauth2_key;    /* PEM file: private_key_jwt, RS256 */
    const char *oauth2_key_id; /* "kid"; may be absent */

    const char *tls_certificate, *tls_key; /* PEM files: mTLS */
    const char *tls_authority;             /* PEM file; absent: the system's */
    const char *proxy; /* URL; absent: none, whatever the environment says */
};

/* The same as options of a section; read it with sk_options_read into the struct. */
extern const struct sk_option sk_http_client_option_table[];

/* SK_FATAL "http.option" when what `auth` asks for is missing. Does not connect. */
enum sk_verdict sk_http_client_open(const struct sk_http_client_options *options,
                                    struct sk_http_client **ret_client,
                                    struct sk_error *err);
void sk_http_client_close(struct sk_http_client *client); /* cancels; accepts NULL */

/* Copied by start. */
struct sk_http_client_request {
    const char *method;
    const char *url;
    const char *content_type; /* of the body */
    struct sk_bytes body;     /* data NULL: none */
    const struct sk_http_header *headers;
    size_t header_count;
    int64_t response_limit; /* of this answer, bytes; 0: the client's */
};

enum sk_http_failure {
    SK_HTTP_ANSWERED,    /* there is a status */
    SK_HTTP_UNREACHABLE, /* name, route, refused, reset, closed */
    SK_HTTP_TIMEOUT,
    SK_HTTP_TLS,
    SK_HTTP_LARGE,       /* the answer is larger than response_limit */
    SK_HTTP_CREDENTIALS, /* no token from the OAuth2 server, or no usable key */
    SK_HTTP_MALFORMED,   /* the URL, or an answer that is no HTTP */
};

/* Lives as long as the callback, or until the next perform. */
struct sk_http_response {
    enum sk_http_failure failure;
    const char *failure_text; /* one line, "" when answered */
    int status;               /* 0 unless answered */
    int64_t retry_after_ms;   /* -1: not said */
    struct sk_text content_type;
    struct sk_bytes body;
};

/* Called in run (never in start), exactly once unless cancelled. It may start requests
 * and cancel others. */
typedef void sk_http_done(void *context, const struct sk_http_response *response);

struct sk_http_call *sk_http_client_start(struct sk_http_client *client,
                                          const struct sk_http_client_request *request,
                                          sk_http_done *done, void *context);

/* The callback will not come; the target may or may not have done the work. */
void sk_http_client_cancel(struct sk_http_call *call);

enum { SK_HTTP_EXTRA_LIMIT = 16 };

/* Waits until a request can go on, one of the `count` (at most
 * SK_HTTP_EXTRA_LIMIT) extra descriptors is ready (their
 * revents are set) or time is up. timeout_ms -1: for ever. */
void sk_http_client_wait(struct sk_http_client *client, struct pollfd *extra,
                         size_t count, int timeout_ms);

/* Moves all requests on and calls back those that ended; does not wait. */
void sk_http_client_run(struct sk_http_client *client);

/* Started and not yet called back. */
size_t sk_http_client_under_way(const struct sk_http_client *client);

/* Start, wait and run until this one ended (others go on too). */
const struct sk_http_response *
sk_http_client_perform(struct sk_http_client *client,
                       const struct sk_http_client_request *request);

/* What went wrong for an operator: "PUT http://edison.local/x: 503" or the failure_text.
 * Leaves out the query and any password in the URL. */
void sk_http_describe(const struct sk_http_client_request *request,
                      const struct sk_http_response *response, char *out, size_t size);

#endif
