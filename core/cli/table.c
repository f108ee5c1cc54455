/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"

void sk_table_init(struct sk_table *table, const char *const *names)
{
    *table = (struct sk_table){0};
    for (; names[table->columns]; table->columns++)
        sk_table_add(table, sk_text(names[table->columns]));
}

void sk_table_add(struct sk_table *table, struct sk_text text)
{
    table->cells = sk_grow(table->cells, &table->cell_capacity, table->cell_count + 1,
                           sizeof(*table->cells));
    table->cells[table->cell_count++] =
        sk_arena_text(&table->arena, text.data ? text : SK_TEXT("-"));
}

void sk_table_add_number(struct sk_table *table, int64_t number)
{
    sk_table_add(table, sk_arena_printf(&table->arena, "%" PRId64, number));
}

/* Characters, not bytes: every byte that does not continue one. */
static size_t width_of(struct sk_text text)
{
    size_t width = 0;

    for (size_t i = 0; i < text.size; i++)
        width += ((unsigned char)text.data[i] & 0xC0) != 0x80;
    return width;
}

static size_t column_width(const struct sk_table *table, size_t column)
{
    size_t widest = 0;

    for (size_t i = column; i < table->cell_count; i += table->columns) {
        size_t width = width_of(table->cells[i]);
        if (i == column && table->cells[i].data[0] == '>')
            width--;
        if (width > widest)
            widest = width;
    }
    return widest;
}

static void print_cell(const struct sk_table *table, size_t index)
{
    size_t column = index % table->columns;
    bool right = table->cells[column].data[0] == '>';
    bool last = column + 1 == table->columns;
    struct sk_text text = table->cells[index];

    if (index < table->columns && right) {
        text.data++;
        text.size--;
    }
    size_t pad = column_width(table, column) - width_of(text);
    int padding = (int)pad;
    if (right)
        printf("%*s%.*s", padding, "", SK_TEXT_ARG(text));
    else
        printf("%.*s%*s", SK_TEXT_ARG(text), last ? 0 : padding, "");
    fputs(last ? "\n" : "  ", stdout);
}

void sk_table_print(const struct sk_table *table)
{
    for (size_t i = 0; i < table->cell_count; i++)
        print_cell(table, i);
}

void sk_table_fini(struct sk_table *table)
{
    free(table->cells);
    sk_arena_fini(&table->arena);
    *table = (struct sk_table){0};
}

struct sk_text sk_table_ago(struct sk_arena *arena, int64_t instant_ms, int64_t now_ms)
{
    static const struct {
        int64_t ms;
        const char *name;
    } units[] = {{86400000, "d"}, {3600000, "u"}, {60000, "min"}};
    int64_t ago = now_ms > instant_ms ? now_ms - instant_ms : 0;

    if (instant_ms == 0)
        return SK_TEXT("-");
    for (size_t i = 0; i < SK_COUNT(units); i++)
        if (ago >= 2 * units[i].ms)
            return sk_arena_printf(arena, "%" PRId64 " %s", ago / units[i].ms,
                                   units[i].name);
    return sk_arena_printf(arena, "%" PRId64 " s", ago / 1000);
}
