/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a complaint: first seen, changed, matched again, erased. */
#include "world.h"

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

static void send(const struct klacht *klacht)
{
    assert_ok(world_send(world, &sk_klacht, klacht, &err));
}

static bool has_reason(const struct koppeling *koppeling, const char *reason)
{
    for (size_t i = 0; i < koppeling->redenen_count; i++) {
        if (sk_text_is(koppeling->redenen[i], reason))
            return true;
    }
    return false;
}

static void a_complaint_with_the_right_number_lands_in_its_dossier(void **)
{
    send(world_klacht(world, "K-1", "De Zonnebloem", "910000001"));
    const struct koppeling *koppeling = world_koppeling(world, "K-1");
    const struct dossier_stuk *stuk = world_stuk(world, "klacht/K-1/LOCATIE/910000001");

    assert_int_equal(koppeling->besluit, KOPPELING_BESLUIT_AUTO);
    assert_int_equal(koppeling->besloten_door, BESLOTEN_DOOR_MACHINE);
    assert_int_equal(koppeling->doelen[0].rol, DOEL_ROL_HOOFD);
    assert_false(koppeling->has_uiterlijk_op);
    assert_true(koppeling->bewijs_count > 0);
    assert_int_equal(koppeling->invoer_sha256.size, 64);
    assert_int_equal(stuk->toestand, STUK_TOESTAND_ACTIEF);
    assert_int_equal(stuk->koppeling->versie, koppeling->versie);
    assert_text(stuk->dossiernummers[0], "910000001");
    assert_text(stuk->bestemd_voor[0].team, "Team Gent");
}

static void a_dossier_item_never_holds_the_complainant_or_his_words(void **)
{
    struct klacht *klacht = world_klacht(world, "K-1", "De Zonnebloem", "910000001");
    struct document document = {.document_id = SK_TEXT("D-1"),
                                .naam = SK_TEXT("brief van Geheime Melder.pdf")};
    sk_buffer_auto bytes = {0};

    klacht->onderwerp = SK_TEXT("Geheime kop");
    klacht->documenten = &document;
    klacht->documenten_count = 1;
    send(klacht);
    const struct dossier_stuk *stuk = world_stuk(world, "klacht/K-1/LOCATIE/910000001");

    assert_int_equal(stuk->documenten_count, 1);
    assert_ok(sk_dossier_stuk.encode(stuk, &bytes, &err));
    assert_null(memmem(bytes.data, bytes.size, "eheim", 5));
    bytes.size = 0;
    assert_ok(sk_koppeling.encode(world_koppeling(world, "K-1"), &bytes, &err));
    assert_null(memmem(bytes.data, bytes.size, "eheim", 5));
}

static void a_complaint_with_a_wrong_number_waits_for_a_person(void **)
{
    send(world_klacht(world, "K-1", "Bever", "910000001"));
    const struct koppeling *koppeling = world_koppeling(world, "K-1");

    assert_int_equal(koppeling->besluit, KOPPELING_BESLUIT_BEOORDELEN);
    assert_true(has_reason(koppeling, "NUMMER_TEGENSTRIJDIG"));
    assert_int_equal(koppeling->doelen_count, 0);
    assert_true(koppeling->kandidaten_count >= 2);
    assert_null(world_stuk(world, "klacht/K-1/LOCATIE/910000001"));
}

static void what_waits_is_due_by_noon_of_the_next_working_day(void **)
{
    send(world_klacht(world, "K-1", "Bever", "910000001"));
    assert_int_equal(world_koppeling(world, "K-1")->uiterlijk_op,
                     TUESDAY_NOON + 24 * 3600 * 1000);
}

static void what_waits_with_danger_is_due_in_half_an_hour(void **)
{
    struct klacht *klacht = world_klacht(world, "K-1", "Bever", "910000001");

    klacht->gevaar = GEVAAR_VERMOED;
    send(klacht);
    assert_int_equal(world_koppeling(world, "K-1")->uiterlijk_op,
                     TUESDAY_NOON + HALF_HOUR_MS);
}

static void danger_that_comes_later_moves_the_due_time_forward(void **)
{
    struct klacht *klacht = world_klacht(world, "K-1", "Bever", "910000001");

    send(klacht);
    klacht->gevaar = GEVAAR_VASTGESTELD;
    klacht->versie++;
    send(klacht);
    assert_int_equal(world_koppeling(world, "K-1")->uiterlijk_op,
                     TUESDAY_NOON + HALF_HOUR_MS);
    assert_int_equal(world_koppeling(world, "K-1")->vorige_count, 1);
}

