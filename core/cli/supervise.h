/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_CLI_SUPERVISE_H
#define SK_CLI_SUPERVISE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/verdict.h"
#include "cli/processes.h"

/*
 * Keeps a set of child processes running. One that dies is started again at once; only
 * after five deaths in a row without a committed unit of work (its status file tells) it
 * waits, 1 s doubling to 60 s. One that refuses its configuration waits from the first
 * time. The children die with the supervisor.
 */
struct sk_supervised {
    const char *name;    /* "edison" */
    const char *program; /* path */
    pid_t pid;           /* 0: not running */
    int64_t started_ms;  /* monotonic */
    int64_t start_at_ms; /* when it may start again; monotonic */
    int deaths;          /* in a row, without a committed unit */
    bool ready;          /* since its last start */
    bool misconfigured;  /* its last end: it does not accept its configuration */
};

struct sk_supervisor {
    const char *config;     /* given to each child as --config */
    const char *run_folder; /* of the status files */
    struct sk_supervised children[SK_PROCESSES_LIMIT];
    size_t count;
    int signals; /* signalfd, -1 before start */
};

/* Blocks SIGINT, SIGTERM and SIGCHLD for this process and starts all children. */
enum sk_verdict sk_supervisor_start(struct sk_supervisor *supervisor,
                                    struct sk_error *err);

/* Waits for at most `timeout_ms` for something to happen and deals with it. *ret_stop: a
 * signal asked for the end. */
enum sk_verdict sk_supervisor_step(struct sk_supervisor *supervisor, int timeout_ms,
                                   bool *ret_stop, struct sk_error *err);

/* All children say in their status files that they are active or stand by. */
bool sk_supervisor_ready(struct sk_supervisor *supervisor);

/* SIGTERM to all, SIGKILL to what is left after 6 s; returns when none is left. */
void sk_supervisor_stop(struct sk_supervisor *supervisor);

#endif
