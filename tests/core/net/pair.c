/* SPDX-License-Identifier: Apache-2.0 */
#include "core/net/pair.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>

#include "base/clock.h"

int64_t in_ten_seconds(void)
{
    return sk_clock_monotonic_ms() + 10000;
}

void pair_open(struct pair *pair, struct sk_http_server_options server,
               struct sk_http_client_options client)
{
    struct sk_error err = {0};

    *pair = (struct pair){0};
    server.listen = "127.0.0.1:0";
    if (sk_http_server_open(&server, &pair->server, &err) != SK_OK ||
        sk_http_client_open(&client, &pair->client, &err) != SK_OK)
        fail_msg("%s: %s", err.id, err.text);
    snprintf(pair->base, sizeof(pair->base), "http://%s",
             sk_http_server_address(pair->server));
}

void pair_close(struct pair *pair)
{
    sk_http_client_close(pair->client);
    sk_http_server_close(pair->server);
}

void pair_turn(struct pair *pair, int64_t deadline_ms)
{
    struct pollfd server = {.fd = sk_http_server_descriptor(pair->server),
                            .events = POLLIN};
    int timeout_ms = sk_http_server_timeout_ms(pair->server);

    if (sk_clock_monotonic_ms() > deadline_ms)
        fail_msg("nothing happened for ten seconds");
    sk_http_client_wait(pair->client, &server, 1,
                        timeout_ms < 0 || timeout_ms > 100 ? 100 : timeout_ms);
    sk_http_server_run(pair->server);
    sk_http_client_run(pair->client);
}

void keep(void *context, const struct sk_http_response *response)
{
    struct kept *kept = context;

    kept->done = true;
    kept->failure = response->failure;
    kept->status = response->status;
    kept->retry_after_ms = response->retry_after_ms;
    snprintf(kept->failure_text, sizeof(kept->failure_text), "%s",
             response->failure_text);
    snprintf(kept->content_type, sizeof(kept->content_type), "%.*s",
             SK_TEXT_ARG(response->content_type));
    kept->body.size = 0;
    sk_buffer_append(&kept->body, response->body.data, response->body.size);
}

void pair_ask(struct pair *pair, const struct sk_http_client_request *request,
              struct kept *kept)
{
    int64_t deadline_ms = in_ten_seconds();

    kept->done = false;
    sk_http_client_start(pair->client, request, keep, kept);
    while (!kept->done)
        pair_turn(pair, deadline_ms);
}

void pair_get(struct pair *pair, const char *target, struct kept *kept)
{
    char url[512];

    snprintf(url, sizeof(url), "%s%s", pair->base, target);
    pair_ask(pair, &(struct sk_http_client_request){.method = "GET", .url = url}, kept);
}

int pair_connect(const struct pair *pair)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)sk_http_server_port(pair->server)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(connect(descriptor, (struct sockaddr *)&address, sizeof(address)),
                     0);
    return descriptor;
}
