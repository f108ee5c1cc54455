/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_NET_HTTP_H
#define SK_NET_HTTP_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/text.h"

/* What server and client share: header pairs and the spelling of URLs. */

struct sk_http_header {
    const char *name;
    const char *value;
};

/* "%2F" and "+" (in a query) to what they stand for, in the arena or borrowed. A broken
 * escape stays as it is. An absent text stays absent. */
struct sk_text sk_http_unescape(struct sk_text escaped, bool query,
                                struct sk_arena *arena);

/* The first value of `name` in "a=1&b=2", unescaped; absent when it is not there. */
struct sk_text sk_http_query_value(struct sk_text query, const char *name,
                                   struct sk_arena *arena);

/* Appends a text to a URL as one path segment or query value: everything but letters,
 * digits and "-._~" is escaped. */
void sk_http_escape(struct sk_text text, struct sk_buffer *out);

#endif
