/* SPDX-License-Identifier: Apache-2.0 */
/* The options of `odbc`, what can be said of them without a database, and the adapter. */
#include "adapter/odbc.h"

#include <ctype.h>
#include <stdio.h>

#include "adapter/odbc_sql.h"
#include "base/alloc.h"
#include "base/file.h"
#include "base/json.h"

#define READ struct sk_odbc_read_config
#define WRITE struct sk_odbc_write_config

static const char *const dialects[] = {"auto", "postgresql", "sqlserver", "oracle",
                                       "standard"};
static const char *const encodings[] = {"utf-16", "utf-8"};

// clang-format off
#define CONNECTION_OPTIONS(S)                                                            \
    SK_STRING(S, database.connection, .name = "odbc.connection",                         \
              .help = "ODBC connection string, without the password."),                  \
    SK_STRING(S, database.password, .name = "odbc.password", .optional = true,           \
              .secret = true, .help = "Its PWD."),                                       \
    SK_STRING(S, database.session, .name = "odbc.session", .optional = true,             \
              .help = "A statement run after each connect."),                            \
    SK_CHOICE(S, database.dialect, .name = "odbc.dialect", .fallback = "auto",           \
              .choices = "auto|postgresql|sqlserver|oracle|standard",                    \
              .help = "Of savepoints and of the session's time zone; auto: by what the " \
              "driver says of the database."),                                           \
    SK_CHOICE(S, database.text, .name = "odbc.text", .fallback = "utf-16",               \
              .choices = "utf-16|utf-8",                                                 \
              .help = "How the driver passes text; utf-8 for drivers without wide "      \
              "characters."),                                                            \
    SK_DURATION(S, database.login_timeout_ms, .name = "odbc.login_timeout",              \
                .fallback = "10s", .min = 1000, .max = 300000,                           \
                .help = "How long a connect may take."),                                 \
    SK_DURATION(S, database.query_timeout_ms, .name = "odbc.query_timeout",              \
                .fallback = "30s", .min = 1000, .max = 3600000,                          \
                .help = "How long one statement may take.")

const struct sk_option sk_odbc_read_options[] = {
    CONNECTION_OPTIONS(READ),
    SK_STRING(READ, query, .name = "query",
              .help = "The query, in order of its position, or file:PATH. :after is the "
              "position read last, :limit how many rows to give. Without :after it is "
              "read whole each time."),
    SK_STRING(READ, position, .name = "position", .optional = true,
              .help = "Column that is the position (needed with :after)."),
    SK_STRING(READ, begin, .name = "position.begin", .fallback = "-1",
              .help = "What :after is at first: lower than every position."),
    SK_STRING(READ, database.zone, .name = "odbc.zone", .fallback = "Europe/Brussels",
              .help = "Time zone of columns that have a time but no zone."),
    SK_STRING(READ, json, .name = "json", .optional = true,
              .help = "Columns that hold JSON, by commas."),
    SK_BOOL(READ, lower, .name = "lower_names", .fallback = "false",
            .help = "Column names are taken in lower case (Oracle gives upper case)."),
    SK_INTEGER(READ, limit, .name = "limit", .fallback = "500", .min = 1, .max = 10000,
               .help = "Rows asked for at once."),
    SK_END_OF_OPTIONS,
};

const struct sk_option sk_odbc_write_options[] = {
    CONNECTION_OPTIONS(WRITE),
    SK_STRING(WRITE, statement, .name = "statement",
              .help = "What takes one event, or file:PATH. :event_id, :key, :payload "
              "(JSON), :trace, and the payload's fields: :versie, :doel.niveau."),
    SK_STRING(WRITE, erase, .name = "erase",
              .help = "What takes an erased entity, or file:PATH: :key, :event_id."),
    SK_CHOICE(WRITE, no_row, .name = "no_row", .fallback = "done",
              .choices = "done|newer|reject",
              .help = "What it means that the statement touches no row: it was applied "
              "before; a newer state stands there (counted); a dead letter."),
    SK_INTEGER(WRITE, batch, .name = "batch", .fallback = "64", .min = 1, .max = 1000,
               .help = "Rows in one transaction, at most; raise inflight with it."),
    SK_END_OF_OPTIONS,
};
// clang-format on

enum sk_verdict sk_odbc_statement(const char *setting, struct sk_buffer *out,
                                  struct sk_error *err)
{
    static const char file[] = "file:";

    if (!sk_text_starts_with(sk_text(setting), file)) {
        sk_buffer_append_text(out, sk_text(setting));
        return SK_OK;
    }
    if (sk_file_read(setting + sizeof(file) - 1, SK_ODBC_SQL_LARGEST, out, err) == SK_OK)
        return SK_OK;
    err->id = "odbc.sql";
    return SK_FATAL;
}

static enum sk_verdict parse(const char *option, const char *setting,
                             struct sk_odbc_sql *ret_sql, struct sk_error *err)
{
    sk_buffer_auto text = {0};
    enum sk_verdict verdict = sk_odbc_statement(setting, &text, err);

    if (verdict == SK_OK)
        verdict = sk_odbc_sql_parse(sk_buffer_text(&text), ret_sql, err);
    if (verdict != SK_OK)
        sk_error_prefix(err, "%s", option);
    return verdict;
}

