/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_COMPATIBILITY_H
#define SK_REGISTRY_COMPATIBILITY_H

#include "registry/level.h"
#include "registry/posted.h"

/* The level in force for a subject: its own, else the global one, else BACKWARD. */
enum sk_verdict sk_compatibility_level(struct sk_store *store, struct sk_text subject,
                                       enum sk_level *ret_level, struct sk_error *err);

/* Appends to `messages` (a JSON array) why the posted schema does not fit the earlier
 * versions (in order; a level that is not transitive looks at the last only). Nothing
 * appended: it fits. SK_REJECT when a stored schema cannot be read. */
enum sk_verdict sk_compatibility_check(const struct sk_posted *posted,
                                       const struct sk_store_versions *earlier,
                                       enum sk_level level, json_t *messages,
                                       struct sk_error *err);

#endif
