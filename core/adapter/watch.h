/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ADAPTER_WATCH_H
#define SK_ADAPTER_WATCH_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What the loop of a process waits for on behalf of an adapter that speaks no HTTP: a
 * descriptor and a deadline. The loop sleeps on all of them together and calls `ready` at
 * the right moment of its turn. One thread.
 */
struct sk_watch {
    int descriptor;               /* -1: none now */
    short events;                 /* POLLIN, POLLOUT */
    int64_t deadline_ms;          /* monotonic; 0: none */
    void (*ready)(void *context); /* for a descriptor, a deadline, or both */
    void *context;
    struct sk_watch *next;
};

struct sk_watches {
    struct sk_watch *first;
};

/* The watch is the caller's and stays until it is removed, which `ready` never does. */
void sk_watches_add(struct sk_watches *watches, struct sk_watch *watch);
void sk_watches_remove(struct sk_watches *watches, struct sk_watch *watch);

/* Appends what to wait for, at most `room`; returns how many. */
size_t sk_watches_fill(const struct sk_watches *watches, struct pollfd *out, size_t room);

/* Milliseconds until the first deadline; -1: none. */
int64_t sk_watches_due_ms(const struct sk_watches *watches);

/* Calls `ready` of those whose descriptor or deadline is; waits for nothing. */
void sk_watches_run(struct sk_watches *watches);

#endif
