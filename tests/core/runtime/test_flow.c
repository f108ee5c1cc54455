/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "runtime/flow.h"

static bool changed;

static struct sk_flow a_flow(void)
{
    changed = false;
    return (struct sk_flow){.name = "proef", .changed = &changed};
}

static bool key_failed(struct sk_flow *flow, const char *key)
{
    return sk_flow_key_failed(flow, sk_text(key));
}

static void one_key_that_fails_for_ever_is_not_the_target(void **)
{
    struct sk_flow flow = a_flow();

    for (int i = 0; i < 100; i++)
        assert_false(key_failed(&flow, "a"));
}

static void five_different_keys_in_a_row_are_the_target(void **)
{
    struct sk_flow flow = a_flow();

    assert_false(key_failed(&flow, "a"));
    assert_false(key_failed(&flow, "b"));
    assert_false(key_failed(&flow, "c"));
    assert_false(key_failed(&flow, "a"));
    assert_false(key_failed(&flow, "d"));
    assert_true(key_failed(&flow, "e"));
}

static void a_success_in_between_begins_the_count_again(void **)
{
    struct sk_flow flow = a_flow();

    for (const char *key = "abcd"; *key; key++)
        assert_false(key_failed(&flow, key));
    sk_flow_success(&flow);
    assert_false(key_failed(&flow, "e"));
}

static void twenty_refusals_without_a_success_are_the_target(void **)
{
    struct sk_flow flow = a_flow();

    for (int i = 0; i < 19; i++)
        assert_false(sk_flow_rejected(&flow));
    assert_true(sk_flow_rejected(&flow));
    sk_flow_success(&flow);
    assert_false(sk_flow_rejected(&flow));
}

static void a_wait_doubles_up_to_its_longest_less_a_quarter_at_most(void **)
{
    for (int64_t attempts = 1; attempts < 100; attempts++) {
        int64_t whole = attempts < 7 ? 100 << (attempts - 1) : 5000;
        int64_t wait = sk_backoff_ms(attempts, 100, 5000);
        assert_in_range(wait, whole - whole / 4, whole);
    }
}

static void waits_differ_so_that_many_do_not_come_back_together(void **)
{
    int64_t first = sk_backoff_ms(5, 1000, 60000);
    int same = 0;

    for (int i = 0; i < 20; i++)
        same += sk_backoff_ms(5, 1000, 60000) == first;
    assert_true(same < 20);
}

static void a_held_flow_says_why_and_waits_at_least_what_was_asked(void **)
{
    const struct sk_error error = {.id = "http.target", .text = "PUT: 401"};
    struct sk_flow flow = a_flow();
    int64_t now = sk_clock_monotonic_ms();

    sk_flow_hold(&flow, SK_FLOW_DOWN, &error, 7000);
    assert_string_equal(flow.error.id, "http.target");
    assert_true(changed);
    assert_false(sk_flow_ready(&flow, now + 6999));
    assert_true(sk_flow_ready(&flow, sk_clock_monotonic_ms() + 7000));
    sk_flow_busy(&flow, true);
    assert_int_equal(flow.state, SK_FLOW_DOWN);
    sk_flow_success(&flow);
    assert_int_equal(flow.state, SK_FLOW_WORKING);
    assert_null(flow.error.id);
}

static void the_healthy_time_runs_only_from_one_success_to_the_next(void **)
{
    const struct sk_error error = {.id = "http.status", .text = "PUT: 503"};
    struct sk_flow flow = a_flow();
    int64_t until;

    sk_flow_success(&flow);
    assert_int_equal(flow.healthy_ms, 0);
    until = sk_clock_monotonic_ms() + 20;
    while (sk_clock_monotonic_ms() < until)
        ;
    sk_flow_success(&flow);
    int64_t healthy = flow.healthy_ms;
    assert_in_range(healthy, 20, 1000);
    sk_flow_hold(&flow, SK_FLOW_DOWN, &error, 0);
    until = sk_clock_monotonic_ms() + 20;
    while (sk_clock_monotonic_ms() < until)
        ;
    sk_flow_success(&flow);
    assert_int_equal(flow.healthy_ms, healthy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_key_that_fails_for_ever_is_not_the_target),
        cmocka_unit_test(five_different_keys_in_a_row_are_the_target),
        cmocka_unit_test(a_success_in_between_begins_the_count_again),
        cmocka_unit_test(twenty_refusals_without_a_success_are_the_target),
        cmocka_unit_test(a_wait_doubles_up_to_its_longest_less_a_quarter_at_most),
        cmocka_unit_test(waits_differ_so_that_many_do_not_come_back_together),
        cmocka_unit_test(the_healthy_time_runs_only_from_one_success_to_the_next),
        cmocka_unit_test(a_held_flow_says_why_and_waits_at_least_what_was_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
