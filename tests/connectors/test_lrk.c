/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A real register of another country, by the sample configuration of Edison's README: the
 * Dutch LRK. Skipped by name where its folder is not there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "adapter/drop_file.h"
#include "adapter/mapping.h"
#include "base/alloc.h"
#include "base/file.h"
#include "base/json.h"
#include "connectors/support/readme.h"
#include "connectors/support/translate.h"

extern const struct sk_connector edison;

static const char *register_folder(void)
{
    const char *folder = getenv("SK_LRK_FOLDER");

    return folder ? folder : "/work/shared/data/lrk-nl-childcare";
}

/* The README's block as an INI file. */
static void write_configuration(char path[64])
{
    struct readme_block *blocks = NULL;
    size_t count = readme_blocks("edison", &blocks);
    struct sk_error err = {0};

    strcpy(path, "/tmp/schakel-lrk-XXXXXX");
    close(mkstemp(path));
    for (size_t i = 0; i < count; i++)
        if (strcmp(blocks[i].name, "ini lrk") == 0)
            assert_int_equal(
                sk_file_replace(path, blocks[i].text, strlen(blocks[i].text), &err),
                SK_OK);
    readme_free(blocks, count);
}

/* All rows of a file through one source; the results. */
static json_t *take_file(const char *source, const char *name)
{
    sk_auto_free char *path = sk_strf("%s/%s", register_folder(), name);
    const struct sk_drop_format format = {.max_size = 1 << 30};
    sk_auto_free char *prefix = sk_strf("%s.", source);
    struct sk_mapping *mapping = NULL;
    struct sk_drop_file *file = NULL;
    struct sk_drop_item item = {0};
    struct sk_error err = {0};
    sk_arena_auto arena = {0};
    json_t *results = json_array();
    char ini[64];

    write_configuration(ini);
    struct desk *desk = desk_open(&edison, ini, NULL, 0);
    assert_int_equal(sk_mapping_load(desk_settings(desk), prefix, &mapping, &err), SK_OK);
    assert_int_equal(sk_drop_file_open(path, &format, &file, &err), SK_OK);
    for (bool checked = false; !checked;)
        assert_int_equal(sk_drop_file_check(file, &checked, &err), SK_OK);
    while (sk_drop_file_next(file, &item, &err) == SK_OK && !item.end) {
        struct sk_value record;

        sk_arena_reset(&arena);
        assert_int_equal(sk_value_parse(item.text, &arena, &record, &err), SK_OK);
        sk_mapping_apply(mapping, &record, &arena);
        desk_translate_value(desk, source, &record, results);
    }
    assert_true(item.end);
    sk_drop_file_close(file);
    sk_mapping_free(mapping);
    desk_close(desk);
    unlink(ini);
    return results;
}

static json_t *first_of(const json_t *event, const char *array, const char *member)
{
    return json_object_get(json_array_get(json_object_get(event, array), 0), member);
}

/* How many different keys there are; every row must be an event with a name, or say again
 * what the row before it said (a visit of the same nursery). */
static size_t assert_all_events(const json_t *results, const char *key)
{
    json_auto_t *keys = json_object();
    const json_t *result = NULL;
    size_t i = 0;

    json_array_foreach(results, i, result)
    {
        const json_t *event = json_object_get(result, "event");

        if (json_object_get(result, "unchanged"))
            continue;
        assert_non_null(event);
        assert_non_null(first_of(event, "namen", "naam"));
        json_object_set_new(keys, json_string_value(json_object_get(event, key)),
                            json_true());
    }
    return json_object_size(keys);
}

static void assert_register(const char *name, size_t rows, size_t locations)
{
    if (access(register_folder(), R_OK) != 0)
        skip();
    json_auto_t *places = take_file("locaties", name);
    json_auto_t *holders = take_file("organisatoren", name);

    assert_int_equal(json_array_size(places), rows);
    assert_int_equal(assert_all_events(places, "dossiernummer"), locations);
    assert_int_equal(json_array_size(holders), rows);
    assert_true(assert_all_events(holders, "organisator_id") > 1);
}

static void amsterdams_day_nurseries_enter_whole(void **)
{
    assert_register("amsterdam_kdv_2012_2015_full.csv", 817, 288);
}

static void haarlems_day_nurseries_enter_whole(void **)
{
    assert_register("haarlem_kdv_2012_2015_full.csv", 131, 53);
}

static void a_row_becomes_a_location_with_all_that_identifies_it(void **)
{
    if (access(register_folder(), R_OK) != 0)
        skip();
    json_auto_t *results = take_file("locaties", "amsterdam_kdv_2012_2015_full.csv");
    const json_t *event = json_object_get(json_array_get(results, 0), "event");
    sk_auto_free char *address =
        json_dumps(json_array_get(json_object_get(event, "adressen"), 0), JSON_COMPACT);

    assert_string_equal(json_string_value(json_object_get(event, "dossiernummer")),
                        "767442362");
    assert_string_equal(address, "{\"soort\":\"OPVANG\",\"straat\":\"Kraijenhoffstraat\","
                                 "\"huisnummer\":\"32\",\"postcode\":\"1018RL\","
                                 "\"gemeente\":\"Amsterdam\"}");
    assert_int_equal(json_array_size(json_object_get(event, "contacten")), 3);
    assert_string_equal(
        json_string_value(first_of(event, "organisatoren", "organisator_id")),
        "34276067");
    assert_int_equal(json_integer_value(first_of(event, "plaatsen", "vergund")), 50);
    assert_null(json_object_get(event, "afgekeurd"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amsterdams_day_nurseries_enter_whole),
        cmocka_unit_test(haarlems_day_nurseries_enter_whole),
        cmocka_unit_test(a_row_becomes_a_location_with_all_that_identifies_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
