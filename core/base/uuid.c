/* SPDX-License-Identifier: Apache-2.0 */
#include "base/uuid.h"

#include <nettle/sha1.h>

#include "base/hash.h"

/* Drawn once, for good: changing it would change the id of every event. */
static const uint8_t schakel_namespace[16] = {0x5c, 0x1a, 0x0d, 0x52, 0x9e, 0x4b,
                                              0x4f, 0x7d, 0x8a, 0x60, 0x3b, 0x11,
                                              0xc7, 0x2e, 0xd0, 0x95};

static const char *format_uuid(uint8_t bytes[16], unsigned version,
                               char out[SK_UUID_SIZE])
{
    static const unsigned char groups[] = {4, 2, 2, 2, 6};
    char *at = out;

    bytes[6] = (uint8_t)((bytes[6] & 0x0F) | (version << 4));
    bytes[8] = (uint8_t)((bytes[8] & 0x3F) | 0x80);
    for (size_t i = 0, from = 0; i < sizeof(groups); from += groups[i++]) {
        sk_hex(bytes + from, groups[i], at);
        at += 2 * groups[i];
        *at++ = '-';
    }
    at[-1] = '\0';
    return out;
}

const char *sk_uuid_v4(char out[SK_UUID_SIZE])
{
    uint8_t bytes[16];

    sk_random(bytes, sizeof(bytes));
    return format_uuid(bytes, 4, out);
}

const char *sk_uuid_v5(const struct sk_text *parts, size_t count, char out[SK_UUID_SIZE])
{
    uint8_t digest[SHA1_DIGEST_SIZE];
    struct sha1_ctx context;

    sha1_init(&context);
    sha1_update(&context, sizeof(schakel_namespace), schakel_namespace);
    for (size_t i = 0; i < count; i++) {
        uint8_t size[8];
        for (size_t j = 0; j < sizeof(size); j++)
            size[j] = (uint8_t)((uint64_t)parts[i].size >> (8 * j));
        sha1_update(&context, sizeof(size), size);
        sha1_update(&context, parts[i].size, (const uint8_t *)parts[i].data);
    }
    sha1_digest(&context, sizeof(digest), digest);
    return format_uuid(digest, 5, out);
}
