/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/position.h"

void sk_position_add(struct sk_table *table, const struct sk_bus_group_position *position)
{
    sk_table_add(table, position->topic);
    sk_table_add_number(table, position->partition);
    sk_table_add_number(table, position->position);
    sk_table_add_number(table, position->end);
    sk_table_add_number(table, position->lag);
    sk_table_add_instant(table, position->lag > 0 ? position->oldest_ms : 0);
}
