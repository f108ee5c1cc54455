/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CLI_REVIEW_TEXT_H
#define SK_CLI_REVIEW_TEXT_H

#include <jansson.h>

#include "base/arena.h"
#include "base/buffer.h"

/* Items of the review as people read them: Dutch, without colour, within a width. */

struct review_layout {
    int width;
    const char *user; /* who reads; NULL: not said */
    bool whole;       /* all evidence with its weight; else what matters, on one screen */
};

/* The item as GET /review/{soort}/{id} gives it. */
void review_print_item(const json_t *item, const struct review_layout *layout);

/* "97 te beoordelen, 2 met gevaar, 1 te laat; 4 ter controle" of an answer of /review. */
void review_append_progress(struct sk_buffer *out, const json_t *queue);

bool review_is_dangerous(const json_t *item);

/* "beoordelen", "geen", "voorstel", "controle" or "gekoppeld". */
struct sk_text review_kind_text(const json_t *item);

/* "910000001 (53 %), …": at most three. In the arena. */
struct sk_text review_first_candidates(const json_t *item, struct sk_arena *arena);

/* Prints words from column `indent` on, broken at `width`; line ends in the text stay. */
void review_print_wrapped(struct sk_text text, int indent, int width);

#endif
