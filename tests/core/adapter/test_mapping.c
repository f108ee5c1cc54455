/* SPDX-License-Identifier: Apache-2.0 */
/* mapping - their names to ours, as an operator writes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapter/mapping.h"
#include "base/compiler.h"
#include "base/json_write.h"

/* Rules as command-line arguments, applied to a record; the result must be `expected`. */
static void assert_mapped(const char *const *rules, const char *record,
                          const char *expected)
{
    char *arguments[10];
    int count = 0;
    struct sk_settings *settings = NULL;
    struct sk_mapping *mapping = NULL;
    struct sk_error err = {0};
    sk_arena_auto arena = {0};
    sk_buffer_auto text = {0};
    struct sk_value value, wanted;

    for (; rules[count]; count++)
        arguments[count] = (char *)(uintptr_t)rules[count];
    assert_int_equal(sk_settings_load("edison", NULL, count, arguments, &settings, &err),
                     SK_OK);
    assert_int_equal(sk_mapping_load(settings, "locaties.", &mapping, &err), SK_OK);
    assert_int_equal(sk_value_parse(sk_text(record), &arena, &value, &err), SK_OK);
    assert_int_equal(sk_value_parse(sk_text(expected), &arena, &wanted, &err), SK_OK);
    sk_mapping_apply(mapping, &value, &arena);
    sk_json_put_value(&text, &value);
    if (!sk_value_equal(&value, &wanted))
        fail_msg("%s, not %s", sk_buffer_string(&text), expected);
    sk_mapping_free(mapping);
    sk_settings_free(settings);
}

static void assert_refused(const char *rule, const char *reason)
{
    char *arguments[] = {(char *)(uintptr_t)rule};
    struct sk_settings *settings = NULL;
    struct sk_mapping *mapping = NULL;
    struct sk_error err = {0};

    assert_int_equal(sk_settings_load("edison", NULL, 1, arguments, &settings, &err),
                     SK_OK);
    assert_int_equal(sk_mapping_load(settings, "locaties.", &mapping, &err), SK_FATAL);
    assert_string_equal(err.id, "option.map");
    assert_non_null(strstr(err.text, reason));
    sk_settings_free(settings);
}

#define RULES(...) ((const char *const[]){__VA_ARGS__, NULL})

static void a_member_moves_and_the_others_stay(void **)
{
    assert_mapped(RULES("--map.dossiernummer=LRK nummer"),
                  "{\"LRK nummer\": \"767442362\", \"kleur\": \"geel\"}",
                  "{\"dossiernummer\": \"767442362\", \"kleur\": \"geel\"}");
}

static void a_path_makes_what_is_not_there(void **)
{
    assert_mapped(
        RULES("--map.adressen.0.straat=s", "--map.adressen.0.gemeente=g"),
        "{\"s\": \"Kerkstraat\", \"g\": \"Gent\"}",
        "{\"adressen\": [{\"straat\": \"Kerkstraat\", \"gemeente\": \"Gent\"}]}");
    assert_mapped(RULES("--map.contacten.1.waarde=mail"), "{\"mail\": \"a@b.be\"}",
                  "{\"contacten\": [null, {\"waarde\": \"a@b.be\"}]}");
}

static void their_side_may_be_a_path_but_a_whole_name_goes_first(void **)
{
    assert_mapped(RULES("--map.naam=houder.text"), "{\"houder\": {\"text\": \"x\"}}",
                  "{\"naam\": \"x\", \"houder\": {\"text\": \"x\"}}");
    assert_mapped(RULES("--map.naam=houder.text"),
                  "{\"houder.text\": \"y\", \"houder\": {\"text\": \"x\"}}",
                  "{\"naam\": \"y\", \"houder\": {\"text\": \"x\"}}");
    assert_mapped(RULES("--map.naam=namen.1.nl"),
                  "{\"namen\": [{\"nl\": \"a\"}, {\"nl\": \"b\"}]}",
                  "{\"naam\": \"b\", \"namen\": [{\"nl\": \"a\"}, {\"nl\": \"b\"}]}");
}

static void two_names_may_be_swapped(void **)
{
    assert_mapped(RULES("--map.a=b", "--map.b=a"), "{\"a\": 1, \"b\": 2}",
                  "{\"a\": 2, \"b\": 1}");
}

static void one_of_theirs_may_fill_two_of_ours(void **)
{
    assert_mapped(RULES("--map.id=n", "--map.naam=n"), "{\"n\": \"x\"}",
                  "{\"id\": \"x\", \"naam\": \"x\"}");
}

static void what_is_missing_null_or_blank_sets_nothing(void **)
{
    assert_mapped(RULES("--map.a=x", "--map.b=y", "--map.c=z"),
                  "{\"x\": null, \"y\": \" \"}", "{}");
}

static void a_literal_stands_between_quotes(void **)
{
    assert_mapped(RULES("--map.contacten.0.soort=\"TELEFOON\"", "--map.t=\"\""), "{}",
                  "{\"contacten\": [{\"soort\": \"TELEFOON\"}], \"t\": \"\"}");
}

static void the_flows_own_rule_goes_before_the_common_one(void **)
{
    assert_mapped(RULES("--map.naam=a", "--locaties.map.naam=b", "--klachten.map.naam=c"),
                  "{\"a\": 1, \"b\": 2, \"c\": 3}", "{\"naam\": 2, \"a\": 1, \"c\": 3}");
}

static void an_object_of_theirs_gains_members_without_being_changed(void **)
{
    assert_mapped(RULES("--map.bron.url=link"),
                  "{\"bron\": {\"id\": 1}, \"link\": \"u\"}",
                  "{\"bron\": {\"id\": 1, \"url\": \"u\"}}");
}

static void a_rule_that_is_none_is_refused_by_name(void **)
{
    assert_refused("--map.a..b=x", "map.a..b");
    assert_refused("--map.0.b=x", "map.0.b");
    assert_refused("--map.a.100=x", "index 0 to 99");
    assert_refused("--map.a.-1=x", "index 0 to 99");
    assert_refused("--map.a.b.c.d.e.f.g.h.i=x", "more than 8 steps");
    assert_refused("--map.a=", "name their field");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_member_moves_and_the_others_stay),
        cmocka_unit_test(a_path_makes_what_is_not_there),
        cmocka_unit_test(their_side_may_be_a_path_but_a_whole_name_goes_first),
        cmocka_unit_test(two_names_may_be_swapped),
        cmocka_unit_test(one_of_theirs_may_fill_two_of_ours),
        cmocka_unit_test(what_is_missing_null_or_blank_sets_nothing),
        cmocka_unit_test(a_literal_stands_between_quotes),
        cmocka_unit_test(the_flows_own_rule_goes_before_the_common_one),
        cmocka_unit_test(an_object_of_theirs_gains_members_without_being_changed),
        cmocka_unit_test(a_rule_that_is_none_is_refused_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
