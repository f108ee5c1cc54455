/* SPDX-License-Identifier: Apache-2.0 */
#include "adapter/odbc_sql.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/buffer.h"

struct scan {
    struct sk_text sql;
    size_t at;
    struct sk_buffer out;
    struct sk_odbc_sql *result;
    size_t capacity;
};

/* What stands `offset` after (or before) the place of the scan; 0 outside the text. */
static char peek(const struct scan *scan, int offset)
{
    size_t at = scan->at + (size_t)(ptrdiff_t)offset;

    return at < scan->sql.size ? scan->sql.data[at] : 0;
}

static bool is_name(char character)
{
    return isalnum((unsigned char)character) || character == '_' ||
           (unsigned char)character >= 0x80;
}

static struct sk_text rest_of(const struct scan *scan)
{
    return (struct sk_text){scan->sql.data + scan->at, scan->sql.size - scan->at};
}

static void copy(struct scan *scan, size_t count)
{
    sk_buffer_append(&scan->out, scan->sql.data + scan->at, count);
    scan->at += count;
}

static enum sk_verdict fail(size_t at, const char *what, struct sk_error *err)
{
    return sk_fail(err, SK_FATAL, "odbc.sql", "character %zu of the statement: %s",
                   at + 1, what);
}

/* From the opening mark to the closing one; the mark doubled stands for itself. */
static enum sk_verdict quoted(struct scan *scan, char close, bool escapes,
                              struct sk_error *err)
{
    size_t opened = scan->at;

    copy(scan, 1);
    while (scan->at < scan->sql.size) {
        bool pair = (escapes && peek(scan, 0) == '\\') ||
                    (peek(scan, 0) == close && peek(scan, 1) == close);
        if (pair && scan->at + 1 < scan->sql.size) {
            copy(scan, 2);
            continue;
        }
        bool closed = peek(scan, 0) == close;
        copy(scan, 1);
        if (closed)
            return SK_OK;
    }
    return fail(opened, "a quotation that is not closed", err);
}

static void line_comment(struct scan *scan)
{
    while (scan->at < scan->sql.size && peek(scan, 0) != '\n')
        copy(scan, 1);
}

static enum sk_verdict block_comment(struct scan *scan, struct sk_error *err)
{
    size_t opened = scan->at, depth = 0;

    while (scan->at + 1 < scan->sql.size) {
        bool opens = peek(scan, 0) == '/' && peek(scan, 1) == '*';
        bool closes = peek(scan, 0) == '*' && peek(scan, 1) == '/';
        depth += opens;
        depth -= closes;
        copy(scan, opens || closes ? 2 : 1);
        if (!depth)
            return SK_OK;
    }
    return fail(opened, "a comment that is not closed", err);
}

/* The length of "$tag$" or "$$" here; 0: it is none. */
static size_t dollar_tag(const struct scan *scan)
{
    size_t size = 1;

    if (scan->at && is_name(peek(scan, -1)))
        return 0;
    while (is_name(peek(scan, (int)size)))
        size++;
    if (peek(scan, (int)size) != '$' || isdigit((unsigned char)peek(scan, 1)))
        return 0;
    return size + 1;
}

static enum sk_verdict dollar_quoted(struct scan *scan, size_t tag, struct sk_error *err)
{
    struct sk_text rest = rest_of(scan);
    const char *close =
        rest.size > tag ? memmem(rest.data + tag, rest.size - tag, rest.data, tag) : NULL;

    if (!close)
        return fail(scan->at, "a $…$ that is not closed", err);
    copy(scan, (size_t)(close - rest.data) + tag);
    return SK_OK;
}

/* Letters, digits and _, and dots between them. */
static size_t parameter_size(const struct scan *scan)
{
    int size = 1;

    while (is_name(peek(scan, size)) ||
           (size > 1 && peek(scan, size) == '.' && is_name(peek(scan, size + 1))))
        size++;
    return (size_t)size;
}

static enum sk_verdict parameter(struct scan *scan, struct sk_error *err)
{
    struct sk_odbc_sql *result = scan->result;
    size_t size = parameter_size(scan);

