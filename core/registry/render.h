/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_RENDER_H
#define SK_REGISTRY_RENDER_H

#include "registry/call.h"

/* Schemas and versions as the contract answers them. New references. */

/* {"guid","schemaType","schema","references","metadata","ruleSet"}: what is there. */
json_t *sk_render_schema(const struct sk_store_schema *schema);

/* {"subject","id","version",…,"ts","deleted"} */
json_t *sk_render_version(const struct sk_store_version *version);

/* After ?format: "" and "default" are the text as it is, "resolved" holds the types of
 * references too. `parent`: the subject or context scope the schema stands in. False:
 * answered. */
bool sk_render_format(struct sk_registry_call *call, struct sk_text parent,
                      struct sk_store_schema *schema, unsigned *ret_status);

/* Adds "schemaTags" when ?findTags asks for them. */
void sk_render_tags(struct sk_registry_call *call, const struct sk_store_schema *schema,
                    json_t *answer);

#endif
