/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_AVRO_RESOLVE_H
#define SK_AVRO_RESOLVE_H

#include "avro/schema.h"
#include "base/buffer.h"

/*
 * Schema resolution: from the binary that one schema wrote to the binary that another
 * would have written: promotions, defaults, aliases, reordered and removed fields, enum
 * defaults, unions. What depends on the two schemas only is worked out once.
 */
struct sk_resolver;

/* SK_REJECT "avro.resolve" names the path when no value could ever be read. A branch of
 * the writer's union or a symbol that the reader lacks is an error only when it comes.
 * Holds references to both documents. */
enum sk_verdict sk_resolver_new(struct sk_schema_document *writer,
                                struct sk_schema_document *reader,
                                struct sk_resolver **ret_resolver, struct sk_error *err);
void sk_resolver_free(struct sk_resolver *resolver); /* accepts NULL */

/* Appends the reader's binary of exactly one value of the writer's to `out`; blocks come
 * out with plain counts, one block an array. SK_REJECT "avro.data" (broken bytes) or
 * "avro.resolve" names the path; `out` is then as before. Any thread. */
enum sk_verdict sk_resolver_run(const struct sk_resolver *resolver, struct sk_bytes data,
                                struct sk_buffer *out, struct sk_error *err);

#endif
