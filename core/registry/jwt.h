/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_JWT_H
#define SK_REGISTRY_JWT_H

#include "base/arena.h"
#include "base/verdict.h"

/* Bearer tokens of an OpenID provider: RS256 and ES256, by the keys of its JWKS. */
struct sk_jwt_rules;

/* Without keys: no token is good. The texts are borrowed and must outlive it. */
struct sk_jwt_rules *sk_jwt_new(const char *issuer, const char *audience);
void sk_jwt_free(struct sk_jwt_rules *rules); /* accepts NULL */

/* The keys of a JWKS instead of the earlier ones. SK_REJECT "jwt.keys" or "json.syntax":
 * it has none of use; the earlier ones stay. */
enum sk_verdict sk_jwt_take_keys(struct sk_jwt_rules *rules, struct sk_text jwks,
                                 struct sk_error *err);
void sk_jwt_forget_keys(struct sk_jwt_rules *rules);

/* Its subject ("sub"), in the arena, when signature, issuer, audience and times are right
 * at `now_s` (Unix seconds; a minute of grace); else absent. */
struct sk_text sk_jwt_subject(struct sk_jwt_rules *rules, struct sk_text token,
                              int64_t now_s, struct sk_arena *arena);

/* Did a token name a key that is not there, since this was asked last? */
bool sk_jwt_missed_key(struct sk_jwt_rules *rules);

#endif
