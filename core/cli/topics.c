/* SPDX-License-Identifier: Apache-2.0 */
/* schakel topics - what stands on the bus: topics with their records, bytes and
 * freshness. */
#include "base/clock.h"
#include "cli/command.h"
#include "cli/table.h"

static enum sk_verdict add_topic(void *context, const struct sk_bus_topic *topic,
                                 struct sk_error *)
{
    struct sk_table *table = context;

    sk_table_add(table, topic->name);
    sk_table_add_number(table, topic->partitions);
    sk_table_add_number(table, topic->records);
    sk_table_add_number(table, topic->bytes);
    sk_table_add(table, sk_table_ago(&table->arena, topic->newest_ms, sk_clock_now_ms()));
    return SK_OK;
}

static enum sk_verdict topics(struct sk_cli *cli, const void *, int *,
                              struct sk_error *err)
{
    sk_table_auto table;

    sk_table_init(&table, (const char *const[]){"topic", ">partities", ">records",
                                                ">bytes", ">laatste", NULL});
    SK_TRY(sk_bus_topics(cli->bus, add_topic, &table, err));
    sk_table_print(&table);
    return SK_OK;
}

const struct sk_command sk_command_topics = {
    .name = "topics",
    .usage = "",
    .help = "toont de topics met aantal records en laatste bericht",
    .needs_bus = true,
    .run = topics,
};
