/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel - the operators' command. A command is one row of a table: name, usage, options
 * and a function; this file reads the command line, opens what the command needs and
 * turns its verdict into an exit status.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/log.h"
#include "cli/help.h"
#include "cli/processes.h"

static const struct sk_command *const commands[] = {
    &sk_command_up,     &sk_command_status, &sk_command_topics,  &sk_command_tail,
    &sk_command_put,    &sk_command_lag,    &sk_command_review,  &sk_command_dossier,
    &sk_command_flows,  &sk_command_acl,    &sk_command_match,   &sk_command_schema,
    &sk_command_accept, &sk_command_backup, &sk_command_restore, &sk_command_trace,
    &sk_command_check,  &sk_command_groups, &sk_command_migrate};

struct common_flags {
    bool help;
    bool json;
};

static const struct sk_option flag_options[] = {
    SK_BOOL(struct common_flags, help, .name = "help", .fallback = "false",
            .help = "Toont deze hulp."),
    SK_BOOL(struct common_flags, json, .name = "json", .fallback = "false",
            .help = "Voor programma's: JSON in plaats van tekst."),
    SK_END_OF_OPTIONS,
};

static const struct sk_help help = {commands, SK_COUNT(commands), flag_options};

static const struct sk_command *find_command(const char *name)
{
    for (size_t i = 0; name && i < SK_COUNT(commands); i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static int exit_status(enum sk_verdict verdict)
{
    switch (verdict) {
    case SK_OK:
        return SK_CLI_WELL;
    case SK_RETRY:
        return SK_CLI_AWAY;
    case SK_REJECT:
        return SK_CLI_ATTENTION;
    case SK_FATAL:
        return SK_CLI_USAGE;
    }
    return SK_CLI_ATTENTION;
}

static enum sk_verdict run(struct sk_cli *cli, const struct sk_command *command,
                           int *ret_exit, struct sk_error *err)
{
    sk_auto_free void *options = sk_alloc_zeroed(command->options_size + 1);
    struct sk_bus_options bus = {.max_bytes = 0};

    if (!command->standalone || cli->config)
        SK_TRY(
            sk_options_read(sk_common_options, NULL, cli->settings, &cli->common, err));
    if (command->options)
        SK_TRY(sk_options_read(command->options, NULL, cli->settings, options, err));
    (void)sk_settings_get(cli->settings, "config");
    SK_TRY(sk_settings_check_unknown(cli->settings, err));
    if (!command->standalone)
        sk_log_setup("schakel", (enum sk_log_level)cli->common.log);
    if (command->needs_bus) {
        bus.data_path = cli->common.data;
        SK_TRY(sk_bus_section_read(cli->config, cli->common.bus, "schakel",
                                   &cli->bus_section, err));
        sk_bus_section_give(cli->bus_section, &bus);
        SK_TRY(sk_bus_open(cli->common.bus, &bus, &cli->bus, err));
    }
    return command->run(cli, options, ret_exit, err);
}

static enum sk_verdict start(struct sk_cli *cli, int count, char **arguments,
                             int *ret_exit, struct sk_error *err)
{
    struct common_flags flags = {0};

    cli->config = sk_common_config(count, arguments);
    SK_TRY(
        sk_settings_load("schakel", cli->config, count, arguments, &cli->settings, err));
    const char *name = sk_settings_argument(cli->settings, 0);
    const struct sk_command *command = find_command(name);
    SK_TRY(sk_options_read(flag_options, NULL, cli->settings, &flags, err));
    cli->json = flags.json;
    if (flags.help && command)
        sk_help_command(&help, command);
    else if (flags.help && flags.json)
        sk_help_json(&help);
    else if (flags.help)
        sk_help_overview(&help, stdout);
    if (flags.help)
        return SK_OK;
    if (!command) {
        sk_help_overview(&help, stderr);
        return sk_fail(err, SK_FATAL, "cli.command", "there is no command \"%s\"",
                       name ? name : "");
    }
    return run(cli, command, ret_exit, err);
}

int main(int argc, char **argv)
{
    struct sk_cli cli = {0};
    struct sk_error err = {0};
    char program[PATH_MAX];
    int status = SK_CLI_WELL;

    cli.program = sk_program_folder(program, sizeof(program));
    umask(0007); /* the bus and the caches are the group's, nobody else's */
    sk_log_setup("schakel", SK_LOG_WARN);
    enum sk_verdict verdict = start(&cli, argc - 1, argv + 1, &status, &err);
    sk_codec_free(cli.codec);
    sk_registry_client_close(cli.registry);
    sk_bus_close(cli.bus);
    sk_bus_section_free(cli.bus_section);
    sk_settings_free(cli.settings);
    if (verdict == SK_OK)
        return status;
    fprintf(stderr, "schakel: %s: %s\n", err.id, err.text);
    return exit_status(verdict);
}
