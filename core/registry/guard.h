/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_GUARD_H
#define SK_REGISTRY_GUARD_H

#include "registry/access.h"
#include "registry/routes.h"

/*
 * Between the routes and their handlers: may this caller do this? Without a file of
 * callers everybody may everything. False: answered, 401 or 403. Also says to the store
 * who changes what, for its audit table. The call's parameters are unescaped.
 */
bool sk_guard_pass(struct sk_registry_call *call, const struct sk_registry_route *route,
                   struct sk_text authorization, unsigned *ret_status);

/* May the caller read this subject, or anything of this context? For lists, which show
 * only that. */
bool sk_guard_reads(const struct sk_registry_call *call, struct sk_text subject);
bool sk_guard_reads_in(const struct sk_registry_call *call, struct sk_text context);

/* SK_FATAL "registry.open": an address that others reach, without a file of callers and
 * without `open_access`. */
enum sk_verdict sk_guard_check(const struct sk_registry_options *options,
                               struct sk_error *err);

#endif
