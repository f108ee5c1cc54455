/* SPDX-License-Identifier: Apache-2.0 */
/* http_server against clients that cost it time, connections or memory. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "core/net/pair.h"

enum { LARGE = 64 * 1024 * 1024, SMALL = 100 * 1024, IDLE_MS = 1000, DRIP_MS = 50 };

struct state {
    struct sk_http_exchange *waiting;
    bool wait;
    size_t file_size; /* the answer is a file of this size; 0: it is none */
    size_t limit;     /* of a body */
};

static void answer_text(struct sk_http_exchange *exchange, const char *text)
{
    sk_http_exchange_answer(
        exchange, &(struct sk_http_answer){
                      .status = 200, .body = {(const uint8_t *)text, strlen(text)}});
}

/* Answers with the first and last byte of the body and its size, or as told. */
static void handle(void *context, struct sk_http_exchange *exchange,
                   const struct sk_http_request *request)
{
    struct state *state = context;
    struct sk_bytes body = request->body;
    char text[64];

    if (state->wait) {
        state->waiting = exchange;
        return;
    }
    if (state->file_size) {
        int file = memfd_create("answer", 0);
        assert_int_equal(ftruncate(file, (off_t)state->file_size), 0);
        sk_http_exchange_answer(exchange,
                                &(struct sk_http_answer){.status = 200, .file = file});
        return;
    }
    snprintf(text, sizeof(text), "%c%c %zu", body.size ? body.data[0] : '-',
             body.size ? body.data[body.size - 1] : '-', body.size);
    answer_text(exchange, text);
}

static size_t limit(void *context, struct sk_http_exchange *,
                    const struct sk_http_request *request)
{
    const struct state *state = context;

    return sk_text_is(request->path, "/large") ? state->limit : 1000;
}

static void open_pair(struct pair *pair, struct state *state)
{
    pair_open(pair,
              (struct sk_http_server_options){.handler = handle,
                                              .context = state,
                                              .body_limit = 1000,
                                              .limit = limit,
                                              .body_folder = "/tmp",
                                              .address_limit = 3,
                                              .idle_timeout_s = IDLE_MS / 1000},
              (struct sk_http_client_options){.response_limit = 2 * LARGE});
}

/* Sends a byte now and then until the server ends the connection; true when it did. */
static bool is_cut_off(struct pair *pair, const char *begin)
{
    int descriptor = pair_connect(pair);
    int64_t deadline_ms = in_ten_seconds();
    int64_t next_ms = 0;
    char answer[256];
    ssize_t got = -1;

    assert_int_equal(send(descriptor, begin, strlen(begin), MSG_NOSIGNAL), strlen(begin));
    while (got < 0 && errno != ECONNRESET) {
        if (sk_clock_monotonic_ms() >= next_ms) {
            (void)!send(descriptor, "x", 1, MSG_NOSIGNAL);
            next_ms = sk_clock_monotonic_ms() + DRIP_MS;
        }
        pair_turn(pair, deadline_ms);
        errno = 0;
        got = recv(descriptor, answer, sizeof(answer), MSG_DONTWAIT);
    }
    close(descriptor);
    return got <= 0;
}

static void who_drips_a_request_is_cut_off_as_who_is_silent(void **)
{
    static const char *const begins[] = {
        "G",
        "GET / HTTP/1.1\r\nHost: x\r\nX-Drip: ",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n",
    };
    struct state state = {0};
    struct pair pair;

    open_pair(&pair, &state);
    for (size_t i = 0; i < SK_COUNT(begins); i++) {
        int64_t begin_ms = sk_clock_monotonic_ms();
        assert_true(is_cut_off(&pair, begins[i]));
        assert_true(sk_clock_monotonic_ms() - begin_ms >= IDLE_MS);
    }
    pair_close(&pair);
}

