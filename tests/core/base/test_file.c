/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/log.h"

static char folder[] = "/tmp/schakel-file-XXXXXX";

static int make_folder(void **)
{
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **)
{
    sk_auto_free char *command = sk_strf("rm -r %s", folder);
    return system(command);
}

static void a_replaced_file_holds_the_new_contents(void **)
{
    sk_auto_free char *path = sk_strf("%s/a/b/c", folder);
    sk_auto_free char *parent = sk_strf("%s/a/b", folder);
    sk_buffer_auto contents = {0};
    struct sk_error err = {0};

    assert_int_equal(sk_folder_make(parent, &err), SK_OK);
    assert_int_equal(sk_folder_make(parent, &err), SK_OK);
    assert_int_equal(sk_file_replace(path, "one", 3, &err), SK_OK);
    assert_int_equal(sk_file_replace(path, "three", 5, &err), SK_OK);
    assert_int_equal(sk_file_read(path, 5, &contents, &err), SK_OK);
    assert_string_equal(sk_buffer_string(&contents), "three");
}

static void reading_says_what_is_wrong(void **)
{
    sk_auto_free char *missing = sk_strf("%s/missing", folder);
    sk_auto_free char *large = sk_strf("%s/large", folder);
    sk_buffer_auto contents = {0};
    struct sk_error err = {0};

    assert_int_equal(sk_file_read(missing, 10, &contents, &err), SK_REJECT);
    assert_non_null(strstr(err.text, missing));
    assert_int_equal(sk_file_replace(large, "12345678901", 11, &err), SK_OK);
    assert_int_equal(sk_file_read(large, 10, &contents, &err), SK_REJECT);
    assert_string_equal(err.id, "file.large");
}

static void a_log_line_is_one_line_whatever_its_values_hold(void **)
{
    char text[2048] = {0};
    int ends[2], saved = dup(STDERR_FILENO);

    assert_int_equal(pipe(ends), 0);
    dup2(ends[1], STDERR_FILENO);
    sk_log_warn("test.line", SK_STR("text", "two\nlines \"quoted\""), SK_INT64("n", -5));
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(ends[1]);
    assert_true(read(ends[0], text, sizeof(text) - 1) > 0);
    close(ends[0]);
    assert_non_null(
        strstr(text, " id=test.line text=\"two lines \\\"quoted\\\"\" n=-5\n"));
    assert_ptr_equal(strchr(text, '\n') + 1, text + strlen(text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_replaced_file_holds_the_new_contents),
        cmocka_unit_test(reading_says_what_is_wrong),
        cmocka_unit_test(a_log_line_is_one_line_whatever_its_values_hold),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
