/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_POSTED_H
#define SK_REGISTRY_POSTED_H

#include "avro/schema.h"
#include "registry/call.h"
#include "registry/references.h"

/* A schema as a client posts it: parsed, with its references, and with an identity. */
struct sk_posted {
    struct sk_text subject;
    struct sk_schema_document *document;
    struct sk_store_schema schema; /* texts in the call's arena */
    struct sk_references references;
    json_t *metadata, *rule_set; /* normal forms; NULL: none sent */
    int32_t id;                  /* -1: none sent */
    int32_t version;             /* 0: none sent */
    const char *reason;          /* why the schema is invalid, when it is; in the arena */
};

void sk_posted_fini(struct sk_posted *posted);
#define sk_posted_auto SK_CLEANUP(sk_posted_fini) struct sk_posted

/* What it is posted for. */
enum sk_posted_use {
    SK_POSTED_LOOK_UP,  /* defaults may be of any value */
    SK_POSTED_CHECK,    /* they must fit, unless the configuration or mode says not to */
    SK_POSTED_REGISTER, /* so must they here; an empty schema is the subject's latest */
};

/* Reads {"schema", "schemaType", "references", …} for a subject from the body. False:
 * answered. */
bool sk_posted_read(struct sk_registry_call *call, struct sk_text subject,
                    enum sk_posted_use use, struct sk_posted *posted,
                    unsigned *ret_status);

/* Sets metadata and rules (NULL: none), and the identity that follows. Borrowed. */
void sk_posted_set(struct sk_registry_call *call, struct sk_posted *posted,
                   const json_t *metadata, const json_t *rule_set);

/* Metadata and rules by default, from the previous version (NULL: none) and by override,
 * as `config` has it. `version` of what will be registered, for "confluent:version"; 0:
 * nothing will be. */
void sk_posted_inherit(struct sk_registry_call *call, struct sk_posted *posted,
                       const json_t *config, const struct sk_store_schema *previous,
                       int32_t version);

/* The newest version of the subject, by the filter, that is this schema: the same
 * content, or the same but for "confluent:version", or with references that were sent
 * resolved. `version` 0 in *ret_version: none. False: answered. */
bool sk_posted_find(struct sk_registry_call *call, const struct sk_posted *posted,
                    enum sk_store_filter filter, struct sk_store_version *ret_version,
                    unsigned *ret_status);

#endif
