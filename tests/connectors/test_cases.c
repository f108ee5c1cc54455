/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Case folders: cases/<connector>/<source>/<case>/{input.json,expected.json,options}.
 *
 * input.json is one record or an array of them, in order; expected.json is the array of
 * what comes of them (see desk_translate). `options`, if there, holds one --key=value a
 * line. With SK_WRITE_EXPECTED set, expected.json is written: read it before committing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "connectors/support/translate.h"

extern const struct sk_connector edison, klaroen;
static const struct sk_connector *const connectors[] = {&edison, &klaroen};

enum { CASE_MAX = 200, OPTION_MAX = 8 };

struct test_case {
    const struct sk_connector *connector;
    char *source, *folder;
};

static size_t read_options(const char *folder, struct sk_buffer *text,
                           const char **arguments)
{
    sk_auto_free char *path = sk_strf("%s/options", folder);
    struct sk_error err = {0};
    size_t count = 0;

    if (sk_file_read(path, 4096, text, &err) != SK_OK)
        return 0;
    sk_buffer_append_byte(text, '\0');
    for (char *line = strtok((char *)text->data, "\n"); line && count < OPTION_MAX;
         line = strtok(NULL, "\n"))
        arguments[count++] = line;
    return count;
}

static json_t *translate_all(const struct test_case *test, const json_t *input)
{
    const char *arguments[OPTION_MAX];
    sk_buffer_auto text = {0};
    size_t count = read_options(test->folder, &text, arguments);
    struct desk *desk = desk_open(test->connector, NULL, arguments, (int)count);
    json_t *results = json_array();

    if (!json_is_array(input))
        desk_translate(desk, test->source, input, results);
    for (size_t i = 0; i < json_array_size(input); i++)
        desk_translate(desk, test->source, json_array_get(input, i), results);
    desk_close(desk);
    return results;
}

static void case_is_translated_as_expected(void **state)
{
    const struct test_case *test = *state;
    sk_auto_free char *input_path = sk_strf("%s/input.json", test->folder);
    sk_auto_free char *expected_path = sk_strf("%s/expected.json", test->folder);
    json_auto_t *input = load_json(input_path);
    json_auto_t *got = translate_all(test, input);

    if (getenv("SK_WRITE_EXPECTED"))
        assert_int_equal(json_dump_file(got, expected_path, JSON_INDENT(2)), 0);
    json_auto_t *expected = load_json(expected_path);
    if (json_equal(expected, got))
        return;
    sk_auto_free char *want = json_dumps(expected, JSON_INDENT(1));
    sk_auto_free char *have = json_dumps(got, JSON_INDENT(1));
    assert_string_equal(have, want);
}

/* One test a case folder. */
static void add_cases(const struct sk_connector *connector, const char *source,
                      struct CMUnitTest *tests, size_t *count)
{
    sk_auto_free char *folder = sk_strf("%s/tests/connectors/cases/%s/%s",
                                        getenv("SK_SOURCE_DIR"), connector->name, source);
    struct dirent **entries = NULL;
    int found = scandir(folder, &entries, NULL, alphasort);

    for (int i = 0; i < found; i++) {
        if (entries[i]->d_name[0] != '.' && *count < CASE_MAX) {
            struct test_case *test = sk_alloc_zeroed(sizeof(*test));

            *test = (struct test_case){connector, sk_strdup(source),
                                       sk_strf("%s/%s", folder, entries[i]->d_name)};
            tests[(*count)++] =
                (struct CMUnitTest){.name = sk_strf("%s: %s: %s", connector->name, source,
                                                    entries[i]->d_name),
                                    .test_func = case_is_translated_as_expected,
                                    .initial_state = test};
        }
        free(entries[i]);
    }
    free(entries);
}

static void free_cases(struct CMUnitTest *tests, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct test_case *test = tests[i].initial_state;

        free(test->source);
        free(test->folder);
        free(test);
        free((char *)(uintptr_t)tests[i].name);
    }
}

int main(void)
{
    struct CMUnitTest tests[CASE_MAX];
    size_t count = 0;

    for (size_t i = 0; i < SK_COUNT(connectors); i++)
        for (const struct sk_source *source = connectors[i]->sources; source->name;
             source++)
            add_cases(connectors[i], source->name, tests, &count);
    if (count == 0) {
        fprintf(stderr, "no case folders found below SK_SOURCE_DIR\n");
        return 1;
    }
    int failed = _cmocka_run_group_tests("connector cases", tests, count, NULL, NULL);
    free_cases(tests, count);
    return failed;
}
