/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of design.md §7, one sentence each. */
#include "fixture.h"
#include "match/explain.h"

static struct sk_match_register *reg;
static struct sk_arena arena;

static int set_up(void **)
{
    reg = fixture_register();
    return 0;
}

static int tear_down(void **)
{
    sk_match_register_free(reg);
    sk_arena_fini(&arena);
    return 0;
}

static struct sk_match_decision decide(struct complaint complaint)
{
    return fixture_decide(reg, &complaint, &arena);
}

static void assert_location(const struct sk_match_decision *decision, const char *id)
{
    assert_int_equal(decision->besluit, SK_BESLUIT_AUTO);
    assert_int_equal(decision->doel_count, 1);
    assert_int_equal(decision->doelen[0].level, SK_LEVEL_LOCATIE);
    assert_text(decision->doelen[0].id, id);
    assert_true(decision->bewijs_count > 0);
    assert_true(decision->p >= 985000);
}

static void assert_review(const struct sk_match_decision *decision, const char *reason)
{
    assert_int_equal(decision->besluit, SK_BESLUIT_BEOORDELEN);
    if (!fixture_has_reason(decision, reason))
        fail_msg("reason %s is missing", reason);
}

static void a_dossier_number_alone_links(void **)
{
    struct sk_match_decision decision =
        decide((struct complaint){.dossier = "91 000 0001"});

    assert_location(&decision, "910000001");
    assert_true(fixture_has_reason(&decision, "NUMMER_BEVESTIGD"));
}

static void a_dossier_number_with_another_name_is_for_a_person(void **)
{
    struct sk_match_decision decision = decide(
        (struct complaint){.dossier = "910000001", .name = "Speelvogel", .town = "Gent"});

    assert_review(&decision, "NUMMER_TEGENSTRIJDIG");
    assert_true(decision.kandidaat_count >= 2);
}

static void a_dossier_number_with_another_municipality_is_for_a_person(void **)
{
    struct sk_match_decision decision =
        decide((struct complaint){.dossier = "910000001", .town = "Leuven"});

    assert_review(&decision, "NUMMER_TEGENSTRIJDIG");
    assert_review(&decision, "GEMEENTE_ANDERS");
}

static void a_dossier_number_of_another_type_is_for_a_person(void **)
{
    struct sk_match_decision decision = decide(
        (struct complaint){.dossier = "910000001", .type = "buitenschoolse opvang"});

    assert_review(&decision, "NUMMER_TEGENSTRIJDIG");
}

static void a_dossier_number_whose_text_names_another_is_for_a_person(void **)
{
    struct sk_match_decision decision = decide(
        (struct complaint){.dossier = "910000001",
                           .text = "Mijn zoon gaat naar crèche Kwebbelbos in Mechelen."});

    assert_review(&decision, "NUMMER_TEGENSTRIJDIG");
}

static void a_number_that_no_location_bears_is_for_a_person(void **)
{
    struct sk_match_decision decision = decide((struct complaint){
        .dossier = "919999999", .name = "De Zonnebloem", .town = "Gent"});

    assert_review(&decision, "NUMMER_ONBEKEND");
    assert_text(decision.kandidaten[0].target.id, "910000001");
}

static void an_establishment_number_links(void **)
{
    struct sk_match_decision decision =
        decide((struct complaint){.establishment = "2.123.456.749"});

    assert_location(&decision, "910000001");
}

static void name_and_municipality_link(void **)
{
    struct sk_match_decision decision = decide(
        (struct complaint){.name = "KDV Zonnebloem", .town = "GENT", .type = "crèche"});

    assert_location(&decision, "910000001");
}

static void a_slip_in_the_name_links_only_with_the_address(void **)
{
    struct sk_match_decision decision =
        decide((struct complaint){.name = "De Zonnebleom", .town = "Gent"});

    assert_int_equal(decision.besluit, SK_BESLUIT_BEOORDELEN);
    decision = decide((struct complaint){
        .name = "De Zonnebleom", .town = "Gent", .street = "Kerkstr.", .number = "12"});
    assert_location(&decision, "910000001");
}

