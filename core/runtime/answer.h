/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_RUNTIME_ANSWER_H
#define SK_RUNTIME_ANSWER_H

#include "net/http_server.h"

/* What the inbox and the service answer alike. */

/* {"error": id, "text": what}; 503 says when to come back. */
void sk_answer_error(struct sk_http_exchange *exchange, unsigned status,
                     const struct sk_error *err);

/* The same with a fixed text. */
void sk_answer_plain(struct sk_http_exchange *exchange, unsigned status, const char *id,
                     const char *text);

/* Has the request this bearer token? Without a token everybody has. */
bool sk_answer_authorised(const struct sk_http_exchange *exchange, const char *token);

#endif
