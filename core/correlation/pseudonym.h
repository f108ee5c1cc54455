/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CORRELATION_PSEUDONYM_H
#define SK_CORRELATION_PSEUDONYM_H

#include "base/arena.h"
#include "base/hash.h"
#include "base/verdict.h"

/*
 * Names that stand for personal data: equal texts get equal names, and who has only the
 * names cannot find the texts, not even by trying them all. Destroying the key makes
 * every name given so far mean nothing; nothing else has to be erased.
 */
struct pseudonym_key {
    uint8_t bytes[SK_SHA256_SIZE];
    bool known;
};

/* Reads <folder>/pseudoniem.sleutel; made of random bytes, readable by its owner alone,
 * when it is not there. SK_FATAL "pseudonym.key" when others may read it or it is no key;
 * SK_RETRY when it cannot be read or written now. */
enum sk_verdict pseudonym_key_open(struct pseudonym_key *self, const char *folder,
                                   struct sk_error *err);

enum { PSEUDONYM_SIZE = 32 }; /* hexadecimal characters: 128 bits */

/* The name of `text` for that purpose ("groep", "afzender"): names of different purposes
 * cannot be compared with each other. In the arena; the key must be open. */
struct sk_text pseudonym_of(const struct pseudonym_key *self, const char *purpose,
                            struct sk_text text, struct sk_arena *arena);

#endif