static void a_complaint_that_names_nothing_stays_open(void **)
{
    struct klacht *klacht = world_klacht(world, "K-1", NULL, NULL);

    klacht->genoemd_count = 0;
    send(klacht);
    const struct koppeling *koppeling = world_koppeling(world, "K-1");

    assert_int_equal(koppeling->besluit, KOPPELING_BESLUIT_GEEN);
    assert_true(koppeling->has_uiterlijk_op);
}

static void a_complaint_about_the_government_is_no_dossiers(void **)
{
    struct klacht *klacht = world_klacht(world, "K-1", "De Zonnebloem", "910000001");

    klacht->regime = REGIME_OVERHEID;
    send(klacht);
    assert_int_equal(world_koppeling(world, "K-1")->besluit, KOPPELING_BESLUIT_GEEN);
    assert_true(has_reason(world_koppeling(world, "K-1"), "OVER_OVERHEID"));
}

static void the_same_complaint_again_sends_nothing(void **)
{
    struct klacht *klacht = world_klacht(world, "K-1", "De Zonnebloem", "910000001");

    send(klacht);
    size_t sent = world_sent(world);

    world_set_time(world, TUESDAY_NOON + 1000);
    send(klacht);
    assert_int_equal(world_sent(world), sent);
}

static void a_new_status_updates_the_item_and_not_the_decision(void **)
{
    struct klacht *klacht = world_klacht(world, "K-1", "De Zonnebloem", "910000001");

    send(klacht);
    int64_t versie = world_koppeling(world, "K-1")->versie;
    int64_t known = world_stuk(world, "klacht/K-1/LOCATIE/910000001")->gekend_op;

    world_set_time(world, TUESDAY_NOON + 60000);
    klacht->status = KLACHT_STATUS_IN_ONDERZOEK;
    klacht->versie++;
    send(klacht);
    const struct dossier_stuk *stuk = world_stuk(world, "klacht/K-1/LOCATIE/910000001");

    assert_text(stuk->status, "IN_ONDERZOEK");
    assert_int_equal(stuk->gekend_op, known);
    assert_int_equal(world_koppeling(world, "K-1")->versie, versie);
}

static void a_withdrawn_complaint_stays_where_it_is_and_says_so(void **)
{
    struct klacht *klacht = world_klacht(world, "K-1", "De Zonnebloem", "910000001");

    send(klacht);
    klacht->status = KLACHT_STATUS_INGETROKKEN;
    klacht->versie++;
    send(klacht);
    const struct dossier_stuk *stuk = world_stuk(world, "klacht/K-1/LOCATIE/910000001");

    assert_int_equal(stuk->toestand, STUK_TOESTAND_INGETROKKEN);
    assert_text(stuk->toestand_reden, "INGETROKKEN");
}

static void a_corrected_number_of_an_open_item_links_it(void **)
{
    struct klacht *klacht = world_klacht(world, "K-1", "Bever", "910000001");

    send(klacht);
    klacht->genoemd[0].dossiernummer = SK_TEXT("910000003");
    klacht->versie++;
    send(klacht);
    const struct koppeling *koppeling = world_koppeling(world, "K-1");

    assert_int_equal(koppeling->besluit, KOPPELING_BESLUIT_AUTO);
    assert_int_equal(koppeling->vorige_count, 1);
    assert_int_equal(koppeling->vorige[0].besluit, KOPPELING_BESLUIT_BEOORDELEN);
    assert_false(koppeling->has_uiterlijk_op);
    assert_non_null(world_stuk(world, "klacht/K-1/LOCATIE/910000003"));
}

static void
a_corrected_identification_of_a_linked_item_asks_a_person_and_moves_nothing(void **)
{
    struct klacht *klacht = world_klacht(world, "K-1", "De Zonnebloem", "910000001");

    send(klacht);
    klacht->genoemd[0].naam = SK_TEXT("Bever");
    klacht->genoemd[0].dossiernummer = SK_TEXT("910000003");
    klacht->versie++;
    send(klacht);
    const struct koppeling *koppeling = world_koppeling(world, "K-1");

    assert_int_equal(koppeling->besluit, KOPPELING_BESLUIT_BEOORDELEN);
    assert_true(has_reason(koppeling, "IDENTIFICATIE_GEWIJZIGD"));
    assert_text(koppeling->doelen[0].id, "910000001");
    assert_text(koppeling->kandidaten[0].doel.id, "910000003");
    assert_int_equal(world_stuk(world, "klacht/K-1/LOCATIE/910000001")->toestand,
                     STUK_TOESTAND_ACTIEF);
    assert_null(world_stuk(world, "klacht/K-1/LOCATIE/910000003"));
}

