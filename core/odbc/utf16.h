/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ODBC_UTF16_H
#define SK_ODBC_UTF16_H

#include "base/buffer.h"

/* Appends `text` as UTF-16 of this machine, without an end. Must be valid UTF-8; what is
 * not becomes U+FFFD. */
void sk_utf16_from(struct sk_text text, struct sk_buffer *out);

/* Appends `count` units as UTF-8; a surrogate without its half becomes U+FFFD. */
void sk_utf16_to(const uint16_t *units, size_t count, struct sk_buffer *out);

#endif
