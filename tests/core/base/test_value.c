/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON as a tree: what is read, what is refused, and how it is changed. jansson is the
 * oracle: random texts, valid ones and ones with a fault, are accepted and refused by
 * both alike, and both mean the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/json.h"
#include "base/json_reader.h"
#include "base/json_write.h"

enum { ROUNDS = 60000 };

static uint64_t random_state;

static size_t below(size_t limit)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(random_state >> 33) % limit;
}

struct desk {
    struct sk_arena arena;
    struct sk_buffer text;
};

static int set_up(void **state)
{
    *state = calloc(1, sizeof(struct desk));
    return *state ? 0 : -1;
}

static int tear_down(void **state)
{
    struct desk *desk = *state;

    sk_arena_fini(&desk->arena);
    sk_buffer_fini(&desk->text);
    free(desk);
    return 0;
}

static struct sk_value parse(struct desk *desk, const char *text)
{
    struct sk_error err = {0};
    struct sk_value value = {0};

    if (sk_value_parse(sk_text(text), &desk->arena, &value, &err) != SK_OK)
        fail_msg("%s: %s", text, err.text);
    return value;
}

static void assert_written(struct desk *desk, const struct sk_value *value,
                           const char *expected)
{
    desk->text.size = 0;
    sk_json_put_value(&desk->text, value);
    assert_string_equal(sk_buffer_string(&desk->text), expected);
}

static void values_of_every_kind_come_back_as_written(void **state)
{
    static const char text[] =
        "{\"a\":[1,-2,true,false,null,\"x\",[],{}],\"b\":{\"c\":0.5,\"d\":1e+300},"
        "\"e\\\"\\\\\\n\\u0001\":\"\xC3\xA9 / "
        "\xF0\x9F\x98\x80\",\"\":-9223372036854775808}";
    struct sk_value value = parse(*state, text);

    assert_written(*state, &value, text);
}

static void escapes_mean_their_characters(void **state)
{
    struct sk_value value = parse(
        *state, " [\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u20AC\\ud83d\\uDE00\"] ");

    assert_true(sk_text_is(sk_value_text(sk_value_item(&value, 0)),
                           "\"\\/\b\f\n\r\tA\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"));
}

static void refusals_say_where_and_never_quote(void **state)
{
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"", "line 1, column 1: the end where a value should be"},
        {"{\"a\":1}\nx", "line 2, column 1: more after the value"},
        {"[1,]", "line 1, column 4: no value where one should be"},
        {"[\"secret", "line 1, column 9: a text without its closing quote"},
        {"{\"a\":1,\"a\":null}", "line 1, column 12: a member that stands there twice"},
        {"{\"a\":null,\"a\":1}", "line 1, column 15: a member that stands there twice"},
        {"\"\\u0000\"", "line 1, column 2: an escape that stands for no character"},
        {"\"\\ud83d\"", "line 1, column 2: an escape that stands for no character"},
        {"\"\\ude00\\ud83d\"",
         "line 1, column 2: an escape that stands for no character"},
        {"\"a\tb\"", "line 1, column 3: a control character in a text"},
        {"\"\xC3\"", "line 1, column 1: not UTF-8"},
        {"9223372036854775808", "line 1, column 20: an integer beyond 64 bits"},
        {"1e999", "line 1, column 6: a number beyond a double"},
        {"01", "line 1, column 3: a number that begins with 0"},
    };
    struct desk *desk = *state;
    struct sk_value value;
    struct sk_error err;

    for (size_t i = 0; i < SK_COUNT(cases); i++) {
        assert_int_equal(
            sk_value_parse(sk_text(cases[i].text), &desk->arena, &value, &err),
            SK_REJECT);
        assert_string_equal(err.id, "json.syntax");
        assert_string_equal(err.text, cases[i].said);
    }
}

