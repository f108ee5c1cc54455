/* SPDX-License-Identifier: Apache-2.0 */
#include "odbc/deliver.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/json.h"

enum { ALIVE_MS = 250 };

static const struct diagnosis done = {.outcome = SK_OUTCOME_DONE};

void deliver_init(struct deliver *deliver, struct session *session,
                  struct channel *channel)
{
    deliver->session = session;
    deliver->channel = channel;
    deliver->settings = session->settings;
}

void deliver_close(struct deliver *deliver)
{
    if (deliver->statement)
        SQLFreeHandle(SQL_HANDLE_STMT, deliver->statement);
    if (deliver->erase)
        SQLFreeHandle(SQL_HANDLE_STMT, deliver->erase);
    deliver->statement = deliver->erase = NULL;
}

void deliver_fini(struct deliver *deliver)
{
    deliver_close(deliver);
    parameters_fini(&deliver->parameters);
}

/* "doel.dossiernummers.0" of the payload; NULL: it is not there. */
static const json_t *find(const json_t *payload, const char *path)
{
    struct sk_text rest = sk_text(path);
    int64_t index;

    while (payload && rest.data) {
        struct sk_text name = sk_text_split(&rest, '.');
        if (json_is_array(payload))
            payload = sk_text_to_int64(name, &index) && index >= 0
                          ? json_array_get(payload, (size_t)index)
                          : NULL;
        else
            payload = json_object_getn(payload, name.data, name.size);
    }
    return payload;
}

static void add_value(struct deliver *deliver, const json_t *value)
{
    bool wide = deliver->settings->wide;
    sk_auto_free char *dump = NULL;
    struct sk_text text = {0};

    if (json_is_string(value))
        text = sk_json_string(value);
    else if (json_is_boolean(value))
        text = json_is_true(value) ? SK_TEXT("1") : SK_TEXT("0");
    else if (value && !json_is_null(value))
        text = sk_text(dump = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY));
    parameters_add(&deliver->parameters, wide, text);
}

/* :payload is JSON text even where the payload is none. */
static void add_parameter(struct deliver *deliver, const json_t *frame, const char *name)
{
    static const char *const own[] = {"key", "event_id", "trace", "payload"};

    for (size_t i = 0; i < SK_COUNT(own); i++)
        if (strcmp(name, own[i]) == 0) {
            add_value(deliver, json_object_get(frame, name));
            return;
        }
    add_value(deliver, find(json_object_get(frame, "payload"), name));
}

static struct diagnosis no_row(const struct deliver *deliver)
{
    const char *meaning = deliver->settings->no_row;

    if (strcmp(meaning, "newer") == 0)
        return diagnosis_say(SK_OUTCOME_NEWER, "odbc.newer",
                             "the statement touched no row: a newer state stands there");
    if (strcmp(meaning, "reject") == 0)
        return diagnosis_say(SK_OUTCOME_REJECT, "odbc.refused",
                             "the statement touched no row");
    return done;
}

static struct diagnosis run(struct deliver *deliver, SQLHSTMT statement, bool erases)
{
    struct session *session = deliver->session;
    SQLLEN touched = -1;

    if (!parameters_bind(&deliver->parameters, deliver->settings->wide, statement))
        return session_why(session, statement, "parameters");
    SQLRETURN ran = SQLExecute(statement);
    if (!SQL_SUCCEEDED(ran) && ran != SQL_NO_DATA)
        return session_why(session, statement, erases ? "erase" : "statement");
    SQLRowCount(statement, &touched);
    SQLFreeStmt(statement, SQL_CLOSE);
    return touched == 0 && !erases ? no_row(deliver) : done;
}

/* A long batch is not a child that hangs. */
static void say_alive(struct deliver *deliver)
{
    int64_t now = sk_clock_monotonic_ms();

    if (now - deliver->said_ms < ALIVE_MS)
        return;
    deliver->said_ms = now;
    sk_odbc_frame_put(&deliver->channel->out, SK_ODBC_ALIVE, SK_TEXT(""));
    channel_flush(deliver->channel);
}

static struct diagnosis apply(struct deliver *deliver, const json_t *frame)
{
    bool erases = !json_object_get(frame, "payload");
    const struct sk_odbc_sql *sql =
        erases ? &deliver->settings->erase : &deliver->settings->statement;
    SQLHSTMT *statement = erases ? &deliver->erase : &deliver->statement;
    struct diagnosis why;

    if (!*statement && !session_prepare(deliver->session, sql->text, statement, &why))
        return why;
    say_alive(deliver);
    parameters_clear(&deliver->parameters);
    for (size_t i = 0; i < sql->count; i++)
        add_parameter(deliver, frame, sql->names[i]);
    return run(deliver, *statement, erases);
}

static bool is_done(const struct diagnosis *answer)
{
    return answer->outcome == SK_OUTCOME_DONE || answer->outcome == SK_OUTCOME_NEWER;
}

/* Nothing of the transaction stands: who was done is not. */
static void take_back(struct row *rows, size_t count, const struct diagnosis *why)
{
    for (size_t i = 0; i < count; i++)
        if (is_done(&rows[i].answer)) {
            rows[i].answer = *why;
            rows[i].answer.outcome = SK_OUTCOME_RETRY;
        }
}

/* One row within the transaction. False: that one cannot go on. */
static bool within(struct deliver *deliver, struct row *row)
{
    const struct dialect *dialect = deliver->session->dialect;
    struct diagnosis why;

    if (!session_run(deliver->session, dialect->savepoint, &row->answer))
        return false;
    row->answer = apply(deliver, row->frame);
    if (row->answer.lost || row->answer.undone)
        return false;
    if (is_done(&row->answer))
        return !dialect->release ||
               session_run(deliver->session, dialect->release, &row->answer);
    return session_run(deliver->session, dialect->rollback, &why);
}

/* All rows in one transaction. False: nothing was applied; *why says what undid it. */
static bool together(struct deliver *deliver, struct row *rows, size_t count,
                     struct diagnosis *why)
{
    struct diagnosis ignored;

    for (size_t i = 0; i < count; i++)
        if (!within(deliver, &rows[i])) {
            *why = rows[i].answer;
            if (!why->lost)
                session_end(deliver->session, false, &ignored);
            return false;
        }
    if (session_end(deliver->session, true, why))
        return true;
    if (!why->lost)
        session_end(deliver->session, false, &ignored);
    return false;
}

static void alone(struct deliver *deliver, struct row *row)
{
    struct diagnosis why;

    row->answer = apply(deliver, row->frame);
    if (is_done(&row->answer) && !session_end(deliver->session, true, &why))
        row->answer = why;
    if (!is_done(&row->answer) && !row->answer.lost &&
        !session_end(deliver->session, false, &why))
        row->answer.lost = true;
}

bool deliver_rows(struct deliver *deliver, struct row *rows, size_t count)
{
    struct diagnosis why = done;

    for (size_t i = 0; i < count; i++)
        rows[i].answer = done;
    if (count > 1 && together(deliver, rows, count, &why))
        return true;
    for (size_t i = 0; !why.lost && i < count; i++) {
        alone(deliver, &rows[i]);
        if (rows[i].answer.lost) {
            why = rows[i].answer;
            take_back(rows + i + 1, count - i - 1, &why);
            return false;
        }
    }
    if (why.lost)
        take_back(rows, count, &why);
    return !why.lost;
}
