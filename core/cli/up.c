/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel up - hands over to schakel-supervisor. That is a program of its own because it
 * runs for years: it loads none of the libraries of bus and HTTP, so it stays under 1 MB.
 */
#include <errno.h>
#include <unistd.h>

#include "base/alloc.h"
#include "cli/processes.h"

static enum sk_verdict up(struct sk_cli *cli, const void *, int *, struct sk_error *err)
{
    sk_auto_free char *program = sk_strf("%s/schakel-supervisor", cli->program);
    struct sk_processes processes;

    SK_TRY(sk_processes_find(cli, &processes, err));
    execl(program, "schakel-supervisor", "--config", cli->config, (char *)NULL);
    return sk_fail(err, SK_FATAL, "up.program", "cannot run %s: %s", program,
                   strerror(errno));
}

const struct sk_command sk_command_up = {
    .name = "up",
    .usage = "",
    .example = "up",
    .help = "start alle processen van de configuratie en houdt ze draaiend",
    .run = up,
};