static void nesting_and_members_are_bounded(void **state)
{
    struct desk *desk = *state;
    struct sk_value value;
    struct sk_error err;

    for (size_t depth = SK_VALUE_DEPTH_MAX; depth <= SK_VALUE_DEPTH_MAX + 1; depth++) {
        desk->text.size = 0;
        for (size_t i = 0; i < depth; i++)
            sk_buffer_append_byte(&desk->text, '[');
        for (size_t i = 0; i < depth; i++)
            sk_buffer_append_byte(&desk->text, ']');
        assert_int_equal(
            sk_value_parse(sk_buffer_text(&desk->text), &desk->arena, &value, &err),
            depth == SK_VALUE_DEPTH_MAX ? SK_OK : SK_REJECT);
    }
    for (size_t count = SK_VALUE_MEMBERS_MAX; count <= SK_VALUE_MEMBERS_MAX + 1;
         count++) {
        desk->text.size = 0;
        sk_buffer_append_byte(&desk->text, '{');
        for (size_t i = 0; i < count; i++)
            sk_buffer_printf(&desk->text, "%s\"m%zu\":%zu", i ? "," : "", i, i);
        sk_buffer_append_byte(&desk->text, '}');
        assert_int_equal(
            sk_value_parse(sk_buffer_text(&desk->text), &desk->arena, &value, &err),
            count == SK_VALUE_MEMBERS_MAX ? SK_OK : SK_REJECT);
    }
}

static void a_null_member_is_not_there(void **state)
{
    struct sk_value value = parse(*state, "{\"a\":null,\"b\":1}");

    assert_null(sk_value_member(&value, "a"));
    assert_null(sk_value_member(&value, "c"));
    sk_value_take_out(&value, SK_TEXT("b"));
    assert_null(sk_value_member(&value, "b"));
    assert_written(*state, &value, "{}");
}

static void members_are_set_and_added(void **state)
{
    struct desk *desk = *state;
    struct sk_value value = parse(desk, "{\"a\":1}");
    static const char names[][4] = {"n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8"};

    for (size_t i = 0; i < SK_COUNT(names); i++)
        sk_value_put(&value, sk_text(names[i]), sk_value_of(sk_text(names[i])),
                     &desk->arena);
    sk_value_put(&value, SK_TEXT("a"), sk_value_of((struct sk_text){0}), &desk->arena);
    sk_value_put(&value, SK_TEXT("n8"), sk_value_of(SK_TEXT("z")), &desk->arena);
    assert_written(
        desk, &value,
        "{\"n0\":\"n0\",\"n1\":\"n1\",\"n2\":\"n2\",\"n3\":\"n3\",\"n4\":\"n4\","
        "\"n5\":\"n5\",\"n6\":\"n6\",\"n7\":\"n7\",\"n8\":\"z\"}");
}

static void items_are_added_and_removed(void **state)
{
    struct desk *desk = *state;
    struct sk_value array = {.kind = SK_VALUE_ARRAY};

    for (int64_t i = 0; i < 9; i++)
        sk_value_append(&array, (struct sk_value){.kind = SK_VALUE_INTEGER, .integer = i},
                        &desk->arena);
    sk_value_remove(&array, 0);
    sk_value_remove(&array, 7);
    sk_value_remove(&array, 3);
    assert_written(desk, &array, "[1,2,3,5,6,7]");
    assert_null(sk_value_item(&array, 6));
}

static void a_copy_is_not_changed_with_what_it_was_copied_from(void **state)
{
    struct desk *desk = *state;
    struct sk_value value = parse(desk, "{\"a\":[1,{\"b\":2}],\"c\":3}");
    struct sk_value copy = sk_value_copy(&value, &desk->arena);

    sk_value_take_out(sk_value_item(sk_value_member(&value, "a"), 1), SK_TEXT("b"));
    sk_value_put(&value, SK_TEXT("c"), sk_value_of(SK_TEXT("x")), &desk->arena);
    assert_written(desk, &copy, "{\"a\":[1,{\"b\":2}],\"c\":3}");
}

static void the_same_is_said_in_any_order_and_with_nulls(void **state)
{
    struct sk_value one =
        parse(*state, "{\"a\":1,\"b\":[true,{\"c\":\"x\",\"d\":null}]}");
    struct sk_value two =
        parse(*state, "{\"e\":null,\"b\":[true,{\"c\":\"x\"}],\"a\":1}");
    static const char *const others[] = {
        "{\"a\":1}",
        "{\"a\":1,\"b\":[true,{\"c\":\"y\"}]}",
        "{\"a\":1,\"b\":[true]}",
        "{\"a\":2,\"b\":[true,{\"c\":\"x\"}]}",
        "[]",
        "{\"a\":1,\"b\":[false,{\"c\":\"x\"}]}",
        "{\"a\":1,\"b\":[true,{\"c\":\"x\"}],\"f\":0.5}"};

    assert_true(sk_value_equal(&one, &two) && sk_value_equal(&two, &one));
    for (size_t i = 0; i < SK_COUNT(others); i++) {
        struct sk_value other = parse(*state, others[i]);

        assert_false(sk_value_equal(&one, &other) || sk_value_equal(&other, &one));
    }
}

