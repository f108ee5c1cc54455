/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_REGISTRY_SUBJECT_H
#define SK_REGISTRY_SUBJECT_H

#include "base/arena.h"
#include "base/text.h"

/*
 * Names of subjects and of what settings are for. "name" stands in the default context
 * ".", ":.c:name" in the context ".c"; ":.c:" is that context itself and "" the default
 * one. ":.__GLOBAL:" has settings for all contexts and nothing else.
 */
enum { SK_SUBJECT_MAX = 1024 }; /* bytes */

#define SK_SUBJECT_GLOBAL ":.__GLOBAL:"

/* The full name of what a client wrote (":.:name" is "name"), in *ret_subject. False when
 * it cannot be one: empty, too long, control characters, no UTF-8, reserved, a context
 * with strange characters. `scope`: ":.c:", ":.:" and the global one are names too. */
bool sk_subject_read(struct sk_text written, bool scope, struct sk_text *ret_subject);

struct sk_text sk_subject_context(struct sk_text subject); /* "." or ".c" */
struct sk_text sk_subject_plain(struct sk_text subject);   /* without its context */

/* The scope of a context: ":.c:", or "" for the default one. */
struct sk_text sk_subject_scope(struct sk_text context, struct sk_arena *arena);

/* A name as seen from another subject: one without a context is in the parent's. */
struct sk_text sk_subject_beside(struct sk_text parent, struct sk_text name,
                                 struct sk_arena *arena);

/* ".", ".c": letters, digits, "-", "_" and "." after the first dot. */
bool sk_context_valid(struct sk_text context);

#endif
