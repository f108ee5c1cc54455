/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "runtime/notify.h"

static char folder[] = "/tmp/schakel-notify-XXXXXX";
static struct sockaddr_un address = {.sun_family = AF_UNIX};
static int manager; /* the socket on which systemd would listen */

static int listen_as_systemd(void **)
{
    assert_non_null(mkdtemp(folder));
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/notify", folder);
    manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    return bind(manager, (const struct sockaddr *)&address, sizeof(address));
}

static int listen_no_more(void **)
{
    close(manager);
    unlink(address.sun_path);
    return rmdir(folder);
}

static int forget(void **)
{
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
    return 0;
}

static void expect_told(const char *state)
{
    char text[64] = {0};

    assert_true(recv(manager, text, sizeof(text) - 1, 0) > 0);
    assert_string_equal(text, state);
}

static void expect_nothing_told(void)
{
    char text[64];

    assert_int_equal(recv(manager, text, sizeof(text), 0), -1);
    assert_int_equal(errno, EAGAIN);
}

static void the_manager_is_told_of_start_and_end(void **)
{
    setenv("NOTIFY_SOCKET", address.sun_path, 1);
    sk_notify_ready();
    expect_told("READY=1");
    sk_notify_stopping();
    expect_told("STOPPING=1");
}

static void without_a_manager_nothing_happens(void **)
{
    sk_notify_ready();
    setenv("NOTIFY_SOCKET", "relative", 1);
    sk_notify_ready();
    setenv("NOTIFY_SOCKET", "/nowhere/at/all", 1);
    sk_notify_ready();
    assert_true(sk_notify_alive() == -1);
    expect_nothing_told();
}

static void another_process_s_watchdog_is_not_ours(void **)
{
    setenv("NOTIFY_SOCKET", address.sun_path, 1);
    setenv("WATCHDOG_USEC", "60000000", 1);
    setenv("WATCHDOG_PID", "1", 1);
    assert_true(sk_notify_alive() == -1);
    expect_nothing_told();
}

static void the_watchdog_hears_of_us_once_in_half_its_time(void **)
{
    char pid[16];

    snprintf(pid, sizeof(pid), "%d", (int)getpid());
    setenv("NOTIFY_SOCKET", address.sun_path, 1);
    setenv("WATCHDOG_USEC", "60000000", 1);
    setenv("WATCHDOG_PID", pid, 1);
    int64_t first = sk_notify_alive();
    assert_true(first > 0 && first <= 30000);
    expect_told("WATCHDOG=1");
    assert_true(sk_notify_alive() <= first);
    expect_nothing_told();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(the_manager_is_told_of_start_and_end, forget),
        cmocka_unit_test_teardown(without_a_manager_nothing_happens, forget),
        cmocka_unit_test_teardown(another_process_s_watchdog_is_not_ours, forget),
        cmocka_unit_test_teardown(the_watchdog_hears_of_us_once_in_half_its_time, forget),
    };

    return cmocka_run_group_tests(tests, listen_as_systemd, listen_no_more);
}
