/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel topics - what stands on the bus: topics with their records, bytes and
 * freshness. With --create it first makes those of topics.json and of the processes of
 * the configuration, where processes themselves lack that right (Kafka with ACLs).
 */
#include <limits.h>

#include "cli/processes.h"
#include "cli/table.h"

struct topics_options {
    bool create;
};

static const struct sk_option options[] = {
    SK_BOOL(struct topics_options, create, .name = "create", .fallback = "false",
            .help = "Maakt eerst de topics die er nog niet zijn."),
    SK_END_OF_OPTIONS,
};

static enum sk_verdict add_topic(void *context, const struct sk_bus_topic *topic,
                                 struct sk_error *)
{
    struct sk_table *table = context;

    sk_table_add(table, topic->name);
    sk_table_add_number(table, topic->partitions);
    sk_table_add_number(table, topic->records);
    sk_table_add_number(table, topic->bytes);
    sk_table_add_instant(table, topic->newest_ms);
    return SK_OK;
}

static enum sk_verdict create(struct sk_cli *cli, struct sk_error *err)
{
    struct sk_text names[SK_PROCESSES_LIMIT];
    struct sk_processes processes;
    char path[PATH_MAX];

    SK_TRY(sk_processes_find(cli, &processes, err));
    for (size_t i = 0; i < processes.count; i++)
        names[i] = sk_text(processes.items[i].name);
    return sk_bus_topics_create(cli->bus,
                                sk_common_topics(&cli->common, path, sizeof(path)), names,
                                processes.count, err);
}

static enum sk_verdict topics(struct sk_cli *cli, const void *given, int *,
                              struct sk_error *err)
{
    const struct topics_options *wanted = given;
    sk_table_auto table;

    sk_table_init(&table, (const char *const[]){"topic", ">partities", ">records",
                                                ">bytes", ">laatste", NULL});
    if (wanted->create)
        SK_TRY(create(cli, err));
    SK_TRY(sk_bus_topics(cli->bus, add_topic, &table, err));
    sk_table_show(&table, cli->json);
    return SK_OK;
}

const struct sk_command sk_command_topics = {
    .name = "topics",
    .usage = "[--create]",
    .example = "topics",
    .help = "toont de topics met aantal records en laatste bericht",
    .needs_bus = true,
    .options = options,
    .options_size = sizeof(struct topics_options),
    .run = topics,
};
