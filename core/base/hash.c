/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"

#include <nettle/hmac.h>
#include <nettle/md5.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <sys/random.h>

void sk_sha256(const void *data, size_t size, uint8_t out[SK_SHA256_SIZE])
{
    struct sha256_ctx context;

    sha256_init(&context);
    sha256_update(&context, size, data);
    sha256_digest(&context, SK_SHA256_SIZE, out);
}

void sk_md5(const void *data, size_t size, uint8_t out[SK_MD5_SIZE])
{
    struct md5_ctx context;

    md5_init(&context);
    md5_update(&context, size, data);
    md5_digest(&context, SK_MD5_SIZE, out);
}

void sk_hmac_sha256(struct sk_bytes key, const void *data, size_t size,
                    uint8_t out[SK_SHA256_SIZE])
{
    struct hmac_sha256_ctx context;

    hmac_sha256_set_key(&context, key.size, key.data);
    hmac_sha256_update(&context, size, data);
    hmac_sha256_digest(&context, SK_SHA256_SIZE, out);
}

const char *sk_sha256_hex(const void *data, size_t size, char out[SK_SHA256_HEX_SIZE])
{
    uint8_t digest[SK_SHA256_SIZE];

    sk_sha256(data, size, digest);
    return sk_hex(digest, sizeof(digest), out);
}

const char *sk_hex(const uint8_t *data, size_t size, char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < size; i++) {
        out[2 * i] = digits[data[i] >> 4];
        out[2 * i + 1] = digits[data[i] & 15];
    }
    out[2 * size] = '\0';
    return out;
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
    return hash ^ (hash >> 32);
}

uint64_t sk_hash64(const void *data, size_t size)
{
    const uint8_t *at = data;
    uint64_t hash = 0x243F6A8885A308D3u ^ size;

    for (; size >= 8; size -= 8, at += 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        hash = mix(hash, word);
    }
    uint64_t tail = 0;
    if (size)
        memcpy(&tail, at, size);
    hash = mix(hash, tail);
    return mix(hash, hash >> 29);
}

void sk_random(void *out, size_t size)
{
    /* Up to 256 bytes come whole and cannot fail once the kernel has booted. */
    for (size_t done = 0; done < size;) {
        ssize_t got = getrandom((uint8_t *)out + done, size - done, 0);
        if (got > 0)
            done += (size_t)got;
    }
}
