/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_RENDER_H
#define SK_REGISTRY_RENDER_H

#include "registry/call.h"

/*
 * Schemas and versions as the contract answers them, written straight into a buffer: what
 * is stored as JSON goes out as it stands. The object is left open, so that a handler can
 * add members of its own (each begins with a comma) before it closes it with "}".
 */

/* {"guid","schemaType","schema","references","metadata","ruleSet"}: what is there. */
void sk_render_schema(struct sk_buffer *out, const struct sk_store_schema *schema,
                      bool with_type);

/* {"subject","id","version",…,"ts","deleted"} */
void sk_render_version(struct sk_buffer *out, const struct sk_store_version *version);

/* What registering answers: {"id","version",…}. */
void sk_render_registered(struct sk_buffer *out, const struct sk_store_version *version);

/* Closes the object of an answer; returns 200. */
unsigned sk_render_end(struct sk_registry_call *call);

/* Adds "schemaTags" when ?findTags asks for them. */
void sk_render_tags(struct sk_registry_call *call, const struct sk_store_schema *schema);

/* After ?format: "" and "default" are the text as it is, "resolved" holds the types of
 * references too. `parent`: the subject or context scope the schema stands in. False:
 * answered. */
bool sk_render_format(struct sk_registry_call *call, struct sk_text parent,
                      struct sk_store_schema *schema, unsigned *ret_status);

#endif
