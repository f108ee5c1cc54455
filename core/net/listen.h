/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_NET_LISTEN_H
#define SK_NET_LISTEN_H

#include "base/verdict.h"

enum { SK_LISTEN_ADDRESS_SIZE = 80 };

struct sk_listener {
    int descriptor; /* listening, non-blocking, close-on-exec; the caller closes it */
    int port;       /* the one in use */
    char address[SK_LISTEN_ADDRESS_SIZE]; /* "127.0.0.1:8081", "[::1]:8081" */
};

/* Listens on "HOST:PORT" or "[HOST]:PORT" and on no other address. SK_FATAL
 * "http.listen" names the address and the system's reason. */
enum sk_verdict sk_listen(const char *where, struct sk_listener *ret_listener,
                          struct sk_error *err);

#endif
