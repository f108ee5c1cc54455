/* SPDX-License-Identifier: Apache-2.0 */
/* Events to and from the JSON of old systems. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "avro/event_json.h"
#include "avro/json_view.h"
#include "base/json.h"
#include "core/avro/event_fill.h"
#include "events/proef_alles.h"

const struct sk_event_type *const event_types[] = {&sk_proef_alles, NULL};

struct bench {
    struct random random;
    struct sk_arena arena;
    struct sk_error err;
    struct proef_alles alles;
    struct sk_rejected_fields rejected;
};

static int set_up(void **state)
{
    static struct bench bench;

    bench = (struct bench){.random.state = 1911};
    proef_alles_init(&bench.alles);
    *state = &bench;
    return 0;
}

static int tear_down(void **state)
{
    sk_arena_fini(&((struct bench *)*state)->arena);
    return 0;
}

static void read(struct bench *bench, const char *text)
{
    struct sk_value json;

    assert_int_equal(sk_value_parse(sk_text(text), &bench->arena, &json, &bench->err),
                     SK_OK);
    bench->rejected = (struct sk_rejected_fields){0};
    assert_int_equal(sk_event_from_json(&sk_proef_alles, &json, &bench->arena,
                                        &bench->alles, &bench->rejected, &bench->err),
                     SK_OK);
}

static void assert_rejected(const struct bench *bench, size_t i, const char *veld,
                            const char *waarde, const char *reden)
{
    assert_true(i < bench->rejected.count);
    assert_true(sk_text_is(bench->rejected.items[i].veld, veld));
    assert_true(sk_text_is(bench->rejected.items[i].waarde, waarde));
    assert_true(sk_text_is(bench->rejected.items[i].reden, reden));
}

static void assert_json(json_t *json, const char *expected)
{
    char *text = json_dumps(json, JSON_COMPACT);

    assert_string_equal(text, expected);
    free(text);
    json_decref(json);
}

static void any_event_comes_back_from_its_json(void **state)
{
    struct bench *bench = *state;
    const struct sk_event_view view = {0};
    sk_buffer_auto text = {0};
    struct sk_value json;

    for (size_t i = 0; event_types[i]; i++)
        for (int round = 0; round < 300; round++) {
            void *event = event_new(event_types[i], &bench->arena);
            void *back = event_new(event_types[i], &bench->arena);

            event_fill(&bench->random, event_types[i], event, round == 0, &bench->arena);
            text.size = 0;
            sk_event_put_json(&text, event_types[i], event, &view);
            assert_int_equal(
                sk_value_parse(sk_buffer_text(&text), &bench->arena, &json, &bench->err),
                SK_OK);
            bench->rejected = (struct sk_rejected_fields){0};
            assert_int_equal(sk_event_from_json(event_types[i], &json, &bench->arena,
                                                back, &bench->rejected, &bench->err),
                             SK_OK);
            assert_int_equal(bench->rejected.count, 0);
            assert_true(event_types[i]->equal(event, back));
            sk_arena_reset(&bench->arena);
        }
}

static void our_json_is_the_plain_json_of_the_schema(void **state)
{
    struct bench *bench = *state;
    const struct sk_event_view view = {0};
    struct sk_schema_document *document = NULL;
    sk_buffer_auto bytes = {0};

    for (size_t i = 0; event_types[i]; i++) {
        const char *schema = event_types[i]->schema;

        assert_int_equal(sk_schema_parse(schema, strlen(schema), &document, &bench->err),
                         SK_OK);
        for (int round = 0; round < 100; round++) {
            void *event = event_new(event_types[i], &bench->arena);
            json_t *theirs = NULL;

            event_fill(&bench->random, event_types[i], event, false, &bench->arena);
            bytes.size = 0;
            assert_int_equal(event_types[i]->encode(event, &bytes, &bench->err), SK_OK);
            assert_int_equal(sk_avro_to_json(sk_schema_root(document),
                                             sk_buffer_bytes(&bytes), SK_JSON_PLAIN,
                                             &theirs, &bench->err),
                             SK_OK);
            json_t *ours = sk_event_to_json(event_types[i], event, &view);
            assert_true(json_equal(ours, theirs));
            json_decref(ours);
            json_decref(theirs);
        }
        sk_schema_document_unref(document);
    }
}

static void only_the_fields_asked_for_go_out_in_the_order_of_the_schema(void **state)
{
    struct bench *bench = *state;
    const char *const fields[] = {"letter", "a", "misschien_dag", "punten", NULL};
    struct sk_event_view view = {.fields = fields};

    bench->alles.a = SK_TEXT("x");
    assert_json(sk_event_to_json(&sk_proef_alles, &bench->alles, &view),
                "{\"a\":\"x\",\"letter\":\"B\",\"misschien_dag\":null,\"punten\":[]}");
    view.leave_out_absent = true;
    assert_json(sk_event_to_json(&sk_proef_alles, &bench->alles, &view),
                "{\"a\":\"x\",\"letter\":\"B\"}");
}

static void what_is_tagged_is_masked_wherever_it_stands(void **state)
{
    struct bench *bench = *state;
    const char *const fields[] = {"persoon", "plekken", "personen", "punten", NULL};
    const struct sk_event_view view = {fields, true, true};
    struct persoon persoon = {SK_TEXT("An"), SK_TEXT("griep")};
    struct punt punt = {.letter = LETTER_A, .naam = SK_TEXT("hier")};

    bench->alles.persoon = bench->alles.personen = &persoon;
    bench->alles.plekken = bench->alles.punten = &punt;
    bench->alles.personen_count = bench->alles.plekken_count = 1;
    bench->alles.punten_count = 1;
    assert_json(sk_event_to_json(&sk_proef_alles, &bench->alles, &view),
                "{\"punten\":[{\"letter\":\"A\",\"naam\":\"hier\"}],"
                "\"persoon\":{\"naam\":\"•••\",\"ziekte\":\"•••\"},"
                "\"plekken\":[{\"letter\":\"•••\",\"naam\":\"•••\"}],"
                "\"personen\":[{\"naam\":\"An\",\"ziekte\":\"•••\"}]}");
}

static void numbers_are_taken_for_texts_and_digits_for_numbers(void **state)
{
    struct bench *bench = *state;

    read(bench, "{\"a\": 17, \"b\": 2.5, \"klein\": \" 12 \", \"groot\": 3.0, "
                "\"waar\": \"ja\", \"ja\": 0, \"onbekend\": [1], \"tekst\": null}");
    assert_int_equal(bench->rejected.count, 0);
    assert_true(sk_text_is(bench->alles.a, "17"));
    assert_true(sk_text_is(bench->alles.b, "2.5"));
    assert_int_equal(bench->alles.klein, 12);
    assert_int_equal(bench->alles.groot, 3);
    assert_true(bench->alles.has_waar && bench->alles.waar);
    assert_false(bench->alles.ja);
    assert_true(sk_text_is(bench->alles.tekst, "crèche \"De Bij\""));
}

static void days_and_instants_are_legal_days_and_utc(void **state)
{
    struct bench *bench = *state;

    read(bench, "{\"dag\": \"2026-11-24\", \"misschien_dag\": \"2026-11-24T23:30:00Z\", "
                "\"ogenblik\": \"2026-11-24T10:00:00+01:00\", "
                "\"misschien_ogenblik\": \"2026-11-24\", \"grote\": 5}");
    assert_int_equal(bench->rejected.count, 0);
    assert_int_equal(bench->alles.dag, 20781);
    assert_int_equal(bench->alles.misschien_dag, 20782);
    assert_int_equal(bench->alles.ogenblik, INT64_C(20781) * 86400000 + 9 * 3600000);
    assert_int_equal(bench->alles.misschien_ogenblik,
                     INT64_C(20781) * 86400000 - 3600000);
    assert_int_equal(bench->alles.grote_count, 1);
}

static void what_does_not_fit_is_named_and_left_at_its_default(void **state)
{
    struct bench *bench = *state;

    read(bench, "{\"klein\": \"veel\", \"letter\": \"C\", \"misschien_dag\": "
                "\"31-02-2026\", \"punt\": 5, \"a\": {\"x\": 1}, "
                "\"punten\": [{\"x\": \"1\"}, 7, {\"letter\": \"Z\", \"naam\": \"n\"}], "
                "\"misschien_klein\": 3000000000, \"ruw\": \"%\"}");
    assert_int_equal(bench->rejected.count, 9);
    assert_rejected(bench, 0, "a", "{\"x\":1}", "geen tekst");
    assert_rejected(bench, 1, "klein", "veel", "geen geheel getal");
    assert_rejected(bench, 2, "ruw", "%", "geen base64");
    assert_rejected(bench, 3, "letter", "C", "onbekende waarde");
    assert_rejected(bench, 4, "misschien_klein", "3000000000", "te groot getal");
    assert_rejected(bench, 5, "misschien_dag", "31-02-2026", "geen datum (jjjj-mm-dd)");
    assert_rejected(bench, 6, "punt", "5", "geen object");
    assert_rejected(bench, 7, "punten[1]", "7", "geen object");
    assert_rejected(bench, 8, "punten[2].letter", "Z", "onbekende waarde");
    assert_int_equal(bench->alles.klein, -7);
    assert_int_equal(bench->alles.letter, LETTER_B);
    assert_false(bench->alles.has_misschien_dag || bench->alles.has_misschien_klein);
    assert_true(sk_text_is(bench->alles.punt.naam, "nul"));
    assert_int_equal(bench->alles.punten_count, 2);
    assert_int_equal(bench->alles.punten[0].x, 1);
    assert_true(sk_text_is(bench->alles.punten[1].naam, "n"));
    assert_int_equal(bench->alles.punten[1].letter, LETTER_A);
}

static void one_object_is_taken_for_an_array_of_one(void **state)
{
    struct bench *bench = *state;

    read(bench, "{\"punten\": {\"naam\": \"alleen\"}}");
    assert_int_equal(bench->alles.punten_count, 1);
    assert_true(sk_text_is(bench->alles.punten[0].naam, "alleen"));
}

static void too_many_items_and_too_long_texts_are_refused(void **state)
{
    struct bench *bench = *state;
    sk_buffer_auto text = {0};

    sk_buffer_printf(&text, "{\"kleine\":[0");
    for (int i = 0; i < 10000; i++)
        sk_buffer_printf(&text, ",%d", i);
    sk_buffer_printf(&text, "],\"a\":\"%0*d\"}", 256 * 1024 + 1, 0);
    read(bench, sk_buffer_string(&text));
    assert_int_equal(bench->rejected.count, 2);
    assert_int_equal(bench->rejected.items[0].waarde.size, 1000);
    assert_rejected(bench, 1, "kleine", "", "meer dan 10.000 items");
    assert_int_equal(bench->alles.kleine_count, 0);
}

static void of_many_refused_values_a_hundred_are_kept(void **state)
{
    struct bench *bench = *state;

    for (int i = 0; i < 130; i++)
        sk_rejected_add(&bench->rejected, &bench->arena, SK_TEXT("veld"), SK_TEXT("w"),
                        "reden");
    assert_int_equal(bench->rejected.count, 130);
    assert_rejected(bench, 99, "veld", "w", "reden");
}

static void only_an_object_is_an_event(void **state)
{
    struct bench *bench = *state;
    const struct sk_value json = {.kind = SK_VALUE_ARRAY};

    assert_int_equal(sk_event_from_json(&sk_proef_alles, &json, &bench->arena,
                                        &bench->alles, &bench->rejected, &bench->err),
                     SK_REJECT);
    assert_string_equal(bench->err.id, "json.type");
}

#define UNIT(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(any_event_comes_back_from_its_json),
        UNIT(our_json_is_the_plain_json_of_the_schema),
        UNIT(only_the_fields_asked_for_go_out_in_the_order_of_the_schema),
        UNIT(what_is_tagged_is_masked_wherever_it_stands),
        UNIT(numbers_are_taken_for_texts_and_digits_for_numbers),
        UNIT(days_and_instants_are_legal_days_and_utc),
        UNIT(what_does_not_fit_is_named_and_left_at_its_default),
        UNIT(one_object_is_taken_for_an_array_of_one),
        UNIT(too_many_items_and_too_long_texts_are_refused),
        UNIT(of_many_refused_values_a_hundred_are_kept),
        UNIT(only_an_object_is_an_event),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
