/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/option.h"

struct sample {
    const char *url;
    const char *token;
    int64_t wait_ms;
    int64_t limit_bytes;
    int64_t count;
    bool on;
    int scheme;
};

static const struct sk_option sample_options[] = {
    SK_STRING(struct sample, url, .name = "url", .help = "Where."),
    SK_STRING(struct sample, token, .name = "token", .optional = true, .secret = true),
    SK_DURATION(struct sample, wait_ms, .name = "wait", .fallback = "10s"),
    SK_SIZE(struct sample, limit_bytes, .name = "limit", .fallback = "2M"),
    SK_INTEGER(struct sample, count, .name = "count", .fallback = "3", .min = 1,
               .max = 9),
    SK_BOOL(struct sample, on, .name = "on", .fallback = "nee"),
    SK_CHOICE(struct sample, scheme, .name = "scheme", .fallback = "kbo",
              .choices = "kbo|kvk|vrij"),
    SK_END_OF_OPTIONS,
};

struct run {
    struct sk_settings *settings;
    struct sample sample;
    struct sk_error err;
};

static void run_fini(struct run *run)
{
    sk_settings_free(run->settings);
}

/* Writes the INI text to a file, reads the sample's options from it and the arguments. */
static enum sk_verdict read_options(struct run *run, const char *ini, const char *prefix,
                                    int count, char *const *arguments)
{
    char path[] = "/tmp/schakel-option-XXXXXX";
    int file = mkstemp(path);

    assert_true(file >= 0);
    assert_true(write(file, ini, strlen(ini)) == (ssize_t)strlen(ini));
    close(file);
    enum sk_verdict verdict =
        sk_settings_load("edison", path, count, arguments, &run->settings, &run->err);
    unlink(path);
    if (verdict == SK_OK)
        verdict = sk_options_read(sample_options, prefix, run->settings, &run->sample,
                                  &run->err);
    if (verdict == SK_OK)
        verdict = sk_settings_check_unknown(run->settings, &run->err);
    return verdict;
}

static void values_come_in_their_units(void **)
{
    SK_CLEANUP(run_fini) struct run run = {0};

    assert_int_equal(
        read_options(&run,
                     "[edison]\nurl = http://x\nwait = 15m\nlimit=64K\non = ja\n"
                     "scheme = vrij\n",
                     NULL, 0, NULL),
        SK_OK);
    assert_string_equal(run.sample.url, "http://x");
    assert_true(run.sample.wait_ms == 900000);
    assert_true(run.sample.limit_bytes == 65536);
    assert_true(run.sample.count == 3);
    assert_true(run.sample.on);
    assert_int_equal(run.sample.scheme, 2);
    assert_null(run.sample.token);
}

static void the_command_line_goes_before_the_environment_before_the_file(void **)
{
    SK_CLEANUP(run_fini) struct run run = {0};
    char *arguments[] = {"--count=7"};

    setenv("SCHAKEL_EDISON_COUNT", "6", 1);
    setenv("SCHAKEL_EDISON_WAIT", "6s", 1);
    enum sk_verdict verdict = read_options(
        &run, "[edison]\nurl = u\nwait = 5s\ncount = 5\n", NULL, 1, arguments);
    unsetenv("SCHAKEL_EDISON_COUNT");
    unsetenv("SCHAKEL_EDISON_WAIT");
    assert_int_equal(verdict, SK_OK);
    assert_true(run.sample.count == 7);
    assert_true(run.sample.wait_ms == 6000);
}

static void the_common_section_serves_where_the_own_is_silent(void **)
{
    SK_CLEANUP(run_fini) struct run run = {0};

    assert_int_equal(
        read_options(&run, "[schakel]\nurl = common\ncount = 2\n[edison]\ncount = 4\n",
                     NULL, 0, NULL),
        SK_OK);
    assert_string_equal(run.sample.url, "common");
    assert_true(run.sample.count == 4);
}

