/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BASE_BASE64_H
#define SK_BASE_BASE64_H

#include "base/buffer.h"

/* RFC 4648 section 4: the standard alphabet, padded, without line breaks. */
void sk_base64_encode(struct sk_bytes data, struct sk_buffer *out);

/* Appends the bytes. False, with nothing appended, when the text is not such base64. */
bool sk_base64_decode(struct sk_text text, struct sk_buffer *out);

#endif
