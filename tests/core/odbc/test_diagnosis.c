/* SPDX-License-Identifier: Apache-2.0 */
/* What an SQLSTATE means, for the databases that no test here runs before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "odbc/diagnosis.h"

static void assert_all(enum sk_outcome outcome, const char *const *states)
{
    for (; *states; states++)
        if (diagnosis_of_state(*states).outcome != outcome)
            fail_msg("%s gives %d", *states, (int)diagnosis_of_state(*states).outcome);
}

static void bad_data_and_broken_constraints_are_the_records_fault(void **)
{
    static const char *const states[] = {"22001", "22003", "22007", "22P02", "23000",
                                         "23502", "23503", "23505", "23514", "44000",
                                         "21000", "09000", "P0001", NULL};

    assert_all(SK_OUTCOME_REJECT, states);
}

static void what_may_pass_is_for_later(void **)
{
    static const char *const states[] = {"08001", "08S01", "08006", "57P01", "57P03",
                                         "57014", "40001", "40P01", "40003", "55P03",
                                         "53100", "53300", "HYT00", "HYT01", "HY000",
                                         "HY001", "XX000", "58030", NULL};

    assert_all(SK_OUTCOME_RETRY, states);
}

static void rights_names_and_drivers_are_the_targets_state(void **)
{
    static const char *const states[] = {
        "28000", "28P01", "42501", "42P01", "42601", "42S02", "42000", "3D000",
        "3F000", "0A000", "25006", "07002", "IM002", "01000", "S0002", NULL};

    assert_all(SK_OUTCOME_TARGET, states);
}

static void only_a_lost_connection_is_made_anew(void **)
{
    assert_true(diagnosis_of_state("08S01").lost);
    assert_true(diagnosis_of_state("57P01").lost);
    assert_true(diagnosis_of_state("28000").lost);
    assert_false(diagnosis_of_state("57014").lost);
    assert_false(diagnosis_of_state("HY000").lost);
    assert_false(diagnosis_of_state("23505").lost);
}

static void a_deadlock_undoes_the_whole_transaction(void **)
{
    assert_true(diagnosis_of_state("40001").undone);
    assert_true(diagnosis_of_state("40P01").undone);
    assert_true(diagnosis_of_state("25P02").undone);
    assert_false(diagnosis_of_state("25006").undone);
    assert_false(diagnosis_of_state("23505").undone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_data_and_broken_constraints_are_the_records_fault),
        cmocka_unit_test(what_may_pass_is_for_later),
        cmocka_unit_test(rights_names_and_drivers_are_the_targets_state),
        cmocka_unit_test(only_a_lost_connection_is_made_anew),
        cmocka_unit_test(a_deadlock_undoes_the_whole_transaction),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
