/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ODBC_COLUMN_H
#define SK_ODBC_COLUMN_H

#include "base/buffer.h"
#include "odbc/session.h"

/* The columns of a result: their names, and what kind of value each holds. */
enum column_kind {
    COLUMN_TEXT,
    COLUMN_NUMBER,
    COLUMN_REAL,
    COLUMN_BOOLEAN,
    COLUMN_DATE,
    COLUMN_LOCAL,  /* a timestamp without zone */
    COLUMN_UTC,    /* one that the session gives in UTC */
    COLUMN_OFFSET, /* one that comes with its offset */
    COLUMN_BINARY,
    COLUMN_JSON,
};

enum { COLUMNS_MOST = 1000, ROW_LARGEST = 16 * 1024 * 1024 };

struct column {
    char *name;
    enum column_kind kind;
};

struct columns {
    struct column *items;
    size_t count;
    struct sk_buffer raw, text; /* of the value at hand */
    size_t room;                /* bytes that the row may still have */
};

bool columns_describe(struct columns *columns, struct session *session,
                      SQLHSTMT statement, struct diagnosis *why);
void columns_fini(struct columns *columns);

/* SIZE_MAX: there is none; without regard to case. */
size_t columns_find(const struct columns *columns, const char *name);

#endif