static void a_phone_and_a_name_link(void **)
{
    struct sk_match_decision decision =
        decide((struct complaint){.name = "Zonnebloem", .phone = "+32 9 111 22 33"});

    assert_location(&decision, "910000001");
}

static void an_organisers_phone_does_not_name_a_location(void **)
{
    struct sk_match_decision decision =
        decide((struct complaint){.phone = "09 999 88 77"});

    assert_int_equal(decision.besluit, SK_BESLUIT_BEOORDELEN);
}

static void an_enterprise_number_links_the_organiser_and_names_its_locations(void **)
{
    struct sk_match_decision decision =
        decide((struct complaint){.enterprise = "BE 0421.722.346"});

    assert_int_equal(decision.besluit, SK_BESLUIT_AUTO);
    assert_int_equal(decision.doelen[0].level, SK_LEVEL_ORGANISATOR);
    assert_text(decision.doelen[0].id, "O1");
    assert_int_equal(decision.doelen[0].location_count, 2);
    assert_string_equal(decision.waarom_niet_dieper, "MEER_LOCATIES_VAN_ORGANISATOR");
}

static void an_enterprise_number_against_a_dossier_number_is_for_a_person(void **)
{
    struct sk_match_decision decision =
        decide((struct complaint){.enterprise = "0403170701", .dossier = "910000001"});

    assert_review(&decision, "ONDERNEMINGSNUMMER_ANDERS");
}

static void two_locations_of_one_organiser_on_one_address_link_the_organiser(void **)
{
    struct sk_match_decision decision =
        decide((struct complaint){.name = "Kwebbelbos", .town = "Mechelen"});

    assert_int_equal(decision.besluit, SK_BESLUIT_AUTO);
    assert_int_equal(decision.doelen[0].level, SK_LEVEL_ORGANISATOR);
    assert_text(decision.doelen[0].id, "O2");
    assert_int_equal(decision.doelen[0].location_count, 2);
    assert_text(decision.doelen[0].locations[0], "910000003");
    assert_string_equal(decision.waarom_niet_dieper, "MEER_LOCATIES_OP_ADRES");
}

static void the_type_tells_two_locations_on_one_address_apart(void **)
{
    struct sk_match_decision decision =
        decide((struct complaint){.name = "Kwebbelbos",
                                  .town = "Mechelen",
                                  .type = "naschoolse opvang",
                                  .street = "Schoolstraat",
                                  .number = "7"});

    assert_int_equal(decision.besluit, SK_BESLUIT_AUTO);
    assert_text(decision.kandidaten[0].target.id, "910000004");
}

static void an_address_of_two_organisers_is_for_a_person_and_preselected(void **)
{
    struct sk_match_decision decision = decide((struct complaint){
        .street = "Dorp", .number = "1", .postcode = "3000", .town = "Leuven"});

    assert_int_equal(decision.besluit, SK_BESLUIT_BEOORDELEN);
    assert_int_equal(decision.doelen[0].level, SK_LEVEL_ADRES);
    assert_int_equal(decision.doelen[0].location_count, 2);
}

static void one_name_on_one_address_of_two_organisers_is_for_a_person(void **)
{
    struct place a = {.id = "910000020",
                      .organiser = "O3",
                      .name = "Iglo",
                      .street = "Laan",
                      .number = "9",
                      .postcode = "9300",
                      .town = "Aalst"};
    struct place b = a;

    b.id = "910000021";
    b.organiser = "O4";
    fixture_put(reg, &a);
    fixture_put(reg, &b);
    struct sk_match_decision decision = decide((struct complaint){
        .name = "Iglo", .street = "Laan", .number = "9", .town = "Aalst"});

    assert_review(&decision, "ADRES_MEER_ORGANISATOREN");
    assert_int_equal(decision.doelen[0].level, SK_LEVEL_ADRES);
}

