/* SPDX-License-Identifier: Apache-2.0 */
/* What a person decides, and how it is undone. */
#include <stdio.h>

#include "world.h"

static struct world *world;
static struct sk_error err;

static int set_up(void **)
{
    world = world_with_register();
    err = (struct sk_error){0};
    /* K-1 waits for a person, K-2 is linked to the Zonnebloem. */
    assert_ok(world_send(world, &sk_klacht,
                         world_klacht(world, "K-1", "Bever", "910000001"), &err));
    assert_ok(world_send(world, &sk_klacht,
                         world_klacht(world, "K-2", "De Zonnebloem", "910000001"), &err));
    return 0;
}

static int tear_down(void **)
{
    world_free(world);
    return 0;
}

static bool has_reason(const struct koppeling *koppeling, const char *reason)
{
    for (size_t i = 0; i < koppeling->redenen_count; i++) {
        if (sk_text_is(koppeling->redenen[i], reason))
            return true;
    }
    return false;
}

static enum sk_verdict link(const char *id, const char *klacht, const char *target)
{
    struct koppeling_oordeel *oordeel =
        world_oordeel(world, id, klacht, OORDEEL_HANDELING_KOPPELEN);

    world_oordeel_target(world, oordeel, NIVEAU_LOCATIE, target);
    return world_send(world, &sk_koppeling_oordeel, oordeel, &err);
}

static enum sk_verdict revoke(const char *id, const char *klacht, const char *revoked)
{
    struct koppeling_oordeel *oordeel =
        world_oordeel(world, id, klacht, OORDEEL_HANDELING_HERROEPEN);

    oordeel->herroept = sk_text(revoked);
    return world_send(world, &sk_koppeling_oordeel, oordeel, &err);
}

static void a_person_links_what_waited(void **)
{
    assert_ok(link("R-1", "K-1", "910000003"));
    const struct koppeling *koppeling = world_koppeling(world, "K-1");

    assert_int_equal(koppeling->besluit, KOPPELING_BESLUIT_AUTO);
    assert_int_equal(koppeling->besloten_door, BESLOTEN_DOOR_MENS);
    assert_text(koppeling->oordeel_id, "R-1");
    assert_false(koppeling->has_uiterlijk_op);
    assert_int_equal(world_stuk(world, "klacht/K-1/LOCATIE/910000003")->toestand,
                     STUK_TOESTAND_ACTIEF);
}

static void a_person_moves_a_link_and_the_old_item_is_emptied(void **)
{
    assert_ok(link("R-1", "K-2", "910000003"));
    const struct dossier_stuk *old = world_stuk(world, "klacht/K-2/LOCATIE/910000001");

    assert_int_equal(old->toestand, STUK_TOESTAND_VERPLAATST);
    assert_text(old->verplaatst_naar, "klacht/K-2/LOCATIE/910000003");
    assert_int_equal(old->titel.size, 0);
    assert_int_equal(old->samenvatting.size, 0);
    assert_true(old->has_ontvangen_op);
    assert_int_equal(world_stuk(world, "klacht/K-2/LOCATIE/910000003")->toestand,
                     STUK_TOESTAND_ACTIEF);
}

static void an_item_that_was_in_a_wrong_dossier_says_so(void **)
{
    struct koppeling_oordeel *oordeel =
        world_oordeel(world, "R-1", "K-2", OORDEEL_HANDELING_KOPPELEN);

    world_oordeel_target(world, oordeel, NIVEAU_LOCATIE, "910000003");
    oordeel->verkeerd_dossier = true;
    assert_ok(world_send(world, &sk_koppeling_oordeel, oordeel, &err));
    assert_text(world_stuk(world, "klacht/K-2/LOCATIE/910000001")->toestand_reden,
                "VERKEERD_DOSSIER");
}

static void a_decision_given_again_changes_nothing(void **)
{
    assert_ok(link("R-1", "K-1", "910000003"));
    size_t sent = world_sent(world);

    world_set_time(world, TUESDAY_NOON + 1000);
    assert_ok(link("R-1", "K-1", "910000003"));
    assert_int_equal(world_sent(world), sent);
}

