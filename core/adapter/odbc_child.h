/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ADAPTER_ODBC_CHILD_H
#define SK_ADAPTER_ODBC_CHILD_H

#include <sys/types.h>

#include "adapter/odbc_wire.h"
#include "adapter/watch.h"

/*
 * The child schakel-odbc of one flow. Drivers block, hang and crash; here they do so in a
 * process of their own, which is started at the first question and killed when an answer
 * does not come in time. Whoever asks has one question open at a time.
 */

/* One frame of the answer. */
typedef void sk_odbc_said(void *context, const struct sk_odbc_frame *frame);

/* The child ended, or was killed, with a question open; SK_RETRY in words. */
typedef void sk_odbc_lost(void *context, const struct sk_error *error);

struct sk_odbc_child {
    struct sk_watches *watches;
    struct sk_watch watch;
    json_t *settings; /* owned: said to each child that is started */
    sk_odbc_said *said;
    sk_odbc_lost *lost;
    void *context;

    pid_t pid; /* 0: not running */
    int socket;
    bool asking; /* a question is open */
    int64_t limit_ms;
    struct sk_buffer out, in;
    size_t out_at;
};

/* Nothing is started yet. Takes `settings`. */
void sk_odbc_child_init(struct sk_odbc_child *child, struct sk_watches *watches,
                        json_t *settings_take);

/* Ends the child: it has a second when it is idle, none when it is in a call. */
void sk_odbc_child_fini(struct sk_odbc_child *child);

/* A frame of the next question. */
void sk_odbc_child_say(struct sk_odbc_child *child, enum sk_odbc_kind kind,
                       struct sk_text body);

/* The question is whole: it goes out. From then on no more than `limit_ms` may pass
 * without a frame until it is answered. A child that cannot be started is lost. */
void sk_odbc_child_ask(struct sk_odbc_child *child, int64_t limit_ms);

/* From `said`: the answer is whole. */
void sk_odbc_child_answered(struct sk_odbc_child *child);

#endif
