/* SPDX-License-Identifier: Apache-2.0 */
/* What people do with the worklist. */
#include <stdio.h>

#include "events/schakel_inzage.h"
#include "world.h"

static struct world *world;
static struct sk_error err;
static unsigned status;

static int set_up(void **)
{
    world = world_with_register();
    err = (struct sk_error){0};
    /* Both name the Bever with the Zonnebloem's number: look-alikes that wait. */
    for (int i = 1; i <= 2; i++) {
        char id[16];
        snprintf(id, sizeof id, "K-%d", i);
        assert_ok(world_send(
            world, &sk_klacht,
            world_klacht(world, sk_arena_string(world_arena(world), sk_text(id)), "Bever",
                         "910000001"),
            &err));
    }
    return 0;
}

static int tear_down(void **)
{
    world_free(world);
    return 0;
}

static json_t *get(const char *path)
{
    return world_ask(world, "GET", path, 0, NULL, &status);
}

static int64_t version_of(const char *klacht)
{
    return world_koppeling(world, klacht)->versie;
}

static json_t *user(const char *name)
{
    return json_pack("{s:s, s:s}", "gebruiker_id", name, "via", "CLI");
}

/* A decision about K-1 by ann. */
static json_t *link_to(const char *target)
{
    return json_pack("{s:s, s:[{s:s, s:s}], s:o}", "handeling", "KOPPELEN", "doelen",
                     "niveau", "LOCATIE", "id", target, "door", user("ann"));
}

static json_t *decide(const char *path, int64_t version, json_t *body)
{
    json_t *answer = world_ask(world, "POST", path, version, body, &status);

    json_decref(body);
    return answer;
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text ? text : "";
}

static size_t queue_size(const char *query)
{
    json_auto_t *answer = get(query);

    assert_int_equal(status, 200);
    return json_array_size(json_object_get(answer, "items"));
}

/* Whether one of the candidates has that sentence. */
static bool is_said(const json_t *item, const char *side, const char *sentence)
{
    const json_t *candidate, *row;
    size_t i, k;

    json_array_foreach(json_object_get(item, "kandidaten"), i, candidate)
    {
        json_array_foreach(json_object_get(candidate, side), k, row)
        {
            if (strcmp(text_of(row, "zin"), sentence) == 0)
                return true;
        }
    }
    return false;
}

static void an_item_says_what_speaks_for_and_against_each_candidate(void **)
{
    json_auto_t *item = get("/review/klacht/K-1");

    assert_int_equal(status, 200);
    assert_true(is_said(item, "voor", "de naam is gelijk"));
    assert_true(is_said(item, "voor", "het dossiernummer is gelijk"));
    assert_true(is_said(item, "tegen", "de naam is anders"));
    assert_true(is_said(item, "tegen", "het genoemde dossiernummer is een ander"));
}

static void personal_data_is_masked_until_a_reason_is_given(void **)
{
    json_auto_t *masked = get("/review/klacht/K-1");
    json_auto_t *body =
        json_pack("{s:s, s:o}", "reden", "toewijzen", "door", user("ann"));
    json_auto_t *none = json_pack("{s:s, s:o}", "reden", " ", "door", user("ann"));
    json_auto_t *refused =
        world_ask(world, "POST", "/review/klacht/K-1/inzage", 0, none, &status);

    assert_int_equal(status, 422);
    assert_string_equal(text_of(json_object_get(masked, "bericht"), "tekst"), "•••");
    size_t before = world_sent(world);
    json_auto_t *shown =
        world_ask(world, "POST", "/review/klacht/K-1/inzage", 0, body, &status);

    assert_string_equal(text_of(json_object_get(shown, "bericht"), "tekst"),
                        "Geheime tekst van de klager.");
    assert_null(json_object_get(json_object_get(shown, "bericht"), "klager"));
    assert_int_equal(world_sent(world), before + 1); /* the trace */
    assert_non_null(refused);
}

static void a_decision_is_carried_out_before_it_is_answered(void **)
{
    json_auto_t *answer =
        decide("/review/klacht/K-1/oordeel", version_of("K-1"), link_to("910000003"));

    assert_int_equal(status, 200);
    assert_string_equal(text_of(answer, "besluit"), "AUTO");
    assert_string_equal(text_of(answer, "besloten_door"), "MENS");
    assert_int_equal(world_stuk(world, "klacht/K-1/LOCATIE/910000003")->toestand,
                     STUK_TOESTAND_ACTIEF);
    assert_int_equal(queue_size("/review"), 1);
}

static void the_oordeel_that_comes_back_from_the_bus_changes_nothing(void **)
{
    json_auto_t *answer =
        decide("/review/klacht/K-1/oordeel", version_of("K-1"), link_to("910000003"));
    const struct koppeling_oordeel *oordeel =
        world_get(world, &sk_koppeling_oordeel, text_of(answer, "oordeel_id"));
    size_t sent = world_sent(world);

    assert_ok(world_replay(world, &sk_koppeling_oordeel, oordeel, &err));
    assert_int_equal(world_sent(world), sent);
}

