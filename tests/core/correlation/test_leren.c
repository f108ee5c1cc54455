/* SPDX-License-Identifier: Apache-2.0 */
/* What people decide becomes a model: numbered, the same again, and taken back. */
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "match/snapshot.h"
#include "world.h"

enum { EVERY = 20 }; /* oordelen per model, as the option has it */

static struct world *world;
static struct sk_error err;

static int set_up(void **)
{
    world = world_with_register();
    err = (struct sk_error){0};
    return 0;
}

static int tear_down(void **)
{
    world_free(world);
    return 0;
}

/* A complaint under a name that the register does not know. */
static void complain(struct world *of, int number)
{
    char id[16];

    snprintf(id, sizeof id, "K-%02d", number);
    struct sk_text text = sk_arena_text(world_arena(of), sk_text(id));

    const char *name = number == 20 ? "Kwibuske" : "Grobbendonkske";

    assert_ok(world_send(of, &sk_klacht, world_klacht(of, text.data, name, NULL), &err));
}

static struct koppeling_oordeel *link_of(struct world *of, int number)
{
    const char *id = sk_arena_string(world_arena(of),
                                     sk_arena_printf(world_arena(of), "R-%02d", number));
    const char *klacht = sk_arena_string(
        world_arena(of), sk_arena_printf(world_arena(of), "K-%02d", number));
    struct koppeling_oordeel *oordeel =
        world_oordeel(of, id, klacht, OORDEEL_HANDELING_KOPPELEN);

    world_oordeel_target(of, oordeel, NIVEAU_LOCATIE, "910000003");
    oordeel->door.gebruiker_id = number % 2 ? SK_TEXT("an") : SK_TEXT("bo");
    return oordeel;
}

static void link_to_bever(struct world *of, int number)
{
    assert_ok(world_send(of, &sk_koppeling_oordeel, link_of(of, number), &err));
}

/* The model that decides about a new complaint. */
static const char *model_of(struct world *of, int number)
{
    char id[16];

    snprintf(id, sizeof id, "K-%02d", number);
    complain(of, number);
    return sk_arena_string(world_arena(of), world_koppeling(of, id)->model);
}

static void teach(struct world *of, int count)
{
    for (int i = 0; i < count; i++)
        complain(of, i);
    for (int i = 0; i < count; i++)
        link_to_bever(of, i);
    world_tick(of);
}

static void enough_oordelen_make_a_numbered_model_that_is_kept(void **)
{
    char path[512];

    teach(world, EVERY - 1);
    assert_string_equal(model_of(world, 50), "basis-2");
    complain(world, EVERY - 1);
    link_to_bever(world, EVERY - 1);
    world_tick(world);
    const char *name = model_of(world, 51);

    assert_memory_equal(name, "m20-", 4);
    snprintf(path, sizeof path, "%s/modellen/%s", world_folder(world), name);
    assert_int_equal(access(path, R_OK), 0);
}

static void what_two_people_linked_under_a_name_is_proposed_the_next_time(void **)
{
    complain(world, 50);
    assert_int_equal(world_koppeling(world, "K-50")->kandidaten_count, 0);
    teach(world, EVERY);
    complain(world, 51);
    assert_text(world_koppeling(world, "K-51")->kandidaten[0].doel.id, "910000003");
}

static void what_was_open_is_matched_again_by_the_new_model(void **)
{
    complain(world, 50);
    teach(world, EVERY);
    assert_text(world_koppeling(world, "K-50")->kandidaten[0].doel.id, "910000003");
}

static void the_same_oordelen_in_another_order_make_the_same_model(void **)
{
    struct world *other = world_with_register();

    teach(world, EVERY);
    for (int i = EVERY; i-- > 0;)
        complain(other, i);
    for (int i = EVERY; i-- > 0;)
        link_to_bever(other, i);
    world_tick(other);
    assert_string_equal(model_of(world, 50), model_of(other, 50));
    world_free(other);
}

static void a_restart_makes_the_model_that_stood(void **)
{
    teach(world, EVERY + 3);
    const char *before = model_of(world, 50);

    world_restart(world);
    world_tick(world);
    assert_string_equal(model_of(world, 51), before);
}

