/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ODBC_DIAGNOSIS_H
#define SK_ODBC_DIAGNOSIS_H

#include <sql.h>
#include <sqlext.h>

#include "adapter/adapter.h"

/*
 * What an error of the database means for us. The one table is by SQLSTATE: its class,
 * where the standard says enough, and single states where it does not.
 */
struct diagnosis {
    enum sk_outcome outcome; /* RETRY, REJECT or TARGET */
    bool lost;               /* the connection is gone */
    bool undone;             /* the whole transaction is, by a deadlock or the like */
    struct sk_error error;   /* "[23505] duplicate key …" */
};

/* Of the handle's first record; `what` was tried. */
struct diagnosis diagnosis_of(SQLSMALLINT kind, SQLHANDLE handle, const char *what);

/* Our own: an id and a text. */
struct diagnosis diagnosis_say(enum sk_outcome outcome, const char *id,
                               const char *format, ...) SK_PRINTF(3, 4);

/* The table alone. */
struct diagnosis diagnosis_of_state(const char *state);

#endif