static void an_older_decision_given_again_after_a_newer_one_changes_nothing(void **)
{
    assert_ok(link("R-1", "K-1", "910000003"));
    assert_ok(link("R-2", "K-1", "910000002"));
    assert_ok(link("R-1", "K-1", "910000003"));
    assert_text(world_koppeling(world, "K-1")->doelen[0].id, "910000002");
}

static void a_decision_on_another_version_than_was_seen_is_shown_again(void **)
{
    struct koppeling_oordeel *oordeel =
        world_oordeel(world, "R-1", "K-1", OORDEEL_HANDELING_KOPPELEN);

    world_oordeel_target(world, oordeel, NIVEAU_LOCATIE, "910000003");
    oordeel->gezien_versie = world_koppeling(world, "K-1")->versie - 1;
    assert_ok(world_send(world, &sk_koppeling_oordeel, oordeel, &err));
    const struct koppeling *koppeling = world_koppeling(world, "K-1");

    assert_int_equal(koppeling->besluit, KOPPELING_BESLUIT_BEOORDELEN);
    assert_true(has_reason(koppeling, "OORDEEL_VEROUDERD"));
    assert_null(world_stuk(world, "klacht/K-1/LOCATIE/910000003"));
    oordeel->oordeel_id = SK_TEXT("R-2");
    oordeel->gezien_versie = koppeling->versie;
    assert_ok(world_send(world, &sk_koppeling_oordeel, oordeel, &err));
    assert_int_equal(world_koppeling(world, "K-1")->besluit, KOPPELING_BESLUIT_AUTO);
    assert_false(has_reason(world_koppeling(world, "K-1"), "OORDEEL_VEROUDERD"));
}

static void an_organiser_that_a_person_chose_names_its_locations(void **)
{
    struct koppeling_oordeel *oordeel =
        world_oordeel(world, "R-1", "K-1", OORDEEL_HANDELING_KOPPELEN);

    world_oordeel_target(world, oordeel, NIVEAU_ORGANISATOR, "O1");
    assert_ok(world_send(world, &sk_koppeling_oordeel, oordeel, &err));
    const struct dossier_stuk *stuk = world_stuk(world, "klacht/K-1/ORGANISATOR/O1");

    assert_int_equal(stuk->dossiernummers_count, 2);
    assert_text(stuk->dossiernummers[1], "910000002");
}

static void a_target_that_is_given_twice_counts_once(void **)
{
    struct koppeling_oordeel *oordeel =
        world_oordeel(world, "R-1", "K-1", OORDEEL_HANDELING_KOPPELEN);
    struct doel twice[2] = {{.niveau = NIVEAU_LOCATIE, .id = SK_TEXT("910000003")},
                            {.niveau = NIVEAU_LOCATIE, .id = SK_TEXT("910000003")}};

    oordeel->doelen = twice;
    oordeel->doelen_count = 2;
    assert_ok(world_send(world, &sk_koppeling_oordeel, oordeel, &err));
    assert_int_equal(world_koppeling(world, "K-1")->doelen_count, 1);
}

static void a_kind_of_subject_that_is_not_linked_here_is_refused(void **)
{
    struct koppeling_oordeel *oordeel =
        world_oordeel(world, "R-1", "K-1", OORDEEL_HANDELING_GEEN);

    oordeel->onderwerp.soort = SK_TEXT("wens");
    assert_int_equal(world_send(world, &sk_koppeling_oordeel, oordeel, &err), SK_REJECT);
    assert_string_equal(err.id, "oordeel.subject");
}

