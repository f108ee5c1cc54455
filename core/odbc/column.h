/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ODBC_COLUMN_H
#define SK_ODBC_COLUMN_H

#include <jansson.h>

#include "base/buffer.h"
#include "odbc/session.h"

/*
 * The columns of a result and their values as JSON, exact:
 *
 *   whole numbers     numbers; beyond 64 bits their digits as text
 *   numeric, decimal  text as the database writes it ("12.50"), whole ones as above
 *   real              a number; NaN and infinity as text
 *   boolean, bit      true, false
 *   date, time        "2026-11-24", "10:11:12"
 *   timestamp         RFC 3339 in UTC; without a zone in that of zone.h
 *   binary            Base64
 *   text              as it is, fetched in pieces; in a JSON column what it says
 *   NULL              null
 */
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

/* Before the values of a row. */
void columns_next_row(struct columns *columns);

/* SIZE_MAX: there is none; without regard to case. */
size_t columns_find(const struct columns *columns, const char *name);

/* The value of column `index` of the row at hand, once and in order. `columns->text` then
 * holds it as the database writes it, absent when NULL: for a position. SK_REJECT
 * "odbc.value" or "odbc.large": it cannot be had whole, and *ret_value is what there is
 * of it. SK_RETRY: the driver failed, see *why. */
enum sk_verdict columns_value(struct columns *columns, size_t index,
                              struct session *session, SQLHSTMT statement,
                              json_t **ret_value, struct diagnosis *why);

#endif
