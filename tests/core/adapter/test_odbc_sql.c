/* SPDX-License-Identifier: Apache-2.0 */
/* Named parameters of a statement, and where a colon begins none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "adapter/odbc_sql.h"
#include "base/alloc.h"

/* The statement as ODBC takes it, a bar, and the names. */
static void assert_sql(const char *sql, const char *expected)
{
    struct sk_odbc_sql parsed = {0};
    struct sk_error err = {0};
    char found[512] = "";

    if (sk_odbc_sql_parse(sk_text(sql), &parsed, &err) != SK_OK)
        fail_msg("%s: %s", sql, err.text);
    strcat(found, parsed.text);
    strcat(found, "|");
    for (size_t i = 0; i < parsed.count; i++) {
        strcat(found, i ? " " : "");
        strcat(found, parsed.names[i]);
    }
    assert_string_equal(found, expected);
    sk_odbc_sql_fini(&parsed);
}

static void assert_refused(const char *sql, const char *why)
{
    struct sk_odbc_sql parsed = {0};
    struct sk_error err = {0};

    assert_int_equal(sk_odbc_sql_parse(sk_text(sql), &parsed, &err), SK_FATAL);
    assert_string_equal(err.id, "odbc.sql");
    assert_non_null(strstr(err.text, why));
    assert_null(parsed.text);
}

static void a_name_becomes_a_mark_wherever_it_stands(void **)
{
    assert_sql("", "|");
    assert_sql("SELECT 1", "SELECT 1|");
    assert_sql("x > :after AND y<:after LIMIT :limit",
               "x > ? AND y<? LIMIT ?|after after limit");
    assert_sql("(:a,:b_2)", "(?,?)|a b_2");
    assert_sql(":after", "?|after");
}

static void a_dotted_name_is_one_name(void **)
{
    assert_sql(":doel.niveau, :lijst.0.naam.", "?, ?.|doel.niveau lijst.0.naam");
}

static void a_cast_or_an_assignment_is_no_parameter(void **)
{
    assert_sql("a::date, :b::numeric(9,2), c := 1", "a::date, ?::numeric(9,2), c := 1|b");
    assert_sql("a :: date, time '10':1", "a :: date, time '10':1|");
}

static void quotations_stay_as_they_are(void **)
{
    assert_sql("'a :b' || :c", "'a :b' || ?|c");
    assert_sql("'it''s :b' || :c", "'it''s :b' || ?|c");
    assert_sql("E'it\\'s :b' || :c", "E'it\\'s :b' || ?|c");
    assert_sql("'back\\' || :c", "'back\\' || ?|c");
    assert_sql("\"col:b\" = :c", "\"col:b\" = ?|c");
    assert_sql("`col:b` = :c", "`col:b` = ?|c");
    assert_sql("'' || :c", "'' || ?|c");
}

static void a_bracket_quotes_a_name_or_is_a_subscript(void **)
{
    assert_sql("SELECT [col :b], dbo.[x:y] FROM t WHERE a = :c",
               "SELECT [col :b], dbo.[x:y] FROM t WHERE a = ?|c");
    assert_sql("[a]]:b] = :c", "[a]]:b] = ?|c");
    assert_sql("ARRAY[:b], a[:c], (d)[:e]", "ARRAY[?], a[?], (d)[?]|b c e");
}

static void comments_stay_as_they_are(void **)
{
    assert_sql("a -- it's :b\n = :c", "a -- it's :b\n = ?|c");
    assert_sql("a /* :b /* ' */ ? */ = :c - :d", "a /* :b /* ' */ ? */ = ? - ?|c d");
    assert_sql("a -- :b", "a -- :b|");
}

static void dollar_quotations_stay_as_they_are(void **)
{
    assert_sql("$$ :a ' $$ || :b", "$$ :a ' $$ || ?|b");
    assert_sql("$tag$ :a $$ $tag$ || :b", "$tag$ :a $$ $tag$ || ?|b");
    assert_sql("a$b = :c, $1", "a$b = ?, $1|c");
}

static void what_is_not_closed_is_refused_with_its_place(void **)
{
    assert_refused("a 'b", "character 3");
    assert_refused("a \"b", "character 3");
    assert_refused("[b", "character 1");
    assert_refused("/* a", "comment");
    assert_refused("/* a /* b */", "comment");
    assert_refused("$x$ a $y$", "$");
}

static void a_mark_of_ones_own_is_refused(void **)
{
    assert_refused("a = ?", "character 5");
    assert_sql("a = '?'", "a = '?'|");
}

static void its_size_is_bounded(void **)
{
    sk_auto_free char *large = sk_alloc(SK_ODBC_SQL_LARGEST + 2);
    memset(large, ' ', SK_ODBC_SQL_LARGEST + 1);
    large[SK_ODBC_SQL_LARGEST + 1] = 0;
    assert_refused(large, "at most");
    char many[SK_ODBC_PARAMETERS_MOST * 3 + 8] = "";
    for (size_t i = 0; i <= SK_ODBC_PARAMETERS_MOST; i++)
        strcat(many, ":a,");
    assert_refused(many, "parameters");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_becomes_a_mark_wherever_it_stands),
        cmocka_unit_test(a_dotted_name_is_one_name),
        cmocka_unit_test(a_cast_or_an_assignment_is_no_parameter),
        cmocka_unit_test(quotations_stay_as_they_are),
        cmocka_unit_test(a_bracket_quotes_a_name_or_is_a_subscript),
        cmocka_unit_test(comments_stay_as_they_are),
        cmocka_unit_test(dollar_quotations_stay_as_they_are),
        cmocka_unit_test(what_is_not_closed_is_refused_with_its_place),
        cmocka_unit_test(a_mark_of_ones_own_is_refused),
        cmocka_unit_test(its_size_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
