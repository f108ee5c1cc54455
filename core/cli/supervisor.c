/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel-supervisor - starts the whole set of a configuration and keeps it running;
 * people start it with `schakel up`.
 */
#include <limits.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
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

/* Before the set was ever ready a wrong configuration ends it: the operator stands by. */
static enum sk_verdict check_accepted(const struct sk_supervisor *supervisor,
                                      struct sk_error *err)
{
    for (size_t i = 0; i < supervisor->count; i++)
        if (supervisor->children[i].misconfigured)
            return sk_fail(err, SK_FATAL, "up.configuration",
                           "%s does not accept its configuration: see its line above",
                           supervisor->children[i].name);
    return SK_OK;
}

static enum sk_verdict supervise(struct sk_cli *cli, struct sk_error *err)
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
        if (verdict == SK_OK && !announced)
            verdict = check_accepted(&supervisor, err);
    }
    sk_supervisor_stop(&supervisor);
    return verdict;
}

static enum sk_verdict start(struct sk_cli *cli, int count, char **arguments,
                             struct sk_error *err)
{
    cli->config = sk_common_config(count, arguments);
    SK_TRY(
        sk_settings_load("schakel", cli->config, count, arguments, &cli->settings, err));
    (void)sk_settings_get(cli->settings, "config");
    SK_TRY(sk_options_read(sk_common_options, NULL, cli->settings, &cli->common, err));
    SK_TRY(sk_settings_check_unknown(cli->settings, err));
    sk_log_setup("supervisor", (enum sk_log_level)cli->common.log);
    return supervise(cli, err);
}

int main(int argc, char **argv)
{
    char folder[PATH_MAX];
    struct sk_cli cli = {.program = sk_program_folder(folder, sizeof(folder))};
    struct sk_error err = {0};

    enum sk_verdict verdict = start(&cli, argc - 1, argv + 1, &err);
    if (verdict != SK_OK)
        fprintf(stderr, "schakel up: %s: %s\n", err.id, err.text);
    sk_settings_free(cli.settings);
    return verdict == SK_OK ? SK_CLI_WELL : SK_CLI_USAGE;
}
