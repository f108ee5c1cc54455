/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CLI_PROCESSES_H
#define SK_CLI_PROCESSES_H

#include "cli/command.h"

enum { SK_PROCESSES_LIMIT = 32 };

/* The set that a configuration describes: every section but [schakel] is a process of
 * that name, which runs the program schakel-<name> beside this one. Texts live as long as
 * the settings. */
struct sk_processes {
    struct {
        const char *name;
        const char *program;
    } items[SK_PROCESSES_LIMIT];
    size_t count;
};

/* SK_FATAL "up.…" when there is no configuration, no process or a section without
 * program. */
enum sk_verdict sk_processes_find(struct sk_cli *cli, struct sk_processes *ret_processes,
                                  struct sk_error *err);

/* The folder of the running program, where its siblings stand. Returns `out`. */
const char *sk_program_folder(char *out, size_t size);

#endif
