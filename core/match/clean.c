/* SPDX-License-Identifier: Apache-2.0 */
/* Works on a copy, in place, so that evidence still points into what was sent. */
#include "match/clean.h"

#include "base/compiler.h"

enum { ENTITY_SIZE = 9, SPOKEN_LETTERS = 12 };

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool holds(struct sk_text text, const char *part)
{
    return text.size && memmem(text.data, text.size, part, strlen(part)) != NULL;
}

static bool is_html(struct sk_text source)
{
    if (!source.size || !memchr(source.data, '<', source.size))
        return false;
    static const char *const tags[] = {"<br", "<p", "<div", "<html", "<td",
                                       "<BR", "<P", "<DIV", "<HTML", "</"};

    for (size_t i = 0; i < SK_COUNT(tags); i++) {
        if (holds(source, tags[i]))
            return true;
    }
    return false;
}

/* Tags that end a line, so that what follows is no part of it. */
static bool breaks_line(struct sk_text tag)
{
    char first = tag.size > 1 && tag.data[1] == '/' ? tag.data[2] : tag.data[1];

    return memchr("bBpPdDtTlLhH", first, 12) != NULL;
}

/* Blanks out the tag at `at`; returns where it ends. */
static size_t blank_tag(char *data, size_t size, size_t at)
{
    const char *close = memchr(data + at, '>', size - at);

    if (!close || at + 2 >= size || !(is_letter(data[at + 1]) || data[at + 1] == '/'))
        return at + 1;
    size_t end = (size_t)(close - data) + 1;
    bool line = breaks_line((struct sk_text){data + at, end - at});

    memset(data + at, ' ', end - at);
    if (line)
        data[at] = '\n';
    return end;
}

/* "&eacute;" is "e", "&amp;" a blank: names are compared without accents. */
static size_t read_entity(char *data, size_t size, size_t at)
{
    size_t end = at + 1;

    while (end < size && end < at + ENTITY_SIZE && data[end] != ';')
        end++;
    if (end == size || data[end] != ';' || end == at + 1)
        return at + 1;
    struct sk_text name = {data + at + 1, end - at - 1};
    bool accent = is_letter(data[at + 1]) && name.size > 3 &&
                  (holds(name, "acute") || holds(name, "grave") || holds(name, "uml") ||
                   holds(name, "circ") || holds(name, "cedil") || holds(name, "tilde"));

    data[at] = accent ? data[at + 1] : ' ';
    memset(data + at + 1, SK_CLEAN_SKIP, end - at);
    return end + 1;
}

static void clean_html(char *data, size_t size)
{
    for (size_t at = 0; at < size;) {
        if (data[at] == '<')
            at = blank_tag(data, size, at);
        else if (data[at] == '&')
            at = read_entity(data, size, at);
        else
            at++;
    }
}

/* What a line says about the lines around it. */
enum line_kind { LINE_SPOKEN, LINE_QUOTED, LINE_QUOTES_ALL };

static enum line_kind kind_of(struct sk_text line)
{
    static const char *const wrote[] = {"schreef", "wrote", "crit ", "crit:"};
    struct sk_text trimmed = sk_text_trim(line);

    if (trimmed.size == 0)
        return LINE_SPOKEN;
    if (trimmed.data[0] == '>')
        return LINE_QUOTED;
    if (sk_text_starts_with(trimmed, "-----") || sk_text_starts_with(trimmed, "_____"))
        return LINE_QUOTES_ALL;
    for (size_t i = 0; i < SK_COUNT(wrote) && trimmed.data[trimmed.size - 1] == ':';
         i++) {
        if (holds(trimmed, wrote[i]))
            return LINE_QUOTES_ALL;
    }
    return LINE_SPOKEN;
}

static bool next_is_quoted(struct sk_text rest)
{
    while (rest.data) {
        struct sk_text line = sk_text_split(&rest, '\n');

        if (sk_text_trim(line).size)
            return kind_of(line) == LINE_QUOTED;
    }
    return false;
}

/* Blanks out what is quoted; returns how many letters are left. */
static size_t blank_quotes(char *data, size_t size)
{
    struct sk_text rest = {data, size};
    size_t letters = 0;
    bool all = false;

    while (rest.data) {
        struct sk_text line = sk_text_split(&rest, '\n');
        enum line_kind kind = kind_of(line);
        size_t at = (size_t)(line.data - data);

        /* "X wrote:" quotes what follows, unless that says of itself that it is quoted.
         */
        all |= kind == LINE_QUOTES_ALL && !next_is_quoted(rest);
        if (all || kind != LINE_SPOKEN)
            memset(data + at, ' ', line.size);
        for (size_t i = at; i < at + line.size; i++)
            letters += is_letter(data[i]);
    }
    return letters;
}

static bool has_quotes(struct sk_text source)
{
    return holds(source, "---") || holds(source, "___") || holds(source, ":\n") ||
           holds(source, ":\r") || (source.size && memchr(source.data, '>', source.size));
}

struct sk_text sk_clean(struct sk_text source, struct sk_arena *arena)
{
    bool html = is_html(source), quotes = has_quotes(source);

    if (!html && !quotes)
        return source;
    char *data = sk_arena_string(arena, source);

    if (html)
        clean_html(data, source.size);
    char *spoken = sk_arena_string(arena, (struct sk_text){data, source.size});

    if (blank_quotes(spoken, source.size) < SPOKEN_LETTERS)
        spoken = data;
    return (struct sk_text){spoken, source.size};
}
