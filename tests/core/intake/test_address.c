/* SPDX-License-Identifier: Apache-2.0 */
/* address - lines as registers really write them, and what is made of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "intake/address.h"

/* The parts as "street|number|box|postcode|municipality". */
static void assert_split(const char *line, const char *expected)
{
    struct sk_address address = sk_address_split(sk_text(line));
    char parts[200];

    snprintf(parts, sizeof(parts), "%.*s|%.*s|%.*s|%.*s|%.*s",
             SK_TEXT_ARG(address.straat), SK_TEXT_ARG(address.huisnummer),
             SK_TEXT_ARG(address.bus), SK_TEXT_ARG(address.postcode),
             SK_TEXT_ARG(address.gemeente));
    assert_string_equal(parts, expected);
}

static void a_line_is_cut_at_its_number(void **)
{
    assert_split("Kraijenhoffstraat 32 ", "Kraijenhoffstraat|32|||");
    assert_split("Paramaribostraat 43 H", "Paramaribostraat|43|H||");
    assert_split("Roerstraat 101A", "Roerstraat|101A|||");
    assert_split("Kerkstraat 45-47", "Kerkstraat|45-47|||");
    assert_split("Asterweg 20 R 1", "Asterweg|20|R 1||");
}

static void a_street_may_begin_with_a_number_or_have_none(void **)
{
    assert_split("2e Jan van der Heijdenstraat 75", "2e Jan van der Heijdenstraat|75|||");
    assert_split("Leopold II-laan 99", "Leopold II-laan|99|||");
    assert_split("Grote Markt", "Grote Markt||||");
}

static void the_word_for_a_box_goes(void **)
{
    assert_split("Kerkstraat 12 bus 3", "Kerkstraat|12|3||");
    assert_split("Rue Haute 12 bte 3A", "Rue Haute|12|3A||");
    assert_split("Kerkstraat 12 /3", "Kerkstraat|12|3||");
    assert_split("Kerkstraat 12 busken", "Kerkstraat|12|busken||");
}

static void after_a_comma_come_postcode_and_municipality(void **)
{
    assert_split("Leopold II-laan 99, 9200 Dendermonde",
                 "Leopold II-laan|99||9200|Dendermonde");
    assert_split("Kerkstraat 1, Sint-Niklaas", "Kerkstraat|1|||Sint-Niklaas");
    assert_split("Kerkstraat 1,9000", "Kerkstraat|1||9000|");
}

static void nothing_gives_nothing(void **)
{
    assert_split("", "||||");
    assert_split("  ,  ", "||||");
    assert_split(NULL, "||||");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_cut_at_its_number),
        cmocka_unit_test(a_street_may_begin_with_a_number_or_have_none),
        cmocka_unit_test(the_word_for_a_box_goes),
        cmocka_unit_test(after_a_comma_come_postcode_and_municipality),
        cmocka_unit_test(nothing_gives_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
