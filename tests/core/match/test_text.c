/* SPDX-License-Identifier: Apache-2.0 */
/* What running text says, and what it does not: quotes, roles of words, slips, parts of
 * municipalities, organisers. */
#include "fixture.h"

#include "match/clean.h"
#include "match/entry.h"
#include "match/spelling.h"

static struct sk_arena arena;
static struct sk_match_register *reg;

static const struct place places[] = {
    {.id = "L1",
     .organiser = "O1",
     .name = "De Kwebbelbos",
     .type = "groepsopvang",
     .street = "Kerkstraat",
     .number = "12",
     .postcode = "9050",
     .town = "Gent",
     .phone = "09 111 22 33",
     .email = "kwebbelbos@bos.example"},
    {.id = "L2",
     .organiser = "O1",
     .name = "Wiebelbos",
     .type = "groepsopvang",
     .street = "Molenstraat",
     .number = "5",
     .postcode = "2800",
     .town = "Mechelen"},
    {.id = "L3",
     .organiser = "O2",
     .name = "Tuimelboom",
     .type = "groepsopvang",
     .street = "Dorpsplein",
     .number = "3",
     .postcode = "3000",
     .town = "Leuven"},
    {.id = "L4",
     .organiser = "O2",
     .name = "Tuimelboom II",
     .type = "groepsopvang",
     .street = "Ringlaan",
     .number = "9",
     .postcode = "3000",
     .town = "Leuven"},
};

static int set_up(void **)
{
    reg = sk_match_register_new();
    for (size_t i = 0; i < SK_COUNT(places); i++)
        fixture_put(reg, &places[i]);
    for (uint32_t i = 0; i < 500; i++) { /* so that a name is rare */
        struct place filler = {.organiser = "O9", .postcode = "1000", .town = "Brussel"};

        filler.id = sk_arena_string(&arena, sk_arena_printf(&arena, "V%u", i));
        filler.name =
            sk_arena_string(&arena, sk_arena_printf(&arena, "Vulling%u", i * 79));
        fixture_put(reg, &filler);
    }
    fixture_organiser(reg, "O1", "Bosjes vzw", "0400000021", NULL);
    fixture_organiser(reg, "O2", "Stichting Bomen", "0400000120", NULL);
    return 0;
}

static int tear_down(void **)
{
    sk_match_register_free(reg);
    sk_arena_fini(&arena);
    return 0;
}

static struct sk_match_decision read_from(enum sk_match_channel channel, const char *text,
                                          const char *from)
{
    const struct sk_match_message message = {
        .channel = channel, .day = TODAY, .text = sk_text(text), .from = sk_text(from)};
    struct sk_match_decision decision;

    sk_match_decide(reg, sk_match_model_builtin(), &message, &arena, &decision);
    return decision;
}

static struct sk_match_decision read_mail(const char *text)
{
    return read_from(SK_MATCH_MAIL, text, NULL);
}

/* The bits of that kind of evidence for the location; 0 when there are none. */
static int32_t bits_for(const struct sk_match_decision *decision, const char *location,
                        const char *feature)
{
    for (size_t i = 0; i < decision->bewijs_count; i++) {
        const struct sk_match_evidence *evidence = &decision->bewijs[i];

        if (sk_text_is(evidence->location, location) &&
            strcmp(evidence->feature, feature) == 0)
            return evidence->bits;
    }
    return 0;
}

static void assert_first(const struct sk_match_decision *decision, const char *location)
{
    assert_true(decision->kandidaat_count > 0);
    assert_text(decision->kandidaten[0].target.id, location);
}

static void a_quoted_line_and_a_tag_are_blanks_in_place(void **)
{
    struct sk_text source = SK_TEXT("<p>Over De Bever</p>\nDank\n> Over De Otter\n");
    struct sk_text clean = sk_clean(source, &arena);

    assert_int_equal(clean.size, source.size);
    assert_memory_equal(clean.data + 3, "Over De Bever", 13);
    assert_null(memmem(clean.data, clean.size, "Otter", 5));
    assert_null(memmem(clean.data, clean.size, "<p>", 3));
}

static void an_entity_is_its_letter(void **)
{
    struct sk_words words =
        sk_words_of(sk_clean(SK_TEXT("<b>cr&egrave;che</b> x&amp;y"), &arena), &arena);

    assert_int_equal(words.count, 3);
    assert_text(words.items[0].text, "creche");
    assert_text(words.items[2].text, "y");
}

static void what_is_only_quoted_is_read(void **)
{
    struct sk_text clean =
        sk_clean(SK_TEXT("FW\n-----Original-----\nOver De Otter in Gent"), &arena);

    assert_non_null(memmem(clean.data, clean.size, "Otter", 5));
}

static void a_reply_above_its_quote_is_read_and_the_quote_is_not(void **)
{
    struct sk_match_decision decision = read_mail(
        "Mijn vraag gaat over crèche De Kwebbelbos in Gent.\n\n"
        "Op 3 maart schreef Jan <jan@x.example>:\n> Gaat het over Tuimelboom in Leuven?");

    assert_first(&decision, "L1");
    assert_int_equal(bits_for(&decision, "L3", "naam"), 0);
}

static void a_part_of_a_municipality_is_in_its_postcode(void **)
{
    struct sk_match_decision decision =
        read_mail("Het gaat over De Kwebbelbos. De opvang ligt in Gentbrugge.");

    assert_first(&decision, "L1");
    assert_true(bits_for(&decision, "L1", "gemeente") > 0);
}