static void records_are_taken_as_they_are_written(void **state)
{
    struct desk *desk = *state;
    struct sk_json_reader reader;
    struct sk_text text, name;
    struct sk_error err;

    sk_json_reader_init(&reader,
                        SK_TEXT("{ \"items\" : [ {\"a\": 1} ,2], \"next\":\"5\"}"),
                        &desk->arena);
    assert_false(sk_json_enter(&reader, '['));
    assert_true(sk_json_enter(&reader, '{'));
    assert_true(sk_json_next_member(&reader, &name));
    assert_true(sk_json_enter(&reader, '['));
    assert_true(sk_json_next_item(&reader));
    assert_true(sk_json_read_raw(&reader, &text));
    assert_true(sk_text_is(text, "{\"a\": 1}"));
    assert_true(sk_json_next_item(&reader));
    assert_true(sk_json_read_raw(&reader, &text));
    assert_true(sk_text_is(text, "2"));
    assert_false(sk_json_next_item(&reader));
    assert_true(sk_json_next_member(&reader, &name));
    assert_true(sk_text_is(name, "next"));
    assert_true(sk_json_read_raw(&reader, &text));
    assert_false(sk_json_next_member(&reader, &name));
    assert_int_equal(sk_json_reader_end(&reader, &err), SK_OK);
}

/* Against jansson. --------------------------------------------------------------------
 */

static bool same(const struct sk_value *ours, const json_t *theirs);

static bool same_object(const struct sk_value *ours, json_t *theirs)
{
    const char *name = NULL;
    json_t *value = NULL;

    if (ours->count != json_object_size(theirs))
        return false;
    json_object_foreach(theirs, name, value)
    {
        const struct sk_value *member = sk_value_member(ours, name);

        if (json_is_null(value) ? member != NULL : !member || !same(member, value))
            return false;
    }
    return true;
}

static bool same_array(const struct sk_value *ours, const json_t *theirs)
{
    if (ours->count != json_array_size(theirs))
        return false;
    for (size_t i = 0; i < ours->count; i++)
        if (!same(sk_value_item(ours, i), json_array_get(theirs, i)))
            return false;
    return true;
}

static bool same(const struct sk_value *ours, const json_t *theirs)
{
    switch (ours->kind) {
    case SK_VALUE_NULL:
        return json_is_null(theirs);
    case SK_VALUE_FALSE:
        return json_is_false(theirs);
    case SK_VALUE_TRUE:
        return json_is_true(theirs);
    case SK_VALUE_INTEGER:
        return json_is_integer(theirs) && json_integer_value(theirs) == ours->integer;
    case SK_VALUE_REAL:
        return json_is_real(theirs) && memcmp(&(double){json_real_value(theirs)},
                                              &ours->real, sizeof(double)) == 0;
    case SK_VALUE_TEXT:
        return sk_text_equal(sk_json_string(theirs), sk_value_text(ours));
    case SK_VALUE_ARRAY:
        return json_is_array(theirs) && same_array(ours, theirs);
    default:
        return json_is_object(theirs) && same_object(ours, (json_t *)(uintptr_t)theirs);
    }
}

static void put_random(struct sk_buffer *out, int depth);

static void put_random_scalar(struct sk_buffer *out)
{
    static const char *const scalars[] = {
        "null",
        "true",
        "false",
        "0",
        "-0",
        "7",
        "-12",
        "123456789012345678",
        "0.5",
        "-1.25e3",
        "1E-7",
        "9007199254740993",
        "5e-324",
        "0e0",
        "\"\"",
        "\"a\"",
        "\"klacht \xC3\xA9\xE2\x82\xAC\"",
        "\"\\u00e9\\n\\\"\"",
        "\"\\ud83d\\ude00\"",
        "\"een langere tekst zonder escapes, meer dan zestien\"",
        "\"0123456789abcde\\\\f0123456789abcdef\"",
        "9223372036854775807",
        "-9223372036854775808",
        "\"\xF0\x9F\x98\x80\""};

    sk_buffer_append_text(out, sk_text(scalars[below(SK_COUNT(scalars))]));
}

