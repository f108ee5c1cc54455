/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_JWT_H
#define SK_REGISTRY_JWT_H

#include "base/arena.h"
#include "base/verdict.h"

/* Bearer tokens of an OpenID provider: RS256 and ES256 by the keys of its JWKS file. */
struct sk_jwt_rules;

/* All three are needed. SK_FATAL "jwt.keys" says what is wrong with the file. */
enum sk_verdict sk_jwt_open(const char *jwks, const char *issuer, const char *audience,
                            struct sk_jwt_rules **ret_rules, struct sk_error *err);
void sk_jwt_close(struct sk_jwt_rules *rules); /* accepts NULL */

/* Its subject ("sub"), in the arena, when signature, issuer, audience and times are right
 * at `now_s` (Unix seconds; a minute of grace); else absent. */
struct sk_text sk_jwt_subject(const struct sk_jwt_rules *rules, struct sk_text token,
                              int64_t now_s, struct sk_arena *arena);

#endif
