/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_MATCH_CANDIDATES_H
#define SK_MATCH_CANDIDATES_H

#include "match/query.h"

enum { SK_CANDIDATES_COMPARED = 64 };

/* The numbers of the locations worth comparing, by a rough score; at most
 * SK_CANDIDATES_COMPARED. Returns how many. */
size_t sk_candidates(const struct sk_query *query,
                     uint32_t ret_numbers[SK_CANDIDATES_COMPARED]);

#endif
