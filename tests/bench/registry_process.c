/* SPDX-License-Identifier: Apache-2.0 */
#include "registry_process.h"

#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/hash.h"
#include "http_load.h"
#include "net/http_client.h"

struct registry_process registry_process_start(const char *store)
{
    struct registry_process registry = {0};
    char program[PATH_MAX], line[1024];
    ssize_t size = readlink("/proc/self/exe", program, sizeof(program) - 32);
    int64_t start_us = now_us();
    int output[2];

    check(size > 0 && pipe(output) == 0, "pipe");
    program[size] = '\0';
    strcat(dirname(program), "/schakel-registry");
    registry.pid = fork();
    if (registry.pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(output[1], STDERR_FILENO);
        execl(program, program, "--store", store, "--listen", "127.0.0.1:0", "--log",
              "info", NULL);
        _exit(127);
    }
    close(output[1]);
    FILE *lines = fdopen(output[0], "r");
    check(fgets(line, sizeof(line), lines) && strstr(line, "registry.ready"), program);
    registry.start_s = (double)(now_us() - start_us) / 1e6;
    registry.port = atoi(strstr(line, "127.0.0.1:") + strlen("127.0.0.1:"));
    /* Its log is read, or it would wait for us: by a child, which ends with it. */
    if (fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        while (fgets(line, sizeof(line), lines))
            continue;
        _exit(0);
    }
    fclose(lines);
    return registry;
}

void registry_process_stop(const struct registry_process *registry)
{
    kill(registry->pid, SIGTERM);
    waitpid(registry->pid, NULL, 0);
}

double registry_process_rss_mb(const struct registry_process *registry)
{
    char path[64], line[128];
    long kb = 0;

    snprintf(path, sizeof(path), "/proc/%d/status", registry->pid);
    FILE *file = fopen(path, "re");
    check(file != NULL, path);
    while (fgets(line, sizeof(line), file))
        if (sscanf(line, "VmRSS: %ld kB", &kb) == 1)
            break;
    fclose(file);
    return (double)kb / 1024;
}

void registry_process_post(const struct registry_process *registry, const char *path,
                           const void *body, size_t size)
{
    struct sk_http_client_options options = {.timeout_ms = 120000};
    struct sk_http_client *client;
    struct sk_error err = {0};
    char url[128];

    snprintf(url, sizeof(url), "http://127.0.0.1:%d%s", registry->port, path);
    check(sk_http_client_open(&options, &client, &err) == SK_OK, "client");
    const struct sk_http_response *response = sk_http_client_perform(
        client, &(struct sk_http_client_request){
                    .method = "POST", .url = url, .body = {body, size}});
    if (response->status != 200)
        fprintf(stderr, "%d %.*s\n", response->status, (int)response->body.size,
                (const char *)response->body.data);
    check(response->status == 200, path);
    sk_http_client_close(client);
}

/* A line of an export, with its chain; `size` is that of the open object in *lines. */
static void end_line(struct sk_buffer *lines, size_t begin,
                     char chain[SK_SHA256_HEX_SIZE])
{
    sk_buffer_auto both = {0};

    sk_buffer_append(&both, chain, strlen(chain));
    sk_buffer_append(&both, lines->data + begin, lines->size - begin);
    sk_sha256_hex(both.data, both.size, chain);
    sk_buffer_printf(lines, ",\"chain\":\"%s\"}\n", chain);
}

static void add_schema(struct sk_buffer *lines, int number)
{
    sk_buffer_printf(
        lines,
        "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"R%d\\\","
        "\\\"namespace\\\":\\\"be.vlaanderen.kinderopvang\\\",\\\"fields\\\":["
        "{\\\"name\\\":\\\"naam\\\",\\\"type\\\":[\\\"null\\\",\\\"string\\\"],"
        "\\\"default\\\":null,\\\"doc\\\":\\\"Naam zoals het register ze kent."
        "\\\"},{\\\"name\\\":\\\"aantal\\\",\\\"type\\\":\\\"int\\\"}]}\","
        "\"context\":\".\",\"id\":%d",
        number, number);
}

double registry_process_fill(const struct registry_process *registry, int schemas,
                             int subjects)
{
    char chain[SK_SHA256_HEX_SIZE] = "";
    sk_buffer_auto lines = {0};
    size_t begin = 0;

    sk_buffer_printf(&lines, "{\"schakel_registry\":1,\"revision\":"
                             "\"11111111-2222-4333-8444-555555555555:1:1\"");
    end_line(&lines, begin, chain);
    begin = lines.size;
    sk_buffer_printf(&lines, "{\"context\":\".\",\"last_id\":%d", schemas);
    end_line(&lines, begin, chain);
    for (int i = 1; i <= schemas; i++) {
        begin = lines.size;
        add_schema(&lines, i);
        end_line(&lines, begin, chain);
        begin = lines.size;
        sk_buffer_printf(
            &lines,
            "{\"version\":%d,\"subject\":\"s%d\",\"context\":\".\",\"id\":%d,"
            "\"deleted\":0,\"registered_ms\":1",
            1 + (i - 1) / subjects, (i - 1) % subjects, i);
        end_line(&lines, begin, chain);
    }
    begin = lines.size;
    sk_buffer_printf(&lines, "{\"end\":%d", 2 + 2 * schemas);
    end_line(&lines, begin, chain);
    int64_t start_us = now_us();
    registry_process_post(registry, "/v1/import", lines.data, lines.size);
    return (double)(now_us() - start_us) / 1e6;
}
