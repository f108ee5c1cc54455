/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CLI_COMMAND_H
#define SK_CLI_COMMAND_H

#include "base/settings.h"
#include "base/verdict.h"
#include "bus/admin.h"
#include "bus/bus.h"
#include "bus/codec.h"
#include "runtime/bus_section.h"
#include "runtime/common.h"

/*
 * What every command of `schakel` gets: the settings, and the bus and registry when it
 * asks for them. Output for people goes to stdout in Dutch; errors to stderr.
 */
struct sk_cli {
    struct sk_settings *settings;
    struct sk_common common;
    const char *config;  /* path, or NULL */
    const char *program; /* folder of the running program, where its siblings are */
    bool json;           /* --json: for programs, not for people */
    struct sk_bus_section *bus_section;
    struct sk_bus *bus;
    struct sk_registry_client *registry;
    struct sk_codec *codec;
};

/* Exit statuses. */
enum sk_cli_exit {
    SK_CLI_WELL = 0,
    SK_CLI_ATTENTION = 1, /* done, but somebody must look */
    SK_CLI_USAGE = 2,
    SK_CLI_AWAY = 3, /* bus or registry away */
};

struct sk_command {
    const char *name;
    const char *usage;   /* what stands behind the name */
    const char *help;    /* one line, Dutch */
    const char *example; /* of a whole call, without "schakel"; a test runs each */
    bool needs_bus;
    bool standalone;                 /* works without a configuration */
    const struct sk_option *options; /* of this command alone; may be NULL */
    size_t options_size;

    /* Arguments that are no options come from sk_settings_argument, from index 1.
     * *ret_exit is SK_CLI_WELL before the call. */
    enum sk_verdict (*run)(struct sk_cli *cli, const void *options, int *ret_exit,
                           struct sk_error *err);
};

extern const struct sk_command sk_command_acl, sk_command_up, sk_command_status,
    sk_command_topics, sk_command_tail, sk_command_put, sk_command_lag, sk_command_review,
    sk_command_dossier, sk_command_flows, sk_command_match, sk_command_schema,
    sk_command_accept, sk_command_backup, sk_command_restore, sk_command_trace,
    sk_command_check, sk_command_groups, sk_command_migrate;

/* Opens registry client and codec, once. */
enum sk_verdict sk_cli_open_codec(struct sk_cli *cli, struct sk_error *err);

/* Decodes the newest event of the key into *ret_event (in the arena); NULL when there is
 * none or it was erased. */
enum sk_verdict sk_cli_latest(struct sk_cli *cli, const struct sk_event_type *type,
                              struct sk_text key, struct sk_arena *arena,
                              void **ret_event, struct sk_error *err);

/* Publishes one event with key, versie (assigned here, growing per key) and headers with
 * source "/cli". *ret_id, when not NULL, gets the event id. */
enum sk_verdict sk_cli_publish(struct sk_cli *cli, const struct sk_event_type *type,
                               void *event, char ret_id[37], struct sk_error *err);

/* Who runs the command, for oordelen and inzagen: the login name. */
const char *sk_cli_user(void);

/* Writes schakel.inzage before personal data is shown. `velden` ends with NULL. */
struct sk_inspection {
    const char *topic;
    struct sk_text key; /* absent: a whole topic */
    const char *const *fields;
    const char *reason;
    int64_t count;
};
enum sk_verdict sk_cli_record_inspection(struct sk_cli *cli,
                                         const struct sk_inspection *inspection,
                                         struct sk_error *err);

#endif
