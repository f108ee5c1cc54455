/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_waiting - one limit for all makes the order of beginning the order of ending, so
 * only the first of the list is ever looked at.
 */
#include "net/http_waiting.h"

#include <stddef.h>
#include <sys/socket.h>

#include "base/clock.h"

void sk_http_waiting_end(struct sk_http_waiting_list *list,
                         struct sk_http_waiting *waiting)
{
    if (waiting->since_ms == 0)
        return;
    if (waiting->previous)
        waiting->previous->next = waiting->next;
    else
        list->first = waiting->next;
    if (waiting->next)
        waiting->next->previous = waiting->previous;
    else
        list->last = waiting->previous;
    waiting->since_ms = 0;
}

void sk_http_waiting_begin(struct sk_http_waiting_list *list,
                           struct sk_http_waiting *waiting)
{
    sk_http_waiting_end(list, waiting);
    waiting->since_ms = sk_clock_monotonic_ms();
    waiting->previous = list->last;
    waiting->next = NULL;
    if (list->last)
        list->last->next = waiting;
    else
        list->first = waiting;
    list->last = waiting;
}

int sk_http_waiting_due_ms(const struct sk_http_waiting_list *list)
{
    if (!list->first)
        return -1;
    int64_t due_ms = list->first->since_ms + list->limit_ms - sk_clock_monotonic_ms();
    return due_ms < 0 ? 0 : (int)due_ms;
}

void sk_http_waiting_expire(struct sk_http_waiting_list *list)
{
    while (sk_http_waiting_due_ms(list) == 0) {
        shutdown(list->first->descriptor, SHUT_RDWR);
        sk_http_waiting_end(list, list->first);
    }
}
