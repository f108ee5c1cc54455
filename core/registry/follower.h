/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_FOLLOWER_H
#define SK_REGISTRY_FOLLOWER_H

#include <poll.h>

#include "registry/registry.h"

/*
 * Keeps this registry's contents those of another (`follow`): asks it every second for
 * what it has when that changed, and takes it whole or not at all. While the other is
 * away this one goes on answering reads with what it has.
 */
struct sk_follower;

/* The store is read-only from here on. Does not connect. */
enum sk_verdict sk_follower_open(struct sk_registry *registry,
                                 struct sk_follower **ret_follower, struct sk_error *err);
void sk_follower_close(struct sk_follower *follower); /* accepts NULL */

/* As poll(), and follows meanwhile. */
void sk_follower_wait(struct sk_follower *follower, struct pollfd *polled, size_t count,
                      int timeout_ms);

#endif
