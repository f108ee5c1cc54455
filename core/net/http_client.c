/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_client - libcurl's multi interface in the caller's loop.
 *
 * A call is in one list from start to callback. It waits for a token, is with libcurl, or
 * has failed without it; whichever it is, its callback comes from run and from nowhere
 * else, so that a caller never sees an answer before start has returned.
 */
#include "net/http_client.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "net/http_call.h"

enum { KEPT_CONNECTIONS = 8 };

static enum sk_verdict missing(struct sk_error *err, const char *auth, const char *what)
{
    return sk_fail(err, SK_FATAL, "http.option", "auth = %s asks for %s", auth, what);
}

static enum sk_verdict check_options(const struct sk_http_client_options *options,
                                     struct sk_error *err)
{
    if (options->auth == SK_HTTP_AUTH_BEARER && !options->token)
        return missing(err, "bearer", "token");
    if (options->auth == SK_HTTP_AUTH_BASIC && (!options->user || !options->password))
        return missing(err, "basic", "user and password");
    if (options->auth == SK_HTTP_AUTH_OAUTH2 &&
        (!options->oauth2_url || !options->oauth2_client))
        return missing(err, "oauth2", "oauth2.url and oauth2.client");
    if (options->auth == SK_HTTP_AUTH_OAUTH2 && !options->oauth2_secret &&
        !options->oauth2_key)
        return missing(err, "oauth2", "oauth2.secret or oauth2.key");
    if (options->tls_key && !options->tls_certificate)
        return sk_fail(err, SK_FATAL, "http.option", "tls.key asks for tls.certificate");
    return SK_OK;
}

static void set_defaults(struct sk_http_client_options *options)
{
    if (options->connect_timeout_ms == 0)
        options->connect_timeout_ms = 5000;
    if (options->timeout_ms == 0)
        options->timeout_ms = 30000;
    if (options->response_limit == 0)
        options->response_limit = 2 * 1024 * 1024;
    if (options->connections == 0)
        options->connections = 8;
}

enum sk_verdict sk_http_client_open(const struct sk_http_client_options *options,
                                    struct sk_http_client **ret_client,
                                    struct sk_error *err)
{
    SK_TRY(check_options(options, err));
    struct sk_http_client *client = sk_alloc_zeroed(sizeof(*client));
    client->options = *options;
    set_defaults(&client->options);
    *ret_client = client;
    return SK_OK;
}

/* libcurl and what it loads cost a megabyte: a process that asks nothing has none of it.
 */
enum sk_verdict sk_http_client_start_curl(struct sk_http_client *client,
                                          struct sk_error *err)
{
    if (client->multi)
        return SK_OK;
    SK_TRY(sk_curl_load(err));
    sk_curl.global_init(CURL_GLOBAL_DEFAULT);
    client->multi = sk_curl.multi_init();
    if (!client->multi)
        abort(); /* out of memory, as everywhere */
    sk_curl.multi_setopt(client->multi, CURLMOPT_MAX_HOST_CONNECTIONS,
                         (long)client->options.connections);
    sk_curl.multi_setopt(client->multi, CURLMOPT_MAXCONNECTS,
                         (long)client->options.connections + KEPT_CONNECTIONS);
    return SK_OK;
}

void sk_http_client_close(struct sk_http_client *client)
{
    if (!client)
        return;
    while (client->calls)
        sk_http_client_cancel(client->calls);
    if (client->multi) {
        sk_curl.multi_cleanup(client->multi);
        sk_curl.global_cleanup();
    }
    free(client->access_token);
    sk_buffer_fini(&client->performed_body);
    free(client);
}

void sk_http_client_cancel(struct sk_http_call *call)
{
    sk_http_call_unlink(call);
    sk_http_call_free(call);
}

struct sk_http_call *sk_http_client_start(struct sk_http_client *client,
                                          const struct sk_http_client_request *request,
                                          sk_http_done *done, void *context)
{
    return sk_http_call_start(client, request, done, context, false);
}

static void finish(struct sk_http_call *call, CURLcode code)
{
    struct sk_http_response response = {.failure_text = "", .retry_after_ms = -1};

    if (call->state == SK_CALL_FAILED) {
        response.failure = call->failure;
        response.failure_text = call->failure_text;
    } else {
        sk_http_call_read(call, code, &response);
    }
    if (response.status == 401 && !call->unauthorised)
        sk_http_oauth2_forget(call->client);
    sk_http_call_unlink(call);
    call->done(call->context, &response);
    sk_http_call_free(call);
}

