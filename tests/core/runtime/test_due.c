/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "runtime/due.h"

enum { MANY = 1000 };

static void they_come_out_in_the_order_of_their_times(void **)
{
    struct sk_due_entry entries[MANY] = {0};
    struct sk_due due = {0};
    int64_t before = -1;

    srand(7);
    for (size_t i = 0; i < MANY; i++)
        sk_due_set(&due, &entries[i], rand() % 500);
    for (size_t i = 0; i < MANY; i++) {
        struct sk_due_entry *first = sk_due_first(&due);
        assert_true(first->at_ms >= before);
        before = first->at_ms;
        sk_due_remove(&due, first);
        assert_int_equal(first->place, 0);
    }
    assert_null(sk_due_first(&due));
    sk_due_fini(&due);
}

static void an_entry_moves_when_its_time_changes(void **)
{
    struct sk_due_entry a = {0}, b = {0}, c = {0};
    struct sk_due due = {0};

    sk_due_set(&due, &a, 1);
    sk_due_set(&due, &b, 2);
    sk_due_set(&due, &c, 3);
    sk_due_set(&due, &a, 4);
    assert_ptr_equal(sk_due_first(&due), &b);
    sk_due_set(&due, &c, 0);
    assert_ptr_equal(sk_due_first(&due), &c);
    assert_int_equal(due.count, 3);
    sk_due_fini(&due);
}

static void any_entry_can_be_taken_out_and_twice_does_no_harm(void **)
{
    struct sk_due_entry entries[MANY] = {0};
    struct sk_due due = {0};
    int64_t before = -1;

    for (size_t i = 0; i < MANY; i++)
        sk_due_set(&due, &entries[i], (int64_t)(i * 7919 % MANY));
    for (size_t i = 0; i < MANY; i += 2) {
        sk_due_remove(&due, &entries[i]);
        sk_due_remove(&due, &entries[i]);
    }
    assert_int_equal(due.count, MANY / 2);
    for (struct sk_due_entry *first; (first = sk_due_first(&due));) {
        assert_true(first->at_ms > before);
        before = first->at_ms;
        sk_due_remove(&due, first);
    }
    sk_due_fini(&due);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_come_out_in_the_order_of_their_times),
        cmocka_unit_test(an_entry_moves_when_its_time_changes),
        cmocka_unit_test(any_entry_can_be_taken_out_and_twice_does_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
