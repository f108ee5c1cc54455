/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CLI_HELP_H
#define SK_CLI_HELP_H

#include "cli/command.h"

/*
 * What the table of commands tells about itself. Help, man page and completion all come
 * from here, so that none of them is ever behind.
 */
struct sk_help {
    const struct sk_command *const *commands;
    size_t count;
    const struct sk_option *flags; /* of every command: --help, --json */
};

void sk_help_overview(const struct sk_help *help, FILE *out);
void sk_help_command(const struct sk_help *help, const struct sk_command *command);

/* To stdout, an array: opdracht, gebruik, hulp, voorbeeld, opties[]{naam, soort, keuzes,
 * standaard, hulp}; the options are those that the command takes, common ones too. */
void sk_help_json(const struct sk_help *help);

#endif
