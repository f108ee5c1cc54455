/* SPDX-License-Identifier: Apache-2.0 */
/* What the child may not do any more, tried by a child of the test. */
#include "xml/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

typedef int attempt(void);

static int open_a_file(void)
{
    return open("/etc/passwd", O_RDONLY);
}

static int make_a_file(void)
{
    return open("/tmp/schakel-xml-was-here", O_CREAT | O_RDWR, 0600);
}

static int connect_somewhere(void)
{
    return socket(AF_INET, SOCK_STREAM, 0);
}

static int start_a_program(void)
{
    char *const arguments[] = {"true", NULL};

    return execv("/bin/true", arguments);
}

static int make_a_process(void)
{
    return fork();
}

static int kill_another(void)
{
    return kill(getppid(), 0);
}

/* 0: refused with EPERM; 1: it worked, or failed otherwise; 2: not confined at all. */
static int outcome(attempt *try)
{
    struct sk_error err = {0};

    if (sk_xml_confine(1000, &err) != SK_OK)
        return 2;
    return try() == -1 && errno == EPERM ? 0 : 1;
}

static void assert_refused(attempt *try)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0)
        _exit(outcome(try));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void once_confined_it_can_neither_open_nor_connect_nor_start_anything(void **)
{
    attempt *const attempts[] = {open_a_file,     make_a_file,    connect_somewhere,
                                 start_a_program, make_a_process, kill_another};

    for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++)
        assert_refused(attempts[i]);
}

static int write_and_end(void)
{
    errno = write(STDOUT_FILENO, "", 0) == 0 ? EPERM : 0; /* as outcome() asks for it */
    return -1;
}

static void what_it_has_open_it_may_still_write(void **)
{
    assert_refused(write_and_end);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            once_confined_it_can_neither_open_nor_connect_nor_start_anything),
        cmocka_unit_test(what_it_has_open_it_may_still_write),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
