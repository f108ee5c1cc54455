/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel up - starts the whole set of a configuration and keeps it running.
 */
#include <limits.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "cli/processes.h"
#include "cli/supervise.h"

enum { LOOK_MS = 10, QUIET_MS = 1000 };

/* Says "ready" once, with the time it took: scripts wait for that line. */
static void announce(struct sk_supervisor *supervisor, int64_t started_ms,
                     bool *announced)
{
    if (*announced || !sk_supervisor_ready(supervisor))
        return;
    *announced = true;
    printf("ready: %zu processen in %lld ms\n", supervisor->count,
           (long long)(sk_clock_monotonic_ms() - started_ms));
    fflush(stdout);
}

static enum sk_verdict up(struct sk_cli *cli, const void *, int *, struct sk_error *err)
{
    struct sk_supervisor supervisor = {.config = cli->config, .signals = -1};
    struct sk_processes processes;
    int64_t started_ms = sk_clock_monotonic_ms();
    char run_folder[PATH_MAX];
    bool announced = false, stop = false;

    supervisor.run_folder =
        sk_common_run_folder(&cli->common, run_folder, sizeof(run_folder));
    SK_TRY(sk_processes_find(cli, &processes, err));
    for (; supervisor.count < processes.count; supervisor.count++)
        supervisor.children[supervisor.count] = (struct sk_supervised){
            .name = processes.items[supervisor.count].name,
            .program = processes.items[supervisor.count].program,
        };
    SK_TRY(sk_folder_make(run_folder, err));
    enum sk_verdict verdict = sk_supervisor_start(&supervisor, err);
    while (verdict == SK_OK && !stop) {
        announce(&supervisor, started_ms, &announced);
        verdict =
            sk_supervisor_step(&supervisor, announced ? QUIET_MS : LOOK_MS, &stop, err);
    }
    sk_supervisor_stop(&supervisor);
    return verdict;
}

const struct sk_command sk_command_up = {
    .name = "up",
    .usage = "",
    .help = "start alle processen van de configuratie en houdt ze draaiend",
    .run = up,
};
