/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BASE_HASH_H
#define SK_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

enum { SK_SHA256_SIZE = 32, SK_MD5_SIZE = 16, SK_SHA256_HEX_SIZE = 65 };

void sk_sha256(const void *data, size_t size, uint8_t out[SK_SHA256_SIZE]);
void sk_md5(const void *data, size_t size, uint8_t out[SK_MD5_SIZE]);
const char *sk_sha256_hex(const void *data, size_t size, char out[SK_SHA256_HEX_SIZE]);

/* Lower case; `out` holds 2 * size + 1 characters and ends with NUL. Returns `out`. */
const char *sk_hex(const uint8_t *data, size_t size, char *out);

/* For hash tables only: fast, good spread, not for security; the same on every machine.
 */
uint64_t sk_hash64(const void *data, size_t size);

/* Random bytes from the kernel, for ids and jitter. */
void sk_random(void *out, size_t size);

#endif