    if (result->count == SK_ODBC_PARAMETERS_MOST)
        return fail(scan->at, "more than 256 parameters", err);
    result->names = sk_grow(result->names, &scan->capacity, result->count + 1,
                            sizeof(*result->names));
    result->names[result->count++] = sk_strndup(scan->sql.data + scan->at + 1, size - 1);
    sk_buffer_append_byte(&scan->out, '?');
    scan->at += size;
    return SK_OK;
}

static bool begins_parameter(const struct scan *scan)
{
    char next = peek(scan, 1);

    return (isalpha((unsigned char)next) || next == '_') &&
           !(scan->at && is_name(peek(scan, -1)));
}

static bool is_subscript(const struct scan *scan)
{
    char before = scan->at ? peek(scan, -1) : 0;

    return is_name(before) || before == ')' || before == ']' || before == '"';
}

/* PostgreSQL's E'…', in which a backslash escapes. */
static bool is_escaping(const struct scan *scan)
{
    char before = scan->at ? peek(scan, -1) : 0;

    return (before == 'E' || before == 'e') && !(scan->at > 1 && is_name(peek(scan, -2)));
}

static enum sk_verdict colon(struct scan *scan, struct sk_error *err)
{
    if (begins_parameter(scan))
        return parameter(scan, err);
    copy(scan, peek(scan, 1) == ':' || peek(scan, 1) == '=' ? 2 : 1);
    return SK_OK;
}

static enum sk_verdict step(struct scan *scan, struct sk_error *err)
{
    size_t tag;

    switch (peek(scan, 0)) {
    case '\'':
        return quoted(scan, '\'', is_escaping(scan), err);
    case '"':
    case '`':
        return quoted(scan, peek(scan, 0), false, err);
    case '[':
        if (!is_subscript(scan))
            return quoted(scan, ']', false, err);
        break;
    case '-':
        if (peek(scan, 1) == '-')
            line_comment(scan);
        else
            copy(scan, 1);
        return SK_OK;
    case '/':
        if (peek(scan, 1) == '*')
            return block_comment(scan, err);
        break;
    case '$':
        if ((tag = dollar_tag(scan)))
            return dollar_quoted(scan, tag, err);
        break;
    case ':':
        return colon(scan, err);
    case '?':
        return fail(scan->at, "a ? of its own: name the parameter, as :after", err);
    default:
        break;
    }
    copy(scan, 1);
    return SK_OK;
}

enum sk_verdict sk_odbc_sql_parse(struct sk_text sql, struct sk_odbc_sql *ret_sql,
                                  struct sk_error *err)
{
    struct sk_odbc_sql result = {0};
    struct scan scan = {.sql = sql, .result = &result};
    enum sk_verdict verdict = SK_OK;

    if (sql.size > SK_ODBC_SQL_LARGEST || (sql.size && memchr(sql.data, 0, sql.size)))
        return sk_fail(err, SK_FATAL, "odbc.sql",
                       "a statement of %zu bytes: at most %d, and no NUL", sql.size,
                       SK_ODBC_SQL_LARGEST);
    while (verdict == SK_OK && scan.at < sql.size)
        verdict = step(&scan, err);
    if (verdict == SK_OK)
        result.text = sk_strdup(sk_buffer_string(&scan.out));
    sk_buffer_fini(&scan.out);
    if (verdict == SK_OK)
        *ret_sql = result;
    else
        sk_odbc_sql_fini(&result);
    return verdict;
}

void sk_odbc_sql_fini(struct sk_odbc_sql *sql)
{
    for (size_t i = 0; i < sql->count; i++)
        free(sql->names[i]);
    free(sql->names);
    free(sql->text);
    *sql = (struct sk_odbc_sql){0};
}

bool sk_odbc_sql_has(const struct sk_odbc_sql *sql, const char *name)
{
    for (size_t i = 0; i < sql->count; i++)
        if (strcmp(sql->names[i], name) == 0)
            return true;
    return false;
}
