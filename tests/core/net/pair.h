/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_TESTS_NET_PAIR_H
#define SK_TESTS_NET_PAIR_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "net/http_client.h"
#include "net/http_server.h"

/* A server and a client in one loop, as a process has them. */
struct pair {
    struct sk_http_server *server;
    struct sk_http_client *client;
    char base[64]; /* "http://127.0.0.1:PORT" */
};

void pair_open(struct pair *pair, struct sk_http_server_options server,
               struct sk_http_client_options client);
void pair_close(struct pair *pair);

/* One turn of the loop, at most 100 ms. Fails the test when `deadline_ms` has passed. */
void pair_turn(struct pair *pair, int64_t deadline_ms);

/* What a callback kept of a response. */
struct kept {
    bool done;
    enum sk_http_failure failure;
    char failure_text[256];
    int status;
    int64_t retry_after_ms;
    char content_type[64];
    struct sk_buffer body;
};
void keep(void *kept, const struct sk_http_response *response);

/* Starts a request, turns the loop until it ended; the caller finis kept->body. */
void pair_ask(struct pair *pair, const struct sk_http_client_request *request,
              struct kept *kept);
void pair_get(struct pair *pair, const char *target, struct kept *kept);

/* A bare connection to the server, for rude clients; the caller closes it. */
int pair_connect(const struct pair *pair);

int64_t in_ten_seconds(void);

#endif
