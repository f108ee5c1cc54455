/* SPDX-License-Identifier: Apache-2.0 */
#include "odbc/channel.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PIECE = 64 * 1024, KEPT = 256 * 1024 };

static bool read_more(struct channel *channel)
{
    ssize_t got;

    if (channel->at) {
        channel->in.size -= channel->at;
        memmove(channel->in.data, channel->in.data + channel->at, channel->in.size);
        channel->at = 0;
    }
    sk_buffer_reserve(&channel->in, PIECE);
    do
        got = recv(STDIN_FILENO, channel->in.data + channel->in.size, PIECE, 0);
    while (got < 0 && errno == EINTR);
    if (got <= 0)
        return false;
    channel->in.size += (size_t)got;
    return true;
}

bool channel_take(struct channel *channel, struct sk_odbc_frame *ret_frame)
{
    struct sk_error ignored = {0};
    bool there = false;

    for (;;) {
        if (sk_odbc_frame_take(&channel->in, &channel->at, ret_frame, &there, &ignored) !=
            SK_OK)
            return false;
        if (there)
            return true;
        if (!read_more(channel))
            return false;
    }
}

bool channel_flush(struct channel *channel)
{
    for (size_t at = 0; at < channel->out.size;) {
        ssize_t sent = send(STDIN_FILENO, channel->out.data + at, channel->out.size - at,
                            MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        at += (size_t)sent;
    }
    channel->spoken = channel->spoken || channel->out.size;
    channel->out.size = 0;
    if (channel->out.capacity > KEPT)
        sk_buffer_fini(&channel->out);
    return true;
}

void channel_fini(struct channel *channel)
{
    sk_buffer_fini(&channel->in);
    sk_buffer_fini(&channel->out);
}
