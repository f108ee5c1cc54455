/* SPDX-License-Identifier: Apache-2.0 */
/* Generated codecs on bytes made by hand: hostile input, errors by name, defaults, tags.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "avro/event_field.h"
#include "avro/wire.h"
#include "events/proef_alles.h"
#include "events/proef_klein.h"

/* proef_klein: id "K", letter ONBEKEND; then the bytes of its two arrays. */
#define KLEIN(rest) "\x02K\x00" rest

struct bench {
    struct sk_arena arena;
    struct sk_buffer out;
    struct sk_error err;
    struct proef_klein klein;
    struct proef_alles alles;
};

static int set_up(void **state)
{
    static struct bench bench;

    bench = (struct bench){0};
    proef_alles_init(&bench.alles);
    *state = &bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;

    sk_arena_fini(&bench->arena);
    sk_buffer_fini(&bench->out);
    return 0;
}

static enum sk_verdict decode(struct bench *bench, const void *data, size_t size)
{
    return proef_klein_decode(&bench->klein, (struct sk_bytes){data, size}, &bench->arena,
                              &bench->err);
}

#define DECODE(bench, literal) decode(bench, literal, sizeof(literal) - 1)

static void assert_refused(struct bench *bench, enum sk_verdict verdict, const char *text)
{
    assert_int_equal(verdict, SK_REJECT);
    assert_string_equal(bench->err.text, text);
    assert_true(sk_arena_footprint(&bench->arena) <= 4096);
}

static void a_text_longer_than_the_message_is_refused_at_once(void **state)
{
    struct bench *bench = *state;

    assert_refused(bench, DECODE(bench, "\xFE\xFF\xFF\xFF\x0FK"),
                   "proef.klein.id: the message ends too early");
}

