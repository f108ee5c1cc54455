/* SPDX-License-Identifier: Apache-2.0 */
/* http_server - asked by our own client, in one loop with it, and by rude raw sockets. */
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "core/net/pair.h"

/* Answers "METHOD path?query body-size x-test", or keeps the exchange when told to wait.
 */
struct state {
    struct sk_http_exchange *waiting;
    size_t handled;
    bool wait;
};

static void echo(void *context, struct sk_http_exchange *exchange,
                 const struct sk_http_request *request)
{
    struct state *state = context;

    state->handled++;
    if (state->wait) {
        state->waiting = exchange;
        return;
    }
    struct sk_text text =
        sk_arena_printf(sk_http_exchange_arena(exchange), "%.*s %.*s?%.*s %zu %.*s",
                        SK_TEXT_ARG(request->method), SK_TEXT_ARG(request->path),
                        SK_TEXT_ARG(request->query), request->body.size,
                        SK_TEXT_ARG(sk_http_exchange_header(exchange, "x-test")));
    sk_http_exchange_answer(exchange,
                            &(struct sk_http_answer){
                                .status = 200,
                                .content_type = "text/plain",
                                .body = {(const uint8_t *)text.data, text.size},
                                .headers = &(struct sk_http_header){"Retry-After", "7"},
                                .header_count = 1,
                            });
}

static void open_echo(struct pair *pair, struct state *state, size_t body_limit)
{
    pair_open(pair,
              (struct sk_http_server_options){
                  .handler = echo, .context = state, .body_limit = body_limit},
              (struct sk_http_client_options){0});
}

static void assert_body(struct kept *kept, const char *expected)
{
    assert_string_equal(sk_buffer_string(&kept->body), expected);
}

static void path_and_query_arrive_as_they_were_sent(void **)
{
    struct state state = {0};
    struct pair pair;
    struct kept kept = {0};

    open_echo(&pair, &state, 0);
    pair_get(&pair, "/subjects/a%2Fb%20c/versions?x=%26&y", &kept);
    assert_int_equal(kept.status, 200);
    assert_string_equal(kept.content_type, "text/plain");
    assert_int_equal(kept.retry_after_ms, 7000);
    assert_body(&kept, "GET /subjects/a%2Fb%20c/versions?x=%26&y 0 ");
    pair_close(&pair);
    sk_buffer_fini(&kept.body);
}

static void put(struct pair *pair, size_t size, struct kept *kept)
{
    sk_auto_free char *body = sk_alloc_zeroed(size + 1);
    sk_auto_free char *url = sk_strf("%s/x", pair->base);

    pair_ask(pair,
             &(struct sk_http_client_request){
                 .method = "PUT",
                 .url = url,
                 .content_type = "application/octet-stream",
                 .body = {(uint8_t *)body, size},
                 .headers = &(struct sk_http_header){"X-Test", "here"},
                 .header_count = 1},
             kept);
}

static void a_body_up_to_the_limit_arrives_whole(void **)
{
    struct state state = {0};
    struct pair pair;
    struct kept kept = {0};

    open_echo(&pair, &state, 300000);
    put(&pair, 300000, &kept);
    assert_body(&kept, "PUT /x? 300000 here");
    put(&pair, 0, &kept);
    assert_body(&kept, "PUT /x? 0 here");
    pair_close(&pair);
    sk_buffer_fini(&kept.body);
}

static void a_larger_body_is_answered_413_without_the_handler(void **)
{
    struct state state = {0};
    struct pair pair;
    struct kept kept = {0};

    open_echo(&pair, &state, 300000);
    put(&pair, 300001, &kept);
    assert_int_equal(kept.status, 413);
    assert_int_equal(state.handled, 0);
    put(&pair, 10, &kept); /* and the server goes on */
    assert_int_equal(kept.status, 200);
    pair_close(&pair);
    sk_buffer_fini(&kept.body);
}

static void an_answer_may_come_later(void **)
{
    struct state state = {.wait = true};
    struct pair pair;
    struct kept kept = {0};
    int64_t deadline_ms = in_ten_seconds();
    sk_auto_free char *url = NULL;

    open_echo(&pair, &state, 0);
    url = sk_strf("%s/inbox", pair.base);
    sk_http_client_start(pair.client,
                         &(struct sk_http_client_request){.method = "POST", .url = url},
                         keep, &kept);
    while (!state.waiting)
        pair_turn(&pair, deadline_ms);
    for (int i = 0; i < 3; i++)
        pair_turn(&pair, deadline_ms);
    assert_false(kept.done);
    assert_int_equal(sk_http_server_open_exchanges(pair.server), 1);
    sk_http_exchange_answer(state.waiting, &(struct sk_http_answer){.status = 202});
    while (!kept.done)
        pair_turn(&pair, deadline_ms);
    assert_int_equal(kept.status, 202);
    assert_int_equal(state.handled, 1);
    assert_int_equal(sk_http_server_open_exchanges(pair.server), 0);
    pair_close(&pair);
    sk_buffer_fini(&kept.body);
}