static void a_decision_about_a_version_that_is_gone_is_refused(void **)
{
    int64_t seen = version_of("K-1");
    json_auto_t *first = decide("/review/klacht/K-1/oordeel", seen, link_to("910000003"));
    json_auto_t *second =
        decide("/review/klacht/K-1/oordeel", seen, link_to("910000002"));

    assert_non_null(first);
    assert_int_equal(status, 412);
    assert_string_equal(text_of(second, "error"), "review.changed");
    assert_text(world_koppeling(world, "K-1")->doelen[0].id, "910000003");
}

static void a_decision_without_the_version_seen_is_refused(void **)
{
    json_auto_t *answer = decide("/review/klacht/K-1/oordeel", 0, link_to("910000003"));

    assert_non_null(answer);
    assert_int_equal(status, 428);
}

static void the_same_decision_sent_again_is_answered_again(void **)
{
    int64_t seen = version_of("K-1");
    json_t *body = link_to("910000003");

    json_object_set_new(body, "oordeel_id", json_string("R-1"));
    json_auto_t *first = decide("/review/klacht/K-1/oordeel", seen, json_incref(body));
    size_t sent = world_sent(world);
    json_auto_t *second = decide("/review/klacht/K-1/oordeel", seen, body);

    assert_int_equal(status, 200);
    assert_true(
        json_equal(json_object_get(first, "versie"), json_object_get(second, "versie")));
    assert_int_equal(world_sent(world), sent);
}

static void a_target_outside_the_register_is_refused_and_leaves_nothing(void **)
{
    size_t sent = world_sent(world);
    json_auto_t *answer =
        decide("/review/klacht/K-1/oordeel", version_of("K-1"), link_to("999999999"));

    assert_int_equal(status, 422);
    assert_string_equal(text_of(answer, "error"), "oordeel.target");
    assert_int_equal(world_sent(world), sent);
}

static void what_is_undone_waits_again_and_its_item_is_emptied(void **)
{
    json_auto_t *decided =
        decide("/review/klacht/K-1/oordeel", version_of("K-1"), link_to("910000003"));
    json_auto_t *undone = decide("/review/klacht/K-1/herroepen", version_of("K-1"),
                                 json_pack("{s:o}", "door", user("ann")));

    assert_non_null(decided);
    assert_int_equal(status, 200);
    assert_string_equal(text_of(undone, "besluit"), "BEOORDELEN");
    assert_int_equal(world_stuk(world, "klacht/K-1/LOCATIE/910000003")->toestand,
                     STUK_TOESTAND_VERPLAATST);
    assert_int_equal(queue_size("/review"), 2);
}

static void an_undone_postponement_gives_the_first_time_back(void **)
{
    int64_t due = world_koppeling(world, "K-1")->uiterlijk_op;

    world_set_time(world, TUESDAY_NOON + 2 * 24 * 3600000LL);
    json_auto_t *later =
        decide("/review/klacht/K-1/oordeel", version_of("K-1"),
               json_pack("{s:s, s:o}", "handeling", "UITSTELLEN", "door", user("ann")));

    assert_int_equal(status, 200);
    assert_true(world_koppeling(world, "K-1")->uiterlijk_op > due);
    json_auto_t *undone = decide("/review/klacht/K-1/herroepen", version_of("K-1"),
                                 json_pack("{s:o}", "door", user("ann")));

    assert_non_null(later);
    assert_non_null(undone);
    assert_int_equal(world_koppeling(world, "K-1")->uiterlijk_op, due);
}

static void one_decision_solves_the_whole_group(void **)
{
    json_auto_t *item = get("/review/klacht/K-1");
    char path[80];
    json_t *body = link_to("910000003");

    assert_int_equal(json_integer_value(json_object_get(item, "groep_aantal")), 2);
    snprintf(path, sizeof path, "/review?groep=%s", text_of(item, "groep_id"));
    assert_int_equal(queue_size(path), 2);
    json_object_set_new(body, "leden",
                        json_pack("[{s:s, s:I}, {s:s, s:I}]", "onderwerp", "klacht/K-1",
                                  "versie", (json_int_t)version_of("K-1"), "onderwerp",
                                  "klacht/K-2", "versie",
                                  (json_int_t)version_of("K-2") - 1));
    snprintf(path, sizeof path, "/groepen/%s/oordeel", text_of(item, "groep_id"));
    json_auto_t *answer = decide(path, 0, body);
    const json_t *lines = json_object_get(answer, "leden");

    assert_int_equal(status, 200);
    assert_true(json_is_true(json_object_get(json_array_get(lines, 0), "beslist")));
    assert_false(json_is_true(json_object_get(json_array_get(lines, 1), "beslist")));
    assert_int_equal(world_koppeling(world, "K-1")->besluit, KOPPELING_BESLUIT_AUTO);
    assert_int_equal(world_koppeling(world, "K-2")->besluit,
                     KOPPELING_BESLUIT_BEOORDELEN);
}

