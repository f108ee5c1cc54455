/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ODBC_DELIVER_H
#define SK_ODBC_DELIVER_H

#include <jansson.h>

#include "odbc/channel.h"
#include "odbc/parameter.h"

/*
 * Rows into a database: one transaction a batch, a savepoint a row, so that what is wrong
 * with one row undoes that row alone. When the transaction itself is undone (a deadlock,
 * a constraint at commit), each row gets one of its own. The statement must bear being
 * run twice: a commit whose answer is lost is done again.
 */
enum { ROWS_MOST = 1000 };

struct deliver {
    struct session *session;
    struct channel *channel; /* to say that it is at work */
    const struct settings *settings;
    SQLHSTMT statement, erase; /* NULL: not prepared in this session */
    struct parameters parameters;
    int64_t said_ms; /* monotonic */
};

struct row {
    json_t *frame; /* {"key", "event_id", "trace", "payload"}; no payload: erased */
    struct diagnosis answer;
};

void deliver_init(struct deliver *deliver, struct session *session,
                  struct channel *channel);
void deliver_fini(struct deliver *deliver);
void deliver_close(struct deliver *deliver); /* before its session is closed */

/* Each row's answer says how it ended; of those that are not done nothing is applied.
 * False: the connection was lost, which the answers say too. */
bool deliver_rows(struct deliver *deliver, struct row *rows, size_t count);

#endif