static void who_does_not_take_its_answer_is_cut_off(void **)
{
    static const char request[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    struct state state = {.file_size = LARGE};
    struct pair pair;
    char answer[65536];
    size_t taken = 0;
    ssize_t got;

    open_pair(&pair, &state);
    int descriptor = pair_connect(&pair);
    assert_int_equal(send(descriptor, request, strlen(request), 0), strlen(request));
    for (int64_t begin_ms = sk_clock_monotonic_ms();
         sk_clock_monotonic_ms() < begin_ms + 2 * IDLE_MS;)
        pair_turn(&pair, in_ten_seconds());
    while ((got = recv(descriptor, answer, sizeof(answer), 0)) > 0)
        taken += (size_t)got;
    assert_true(taken < LARGE);
    close(descriptor);
    pair_close(&pair);
}

static void the_time_the_server_needs_does_not_count(void **)
{
    struct state state = {.wait = true};
    struct pair pair;
    struct kept kept = {0};
    sk_auto_free char *url = NULL;

    open_pair(&pair, &state);
    url = sk_strf("%s/", pair.base);
    sk_http_client_start(pair.client,
                         &(struct sk_http_client_request){.method = "GET", .url = url},
                         keep, &kept);
    for (int64_t begin_ms = sk_clock_monotonic_ms();
         sk_clock_monotonic_ms() < begin_ms + 2 * IDLE_MS;)
        pair_turn(&pair, in_ten_seconds());
    answer_text(state.waiting, "late");
    for (int64_t deadline_ms = in_ten_seconds(); !kept.done;)
        pair_turn(&pair, deadline_ms);
    assert_int_equal(kept.status, 200);
    sk_buffer_fini(&kept.body);
    pair_close(&pair);
}

static void one_address_has_so_many_connections_and_no_more(void **)
{
    static const char request[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    struct state state = {0};
    struct pair pair;
    int connections[4];
    char answer[256];

    open_pair(&pair, &state);
    for (size_t i = 0; i < 4; i++) {
        int64_t deadline_ms = in_ten_seconds();
        ssize_t got;
        connections[i] = pair_connect(&pair);
        (void)!send(connections[i], request, strlen(request), MSG_NOSIGNAL);
        do {
            pair_turn(&pair, deadline_ms);
            got = recv(connections[i], answer, sizeof(answer), MSG_DONTWAIT);
        } while (got < 0 && errno == EAGAIN);
        assert_int_equal(got > 0, i < 3);
    }
    for (size_t i = 0; i < 4; i++)
        close(connections[i]);
    pair_close(&pair);
}

static void put(struct pair *pair, const char *path, size_t size, struct kept *kept)
{
    sk_auto_free char *url = sk_strf("%s%s", pair->base, path);
    sk_auto_free uint8_t *body = sk_alloc(size);

    memset(body, 'x', size);
    body[0] = 'a';
    body[size - 1] = 'z';
    pair_ask(pair,
             &(struct sk_http_client_request){
                 .method = "PUT", .url = url, .body = {body, size}},
             kept);
}

static void what_may_be_large_arrives_whole_and_nothing_else_may(void **)
{
    static const struct {
        const char *path, *answer;
        size_t size;
        int status;
    } cases[] = {
        {"/large", "az 1000", 1000, 200},     {"/large", "az 1001", 1001, 200},
        {"/large", "az 100000", 100000, 200}, {"/large", NULL, 100001, 413},
        {"/small", NULL, 1001, 413},
    };
    struct state state = {.limit = 100000};
    struct pair pair;

    open_pair(&pair, &state);
    for (size_t i = 0; i < SK_COUNT(cases); i++) {
        struct kept kept = {0};
        put(&pair, cases[i].path, cases[i].size, &kept);
        assert_int_equal(kept.status, cases[i].status);
        if (cases[i].answer)
            assert_string_equal(sk_buffer_string(&kept.body), cases[i].answer);
        sk_buffer_fini(&kept.body);
    }
    pair_close(&pair);
}

static void an_answer_may_be_a_file(void **)
{
    struct state state = {.file_size = SMALL};
    struct pair pair;
    struct kept kept = {0};

    open_pair(&pair, &state);
    pair_get(&pair, "/", &kept);
    assert_int_equal(kept.status, 200);
    assert_int_equal(kept.body.size, SMALL);
    sk_buffer_fini(&kept.body);
    pair_close(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_drips_a_request_is_cut_off_as_who_is_silent),
        cmocka_unit_test(who_does_not_take_its_answer_is_cut_off),
        cmocka_unit_test(the_time_the_server_needs_does_not_count),
        cmocka_unit_test(one_address_has_so_many_connections_and_no_more),
        cmocka_unit_test(what_may_be_large_arrives_whole_and_nothing_else_may),
        cmocka_unit_test(an_answer_may_be_a_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
