/* SPDX-License-Identifier: Apache-2.0 */
/* schakel lag - how far each group is behind, in records and in time: a number always. */
#include "cli/command.h"
#include "cli/position.h"

static enum sk_verdict add_position(void *context,
                                    const struct sk_bus_group_position *position,
                                    struct sk_error *)
{
    struct sk_table *table = context;

    sk_table_add(table, position->group);
    sk_position_add(table, position);
    return SK_OK;
}

static enum sk_verdict lag(struct sk_cli *cli, const void *, int *, struct sk_error *err)
{
    sk_table_auto table;

    sk_table_init(&table, (const char *const[]){"groep", SK_POSITION_COLUMNS, NULL});
    SK_TRY(sk_bus_groups(cli->bus, add_position, &table, err));
    sk_table_show(&table, cli->json);
    return SK_OK;
}

const struct sk_command sk_command_lag = {
    .name = "lag",
    .usage = "",
    .example = "lag",
    .help = "toont per groep hoeveel er nog te lezen is, en hoe oud dat is",
    .needs_bus = true,
    .run = lag,
};
