/* SPDX-License-Identifier: Apache-2.0 */
/* One complaint that came twice. */
#include <stdio.h>

#include "correlation/twins.h"
#include "world.h"

static const char text[] =
    "Vanmorgen stond er maar één begeleider bij twaalf kinderen in de leefgroep van de "
    "kleinsten. Mijn dochter huilde en niemand had tijd om haar te troosten. Ik heb dit "
    "vorige week ook al aan de verantwoordelijke gemeld, maar er verandert niets.";
static const char retold[] =
    "Geachte, vanmorgen stond er maar één begeleider bij twaalf kinderen in de leefgroep "
    "van de kleinsten. Mijn dochter huilde en niemand had tijd om haar te troosten. Ik "
    "heb "
    "dit vorige week ook al aan de verantwoordelijke gemeld, maar er verandert niets. "
    "Met vriendelijke groeten";
static const char other_matter[] =
    "De facturen van oktober kloppen niet: er zijn drie dagen aangerekend waarop onze "
    "zoon ziek was en tijdig afgemeld werd. We vragen al een maand om een verbetering en "
    "krijgen telkens een ander antwoord van de boekhouding.";

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

/* A complaint about the Zonnebloem, received so many days after the first. */
static struct klacht *complaint(const char *id, const char *words, int days)
{
    struct klacht *klacht = world_klacht(world, id, "De Zonnebloem", "910000001");

    klacht->tekst = sk_text(words);
    klacht->ontvangen_op = TUESDAY_NOON + days * 24 * 3600000LL;
    return klacht;
}

static void say(struct klacht *klacht)
{
    static int64_t later;

    world_set_time(world, TUESDAY_NOON + ++later);
    assert_ok(world_send(world, &sk_klacht, klacht, &err));
}

static const struct koppeling *of(const char *id)
{
    return world_koppeling(world, id);
}

static void the_later_proposes_the_earlier_and_both_stay_where_they_are(void **)
{
    say(complaint("K-1", text, 0));
    say(complaint("K-2", retold, 3));
    assert_int_equal(of("K-1")->voorstellen_count, 0);
    assert_int_equal(of("K-2")->voorstellen_count, 1);
    assert_text(of("K-2")->voorstellen[0].id, "K-1");
    assert_int_equal(of("K-2")->voorstellen[0].relatie, RELATIE_DUBBEL_VAN);
    assert_true(of("K-2")->voorstellen[0].gelijkenis > 800000);
    assert_int_equal(of("K-2")->besluit, KOPPELING_BESLUIT_AUTO);
    assert_int_equal(world_stuk(world, "klacht/K-1/LOCATIE/910000001")->toestand,
                     STUK_TOESTAND_ACTIEF);
    assert_int_equal(world_stuk(world, "klacht/K-2/LOCATIE/910000001")->toestand,
                     STUK_TOESTAND_ACTIEF);
}

static void another_matter_at_the_same_place_is_no_double(void **)
{
    say(complaint("K-1", text, 0));
    say(complaint("K-2", other_matter, 0));
    assert_int_equal(of("K-2")->voorstellen_count, 0);
}

static void the_same_words_about_another_place_are_no_double(void **)
{
    struct klacht *elsewhere = world_klacht(world, "K-2", "Bever", "910000003");

    say(complaint("K-1", text, 0));
    elsewhere->tekst = sk_text(text);
    say(elsewhere);
    assert_int_equal(of("K-2")->voorstellen_count, 0);
}

static void fifteen_days_apart_is_another_complaint(void **)
{
    say(complaint("K-1", text, 0));
    say(complaint("K-2", text, 14));
    say(complaint("K-3", text, 29));
    assert_int_equal(of("K-2")->voorstellen_count, 1);
    assert_int_equal(of("K-3")->voorstellen_count, 0);
}

static void the_earlier_does_not_propose_the_later_when_its_words_change(void **)
{
    struct klacht *first = complaint("K-1", other_matter, 0);

    say(first);
    say(complaint("K-2", text, 0));
    first->tekst = sk_text(text);
    first->versie++;
    say(first);
    assert_int_equal(of("K-1")->voorstellen_count, 0);
}

static void a_few_words_are_never_alike_enough(void **)
{
    say(complaint("K-1", "Te weinig begeleiders.", 0));
    say(complaint("K-2", "Te weinig begeleiders.", 0));
    assert_int_equal(of("K-2")->voorstellen_count, 0);
}

static void a_proposal_outlives_a_restart_and_is_found_after_one(void **)
{
    say(complaint("K-1", text, 0));
    say(complaint("K-2", retold, 0));
    world_restart(world);
    world_tick(world);
    assert_int_equal(of("K-2")->voorstellen_count, 1);
    say(complaint("K-3", text, 1));
    assert_int_equal(of("K-3")->voorstellen_count, 2);
    assert_text(of("K-3")->voorstellen[0].id, "K-1"); /* the likest first */
}

static void a_person_who_confirms_it_leaves_the_relation_in_the_dossier(void **)
{
    struct verwijzing twin = {SK_TEXT("klacht"), SK_TEXT("K-1"), RELATIE_DUBBEL_VAN};
    struct koppeling_oordeel *oordeel =
        world_oordeel(world, "R-1", "K-2", OORDEEL_HANDELING_KOPPELEN);

    say(complaint("K-1", text, 0));
    say(complaint("K-2", retold, 0));
    world_oordeel_target(world, oordeel, NIVEAU_LOCATIE, "910000001");
    oordeel->verwijzingen = &twin;
    oordeel->verwijzingen_count = 1;
    assert_ok(world_send(world, &sk_koppeling_oordeel, oordeel, &err));
    assert_int_equal(of("K-2")->voorstellen_count, 0);
    assert_int_equal(of("K-2")->verwijzingen_count, 1);
    const struct dossier_stuk *stuk = world_stuk(world, "klacht/K-2/LOCATIE/910000001");

    assert_int_equal(stuk->verwijzingen_count, 1);
    assert_text(stuk->verwijzingen[0].id, "K-1");
}

static void what_is_erased_is_proposed_no_more(void **)
{
    say(complaint("K-1", text, 0));
    assert_ok(world_erase(world, &sk_klacht, "K-1", &err));
    say(complaint("K-2", text, 0));
    assert_int_equal(of("K-2")->voorstellen_count, 0);
}

static void at_a_busy_place_the_newest_are_remembered(void **)
{
    char id[16];

    say(complaint("K-0", text, 0));
    for (int i = 1; i <= TWINS_AT_PLACE; i++) {
        snprintf(id, sizeof id, "K-%d", i);
        struct klacht *klacht = complaint(id, other_matter, 0);
        klacht->klacht_id = sk_arena_text(world_arena(world), sk_text(id));
        say(klacht);
    }
    say(complaint("K-99", text, 0));
    assert_int_equal(of("K-99")->voorstellen_count, 0); /* K-0 made room */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_later_proposes_the_earlier_and_both_stay_where_they_are),
        TEST(another_matter_at_the_same_place_is_no_double),
        TEST(the_same_words_about_another_place_are_no_double),
        TEST(fifteen_days_apart_is_another_complaint),
        TEST(the_earlier_does_not_propose_the_later_when_its_words_change),
        TEST(a_few_words_are_never_alike_enough),
        TEST(a_proposal_outlives_a_restart_and_is_found_after_one),
        TEST(a_person_who_confirms_it_leaves_the_relation_in_the_dossier),
        TEST(what_is_erased_is_proposed_no_more),
        TEST(at_a_busy_place_the_newest_are_remembered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