static void one_kind_of_evidence_is_too_little(void **)
{
    struct sk_match_decision decision =
        decide((struct complaint){.phone = "09/111.22.33"});

    assert_review(&decision, "TE_WEINIG_BEWIJS");
    decision = decide((struct complaint){
        .street = "Kerkstraat", .number = "12", .postcode = "9000", .town = "Gent"});
    assert_review(&decision, "TE_WEINIG_BEWIJS");
    assert_text(decision.kandidaten[0].target.id, "910000001");
}

static void locations_of_one_voorziening_link_at_that_level(void **)
{
    struct place a = {.id = "910000020",
                      .organiser = "O3",
                      .name = "Iglo",
                      .street = "Laan",
                      .number = "9",
                      .postcode = "9300",
                      .town = "Aalst",
                      .facility = "V1"};
    struct place b = a;

    b.id = "910000021";
    b.street = "Weg";
    fixture_put(reg, &a);
    fixture_put(reg, &b);
    struct sk_match_decision decision =
        decide((struct complaint){.name = "Iglo", .town = "Aalst"});

    assert_int_equal(decision.besluit, SK_BESLUIT_AUTO);
    assert_int_equal(decision.doelen[0].level, SK_LEVEL_VOORZIENING);
    assert_text(decision.doelen[0].id, "V1");
}

static void the_day_of_the_facts_tells_a_taken_over_place_from_its_successor(void **)
{
    struct complaint complaint = {.name = "Wigwam",
                                  .town = "Brugge",
                                  .street = "Veldweg",
                                  .number = "3",
                                  .day = 18000};
    struct sk_match_decision decision = decide(complaint);

    assert_location(&decision, "910000007");
    complaint.day = 19900;
    decision = decide(complaint);
    assert_location(&decision, "910000008");
}

static void a_closed_place_that_nobody_follows_links_and_says_so(void **)
{
    struct sk_match_decision decision =
        decide((struct complaint){.dossier = "910000010", .day = 19990});

    assert_location(&decision, "910000010");
    assert_true(fixture_has_reason(&decision, "GESLOTEN_OP_DATUM"));
}

static void a_number_of_a_closed_place_that_is_followed_is_for_a_person(void **)
{
    struct sk_match_decision decision =
        decide((struct complaint){.dossier = "910000007", .day = 19100});

    assert_review(&decision, "OPVOLGER_MOGELIJK");
}

static void a_former_name_and_address_link(void **)
{
    struct sk_match_decision decision = decide((struct complaint){.name = "Oude Kriebel",
                                                                  .street = "Marktplein",
                                                                  .number = "2",
                                                                  .town = "Sint-Niklaas",
                                                                  .day = 18000});

    assert_location(&decision, "910000009");
}

static void a_place_that_is_in_no_register_stays_without(void **)
{
    struct sk_match_decision decision =
        decide((struct complaint){.name = "Bij Katrien thuis",
                                  .type = "onthaalouder",
                                  .street = "Kerkstraat",
                                  .number = "99",
                                  .town = "Gent"});

    assert_int_not_equal(decision.besluit, SK_BESLUIT_AUTO);
}

static void an_empty_complaint_names_no_facility(void **)
{
    struct sk_match_decision decision =
        decide((struct complaint){.text = "Ik ben ontevreden."});

    assert_int_equal(decision.besluit, SK_BESLUIT_GEEN);
    assert_true(fixture_has_reason(&decision, "GEEN_OPVANG_GENOEMD"));
    assert_int_equal(decision.doel_count, 0);
}

static void a_free_text_with_name_and_place_links_and_shows_where(void **)
{
    const char *text =
        "Mijn dochter gaat naar crèche De Zonnebloem, Kerkstraat 12 in 9000 Gent.";
    struct sk_match_decision decision = decide((struct complaint){.text = text});
    bool shown = false;

    assert_location(&decision, "910000001");
    for (size_t i = 0; i < decision.bewijs_count; i++) {
        const struct sk_match_evidence *evidence = &decision.bewijs[i];

        if (evidence->field == SK_MENTION_TEKST && strcmp(evidence->feature, "naam") == 0)
            shown |= memcmp(text + evidence->begin, "Zonnebloem", 10) == 0;
    }
    assert_true(shown);
}

