/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_FOLLOWER_H
#define SK_REGISTRY_FOLLOWER_H

#include "net/http_client.h"
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

/* Goes on with the question under way and starts one that is due; returns the
 * milliseconds until one is, -1: while one is under way. */
int sk_follower_pump(struct sk_follower *follower);

/* The client to wait in. */
struct sk_http_client *sk_follower_client(struct sk_follower *follower);

#endif
