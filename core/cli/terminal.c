/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/compiler.h"

enum { NARROWEST = 40, WIDEST = 100, ESCAPE = 27, ESCAPE_MS = 20 };

static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

/* Signal handlers need it, so there is one. */
static struct termios before, by_key;
static volatile sig_atomic_t is_open;

static void restore(void)
{
    if (is_open)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
}

/* Gives the terminal back and lets the signal do what it does. */
static void on_ending(int number)
{
    restore();
    signal(number, SIG_DFL);
    raise(number);
}

static void handle(int number, void (*handler)(int))
{
    /* Not blocked inside itself: raising it again must take effect at once. */
    struct sigaction action = {.sa_handler = handler,
                               .sa_flags = SA_NODEFER | SA_RESTART};

    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

static void take_again(int number)
{
    int saved = errno;

    (void)number;
    if (is_open)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &by_key);
    errno = saved;
}

/* Stops here, with the terminal as it was; goes on as if nothing had been. */
static void on_stop(int number)
{
    int saved = errno;

    restore();
    signal(number, SIG_DFL);
    raise(number);
    handle(number, on_stop);
    take_again(number);
    errno = saved;
}

bool sk_terminal_open(void)
{
    if (tcgetattr(STDIN_FILENO, &before) < 0)
        return false;
    by_key = before;
    by_key.c_lflag &= (tcflag_t) ~(ICANON | ECHO);
    by_key.c_cc[VMIN] = 1;
    by_key.c_cc[VTIME] = 0;
    is_open = 1;
    atexit(restore);
    for (size_t i = 0; i < SK_COUNT(ending); i++)
        handle(ending[i], on_ending);
    handle(SIGTSTP, on_stop);
    handle(SIGCONT, take_again);
    return tcsetattr(STDIN_FILENO, TCSADRAIN, &by_key) == 0;
}

void sk_terminal_close(void)
{
    restore();
    is_open = 0;
    for (size_t i = 0; i < SK_COUNT(ending); i++)
        signal(ending[i], SIG_DFL);
    signal(SIGTSTP, SIG_DFL);
    signal(SIGCONT, SIG_DFL);
}

static bool more_within(int milliseconds)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};

    return poll(&input, 1, milliseconds) > 0;
}

int sk_terminal_key(void)
{
    unsigned char byte, rest[16];

    fflush(stdout);
    if (read(STDIN_FILENO, &byte, 1) != 1)
        return SK_KEY_END;
    if (byte != ESCAPE)
        return byte;
    while (more_within(ESCAPE_MS) && read(STDIN_FILENO, rest, sizeof rest) > 0)
        ; /* the rest of an arrow or function key */
    return SK_KEY_OTHER;
}

bool sk_terminal_line(const char *question, char *out, size_t size)
{
    size_t used = 0;
    char byte = 0;

    printf("%s", question);
    fflush(stdout);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
    while (read(STDIN_FILENO, &byte, 1) == 1 && byte != '\n')
        if (used + 1 < size)
            out[used++] = byte;
    tcsetattr(STDIN_FILENO, TCSADRAIN, &by_key);
    out[used] = '\0';
    return byte == '\n';
}

void sk_terminal_clear(void)
{
    const char *type = getenv("TERM");

    if (type && strcmp(type, "dumb") != 0)
        fputs("\033[H\033[2J\033[3J", stdout);
    else
        putchar('\n');
}

int sk_terminal_width(void)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
        return 80;
    return size.ws_col < NARROWEST ? NARROWEST
           : size.ws_col > WIDEST  ? WIDEST
                                   : size.ws_col;
}
