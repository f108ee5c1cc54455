/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_ACCESS_H
#define SK_REGISTRY_ACCESS_H

#include "base/arena.h"
#include "base/verdict.h"

/*
 * Who may do what, from a file of one caller a line:
 *
 *   # name    secret            what, on subjects that begin so ("*": on everything)
 *   edison    sha256:<hex>      read:* register:edison.
 *   beheer    sha256:<hex>      administer:*
 *   *         -                 read:*
 *
 * The secret is that of basic authentication, and by itself a bearer token; it is a
 * random one made by a machine, of which only the SHA-256 stands here. "*" is anybody,
 * also without credentials. A right includes those before it.
 */
enum sk_access_right {
    SK_ACCESS_NONE,
    SK_ACCESS_READ,
    SK_ACCESS_REGISTER,
    SK_ACCESS_ADMINISTER,
};

struct sk_access;
struct sk_access_caller;

/* SK_FATAL "access.file" names file, line and what is wrong. At most 1,000 lines. */
enum sk_verdict sk_access_load(const char *path, struct sk_access **ret_access,
                               struct sk_error *err);
void sk_access_free(struct sk_access *access); /* accepts NULL */

/* Do both come from the same text? */
bool sk_access_same(const struct sk_access *a, const struct sk_access *b);

/* Whose Authorization header this is; without one the caller of that name by its verified
 * certificate, else "*". NULL: nobody's. */
const struct sk_access_caller *sk_access_find(const struct sk_access *access,
                                              struct sk_text authorization,
                                              struct sk_text peer,
                                              struct sk_arena *arena);

/* Who is known by other means; NULL: nobody of that name. */
const struct sk_access_caller *sk_access_by_name(const struct sk_access *access,
                                                 struct sk_text name);

/* "*" for anybody. */
struct sk_text sk_access_name(const struct sk_access_caller *caller);

/* On the subject (its full name). Absent: on all of them. */
bool sk_access_may(const struct sk_access_caller *caller, enum sk_access_right right,
                   struct sk_text subject);

/* On any subject that begins so. */
bool sk_access_may_in(const struct sk_access_caller *caller, enum sk_access_right right,
                      struct sk_text prefix);

/* On any subject at all. */
bool sk_access_may_anywhere(const struct sk_access_caller *caller,
                            enum sk_access_right right);

#endif