static struct sk_http_call *first_failed(const struct sk_http_client *client)
{
    struct sk_http_call *call = client->failed ? client->calls : NULL;

    while (call && call->state != SK_CALL_FAILED)
        call = call->next;
    return call;
}

void sk_http_client_run(struct sk_http_client *client)
{
    int running, left;
    CURLMsg *message;
    struct sk_http_call *call;

    if (client->multi)
        sk_curl.multi_perform(client->multi, &running);
    while (client->multi && (message = sk_curl.multi_info_read(client->multi, &left))) {
        CURLcode code = message->data.result;
        sk_curl.easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&call);
        finish(call, code);
    }
    while ((call = first_failed(client)))
        finish(call, CURLE_OK);
}

void sk_http_client_wait(struct sk_http_client *client, struct pollfd *extra,
                         size_t count, int timeout_ms)
{
    struct curl_waitfd waits[SK_HTTP_EXTRA_LIMIT];

    if (client->failed)
        timeout_ms = 0;
    assert(count <= SK_HTTP_EXTRA_LIMIT);
    if (!client->multi || client->count == 0) {
        (void)!poll(extra, count, timeout_ms);
        return;
    }
    for (size_t i = 0; i < count; i++)
        waits[i] = (struct curl_waitfd){
            .fd = extra[i].fd,
            .events = (short)((extra[i].events & POLLIN ? CURL_WAIT_POLLIN : 0) |
                              (extra[i].events & POLLPRI ? CURL_WAIT_POLLPRI : 0) |
                              (extra[i].events & POLLOUT ? CURL_WAIT_POLLOUT : 0))};
    sk_curl.multi_poll(client->multi, waits, (unsigned)count,
                       timeout_ms < 0 ? INT32_MAX : timeout_ms, NULL);
    for (size_t i = 0; i < count; i++)
        extra[i].revents = (short)((waits[i].revents & CURL_WAIT_POLLIN ? POLLIN : 0) |
                                   (waits[i].revents & CURL_WAIT_POLLPRI ? POLLPRI : 0) |
                                   (waits[i].revents & CURL_WAIT_POLLOUT ? POLLOUT : 0));
}

size_t sk_http_client_under_way(const struct sk_http_client *client)
{
    return client->count;
}

/* One at a time. --------------------------------------------------------------------- */

static void keep_answer(void *context, const struct sk_http_response *response)
{
    struct sk_http_client *client = context;

    client->performed = *response;
    client->performed_body.size = 0;
    sk_buffer_append(&client->performed_body, response->body.data, response->body.size);
    client->performed.body = sk_buffer_bytes(&client->performed_body);
    snprintf(client->performed_type, sizeof(client->performed_type), "%.*s",
             SK_TEXT_ARG(response->content_type));
    if (response->content_type.data)
        client->performed.content_type = sk_text(client->performed_type);
    snprintf(client->performed_failure, sizeof(client->performed_failure), "%s",
             response->failure_text);
    client->performed.failure_text = client->performed_failure;
    client->performed_done = true;
}

const struct sk_http_response *
sk_http_client_perform(struct sk_http_client *client,
                       const struct sk_http_client_request *request)
{
    client->performed_done = false;
    sk_http_client_start(client, request, keep_answer, client);
    while (!client->performed_done) {
        sk_http_client_wait(client, NULL, 0, -1);
        sk_http_client_run(client);
    }
    return &client->performed;
}

void sk_http_describe(const struct sk_http_client_request *request,
                      const struct sk_http_response *response, char *out, size_t size)
{
    const char *host = strstr(request->url, "://");
    const char *start = host ? host + 3 : request->url;
    const char *at = memchr(start, '@', strcspn(start, "/?#"));
    int scheme_size = (int)(start - request->url);
    const char *shown = at ? at + 1 : start;
    int shown_size = (int)strcspn(shown, "?#");

    if (response->failure == SK_HTTP_ANSWERED)
        snprintf(out, size, "%s %.*s%.*s: status %d", request->method, scheme_size,
                 request->url, shown_size, shown, response->status);
    else
        snprintf(out, size, "%s %.*s%.*s: %s", request->method, scheme_size, request->url,
                 shown_size, shown, response->failure_text);
}