static void a_negative_size_is_refused(void **state)
{
    struct bench *bench = *state;

    assert_refused(bench, DECODE(bench, "\x01K\x00\x00\x00"),
                   "proef.klein.id: the size is negative");
    assert_refused(bench,
                   DECODE(bench, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01K\x00\x00\x00"),
                   "proef.klein.id: the size is negative");
}

static void an_array_of_2_to_the_40_is_refused_without_memory(void **state)
{
    struct bench *bench = *state;

    assert_refused(bench, DECODE(bench, KLEIN("\x80\x80\x80\x80\x80\x80\x01")),
                   "proef.klein.punten: there are fewer items than the array says");
}

static void more_items_than_can_be_left_are_refused_without_memory(void **state)
{
    struct bench *bench = *state;

    /* A point takes three bytes: four do not fit in ten, however the count is written. */
    assert_refused(bench,
                   DECODE(bench, KLEIN("\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00")),
                   "proef.klein.punten: there are fewer items than the array says");
    assert_refused(
        bench, DECODE(bench, KLEIN("\x88\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00")),
        "proef.klein.punten: there are fewer items than the array says");
    assert_refused(
        bench, DECODE(bench, KLEIN("\x07\x14\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00")),
        "proef.klein.punten: there are fewer items than the array says");
    assert_int_equal(sk_arena_footprint(&bench->arena), 0);
}

static void a_block_with_the_lowest_count_is_refused(void **state)
{
    struct bench *bench = *state;

    assert_refused(
        bench,
        DECODE(bench, KLEIN("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01\x02\x00\x00\x00")),
        "proef.klein.punten: there are fewer items than the array says");
}

static void a_number_of_eleven_bytes_is_refused(void **state)
{
    struct bench *bench = *state;

    assert_refused(
        bench,
        DECODE(bench,
               "\x02K\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01\x00\x00\x00\x00"),
        "proef.klein.letter: the number does not fit a long");
}

static void a_message_larger_than_the_bus_takes_is_refused(void **state)
{
    struct bench *bench = *state;

    sk_buffer_reserve(&bench->out, SK_EVENT_SIZE_MAX + 1);
    memset(bench->out.data, 0, SK_EVENT_SIZE_MAX + 1);
    assert_refused(bench, decode(bench, bench->out.data, SK_EVENT_SIZE_MAX + 1),
                   "proef.klein: the message is larger than 1 MiB");
}

static void blocks_with_negative_counts_are_read(void **state)
{
    struct bench *bench = *state;

    /* Two points in a block of 12 bytes, one in a plain block; two bytes after them. */
    assert_int_equal(DECODE(bench, KLEIN("\x03\x18\x00\x02\x04"
                                         "ab\x02\x0E\x04\x06xyz\x02\x00\x00\x00\x00"
                                         "\x02\x02\x55\x01\x04\x02\x66\x00")),
                     SK_OK);
    assert_int_equal(bench->klein.punten_count, 3);
    assert_true(sk_text_is(bench->klein.punten[0].naam, "ab"));
    assert_false(bench->klein.punten[0].has_x);
    assert_true(bench->klein.punten[1].has_x);
    assert_int_equal(bench->klein.punten[1].x, 7);
    assert_int_equal(bench->klein.punten[1].letter, LETTER_B);
    assert_true(sk_text_is(bench->klein.punten[1].naam, "xyz"));
    assert_true(sk_text_is(bench->klein.punten[2].naam, ""));
    assert_int_equal(bench->klein.ruwe_count, 2);
    assert_int_equal(bench->klein.ruwe[1].data[0], 0x66);
}

static void a_block_that_lies_about_its_size_is_refused(void **state)
{
    struct bench *bench = *state;

    assert_refused(bench,
                   DECODE(bench, KLEIN("\x01\x0C\x00\x02\x04"
                                       "ab\x00\x00\x00\x00\x00")),
                   "proef.klein.punten: a block of the array lies about its size");
    assert_refused(bench,
                   DECODE(bench, KLEIN("\x01\x7E\x00\x02\x04"
                                       "ab\x00\x00")),
                   "proef.klein.punten: a block of the array has no such size");
}

static void an_error_names_the_item_and_the_field(void **state)
{
    struct bench *bench = *state;

    assert_refused(bench,
                   DECODE(bench, KLEIN("\x04\x00\x02\x04"
                                       "ab\x00\x06\x00\x00\x00")),
                   "proef.klein.punten[1].letter: there is no such enum symbol");
    assert_refused(bench, DECODE(bench, KLEIN("\x02\x04\x00\x00\x00\x00")),
                   "proef.klein.punten[0].x: there is no such union branch");
    assert_refused(bench,
                   DECODE(bench, KLEIN("\x02\x00\x02\x04"
                                       "a\xE9\x00\x00")),
                   "proef.klein.punten[0].naam: the text is not UTF-8");
}

static void what_no_reader_would_take_is_not_written(void **state)
{
    struct bench *bench = *state;
    struct punt punten[2] = {{.letter = LETTER_A}, {.naam = {"caf\xE9", 4}}};

    sk_buffer_append_text(&bench->out, SK_TEXT("before"));
    bench->klein.id = SK_TEXT("K");
    bench->klein.punten = punten;
    bench->klein.punten_count = 2;
    assert_refused(bench, proef_klein_encode(&bench->klein, &bench->out, &bench->err),
                   "proef.klein.punten[1].naam: the text is not UTF-8");
    punten[1].naam = SK_TEXT("café in the middle of a long text");
    punten[0].letter = 3;
    assert_refused(bench, proef_klein_encode(&bench->klein, &bench->out, &bench->err),
                   "proef.klein.punten[0].letter: there is no such enum symbol");
    assert_string_equal(bench->err.id, "avro.encode");
    assert_true(sk_text_is(sk_buffer_text(&bench->out), "before"));
}

static void an_event_larger_than_the_bus_takes_is_not_written(void **state)
{
    struct bench *bench = *state;
    size_t size = SK_EVENT_SIZE_MAX;
    char *text = sk_arena_alloc_zeroed(&bench->arena, size);

    bench->klein.id = (struct sk_text){text, size};
    assert_int_equal(proef_klein_encode(&bench->klein, &bench->out, &bench->err),
                     SK_REJECT);
    assert_string_equal(bench->err.text, "proef.klein: the event is larger than 1 MiB");
    assert_int_equal(bench->out.size, 0);
    bench->klein.id.size = size - 3 - 1 - 1 - 1;
    assert_int_equal(proef_klein_encode(&bench->klein, &bench->out, &bench->err), SK_OK);
    assert_int_equal(bench->out.size, SK_EVENT_SIZE_MAX);
}

static void init_gives_the_defaults_of_the_schema(void **state)
{
    struct bench *bench = *state;
    const struct proef_alles *alles = &bench->alles;

    assert_true(alles->ja);
    assert_int_equal(alles->klein, -7);
    assert_int_equal(alles->groot, 1234567890123);
    assert_true(sk_text_is(alles->tekst, "crèche \"De Bij\""));
    assert_true(alles->a.data != NULL && alles->a.size == 0);
    assert_int_equal(alles->letter, LETTER_B);
    assert_int_equal(alles->punt.letter, LETTER_A);
    assert_true(sk_text_is(alles->punt.naam, "nul"));
    assert_false(alles->has_waar);
    assert_null(alles->misschien_punt);
    assert_null(alles->misschien_tekst.data);
    assert_int_equal(alles->punten_count, 0);
}

static void absent_differs_from_empty_and_from_zero(void **state)
{
    struct bench *bench = *state;
    struct proef_alles other = bench->alles;

    assert_true(proef_alles_equal(&bench->alles, &other));
    other.misschien_tekst = SK_TEXT("");
    assert_false(proef_alles_equal(&bench->alles, &other));
    other = bench->alles;
    other.has_misschien_groot = true;
    assert_false(proef_alles_equal(&bench->alles, &other));
    other = bench->alles;
    other.a = (struct sk_text){0};
    assert_true(proef_alles_equal(&bench->alles, &other));
}

static const struct sk_field *field(const struct sk_record_type *record, const char *name)
{
    const struct sk_field *found = sk_record_field(record, sk_text(name));

    assert_non_null(found);
    return found;
}

static void a_tag_holds_for_all_inside_its_field(void **state)
{
    const struct sk_record_type *alles = &sk_proef_alles.record;
    const struct sk_record_type *persoon = field(alles, "persoon")->record;
    const struct sk_record_type *plek = field(alles, "plekken")->record;

    (void)state;
    assert_int_equal(field(alles, "persoon")->tags, SK_TAG_PII);
    assert_int_equal(field(persoon, "naam")->tags, SK_TAG_PII);
    assert_int_equal(field(persoon, "ziekte")->tags, SK_TAG_PII | SK_TAG_PII_SENSITIVE);
    assert_int_equal(field(plek, "letter")->tags, SK_TAG_PII_SENSITIVE);
    assert_int_equal(field(field(alles, "punten")->record, "letter")->tags, 0);
    assert_int_equal(field(field(alles, "personen")->record, "naam")->tags, 0);
    assert_int_equal(field(field(alles, "personen")->record, "ziekte")->tags,
                     SK_TAG_PII_SENSITIVE);
}

static enum sk_verdict count(void *counted, const struct sk_field *visited, void *value,
                             struct sk_error *err)
{
    (void)visited, (void)value, (void)err;
    ++*(int *)counted;
    return SK_OK;
}

static void seal_and_open_visit_what_is_tagged_and_change_nothing(void **state)
{
    struct bench *bench = *state;
    struct persoon personen[2] = {{.ziekte = SK_TEXT("x")}}, persoon = {.ziekte = {0}};
    struct proef_alles before;
    int visited = 0;

    bench->alles.persoon = &persoon;
    bench->alles.personen = personen;
    bench->alles.personen_count = 2;
    before = bench->alles;
    assert_int_equal(sk_record_visit_tagged(&sk_proef_alles.record, &bench->alles, count,
                                            &visited, &bench->err),
                     SK_OK);
    assert_int_equal(visited, 2); /* the name of persoon, the first ziekte */
    assert_int_equal(
        sk_event_seal(&sk_proef_alles, &bench->alles, &bench->arena, &bench->err), SK_OK);
    assert_int_equal(
        sk_event_open(&sk_proef_alles, &bench->alles, &bench->arena, &bench->err), SK_OK);
    assert_true(proef_alles_equal(&before, &bench->alles));
}

static void the_key_joins_its_fields(void **state)
{
    struct bench *bench = *state;
    struct sk_text key;

    bench->alles.a = SK_TEXT("klacht");
    bench->alles.b = SK_TEXT("K-1");
    assert_int_equal(
        sk_event_key(&sk_proef_alles, &bench->alles, &bench->arena, &key, &bench->err),
        SK_OK);
    assert_true(sk_text_is(key, "klacht/K-1"));
    bench->klein.id = SK_TEXT("K-1");
    assert_int_equal(
        sk_event_key(&sk_proef_klein, &bench->klein, &bench->arena, &key, &bench->err),
        SK_OK);
    assert_ptr_equal(key.data, bench->klein.id.data);
}

static void a_key_that_is_empty_long_or_not_utf8_is_refused(void **state)
{
    struct bench *bench = *state;
    char large[513];
    const struct sk_text wrong[] = {{0}, {large, sizeof(large)}, {"\xFF", 1}};
    const char *const reasons[] = {"is empty", "is longer than 512 bytes",
                                   "is not UTF-8"};
    struct sk_text key;

    memset(large, 'x', sizeof(large));
    for (size_t i = 0; i < 3; i++) {
        bench->klein.id = wrong[i];
        assert_int_equal(sk_event_key(&sk_proef_klein, &bench->klein, &bench->arena, &key,
                                      &bench->err),
                         SK_REJECT);
        assert_string_equal(bench->err.id, "event.key");
        assert_non_null(strstr(bench->err.text, reasons[i]));
    }
}

static void versie_is_there_only_where_the_schema_has_it(void **state)
{
    struct bench *bench = *state;

    sk_event_set_versie(&sk_proef_alles, &bench->alles, 42);
    assert_int_equal(bench->alles.versie, 42);
    assert_int_equal(sk_event_versie(&sk_proef_alles, &bench->alles), 42);
    sk_event_set_versie(&sk_proef_klein, &bench->klein, 42);
    assert_int_equal(sk_event_versie(&sk_proef_klein, &bench->klein), 0);
}

#define UNIT(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_text_longer_than_the_message_is_refused_at_once),
        UNIT(a_negative_size_is_refused),
        UNIT(an_array_of_2_to_the_40_is_refused_without_memory),
        UNIT(more_items_than_can_be_left_are_refused_without_memory),
        UNIT(a_block_with_the_lowest_count_is_refused),
        UNIT(a_number_of_eleven_bytes_is_refused),
        UNIT(a_message_larger_than_the_bus_takes_is_refused),
        UNIT(blocks_with_negative_counts_are_read),
        UNIT(a_block_that_lies_about_its_size_is_refused),
        UNIT(an_error_names_the_item_and_the_field),
        UNIT(what_no_reader_would_take_is_not_written),
        UNIT(an_event_larger_than_the_bus_takes_is_not_written),
        UNIT(init_gives_the_defaults_of_the_schema),
        UNIT(absent_differs_from_empty_and_from_zero),
        UNIT(a_tag_holds_for_all_inside_its_field),
        UNIT(seal_and_open_visit_what_is_tagged_and_change_nothing),
        UNIT(the_key_joins_its_fields),
        UNIT(a_key_that_is_empty_long_or_not_utf8_is_refused),
        UNIT(versie_is_there_only_where_the_schema_has_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