static void a_revoked_oordeel_has_taught_nothing(void **)
{
    teach(world, EVERY);
    const char *before = model_of(world, 50);

    link_to_bever(world, 50);
    struct koppeling_oordeel *revoke =
        world_oordeel(world, "R-99", "K-50", OORDEEL_HANDELING_HERROEPEN);

    revoke->herroept = SK_TEXT("R-50");
    assert_ok(world_send(world, &sk_koppeling_oordeel, revoke, &err));
    world_tick(world);
    assert_string_equal(model_of(world, 51), before);

    revoke = world_oordeel(world, "R-98", "K-00", OORDEEL_HANDELING_HERROEPEN);
    revoke->herroept = SK_TEXT("R-00");
    assert_ok(world_send(world, &sk_koppeling_oordeel, revoke, &err));
    world_tick(world);
    assert_memory_equal(model_of(world, 52), "m0-", 3);
}

static void a_revoked_one_is_taken_back_though_enough_are_left(void **)
{
    teach(world, EVERY + 3);
    const char *before = model_of(world, 50);
    struct koppeling_oordeel *revoke =
        world_oordeel(world, "R-98", "K-00", OORDEEL_HANDELING_HERROEPEN);

    revoke->herroept = SK_TEXT("R-00");
    revoke->door.gebruiker_id = SK_TEXT("an");
    assert_ok(world_send(world, &sk_koppeling_oordeel, revoke, &err));
    world_tick(world);
    assert_string_not_equal(model_of(world, 51), before);
}

static void an_oordeel_that_may_not_teach_does_not(void **)
{
    for (int i = 0; i < EVERY; i++) {
        complain(world, i);
        struct koppeling_oordeel *oordeel = link_of(world, i);

        oordeel->leren = false;
        assert_ok(world_send(world, &sk_koppeling_oordeel, oordeel, &err));
    }
    world_tick(world);
    assert_memory_equal(model_of(world, 50), "m0-", 3);
    assert_int_equal(world_koppeling(world, "K-50")->kandidaten_count, 0);
}

/* The number of a complaint that is linked by machine and drawn for a check. */
static int audited(void)
{
    for (int number = 100; number < 1000; number++) {
        char id[16];

        snprintf(id, sizeof id, "K-%02d", number);
        struct sk_text text = sk_arena_text(world_arena(world), sk_text(id));

        assert_ok(world_send(world, &sk_klacht,
                             world_klacht(world, text.data, "De Zonnebloem", "910000001"),
                             &err));
        if (world_koppeling(world, id)->steekproef)
            return number;
    }
    fail_msg("none of 900 links was drawn");
    return 0;
}

static struct sk_match_model *kept_model(const char *name)
{
    sk_buffer_auto text = {0};
    struct sk_match_model *model = NULL;
    char path[512];

    snprintf(path, sizeof path, "%s/modellen/%s", world_folder(world), name);
    assert_ok(sk_file_read(path, 1 << 20, &text, &err));
    assert_ok(sk_snapshot_read(sk_buffer_text(&text), &model, &err));
    return model;
}

static void only_links_drawn_for_a_check_certify(void **)
{
    struct koppeling_oordeel *oordeel = link_of(world, audited());

    oordeel->doelen[0].id = SK_TEXT("910000001");
    assert_ok(world_send(world, &sk_koppeling_oordeel, oordeel, &err));
    teach(world, EVERY - 1);
    struct sk_match_model *model = kept_model(model_of(world, 50));
    const struct sk_certificate *certificate =
        &model->certificate[SK_MATCH_KLACHT][SK_QUESTION_LINK];

    assert_int_equal(certificate->sample, 1);
    assert_int_equal(certificate->errors, 0);
    assert_false(certificate->proved);
    sk_match_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            enough_oordelen_make_a_numbered_model_that_is_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            what_two_people_linked_under_a_name_is_proposed_the_next_time, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(what_was_open_is_matched_again_by_the_new_model,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            the_same_oordelen_in_another_order_make_the_same_model, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_restart_makes_the_model_that_stood, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_revoked_oordeel_has_taught_nothing, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            a_revoked_one_is_taken_back_though_enough_are_left, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_links_drawn_for_a_check_certify, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_oordeel_that_may_not_teach_does_not, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
