/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PUT {url}/{resource}/{id} with the body and Idempotency-Key: <event id>; an erased
 * entity is DELETE, where "it is not there" (404, 410) is what was wanted.
 */
#include <stdlib.h>

#include "adapter/rest.h"
#include "base/alloc.h"

const struct sk_option sk_rest_write_options[] = {
    SK_STRING(struct sk_rest_write_config, url, .name = "url",
              .help = "Base URL of the system."),
    SK_END_OF_OPTIONS,
};

struct sk_writer {
    const struct sk_rest_write_config *config;
    const char *resource;
    struct sk_http_client *client;
};

struct sk_call {
    struct sk_http_call *http;
    const char *method;
    char *url;
    sk_delivered *delivered;
    void *context;
};

enum sk_verdict sk_rest_writer_open(const struct sk_adapter_setup *setup,
                                    struct sk_writer **ret_writer, struct sk_error *)
{
    struct sk_writer *writer = sk_alloc_zeroed(sizeof(*writer));

    writer->config = setup->config;
    writer->resource = setup->resource;
    writer->client = setup->client;
    *ret_writer = writer;
    return SK_OK;
}

void sk_rest_writer_close(struct sk_writer *writer)
{
    free(writer);
}

static void call_free(struct sk_call *call)
{
    free(call->url);
    free(call);
}

void sk_rest_cancel(struct sk_call *call)
{
    sk_http_client_cancel(call->http);
    call_free(call);
}

static void on_response(void *context, const struct sk_http_response *response)
{
    struct sk_call *call = context;
    const struct sk_http_client_request request = {.method = call->method,
                                                   .url = call->url};
    struct sk_answer answer = sk_rest_answer(&request, response);
    bool gone = response->status == 404 || response->status == 410;

    if (gone && strcmp(call->method, "DELETE") == 0)
        answer = (struct sk_answer){.outcome = SK_OUTCOME_DONE};
    sk_delivered *delivered = call->delivered;
    void *receiver = call->context;
    call_free(call);
    delivered(receiver, &answer);
}

static char *url_of(const struct sk_writer *writer, struct sk_text id)
{
    sk_buffer_auto url = {0};

    sk_rest_url(&url, writer->config->url, writer->resource);
    sk_buffer_append_byte(&url, '/');
    sk_http_escape(id, &url);
    return sk_strdup(sk_buffer_string(&url));
}

void sk_rest_deliver(struct sk_writer *writer, const struct sk_delivery *delivery,
                     sk_delivered *delivered, void *context, struct sk_call **ret_call)
{
    sk_auto_free char *event_id =
        sk_strndup(delivery->event_id.data, delivery->event_id.size);
    sk_auto_free char *trace =
        delivery->trace.data ? sk_strndup(delivery->trace.data, delivery->trace.size)
                             : NULL;
    sk_auto_free char *body =
        delivery->body ? json_dumps(delivery->body, JSON_COMPACT) : NULL;
    const struct sk_http_header headers[] = {{"Idempotency-Key", event_id},
                                             {"traceparent", trace}};
    struct sk_call *call = sk_alloc_zeroed(sizeof(*call));

    call->method = delivery->body ? "PUT" : "DELETE";
    call->url = url_of(writer, delivery->id);
    call->delivered = delivered;
    call->context = context;
    const struct sk_http_client_request request = {
        .method = call->method,
        .url = call->url,
        .content_type = body ? "application/json" : NULL,
        .body = {(const uint8_t *)body, body ? strlen(body) : 0},
        .headers = headers,
        .header_count = trace ? 2 : 1};
    call->http = sk_http_client_start(writer->client, &request, on_response, call);
    *ret_call = call;
}
