/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_BACKUP_H
#define SK_REGISTRY_BACKUP_H

#include "base/verdict.h"

/* A copy of the store, also while another process serves it: whole and checked when its
 * name appears; an earlier file of that name is replaced. */
enum sk_verdict sk_backup(const char *store, const char *target, struct sk_error *err);

#endif