static void a_french_text_links(void **)
{
    struct sk_match_decision decision = decide((struct complaint){
        .text = "Ma fille va à la crèche Zonnebloem, Kerkstraat 12, à Gand."});

    assert_location(&decision, "910000001");
}

static void a_text_that_names_two_is_for_a_person(void **)
{
    struct sk_match_decision decision = decide((struct complaint){
        .text = "Eerst crèche De Zonnebloem, Kerkstraat 12 in Gent, daarna crèche "
                "Speelvogel, Molenstraat 5 in Gent."});

    assert_int_equal(decision.besluit, SK_BESLUIT_BEOORDELEN);
}

static void the_senders_own_house_is_no_evidence(void **)
{
    struct sk_match_decision decision = decide((struct complaint){
        .text = "Ik woon in de Kerkstraat 12 te Gent. De opvang is slecht."});

    assert_int_not_equal(decision.besluit, SK_BESLUIT_AUTO);
    for (size_t i = 0; i < decision.bewijs_count; i++)
        assert_string_not_equal(decision.bewijs[i].level, "gelijk");
}

static void a_quoted_mail_and_a_signature_are_no_evidence(void **)
{
    struct sk_match_decision decision = decide((struct complaint){
        .text = "De opvang is slecht.\n\nMet vriendelijke groeten,\nDe Zonnebloem\n"
                "Kerkstraat 12, 9000 Gent\n"});

    assert_int_not_equal(decision.besluit, SK_BESLUIT_AUTO);
    decision = decide((struct complaint){
        .channel = SK_MATCH_MAIL,
        .text = "De opvang is slecht.\n\nOp 3 februari schreef Opgroeien:\n"
                "> Betreft crèche De Zonnebloem, Kerkstraat 12, 9000 Gent\n"});
    assert_int_equal(decision.besluit, SK_BESLUIT_GEEN);
}

static void a_text_without_capitals_is_read_too(void **)
{
    struct sk_match_decision decision = decide((struct complaint){
        .text = "mijn dochter gaat naar crèche zonnebloem, kerkstraat 12 in gent."});

    assert_location(&decision, "910000001");
}

static void a_childs_code_that_looks_like_a_number_does_not_link(void **)
{
    struct sk_match_decision decision = decide((struct complaint){
        .text = "Het gaat over ons kind met code 910000-001, vorige week."});

    assert_int_not_equal(decision.besluit, SK_BESLUIT_AUTO);
}

static void a_number_announced_in_the_text_links(void **)
{
    struct sk_match_decision decision =
        decide((struct complaint){.text = "Betreft dossiernummer 910000001."});

    assert_location(&decision, "910000001");
}

static struct sk_match_decision decide_two(const struct complaint two[2])
{
    const struct sk_match_mention mentions[] = {fixture_mention(&two[0]),
                                                fixture_mention(&two[1])};
    const struct sk_match_message message = {
        .day = TODAY, .mentions = mentions, .mention_count = 2};
    struct sk_match_decision decision;

    sk_match_decide(reg, sk_match_model_builtin(), &message, &arena, &decision);
    return decision;
}

static void two_named_locations_are_the_first_and_also_the_second(void **)
{
    struct sk_match_decision decision =
        decide_two((struct complaint[2]){{.name = "De Zonnebloem", .town = "Gent"},
                                         {.name = "Speelvogel", .town = "Gent"}});

    assert_int_equal(decision.besluit, SK_BESLUIT_AUTO);
    assert_int_equal(decision.doel_count, 2);
    assert_text(decision.doelen[0].id, "910000001");
    assert_false(decision.doelen[0].also);
    assert_true(decision.doelen[1].also);
}

static void two_named_locations_of_which_one_is_unsure_are_for_a_person(void **)
{
    struct sk_match_decision decision =
        decide_two((struct complaint[2]){{.name = "De Zonnebloem", .town = "Gent"},
                                         {.name = "Onbekende Plek", .town = "Gent"}});

    assert_review(&decision, "TWEE_GENOEMD");
}

