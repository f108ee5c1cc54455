/* SPDX-License-Identifier: Apache-2.0 */
#include "base/uuid.h"

#include <sha1.h>
#include <stdio.h>

#include "base/hash.h"

/* Drawn once, for good: changing it would change the id of every event. */
static const uint8_t schakel_namespace[16] = {0x5c, 0x1a, 0x0d, 0x52, 0x9e, 0x4b,
                                              0x4f, 0x7d, 0x8a, 0x60, 0x3b, 0x11,
                                              0xc7, 0x2e, 0xd0, 0x95};

static const char *format_uuid(uint8_t bytes[16], unsigned version,
                               char out[SK_UUID_SIZE])
{
    char hex[33];

    bytes[6] = (uint8_t)((bytes[6] & 0x0F) | (version << 4));
    bytes[8] = (uint8_t)((bytes[8] & 0x3F) | 0x80);
    sk_hex(bytes, 16, hex);
    snprintf(out, SK_UUID_SIZE, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12,
             hex + 16, hex + 20);
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
    uint8_t digest[SHA1_DIGEST_LENGTH];
    SHA1_CTX context;

    SHA1Init(&context);
    SHA1Update(&context, schakel_namespace, sizeof(schakel_namespace));
    for (size_t i = 0; i < count; i++) {
        uint8_t size[8];
        for (size_t j = 0; j < sizeof(size); j++)
            size[j] = (uint8_t)((uint64_t)parts[i].size >> (8 * j));
        SHA1Update(&context, size, sizeof(size));
        SHA1Update(&context, (const uint8_t *)parts[i].data, parts[i].size);
    }
    SHA1Final(digest, &context);
    return format_uuid(digest, 5, out);
}
