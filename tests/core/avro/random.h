/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_TESTS_AVRO_RANDOM_H
#define SK_TESTS_AVRO_RANDOM_H

#include <jansson.h>

#include "avro/schema.h"
#include "base/buffer.h"

/* Random schemas and values for the property tests: the same seed, the same ones. */
struct random {
    uint64_t state;
};

uint64_t random_next(struct random *self);
size_t random_below(struct random *self, size_t limit); /* limit > 0 */
bool random_chance(struct random *self, unsigned percent);

/* A schema as JSON: all types, nesting, names, recursion. The caller decrefs. */
json_t *random_schema(struct random *self);

/* A change as schemas undergo them: fields added, removed, renamed with an alias or
 * moved, types promoted, symbols and branches added or removed. Not always a good one. */
void random_evolve(struct random *self, json_t *schema);

/* A value of the schema as Avro JSON. The caller decrefs. */
json_t *random_value(struct random *self, const struct sk_schema *schema);

/* The same value with its arrays and maps cut in blocks, some with a negative count. */
void random_blocks(struct random *self, const struct sk_schema *schema,
                   struct sk_bytes data, struct sk_buffer *out);

#endif