static void a_location_that_comes_later_links_what_waited_for_it(void **)
{
    send(world_klacht(world, "K-1", "Wigwam", NULL));
    assert_int_not_equal(world_koppeling(world, "K-1")->besluit, KOPPELING_BESLUIT_AUTO);
    assert_ok(world_send(world, &sk_opvang_locatie,
                         world_location(world, "910000009", "Wigwam", "Veldweg", "O2"),
                         &err));
    world_tick(world);
    assert_int_equal(world_koppeling(world, "K-1")->besluit, KOPPELING_BESLUIT_AUTO);
    assert_non_null(world_stuk(world, "klacht/K-1/LOCATIE/910000009"));
}

static void a_location_that_came_while_the_process_was_down_links_too(void **)
{
    send(world_klacht(world, "K-1", "Wigwam", NULL));
    assert_ok(world_send(world, &sk_opvang_locatie,
                         world_location(world, "910000009", "Wigwam", "Veldweg", "O2"),
                         &err));
    world_restart(world);
    world_tick(world);
    assert_int_equal(world_koppeling(world, "K-1")->besluit, KOPPELING_BESLUIT_AUTO);
}

static void a_register_that_changes_moves_no_link(void **)
{
    send(world_klacht(world, "K-1", "De Zonnebloem", NULL));
    int64_t versie = world_koppeling(world, "K-1")->versie;

    assert_ok(world_send(
        world, &sk_opvang_locatie,
        world_location(world, "910000001", "Andere Naam", "Nieuwstraat", "O2"), &err));
    assert_ok(world_send(
        world, &sk_opvang_locatie,
        world_location(world, "910000009", "De Zonnebloem", "Kerkstraat", "O2"), &err));
    world_tick(world);
    assert_int_equal(world_koppeling(world, "K-1")->versie, versie);
}

static void danger_that_comes_to_a_linked_item_does_not_question_the_link(void **)
{
    struct klacht *klacht = world_klacht(world, "K-1", "De Zonnebloem", NULL);

    send(klacht);
    assert_ok(world_send(
        world, &sk_opvang_locatie,
        world_location(world, "910000009", "De Zonnebloem", "Kerkstraat", "O2"), &err));
    klacht->gevaar = GEVAAR_VASTGESTELD;
    klacht->versie++;
    send(klacht);
    assert_int_equal(world_koppeling(world, "K-1")->besluit, KOPPELING_BESLUIT_AUTO);
    assert_int_equal(world_koppeling(world, "K-1")->gevaar, GEVAAR_VASTGESTELD);
}

static void an_open_item_that_is_matched_again_with_the_same_outcome_stays_silent(void **)
{
    send(world_klacht(world, "K-1", "Bever", "910000001"));
    size_t sent = world_sent(world);

    assert_ok(world_send(world, &sk_opvang_locatie,
                         world_location(world, "910000009", "Wigwam", "Veldweg", "O2"),
                         &err));
    world_tick(world);
    assert_int_equal(world_sent(world), sent);
}

static void our_own_answer_that_comes_back_is_no_evidence(void **)
{
    struct klacht *klacht = world_klacht(world, "K-1", "Bever", "910000001");
    struct toewijzing echo = {.niveau = NIVEAU_LOCATIE,
                              .id = SK_TEXT("910000001"),
                              .door = TOEGEWEZEN_DOOR_SCHAKEL};

    send(klacht);
    size_t sent = world_sent(world);

    klacht->toegewezen = &echo;
    klacht->toegewezen_count = 1;
    klacht->versie++;
    send(klacht);
    assert_int_equal(world_sent(world), sent);
}

