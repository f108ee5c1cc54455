/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BASE_UUID_H
#define SK_BASE_UUID_H

#include <stddef.h>

#include "base/text.h"

enum { SK_UUID_SIZE = 37 }; /* as text, with the NUL */

/* Random (RFC 9562 version 4). Returns `out`. */
const char *sk_uuid_v4(char out[SK_UUID_SIZE]);

/* Derived (version 5, SHA-1) from Schakel's own namespace and the parts, each preceded by
 * its size, so that ("ab","c") and ("a","bc") differ. The same parts give the same id on
 * every machine. Returns `out`. */
const char *sk_uuid_v5(const struct sk_text *parts, size_t count, char out[SK_UUID_SIZE]);

#endif
