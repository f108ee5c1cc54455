/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "correlation/worklist.h"

static struct worklist list;

static int tear_down(void **)
{
    worklist_fini(&list);
    return 0;
}

static void note(const char *key, int32_t besluit, int32_t gevaar, int64_t due)
{
    const struct koppeling event = {.soort = SK_TEXT("klacht"),
                                    .besluit = besluit,
                                    .besloten_door = BESLOTEN_DOOR_MACHINE,
                                    .gevaar = gevaar,
                                    .has_uiterlijk_op = due != 0,
                                    .uiterlijk_op = due};

    worklist_note(&list, sk_text(key), &event);
}

static void what_is_linked_leaves_the_list(void **)
{
    note("klacht/K-1", KOPPELING_BESLUIT_BEOORDELEN, GEVAAR_NEE, 10);
    assert_int_equal(list.items.count, 1);
    note("klacht/K-1", KOPPELING_BESLUIT_AUTO, GEVAAR_NEE, 0);
    assert_int_equal(list.items.count, 0);
}

static void danger_past_its_time_is_reported_once(void **)
{
    note("klacht/K-1", KOPPELING_BESLUIT_BEOORDELEN, GEVAAR_VERMOED, 100);
    note("klacht/K-2", KOPPELING_BESLUIT_BEOORDELEN, GEVAAR_NEE, 100);
    assert_null(worklist_overdue(&list, 99));
    struct work_item *item = worklist_overdue(&list, 100);

    assert_non_null(item);
    assert_memory_equal(item->key, "klacht/K-1", item->key_size);
    item->alarmed = true;
    assert_null(worklist_overdue(&list, 100));
}

static void a_new_due_time_is_reported_anew(void **)
{
    note("klacht/K-1", KOPPELING_BESLUIT_GEEN, GEVAAR_VASTGESTELD, 100);
    worklist_overdue(&list, 100)->alarmed = true;
    note("klacht/K-1", KOPPELING_BESLUIT_BEOORDELEN, GEVAAR_VASTGESTELD, 200);
    assert_null(worklist_overdue(&list, 100));
    assert_non_null(worklist_overdue(&list, 200));
}

static void every_item_is_matched_again_once_a_change(void **)
{
    note("klacht/K-1", KOPPELING_BESLUIT_BEOORDELEN, GEVAAR_NEE, 10);
    note("klacht/K-2", KOPPELING_BESLUIT_BEOORDELEN, GEVAAR_NEE, 10);
    note("klacht/K-3", KOPPELING_BESLUIT_GEEN, GEVAAR_NEE, 10);
    worklist_begin_round(&list);
    for (int i = 0; i < 3; i++) {
        struct work_item *item = worklist_stale(&list, 7);

        assert_non_null(item);
        item->matched_at = 7;
    }
    worklist_begin_round(&list);
    assert_null(worklist_stale(&list, 7));
    assert_non_null(worklist_stale(&list, 8));
}

static void an_item_that_was_not_settled_comes_back_in_the_next_round(void **)
{
    note("klacht/K-1", KOPPELING_BESLUIT_BEOORDELEN, GEVAAR_NEE, 10);
    worklist_begin_round(&list);
    assert_non_null(worklist_stale(&list, 7));
    assert_null(worklist_stale(&list, 7));
    worklist_begin_round(&list);
    assert_non_null(worklist_stale(&list, 7));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(what_is_linked_leaves_the_list, tear_down),
        cmocka_unit_test_teardown(danger_past_its_time_is_reported_once, tear_down),
        cmocka_unit_test_teardown(a_new_due_time_is_reported_anew, tear_down),
        cmocka_unit_test_teardown(
            an_item_that_was_not_settled_comes_back_in_the_next_round, tear_down),
        cmocka_unit_test_teardown(every_item_is_matched_again_once_a_change, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
