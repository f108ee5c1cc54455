/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waking and being woken. A writer writes one byte to <file>.wake after its commit;
 * readers watch that file. (Not the log: its change comes before the commit is visible.)
 * The watch is always armed and its events are read before looking, so that a commit in
 * between wakes again; a look every second is there in case it ever fails.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/alloc.h"
#include "bus/sqlite.h"

enum { LOOK_AGAIN_MS = 1000 };

static bool watch(struct sk_sqlite_bus *self)
{
    struct sk_sqlite_wake *wake = &self->wake;
    struct epoll_event event = {.events = EPOLLIN};
    sk_auto_free char *path = sk_strf("%s.wake", self->file.path);

    wake->write_end = sk_sqlite_side_file(&self->file, ".wake", O_APPEND);
    wake->watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    wake->descriptor = epoll_create1(EPOLL_CLOEXEC);
    return wake->write_end >= 0 && wake->watch >= 0 && wake->descriptor >= 0 &&
           inotify_add_watch(wake->watch, path, IN_MODIFY) >= 0 &&
           epoll_ctl(wake->descriptor, EPOLL_CTL_ADD, wake->watch, &event) == 0 &&
           sk_wake_timer_open(&wake->timer, wake->descriptor);
}

enum sk_verdict sk_sqlite_wake_open(struct sk_sqlite_bus *self, struct sk_error *err)
{
    self->wake = (struct sk_sqlite_wake){-1, -1, -1, {.descriptor = -1}};
    if (!watch(self))
        return sk_fail(err, SK_RETRY, "bus.away", "%s.wake: %s", self->file.path,
                       strerror(errno));
    sk_wake_timer_signal(&self->wake.timer, true);
    return SK_OK;
}

void sk_sqlite_wake_close(struct sk_sqlite_bus *self)
{
    int descriptors[] = {self->wake.descriptor, self->wake.watch, self->wake.write_end};

    sk_wake_timer_close(&self->wake.timer);
    for (size_t i = 0; i < SK_COUNT(descriptors); i++) {
        if (descriptors[i] >= 0)
            close(descriptors[i]);
    }
}

void sk_sqlite_wake_others(struct sk_sqlite_bus *self)
{
    /* Lost on a full disk; readers look again within a second. */
    ssize_t written = write(self->wake.write_end, "x", 1);
    (void)written;
}

void sk_sqlite_wake_clear(struct sk_sqlite_bus *self)
{
    char events[4096];

    while (read(self->wake.watch, events, sizeof(events)) == sizeof(events))
        continue;
    sk_wake_timer_clear(&self->wake.timer);
}

bool sk_sqlite_wake_wait(struct sk_sqlite_bus *self, int64_t timeout_ms)
{
    struct epoll_event event;
    int timeout = timeout_ms < LOOK_AGAIN_MS ? (int)timeout_ms : LOOK_AGAIN_MS;

    return epoll_wait(self->wake.descriptor, &event, 1, timeout) >= 0 || errno != EINTR;
}
