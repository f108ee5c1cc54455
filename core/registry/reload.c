/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reload - what is watched is the folder: editors and installers put a new file in the
 * place of the old one, and a mounted secret changes by a link beside it.
 */
#include "registry/reload.h"

#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "registry/access.h"
#include "registry/jwks.h"

enum { EVENTS = IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE };

static void watch_folder_of(int descriptor, const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;
    sk_auto_free char *folder =
        slash ? sk_strndup(path, (size_t)(slash - path) + 1) : sk_strdup(".");

    if (path)
        inotify_add_watch(descriptor, folder, EVENTS);
}

int sk_reload_open(const struct sk_registry *registry)
{
    const struct sk_registry_options *options = &registry->options;

    if (!options->access && !options->jwks)
        return -1;
    int descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (descriptor < 0)
        return -1;
    watch_folder_of(descriptor, options->access);
    watch_folder_of(descriptor, options->jwks);
    return descriptor;
}

/* False: nothing of it was read again. */
static bool read_callers(struct sk_registry *registry)
{
    struct sk_access *access = NULL;
    struct sk_error err = {0};

    if (sk_access_load(registry->options.access, &access, &err) != SK_OK) {
        sk_log_error(err.id, SK_ERROR(err));
        return false;
    }
    if (sk_access_same(access, registry->access)) {
        sk_access_free(access);
        return false;
    }
    sk_access_free(registry->access);
    registry->access = access;
    sk_answers_clear(&registry->answers); /* they followed from the earlier rights too */
    return true;
}

void sk_reload_run(struct sk_registry *registry, int descriptor, bool asked)
{
    char events[4096];

    while (descriptor >= 0 && read(descriptor, events, sizeof(events)) > 0)
        continue;
    if (registry->options.access && read_callers(registry))
        sk_log_info("registry.callers_read", SK_STR("file", registry->options.access));
    if (registry->jwks)
        sk_jwks_reload(registry->jwks, asked);
}
