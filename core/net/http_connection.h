/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_NET_HTTP_CONNECTION_H
#define SK_NET_HTTP_CONNECTION_H

#include <microhttpd.h>

#include "base/buffer.h"
#include "base/verdict.h"

/* Part of http_server: TLS files, and who is at the other end of a connection. */

struct sk_http_tls {
    struct sk_buffer certificate, key, authority; /* PEM, end with NUL */
    bool used, asks_peer;
};

/* All of `certificate` and `key`, or neither; `authority` may be NULL. SK_FATAL
 * "http.tls" names the file. */
enum sk_verdict sk_http_tls_read(struct sk_http_tls *tls, const char *certificate,
                                 const char *key, const char *authority,
                                 struct sk_error *err);
void sk_http_tls_fini(struct sk_http_tls *tls);

/* The common name in the peer's certificate, once it is verified, on the heap; NULL when
 * there is none, or it is not of the authority or out of date. */
char *sk_http_tls_peer(struct MHD_Connection *connection);

#endif