static void a_staff_member_of_the_source_decides_like_a_person(void **)
{
    struct klacht *klacht = world_klacht(world, "K-1", "De Zonnebloem", "910000001");
    struct toewijzing assignment = {.niveau = NIVEAU_LOCATIE,
                                    .id = SK_TEXT("910000003"),
                                    .door = TOEGEWEZEN_DOOR_MEDEWERKER,
                                    .has_op = true,
                                    .op = TUESDAY_NOON + 1};

    send(klacht);
    klacht->toegewezen = &assignment;
    klacht->toegewezen_count = 1;
    klacht->versie++;
    send(klacht);
    const struct koppeling *koppeling = world_koppeling(world, "K-1");

    assert_int_equal(koppeling->besloten_door, BESLOTEN_DOOR_BRON);
    assert_text(koppeling->doelen[0].id, "910000003");
    assert_int_equal(world_stuk(world, "klacht/K-1/LOCATIE/910000001")->toestand,
                     STUK_TOESTAND_VERPLAATST);
    assert_int_equal(world_stuk(world, "klacht/K-1/LOCATIE/910000003")->toestand,
                     STUK_TOESTAND_ACTIEF);
}

static void an_assignment_to_an_unknown_place_waits_for_a_person(void **)
{
    struct klacht *klacht = world_klacht(world, "K-1", "De Zonnebloem", NULL);
    struct toewijzing assignment = {.niveau = NIVEAU_LOCATIE,
                                    .id = SK_TEXT("999999999"),
                                    .door = TOEGEWEZEN_DOOR_MEDEWERKER};

    klacht->toegewezen = &assignment;
    klacht->toegewezen_count = 1;
    send(klacht);
    assert_int_equal(world_koppeling(world, "K-1")->besluit,
                     KOPPELING_BESLUIT_BEOORDELEN);
    assert_true(has_reason(world_koppeling(world, "K-1"), "TOEWIJZING_ONBEKEND"));
}

static void an_assignment_to_an_unknown_place_empties_no_dossier(void **)
{
    struct klacht *klacht = world_klacht(world, "K-1", "De Zonnebloem", "910000001");
    struct toewijzing assignment = {.niveau = NIVEAU_LOCATIE,
                                    .id = SK_TEXT("910000009"),
                                    .door = TOEGEWEZEN_DOOR_MEDEWERKER,
                                    .has_op = true,
                                    .op = TUESDAY_NOON + 1};

    send(klacht);
    klacht->toegewezen = &assignment;
    klacht->toegewezen_count = 1;
    klacht->versie = TUESDAY_NOON + 1;
    send(klacht);
    const struct koppeling *koppeling = world_koppeling(world, "K-1");

    assert_int_equal(koppeling->besluit, KOPPELING_BESLUIT_BEOORDELEN);
    assert_true(has_reason(koppeling, "TOEWIJZING_ONBEKEND"));
    assert_text(koppeling->doelen[0].id, "910000001");
    assert_int_equal(world_stuk(world, "klacht/K-1/LOCATIE/910000001")->toestand,
                     STUK_TOESTAND_ACTIEF);
    assert_ok(world_send(world, &sk_opvang_locatie,
                         world_location(world, "910000009", "Wigwam", "Veldweg", "O2"),
                         &err));
    world_tick(world);
    assert_text(world_koppeling(world, "K-1")->doelen[0].id, "910000009");
    assert_int_equal(world_stuk(world, "klacht/K-1/LOCATIE/910000001")->toestand,
                     STUK_TOESTAND_VERPLAATST);
}

static void an_older_state_that_comes_again_changes_nothing(void **)
{
    struct klacht *older = world_klacht(world, "K-1", "De Zonnebloem", "910000001");
    struct klacht *newer = world_klacht(world, "K-1", "De Zonnebloem", "910000001");

    older->versie = TUESDAY_NOON;
    newer->versie = TUESDAY_NOON + 1;
    newer->status = KLACHT_STATUS_INGETROKKEN;
    newer->genoemd[0].naam = SK_TEXT("Zonnebloem");
    send(older);
    send(newer);
    size_t sent = world_sent(world);

    older->genoemd[0].naam = SK_TEXT("Bever");
    assert_ok(world_replay(world, &sk_klacht, older, &err));
    assert_int_equal(world_sent(world), sent);
    assert_text(world_stuk(world, "klacht/K-1/LOCATIE/910000001")->status, "INGETROKKEN");
}

