/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BUS_KAFKA_TABLE_H
#define SK_BUS_KAFKA_TABLE_H

#include "bus/kafka_scan.h"

/*
 * The local table: record (topic, partition, key, position, sent_ms, headers, value), the
 * newest of each key. For kafka_table.c, which keeps it, and kafka_latest.c, which reads.
 */

static inline void sk_kafka_statement_reset(sqlite3_stmt **statement)
{
    if (!*statement)
        return;
    sqlite3_reset(*statement);
    sqlite3_clear_bindings(*statement);
}
#define sk_kafka_auto_statement SK_CLEANUP(sk_kafka_statement_reset) sqlite3_stmt

/* Brings the topic up to what is committed now. The active instance, which asks for one
 * key after the other, looks once a turn: after each poll and each commit. */
enum sk_verdict sk_kafka_table_catch_up(struct sk_kafka_bus *self,
                                        struct sk_kafka_topic *topic,
                                        struct sk_error *err);

/* The statement of this text (a literal), whose first two parameters are topic and
 * partition; the caller resets it, and does not use it twice at once. */
enum sk_verdict sk_kafka_table_prepare(struct sk_kafka_bus *self, const char *sql,
                                       const struct sk_kafka_topic *topic,
                                       int32_t partition, sqlite3_stmt **ret_statement,
                                       struct sk_error *err);

/* SK_RETRY "bus.table" with what SQLite says. */
enum sk_verdict sk_kafka_table_failed(struct sk_kafka_bus *self, struct sk_error *err);

#endif
