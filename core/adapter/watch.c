/* SPDX-License-Identifier: Apache-2.0 */
#include "adapter/watch.h"

#include <stdbool.h>

#include "base/clock.h"

void sk_watches_add(struct sk_watches *watches, struct sk_watch *watch)
{
    watch->next = watches->first;
    watches->first = watch;
}

void sk_watches_remove(struct sk_watches *watches, struct sk_watch *watch)
{
    struct sk_watch **at = &watches->first;

    while (*at && *at != watch)
        at = &(*at)->next;
    if (*at)
        *at = watch->next;
}

size_t sk_watches_fill(const struct sk_watches *watches, struct pollfd *out, size_t room)
{
    size_t count = 0;

    for (const struct sk_watch *watch = watches->first; watch && count < room;
         watch = watch->next)
        if (watch->descriptor >= 0)
            out[count++] =
                (struct pollfd){.fd = watch->descriptor, .events = watch->events};
    return count;
}

int64_t sk_watches_due_ms(const struct sk_watches *watches)
{
    int64_t now = sk_clock_monotonic_ms(), due = -1;

    for (const struct sk_watch *watch = watches->first; watch; watch = watch->next) {
        if (!watch->deadline_ms)
            continue;
        int64_t left = watch->deadline_ms > now ? watch->deadline_ms - now : 0;
        due = due < 0 || left < due ? left : due;
    }
    return due;
}

static bool is_ready(const struct sk_watch *watch)
{
    struct pollfd polled = {.fd = watch->descriptor, .events = watch->events};

    if (watch->deadline_ms && watch->deadline_ms <= sk_clock_monotonic_ms())
        return true;
    return watch->descriptor >= 0 && poll(&polled, 1, 0) > 0;
}

void sk_watches_run(struct sk_watches *watches)
{
    for (struct sk_watch *watch = watches->first; watch; watch = watch->next)
        if (is_ready(watch))
            watch->ready(watch->context);
}
