/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ADAPTER_ODBC_WIRE_H
#define SK_ADAPTER_ODBC_WIRE_H

#include "adapter/adapter.h"
#include "base/buffer.h"

/*
 * What a process and its child schakel-odbc say to each other over a socket: frames of a
 * kind and bytes, on one machine and of one version. The child answers each question
 * before it reads the next.
 *
 *   process  CONFIGURE settings · READ {"after"} · DELIVER one row each, then GO
 *   child    to READ: ROW… (the one before UNREADABLE is not whole), ANSWER
 *            to GO:   an ANSWER for each row, in order
 *            while that takes long: ALIVE, between two statements
 */
enum sk_odbc_kind {
    SK_ODBC_CONFIGURE = 'C',
    SK_ODBC_READ = 'R',
    SK_ODBC_DELIVER = 'D',
    SK_ODBC_GO = 'G',
    SK_ODBC_ROW = 'r',        /* position, NUL, the record as JSON */
    SK_ODBC_UNREADABLE = 'x', /* why, as an answer */
    SK_ODBC_ANSWER = 'a',
    SK_ODBC_ALIVE = 'l',
};

enum { SK_ODBC_FRAME_LARGEST = 40 * 1024 * 1024 };

struct sk_odbc_frame {
    enum sk_odbc_kind kind;
    struct sk_text body; /* points into the buffer it was taken from */
};

void sk_odbc_frame_put(struct sk_buffer *out, enum sk_odbc_kind kind,
                       struct sk_text body);

/* The next whole frame from *at on, which moves past it. SK_OK without one: *ret_there is
 * false. SK_FATAL "odbc.child": what stands there is no frame. */
enum sk_verdict sk_odbc_frame_take(const struct sk_buffer *in, size_t *at,
                                   struct sk_odbc_frame *ret_frame, bool *ret_there,
                                   struct sk_error *err);

/* How a question ended. */
struct sk_odbc_reply {
    struct sk_answer answer;
    struct sk_text next; /* reading: as in struct sk_raw_batch */
    bool more;
};

void sk_odbc_reply_put(struct sk_buffer *out, enum sk_odbc_kind kind,
                       const struct sk_odbc_reply *reply);

/* `next` is copied to the arena. SK_FATAL "odbc.child". */
enum sk_verdict sk_odbc_reply_get(struct sk_text body, struct sk_arena *arena,
                                  struct sk_odbc_reply *ret_reply, struct sk_error *err);

#endif