static void a_place_that_the_register_does_not_know_is_hardly_another_one(void **)
{
    struct complaint complaint = {.name = "De Kwebbelbos", .town = "Wondergem"};
    struct sk_match_decision unknown = fixture_decide(reg, &complaint, &arena);
    struct sk_match_decision other;

    complaint.town = "Leuven";
    other = fixture_decide(reg, &complaint, &arena);
    assert_true(bits_for(&unknown, "L1", "gemeente") >
                bits_for(&other, "L1", "gemeente"));
}

static void a_district_may_be_added(void **)
{
    sk_match_register_district(reg, SK_TEXT("Klein Zottegem"), SK_TEXT("9050"));
    struct sk_match_decision decision =
        read_mail("Het gaat over De Kwebbelbos. De opvang ligt in Klein Zottegem.");

    assert_true(bits_for(&decision, "L1", "gemeente") > 0);
}

static void the_signature_of_a_facility_is_its_own(void **)
{
    struct sk_match_decision decision = read_from(
        SK_MATCH_MAIL,
        "Beste, kunt u ons terugbellen?\n\nMet vriendelijke groeten,\nDe Kwebbelbos\n"
        "Kerkstraat 12\n9050 Gent",
        "kwebbelbos@bos.example");

    assert_first(&decision, "L1");
    assert_true(bits_for(&decision, "L1", "adres") > 0);
    assert_true(bits_for(&decision, "L1", "e-mail") > 0);
}

static void the_street_in_a_strangers_signature_says_nothing(void **)
{
    struct sk_match_decision decision =
        read_mail("Mijn vraag gaat over De Kwebbelbos in Gent.\n\nMet vriendelijke "
                  "groeten,\nAn Peeters\nMolenstraat 7\n2800 Mechelen");

    assert_first(&decision, "L1");
    assert_int_equal(bits_for(&decision, "L1", "adres"), 0);
    assert_int_equal(bits_for(&decision, "L2", "adres"), 0);
}

static void where_the_writer_lives_says_a_little(void **)
{
    struct sk_match_decision home =
        read_mail("Mijn vraag gaat over De Kwebbelbos. Wij wonen zelf ook in Gent.");
    struct sk_match_decision there =
        read_mail("Mijn vraag gaat over De Kwebbelbos. De opvang is in Gent.");

    assert_true(bits_for(&home, "L1", "gemeente") > 0);
    assert_true(bits_for(&home, "L1", "gemeente") < bits_for(&there, "L1", "gemeente"));
}

static void what_was_before_is_not_what_is_meant(void **)
{
    struct sk_match_decision decision =
        read_mail("Mijn vraag gaat over De Kwebbelbos in Gent. Vroeger ging hij naar "
                  "Tuimelboom in Leuven en dat was goed.");

    assert_first(&decision, "L1");
    assert_int_equal(bits_for(&decision, "L3", "naam"), 0);
}

static void what_was_before_is_read_when_nothing_else_is_named(void **)
{
    struct sk_match_decision decision =
        read_mail("Vroeger ging hij naar crèche Tuimelboom in Leuven.");

    assert_first(&decision, "L3");
}

static void an_organiser_named_in_the_text_is_the_answer(void **)
{
    struct sk_match_decision decision = read_mail(
        "Alle opvanglocaties van Bosjes vzw hebben hetzelfde probleem met de facturen.");

    assert_true(decision.doel_count > 0);
    assert_int_equal(decision.doelen[0].level, SK_LEVEL_ORGANISATOR);
    assert_text(decision.doelen[0].id, "O1");
}

static void a_longer_name_is_another_name(void **)
{
    struct sk_match_decision decision =
        read_mail("Het gaat over crèche Tuimelboom II in Leuven.");

    assert_first(&decision, "L4");
    assert_true(bits_for(&decision, "L4", "naam") > bits_for(&decision, "L3", "naam"));
}

static void a_contact_that_nobody_bears_speaks_against(void **)
{
    struct complaint complaint = {.name = "De Kwebbelbos", .town = "Gent"};
    struct sk_match_decision without = fixture_decide(reg, &complaint, &arena);

    complaint.phone = "011 99 88 77";
    struct sk_match_decision with = fixture_decide(reg, &complaint, &arena);

    assert_true(bits_for(&with, "L1", "contact") < 0);
    assert_true(with.p_geen > without.p_geen);
}

static void a_word_with_a_slip_finds_the_word_that_was_meant(void **)
{
    struct sk_spellings near;

    sk_spellings_find(&reg->spellings, &reg->symbols, SK_SYMBOL_WORD,
                      SK_TEXT("kwebelbos"), &near);
    assert_true(near.count > 0);
    assert_text(sk_symbol_text(&reg->symbols, near.symbol[0]), "kwebbelbos");
    sk_spellings_find(&reg->spellings, &reg->symbols, SK_SYMBOL_STREET,
                      SK_TEXT("kwebelbos"), &near);
    assert_int_equal(near.count, 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_quoted_line_and_a_tag_are_blanks_in_place),
        TEST(an_entity_is_its_letter),
        TEST(what_is_only_quoted_is_read),
        TEST(a_reply_above_its_quote_is_read_and_the_quote_is_not),
        TEST(a_part_of_a_municipality_is_in_its_postcode),
        TEST(a_place_that_the_register_does_not_know_is_hardly_another_one),
        TEST(a_district_may_be_added),
        TEST(the_signature_of_a_facility_is_its_own),
        TEST(the_street_in_a_strangers_signature_says_nothing),
        TEST(where_the_writer_lives_says_a_little),
        TEST(what_was_before_is_not_what_is_meant),
        TEST(what_was_before_is_read_when_nothing_else_is_named),
        TEST(an_organiser_named_in_the_text_is_the_answer),
        TEST(a_longer_name_is_another_name),
        TEST(a_contact_that_nobody_bears_speaks_against),
        TEST(a_word_with_a_slip_finds_the_word_that_was_meant),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