static void danger_that_comes_after_a_person_said_none_opens_it_again(void **)
{
    struct klacht *klacht = world_klacht(world, "K-2", "De Zonnebloem", "910000001");

    assert_ok(world_send(world, &sk_koppeling_oordeel,
                         world_oordeel(world, "R-1", "K-2", OORDEEL_HANDELING_GEEN),
                         &err));
    klacht->gevaar = GEVAAR_VASTGESTELD;
    klacht->versie++;
    assert_ok(world_send(world, &sk_klacht, klacht, &err));
    const struct koppeling *koppeling = world_koppeling(world, "K-2");

    assert_int_equal(koppeling->besluit, KOPPELING_BESLUIT_BEOORDELEN);
    assert_true(has_reason(koppeling, "GEVAAR_GEWIJZIGD"));
    assert_int_equal(koppeling->uiterlijk_op, TUESDAY_NOON + HALF_HOUR_MS);
    assert_ok(world_send(world, &sk_opvang_locatie,
                         world_location(world, "910000009", "Wigwam", "Veldweg", "O2"),
                         &err));
    world_tick(world);
    assert_int_equal(world_koppeling(world, "K-2")->besluit,
                     KOPPELING_BESLUIT_BEOORDELEN);
}

static void danger_that_comes_to_what_a_person_linked_is_shown_and_moves_nothing(void **)
{
    struct klacht *klacht = world_klacht(world, "K-1", "Bever", "910000001");

    assert_ok(link("R-1", "K-1", "910000003"));
    klacht->gevaar = GEVAAR_VERMOED;
    klacht->versie++;
    assert_ok(world_send(world, &sk_klacht, klacht, &err));
    assert_int_equal(world_koppeling(world, "K-1")->gevaar, GEVAAR_VERMOED);
    assert_int_equal(world_koppeling(world, "K-1")->besloten_door, BESLOTEN_DOOR_MENS);
    assert_text(world_koppeling(world, "K-1")->doelen[0].id, "910000003");
}

static void danger_is_put_off_by_half_an_hour_only(void **)
{
    struct klacht *klacht = world_klacht(world, "K-1", "Bever", "910000001");

    klacht->gevaar = GEVAAR_VERMOED;
    klacht->versie++;
    assert_ok(world_send(world, &sk_klacht, klacht, &err));
    world_set_time(world, TUESDAY_NOON + 10 * 60 * 1000);
    assert_ok(world_send(world, &sk_koppeling_oordeel,
                         world_oordeel(world, "R-1", "K-1", OORDEEL_HANDELING_UITSTELLEN),
                         &err));
    assert_int_equal(world_koppeling(world, "K-1")->uiterlijk_op,
                     TUESDAY_NOON + 10 * 60 * 1000 + HALF_HOUR_MS);
}

static void an_erased_complaint_takes_along_what_people_wrote_about_it(void **)
{
    assert_ok(link("R-1", "K-1", "910000003"));
    assert_ok(link("R-2", "K-1", "910000002"));
    assert_ok(world_erase(world, &sk_klacht, "K-1", &err));
    assert_null(world_get(world, &sk_koppeling_oordeel, "R-1"));
    assert_null(world_get(world, &sk_koppeling_oordeel, "R-2"));
    assert_null(world_stuk(world, "klacht/K-1/LOCATIE/910000003"));
}

static void a_target_that_the_register_does_not_know_is_refused(void **)
{
    assert_int_equal(link("R-1", "K-1", "999999999"), SK_REJECT);
    assert_string_equal(err.id, "oordeel.target");
    assert_non_null(strstr(err.text, "999999999"));
}

static void an_address_is_no_target(void **)
{
    struct koppeling_oordeel *oordeel =
        world_oordeel(world, "R-1", "K-1", OORDEEL_HANDELING_KOPPELEN);

    world_oordeel_target(world, oordeel, NIVEAU_ADRES, "910000003");
    assert_int_equal(world_send(world, &sk_koppeling_oordeel, oordeel, &err), SK_REJECT);
}

