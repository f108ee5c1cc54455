/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_MATCH_CLEAN_H
#define SK_MATCH_CLEAN_H

#include "base/arena.h"
#include "base/text.h"

/*
 * The text as its writer meant it, byte for byte in the same place: tags of HTML and
 * quoted lines are blanks, an entity is its character and then SK_CLEAN_SKIP bytes, which
 * stand for nothing. What is only a quote (a forwarded mail) is read as if it were said.
 * The source itself when there is nothing to clean.
 */
enum { SK_CLEAN_SKIP = 1 };

struct sk_text sk_clean(struct sk_text source, struct sk_arena *arena);

#endif
