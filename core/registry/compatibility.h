/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_COMPATIBILITY_H
#define SK_REGISTRY_COMPATIBILITY_H

#include "registry/posted.h"

/* What a check found. */
struct sk_compatibility {
    struct sk_arena *arena;
    json_t *messages; /* texts: version, rule, path and both types */
    struct sk_store_versions
        broken; /* those that the schema does not fit, in the arena */
};

struct sk_compatibility sk_compatibility(struct sk_arena *arena); /* nothing yet */
void sk_compatibility_fini(struct sk_compatibility *found);
#define sk_compatibility_auto SK_CLEANUP(sk_compatibility_fini) struct sk_compatibility

/* Adds why the posted schema does not fit the earlier versions of its subject, as
 * `config` asks: the level's versions (in order; a level that is not transitive looks at
 * the last only), of the same compatibility group; and with `validateFields` what is
 * wrong with reserved fields. Nothing added: it fits. SK_REJECT when a stored schema
 * cannot be read. */
enum sk_verdict
sk_compatibility_check(const struct sk_registry *registry, const struct sk_posted *posted,
                       const struct sk_store_versions *earlier, const json_t *config,
                       struct sk_compatibility *found, struct sk_error *err);

#endif
