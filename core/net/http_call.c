/* SPDX-License-Identifier: Apache-2.0 */
/* http_call - one request as libcurl wants it, and its answer as our callers want it. */
#include "net/http_call.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"

static struct sk_http_call *call_new(struct sk_http_client *client)
{
    struct sk_http_call *call = sk_alloc_zeroed(sizeof(*call));

    call->client = client;
    call->next = client->calls;
    if (client->calls)
        client->calls->previous = call;
    client->calls = call;
    client->count++;
    if (client->multi && !(call->easy = sk_curl.easy_init()))
        abort();
    return call;
}

void sk_http_call_unlink(struct sk_http_call *call)
{
    struct sk_http_client *client = call->client;

    if (call->previous)
        call->previous->next = call->next;
    else
        client->calls = call->next;
    if (call->next)
        call->next->previous = call->previous;
    client->count--;
    if (call->state == SK_CALL_FAILED)
        client->failed--;
    if (call->state == SK_CALL_UNDER_WAY)
        sk_curl.multi_remove_handle(client->multi, call->easy);
}

void sk_http_call_free(struct sk_http_call *call)
{
    if (call->easy)
        sk_curl.easy_cleanup(call->easy);
    if (call->headers)
        sk_curl.slist_free_all(call->headers);
    sk_buffer_fini(&call->body);
    sk_buffer_fini(&call->received);
    free(call);
}

void sk_http_call_fail(struct sk_http_call *call, enum sk_http_failure failure,
                       const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(call->failure_text, sizeof(call->failure_text), format, arguments);
    va_end(arguments);
    call->failure = failure;
    call->state = SK_CALL_FAILED;
    call->client->failed++;
}

static size_t on_data(char *data, size_t size, size_t count, void *context)
{
    struct sk_http_call *call = context;

    if (call->received.size + size * count > (size_t)call->response_limit) {
        call->too_large = true;
        return 0;
    }
    sk_buffer_append(&call->received, data, size * count);
    return size * count;
}

/* False when the value would break out of its line. */
static bool add_header(struct sk_http_call *call, const char *name, const char *value)
{
    sk_auto_free char *line =
        value[0] ? sk_strf("%s: %s", name, value) : sk_strf("%s;", name);

    if (strpbrk(line, "\r\n"))
        return false;
    call->headers = sk_curl.slist_append(call->headers, line);
    return true;
}

static bool set_headers(struct sk_http_call *call,
                        const struct sk_http_client_request *request)
{
    call->headers = sk_curl.slist_append(call->headers, "Expect:");
    bool fit = true;
    if (request->content_type)
        fit = add_header(call, "Content-Type", request->content_type);
    else
        call->headers = sk_curl.slist_append(call->headers, "Content-Type:");
    for (size_t i = 0; i < request->header_count; i++)
        fit =
            fit && add_header(call, request->headers[i].name, request->headers[i].value);
    return fit;
}