static void put_random_container(struct sk_buffer *out, int depth)
{
    static const char *const spaces[] = {"", "", "", " ", "\n", "\t\r\n"};
    bool object = below(2);
    size_t count = below(6);

    sk_buffer_append_byte(out, object ? '{' : '[');
    for (size_t i = 0; i < count; i++) {
        if (i)
            sk_buffer_append_byte(out, ',');
        sk_buffer_append_text(out, sk_text(spaces[below(SK_COUNT(spaces))]));
        if (object)
            sk_buffer_printf(out, "\"%.*s%zu\"%s:", (int)below(20),
                             "abcdefghijklmnopqrst", below(12), spaces[below(6)]);
        put_random(out, depth + 1);
        sk_buffer_append_text(out, sk_text(spaces[below(SK_COUNT(spaces))]));
    }
    sk_buffer_append_byte(out, object ? '}' : ']');
}

static void put_random(struct sk_buffer *out, int depth)
{
    if (depth > 4 || below(3) == 0)
        put_random_scalar(out);
    else
        put_random_container(out, depth);
}

/* One byte other, gone, or added; often one that means something in JSON. (No NUL: there
 * jansson stops reading and takes what came before.) */
static void damage(struct sk_buffer *out)
{
    static const char bytes[] = "\"\\{}[]:,0-+.eEunt/ \n\x01\xC3\xED\xA0\x80\x7F";
    char byte = bytes[below(sizeof(bytes) - 1)];
    size_t at = below(out->size);

    switch (below(3)) {
    case 0:
        out->data[at] = (uint8_t)byte;
        return;
    case 1:
        memmove(out->data + at, out->data + at + 1, --out->size - at);
        return;
    default:
        sk_buffer_append_byte(out, 0);
        memmove(out->data + at + 1, out->data + at, out->size - at - 1);
        out->data[at] = (uint8_t)byte;
    }
}

static void random_texts_are_taken_and_refused_as_jansson_does(void **state)
{
    struct desk *desk = *state;
    size_t taken = 0;

    for (size_t i = 0; i < ROUNDS; i++) {
        struct sk_value ours;
        struct sk_error err;

        sk_arena_reset(&desk->arena);
        desk->text.size = 0;
        put_random(&desk->text, 0);
        if (below(3) == 0)
            damage(&desk->text);
        struct sk_text text = sk_buffer_text(&desk->text);
        bool good = sk_value_parse(text, &desk->arena, &ours, &err) == SK_OK;
        json_auto_t *theirs = json_loadb(text.data, text.size,
                                         JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
        if (good != (theirs != NULL) || (good && !same(&ours, theirs)))
            fail_msg("%s %s", good ? "taken" : err.text, sk_buffer_string(&desk->text));
        taken += good;
    }
    assert_true(taken > ROUNDS / 2 && taken < ROUNDS * 19 / 20);
}

static void what_is_written_is_read_as_the_same(void **state)
{
    struct desk *desk = *state;
    sk_buffer_auto written = {0}, again = {0};

    for (size_t i = 0; i < ROUNDS / 10; i++) {
        struct sk_value value, back;
        struct sk_error err;

        sk_arena_reset(&desk->arena);
        desk->text.size = written.size = again.size = 0;
        put_random(&desk->text, 0);
        if (sk_value_parse(sk_buffer_text(&desk->text), &desk->arena, &value, &err) !=
            SK_OK)
            continue; /* a name twice */
        sk_json_put_value(&written, &value);
        assert_int_equal(
            sk_value_parse(sk_buffer_text(&written), &desk->arena, &back, &err), SK_OK);
        sk_json_put_value(&again, &back);
        assert_string_equal(sk_buffer_string(&again), sk_buffer_string(&written));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values_of_every_kind_come_back_as_written, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(escapes_mean_their_characters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refusals_say_where_and_never_quote, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(nesting_and_members_are_bounded, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_null_member_is_not_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(members_are_set_and_added, set_up, tear_down),
        cmocka_unit_test_setup_teardown(items_are_added_and_removed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_copy_is_not_changed_with_what_it_was_copied_from, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_same_is_said_in_any_order_and_with_nulls,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(records_are_taken_as_they_are_written, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            random_texts_are_taken_and_refused_as_jansson_does, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_written_is_read_as_the_same, set_up,
                                        tear_down),
    };
    const char *seed = getenv("SK_SEED");

    random_state = seed ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL);
    print_message("SK_SEED=%llu\n", (unsigned long long)random_state);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
