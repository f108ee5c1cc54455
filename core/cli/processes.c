/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/processes.h"

#include <ini.h>
#include <unistd.h>

#include "base/alloc.h"

struct search {
    struct sk_cli *cli;
    struct sk_processes *found;
    struct sk_error *err;
    bool failed;
};

static bool known(const struct sk_processes *processes, const char *name)
{
    for (size_t i = 0; i < processes->count; i++)
        if (strcmp(processes->items[i].name, name) == 0)
            return true;
    return strcmp(name, "schakel") == 0;
}

/* inih calls this for each value; only the first of a section tells something new. */
static int on_value(void *user, const char *section, const char *, const char *)
{
    struct search *search = user;
    struct sk_processes *found = search->found;
    struct sk_settings *settings = search->cli->settings;

    if (search->failed || known(found, section))
        return 1;
    sk_auto_free char *program = sk_strf("%s/schakel-%s", search->cli->program, section);
    if (access(program, X_OK) != 0 || found->count == SK_PROCESSES_LIMIT) {
        (void)sk_fail(search->err, SK_FATAL, "up.section",
                      "%s: section [%s]: there is no program %s", search->cli->config,
                      section, program);
        search->failed = true;
        return 1;
    }
    found->items[found->count].name = sk_settings_keep(settings, sk_text(section));
    found->items[found->count++].program = sk_settings_keep(settings, sk_text(program));
    return 1;
}

enum sk_verdict sk_processes_find(struct sk_cli *cli, struct sk_processes *ret_processes,
                                  struct sk_error *err)
{
    struct search search = {.cli = cli, .found = ret_processes, .err = err};

    *ret_processes = (struct sk_processes){0};
    if (!cli->config)
        return sk_fail(err, SK_FATAL, "up.config",
                       "give the configuration: --config FILE or SCHAKEL_CONFIG");
    if (ini_parse(cli->config, on_value, &search) < 0)
        return sk_fail(err, SK_FATAL, "up.config", "cannot read %s", cli->config);
    if (search.failed)
        return SK_FATAL;
    if (ret_processes->count == 0)
        return sk_fail(err, SK_FATAL, "up.config",
                       "%s names no process: it needs sections such as [registry]",
                       cli->config);
    return SK_OK;
}
