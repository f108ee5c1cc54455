/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ODBC_VALUE_H
#define SK_ODBC_VALUE_H

#include <jansson.h>

#include "odbc/column.h"

/*
 * The values of a row as JSON, exact:
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

/* Before the values of a row. */
void columns_next_row(struct columns *columns);

/* The value of column `index` of the row at hand, once and in order. `columns->text` then
 * holds it as the database writes it, empty when NULL: for a position. SK_REJECT
 * "odbc.value" or "odbc.large": it cannot be had whole, and *ret_value is what there is
 * of it. SK_RETRY: the driver failed, see *why. */
enum sk_verdict columns_value(struct columns *columns, size_t index,
                              struct session *session, SQLHSTMT statement,
                              json_t **ret_value, struct diagnosis *why);

#endif
