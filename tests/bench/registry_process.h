/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BENCH_REGISTRY_PROCESS_H
#define SK_BENCH_REGISTRY_PROCESS_H

#include <sys/types.h>

/* A schakel-registry on a free port, beside this program; it dies with it. */
struct registry_process {
    pid_t pid;
    int port;
    double start_s; /* until it was ready */
};

struct registry_process registry_process_start(const char *store);
void registry_process_stop(const struct registry_process *registry);
double registry_process_rss_mb(const struct registry_process *registry);

/* Posts a body and checks for a 200. */
void registry_process_post(const struct registry_process *registry, const char *path,
                           const void *body, size_t size);

/* `schemas` schemas, each in a version of one of `subjects` subjects: "s0", "s1", … with
 * ids 1, 2, …, by one import. Returns the seconds that took. */
double registry_process_fill(const struct registry_process *registry, int schemas,
                             int subjects);

#endif
