/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CLI_POSITION_H
#define SK_CLI_POSITION_H

#include "bus/admin.h"
#include "cli/table.h"

/* Where one group stands in one partition: the columns SK_POSITION_COLUMNS of a row. */
#define SK_POSITION_COLUMNS                                                              \
    "topic", ">partitie", ">positie", ">einde", ">achter", ">oudste"

void sk_position_add(struct sk_table *table,
                     const struct sk_bus_group_position *position);

#endif
