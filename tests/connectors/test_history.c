/* SPDX-License-Identifier: Apache-2.0 */
/* Of every history the 200 newest states stay, and `weggelaten` counts the others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"
#include "connectors/support/translate.h"

extern const struct sk_connector edison, klaroen;

/* `count` names, the one that still holds first, then what ended last. */
static json_t *names(int count)
{
    json_t *all = json_pack("[{s:s}]", "naam", "Nu");

    for (int i = 1; i < count; i++) {
        char name[16], end[16];

        snprintf(name, sizeof(name), "N%d", i);
        snprintf(end, sizeof(end), "%d-06-01", 2025 - i);
        json_array_append_new(all, json_pack("{s:s, s:s}", "naam", name, "tot", end));
    }
    return all;
}

/* Takes `names` and gives the event; NULL: nothing changed. Borrowed from `results`. */
static const json_t *state_after(struct desk *desk, json_t *names, json_t *results)
{
    json_auto_t *record = json_pack("{s:s, s:o, s:i}", "dossiernummer", "910000001",
                                    "namen", names, "weggelaten", 7);

    json_array_clear(results);
    desk_translate(desk, "locaties", record, results);
    return json_object_get(json_array_get(results, 0), "event");
}

static void assert_kept(const json_t *event, int left_out, const char *last)
{
    const json_t *kept = json_object_get(event, "namen");
    const json_t *end = json_array_get(kept, json_array_size(kept) - 1);

    assert_int_equal(json_array_size(kept), 200);
    assert_int_equal(json_integer_value(json_object_get(event, "weggelaten")), left_out);
    assert_true(
        sk_text_is(sk_json_text_or_absent(json_array_get(kept, 0), "naam"), "Nu"));
    assert_true(sk_text_is(sk_json_text_or_absent(end, "naam"), last));
}

static void what_ended_first_goes_first(void **)
{
    struct desk *desk = desk_open(&edison, NULL, NULL, 0);
    json_auto_t *results = json_array();

    assert_kept(state_after(desk, names(203), results), 3, "N199");
    desk_close(desk);
}

static void a_history_kept_by_schakel_counts_on(void **)
{
    static const char *const option[] = {"--historiek=schakel"};
    struct desk *desk = desk_open(&edison, NULL, option, 1);
    json_auto_t *results = json_array();

    assert_kept(state_after(desk, names(200), results), 0, "N199");
    assert_kept(state_after(desk, json_pack("[{s:s}]", "naam", "B"), results), 1, "B");
    assert_null(state_after(desk, json_pack("[{s:s}]", "naam", "B"), results));
    assert_kept(state_after(desk, json_pack("[{s:s}]", "naam", "C"), results), 2, "C");
    desk_close(desk);
}

static void states_without_an_end_go_oldest_first(void **)
{
    struct desk *desk = desk_open(&klaroen, NULL, NULL, 0);
    json_auto_t *record = json_pack("{s:s, s:[]}", "klacht_id", "K-1", "statussen");
    json_auto_t *results = json_array();

    for (int i = 0; i < 205; i++) {
        char code[16];

        snprintf(code, sizeof(code), "S%d", i);
        json_array_append_new(json_object_get(record, "statussen"),
                              json_pack("{s:s}", "code", code));
    }
    desk_translate(desk, "klachten", record, results);
    const json_t *event = json_object_get(json_array_get(results, 0), "event");
    const json_t *kept = json_object_get(event, "statussen");
    assert_int_equal(json_array_size(kept), 200);
    assert_true(
        sk_text_is(sk_json_text_or_absent(json_array_get(kept, 0), "code"), "S5"));
    assert_int_equal(json_integer_value(json_object_get(event, "weggelaten")), 5);
    desk_close(desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_ended_first_goes_first),
        cmocka_unit_test(a_history_kept_by_schakel_counts_on),
        cmocka_unit_test(states_without_an_end_go_oldest_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
