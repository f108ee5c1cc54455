/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include "match/fixed.h"
#include "match/normalise.h"
#include "match/words.h"

static void words_are_lower_case_without_accents_and_know_their_place(void **)
{
    sk_arena_auto arena = {0};
    struct sk_text text = SK_TEXT("De Crèche “Één” ﬁjn");
    struct sk_words words = sk_words_of(text, &arena);

    assert_int_equal(words.count, 4);
    assert_text(words.items[1].text, "creche");
    assert_text(words.items[2].text, "een");
    assert_text(words.items[3].text, "fijn");
    assert_memory_equal(text.data + words.items[1].begin, "Crèche",
                        words.items[1].end - words.items[1].begin);
}

static void composed_and_decomposed_letters_are_the_same(void **)
{
    sk_arena_auto arena = {0};
    struct sk_words a = sk_words_of(SK_TEXT("Zo\xc3\xab"), &arena);
    struct sk_words b = sk_words_of(SK_TEXT("Zoe\xcc\x88"), &arena);

    assert_int_equal(b.count, 1);
    assert_memory_equal(a.items[0].text.data, b.items[0].text.data, 3);
}

static void text_that_is_no_utf8_is_read_as_far_as_it_goes(void **)
{
    sk_arena_auto arena = {0};
    struct sk_words words = sk_words_of(SK_TEXT("een \xff\xfe twee \xc3"), &arena);

    assert_int_equal(words.count, 2);
    assert_text(words.items[1].text, "twee");
}

static void an_endless_word_and_an_endless_text_are_bounded(void **)
{
    sk_arena_auto arena = {0};
    char *text = sk_arena_alloc(&arena, 200000);

    memset(text, 'a', 200000);
    assert_int_equal(
        sk_words_of((struct sk_text){text, 200000}, &arena).items[0].text.size,
        SK_WORD_SIZE);
    for (size_t i = 1; i < 200000; i += 2)
        text[i] = ' ';
    assert_int_equal(sk_words_of((struct sk_text){text, 200000}, &arena).count,
                     SK_WORDS_LIMIT);
}

static void a_name_is_its_distinguishing_words(void **)
{
    sk_arena_auto arena = {0};
    struct sk_words words =
        sk_name_words(SK_TEXT("Kinderdagverblijf De Zonnebloem vzw"), &arena);

    assert_int_equal(words.count, 1);
    assert_text(words.items[0].text, "zonnebloem");
    assert_int_equal(sk_name_words(SK_TEXT("De Opvang"), &arena).count, 2);
}

static void phones_compare_in_all_belgian_spellings(void **)
{
    static const char *const same[] = {"0470 12 34 56",       "+32 470 12 34 56",
                                       "0032470123456",       "0470/12.34.56",
                                       "+32 (0)470 12 34 56", "32470123456"};
    sk_arena_auto arena = {0};

    for (size_t i = 0; i < SK_COUNT(same); i++)
        assert_text(sk_phone_key(sk_text(same[i]), &arena), "470123456");
    assert_text(sk_phone_key(SK_TEXT("02/123 45 67"), &arena), "021234567");
    assert_text(sk_phone_key(SK_TEXT("+32 2 123 45 67"), &arena), "021234567");
    assert_int_equal(sk_phone_key(SK_TEXT("12 34"), &arena).size, 0);
}

static void streets_and_places_have_one_spelling(void **)
{
    sk_arena_auto arena = {0};
    struct sk_text street, number;

    assert_text(sk_street_key(SK_TEXT("Kerkstr."), &arena), "kerkstraat");
    assert_text(sk_street_key(SK_TEXT("Kerk straat"), &arena), "kerkstraat");
    assert_text(sk_street_key(SK_TEXT("Gentse Stwg"), &arena), "gentsesteenweg");
    assert_text(sk_place_key(SK_TEXT("St.-Niklaas"), &arena), "sintniklaas");
    assert_text(sk_place_key(SK_TEXT("Saint-Nicolas"), &arena), "sintniklaas");
    assert_text(sk_place_key(SK_TEXT("GAND"), &arena), "gent");
    sk_street_split(SK_TEXT("Kerkstraat 12 bus 3"), &arena, &street, &number);
    assert_text(street, "Kerkstraat");
    assert_text(sk_number_key(number, &arena), "12");
    assert_text(sk_number_key(SK_TEXT("12 A"), &arena), "12a");
    assert_text(sk_number_key(SK_TEXT("12-14"), &arena), "12");
}

