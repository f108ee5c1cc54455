/* SPDX-License-Identifier: Apache-2.0 */
/* The contracts: what each README shows is what the connector takes and hands over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "base/json.h"
#include "connectors/support/readme.h"
#include "connectors/support/translate.h"

extern const struct sk_connector edison, klaroen;

/* An example of a source: one event with nothing refused, or a tombstone. */
static void assert_taken(const struct sk_connector *connector, const char *source,
                         const char *text)
{
    struct desk *desk = desk_open(connector, NULL, NULL, 0);
    json_auto_t *record = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    json_auto_t *results = json_array();

    assert_non_null(record);
    desk_translate(desk, source, record, results);
    assert_int_equal(json_array_size(results), 1);
    const json_t *result = json_array_get(results, 0);
    const json_t *event = json_object_get(result, "event");
    assert_true(event || json_object_get(result, "erased"));
    assert_null(json_object_get(event, "afgekeurd"));
    desk_close(desk);
}

/* An example of a sink: its members are exactly those handed over, with values that fit.
 */
static void assert_handed_over(const struct sk_connector *connector, const char *sink,
                               const char *text)
{
    struct desk *desk = desk_open(connector, NULL, NULL, 0);
    json_auto_t *example = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    const char *name = NULL;
    json_t *value = NULL;

    assert_non_null(example);
    json_auto_t *output = desk_render(desk, sink, example);
    json_t *body = json_object_get(output, "body");
    json_object_foreach(body, name, value)
    {
        if (!json_object_get(example, name))
            fail_msg("%s: \"%s\" is handed over but not in the README", sink, name);
    }
    json_object_foreach(example, name, value)
    {
        if (!json_object_get(body, name))
            fail_msg("%s: \"%s\" is in the README but not handed over", sink, name);
    }
    desk_close(desk);
}

/* Every JSON block is run; the number of them guards against a fence that is misspelt. */
static void assert_readme(const struct sk_connector *connector, size_t expected)
{
    struct readme_block *blocks = NULL;
    size_t count = readme_blocks(connector->name, &blocks), run = 0;

    for (size_t i = 0; i < count; i++) {
        char *name = blocks[i].name + strlen("json ");
        size_t size = strlen(name);

        if (strncmp(blocks[i].name, "json ", 5) != 0)
            continue;
        run++;
        if (name[size - 1] != '>') {
            assert_taken(connector, name, blocks[i].text);
            continue;
        }
        name[size - 1] = '\0';
        assert_handed_over(connector, name, blocks[i].text);
    }
    readme_free(blocks, count);
    assert_int_equal(run, expected);
}

static void what_the_readme_of_edison_shows_is_what_it_does(void **)
{
    assert_readme(&edison, 5);
}

static void what_the_readme_of_klaroen_shows_is_what_it_does(void **)
{
    assert_readme(&klaroen, 8);
}

static bool is_field(const struct sk_event_type *type, const char *name)
{
    for (size_t i = 0; i < type->record.field_count; i++)
        if (strcmp(type->record.fields[i].name, name) == 0)
            return true;
    return false;
}

static void assert_sinks_name_fields(const struct sk_connector *connector)
{
    for (const struct sk_sink *sink = connector->sinks; sink->name; sink++) {
        assert_true(strlen(sink->purpose) > 20);
        for (const char *const *name = sink->fields; *name; name++)
            if (!is_field(sink->event, *name))
                fail_msg("%s: %s has no field \"%s\"", sink->name, sink->event->topic,
                         *name);
    }
}

static void a_sink_names_fields_that_exist_and_why_it_hands_them_over(void **)
{
    assert_sinks_name_fields(&edison);
    assert_sinks_name_fields(&klaroen);
}

/* The rendered output of a koppeling of this kind. */
static json_t *render_koppeling(const char *kind)
{
    struct desk *desk = desk_open(&klaroen, NULL, NULL, 0);
    json_auto_t *koppeling = json_pack("{s:s,s:s}", "soort", kind, "id", "K-1/a");
    json_t *output = desk_render(desk, "koppelingen", koppeling);

    desk_close(desk);
    return output;
}

static void only_complaints_go_to_klaroen_and_under_their_own_id(void **)
{
    json_auto_t *complaint = render_koppeling("klacht");
    json_auto_t *mail = render_koppeling("mail");

    assert_string_equal(json_string_value(json_object_get(complaint, "id")), "K-1/a");
    assert_non_null(json_object_get(complaint, "body"));
    assert_true(json_is_true(json_object_get(mail, "skip")));
}

static void an_erased_link_erases_the_complaints_own_id(void **)
{
    struct desk *desk = desk_open(&klaroen, NULL, NULL, 0);
    const struct sk_sink *sink = desk_sink(desk, "koppelingen");
    const struct sk_event erased = {.type = sink->event, .key = SK_TEXT("klacht/K-1")};
    struct sk_output output = {.id = erased.key};
    struct sk_error err = {0};

    assert_int_equal(sink->render(NULL, &erased, &output, &err), SK_OK);
    assert_true(sk_text_is(output.id, "K-1"));
    assert_null(output.body);
    assert_false(output.skip);
    desk_close(desk);
}

static void a_pattern_that_is_none_stops_the_connector_at_start(void **)
{
    struct sk_error err = {0};
    char *argument = (char[]){"--dossiernummer.patroon=[0-9"};
    struct sk_settings *settings = NULL;
    void *state = calloc(1, edison.state_size);

    assert_int_equal(sk_settings_load("edison", NULL, 1, &argument, &settings, &err),
                     SK_OK);
    assert_int_equal(sk_options_read(edison.options, NULL, settings, state, &err), SK_OK);
    assert_int_equal(edison.open(state, &err), SK_FATAL);
    assert_string_equal(err.id, "option.pattern");
    edison.close(state);
    free(state);
    sk_settings_free(settings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_readme_of_edison_shows_is_what_it_does),
        cmocka_unit_test(what_the_readme_of_klaroen_shows_is_what_it_does),
        cmocka_unit_test(a_sink_names_fields_that_exist_and_why_it_hands_them_over),
        cmocka_unit_test(only_complaints_go_to_klaroen_and_under_their_own_id),
        cmocka_unit_test(an_erased_link_erases_the_complaints_own_id),
        cmocka_unit_test(a_pattern_that_is_none_stops_the_connector_at_start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
