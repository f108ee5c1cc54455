/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names in C: how they are made from names in schemas, and that no two are the same.
 *
 * C has one space for struct and enum tags, one for functions, objects and enum
 * constants, and one for the members of each struct.
 */
#include <ctype.h>
#include <stdlib.h>

#include "avro/codegen/layout.h"
#include "base/alloc.h"

char *layout_snake(struct sk_arena *arena, const char *name)
{
    char *snake = sk_arena_alloc(arena, 2 * strlen(name) + 1);
    char *out = snake;

    for (const char *in = name; *in; in++) {
        if (isupper((unsigned char)*in) && in > name && in[-1] != '.' && in[-1] != '_')
            *out++ = '_';
        *out++ = *in == '.' ? '_' : (char)tolower((unsigned char)*in);
    }
    *out = '\0';
    return snake;
}

char *layout_upper(struct sk_arena *arena, const char *name)
{
    char *upper = sk_arena_string(arena, sk_text(name));

    for (char *at = upper; *at; at++)
        *at = (char)toupper((unsigned char)*at);
    return upper;
}

const struct layout_field *layout_record_field(const struct layout_record *record,
                                               const char *name)
{
    for (size_t i = 0; name && i < record->field_count; i++)
        if (strcmp(record->fields[i].name, name) == 0)
            return &record->fields[i];
    return NULL;
}

struct names {
    const char **items;
    size_t count, capacity;
    struct sk_arena *arena;
};

static void add(struct names *names, const char *prefix, const char *name,
                const char *suffix)
{
    names->items =
        sk_grow(names->items, &names->capacity, names->count + 1, sizeof(*names->items));
    names->items[names->count++] =
        sk_arena_printf(names->arena, "%s%s%s", prefix, name, suffix).data;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorts, compares neighbours, and empties the list. */
static enum sk_verdict check(struct names *names, const char *where, struct sk_error *err)
{
    enum sk_verdict verdict = SK_OK;

    if (names->count > 1)
        qsort(names->items, names->count, sizeof(*names->items), by_text);
    for (size_t i = 1; i < names->count && verdict == SK_OK; i++)
        if (strcmp(names->items[i - 1], names->items[i]) == 0)
            verdict = sk_fail(err, SK_REJECT, "codegen.name",
                              "%s: two things in the schemas become '%s' in C", where,
                              names->items[i]);
    free(names->items);
    names->items = NULL;
    names->count = names->capacity = 0;
    return verdict;
}

static bool is_keyword(const char *name)
{
    static const char *const keywords[] = {
        "alignas", "alignof",  "auto",     "bool",          "break",        "case",
        "char",    "const",    "continue", "constexpr",     "default",      "do",
        "double",  "else",     "enum",     "extern",        "false",        "float",
        "for",     "goto",     "if",       "inline",        "int",          "long",
        "nullptr", "register", "restrict", "return",        "short",        "signed",
        "sizeof",  "static",   "struct",   "static_assert", "thread_local", "switch",
        "true",    "typedef",  "typeof",   "typeof_unqual", "union",        "unsigned",
        "void",    "volatile", "while",    "asm",           "linux",        "unix",
    };

    for (size_t i = 0; i < SK_COUNT(keywords); i++)
        if (strcmp(keywords[i], name) == 0)
            return true;
    return false;
}

static enum sk_verdict check_members(const struct layout_record *record,
                                     struct names *names, struct sk_error *err)
{
    for (size_t i = 0; i < record->field_count; i++)
        if (is_keyword(record->fields[i].name))
            return sk_fail(err, SK_REJECT, "codegen.name",
                           "%s.%s: the name is a keyword of C", record->name,
                           record->fields[i].name);
    for (size_t i = 0; i < record->field_count; i++) {
        const struct layout_field *field = &record->fields[i];

        add(names, "", field->name, "");
        if (field->array)
            add(names, "", field->name, "_count");
        if (field->optional)
            add(names, "has_", field->name, "");
    }
    return check(names, record->name, err);
}

static const char *tag(const struct layout_type *type)
{
    return type->record ? type->record->c_name : type->enumeration->c_name;
}

static enum sk_verdict check_tags(const struct layout *layout, struct names *names,
                                  struct sk_error *err)
{
    for (const struct layout_type *type = layout->types; type; type = type->next)
        if (is_keyword(tag(type)))
            return sk_fail(err, SK_REJECT, "codegen.name",
                           "%s: the name is a keyword of C", type->full_name);
    for (const struct layout_type *type = layout->types; type; type = type->next)
        add(names, "", tag(type), "");
    return check(names, "structs and enums", err);
}

static void add_identifiers(struct names *names, const struct layout_type *type)
{
    if (type->record) {
        add(names, type->record->c_name, "_init", "");
        add(names, type->record->c_name, "_equal", "");
        return;
    }
    const struct layout_enum *enumeration = type->enumeration;
    add(names, enumeration->c_name, "_symbols", "");
    for (size_t i = 0; i < enumeration->symbol_count; i++)
        add(names, enumeration->c_upper, "_", enumeration->symbols[i]);
}

static enum sk_verdict check_identifiers(const struct layout *layout, struct names *names,
                                         struct sk_error *err)
{
    for (const struct layout_type *type = layout->types; type; type = type->next)
        add_identifiers(names, type);
    for (const struct layout_event *event = layout->events; event; event = event->next) {
        add(names, event->c_name, "_encode", "");
        add(names, event->c_name, "_decode", "");
        add(names, "file ", event->c_name, "");
    }
    add(names, "file ", "gedeeld", "");
    add(names, "file ", "alle", "");
    return check(names, "functions and constants", err);
}

enum sk_verdict layout_check(const struct layout *layout, struct sk_error *err)
{
    struct names names = {.arena = layout->arena};

    for (const struct layout_event *event = layout->events; event; event = event->next)
        if (event->record->shared)
            return sk_fail(err, SK_REJECT, "codegen.type",
                           "%s: the event is part of another one", event->path);
    for (const struct layout_type *type = layout->types; type; type = type->next)
        if (type->record)
            SK_TRY(check_members(type->record, &names, err));
    SK_TRY(check_tags(layout, &names, err));
    return check_identifiers(layout, &names, err);
}
