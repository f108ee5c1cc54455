/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_JWKS_H
#define SK_REGISTRY_JWKS_H

#include "net/http_client.h"
#include "registry/registry.h"

/*
 * Where the keys of an OpenID provider come from: a file, or an https URL that is asked
 * at the start, every `jwks_refresh`, and when a token names a key that is not there (at
 * most every half minute). Each question has a deadline of five seconds and keeps nobody
 * waiting but the start. While the provider is away its last keys are good for a day.
 */
struct sk_jwks;

/* Makes registry->tokens and fills it. SK_FATAL "jwt.keys" for a file that cannot be
 * used; a URL that does not answer is logged, and asked again. */
enum sk_verdict sk_jwks_open(struct sk_registry *registry, struct sk_jwks **ret_jwks,
                             struct sk_error *err);
void sk_jwks_close(struct sk_jwks *jwks); /* accepts NULL */

/* Reads the file again, or, when `asked` to, the URL; what cannot be used is logged, and
 * the earlier keys stay. */
void sk_jwks_reload(struct sk_jwks *jwks, bool asked);

/* Goes on with a question under way and starts what is due; returns the milliseconds
 * until something is, -1: never. */
int sk_jwks_pump(struct sk_jwks *jwks);

/* The client to wait in while a question is under way; else NULL. */
struct sk_http_client *sk_jwks_client(struct sk_jwks *jwks);

#endif
