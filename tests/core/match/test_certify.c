/* SPDX-License-Identifier: Apache-2.0 */
/* What labels prove about a threshold, and what trust was worth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/compiler.h"
#include "match/calibrate.h"
#include "match/certify.h"

enum { BUILTIN = 9 * 1024 };

/* Right and wrong labels at one trust. */
struct spot {
    int32_t trust;
    uint32_t right, wrong;
};

static struct sk_outcomes outcomes_of(const struct spot *spots, size_t count)
{
    struct sk_outcomes outcomes = {{0}, {0}};

    for (size_t i = 0; i < count; i++) {
        outcomes.right[sk_step_of(spots[i].trust)] += spots[i].right;
        outcomes.wrong[sk_step_of(spots[i].trust)] += spots[i].wrong;
    }
    return outcomes;
}

static void samples_of_the_literature_are_just_enough(void **)
{
    static const struct {
        uint32_t errors, sample, rate;
    } cases[] = {
        {0, 299, 10000}, {0, 2995, 1000}, {1, 4742, 1000},
        {2, 6294, 1000}, {0, 29956, 100},
    };

    for (size_t i = 0; i < SK_COUNT(cases); i++) {
        assert_true(sk_certify_holds(cases[i].errors, cases[i].sample, cases[i].rate));
        assert_false(
            sk_certify_holds(cases[i].errors, cases[i].sample - 1, cases[i].rate));
    }
}

static void the_bound_is_that_of_clopper_and_pearson(void **)
{
    assert_in_range(sk_certify_bound(0, 1918), 1560, 1561); /* 1 - 0.05^(1/1918) */
    assert_in_range(sk_certify_bound(1, 506), 9339, 9341);  /* scipy beta.ppf */
    assert_in_range(sk_certify_bound(40, 100), 487000, 487400);
    assert_int_equal(sk_certify_bound(0, 0), 1000000);
    assert_int_equal(sk_certify_bound(5, 5), 1000000);
}

static void a_million_labels_do_not_underflow(void **)
{
    assert_true(sk_certify_holds(900, 1000000, 1000));
    assert_false(sk_certify_holds(1000, 1000000, 1000));
}

static void with_few_labels_the_built_in_threshold_stays_and_says_what_is_proved(void **)
{
    const struct spot spots[] = {{BUILTIN + 1024, 500, 0}, {BUILTIN - 1024, 300, 0}};
    struct sk_outcomes outcomes = outcomes_of(spots, SK_COUNT(spots));
    struct sk_certificate certificate;

    sk_certify(&outcomes, 1000, BUILTIN, &certificate);
    assert_int_equal(certificate.from, BUILTIN);
    assert_int_equal(certificate.sample, 500);
    assert_int_equal(certificate.errors, 0);
    assert_false(certificate.proved);
    assert_in_range(certificate.bound, 5900, 6000); /* 0.6 % */
}

static void enough_labels_without_errors_loosen_the_threshold(void **)
{
    const struct spot spots[] = {
        {BUILTIN, 3000, 0}, {5 * 1024, 1000, 0}, {3 * 1024, 1000, 40}};
    struct sk_outcomes outcomes = outcomes_of(spots, SK_COUNT(spots));
    struct sk_certificate certificate;

    sk_certify(&outcomes, 1000, BUILTIN, &certificate);
    assert_true(certificate.proved);
    assert_in_range(certificate.from, 3 * 1024 + 1, 5 * 1024);
    assert_int_equal(certificate.sample, 4000);
    assert_true(certificate.bound <= 1000);
}

static void errors_at_the_built_in_threshold_tighten_it(void **)
{
    const struct spot spots[] = {{12 * 1024, 5000, 0}, {BUILTIN, 200, 20}};
    struct sk_outcomes outcomes = outcomes_of(spots, SK_COUNT(spots));
    struct sk_certificate certificate;

    sk_certify(&outcomes, 1000, BUILTIN, &certificate);
    assert_true(certificate.proved);
    assert_true(certificate.from > BUILTIN);
    assert_int_equal(certificate.errors, 0);
}

