/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_oauth2 - client credentials (RFC 6749 §4.4), with a secret or a signed assertion.
 *
 * One token serves all calls until shortly before it expires or until the target answers
 * 401. Calls that find none wait; one of them causes the one token request.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/json.h"
#include "net/http_call.h"

enum {
    SECONDS_WHEN_UNSAID = 60, /* expires_in is only recommended by the RFC */
    LONGEST_SECONDS = 24 * 3600,
    LARGEST_TOKEN_ANSWER = 64 * 1024,
};

static bool token_usable(const struct sk_http_client *client)
{
    return client->access_token && sk_clock_monotonic_ms() < client->token_until_ms;
}

void sk_http_oauth2_forget(struct sk_http_client *client)
{
    free(client->access_token);
    client->access_token = NULL;
}

/* All calls that wait go on, or fail for `failure_text`. */
static void release(struct sk_http_client *client, const char *failure_text)
{
    for (struct sk_http_call *call = client->calls; call; call = call->next) {
        if (call->state != SK_CALL_WAITS)
            continue;
        if (failure_text)
            sk_http_call_fail(call, SK_HTTP_CREDENTIALS, "no token from %s: %s",
                              client->options.oauth2_url, failure_text);
        else
            sk_http_call_launch(call);
    }
}

static enum sk_verdict read_token(struct sk_http_client *client, struct sk_bytes body,
                                  struct sk_error *err)
{
    json_auto_t *answer = NULL;
    struct sk_text token;
    int64_t seconds = SECONDS_WHEN_UNSAID;
    struct sk_error ignored;

    if (body.size > LARGEST_TOKEN_ANSWER)
        return sk_fail(err, SK_REJECT, "http.token", "the answer is too large");
    SK_TRY(sk_json_parse(body.data, body.size, &answer, err));
    SK_TRY(sk_json_text(answer, "access_token", &token, err));
    if (sk_json_int64(answer, "expires_in", &seconds, &ignored) != SK_OK)
        seconds = SECONDS_WHEN_UNSAID;
    if (seconds < 0 || seconds > LONGEST_SECONDS)
        seconds = SECONDS_WHEN_UNSAID;
    sk_http_oauth2_forget(client);
    client->access_token = sk_strndup(token.data, token.size);
    /* A tenth earlier, so that no call sets out with a token that dies on the way. */
    client->token_until_ms = sk_clock_monotonic_ms() + seconds * 900;
    return SK_OK;
}

static void on_token(void *context, const struct sk_http_response *response)
{
    struct sk_http_client *client = context;
    struct sk_error err = {0};
    char status[32];

    client->token_under_way = false;
    if (response->failure != SK_HTTP_ANSWERED) {
        release(client, response->failure_text);
    } else if (response->status != 200) {
        snprintf(status, sizeof(status), "status %d", response->status);
        release(client, status);
    } else if (read_token(client, response->body, &err) != SK_OK) {
        release(client, err.text);
    } else {
        release(client, NULL);
    }
}

static void add_parameter(struct sk_buffer *form, const char *name, const char *value)
{
    if (!value)
        return;
    sk_buffer_printf(form, "%s%s=", form->size ? "&" : "", name);
    sk_http_escape(sk_text(value), form);
}

static enum sk_verdict make_form(const struct sk_http_client_options *options,
                                 struct sk_buffer *form, struct sk_error *err)
{
    add_parameter(form, "grant_type", "client_credentials");
    add_parameter(form, "client_id", options->oauth2_client);
    add_parameter(form, "scope", options->oauth2_scope);
    if (!options->oauth2_key) {
        add_parameter(form, "client_secret", options->oauth2_secret);
        return SK_OK;
    }
    sk_auto_free char *assertion = NULL;
    SK_TRY(sk_http_assertion(options, &assertion, err));
    add_parameter(form, "client_assertion_type",
                  "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    add_parameter(form, "client_assertion", assertion);
    return SK_OK;
}

static void request_token(struct sk_http_client *client)
{
    sk_buffer_auto form = {0};
    struct sk_error err = {0};

    if (make_form(&client->options, &form, &err) != SK_OK) {
        release(client, err.text);
        return;
    }
    client->token_under_way = true;
    sk_http_call_start(client,
                       &(struct sk_http_client_request){
                           .method = "POST",
                           .url = client->options.oauth2_url,
                           .content_type = "application/x-www-form-urlencoded",
                           .body = sk_buffer_bytes(&form),
                       },
                       on_token, client, true);
}

void sk_http_oauth2_launch(struct sk_http_call *call)
{
    struct sk_http_client *client = call->client;

    if (token_usable(client)) {
        sk_http_call_launch(call);
        return;
    }
    call->state = SK_CALL_WAITS;
    if (!client->token_under_way)
        request_token(client);
}
