/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ODBC_RECORD_H
#define SK_ODBC_RECORD_H

#include "odbc/value.h"

/* One row on its way from the database to the process. {0} is none; fini copes. */
struct record {
    json_t *values;  /* an object, by column */
    char *position;  /* as the database writes it; NULL: it has none */
    bool unreadable; /* a part of it could not be had: see `why` */
    struct diagnosis why;
};

/* Reads the row at hand; `position` is its column, SIZE_MAX: none. False: the driver
 * failed, see *why. */
bool record_read(struct record *record, struct columns *columns, size_t position,
                 struct session *session, SQLHSTMT statement, struct diagnosis *why);
void record_fini(struct record *record);

/* Appends its frames. */
void record_put(const struct record *record, const char *position, struct sk_buffer *out);

#endif
