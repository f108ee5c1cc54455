/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ODBC_CHANNEL_H
#define SK_ODBC_CHANNEL_H

#include "adapter/odbc_wire.h"

/* The socket to the process that started this child: its standard input, both ways. When
 * that process is gone, so is the reason to be here: false, and the child ends. */
struct channel {
    struct sk_buffer in, out;
    size_t at;   /* of the next frame in `in` */
    bool spoken; /* something was sent since this was last set to false */
};

/* Waits for the next frame, which lives until the next call. */
bool channel_take(struct channel *channel, struct sk_odbc_frame *ret_frame);

/* Sends what stands in `out`. */
bool channel_flush(struct channel *channel);

void channel_fini(struct channel *channel);

#endif
