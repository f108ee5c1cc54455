/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of *done* by themselves, and where Kafka puts a key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bus/flight.h"
#include "bus/partition.h"

static void take(struct sk_flight *flight, int64_t from, int64_t to)
{
    for (int64_t position = from; position < to; position++)
        assert_true(sk_flight_take(flight, position));
}

static void nothing_in_flight_leaves_the_position_at_what_was_read(void **)
{
    struct sk_flight flight = {0};

    assert_int_equal(sk_flight_position(&flight, 7), 7);
    sk_flight_fini(&flight);
}

static void an_open_record_holds_the_position(void **)
{
    struct sk_flight flight = {0};

    take(&flight, 3, 6);
    assert_true(sk_flight_done(&flight, 4));
    assert_true(sk_flight_done(&flight, 5));
    assert_int_equal(sk_flight_position(&flight, 6), 3);
    assert_true(sk_flight_done(&flight, 3));
    assert_int_equal(sk_flight_position(&flight, 6), 6);
    sk_flight_fini(&flight);
}

static void gaps_do_not_hold_the_position(void **)
{
    struct sk_flight flight = {0};

    take(&flight, 3, 4);
    take(&flight, 9, 10);
    sk_flight_done(&flight, 3);
    assert_int_equal(sk_flight_position(&flight, 12), 9);
    sk_flight_done(&flight, 9);
    assert_int_equal(sk_flight_position(&flight, 12), 12);
    sk_flight_fini(&flight);
}

static void done_again_changes_nothing_and_of_strangers_is_refused(void **)
{
    struct sk_flight flight = {0};

    take(&flight, 1, 3);
    assert_true(sk_flight_done(&flight, 1));
    assert_true(sk_flight_done(&flight, 1));
    assert_false(sk_flight_done(&flight, 7));
    assert_int_equal(sk_flight_position(&flight, 3), 2);
    sk_flight_fini(&flight);
}

static void an_abort_forgets_the_unit_but_not_what_was_committed(void **)
{
    struct sk_flight flight = {0};

    take(&flight, 0, 4);
    sk_flight_done(&flight, 2);
    sk_flight_commit(&flight, sk_flight_position(&flight, 4)); /* at 0 */
    sk_flight_done(&flight, 0);
    sk_flight_abort(&flight);
    assert_int_equal(sk_flight_position(&flight, 0), 0);
    assert_true(sk_flight_take(&flight, 0));
    assert_true(sk_flight_take(&flight, 1));
    assert_false(sk_flight_take(&flight, 2));
    assert_true(sk_flight_take(&flight, 3));
    assert_int_equal(sk_flight_position(&flight, 4), 0);
    sk_flight_fini(&flight);
}

static void a_record_that_compaction_took_after_an_abort_holds_nothing(void **)
{
    struct sk_flight flight = {0};

    take(&flight, 0, 2);
    sk_flight_abort(&flight);
    take(&flight, 1, 2); /* 0 is gone now */
    sk_flight_done(&flight, 1);
    assert_int_equal(sk_flight_position(&flight, 2), 2);
    sk_flight_fini(&flight);
}

/* From the tests of the Kafka client: Utils.murmur2, made positive. */
static void keys_stand_where_kafka_puts_them(void **)
{
    static const struct {
        const char *key;
        int32_t hash;
    } cases[] = {
        {"21", -973932308},
        {"foobar", -790332482},
        {"a-little-bit-long-string", -985981536},
        {"a-little-bit-longer-string", -1486304829},
        {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971},
        {"abc", 479470107},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int32_t positive = cases[i].hash & 0x7fffffff;
        assert_int_equal(sk_partition_of(sk_text(cases[i].key), INT32_MAX),
                         positive % INT32_MAX);
        assert_int_equal(sk_partition_of(sk_text(cases[i].key), 4), positive % 4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_in_flight_leaves_the_position_at_what_was_read),
        cmocka_unit_test(an_open_record_holds_the_position),
        cmocka_unit_test(gaps_do_not_hold_the_position),
        cmocka_unit_test(done_again_changes_nothing_and_of_strangers_is_refused),
        cmocka_unit_test(an_abort_forgets_the_unit_but_not_what_was_committed),
        cmocka_unit_test(a_record_that_compaction_took_after_an_abort_holds_nothing),
        cmocka_unit_test(keys_stand_where_kafka_puts_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
