/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ODBC_SESSION_H
#define SK_ODBC_SESSION_H

#include "odbc/diagnosis.h"
#include "odbc/settings.h"

/*
 * One connection, made when it is needed and dropped when it is lost; it works in UTC
 * where the database has a time zone of the session. What fails returns false and says in
 * *why what must happen next.
 */
struct dialect {
    const char *name, *product; /* as set; what the driver calls the database */
    const char *session;        /* run after connecting; NULL: nothing */
    const char *savepoint, *release, *rollback; /* release NULL: there is none */
};

struct session {
    const struct settings *settings;
    SQLHENV environment;
    SQLHDBC connection;
    const struct dialect *dialect;
    bool connected;
};

bool session_init(struct session *session, const struct settings *settings,
                  struct diagnosis *why);
void session_fini(struct session *session);

/* Connected, if it is not yet; `transactions`: nothing is applied before a commit. */
bool session_open(struct session *session, bool transactions, struct diagnosis *why);
void session_close(struct session *session);

/* A prepared statement; the caller frees its handle before the session is closed. */
bool session_prepare(struct session *session, const char *sql, SQLHSTMT *ret_statement,
                     struct diagnosis *why);

/* Runs one that has no rows. */
bool session_run(struct session *session, const char *sql, struct diagnosis *why);
bool session_end(struct session *session, bool commit, struct diagnosis *why);

/* What a failed call on a statement means; asks the driver whether it is connected. */
struct diagnosis session_why(struct session *session, SQLHSTMT statement,
                             const char *what);

#endif
