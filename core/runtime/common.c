/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/common.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"

const struct sk_option sk_common_options[] = {
    SK_STRING(struct sk_common, bus, .name = "bus",
              .help = "The bus: sqlite:FILE on one machine (a local file system), or "
                      "kafka:HOST:PORT[,HOST:PORT] with its settings in [kafka]."),
    SK_STRING(struct sk_common, registry, .name = "registry",
              .fallback = "http://127.0.0.1:8081", .help = "The schema registry's URL."),
    SK_STRING(struct sk_common, data, .name = "data", .fallback = "/var/lib/schakel",
              .help =
                  "Folder of schema caches, blobs and, without RUNTIME_DIRECTORY, status "
                  "files."),
    SK_STRING(struct sk_common, topics, .name = "topics", .optional = true,
              .help = "topics.json, when it is not the one that came with the program."),
    SK_SIZE(struct sk_common, max_bytes, .name = "max_bytes", .fallback = "0",
            .help =
                "Largest size of the embedded bus's file; sources are refused at 90 %. "
                "0: no limit but the disk's."),
    SK_CHOICE(struct sk_common, log, .name = "log", .fallback = "info",
              .choices = "error|warn|info|debug",
              .help = "Least important log lines shown."),
    SK_END_OF_OPTIONS,
};

const char *sk_common_config(int count, char *const *arguments)
{
    for (int i = 0; i < count; i++) {
        if (strncmp(arguments[i], "--config=", 9) == 0)
            return arguments[i] + 9;
        if (strcmp(arguments[i], "--config") == 0 && i + 1 < count)
            return arguments[i + 1];
    }
    return getenv("SCHAKEL_CONFIG");
}

const char *sk_common_topics(const struct sk_common *common, char *out, size_t size)
{
    char program[PATH_MAX];

    if (common->topics) {
        snprintf(out, size, "%s", common->topics);
        return out;
    }
    ssize_t used = readlink("/proc/self/exe", program, sizeof(program) - 1);
    program[used > 0 ? used : 0] = '\0';
    char *slash = strrchr(program, '/');
    if (slash)
        *slash = '\0';
    snprintf(out, size, "%s/../share/schakel/schemas/topics.json", program);
    if (access(out, R_OK) != 0)
        snprintf(out, size, "%s", SK_SOURCE_TOPICS);
    return out;
}

const char *sk_common_run_folder(const struct sk_common *common, char *out, size_t size)
{
    const char *given = getenv("RUNTIME_DIRECTORY");

    snprintf(out, size, "%s%s", given ? given : common->data, given ? "" : "/run");
    return out;
}
