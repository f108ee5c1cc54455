/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_MATCH_EXPLAIN_H
#define SK_MATCH_EXPLAIN_H

#include "match/decide.h"

/* One Dutch sentence for who reads the decision; names numbers and kinds of evidence,
 * never a name, address or word of the message. In the arena. */
struct sk_text sk_match_explain(const struct sk_match_decision *decision,
                                struct sk_arena *arena);

#endif
