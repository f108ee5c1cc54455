/* SPDX-License-Identifier: Apache-2.0 */
#include "core/bus/registry_process.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "avro/canonical.h"
#include "base/alloc.h"

/* Reads the process's stderr until it says where it serves. */
static void wait_until_ready(struct registry_process *registry, int output)
{
    FILE *lines = fdopen(output, "r");
    char line[1024] = "";
    const char *address;

    while (fgets(line, sizeof(line), lines)) {
        address = strstr(line, "id=registry.ready address=127.0.0.1:");
        if (!address)
            continue;
        registry->port = atoi(strchr(address, ':') + 1);
        snprintf(registry->url, sizeof(registry->url), "http://127.0.0.1:%d",
                 registry->port);
        fclose(lines);
        return;
    }
    fail_msg("the registry did not start: %s", line);
}

void registry_process_start(struct registry_process *registry, const char *store)
{
    sk_auto_free char *program =
        sk_strf("%s/bin/schakel-registry", getenv("SK_BINARY_DIR"));
    sk_auto_free char *file = sk_strf("%s/%s", registry->folder, store);
    sk_auto_free char *listen = sk_strf("127.0.0.1:%d", registry->port);
    int output[2];

    assert_int_equal(pipe(output), 0);
    registry->process = fork();
    if (registry->process == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(output[1], STDERR_FILENO);
        close(output[0]);
        close(output[1]);
        execl(program, program, "--store", file, "--listen", listen, (char *)NULL);
        _exit(127);
    }
    close(output[1]);
    wait_until_ready(registry, output[0]);
}

void registry_process_kill(struct registry_process *registry)
{
    if (registry->process == 0)
        return;
    kill(registry->process, SIGKILL);
    waitpid(registry->process, NULL, 0);
    registry->process = 0;
}

int registry_process_setup(void **state)
{
    struct registry_process *registry = sk_alloc_zeroed(sizeof(*registry));

    strcpy(registry->folder, "/tmp/sk_registry_XXXXXX");
    if (!mkdtemp(registry->folder))
        return -1;
    registry_process_start(registry, "store");
    *state = registry;
    return 0;
}

int registry_process_teardown(void **state)
{
    struct registry_process *registry = *state;
    sk_auto_free char *command = sk_strf("rm -r %s", registry->folder);

    registry_process_kill(registry);
    int status = system(command);
    free(registry);
    return status;
}

struct sk_registry_client *registry_client(const struct registry_process *registry,
                                           const char *cache)
{
    sk_auto_free char *folder = sk_strf("%s/%s", registry->folder, cache);
    struct sk_registry_client *client;
    struct sk_error err = {0};

    if (sk_registry_client_open(registry->url, folder, &client, &err) != SK_OK)
        fail_msg("%s: %s", err.id, err.text);
    return client;
}

struct sk_event_type type_of_schema(const char *topic, const char *schema)
{
    struct sk_event_type type = {.topic = topic, .schema = schema};
    sk_schema_document_auto *document = NULL;
    struct sk_error err = {0};

    if (sk_schema_parse(schema, strlen(schema), &document, &err) != SK_OK)
        fail_msg("%s: %s", err.id, err.text);
    sk_schema_sha256(document, type.fingerprint);
    return type;
}
