/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/status.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "avro/event_json.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "events/schakel_status.h"
#include "runtime/common.h"

enum { EVERY_MS = 10000 };

static void fill(const struct sk_registry *registry, enum sk_registry_state state,
                 struct schakel_status *status)
{
    schakel_status_init(status);
    status->proces = SK_TEXT("registry");
    status->instantie = SK_TEXT("registry-1");
    status->has_op = status->has_gestart_op = true;
    status->op = sk_clock_now_ms();
    status->gestart_op = registry->started_ms;
    status->programma_versie = SK_TEXT(SK_VERSION);
    status->pid = getpid();
    status->toestand = state == SK_REGISTRY_STATE_ACTIVE ? PROCES_TOESTAND_ACTIEF
                                                         : PROCES_TOESTAND_GESTOPT;
    status->commits = sk_store_commits(registry->store);
    status->geheugen_kb = sk_memory_pss_kb();
}

void sk_registry_status_write(struct sk_registry *registry, enum sk_registry_state state)
{
    static const struct sk_event_view view = {0};
    const struct sk_common common = {.data = registry->options.data};
    struct schakel_status status;
    struct sk_error err = {0};
    char folder[PATH_MAX];

    registry->status_ms = sk_clock_monotonic_ms();
    if (!common.data && !getenv("RUNTIME_DIRECTORY"))
        return;
    fill(registry, state, &status);
    sk_common_run_folder(&common, folder, sizeof(folder));
    sk_auto_free char *path = sk_strf("%s/registry.status", folder);
    json_auto_t *json = sk_event_to_json(&sk_schakel_status, &status, &view);
    sk_auto_free char *text = json_dumps(json, JSON_COMPACT);
    if (sk_folder_make(folder, &err) != SK_OK ||
        sk_file_replace(path, text, strlen(text), &err) != SK_OK)
        sk_log_warn("status.file", SK_ERROR(err));
}

int sk_registry_status_pump(struct sk_registry *registry)
{
    int64_t due_ms = registry->status_ms + EVERY_MS - sk_clock_monotonic_ms();

    if (due_ms > 0)
        return (int)due_ms;
    sk_registry_status_write(registry, SK_REGISTRY_STATE_ACTIVE);
    return EVERY_MS;
}