static void a_person_says_that_it_is_about_none_and_that_is_final(void **)
{
    struct koppeling_oordeel *oordeel =
        world_oordeel(world, "R-1", "K-1", OORDEEL_HANDELING_GEEN);
    struct code reden = {.code = SK_TEXT("NIET_VERGUND")};

    oordeel->reden = &reden;
    assert_ok(world_send(world, &sk_koppeling_oordeel, oordeel, &err));
    const struct koppeling *koppeling = world_koppeling(world, "K-1");
    int64_t versie = koppeling->versie;

    assert_int_equal(koppeling->besluit, KOPPELING_BESLUIT_GEEN);
    assert_text(koppeling->redenen[0], "NIET_VERGUND");
    assert_false(koppeling->has_uiterlijk_op);
    assert_ok(world_send(world, &sk_opvang_locatie,
                         world_location(world, "910000009", "Wigwam", "Veldweg", "O2"),
                         &err));
    world_tick(world);
    assert_int_equal(world_koppeling(world, "K-1")->versie, versie);
}

static void a_person_puts_it_off_until_noon_of_the_next_working_day(void **)
{
    world_set_time(world, TUESDAY_NOON + 3 * 24 * 3600 * 1000LL); /* Friday */
    assert_ok(world_send(world, &sk_koppeling_oordeel,
                         world_oordeel(world, "R-1", "K-1", OORDEEL_HANDELING_UITSTELLEN),
                         &err));
    const struct koppeling *koppeling = world_koppeling(world, "K-1");

    assert_int_equal(koppeling->besluit, KOPPELING_BESLUIT_BEOORDELEN);
    assert_int_equal(koppeling->uiterlijk_op, TUESDAY_NOON + 6 * 24 * 3600 * 1000LL);
}

static void a_revoked_decision_gives_back_what_a_person_decided_before(void **)
{
    assert_ok(link("R-1", "K-1", "910000003"));
    assert_ok(link("R-2", "K-1", "910000002"));
    assert_ok(revoke("R-3", "K-1", "R-2"));
    const struct koppeling *koppeling = world_koppeling(world, "K-1");

    assert_int_equal(koppeling->besloten_door, BESLOTEN_DOOR_MENS);
    assert_text(koppeling->doelen[0].id, "910000003");
    assert_int_equal(world_stuk(world, "klacht/K-1/LOCATIE/910000002")->toestand,
                     STUK_TOESTAND_VERPLAATST);
    assert_int_equal(world_stuk(world, "klacht/K-1/LOCATIE/910000003")->toestand,
                     STUK_TOESTAND_ACTIEF);
}

static void a_revoked_first_decision_gives_the_matter_back_to_the_matcher(void **)
{
    assert_ok(link("R-1", "K-1", "910000003"));
    assert_ok(revoke("R-2", "K-1", "R-1"));
    assert_int_equal(world_koppeling(world, "K-1")->besluit,
                     KOPPELING_BESLUIT_BEOORDELEN);
    assert_int_equal(world_stuk(world, "klacht/K-1/LOCATIE/910000003")->toestand,
                     STUK_TOESTAND_VERPLAATST);
}

static void only_the_decision_that_stands_can_be_revoked(void **)
{
    assert_int_equal(revoke("R-2", "K-1", "R-1"), SK_REJECT);
    assert_string_equal(err.id, "oordeel.action");
}

static void what_a_person_linked_stays_when_the_complaint_or_the_register_changes(void **)
{
    struct klacht *klacht = world_klacht(world, "K-1", "Speelvogel", "910000002");

    assert_ok(link("R-1", "K-1", "910000003"));
    int64_t versie = world_koppeling(world, "K-1")->versie;

    klacht->status = KLACHT_STATUS_BEVESTIGD;
    klacht->versie = TUESDAY_NOON + 5;
    assert_ok(world_send(world, &sk_klacht, klacht, &err));
    assert_int_equal(world_koppeling(world, "K-1")->versie, versie);
    assert_text(world_stuk(world, "klacht/K-1/LOCATIE/910000003")->status, "BEVESTIGD");
}

