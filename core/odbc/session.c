/* SPDX-License-Identifier: Apache-2.0 */
#include "odbc/session.h"

#include "base/alloc.h"
#include "base/buffer.h"
#include "odbc/utf16.h"

#define STANDARD_SAVEPOINT                                                               \
    .savepoint = "SAVEPOINT schakel_rij", .release = "RELEASE SAVEPOINT schakel_rij",    \
    .rollback = "ROLLBACK TO SAVEPOINT schakel_rij"

static const struct dialect dialects[] = {
    {.name = "standard", .product = "", STANDARD_SAVEPOINT},
    {.name = "postgresql",
     .product = "PostgreSQL",
     .session = "SET TIME ZONE 'UTC'",
     STANDARD_SAVEPOINT},
    {.name = "sqlserver",
     .product = "Microsoft SQL Server",
     .savepoint = "SAVE TRANSACTION schakel_rij",
     .rollback = "ROLLBACK TRANSACTION schakel_rij"},
    {.name = "oracle",
     .product = "Oracle",
     .session = "ALTER SESSION SET TIME_ZONE = 'UTC'",
     .savepoint = "SAVEPOINT schakel_rij",
     .rollback = "ROLLBACK TO SAVEPOINT schakel_rij"},
};

/* For SQL…W: UTF-16 with its end. */
static void widen(const char *text, struct sk_buffer *out)
{
    static const uint16_t end = 0;

    sk_utf16_from(sk_text(text), out);
    sk_buffer_append(out, &end, sizeof(end));
}

bool session_init(struct session *session, const struct settings *settings,
                  struct diagnosis *why)
{
    session->settings = settings;
    if (SQL_SUCCEEDED(
            SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &session->environment)) &&
        SQL_SUCCEEDED(SQLSetEnvAttr(session->environment, SQL_ATTR_ODBC_VERSION,
                                    (SQLPOINTER)SQL_OV_ODBC3, 0)))
        return true;
    *why = diagnosis_say(SK_OUTCOME_TARGET, "odbc.driver", "unixODBC cannot be used");
    return false;
}

void session_fini(struct session *session)
{
    session_close(session);
    if (session->environment)
        SQLFreeHandle(SQL_HANDLE_ENV, session->environment);
}

void session_close(struct session *session)
{
    if (session->connected) {
        SQLEndTran(SQL_HANDLE_DBC, session->connection, SQL_ROLLBACK);
        SQLDisconnect(session->connection);
    }
    if (session->connection)
        SQLFreeHandle(SQL_HANDLE_DBC, session->connection);
    session->connection = NULL;
    session->connected = false;
}

/* The connection string; a password in braces, where only } must be doubled. */
static void connection_string(const struct settings *settings, struct sk_buffer *out)
{
    sk_buffer_append_text(out, sk_text(settings->connection));
    if (!settings->password)
        return;
    sk_buffer_printf(out, ";PWD={");
    for (const char *at = settings->password; *at; at++) {
        sk_buffer_append_byte(out, (uint8_t)*at);
        if (*at == '}')
            sk_buffer_append_byte(out, '}');
    }
    sk_buffer_append_byte(out, '}');
}

/* PostgreSQL's driver says 08001 of everything that fails while connecting. What the
 * server itself answers begins with FATAL; these pass. */
static bool is_refusal(const char *text)
{
    static const char *const passing[] = {"starting up", "shutting down", "recovery",
                                          "connection slots", "too many"};

    if (!strstr(text, "FATAL:"))
        return false;
    for (size_t i = 0; i < SK_COUNT(passing); i++)
        if (strstr(text, passing[i]))
            return false;
    return true;
}

static bool connect(struct session *session, struct diagnosis *why)
{
    sk_buffer_auto narrow = {0}, wide = {0};
    SQLSMALLINT size;

    SQLAllocHandle(SQL_HANDLE_DBC, session->environment, &session->connection);
    SQLSetConnectAttr(session->connection, SQL_ATTR_LOGIN_TIMEOUT,
                      (SQLPOINTER)session->settings->login_seconds, 0);
    connection_string(session->settings, &narrow);
    widen(sk_buffer_string(&narrow), &wide);
    session->connected =
        SQL_SUCCEEDED(SQLDriverConnectW(session->connection, NULL, (SQLWCHAR *)wide.data,
                                        SQL_NTS, NULL, 0, &size, SQL_DRIVER_NOPROMPT));
    if (session->connected)
        return true;
    *why = diagnosis_of(SQL_HANDLE_DBC, session->connection, "connect");
    if (why->outcome == SK_OUTCOME_REJECT || is_refusal(why->error.text))
        why->outcome = SK_OUTCOME_TARGET;
    return false;
}

