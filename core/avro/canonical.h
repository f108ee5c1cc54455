/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_AVRO_CANONICAL_H
#define SK_AVRO_CANONICAL_H

#include "avro/schema.h"
#include "base/buffer.h"
#include "base/hash.h"

/* Appends the schema's Parsing Canonical Form: what matters for reading its data, and
 * nothing else (no docs, defaults, aliases, order, logical types or attributes). */
void sk_schema_canonical(const struct sk_schema_document *document,
                         struct sk_buffer *out);

/* Fingerprints of the canonical form. */
uint64_t sk_schema_crc64(const struct sk_schema_document *document); /* CRC-64-AVRO */
void sk_schema_md5(const struct sk_schema_document *document, uint8_t out[SK_MD5_SIZE]);
void sk_schema_sha256(const struct sk_schema_document *document,
                      uint8_t out[SK_SHA256_SIZE]);

#endif
