/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_TESTS_BENCH_RIVAL_H
#define SK_TESTS_BENCH_RIVAL_H

#include <stddef.h>
#include <stdint.h>

/*
 * avro-c's generic values, for comparison. Its headers are named as ours (avro/schema.h),
 * so it is used in a file of its own that does not see core/. A failure ends the program.
 */
struct rival;

struct rival_bytes {
    const uint8_t *data;
    size_t size;
};

/* Reads each of the `count` encoded events into a value of its own. */
struct rival *rival_new(const char *schema, const struct rival_bytes *events,
                        size_t count);
void rival_free(struct rival *rival);

/* Writes values, or reads events into one value, `times` times, taking them in turn. */
void rival_encode(struct rival *rival, size_t times);
void rival_decode(struct rival *rival, size_t times);

#endif