static void a_flow_of_its_own_goes_before_the_process(void **)
{
    SK_CLEANUP(run_fini) struct run run = {0};

    assert_int_equal(read_options(&run,
                                  "[edison]\nurl = u\ncount = 4\nlocaties.count = 8\n",
                                  "locaties.", 0, NULL),
                     SK_OK);
    assert_true(run.sample.count == 8);
}

static void expect_refusal(const char *ini, const char *id, const char *part_of_text)
{
    SK_CLEANUP(run_fini) struct run run = {0};

    assert_int_equal(read_options(&run, ini, NULL, 0, NULL), SK_FATAL);
    assert_string_equal(run.err.id, id);
    if (!strstr(run.err.text, part_of_text))
        fail_msg("\"%s\" does not say \"%s\"", run.err.text, part_of_text);
}

static void what_is_wrong_is_said_with_its_place(void **)
{
    expect_refusal("[edison]\n", "option.missing", "\"url\"");
    expect_refusal("[edison]\nurl = u\nwait = 15 minutes\n", "option.value", ":3: wait");
    expect_refusal("[edison]\nurl = u\ncount = 12\n", "option.bounds", "between 1 and 9");
    expect_refusal("[edison]\nurl = u\nscheme = btw\n", "option.value", "kbo|kvk|vrij");
    expect_refusal("[edison]\nurl = u\nurl = v\n", "option.twice", "url");
    expect_refusal("[edison]\nurl = u\nnonsense\n", "option.file", ":3:");
    expect_refusal("[edison]\nurl = u\nlimiet = 5\n", "option.unknown",
                   "did you mean \"limit\"?");
}

static void a_value_goes_on_in_indented_lines_after_a_backslash(void **)
{
    SK_CLEANUP(run_fini) struct run run = {0};

    assert_int_equal(
        read_options(&run, "[edison]\nurl = one \\\n    two \\\n\tthree\ncount = 4\n",
                     NULL, 0, NULL),
        SK_OK);
    assert_string_equal(run.sample.url, "one two three");
    assert_true(run.sample.count == 4);
    expect_refusal("[edison]\nurl = u\n  count = 4\n", "option.twice", "url");
}

static void a_secret_in_the_file_is_refused_and_not_repeated(void **)
{
    SK_CLEANUP(run_fini) struct run run = {0};

    assert_int_equal(
        read_options(&run, "[edison]\nurl = u\ntoken = hunter2\n", NULL, 0, NULL),
        SK_FATAL);
    assert_null(strstr(run.err.text, "hunter2"));
}

static void a_secret_comes_from_a_file_and_is_never_printed(void **)
{
    SK_CLEANUP(run_fini) struct run run = {0};
    char path[] = "/tmp/schakel-secret-XXXXXX";
    char *printed = NULL;
    size_t size = 0;
    int file = mkstemp(path);

    assert_true(write(file, "hunter2\n", 8) == 8);
    close(file);
    sk_auto_free char *ini = sk_strf("[edison]\nurl = u\ntoken = file:%s\n", path);
    assert_int_equal(read_options(&run, ini, NULL, 0, NULL), SK_OK);
    unlink(path);
    assert_string_equal(run.sample.token, "hunter2");
    FILE *out = open_memstream(&printed, &size);
    sk_options_print(sample_options, NULL, &run.sample, out);
    fclose(out);
    assert_null(strstr(printed, "hunter2"));
    assert_non_null(strstr(printed, "token = (hidden)"));
    free(printed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_in_their_units),
        cmocka_unit_test(the_command_line_goes_before_the_environment_before_the_file),
        cmocka_unit_test(the_common_section_serves_where_the_own_is_silent),
        cmocka_unit_test(a_flow_of_its_own_goes_before_the_process),
        cmocka_unit_test(what_is_wrong_is_said_with_its_place),
        cmocka_unit_test(a_value_goes_on_in_indented_lines_after_a_backslash),
        cmocka_unit_test(a_secret_in_the_file_is_refused_and_not_repeated),
        cmocka_unit_test(a_secret_comes_from_a_file_and_is_never_printed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
