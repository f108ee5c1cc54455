/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CLI_TABLE_H
#define SK_CLI_TABLE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/text.h"

/* Rows of cells: columns for people, objects for programs. {0} is an empty table. */
enum sk_cell_kind { SK_CELL_TEXT, SK_CELL_NUMBER, SK_CELL_INSTANT };

/* How a terminal shows it; without colours, or with NO_COLOR set, as the rest. */
enum sk_tone { SK_TONE_PLAIN, SK_TONE_GOOD, SK_TONE_CARE, SK_TONE_BAD };

struct sk_cell {
    enum sk_cell_kind kind;
    enum sk_tone tone;
    struct sk_text text; /* as people see it */
    int64_t number;      /* the number, or Unix ms; 0: no instant */
};

struct sk_table {
    struct sk_arena arena;
    struct sk_cell *cells;
    size_t cell_count, cell_capacity;
    size_t columns;
};

/* The first row: names of the columns, ends with NULL. A name that begins with '>' is
 * aligned to the right (and shown without it). */
void sk_table_init(struct sk_table *table, const char *const *names);

/* One cell, row by row; the text is copied. */
void sk_table_add(struct sk_table *table, struct sk_text text);
void sk_table_add_toned(struct sk_table *table, struct sk_text text, enum sk_tone tone);
void sk_table_add_number(struct sk_table *table, int64_t number);

/* People see how long ago it is. */
void sk_table_add_instant(struct sk_table *table, int64_t instant_ms);

/* To stdout. `json`: an array with an object a row, its members named as the columns, _
 * for a space; instants as RFC 3339 or null. */
void sk_table_print(const struct sk_table *table);
void sk_table_show(const struct sk_table *table, bool json);
void sk_table_fini(struct sk_table *table);
#define sk_table_auto SK_CLEANUP(sk_table_fini) struct sk_table

/* "3 s", "12 min", "5 u", "3 d": how long ago; "-" for 0. */
struct sk_text sk_table_ago(struct sk_arena *arena, int64_t instant_ms, int64_t now_ms);

#endif
