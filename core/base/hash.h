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

/* HMAC-SHA256 (RFC 2104): a hash that only who holds the key can make. */
void sk_hmac_sha256(struct sk_bytes key, const void *data, size_t size,
                    uint8_t out[SK_SHA256_SIZE]);

/* Lower case; `out` holds 2 * size + 1 characters and ends with NUL. Returns `out`. */
const char *sk_hex(const uint8_t *data, size_t size, char *out);

/* For hash tables only: fast, good spread, not for security; the same on every machine.
 */
uint64_t sk_hash64(const void *data, size_t size);

/* For short names that are compared often: quicker, a little less spread; the same on
 * every machine with its byte order. The code generator builds tables of it. */
static inline uint32_t sk_name_hash(const char *name, size_t size)
{
    uint64_t hash = size, word = 0;

    for (; size > 8; size -= 8, name += 8) {
        memcpy(&word, name, 8);
        hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
    }
    if (size >= 4) {
        uint32_t first, last;
        memcpy(&first, name, 4);
        memcpy(&last, name + size - 4, 4);
        word = (uint64_t)first << 32 | last;
    } else if (size > 0) {
        word = (uint64_t)(uint8_t)name[0] << 16 | (uint64_t)(uint8_t)name[size / 2] << 8 |
               (uint8_t)name[size - 1];
    }
    hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
    return (uint32_t)(hash >> 32) ^ (uint32_t)(hash >> 17);
}

/* Random bytes from the kernel, for ids and jitter. */
void sk_random(void *out, size_t size);

#endif
