/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CLI_PROCESSES_H
#define SK_CLI_PROCESSES_H

#include <jansson.h>

#include "cli/command.h"

enum { SK_PROCESSES_LIMIT = 32 };

/* The set that a configuration describes: every section but [schakel] and [kafka] is a
 * process of that name, which runs the program schakel-<name> beside this one. Texts live
 * as long as the settings. */
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

/* Runs the program with one option that makes it tell about itself, JSON lines on stdout
 * (--flows, --access), and calls back for each. One that knows no such option says
 * nothing. */
typedef enum sk_verdict sk_process_line(void *context, const json_t *line,
                                        struct sk_error *err);
enum sk_verdict sk_process_ask(const char *program, const char *option,
                               sk_process_line *visit, void *context,
                               struct sk_error *err);

/* The folder of the running program, where its siblings stand. Returns `out`. */
const char *sk_program_folder(char *out, size_t size);

#endif
