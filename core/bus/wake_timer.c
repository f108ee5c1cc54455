/* SPDX-License-Identifier: Apache-2.0 */
#include "bus/wake_timer.h"

#include <stdint.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

bool sk_wake_timer_open(struct sk_wake_timer *timer, int epoll)
{
    struct epoll_event event = {.events = EPOLLIN};

    timer->descriptor = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    return timer->descriptor >= 0 &&
           epoll_ctl(epoll, EPOLL_CTL_ADD, timer->descriptor, &event) == 0;
}

void sk_wake_timer_signal(struct sk_wake_timer *timer, bool more)
{
    struct itimerspec time = {
        .it_value = {.tv_sec = more ? 0 : 1, .tv_nsec = more ? 1 : 0},
        .it_interval = {.tv_sec = 1},
    };

    if (!more && !timer->signalled)
        return;
    timerfd_settime(timer->descriptor, 0, &time, NULL);
    timer->signalled = more;
}

void sk_wake_timer_clear(struct sk_wake_timer *timer)
{
    uint64_t expirations;
    ssize_t size = read(timer->descriptor, &expirations, sizeof(expirations));

    (void)size;
}

void sk_wake_timer_close(struct sk_wake_timer *timer)
{
    if (timer->descriptor >= 0)
        close(timer->descriptor);
    timer->descriptor = -1;
}