static void few_labels_that_refute_the_built_in_threshold_tighten_it_too(void **)
{
    const struct spot spots[] = {{12 * 1024, 100, 0}, {BUILTIN, 20, 10}};
    struct sk_outcomes outcomes = outcomes_of(spots, SK_COUNT(spots));
    struct sk_certificate certificate;

    sk_certify(&outcomes, 1000, BUILTIN, &certificate);
    assert_false(certificate.proved);
    assert_true(certificate.from > BUILTIN);
    assert_int_equal(certificate.errors, 0);
}

static void the_table_never_falls_and_follows_many_labels(void **)
{
    const struct spot spots[] = {
        {-2 * 1024, 300, 2700}, {2 * 1024, 1500, 1500}, {8 * 1024, 2940, 60}};
    struct sk_outcomes outcomes = outcomes_of(spots, SK_COUNT(spots));
    struct sk_calibration table;

    assert_true(sk_calibrate(&outcomes, &table));
    for (size_t i = 1; i < SK_STEPS; i++)
        assert_true(table.p[i - 1] <= table.p[i]);
    assert_in_range(table.p[sk_step_of(-2 * 1024)], 95000, 115000);
    assert_in_range(table.p[sk_step_of(2 * 1024)], 490000, 540000);
    assert_in_range(table.p[sk_step_of(8 * 1024)], 970000, 985000);
    assert_true(table.p[0] > 0 && table.p[SK_STEPS - 1] < 1000000);
}

static void few_labels_move_the_line_towards_them(void **)
{
    const struct spot spots[] = {{4 * 1024, 50, 50}};
    struct sk_outcomes outcomes = outcomes_of(spots, SK_COUNT(spots));
    struct sk_calibration table;
    int64_t word;

    sk_calibration_identity(&table);
    word = sk_calibration_p(&table, 4 * 1024);
    assert_true(sk_calibrate(&outcomes, &table));
    assert_in_range(sk_calibration_p(&table, 4 * 1024), 500000, word - 150000);
}

static void too_few_labels_change_nothing(void **)
{
    const struct spot spots[] = {{4 * 1024, 0, SK_LABELS_PLATT - 1}};
    struct sk_outcomes outcomes = outcomes_of(spots, SK_COUNT(spots));
    struct sk_calibration table, before;

    sk_calibration_identity(&table);
    before = table;
    assert_false(sk_calibrate(&outcomes, &table));
    assert_memory_equal(&table, &before, sizeof table);
}

static void trust_at_its_word_is_log_odds(void **)
{
    struct sk_calibration table;

    sk_calibration_identity(&table);
    assert_in_range(sk_calibration_p(&table, 0), 499000, 501000);
    assert_in_range(sk_calibration_p(&table, 3 * 1024), 885000, 892000); /* 8/9 */
    assert_in_range(sk_calibration_p(&table, -3 * 1024), 108000, 115000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_of_the_literature_are_just_enough),
        cmocka_unit_test(the_bound_is_that_of_clopper_and_pearson),
        cmocka_unit_test(a_million_labels_do_not_underflow),
        cmocka_unit_test(
            with_few_labels_the_built_in_threshold_stays_and_says_what_is_proved),
        cmocka_unit_test(enough_labels_without_errors_loosen_the_threshold),
        cmocka_unit_test(errors_at_the_built_in_threshold_tighten_it),
        cmocka_unit_test(few_labels_that_refute_the_built_in_threshold_tighten_it_too),
        cmocka_unit_test(the_table_never_falls_and_follows_many_labels),
        cmocka_unit_test(few_labels_move_the_line_towards_them),
        cmocka_unit_test(too_few_labels_change_nothing),
        cmocka_unit_test(trust_at_its_word_is_log_odds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