/* A secret in the connection string would be printed by --check. */
static enum sk_verdict check_connection(const struct sk_odbc_connection_config *database,
                                        struct sk_error *err)
{
    static const char *const names[] = {"pwd", "password"};
    struct sk_text rest = sk_text(database->connection);

    while (rest.data) {
        struct sk_text part = sk_text_split(&rest, ';');
        struct sk_text name = sk_text_trim(sk_text_split(&part, '='));
        for (size_t i = 0; i < SK_COUNT(names); i++)
            if (name.size == strlen(names[i]) &&
                strncasecmp(name.data, names[i], name.size) == 0)
                return sk_fail(err, SK_FATAL, "odbc.settings",
                               "odbc.connection has a %s: set it as odbc.password = "
                               "file:PATH, so that it is not shown",
                               names[i]);
    }
    return SK_OK;
}

static enum sk_verdict check_query(const READ *config, const struct sk_odbc_sql *sql,
                                   struct sk_error *err)
{
    for (size_t i = 0; i < sql->count; i++)
        if (strcmp(sql->names[i], "after") != 0 && strcmp(sql->names[i], "limit") != 0)
            return sk_fail(err, SK_FATAL, "odbc.sql",
                           "query: there is no :%.60s; a query has :after and :limit",
                           sql->names[i]);
    bool positioned = sk_odbc_sql_has(sql, "after");
    if (positioned && !config->position)
        return sk_fail(err, SK_FATAL, "odbc.settings",
                       "the query has :after: say in \"position\" which column it is");
    if (!positioned && config->position)
        return sk_fail(err, SK_FATAL, "odbc.settings",
                       "position = %.80s is of no use: the query has no :after",
                       config->position);
    return SK_OK;
}

enum sk_verdict sk_odbc_read_check(const void *config, struct sk_error *err)
{
    const READ *self = config;
    struct sk_odbc_sql sql = {0};

    SK_TRY(check_connection(&self->database, err));
    SK_TRY(parse("query", self->query, &sql, err));
    enum sk_verdict verdict = check_query(self, &sql, err);
    sk_odbc_sql_fini(&sql);
    return verdict;
}

/* A name that the event never has would be NULL for ever, in silence. */
static bool is_known(const char *name, const char *const *fields)
{
    static const char *const own[] = {"event_id", "key", "payload", "trace"};
    struct sk_text rest = sk_text(name);
    struct sk_text first = sk_text_split(&rest, '.');

    for (size_t i = 0; i < SK_COUNT(own); i++)
        if (strcmp(name, own[i]) == 0)
            return true;
    for (; fields && *fields; fields++)
        if (sk_text_is(first, *fields))
            return true;
    return false;
}

static enum sk_verdict check_statement(const char *option, const char *setting,
                                       const char *const *fields, struct sk_error *err)
{
    struct sk_odbc_sql sql = {0};
    enum sk_verdict verdict = SK_OK;

    SK_TRY(parse(option, setting, &sql, err));
    for (size_t i = 0; verdict == SK_OK && i < sql.count; i++)
        if (!is_known(sql.names[i], fields))
            verdict = sk_fail(err, SK_FATAL, "odbc.sql",
                              "%s: this flow hands over no :%.60s (schakel flows says "
                              "which fields it does)",
                              option, sql.names[i]);
    sk_odbc_sql_fini(&sql);
    return verdict;
}

enum sk_verdict sk_odbc_write_check(const void *config, const char *const *fields,
                                    struct sk_error *err)
{
    const WRITE *self = config;

    SK_TRY(check_connection(&self->database, err));
    SK_TRY(check_statement("statement", self->statement, fields, err));
    return check_statement("erase", self->erase, NULL, err);
}

json_t *sk_odbc_settings(const struct sk_odbc_connection_config *database)
{
    return json_pack("{s:s, s:s?, s:s?, s:s, s:s, s:s?, s:I, s:I}", "connection",
                     database->connection, "password", database->password, "session",
                     database->session, "dialect", dialects[database->dialect], "text",
                     encodings[database->text], "zone", database->zone, "login_seconds",
                     (json_int_t)(database->login_timeout_ms / 1000), "query_seconds",
                     (json_int_t)(database->query_timeout_ms / 1000));
}

/* A connection that was lost is made anew before the statement is tried once more. */
int64_t sk_odbc_limit_ms(const struct sk_odbc_connection_config *database)
{
    enum { MARGIN_MS = 3000 }; /* for a database that keeps its own time-out late */

    return database->login_timeout_ms + 2 * database->query_timeout_ms + MARGIN_MS;
}

const struct sk_adapter sk_adapter_odbc = {
    .name = "odbc",
    .read_options = sk_odbc_read_options,
    .read_config_size = sizeof(READ),
    .read_check = sk_odbc_read_check,
    .reader_open = sk_odbc_reader_open,
    .reader_close = sk_odbc_reader_close,
    .read = sk_odbc_read,
    .write_options = sk_odbc_write_options,
    .write_config_size = sizeof(WRITE),
    .write_check = sk_odbc_write_check,
    .writer_open = sk_odbc_writer_open,
    .writer_close = sk_odbc_writer_close,
    .deliver = sk_odbc_deliver,
    .cancel = sk_odbc_cancel,
};
