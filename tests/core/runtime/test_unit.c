/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "runtime/unit.h"

static enum sk_verdict send(struct sk_unit *unit, const char *key, const char *value,
                            struct sk_error *err)
{
    const struct sk_bus_message message = {
        .topic = SK_TEXT("klacht"),
        .key = sk_text(key),
        .value = {(const uint8_t *)value, value ? strlen(value) : 0}};

    return sk_unit_send(unit, &message, err);
}

static const struct sk_bus_message *newest(struct sk_unit *unit, const char *key)
{
    return sk_unit_newest(unit, SK_TEXT("klacht"), sk_text(key));
}

static void assert_newest(struct sk_unit *unit, const char *key, const char *value)
{
    const struct sk_bus_message *message = newest(unit, key);

    assert_non_null(message);
    assert_int_equal(message->value.size, strlen(value));
    assert_memory_equal(message->value.data, value, strlen(value));
}

static void the_newest_of_a_key_is_its_last_message(void **)
{
    struct sk_unit unit = {0};
    struct sk_error err = {0};

    assert_null(newest(&unit, "a"));
    assert_int_equal(send(&unit, "a", "1", &err), SK_OK);
    assert_int_equal(send(&unit, "b", "2", &err), SK_OK);
    assert_int_equal(send(&unit, "a", "3", &err), SK_OK);
    assert_newest(&unit, "a", "3");
    assert_newest(&unit, "b", "2");
    sk_unit_fini(&unit);
}

static void a_rollback_leaves_what_was_before_the_mark(void **)
{
    struct sk_unit unit = {0};
    struct sk_error err = {0};

    assert_int_equal(send(&unit, "a", "1", &err), SK_OK);
    struct sk_unit_mark mark = sk_unit_mark(&unit);
    assert_int_equal(send(&unit, "a", "2", &err), SK_OK);
    assert_int_equal(send(&unit, "a", "3", &err), SK_OK);
    assert_int_equal(send(&unit, "b", "4", &err), SK_OK);
    sk_unit_rollback(&unit, mark);
    assert_int_equal(unit.message_count, 1);
    assert_newest(&unit, "a", "1");
    assert_null(newest(&unit, "b"));
    sk_unit_fini(&unit);
}

static void what_no_bus_can_hold_is_rejected_and_not_added(void **)
{
    struct sk_unit unit = {0};
    struct sk_error err = {0};
    char *large = malloc(SK_BUS_VALUE_LIMIT + 2);

    memset(large, 'x', SK_BUS_VALUE_LIMIT + 1);
    large[SK_BUS_VALUE_LIMIT + 1] = '\0';
    assert_int_equal(send(&unit, "a", large, &err), SK_REJECT);
    assert_string_equal(err.id, "bus.large");
    assert_int_equal(send(&unit, "", "1", &err), SK_REJECT);
    assert_string_equal(err.id, "bus.key");
    large[SK_BUS_VALUE_LIMIT] = '\0';
    assert_int_equal(send(&unit, "a", large, &err), SK_OK);
    assert_int_equal(unit.message_count, 1);
    free(large);
    sk_unit_fini(&unit);
}

static void count_told(void *context, bool committed)
{
    int *told = context;

    told[committed]++;
}

static void who_waits_is_told_when_the_unit_is_dropped(void **)
{
    struct sk_unit unit = {0};
    int told[2] = {0};

    sk_unit_tell(&unit, count_told, told);
    sk_unit_tell(&unit, count_told, told);
    sk_unit_drop(&unit);
    assert_int_equal(told[false], 2);
    assert_int_equal(told[true], 0);
    assert_true(sk_unit_empty(&unit));
    sk_unit_fini(&unit);
}

static void a_unit_with_nothing_to_send_is_committed_without_a_bus(void **)
{
    struct sk_unit unit = {0};
    struct sk_error err = {0};
    int told[2] = {0};

    sk_unit_tell(&unit, count_told, told);
    assert_int_equal(sk_unit_commit(&unit, NULL, &err), SK_OK);
    assert_int_equal(told[true], 1);
    sk_unit_fini(&unit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_of_a_key_is_its_last_message),
        cmocka_unit_test(a_rollback_leaves_what_was_before_the_mark),
        cmocka_unit_test(what_no_bus_can_hold_is_rejected_and_not_added),
        cmocka_unit_test(who_waits_is_told_when_the_unit_is_dropped),
        cmocka_unit_test(a_unit_with_nothing_to_send_is_committed_without_a_bus),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
