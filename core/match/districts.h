/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_MATCH_DISTRICTS_H
#define SK_MATCH_DISTRICTS_H

#include "match/register.h"

/* The lines of deelgemeenten.tsv: postcode, tab, names with ";" between. */
extern const char *const sk_districts_lines;

/* Gives a register the parts of the Flemish municipalities. */
void sk_districts_builtin(struct sk_match_register *self);

#endif
