/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_TESTS_BUS_REGISTRY_PROCESS_H
#define SK_TESTS_BUS_REGISTRY_PROCESS_H

#include <sys/types.h>

#include "bus/registry_client.h"

/* A real schakel-registry, and a folder for its store and for clients' caches. */
struct registry_process {
    char folder[32];
    pid_t process; /* 0: not running */
    int port;      /* the same over restarts */
    char url[64];
};

/* cmocka set-up and tear-down; *state is the running process. */
int registry_process_setup(void **state);
int registry_process_teardown(void **state);

/* With the store of this name in the folder; waits until it serves. */
void registry_process_start(struct registry_process *registry, const char *store);
void registry_process_kill(struct registry_process *registry);

/* A client with the cache of this name in the folder. */
struct sk_registry_client *registry_client(const struct registry_process *registry,
                                           const char *cache);

/* A type that is only a topic and a schema, for what the generator would never make. */
struct sk_event_type type_of_schema(const char *topic, const char *schema);

#endif
