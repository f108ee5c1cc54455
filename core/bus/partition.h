/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BUS_PARTITION_H
#define SK_BUS_PARTITION_H

#include <stdint.h>

#include "base/text.h"

/* The partition of a key, 0 … partitions - 1: as Kafka's default and librdkafka's
 * murmur2_random, so that keys stay where they are when a bus moves to Kafka. */
int32_t sk_partition_of(struct sk_text key, int32_t partitions);

#endif