static void closing_with_an_open_exchange_leaves_nothing_behind(void **)
{
    struct state state = {.wait = true};
    struct pair pair;
    struct kept kept = {0};
    int64_t deadline_ms = in_ten_seconds();
    sk_auto_free char *url = NULL;

    open_echo(&pair, &state, 0);
    url = sk_strf("%s/inbox", pair.base);
    sk_http_client_start(pair.client,
                         &(struct sk_http_client_request){.method = "POST", .url = url},
                         keep, &kept);
    while (!state.waiting)
        pair_turn(&pair, deadline_ms);
    pair_close(&pair);
    assert_false(kept.done);
}

/* Sends, turns the loop, and returns how the answer begins ("" when closed). */
static void send_raw(struct pair *pair, int descriptor, const char *text, char *answer,
                     size_t size)
{
    int64_t deadline_ms = in_ten_seconds();
    ssize_t got;

    assert_int_equal(send(descriptor, text, strlen(text), MSG_NOSIGNAL), strlen(text));
    do
        pair_turn(pair, deadline_ms);
    while ((got = recv(descriptor, answer, size - 1, MSG_DONTWAIT)) < 0);
    answer[got] = '\0';
}

static void garbage_is_refused_and_harms_nobody(void **)
{
    static const char *const garbage[] = {
        "\x16\x03\x01\x02\x01\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    };
    struct state state = {0};
    struct pair pair;
    struct kept kept = {0};
    char answer[256];

    open_echo(&pair, &state, 1000);
    for (size_t i = 0; i < SK_COUNT(garbage); i++) {
        int descriptor = pair_connect(&pair);
        send_raw(&pair, descriptor, garbage[i], answer, sizeof(answer));
        assert_null(strstr(answer, " 200 "));
        close(descriptor);
    }
    assert_int_equal(state.handled, 0);
    pair_get(&pair, "/", &kept);
    assert_int_equal(kept.status, 200);
    pair_close(&pair);
    sk_buffer_fini(&kept.body);
}

static void a_body_announced_far_too_large_is_refused_before_it_is_sent(void **)
{
    struct state state = {0};
    struct pair pair;
    char answer[256];

    open_echo(&pair, &state, 1000);
    int descriptor = pair_connect(&pair);
    send_raw(&pair, descriptor,
             "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 4001\r\n\r\n", answer,
             sizeof(answer));
    assert_non_null(strstr(answer, " 413 "));
    close(descriptor);
    pair_close(&pair);
}

static void a_body_without_end_is_cut_off(void **)
{
    struct state state = {0};
    struct pair pair;
    char chunk[1100] = "3E8\r\n", answer[256];
    int64_t deadline_ms = in_ten_seconds();
    size_t sent = 0;
    ssize_t got;

    open_echo(&pair, &state, 1000);
    memset(chunk + 5, 'x', 1000);
    strcpy(chunk + 1005, "\r\n");
    int descriptor = pair_connect(&pair);
    dprintf(descriptor,
            "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    do {
        sent += send(descriptor, chunk, 1007, MSG_NOSIGNAL) == 1007 ? 1007 : 0;
        pair_turn(&pair, deadline_ms);
    } while ((got = recv(descriptor, answer, sizeof(answer), MSG_DONTWAIT)) < 0 &&
             (errno == EAGAIN || errno == EWOULDBLOCK));
    assert_true(got <= 0);
    assert_in_range(sent, 4000, 20000); /* four times the limit is swallowed */
    assert_int_equal(state.handled, 0);
    close(descriptor);
    pair_close(&pair);
}

static void a_connection_serves_many_requests(void **)
{
    struct state state = {0};
    struct pair pair;
    char answer[512];

    open_echo(&pair, &state, 0);
    int descriptor = pair_connect(&pair);
    for (int i = 0; i < 100; i++) {
        send_raw(&pair, descriptor, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n", answer,
                 sizeof(answer));
        assert_non_null(strstr(answer, " 200 "));
    }
    assert_int_equal(state.handled, 100);
    close(descriptor);
    pair_close(&pair);
}

static void an_address_that_cannot_be_used_is_named(void **)
{
    static const struct {
        const char *listen, *text;
    } cases[] = {
        {"127.0.0.1", "HOST:PORT"},
        {"127.0.0.1:x", "HOST:PORT"},
        {":80", "HOST:PORT"},
        {"192.0.2.1:0", "192.0.2.1:0"},
        {"127.0.0.1:70000", "HOST:PORT"},
    };
    struct sk_http_server *server = NULL;

    for (size_t i = 0; i < SK_COUNT(cases); i++) {
        struct sk_error err = {0};
        assert_int_equal(sk_http_server_open(
                             &(struct sk_http_server_options){.listen = cases[i].listen,
                                                              .handler = echo},
                             &server, &err),
                         SK_FATAL);
        assert_string_equal(err.id, "http.listen");
        assert_non_null(strstr(err.text, cases[i].text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(path_and_query_arrive_as_they_were_sent),
        cmocka_unit_test(a_body_up_to_the_limit_arrives_whole),
        cmocka_unit_test(a_larger_body_is_answered_413_without_the_handler),
        cmocka_unit_test(an_answer_may_come_later),
        cmocka_unit_test(closing_with_an_open_exchange_leaves_nothing_behind),
        cmocka_unit_test(garbage_is_refused_and_harms_nobody),
        cmocka_unit_test(a_body_announced_far_too_large_is_refused_before_it_is_sent),
        cmocka_unit_test(a_body_without_end_is_cut_off),
        cmocka_unit_test(a_connection_serves_many_requests),
        cmocka_unit_test(an_address_that_cannot_be_used_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
