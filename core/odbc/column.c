/* SPDX-License-Identifier: Apache-2.0 */
#include "odbc/column.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "base/alloc.h"
#include "odbc/utf16.h"

/* A time with its offset, as the drivers of SQL Server and of ODBC 4 number it. */
enum { SS_OFFSET = -155, TYPE_TIMESTAMP_ZONE = 95 };

static bool contains(const char *text, const char *part)
{
    return strcasestr(text, part) != NULL;
}

/* What SQL's type leaves open is in its name: timestamptz, bool, jsonb. */
static enum column_kind timestamp_kind(const char *name)
{
    bool without = contains(name, "without");

    return !without && (contains(name, "tz") || contains(name, "with time zone") ||
                        contains(name, "with local"))
               ? COLUMN_UTC
               : COLUMN_LOCAL;
}

static enum column_kind kind_of(SQLSMALLINT type, const char *name)
{
    switch (type) {
    case SQL_TINYINT:
    case SQL_SMALLINT:
    case SQL_INTEGER:
    case SQL_BIGINT:
    case SQL_NUMERIC:
    case SQL_DECIMAL:
        return COLUMN_NUMBER;
    case SQL_REAL:
    case SQL_FLOAT:
    case SQL_DOUBLE:
        return COLUMN_REAL;
    case SQL_BIT:
        return COLUMN_BOOLEAN;
    case SQL_TYPE_DATE:
        return COLUMN_DATE;
    case SQL_TYPE_TIMESTAMP:
        return timestamp_kind(name);
    case SS_OFFSET:
    case TYPE_TIMESTAMP_ZONE:
        return COLUMN_OFFSET;
    case SQL_BINARY:
    case SQL_VARBINARY:
    case SQL_LONGVARBINARY:
        return COLUMN_BINARY;
    default:
        if (strcasecmp(name, "bool") == 0 || strcasecmp(name, "boolean") == 0)
            return COLUMN_BOOLEAN;
        return contains(name, "json") ? COLUMN_JSON : COLUMN_TEXT;
    }
}

static bool is_listed(const char *list, const char *name)
{
    struct sk_text rest = sk_text(list);

    while (rest.data) {
        struct sk_text one = sk_text_trim(sk_text_split(&rest, ','));
        if (one.size == strlen(name) && strncasecmp(one.data, name, one.size) == 0)
            return true;
    }
    return false;
}

static bool describe(struct column *column, struct session *session, SQLHSTMT statement,
                     SQLUSMALLINT number)
{
    SQLWCHAR wide[256];
    SQLCHAR type_name[128] = "";
    SQLSMALLINT size = 0, type = 0, digits, nullable, ignored;
    sk_buffer_auto name = {0};
    SQLULEN width;

    if (!SQL_SUCCEEDED(SQLDescribeColW(statement, number, wide, SK_COUNT(wide), &size,
                                       &type, &width, &digits, &nullable)))
        return false;
    SQLColAttribute(statement, number, SQL_DESC_TYPE_NAME, type_name, sizeof(type_name),
                    &ignored, NULL);
    sk_utf16_to(wide, size < 255 ? (size_t)size : 255, &name);
    column->name = sk_strdup(sk_buffer_string(&name));
    for (char *at = column->name; session->settings->lower && *at; at++)
        *at = (char)tolower((unsigned char)*at);
    column->kind = is_listed(session->settings->json, column->name)
                       ? COLUMN_JSON
                       : kind_of(type, (const char *)type_name);
    return true;
}

bool columns_describe(struct columns *columns, struct session *session,
                      SQLHSTMT statement, struct diagnosis *why)
{
    SQLSMALLINT count = 0;

    columns_fini(columns);
    SQLNumResultCols(statement, &count);
    if (count < 1 || count > COLUMNS_MOST) {
        *why = diagnosis_say(SK_OUTCOME_TARGET, "odbc.columns",
                             "the query has %d columns: 1 to %d are taken", count,
                             COLUMNS_MOST);
        return false;
    }
    columns->items = sk_alloc_zeroed((size_t)count * sizeof(*columns->items));
    for (; columns->count < (size_t)count; columns->count++) {
        struct column *column = &columns->items[columns->count];
        if (!describe(column, session, statement, (SQLUSMALLINT)(columns->count + 1))) {
            *why = session_why(session, statement, "columns");
            return false;
        }
        if (columns_find(columns, column->name) != SIZE_MAX) {
            *why = diagnosis_say(SK_OUTCOME_TARGET, "odbc.columns",
                                 "the query has two columns %.100s: name them apart",
                                 column->name);
            free(column->name);
            return false;
        }
    }
    return true;
}

void columns_fini(struct columns *columns)
{
    for (size_t i = 0; i < columns->count; i++)
        free(columns->items[i].name);
    free(columns->items);
    sk_buffer_fini(&columns->raw);
    sk_buffer_fini(&columns->text);
    *columns = (struct columns){0};
}

size_t columns_find(const struct columns *columns, const char *name)
{
    for (size_t i = 0; i < columns->count; i++)
        if (strcasecmp(columns->items[i].name, name) == 0)
            return i;
    return SIZE_MAX;
}