static const struct dialect *dialect_of(const struct session *session)
{
    const char *name = session->settings->dialect;
    SQLCHAR product[64] = "";
    SQLSMALLINT size;

    if (!name || strcmp(name, "auto") == 0) {
        SQLGetInfo(session->connection, SQL_DBMS_NAME, product, sizeof(product), &size);
        for (size_t i = 1; i < SK_COUNT(dialects); i++)
            if (strstr((const char *)product, dialects[i].product))
                return &dialects[i];
        return dialects;
    }
    for (size_t i = 0; i < SK_COUNT(dialects); i++)
        if (strcmp(name, dialects[i].name) == 0)
            return &dialects[i];
    return dialects;
}

static bool set_up(struct session *session, bool transactions, struct diagnosis *why)
{
    session->dialect = dialect_of(session);
    if (session->dialect->session &&
        !session_run(session, session->dialect->session, why))
        return false;
    if (session->settings->session &&
        !session_run(session, session->settings->session, why))
        return false;
    if (!transactions ||
        SQL_SUCCEEDED(SQLSetConnectAttr(session->connection, SQL_ATTR_AUTOCOMMIT,
                                        (SQLPOINTER)SQL_AUTOCOMMIT_OFF, 0)))
        return true;
    *why = diagnosis_of(SQL_HANDLE_DBC, session->connection, "begin of transactions");
    why->outcome = SK_OUTCOME_TARGET;
    return false;
}

bool session_open(struct session *session, bool transactions, struct diagnosis *why)
{
    if (session->connected)
        return true;
    if (connect(session, why) && set_up(session, transactions, why))
        return true;
    session_close(session);
    return false;
}

static bool allocate(struct session *session, SQLHSTMT *ret_statement,
                     struct diagnosis *why)
{
    if (!SQL_SUCCEEDED(
            SQLAllocHandle(SQL_HANDLE_STMT, session->connection, ret_statement))) {
        *why = diagnosis_of(SQL_HANDLE_DBC, session->connection, "statement");
        why->lost = true;
        return false;
    }
    /* A driver that cannot is bounded by the process, which ends this child. */
    SQLSetStmtAttr(*ret_statement, SQL_ATTR_QUERY_TIMEOUT,
                   (SQLPOINTER)session->settings->query_seconds, 0);
    return true;
}

bool session_prepare(struct session *session, const char *sql, SQLHSTMT *ret_statement,
                     struct diagnosis *why)
{
    SQLHSTMT statement = NULL;
    sk_buffer_auto wide = {0};

    if (!allocate(session, &statement, why))
        return false;
    widen(sql, &wide);
    if (SQL_SUCCEEDED(SQLPrepareW(statement, (SQLWCHAR *)wide.data, SQL_NTS))) {
        *ret_statement = statement;
        return true;
    }
    *why = session_why(session, statement, "prepare");
    SQLFreeHandle(SQL_HANDLE_STMT, statement);
    return false;
}

bool session_run(struct session *session, const char *sql, struct diagnosis *why)
{
    SQLHSTMT statement = NULL;
    sk_buffer_auto wide = {0};

    if (!allocate(session, &statement, why))
        return false;
    widen(sql, &wide);
    SQLRETURN done = SQLExecDirectW(statement, (SQLWCHAR *)wide.data, SQL_NTS);
    bool well = SQL_SUCCEEDED(done) || done == SQL_NO_DATA;
    if (!well)
        *why = session_why(session, statement, sql);
    SQLFreeHandle(SQL_HANDLE_STMT, statement);
    return well;
}

bool session_end(struct session *session, bool commit, struct diagnosis *why)
{
    SQLINTEGER dead = SQL_CD_FALSE;

    if (SQL_SUCCEEDED(SQLEndTran(SQL_HANDLE_DBC, session->connection,
                                 commit ? SQL_COMMIT : SQL_ROLLBACK)))
        return true;
    *why =
        diagnosis_of(SQL_HANDLE_DBC, session->connection, commit ? "commit" : "rollback");
    SQLGetConnectAttr(session->connection, SQL_ATTR_CONNECTION_DEAD, &dead, 0, NULL);
    why->lost = why->lost || dead == SQL_CD_TRUE;
    return false;
}

struct diagnosis session_why(struct session *session, SQLHSTMT statement,
                             const char *what)
{
    struct diagnosis why = diagnosis_of(SQL_HANDLE_STMT, statement, what);
    SQLINTEGER dead = SQL_CD_FALSE;

    SQLGetConnectAttr(session->connection, SQL_ATTR_CONNECTION_DEAD, &dead, 0, NULL);
    if (dead == SQL_CD_TRUE) {
        why.lost = true;
        why.outcome = SK_OUTCOME_RETRY;
        why.error.id = "odbc.connection";
    }
    return why;
}
