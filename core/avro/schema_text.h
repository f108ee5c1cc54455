/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_AVRO_SCHEMA_TEXT_H
#define SK_AVRO_SCHEMA_TEXT_H

#include "avro/schema.h"
#include "base/buffer.h"

/*
 * A schema as text again, letter for letter as Avro's Java library writes one. Registries
 * compare, number and hash this text, so equal texts are equal everywhere.
 */
enum sk_schema_style {
    SK_SCHEMA_AS_IS,      /* types of `known` texts (schema.h) by name only */
    SK_SCHEMA_NORMALIZED, /* the same, attributes and aliases sorted, no empty docs */
    SK_SCHEMA_RESOLVED,   /* every named type defined where it stands first */
};

void sk_schema_write(const struct sk_schema_document *document,
                     enum sk_schema_style style, struct sk_buffer *out);

#endif
