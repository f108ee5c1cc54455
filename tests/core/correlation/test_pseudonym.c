/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "correlation/pseudonym.h"

static char folder[] = "/tmp/schakel-pseudonym-XXXXXX", path[64];
static struct sk_arena arena;
static struct sk_error err;

static int set_up(void **)
{
    memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/pseudoniem.sleutel", folder);
    return 0;
}

static int tear_down(void **)
{
    sk_arena_fini(&arena);
    unlink(path);
    return rmdir(folder);
}

static struct sk_text name_of(const char *purpose, const char *text)
{
    struct pseudonym_key key = {0};

    assert_int_equal(pseudonym_key_open(&key, folder, &err), SK_OK);
    return pseudonym_of(&key, purpose, sk_text(text), &arena);
}

static void equal_texts_keep_one_name_over_restarts(void **)
{
    assert_true(sk_text_equal(name_of("groep", "a"), name_of("groep", "a")));
    assert_false(sk_text_equal(name_of("groep", "a"), name_of("groep", "b")));
}

static void names_of_two_purposes_cannot_be_compared(void **)
{
    assert_false(sk_text_equal(name_of("groep", "a"), name_of("afzender", "a")));
}

static void only_the_owner_may_read_the_key(void **)
{
    struct stat status;

    (void)name_of("groep", "a");
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

static void a_key_that_others_may_read_is_refused(void **)
{
    struct pseudonym_key key = {0};

    (void)name_of("groep", "a");
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(pseudonym_key_open(&key, folder, &err), SK_FATAL);
    assert_non_null(strstr(err.text, "chmod 600"));
}

static void half_a_key_is_refused(void **)
{
    struct pseudonym_key key = {0};

    (void)name_of("groep", "a");
    assert_int_equal(truncate(path, 16), 0);
    assert_int_equal(pseudonym_key_open(&key, folder, &err), SK_FATAL);
}

static void after_the_key_is_destroyed_old_names_mean_nothing(void **)
{
    struct sk_text before = name_of("groep", "a");

    assert_int_equal(unlink(path), 0);
    assert_false(sk_text_equal(before, name_of("groep", "a")));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(equal_texts_keep_one_name_over_restarts),
        TEST(names_of_two_purposes_cannot_be_compared),
        TEST(only_the_owner_may_read_the_key),
        TEST(a_key_that_others_may_read_is_refused),
        TEST(half_a_key_is_refused),
        TEST(after_the_key_is_destroyed_old_names_mean_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
