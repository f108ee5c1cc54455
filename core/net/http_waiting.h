/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_NET_HTTP_WAITING_H
#define SK_NET_HTTP_WAITING_H

#include <stdint.h>

/*
 * Part of http_server: the connections whose client must do something (send a whole
 * request, take a whole answer), the one that waits longest first. A byte now and then
 * does not count, so a client that is slow on purpose is cut off as one that is silent.
 */
struct sk_http_waiting {
    struct sk_http_waiting *previous, *next;
    int descriptor;
    int64_t since_ms; /* monotonic; 0: not waiting */
};

struct sk_http_waiting_list {
    struct sk_http_waiting *first, *last;
    int64_t limit_ms;
};

/* Waits from now on; also when it did already. */
void sk_http_waiting_begin(struct sk_http_waiting_list *list,
                           struct sk_http_waiting *waiting);

/* It is our turn, or the connection is gone; harmless when it does not wait. */
void sk_http_waiting_end(struct sk_http_waiting_list *list,
                         struct sk_http_waiting *waiting);

/* Shuts the sockets down that waited too long; libmicrohttpd then closes them. */
void sk_http_waiting_expire(struct sk_http_waiting_list *list);

/* Milliseconds until expire has something to do; -1: none waits. */
int sk_http_waiting_due_ms(const struct sk_http_waiting_list *list);

#endif
