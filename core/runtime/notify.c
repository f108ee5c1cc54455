/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

static void tell(const char *state)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = getenv("NOTIFY_SOCKET");
    size_t size = path ? strlen(path) : 0;

    if (size < 2 || size >= sizeof(address.sun_path) ||
        (path[0] != '/' && path[0] != '@'))
        return;
    memcpy(address.sun_path, path, size);
    if (path[0] == '@') /* an abstract socket */
        address.sun_path[0] = '\0';
    int end = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (end < 0)
        return;
    sendto(end, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&address,
           (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size));
    close(end);
}

/* Half of what the watchdog allows; -1: nobody watches this process. */
static int64_t every_ms(void)
{
    const char *limit = getenv("WATCHDOG_USEC");
    const char *whom = getenv("WATCHDOG_PID");
    int64_t limit_us, pid;

    if (!limit || !sk_text_to_int64(sk_text(limit), &limit_us) || limit_us < 2000)
        return -1;
    if (whom && (!sk_text_to_int64(sk_text(whom), &pid) || pid != getpid()))
        return -1;
    return limit_us / 2000;
}

void sk_notify_ready(void)
{
    tell("READY=1");
}

int64_t sk_notify_alive(void)
{
    static int64_t due_ms; /* monotonic */
    int64_t every = every_ms();
    int64_t now = sk_clock_monotonic_ms();

    if (every < 0)
        return -1;
    if (now >= due_ms) {
        tell("WATCHDOG=1");
        due_ms = now + every;
    }
    return due_ms - now;
}

void sk_notify_stopping(void)
{
    tell("STOPPING=1");
}
