/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_AVRO_COMPAT_INTERNAL_H
#define SK_AVRO_COMPAT_INTERNAL_H

#include "avro/compat.h"
#include "avro/path.h"

/* Where the check stands in the reader, as Java's location: "/fields/3/type" is one. */
struct sk_compat_step {
    const struct sk_compat_step *parent;
    const char *before; /* "fields", or NULL */
    size_t index;       /* SK_PATH_ANY: none */
    const char *after;  /* "type", or NULL */
};

/* Both types that are compared, and where the reader's stands. */
struct sk_compat_sides {
    const struct sk_schema *reader, *writer;
    const struct sk_compat_step *step; /* NULL at the root */
    const struct sk_path *path;
};

/* Adds a finding. `detail` says what the rule and the types do not: "missing: A, B". */
void sk_compat_report_add(struct sk_compat_report *report,
                          enum sk_compat_direction direction, enum sk_compat_rule rule,
                          const struct sk_compat_sides *sides, const char *detail);

#endif