static void a_place_that_the_complainant_chose_is_checked_like_a_number(void **)
{
    struct klacht *klacht = world_klacht(world, "K-1", "De Zonnebloem", NULL);
    struct toewijzing choice = {.niveau = NIVEAU_LOCATIE,
                                .id = SK_TEXT("910000003"),
                                .door = TOEGEWEZEN_DOOR_KLAGER_KEUZE};

    klacht->toegewezen = &choice;
    klacht->toegewezen_count = 1;
    send(klacht);
    assert_int_equal(world_koppeling(world, "K-1")->besluit,
                     KOPPELING_BESLUIT_BEOORDELEN);
    assert_true(has_reason(world_koppeling(world, "K-1"), "NUMMER_TEGENSTRIJDIG"));
}

static void look_alikes_are_one_group(void **)
{
    send(world_klacht(world, "K-1", "Bever", "910000001"));
    send(world_klacht(world, "K-2", "de bever", "910000001"));
    send(world_klacht(world, "K-3", "Speelvogel", "910000003"));
    struct sk_text first = world_koppeling(world, "K-1")->groep_id;

    assert_true(sk_text_filled(first));
    assert_true(sk_text_equal(first, world_koppeling(world, "K-2")->groep_id));
    assert_false(sk_text_equal(first, world_koppeling(world, "K-3")->groep_id));
}

static void an_erased_complaint_takes_its_decision_and_items_along(void **)
{
    send(world_klacht(world, "K-1", "De Zonnebloem", "910000001"));
    assert_ok(world_erase(world, &sk_klacht, "K-1", &err));
    assert_null(world_koppeling(world, "K-1"));
    assert_null(world_stuk(world, "klacht/K-1/LOCATIE/910000001"));
}

static void nothing_is_decided_on_an_empty_register(void **)
{
    struct world *empty = world_new();

    assert_int_equal(world_loaded(empty, &err), SK_RETRY);
    assert_string_equal(err.id, "register.small");
    world_free(empty);
}

static void the_same_input_and_register_give_the_same_bytes(void **)
{
    struct world *again = world_with_register();
    sk_buffer_auto a = {0}, b = {0};

    send(world_klacht(world, "K-1", "Bever", "910000001"));
    assert_ok(world_send(again, &sk_klacht,
                         world_klacht(again, "K-1", "Bever", "910000001"), &err));
    assert_ok(sk_koppeling.encode(world_koppeling(world, "K-1"), &a, &err));
    assert_ok(sk_koppeling.encode(world_koppeling(again, "K-1"), &b, &err));
    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.data, b.data, a.size);
    world_free(again);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_complaint_with_the_right_number_lands_in_its_dossier),
        TEST(a_dossier_item_never_holds_the_complainant_or_his_words),
        TEST(a_complaint_with_a_wrong_number_waits_for_a_person),
        TEST(what_waits_is_due_by_noon_of_the_next_working_day),
        TEST(what_waits_with_danger_is_due_in_half_an_hour),
        TEST(danger_that_comes_later_moves_the_due_time_forward),
        TEST(a_complaint_that_names_nothing_stays_open),
        TEST(a_complaint_about_the_government_is_no_dossiers),
        TEST(the_same_complaint_again_sends_nothing),
        TEST(a_new_status_updates_the_item_and_not_the_decision),
        TEST(a_withdrawn_complaint_stays_where_it_is_and_says_so),
        TEST(a_corrected_number_of_an_open_item_links_it),
        TEST(a_corrected_identification_of_a_linked_item_asks_a_person_and_moves_nothing),
        TEST(a_location_that_comes_later_links_what_waited_for_it),
        TEST(a_location_that_came_while_the_process_was_down_links_too),
        TEST(a_register_that_changes_moves_no_link),
        TEST(danger_that_comes_to_a_linked_item_does_not_question_the_link),
        TEST(an_open_item_that_is_matched_again_with_the_same_outcome_stays_silent),
        TEST(our_own_answer_that_comes_back_is_no_evidence),
        TEST(a_staff_member_of_the_source_decides_like_a_person),
        TEST(an_assignment_to_an_unknown_place_waits_for_a_person),
        TEST(an_assignment_to_an_unknown_place_empties_no_dossier),
        TEST(an_older_state_that_comes_again_changes_nothing),
        TEST(a_place_that_the_complainant_chose_is_checked_like_a_number),
        TEST(look_alikes_are_one_group),
        TEST(an_erased_complaint_takes_its_decision_and_items_along),
        TEST(nothing_is_decided_on_an_empty_register),
        TEST(the_same_input_and_register_give_the_same_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
