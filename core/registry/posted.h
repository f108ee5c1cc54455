/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_POSTED_H
#define SK_REGISTRY_POSTED_H

#include "avro/schema.h"
#include "registry/call.h"

/* A schema as a client posts it, parsed. */
struct sk_posted {
    struct sk_schema_document *document;
    struct sk_text text; /* compact, members in the client's order: what is stored */
    uint8_t fingerprint[SK_SHA256_SIZE]; /* equal for texts that differ in white space and
                                            order of members only: one id */
    const char *reason; /* why the schema is invalid, when it is; in the arena */
};

void sk_posted_fini(struct sk_posted *posted);
#define sk_posted_auto SK_CLEANUP(sk_posted_fini) struct sk_posted

/* Reads {"schema", "schemaType", …} from the body; texts live in the call's arena.
 * False: answered. */
bool sk_posted_read(struct sk_registry_call *call, struct sk_posted *posted,
                    unsigned *ret_status);

/* The version of a subject with this schema: the newest that the filter lets through.
 * `version` 0: none. False: answered. */
bool sk_posted_find(struct sk_registry_call *call, const struct sk_posted *posted,
                    const struct sk_store_query *where,
                    struct sk_store_version *ret_version, unsigned *ret_status);

#endif