static void enterprise_numbers_lose_their_dress(void **)
{
    sk_arena_auto arena = {0};

    assert_text(sk_enterprise_key(SK_TEXT("BE 0421.722.346"), &arena), "0421722346");
    assert_text(sk_enterprise_key(SK_TEXT("421 722 346"), &arena), "0421722346");
    assert_text(sk_enterprise_key(SK_TEXT("34375208"), &arena), "34375208");
}

static void a_host_is_no_evidence_when_everybody_has_it(void **)
{
    sk_arena_auto arena = {0};

    assert_text(sk_host_key(SK_TEXT("Info@Bloemen.be"), &arena), "bloemen.be");
    assert_text(sk_host_key(SK_TEXT("https://www.bloemen.be/contact"), &arena),
                "bloemen.be");
    assert_int_equal(sk_host_key(SK_TEXT("jan@gmail.com"), &arena).size, 0);
}

static void similarity_counts_edits_and_swaps(void **)
{
    assert_int_equal(sk_similarity(SK_TEXT("bever"), SK_TEXT("bever")), 1024);
    assert_int_equal(sk_similarity(SK_TEXT("bever"), SK_TEXT("beevr")), 1024 - 1024 / 5);
    assert_true(sk_similarity(SK_TEXT("bever"), SK_TEXT("otter")) < 512);
}

static uint32_t type_of(const char *word)
{
    return sk_word_meaning(sk_text(word)) &
           (SK_TYPE_FAMILY | SK_TYPE_GROUP | SK_TYPE_YOUNG | SK_TYPE_SCHOOL);
}

static void words_say_types(void **)
{
    static const struct sk_types built_in;

    assert_true(sk_types_contradict(&built_in, type_of("bso"), type_of("creche")));
    assert_true(sk_types_contradict(&built_in, type_of("onthaalouders"),
                                    type_of("groepsopvang")));
    assert_false(
        sk_types_contradict(&built_in, type_of("onthaalouder"), type_of("dagopvang")));
}

static void logarithms_and_powers_are_exact_to_a_thousandth_of_a_bit(void **)
{
    assert_int_equal(sk_fixed_log2(8, 1), 3 * SK_BIT);
    assert_int_equal(sk_fixed_log2(1, 1024), -10 * SK_BIT);
    assert_in_range(sk_fixed_log2(3, 2), 598, 599); /* 0.58496 bit */
    assert_int_equal(sk_fixed_exp2_down(0), (uint64_t)1 << 32);
    assert_int_equal(sk_fixed_exp2_down(SK_BIT), (uint64_t)1 << 31);
    assert_in_range(sk_fixed_exp2_down(SK_BIT / 2), 3037000498, 3037000501);
    assert_int_equal(sk_fixed_exp2_down(100 * SK_BIT), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_lower_case_without_accents_and_know_their_place),
        cmocka_unit_test(composed_and_decomposed_letters_are_the_same),
        cmocka_unit_test(text_that_is_no_utf8_is_read_as_far_as_it_goes),
        cmocka_unit_test(an_endless_word_and_an_endless_text_are_bounded),
        cmocka_unit_test(a_name_is_its_distinguishing_words),
        cmocka_unit_test(phones_compare_in_all_belgian_spellings),
        cmocka_unit_test(streets_and_places_have_one_spelling),
        cmocka_unit_test(enterprise_numbers_lose_their_dress),
        cmocka_unit_test(a_host_is_no_evidence_when_everybody_has_it),
        cmocka_unit_test(similarity_counts_edits_and_swaps),
        cmocka_unit_test(words_say_types),
        cmocka_unit_test(logarithms_and_powers_are_exact_to_a_thousandth_of_a_bit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
