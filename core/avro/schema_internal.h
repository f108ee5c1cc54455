/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_AVRO_SCHEMA_INTERNAL_H
#define SK_AVRO_SCHEMA_INTERNAL_H

#include <stdatomic.h>

#include "avro/path.h"
#include "avro/schema.h"
#include "base/arena.h"
#include "base/map.h"

/* Between the files that build a document. Nobody else includes this. */
struct sk_schema_document {
    atomic_size_t references;
    json_t *json; /* what fallbacks and attributes point into */
    struct sk_arena arena;
    struct sk_map names; /* full name → struct sk_schema */
    struct sk_schema *root;
    size_t node_count;
    size_t known_count; /* of them in the texts before the last */
    json_t *kept;       /* array of the attribute objects and of the known texts */
};

struct sk_schema_parser {
    struct sk_schema_document *document;
    size_t places;
    struct sk_error *err;
};

/* Where in the text the parser stands. */
struct sk_schema_place {
    struct sk_text space; /* the enclosing namespace; empty: the null namespace */
    size_t depth;
    const struct sk_path *path; /* NULL at the root */
};

/* schema_parse.c */
enum sk_verdict sk_schema_parse_type(struct sk_schema_parser *self, const json_t *json,
                                     struct sk_schema_place place,
                                     struct sk_schema **ret_schema);
struct sk_schema *sk_schema_node_new(struct sk_schema_document *document,
                                     enum sk_avro_type type);

/* schema_named.c: records, enums and fixed. */
enum sk_verdict sk_schema_parse_named(struct sk_schema_parser *self, const json_t *json,
                                      enum sk_avro_type type,
                                      struct sk_schema_place place,
                                      struct sk_schema **ret_schema);
/* The named type that `name` means in this namespace, or NULL. */
struct sk_schema *sk_schema_lookup(const struct sk_schema_document *document,
                                   struct sk_text name, struct sk_text space);

/* schema_attribute.c: the logical type, and what is left for `attributes`. */
void sk_schema_parse_attributes(struct sk_schema_document *document, const json_t *json,
                                struct sk_schema *schema);
const json_t *sk_schema_unknown_members(struct sk_schema_document *document,
                                        const json_t *json, const char *const *known);

/* schema_default.c: every default is a value of its field's type. */
enum sk_verdict sk_schema_check_defaults(const struct sk_schema_document *document,
                                         struct sk_error *err);

#endif
