/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ODBC_QUERY_H
#define SK_ODBC_QUERY_H

#include "odbc/channel.h"
#include "odbc/parameter.h"
#include "odbc/record.h"

/*
 * One query, read part by part.
 *
 * With :after, each part is the query once more, after the position that the last one
 * reached. Rows of one position stay together: a part ends only where the position
 * changes, for what comes after it is asked for by ">". Without :after, the rows are
 * taken from one open result until it ends; only "" (the beginning) and the place just
 * reached can be asked for, anything else begins again.
 */
struct query {
    struct session *session;
    const struct settings *settings;
    SQLHSTMT statement; /* NULL: not prepared in this session */
    struct columns columns;
    struct parameters parameters;
    size_t position; /* column; SIZE_MAX: none */
    bool described;
    bool open;      /* a result of which rows may be left */
    int64_t passed; /* rows of it */
};

void query_init(struct query *query, struct session *session);
void query_fini(struct query *query);

/* Before its session is closed. */
void query_close(struct query *query);

/* The rows after `after` (NULL: from the beginning) as frames to the channel; *ret_reply
 * has `next` (in the arena) and `more`. False: see *why. */
bool query_read(struct query *query, const char *after, struct channel *channel,
                struct sk_arena *arena, struct sk_odbc_reply *ret_reply,
                struct diagnosis *why);

#endif