static void a_decision_that_comes_before_its_complaint_waits_for_it(void **)
{
    assert_ok(link("R-1", "K-9", "910000003"));
    assert_null(world_stuk(world, "klacht/K-9/LOCATIE/910000003"));
    assert_ok(world_send(world, &sk_klacht,
                         world_klacht(world, "K-9", "Bever", "910000001"), &err));
    assert_int_equal(world_koppeling(world, "K-9")->besloten_door, BESLOTEN_DOOR_MENS);
    assert_non_null(world_stuk(world, "klacht/K-9/LOCATIE/910000003"));
}

static void a_newer_assignment_in_the_source_moves_what_a_person_linked_here(void **)
{
    struct klacht *klacht = world_klacht(world, "K-1", "Bever", "910000001");
    struct toewijzing assignment = {.niveau = NIVEAU_LOCATIE,
                                    .id = SK_TEXT("910000002"),
                                    .door = TOEGEWEZEN_DOOR_MEDEWERKER,
                                    .has_op = true,
                                    .op = TUESDAY_NOON - 1};

    assert_ok(link("R-1", "K-1", "910000003"));
    klacht->toegewezen = &assignment;
    klacht->toegewezen_count = 1;
    klacht->versie = TUESDAY_NOON + 5;
    assert_ok(world_send(world, &sk_klacht, klacht, &err));
    assert_text(world_koppeling(world, "K-1")->doelen[0].id, "910000003");
    assignment.op = TUESDAY_NOON + 1;
    klacht->versie++;
    assert_ok(world_send(world, &sk_klacht, klacht, &err));
    assert_text(world_koppeling(world, "K-1")->doelen[0].id, "910000002");
}

static void two_hundred_earlier_decisions_are_kept_and_all_are_counted(void **)
{
    char id[16];

    for (int i = 0; i < 205; i++) {
        snprintf(id, sizeof id, "R-%d", i);
        assert_ok(link(sk_arena_string(world_arena(world), sk_text(id)), "K-1",
                       i % 2 ? "910000002" : "910000003"));
    }
    const struct koppeling *koppeling = world_koppeling(world, "K-1");

    assert_int_equal(koppeling->vorige_count, 200);
    assert_int_equal(koppeling->vorige_aantal, 205);
    assert_text(koppeling->vorige[0].oordeel_id, "R-203");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_person_links_what_waited),
        TEST(a_person_moves_a_link_and_the_old_item_is_emptied),
        TEST(an_item_that_was_in_a_wrong_dossier_says_so),
        TEST(a_decision_given_again_changes_nothing),
        TEST(an_older_decision_given_again_after_a_newer_one_changes_nothing),
        TEST(a_decision_on_another_version_than_was_seen_is_shown_again),
        TEST(an_organiser_that_a_person_chose_names_its_locations),
        TEST(a_target_that_is_given_twice_counts_once),
        TEST(a_kind_of_subject_that_is_not_linked_here_is_refused),
        TEST(danger_that_comes_after_a_person_said_none_opens_it_again),
        TEST(danger_that_comes_to_what_a_person_linked_is_shown_and_moves_nothing),
        TEST(danger_is_put_off_by_half_an_hour_only),
        TEST(an_erased_complaint_takes_along_what_people_wrote_about_it),
        TEST(a_target_that_the_register_does_not_know_is_refused),
        TEST(an_address_is_no_target),
        TEST(a_person_says_that_it_is_about_none_and_that_is_final),
        TEST(a_person_puts_it_off_until_noon_of_the_next_working_day),
        TEST(a_revoked_decision_gives_back_what_a_person_decided_before),
        TEST(a_revoked_first_decision_gives_the_matter_back_to_the_matcher),
        TEST(only_the_decision_that_stands_can_be_revoked),
        TEST(what_a_person_linked_stays_when_the_complaint_or_the_register_changes),
        TEST(a_decision_that_comes_before_its_complaint_waits_for_it),
        TEST(two_hundred_earlier_decisions_are_kept_and_all_are_counted),
        TEST(a_newer_assignment_in_the_source_moves_what_a_person_linked_here),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