static void more_mentions_than_are_read_are_for_a_person(void **)
{
    struct sk_match_mention mentions[SK_MATCH_MENTION_LIMIT + 1];
    const struct complaint complaint = {.dossier = "910000001"};
    struct sk_match_decision decision;

    for (size_t i = 0; i < SK_COUNT(mentions); i++)
        mentions[i] = fixture_mention(&complaint);
    sk_match_decide(reg, sk_match_model_builtin(),
                    &(struct sk_match_message){.day = TODAY,
                                               .mentions = mentions,
                                               .mention_count = SK_COUNT(mentions)},
                    &arena, &decision);
    assert_review(&decision, "TE_VEEL_GENOEMD");
}

static void candidates_are_at_most_ten_sorted_and_share_one_million(void **)
{
    struct sk_match_decision decision = decide((struct complaint){.name = "Vuurtoren"});
    int64_t sum = 0;

    assert_true(decision.kandidaat_count <= SK_MATCH_CANDIDATE_LIMIT);
    for (size_t i = 0; i < decision.kandidaat_count; i++) {
        sum += decision.kandidaten[i].p;
        if (i > 0)
            assert_true(decision.kandidaten[i - 1].p >= decision.kandidaten[i].p);
    }
    assert_true(sum + decision.p_geen <= 1000000);
}

static void the_sentence_is_dutch_and_holds_no_name(void **)
{
    struct sk_match_decision decision =
        decide((struct complaint){.name = "De Zonnebloem", .town = "Gent"});

    assert_text(sk_match_explain(&decision, &arena),
                "Gekoppeld aan locatie 910000001: gemeente en naam komen overeen.");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_dossier_number_alone_links),
        TEST(a_dossier_number_with_another_name_is_for_a_person),
        TEST(a_dossier_number_with_another_municipality_is_for_a_person),
        TEST(a_dossier_number_of_another_type_is_for_a_person),
        TEST(a_dossier_number_whose_text_names_another_is_for_a_person),
        TEST(a_number_that_no_location_bears_is_for_a_person),
        TEST(an_establishment_number_links),
        TEST(name_and_municipality_link),
        TEST(a_slip_in_the_name_links_only_with_the_address),
        TEST(a_phone_and_a_name_link),
        TEST(an_organisers_phone_does_not_name_a_location),
        TEST(an_enterprise_number_links_the_organiser_and_names_its_locations),
        TEST(an_enterprise_number_against_a_dossier_number_is_for_a_person),
        TEST(two_locations_of_one_organiser_on_one_address_link_the_organiser),
        TEST(the_type_tells_two_locations_on_one_address_apart),
        TEST(an_address_of_two_organisers_is_for_a_person_and_preselected),
        TEST(one_name_on_one_address_of_two_organisers_is_for_a_person),
        TEST(one_kind_of_evidence_is_too_little),
        TEST(locations_of_one_voorziening_link_at_that_level),
        TEST(the_day_of_the_facts_tells_a_taken_over_place_from_its_successor),
        TEST(a_closed_place_that_nobody_follows_links_and_says_so),
        TEST(a_number_of_a_closed_place_that_is_followed_is_for_a_person),
        TEST(a_former_name_and_address_link),
        TEST(a_place_that_is_in_no_register_stays_without),
        TEST(an_empty_complaint_names_no_facility),
        TEST(a_free_text_with_name_and_place_links_and_shows_where),
        TEST(a_french_text_links),
        TEST(a_text_that_names_two_is_for_a_person),
        TEST(the_senders_own_house_is_no_evidence),
        TEST(a_quoted_mail_and_a_signature_are_no_evidence),
        TEST(a_text_without_capitals_is_read_too),
        TEST(a_childs_code_that_looks_like_a_number_does_not_link),
        TEST(a_number_announced_in_the_text_links),
        TEST(two_named_locations_are_the_first_and_also_the_second),
        TEST(two_named_locations_of_which_one_is_unsure_are_for_a_person),
        TEST(more_mentions_than_are_read_are_for_a_person),
        TEST(candidates_are_at_most_ten_sorted_and_share_one_million),
        TEST(the_sentence_is_dutch_and_holds_no_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
