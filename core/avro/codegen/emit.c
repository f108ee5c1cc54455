/* SPDX-License-Identifier: Apache-2.0 */
/* Which types stand in which file, and how comments and literals are written. */
#include "avro/codegen/emit.h"

#include <string.h>

static bool in_unit(const struct emit_unit *unit, const struct layout_type *type)
{
    if (!unit->event)
        return type->shared;
    return !type->shared && type->path == unit->event->path;
}

const struct layout_type *emit_next(const struct emit_unit *unit,
                                    const struct layout_type *type)
{
    type = type ? type->next : unit->layout->types;
    while (type && !in_unit(unit, type))
        type = type->next;
    return type;
}

const char *emit_name(const struct emit_unit *unit)
{
    return unit->event ? unit->event->c_name : "gedeeld";
}

/* Up to 80 bytes of `text`, cut at a space when there is one. */
static size_t line_size(const char *text, size_t room)
{
    size_t size = strlen(text), cut;

    if (size <= room)
        return size;
    for (cut = room; cut > 0 && text[cut] != ' '; cut--)
        ;
    if (cut > 0)
        return cut;
    const char *space = strchr(text, ' ');
    return space ? (size_t)(space - text) : size;
}

void emit_comment(struct sk_buffer *out, int indent, const char *text)
{
    size_t room = 82 - (size_t)indent;
    const char *before = "/* ";

    if (!*text)
        return;
    while (*text) {
        size_t size = line_size(text, room);

        sk_buffer_printf(out, "%*s%s", indent, "", before);
        for (size_t i = 0; i < size; i++) {
            bool closes = text[i] == '/' && i > 0 && text[i - 1] == '*';
            sk_buffer_append_byte(out,
                                  closes || text[i] == '\n' ? ' ' : (uint8_t)text[i]);
        }
        text += size;
        while (*text == ' ')
            text++;
        sk_buffer_printf(out, *text ? "\n" : " */\n");
        before = " * ";
    }
}

void emit_literal(struct sk_buffer *out, int indent, const char *text)
{
    size_t column = 0;

    sk_buffer_printf(out, "%*s\"", indent, "");
    for (const char *at = text; *at; at++) {
        unsigned char c = (unsigned char)*at;

        if (column > 76 && (c & 0xC0) != 0x80) {
            sk_buffer_printf(out, "\"\n%*s\"", indent, "");
            column = 0;
        }
        if (c == '"' || c == '\\')
            sk_buffer_printf(out, "\\%c", c);
        else if (c < 0x20 || c == '?')
            sk_buffer_printf(out, "\\%03o", c);
        else
            sk_buffer_append_byte(out, c);
        column++;
    }
    sk_buffer_printf(out, "\"");
}
