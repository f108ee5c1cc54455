/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_REFERENCES_H
#define SK_REGISTRY_REFERENCES_H

#include <jansson.h>

#include "avro/schema.h"
#include "registry/store.h"

/*
 * A schema may name types of other ones: a list of {"name","subject","version"}, whose
 * schemas may do so too. Subjects without a context are in that of the schema's own.
 */
struct sk_references {
    struct sk_store_reference *items; /* the schema's own, by full name */
    size_t count;
    struct sk_text *texts; /* all schemas needed, each once, in the order of need */
    size_t text_count;
};

enum { SK_REFERENCES_MAX = 1000 }; /* schemas needed by one */

/* Looks everything up for a schema of the subject `parent`; version -1 in `list` becomes
 * the number it stands for. `filter`: which versions may be referred to. SK_REJECT
 * "registry.reference" says which one is missing or no reference. */
enum sk_verdict sk_references_find(struct sk_store *store, json_t *list,
                                   struct sk_text parent, enum sk_store_filter filter,
                                   struct sk_arena *arena, struct sk_references *ret,
                                   struct sk_error *err);

/* A stored schema of a subject or context scope, with what it refers to. */
enum sk_verdict sk_references_parse(struct sk_store *store,
                                    const struct sk_store_schema *schema,
                                    struct sk_text parent,
                                    struct sk_schema_document **ret_document,
                                    struct sk_error *err);

#endif
