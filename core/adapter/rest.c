/* SPDX-License-Identifier: Apache-2.0 */
/* What the two halves of `rest` share: URLs, and what an HTTP answer means. */
#include "adapter/rest.h"

#include <stdio.h>

#include "base/json.h"

void sk_rest_url(struct sk_buffer *out, const char *url, const char *resource)
{
    size_t size = strlen(url);

    while (size && url[size - 1] == '/')
        size--;
    sk_buffer_append(out, url, size);
    sk_buffer_append_byte(out, '/');
    sk_http_escape(sk_text(resource), out);
}

/* 409 says why in its body: {"conflict": "same" | "newer" | "different"}. */
static enum sk_outcome conflict(const struct sk_http_response *response)
{
    struct sk_error ignored = {0};
    json_auto_t *body = NULL;

    if (sk_json_parse(response->body.data, response->body.size, &body, &ignored) != SK_OK)
        return SK_OUTCOME_REJECT;
    struct sk_text what = sk_json_text_or_absent(body, "conflict");
    if (sk_text_is(what, "same"))
        return SK_OUTCOME_DONE;
    return sk_text_is(what, "newer") ? SK_OUTCOME_NEWER : SK_OUTCOME_REJECT;
}

static enum sk_outcome outcome_of(const struct sk_http_response *response)
{
    int status = response->status;

    if (response->failure == SK_HTTP_CREDENTIALS ||
        response->failure == SK_HTTP_MALFORMED)
        return SK_OUTCOME_TARGET;
    if (response->failure != SK_HTTP_ANSWERED)
        return SK_OUTCOME_RETRY;
    if (status >= 200 && status < 300)
        return SK_OUTCOME_DONE;
    switch (status) {
    case 408:
    case 425:
    case 429:
        return SK_OUTCOME_RETRY;
    case 409:
        return conflict(response);
    case 400:
    case 410:
    case 413:
    case 415:
    case 422:
        return SK_OUTCOME_REJECT;
    default: /* 4xx: the target's own state; 3xx and others: not the system we expect */
        return status >= 500 ? SK_OUTCOME_RETRY : SK_OUTCOME_TARGET;
    }
}

static const char *error_id(enum sk_outcome outcome,
                            const struct sk_http_response *response)
{
    if (response->failure == SK_HTTP_CREDENTIALS)
        return "http.credentials";
    if (response->failure != SK_HTTP_ANSWERED)
        return response->failure == SK_HTTP_LARGE ? "http.large" : "http.unreachable";
    switch (outcome) {
    case SK_OUTCOME_REJECT:
        return "http.rejected";
    case SK_OUTCOME_TARGET:
        return "http.target";
    case SK_OUTCOME_NEWER:
        return "http.newer";
    default:
        return "http.status";
    }
}

struct sk_answer sk_rest_answer(const struct sk_http_client_request *request,
                                const struct sk_http_response *response)
{
    struct sk_answer answer = {.outcome = outcome_of(response)};

    if (response->retry_after_ms > 0)
        answer.retry_after_ms = response->retry_after_ms;
    if (answer.outcome == SK_OUTCOME_DONE)
        return answer;
    answer.error.id = error_id(answer.outcome, response);
    sk_http_describe(request, response, answer.error.text, sizeof(answer.error.text));
    return answer;
}

const struct sk_adapter sk_adapter_rest = {
    .name = "rest",
    .read_options = sk_rest_read_options,
    .read_config_size = sizeof(struct sk_rest_read_config),
    .reader_open = sk_rest_reader_open,
    .reader_close = sk_rest_reader_close,
    .read = sk_rest_read,
    .write_options = sk_rest_write_options,
    .write_config_size = sizeof(struct sk_rest_write_config),
    .writer_open = sk_rest_writer_open,
    .writer_close = sk_rest_writer_close,
    .deliver = sk_rest_deliver,
    .cancel = sk_rest_cancel,
};
