/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_STATUS_H
#define SK_REGISTRY_STATUS_H

#include "registry/registry.h"

/* <run folder>/registry.status, as every process writes it: at the start, every ten
 * seconds and at the end. Without a folder (`data` not given) there is none; trouble with
 * it stops nothing. */
enum sk_registry_state { SK_REGISTRY_STATE_ACTIVE, SK_REGISTRY_STATE_STOPPED };

void sk_registry_status_write(struct sk_registry *registry, enum sk_registry_state state);

/* Writes it when it is due; returns the milliseconds until it is due again. */
int sk_registry_status_pump(struct sk_registry *registry);

#endif
