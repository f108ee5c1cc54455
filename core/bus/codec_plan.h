/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BUS_CODEC_PLAN_H
#define SK_BUS_CODEC_PLAN_H

#include "avro/event.h"
#include "avro/resolve.h"

/*
 * How events of one type that were written with one schema are read: worked out once.
 * Inside bus only.
 */
struct sk_codec_plan {
    const struct sk_event_type *type;
    int32_t id; /* the writer's schema */
    bool whole; /* every field and symbol of the writer is known to the type */
    struct sk_resolver *resolver; /* NULL: the binary is the type's own */
};

/* SK_REJECT "codec.schema" when the text is no schema or the type can never read it. */
enum sk_verdict sk_codec_plan_init(struct sk_codec_plan *plan,
                                   const struct sk_event_type *type, int32_t id,
                                   const char *writer_schema, struct sk_error *err);
void sk_codec_plan_fini(struct sk_codec_plan *plan);

/* Is every field, symbol and branch of the writer known to the reader, all the way down?
 */
bool sk_codec_covers(const struct sk_schema_document *reader,
                     const struct sk_schema_document *writer);

#endif
