/* SPDX-License-Identifier: Apache-2.0 */
/* The order in which people do the work. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "correlation/queue.h"

enum { NOW = 1000 };

static struct worklist list;
static struct queue_counts counts;

static int tear_down(void **)
{
    worklist_fini(&list);
    return 0;
}

/* An open item; the test changes what it is about. */
static struct koppeling open_item(int64_t due)
{
    return (struct koppeling){.soort = SK_TEXT("klacht"),
                              .besluit = KOPPELING_BESLUIT_BEOORDELEN,
                              .besloten_door = BESLOTEN_DOOR_MACHINE,
                              .gevaar = GEVAAR_NEE,
                              .has_uiterlijk_op = true,
                              .uiterlijk_op = due};
}

static void note(const char *key, const struct koppeling *event)
{
    worklist_note(&list, sk_text(key), event);
}

static void note_due(const char *key, int64_t due)
{
    struct koppeling event = open_item(due);

    note(key, &event);
}

/* The keys in order, "a b c ". */
static const char *order(const struct queue_filter *filter, size_t limit)
{
    static char keys[400];
    struct work_item *items[QUEUE_LIMIT];
    size_t count = queue_first(&list, filter, limit, items, &counts), at = 0;

    keys[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        memcpy(keys + at, items[i]->key, items[i]->key_size);
        at += items[i]->key_size;
        memcpy(keys + at++, " ", 2);
    }
    return keys;
}

static const struct queue_filter everything = {.now_ms = NOW};

static void danger_goes_before_what_is_due_earlier(void **)
{
    struct koppeling suspected = open_item(300), found = open_item(400);

    suspected.gevaar = GEVAAR_VERMOED;
    found.gevaar = GEVAAR_VASTGESTELD;
    note_due("later", 2000);
    note_due("first", 100);
    note("suspected", &suspected);
    note("found", &found);
    assert_string_equal(order(&everything, 10), "found suspected first later ");
    assert_int_equal(counts.open, 4);
    assert_int_equal(counts.danger, 2);
    assert_int_equal(counts.late, 3);
}

static void the_uncertain_one_of_a_frequent_pattern_goes_first(void **)
{
    struct kandidaat unsure = {.p = 500000}, sure = {.p = 990000};
    struct koppeling alone = open_item(100), twin = open_item(100),
                     known = open_item(100);

    alone.kandidaten = twin.kandidaten = &unsure;
    alone.kandidaten_count = twin.kandidaten_count = known.kandidaten_count = 1;
    known.kandidaten = &sure;
    twin.groep_id = SK_TEXT("g-1");
    note("a known one", &known);
    note("alone", &alone);
    note("twin1", &twin);
    note("twin2", &twin);
    assert_string_equal(order(&everything, 10), "twin1 twin2 alone a known one ");
}

static void checks_come_after_all_that_waits_and_leave_when_a_person_decided(void **)
{
    struct koppeling audit = {.soort = SK_TEXT("klacht"),
                              .besluit = KOPPELING_BESLUIT_AUTO,
                              .besloten_door = BESLOTEN_DOOR_MACHINE,
                              .gevaar = GEVAAR_VASTGESTELD,
                              .steekproef = true};

    note("audit", &audit);
    note_due("waits", 5000);
    assert_string_equal(order(&everything, 10), "waits audit ");
    assert_int_equal(counts.audits, 1);
    assert_string_equal(order(&(struct queue_filter){.now_ms = NOW, .audits = true}, 10),
                        "audit ");
    assert_null(worklist_stale(&list, 0)); /* a link is never matched again */
    audit.besloten_door = BESLOTEN_DOOR_MENS;
    note("audit", &audit);
    assert_string_equal(order(&everything, 10), "waits ");
}

static void a_proposal_stands_between_what_waits_and_the_checks(void **)
{
    struct voorstel twice = {.soort = SK_TEXT("klacht"), .id = SK_TEXT("K-1")};
    struct koppeling audit = {.besluit = KOPPELING_BESLUIT_AUTO,
                              .besloten_door = BESLOTEN_DOOR_MACHINE,
                              .steekproef = true};
    struct koppeling proposal = audit;

    proposal.voorstellen = &twice;
    proposal.voorstellen_count = 1;
    note("audit", &audit);
    note("proposal", &proposal);
    note_due("waits", 5000);
    assert_string_equal(order(&everything, 10), "waits proposal audit ");
}

static void the_first_few_of_many_are_those_that_sorting_all_would_give(void **)
{
    char key[16];

    for (int i = 0; i < 500; i++) {
        snprintf(key, sizeof key, "k%03d", i);
        note_due(key, 1 + (i * 7919) % 500);
    }
    for (size_t limit = 1; limit < 60; limit += 7) {
        struct work_item *items[QUEUE_LIMIT];

        assert_int_equal(queue_first(&list, &everything, limit, items, &counts), limit);
        for (size_t i = 0; i < limit; i++)
            assert_int_equal(items[i]->due_ms, 1 + (int64_t)i);
    }
}

static void one_goes_on_after_the_item_that_was_left(void **)
{
    note_due("a", 1);
    note_due("b", 2);
    note_due("c", 3);
    assert_string_equal(
        order(&(struct queue_filter){.now_ms = NOW, .after = SK_TEXT("a")}, 1), "b ");
    assert_string_equal(
        order(&(struct queue_filter){.now_ms = NOW, .after = SK_TEXT("c")}, 1), "");
}

static void a_group_is_gone_with_its_last_item(void **)
{
    struct koppeling twin = open_item(1);

    twin.groep_id = SK_TEXT("g-1");
    note("a", &twin);
    note("b", &twin);
    assert_int_equal(worklist_find(&list, SK_TEXT("a"))->group->count, 2);
    worklist_forget(&list, SK_TEXT("a"));
    twin.groep_id = SK_TEXT("g-2");
    note("b", &twin);
    assert_int_equal(list.groups.count, 1);
    worklist_forget(&list, SK_TEXT("b"));
    assert_int_equal(list.groups.count, 0);
}

static void a_claim_is_taken_over_only_on_purpose_and_given_back_by_its_owner(void **)
{
    note_due("a", 1);
    struct work_item *item = worklist_find(&list, SK_TEXT("a"));

    assert_true(queue_claim(item, SK_TEXT("ann"), false, NOW));
    assert_true(queue_claim(item, SK_TEXT("ann"), false, NOW));
    assert_false(queue_claim(item, SK_TEXT("bob"), false, NOW));
    queue_release(item, SK_TEXT("bob"));
    assert_false(queue_claim(item, SK_TEXT("bob"), false, NOW));
    assert_true(queue_claim(item, SK_TEXT("bob"), true, NOW));
    queue_release(item, SK_TEXT("bob"));
    assert_null(queue_claimant(item, NOW).data);
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(danger_goes_before_what_is_due_earlier),
        TEST(the_uncertain_one_of_a_frequent_pattern_goes_first),
        TEST(checks_come_after_all_that_waits_and_leave_when_a_person_decided),
        TEST(a_proposal_stands_between_what_waits_and_the_checks),
        TEST(the_first_few_of_many_are_those_that_sorting_all_would_give),
        TEST(one_goes_on_after_the_item_that_was_left),
        TEST(a_group_is_gone_with_its_last_item),
        TEST(a_claim_is_taken_over_only_on_purpose_and_given_back_by_its_owner),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