static void after_the_key_is_destroyed_look_alikes_get_another_group(void **)
{
    const struct koppeling *before = world_koppeling(world, "K-1");

    world_destroy_key(world);
    world_restart(world);
    world_tick(world);
    const struct koppeling *one = world_koppeling(world, "K-1");

    assert_false(sk_text_equal(one->groep_id, before->groep_id));
    assert_true(sk_text_equal(one->groep_id, world_koppeling(world, "K-2")->groep_id));
}

static void what_is_decided_cannot_be_put_off(void **)
{
    json_auto_t *later =
        decide("/review/klacht/K-1/oordeel", version_of("K-1"), link_to("910000003"));
    json_auto_t *refused =
        decide("/review/klacht/K-1/oordeel", version_of("K-1"),
               json_pack("{s:s, s:o}", "handeling", "UITSTELLEN", "door", user("ann")));

    assert_non_null(later);
    assert_int_equal(status, 422);
    assert_non_null(strstr(text_of(refused, "text"), "er wacht niets"));
}

static void who_decides_sees_it_before_the_table_does(void **)
{
    world_delay_tables(world);
    json_auto_t *decided =
        decide("/review/klacht/K-1/oordeel", version_of("K-1"), link_to("910000003"));

    assert_non_null(decided);
    assert_int_equal(queue_size("/review"), 1);
    json_auto_t *undone = decide("/review/klacht/K-1/herroepen", version_of("K-1"),
                                 json_pack("{s:o}", "door", user("ann")));

    assert_non_null(undone);
    assert_int_equal(queue_size("/review"), 2);
}

static void what_one_works_on_is_not_offered_to_another(void **)
{
    json_auto_t *ann = json_pack("{s:o}", "door", user("ann"));
    json_auto_t *bob = json_pack("{s:o}", "door", user("bob"));
    json_auto_t *claim =
        world_ask(world, "POST", "/review/klacht/K-1/in-behandeling", 0, ann, &status);

    assert_string_equal(text_of(claim, "bij"), "ann");
    assert_int_equal(queue_size("/review?voor=ann"), 2);
    assert_int_equal(queue_size("/review?voor=bob"), 1);
    json_auto_t *refused =
        world_ask(world, "POST", "/review/klacht/K-1/in-behandeling", 0, bob, &status);

    assert_int_equal(status, 409);
    assert_non_null(strstr(text_of(refused, "text"), "ann"));
    world_set_time(world, TUESDAY_NOON + 10 * 60 * 1000 + 1);
    assert_int_equal(queue_size("/review?voor=bob"), 2);
}

static void danger_past_its_time_is_an_alarm_until_it_is_decided(void **)
{
    struct klacht *klacht = world_klacht(world, "K-9", "Bever", "910000001");

    klacht->gevaar = GEVAAR_VERMOED;
    assert_ok(world_send(world, &sk_klacht, klacht, &err));
    world_tick(world);
    assert_int_equal(world_alarm(world), 0);
    world_set_time(world, TUESDAY_NOON + HALF_HOUR_MS);
    world_tick(world);
    assert_int_equal(world_alarm(world), 1);
    json_auto_t *answer =
        decide("/review/klacht/K-9/oordeel", version_of("K-9"), link_to("910000003"));

    assert_non_null(answer);
    world_tick(world);
    assert_int_equal(world_alarm(world), 0);
}

static void unknown_paths_and_methods_are_refused(void **)
{
    static const struct {
        const char *method, *path;
        unsigned status;
    } cases[] = {{"GET", "/", 404},
                 {"GET", "/review/klacht/K-404", 404},
                 {"GET", "/review/klacht/K-1/oordeel", 405},
                 {"PUT", "/review", 405},
                 {"GET", "/review?limit=900", 422},
                 {"GET", "/a/b/c/d/e/f", 404}};

    for (size_t i = 0; i < SK_COUNT(cases); i++) {
        json_auto_t *answer =
            world_ask(world, cases[i].method, cases[i].path, 0, NULL, &status);
        assert_non_null(answer);
        assert_int_equal(status, cases[i].status);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_item_says_what_speaks_for_and_against_each_candidate),
        TEST(personal_data_is_masked_until_a_reason_is_given),
        TEST(a_decision_is_carried_out_before_it_is_answered),
        TEST(the_oordeel_that_comes_back_from_the_bus_changes_nothing),
        TEST(a_decision_about_a_version_that_is_gone_is_refused),
        TEST(a_decision_without_the_version_seen_is_refused),
        TEST(the_same_decision_sent_again_is_answered_again),
        TEST(a_target_outside_the_register_is_refused_and_leaves_nothing),
        TEST(what_is_undone_waits_again_and_its_item_is_emptied),
        TEST(an_undone_postponement_gives_the_first_time_back),
        TEST(one_decision_solves_the_whole_group),
        TEST(after_the_key_is_destroyed_look_alikes_get_another_group),
        TEST(what_is_decided_cannot_be_put_off),
        TEST(who_decides_sees_it_before_the_table_does),
        TEST(what_one_works_on_is_not_offered_to_another),
        TEST(danger_past_its_time_is_an_alarm_until_it_is_decided),
        TEST(unknown_paths_and_methods_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
