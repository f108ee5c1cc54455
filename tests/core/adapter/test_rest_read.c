/* SPDX-License-Identifier: Apache-2.0 */
/* Reading by rest, from a server in the same loop that answers what the test says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "adapter/rest.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "net/http_server.h"

enum { MIB = 1024 * 1024, DEADLINE_MS = 20000 };

struct system {
    struct sk_http_server *server;
    struct sk_http_client *client;
    struct sk_reader *reader;
    struct sk_rest_read_config config;
    struct sk_buffer url, answer;
    size_t asked;
    bool fetched;
    struct sk_answer ended;
    size_t count;
    bool more;
    char next[32];
};

static void on_request(void *context, struct sk_http_exchange *exchange,
                       const struct sk_http_request *)
{
    struct system *system = context;

    system->asked++;
    sk_http_exchange_answer(
        exchange, &(struct sk_http_answer){.status = 200,
                                           .body = sk_buffer_bytes(&system->answer)});
}

static void on_fetched(void *context, const struct sk_answer *answer,
                       struct sk_raw_batch *batch)
{
    struct system *system = context;

    system->fetched = true;
    system->ended = *answer;
    system->count = batch->count;
    system->more = batch->more;
    snprintf(system->next, sizeof(system->next), "%.*s", SK_TEXT_ARG(batch->next));
    sk_raw_batch_fini(batch);
}

static int setup(void **state)
{
    struct system *system = sk_alloc_zeroed(sizeof(*system));
    const struct sk_http_server_options served = {
        .listen = "127.0.0.1:0", .handler = on_request, .context = system};
    struct sk_error err = {0};

    assert_int_equal(sk_http_server_open(&served, &system->server, &err), SK_OK);
    assert_int_equal(
        sk_http_client_open(&(struct sk_http_client_options){0}, &system->client, &err),
        SK_OK);
    sk_buffer_printf(&system->url, "http://%s", sk_http_server_address(system->server));
    system->config =
        (struct sk_rest_read_config){.url = sk_buffer_string(&system->url), .limit = 4};
    const struct sk_adapter_setup adapter = {
        .resource = "klachten", .config = &system->config, .client = system->client};
    assert_int_equal(sk_rest_reader_open(&adapter, &system->reader, &err), SK_OK);
    *state = system;
    return 0;
}

static int teardown(void **state)
{
    struct system *system = *state;

    sk_rest_reader_close(system->reader);
    sk_http_client_close(system->client);
    sk_http_server_close(system->server);
    sk_buffer_fini(&system->url);
    sk_buffer_fini(&system->answer);
    free(system);
    return 0;
}

/* One record of `size` bytes of text, and next "7". */
static void answer_with(struct system *system, size_t size)
{
    static const char text[] = "xxxxxxxxxxxxxxxx";

    system->answer.size = 0;
    sk_buffer_printf(&system->answer, "{\"items\":[{\"id\":\"I-1\",\"tekst\":\"");
    for (size_t i = 0; i < size; i += sizeof(text) - 1)
        sk_buffer_append(&system->answer, text, sizeof(text) - 1);
    sk_buffer_printf(&system->answer, "\"}],\"next\":\"7\"}");
}

static void read_after(struct system *system, const char *after)
{
    int64_t deadline_ms = sk_clock_monotonic_ms() + DEADLINE_MS;
    struct pollfd served = {.fd = sk_http_server_descriptor(system->server),
                            .events = POLLIN};

    system->fetched = false;
    system->asked = 0;
    sk_rest_read(system->reader, sk_text(after), on_fetched, system);
    while (!system->fetched && sk_clock_monotonic_ms() < deadline_ms) {
        sk_http_client_wait(system->client, &served, 1, 20);
        sk_http_server_run(system->server);
        sk_http_client_run(system->client);
    }
    assert_true(system->fetched);
}

static void there_is_more_as_long_as_the_position_moves(void **state)
{
    struct system *system = *state;

    answer_with(system, 10);
    read_after(system, "6");
    assert_int_equal(system->ended.outcome, SK_OUTCOME_DONE);
    assert_true(system->more);
    assert_string_equal(system->next, "7");
}

static void the_same_next_again_is_not_more(void **state)
{
    struct system *system = *state;

    answer_with(system, 10);
    read_after(system, "7");
    assert_int_equal(system->count, 1);
    assert_false(system->more);
}

static void a_record_larger_than_an_answer_is_asked_for_alone(void **state)
{
    struct system *system = *state;

    answer_with(system, 3 * MIB);
    read_after(system, "6");
    assert_int_equal(system->ended.outcome, SK_OUTCOME_DONE);
    assert_int_equal(system->count, 1);
    assert_string_equal(system->next, "7");
    assert_int_equal(system->asked, 4); /* limit 4, 2, 1, and 1 alone */
}

static void a_record_without_a_way_past_it_stops_the_source_by_name(void **state)
{
    struct system *system = *state;

    answer_with(system, 17 * MIB);
    read_after(system, "position 6");
    assert_int_equal(system->ended.outcome, SK_OUTCOME_TARGET);
    assert_string_equal(system->ended.error.id, "rest.large");
    assert_non_null(strstr(system->ended.error.text, "position 6"));
    answer_with(system, 10);
    read_after(system, "position 6");
    assert_int_equal(system->ended.outcome, SK_OUTCOME_DONE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(there_is_more_as_long_as_the_position_moves),
        TEST(the_same_next_again_is_not_more),
        TEST(a_record_larger_than_an_answer_is_asked_for_alone),
        TEST(a_record_without_a_way_past_it_stops_the_source_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
