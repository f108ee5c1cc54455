/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MurmurHash2 (Austin Appleby, public domain) with Kafka's seed. Kafka clears the sign
 * bit before taking the remainder.
 */
#include "bus/partition.h"

static const uint32_t multiplier = 0x5bd1e995;
static const uint32_t kafka_seed = 0x9747b28c;

static uint32_t mix(uint32_t word)
{
    word *= multiplier;
    word ^= word >> 24;
    return word * multiplier;
}

static uint32_t murmur2(const uint8_t *data, size_t size)
{
    uint32_t hash = kafka_seed ^ (uint32_t)size;

    for (; size >= 4; data += 4, size -= 4) {
        uint32_t word = (uint32_t)data[0] | (uint32_t)data[1] << 8 |
                        (uint32_t)data[2] << 16 | (uint32_t)data[3] << 24;
        hash = (hash * multiplier) ^ mix(word);
    }
    if (size > 0) {
        uint32_t tail = 0;
        for (size_t i = 0; i < size; i++)
            tail |= (uint32_t)data[i] << (8 * i);
        hash = (hash ^ tail) * multiplier;
    }
    hash ^= hash >> 13;
    hash *= multiplier;
    return hash ^ (hash >> 15);
}

int32_t sk_partition_of(struct sk_text key, int32_t partitions)
{
    uint32_t hash = murmur2((const uint8_t *)key.data, key.size) & 0x7fffffff;

    return (int32_t)(hash % (uint32_t)partitions);
}
