/* SPDX-License-Identifier: Apache-2.0 */
/* The register in place: order does not matter, replacing leaves nothing behind. */
#include <stdio.h>
#include <stdlib.h>

#include "fixture.h"

enum { PLACES = 300 };

static void put(struct sk_match_register *reg, int i, const char *name)
{
    char number[16], words[48], street[32], phone[24];

    snprintf(number, sizeof number, "9100%05d", i);
    snprintf(words, sizeof words, "Vuurtoren %c%cx", 'a' + i % 26, 'a' + i / 26);
    snprintf(street, sizeof street, "Zandweg %c", 'a' + i % 20);
    snprintf(phone, sizeof phone, "0470 11 %04d", i);
    fixture_put(reg, &(struct place){.id = number,
                                     .organiser = i % 2 ? "O1" : "O2",
                                     .name = name ? name : words,
                                     .street = street,
                                     .number = "1",
                                     .postcode = "9000",
                                     .town = i % 3 ? "Gent" : "Aalst",
                                     .phone = phone});
}

static const struct complaint questions[] = {
    {.name = "Vuurtoren bax", .town = "Gent"},
    {.name = "Vuurtoren", .town = "Aalst"},
    {.dossier = "910000007", .name = "Vuurtoren hax"},
    {.phone = "0470 11 0012"},
    {.text = "De Vuurtoren cbx in Gent, Zandweg b 1."},
};

static struct sk_text answers(const struct sk_match_register *reg, struct sk_arena *arena)
{
    struct sk_text all = {"", 0};

    for (size_t i = 0; i < SK_COUNT(questions); i++) {
        struct sk_match_decision decision = fixture_decide(reg, &questions[i], arena);
        struct sk_text one = fixture_print(&decision, arena);

        all = sk_arena_printf(arena, "%.*s%.*s", SK_TEXT_ARG(all), SK_TEXT_ARG(one));
    }
    return all;
}

static void assert_same(struct sk_text a, struct sk_text b)
{
    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.data, b.data, a.size);
}

static void the_order_of_loading_does_not_matter(void **)
{
    sk_arena_auto arena = {0};
    struct sk_match_register *forward = sk_match_register_new();
    struct sk_match_register *backward = sk_match_register_new();

    for (int i = 0; i < PLACES; i++) {
        put(forward, i, NULL);
        put(backward, (i * 7 + 5) % PLACES, NULL);
    }
    assert_same(answers(forward, &arena), answers(backward, &arena));
    sk_match_register_free(forward);
    sk_match_register_free(backward);
}

static void what_was_replaced_or_removed_leaves_no_trace(void **)
{
    sk_arena_auto arena = {0};
    struct sk_match_register *plain = sk_match_register_new();
    struct sk_match_register *changed = sk_match_register_new();

    for (int i = 0; i < PLACES; i++) {
        put(plain, i, NULL);
        put(changed, i, "Tijdelijke Naam");
    }
    for (int i = 0; i < PLACES; i++) {
        if (i % 5 == 0)
            assert_true(sk_match_register_remove(changed, SK_MATCH_LOCATIE,
                                                 sk_arena_printf(&arena, "9100%05d", i)));
        put(changed, i, NULL);
    }
    assert_int_equal(sk_match_register_locations(changed), PLACES);
    assert_same(answers(plain, &arena), answers(changed, &arena));
    sk_match_register_free(plain);
    sk_match_register_free(changed);
}

static void removing_what_is_not_there_is_said(void **)
{
    struct sk_match_register *reg = sk_match_register_new();

    assert_false(sk_match_register_remove(reg, SK_MATCH_LOCATIE, SK_TEXT("1")));
    put(reg, 1, NULL);
    assert_true(sk_match_register_has(reg, SK_MATCH_LOCATIE, SK_TEXT("910000001")));
    assert_false(sk_match_register_has(reg, SK_MATCH_ORGANISATOR, SK_TEXT("910000001")));
    sk_match_register_free(reg);
}

static void an_empty_register_answers_none(void **)
{
    sk_arena_auto arena = {0};
    struct sk_match_register *reg = sk_match_register_new();

    for (size_t i = 0; i < SK_COUNT(questions); i++)
        assert_int_equal(fixture_decide(reg, &questions[i], &arena).besluit,
                         SK_BESLUIT_GEEN);
    sk_match_register_free(reg);
}

static void the_organiser_is_that_of_the_day(void **)
{
    struct sk_match_register *reg = sk_match_register_new();

    fixture_put(reg, &(struct place){.id = "910000001",
                                     .name = "Bever",
                                     .organiser = "O2",
                                     .former_organiser = "O1",
                                     .changed = 19000});
    assert_text(sk_match_register_organiser(reg, SK_TEXT("910000001"), 18999), "O1");
    assert_text(sk_match_register_organiser(reg, SK_TEXT("910000001"), 19000), "O2");
    assert_null(sk_match_register_organiser(reg, SK_TEXT("919999999"), 19000).data);
    sk_match_register_free(reg);
}

static void hostile_texts_do_no_harm(void **)
{
    sk_arena_auto arena = {0};
    struct sk_match_register *reg = fixture_register();
    char *noise = sk_arena_alloc(&arena, 70001);

    srand(7);
    for (int turn = 0; turn < 20; turn++) {
        for (size_t i = 0; i < 70000; i++)
            noise[i] = (char)(turn % 2 ? rand() : "0123456789 +@./-aeK"[rand() % 19]);
        for (size_t i = 0; i < 70000; i++)
            noise[i] = noise[i] ? noise[i] : ' ';
        noise[70000] = 0;
        fixture_decide(reg,
                       &(struct complaint){.text = noise,
                                           .name = noise,
                                           .street = noise,
                                           .dossier = noise,
                                           .phone = noise,
                                           .email = noise,
                                           .town = noise},
                       &arena);
    }
    sk_match_register_free(reg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_order_of_loading_does_not_matter),
        cmocka_unit_test(what_was_replaced_or_removed_leaves_no_trace),
        cmocka_unit_test(removing_what_is_not_there_is_said),
        cmocka_unit_test(an_empty_register_answers_none),
        cmocka_unit_test(the_organiser_is_that_of_the_day),
        cmocka_unit_test(hostile_texts_do_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
