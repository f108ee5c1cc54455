/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BUS_WAKE_TIMER_H
#define SK_BUS_WAKE_TIMER_H

#include <stdbool.h>

/*
 * The part of waiting that is the same for every driver: a timer that makes the bus's
 * descriptor readable each second, and at once when more may be there.
 */
struct sk_wake_timer {
    int descriptor; /* -1: none */
    bool signalled;
};

/* Opens the timer and has the epoll descriptor watch it. False: errno says why. */
bool sk_wake_timer_open(struct sk_wake_timer *timer, int epoll);

/* `more` may be there: readable at once, else again in a second. */
void sk_wake_timer_signal(struct sk_wake_timer *timer, bool more);

/* It has been seen: readable again only when it rings anew. */
void sk_wake_timer_clear(struct sk_wake_timer *timer);

void sk_wake_timer_close(struct sk_wake_timer *timer);

#endif
