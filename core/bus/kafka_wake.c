/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waiting for records. librdkafka rings a bell (an eventfd) when a consumer's queue is no
 * longer empty; a timer rings each second, so that whoever sleeps on the descriptor keeps
 * polling and with that stays the active instance.
 */
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "bus/kafka.h"

enum sk_verdict sk_kafka_wake_open(struct sk_kafka_bus *self, struct sk_error *err)
{
    struct sk_kafka_wake *wake = &self->wake;
    struct epoll_event event = {.events = EPOLLIN};

    wake->bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    wake->descriptor = epoll_create1(EPOLL_CLOEXEC);
    if (wake->bell < 0 || wake->descriptor < 0 ||
        epoll_ctl(wake->descriptor, EPOLL_CTL_ADD, wake->bell, &event) != 0 ||
        !sk_wake_timer_open(&wake->timer, wake->descriptor))
        return sk_fail(err, SK_RETRY, "bus.away", "descriptors for waiting: %s",
                       strerror(errno));
    sk_wake_timer_signal(&wake->timer, true);
    return SK_OK;
}

void sk_kafka_wake_close(struct sk_kafka_bus *self)
{
    int descriptors[] = {self->wake.descriptor, self->wake.bell};

    sk_wake_timer_close(&self->wake.timer);
    for (size_t i = 0; i < SK_COUNT(descriptors); i++) {
        if (descriptors[i] >= 0)
            close(descriptors[i]);
    }
}

void sk_kafka_wake_clear(struct sk_kafka_bus *self)
{
    uint64_t count;
    ssize_t size = read(self->wake.bell, &count, sizeof(count));

    (void)size;
    sk_wake_timer_clear(&self->wake.timer);
}

bool sk_kafka_wake_wait(struct sk_kafka_bus *self, int64_t timeout_ms)
{
    struct epoll_event event;

    return epoll_wait(self->wake.descriptor, &event, 1, (int)timeout_ms) >= 0 ||
           errno != EINTR;
}
