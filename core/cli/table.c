/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/json_write.h"

void sk_table_init(struct sk_table *table, const char *const *names)
{
    *table = (struct sk_table){0};
    for (; names[table->columns]; table->columns++)
        sk_table_add(table, sk_text(names[table->columns]));
}

static void add(struct sk_table *table, const struct sk_cell *cell)
{
    table->cells = sk_grow(table->cells, &table->cell_capacity, table->cell_count + 1,
                           sizeof(*table->cells));
    table->cells[table->cell_count++] = *cell;
}

void sk_table_add(struct sk_table *table, struct sk_text text)
{
    struct sk_text shown = text.data ? text : SK_TEXT("-");

    add(table, &(struct sk_cell){.text = sk_arena_text(&table->arena, shown)});
}

void sk_table_add_toned(struct sk_table *table, struct sk_text text, enum sk_tone tone)
{
    sk_table_add(table, text);
    table->cells[table->cell_count - 1].tone = tone;
}

void sk_table_add_number(struct sk_table *table, int64_t number)
{
    add(table,
        &(struct sk_cell){.kind = SK_CELL_NUMBER,
                          .text = sk_arena_printf(&table->arena, "%" PRId64, number),
                          .number = number});
}

void sk_table_add_instant(struct sk_table *table, int64_t instant_ms)
{
    add(table, &(struct sk_cell){
                   .kind = SK_CELL_INSTANT,
                   .text = sk_table_ago(&table->arena, instant_ms, sk_clock_now_ms()),
                   .number = instant_ms});
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
        size_t width = width_of(table->cells[i].text);
        if (i == column && table->cells[i].text.data[0] == '>')
            width--;
        if (width > widest)
            widest = width;
    }
    return widest;
}

/* Colours only for eyes: a terminal, unless it or its user wants none. */
static bool has_colours(void)
{
    const char *none = getenv("NO_COLOR"), *terminal = getenv("TERM");

    return isatty(STDOUT_FILENO) && !(none && *none) && terminal &&
           strcmp(terminal, "dumb") != 0;
}

static const char *colour_of(enum sk_tone tone)
{
    static const char *const colours[] = {
        [SK_TONE_PLAIN] = "",
        [SK_TONE_GOOD] = "\033[32m",
        [SK_TONE_CARE] = "\033[33m",
        [SK_TONE_BAD] = "\033[1;31m",
    };

    return has_colours() ? colours[tone] : "";
}

static void print_cell(const struct sk_table *table, size_t index)
{
    size_t column = index % table->columns;
    bool right = table->cells[column].text.data[0] == '>';
    bool last = column + 1 == table->columns;
    struct sk_text text = table->cells[index].text;
    const char *colour = colour_of(table->cells[index].tone);

    if (index < table->columns && right) {
        text.data++;
        text.size--;
    }
    int padding = (int)(column_width(table, column) - width_of(text));
    if (right)
        printf("%*s", padding, "");
    printf("%s%.*s%s", colour, SK_TEXT_ARG(text), *colour ? "\033[0m" : "");
    if (!right && !last)
        printf("%*s", padding, "");
    fputs(last ? "\n" : "  ", stdout);
}

void sk_table_print(const struct sk_table *table)
{
    for (size_t i = 0; i < table->cell_count; i++)
        print_cell(table, i);
}

/* "geheugen (kB)" is no name for a program: letters, digits and _ only. */
static void put_name(const struct sk_table *table, size_t column, struct sk_buffer *out)
{
    struct sk_text shown = table->cells[column].text;
    char name[64];
    size_t size = 0;

    for (size_t i = shown.data[0] == '>'; i < shown.size && size < sizeof(name); i++)
        if (shown.data[i] != '(' && shown.data[i] != ')')
            name[size++] = shown.data[i] == ' ' ? '_' : shown.data[i];
    sk_json_put_name(out, name, size);
}

static void put_cell(const struct sk_cell *cell, struct sk_buffer *out)
{
    char time[SK_INSTANT_SIZE];

    if (cell->kind == SK_CELL_NUMBER)
        sk_json_put_integer(out, cell->number);
    else if (cell->kind == SK_CELL_TEXT)
        sk_json_put_text(out, cell->text);
    else if (cell->number)
        sk_json_put_text(out, sk_text(sk_instant_format(cell->number, time)));
    else
        sk_buffer_append_text(out, SK_TEXT("null"));
}

static void print_json(const struct sk_table *table)
{
    sk_buffer_auto out = {0};

    sk_buffer_append_byte(&out, '[');
    for (size_t i = table->columns; i < table->cell_count; i++) {
        size_t column = i % table->columns;
        if (column == 0)
            sk_buffer_append_text(&out,
                                  i == table->columns ? SK_TEXT("\n{") : SK_TEXT(",\n{"));
        put_name(table, column, &out);
        put_cell(&table->cells[i], &out);
        if (column + 1 == table->columns)
            sk_buffer_append_byte(&out, '}');
    }
    sk_buffer_append_text(&out, SK_TEXT("]\n"));
    fwrite(out.data, 1, out.size, stdout);
}

void sk_table_show(const struct sk_table *table, bool json)
{
    if (json)
        print_json(table);
    else
        sk_table_print(table);
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