static void set_limits(struct sk_http_call *call)
{
    const struct sk_http_client_options *options = &call->client->options;

    sk_curl.easy_setopt(call->easy, CURLOPT_NOSIGNAL, 1L);
    sk_curl.easy_setopt(call->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    sk_curl.easy_setopt(call->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    sk_curl.easy_setopt(call->easy, CURLOPT_CONNECTTIMEOUT_MS,
                        (long)options->connect_timeout_ms);
    sk_curl.easy_setopt(call->easy, CURLOPT_TIMEOUT_MS, (long)options->timeout_ms);
    sk_curl.easy_setopt(call->easy, CURLOPT_PROXY, options->proxy ? options->proxy : "");
    sk_curl.easy_setopt(call->easy, CURLOPT_USERAGENT, "schakel/" SK_VERSION);
    sk_curl.easy_setopt(call->easy, CURLOPT_ERRORBUFFER, call->failure_text);
    sk_curl.easy_setopt(call->easy, CURLOPT_WRITEFUNCTION, on_data);
    sk_curl.easy_setopt(call->easy, CURLOPT_WRITEDATA, call);
    sk_curl.easy_setopt(call->easy, CURLOPT_PRIVATE, call);
    if (options->tls_certificate)
        sk_curl.easy_setopt(call->easy, CURLOPT_SSLCERT, options->tls_certificate);
    if (options->tls_key)
        sk_curl.easy_setopt(call->easy, CURLOPT_SSLKEY, options->tls_key);
    if (options->tls_authority)
        sk_curl.easy_setopt(call->easy, CURLOPT_CAINFO, options->tls_authority);
}

static void set_body(struct sk_http_call *call,
                     const struct sk_http_client_request *request)
{
    bool posts = strcmp(request->method, "POST") == 0;

    if (strcmp(request->method, "HEAD") == 0)
        sk_curl.easy_setopt(call->easy, CURLOPT_NOBODY, 1L);
    else
        sk_curl.easy_setopt(call->easy, CURLOPT_CUSTOMREQUEST, request->method);
    if (!request->body.data && !posts)
        return;
    sk_buffer_append(&call->body, request->body.data, request->body.size);
    sk_curl.easy_setopt(call->easy, CURLOPT_POSTFIELDS, sk_buffer_string(&call->body));
    sk_curl.easy_setopt(call->easy, CURLOPT_POSTFIELDSIZE_LARGE,
                        (curl_off_t)request->body.size);
}

static void set_static_credentials(struct sk_http_call *call)
{
    const struct sk_http_client_options *options = &call->client->options;

    if (options->auth == SK_HTTP_AUTH_BASIC) {
        sk_curl.easy_setopt(call->easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        sk_curl.easy_setopt(call->easy, CURLOPT_USERNAME, options->user);
        sk_curl.easy_setopt(call->easy, CURLOPT_PASSWORD, options->password);
    }
    if (options->auth == SK_HTTP_AUTH_BEARER) {
        sk_curl.easy_setopt(call->easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
        sk_curl.easy_setopt(call->easy, CURLOPT_XOAUTH2_BEARER, options->token);
    }
}

void sk_http_call_launch(struct sk_http_call *call)
{
    struct sk_http_client *client = call->client;

    if (!call->unauthorised && client->access_token) {
        sk_curl.easy_setopt(call->easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
        sk_curl.easy_setopt(call->easy, CURLOPT_XOAUTH2_BEARER, client->access_token);
    }
    call->state = SK_CALL_UNDER_WAY;
    sk_curl.multi_add_handle(client->multi, call->easy);
}

struct sk_http_call *sk_http_call_start(struct sk_http_client *client,
                                        const struct sk_http_client_request *request,
                                        sk_http_done *done, void *context,
                                        bool unauthorised)
{
    struct sk_error err = {0};
    enum sk_verdict verdict = sk_http_client_start_curl(client, &err);
    struct sk_http_call *call = call_new(client);

    call->unauthorised = unauthorised;
    call->done = done;
    call->context = context;
    if (verdict != SK_OK) {
        sk_http_call_fail(call, SK_HTTP_UNREACHABLE, "%s", err.text);
        return call;
    }
    call->response_limit = request->response_limit ? request->response_limit
                                                   : client->options.response_limit;
    set_limits(call);
    set_body(call, request);
    bool fit = set_headers(call, request);
    sk_curl.easy_setopt(call->easy, CURLOPT_HTTPHEADER, call->headers);
    if (sk_curl.easy_setopt(call->easy, CURLOPT_URL, request->url) != CURLE_OK)
        fit = false;
    if (!fit) {
        sk_http_call_fail(call, SK_HTTP_MALFORMED,
                          "the URL or a header is too long or holds a line break");
        return call;
    }
    set_static_credentials(call);
    if (client->options.auth == SK_HTTP_AUTH_OAUTH2 && !unauthorised)
        sk_http_oauth2_launch(call);
    else
        sk_http_call_launch(call);
    return call;
}

/* Answers. --------------------------------------------------------------------------- */

static enum sk_http_failure classify(const struct sk_http_call *call, CURLcode code)
{
    if (call->too_large)
        return SK_HTTP_LARGE;
    switch (code) {
    case CURLE_OK:
        return SK_HTTP_ANSWERED;
    case CURLE_OPERATION_TIMEDOUT:
        return SK_HTTP_TIMEOUT;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
        return SK_HTTP_TLS;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
        return SK_HTTP_MALFORMED;
    default:
        return SK_HTTP_UNREACHABLE;
    }
}

void sk_http_call_read(struct sk_http_call *call, CURLcode code,
                       struct sk_http_response *response)
{
    long status = 0;
    const char *type = NULL;
    curl_off_t retry_after_s = 0;

    response->failure = classify(call, code);
    if (response->failure != SK_HTTP_ANSWERED) {
        if (call->too_large)
            snprintf(call->failure_text, sizeof(call->failure_text),
                     "the answer is larger than %lld bytes",
                     (long long)call->response_limit);
        else if (!call->failure_text[0])
            snprintf(call->failure_text, sizeof(call->failure_text), "%s",
                     sk_curl.easy_strerror(code));
        response->failure_text = call->failure_text;
        return;
    }
    sk_curl.easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
    sk_curl.easy_getinfo(call->easy, CURLINFO_CONTENT_TYPE, &type);
    sk_curl.easy_getinfo(call->easy, CURLINFO_RETRY_AFTER, &retry_after_s);
    response->status = (int)status;
    response->content_type = sk_text(type);
    response->retry_after_ms = retry_after_s > 0 ? retry_after_s * 1000 : -1;
    response->body = sk_buffer_bytes(&call->received);
}
