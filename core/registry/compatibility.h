/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_COMPATIBILITY_H
#define SK_REGISTRY_COMPATIBILITY_H

#include "registry/posted.h"

/* Appends to `messages` (a JSON array) why the posted schema does not fit the earlier
 * versions of its subject, as `config` asks: the level's versions (in order; a level that
 * is not transitive looks at the last only), of the same compatibility group. Each names
 * the version, the rule, the path and both types. Nothing appended: it fits. SK_REJECT
 * when a stored schema cannot be read. */
enum sk_verdict sk_compatibility_check(const struct sk_registry *registry,
                                       const struct sk_posted *posted,
                                       const struct sk_store_versions *earlier,
                                       const json_t *config, json_t *messages,
                                       struct sk_error *err);

#endif
