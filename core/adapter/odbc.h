/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_ADAPTER_ODBC_H
#define SK_ADAPTER_ODBC_H

#include "adapter/adapter.h"
#include "adapter/odbc_child.h"

/*
 * The inside of the adapter `odbc` (adapter.h is the outside): odbc_read.c asks a query,
 * odbc_deliver.c hands rows to a statement, odbc.c has the options. No database library
 * is loaded here: the child of odbc_child.h has it (core/odbc).
 */
struct sk_odbc_connection_config {
    const char *connection, *password, *session, *zone;
    int dialect, text;
    int64_t login_timeout_ms, query_timeout_ms;
};

struct sk_odbc_read_config {
    struct sk_odbc_connection_config database;
    const char *query, *position, *begin, *json;
    bool lower;
    int64_t limit;
};

struct sk_odbc_write_config {
    struct sk_odbc_connection_config database;
    const char *statement, *erase;
    int no_row; /* done|newer|reject */
    int64_t batch;
};

extern const struct sk_option sk_odbc_read_options[];
extern const struct sk_option sk_odbc_write_options[];

/* Without a database: are the statements and their parameters possible? SK_FATAL. */
enum sk_verdict sk_odbc_read_check(const void *config, struct sk_error *err);
enum sk_verdict sk_odbc_write_check(const void *config, const char *const *fields,
                                    struct sk_error *err);

enum sk_verdict sk_odbc_reader_open(const struct sk_adapter_setup *setup,
                                    struct sk_reader **ret_reader, struct sk_error *err);
void sk_odbc_reader_close(struct sk_reader *reader);
void sk_odbc_read(struct sk_reader *reader, struct sk_text after, sk_fetched *fetched,
                  void *context);

enum sk_verdict sk_odbc_writer_open(const struct sk_adapter_setup *setup,
                                    struct sk_writer **ret_writer, struct sk_error *err);
void sk_odbc_writer_close(struct sk_writer *writer);
void sk_odbc_deliver(struct sk_writer *writer, const struct sk_delivery *delivery,
                     sk_delivered *delivered, void *context, struct sk_call **ret_call);
void sk_odbc_cancel(struct sk_call *call);

/* The statement itself, or the file that "file:PATH" names. SK_FATAL "odbc.sql". */
enum sk_verdict sk_odbc_statement(const char *setting, struct sk_buffer *out,
                                  struct sk_error *err);

/* What the child needs to connect; the caller adds its own and owns it. */
json_t *sk_odbc_settings(const struct sk_odbc_connection_config *database);

/* How long the child may be silent before it is ended. */
int64_t sk_odbc_limit_ms(const struct sk_odbc_connection_config *database);

#endif
