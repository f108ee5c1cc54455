/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_USERS_H
#define SK_REGISTRY_USERS_H

#include <jansson.h>

#include "registry/call.h"

/*
 * Which processes read these versions of a subject last, by the newest schakel.status of
 * each on the bus (`bus`): they would break if a schema that does not fit took their
 * place. Adds a message for each. The bus is opened for the question, read and closed;
 * when it cannot be read the message says so. Without `bus` there is none.
 */
void sk_users_add(struct sk_registry_call *call, const struct sk_store_versions *versions,
                  json_t *messages);

#endif
