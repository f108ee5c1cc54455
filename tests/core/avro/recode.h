/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_TESTS_AVRO_RECODE_H
#define SK_TESTS_AVRO_RECODE_H

#include <stddef.h>

/*
 * avro-c as the independent judge of our bytes: it decodes a value into its own form and
 * encodes that again. Compiled apart, since <avro.h> would find our "avro/schema.h".
 */
struct recode;

/* NULL when avro-c does not take the schema; `problem` then says why, until the next
 * call. */
struct recode *recode_new(const char *schema, size_t size, const char **problem);
void recode_free(struct recode *recode);

/* The new bytes, in the recode until the next call; NULL when they could not be read.
 * Only for bytes that are good: avro-c leaks on others. */
const void *recode_run(struct recode *recode, const void *data, size_t size,
                       size_t *ret_size, const char **problem);

#endif
