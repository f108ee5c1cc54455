/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_AVRO_CODEGEN_LAYOUT_BUILD_H
#define SK_AVRO_CODEGEN_LAYOUT_BUILD_H

#include "avro/codegen/layout.h"
#include "avro/schema.h"

/* Between layout.c, which finds the named types of a file, and layout_field.c, which
 * turns one field of a schema into one of a struct. */
struct layout_build {
    struct layout *layout;
    struct layout_event *event;
    const json_t *definitions;    /* by simple name: text of the type, inner ones named */
    struct layout_type **by_node; /* of this file, by sk_schema.index */
    bool *open;                   /* nodes we are inside of: meeting one is recursion */
};

/* The named type of a node, made or, when an earlier file has it too, found and shared.
 */
enum sk_verdict layout_named(struct layout_build *build, const struct sk_schema *node,
                             const struct layout_type **ret_type, struct sk_error *err);

/* One field; the caller adds its name to the error. */
enum sk_verdict layout_field(struct layout_build *build,
                             const struct sk_schema_field *source,
                             struct layout_field *field, struct sk_error *err);

#endif
