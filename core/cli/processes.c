/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/processes.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/json.h"

enum { LARGEST_LINE = 65536 };

static bool known(const struct sk_processes *processes, const char *name)
{
    for (size_t i = 0; i < processes->count; i++)
        if (strcmp(processes->items[i].name, name) == 0)
            return true;
    return strcmp(name, "schakel") == 0 || strcmp(name, "kafka") == 0;
}

static enum sk_verdict add(struct sk_cli *cli, struct sk_processes *found,
                           struct sk_text name, struct sk_error *err)
{
    const char *kept = sk_settings_keep(cli->settings, name);
    sk_auto_free char *program = sk_strf("%s/schakel-%s", cli->program, kept);

    if (known(found, kept))
        return SK_OK;
    if (access(program, X_OK) != 0 || found->count == SK_PROCESSES_LIMIT)
        return sk_fail(err, SK_FATAL, "up.section",
                       "%s: section [%s]: there is no program %s", cli->config, kept,
                       program);
    found->items[found->count].name = kept;
    found->items[found->count++].program =
        sk_settings_keep(cli->settings, sk_text(program));
    return SK_OK;
}

/* inih tells nothing of a section without keys, and such a process exists too: so the
 * lines
 * "[name]" are read here. */
static enum sk_verdict read_sections(struct sk_cli *cli, FILE *file,
                                     struct sk_processes *found, struct sk_error *err)
{
    char line[512];

    while (fgets(line, sizeof(line), file)) {
        struct sk_text text = sk_text_trim(sk_text(line));
        if (!sk_text_starts_with(text, "["))
            continue;
        text.data++;
        text.size--;
        SK_TRY(add(cli, found, sk_text_split(&text, ']'), err));
    }
    return SK_OK;
}

enum sk_verdict sk_processes_find(struct sk_cli *cli, struct sk_processes *ret_processes,
                                  struct sk_error *err)
{
    *ret_processes = (struct sk_processes){0};
    if (!cli->config)
        return sk_fail(err, SK_FATAL, "up.config",
                       "give the configuration: --config FILE or SCHAKEL_CONFIG");
    FILE *file = fopen(cli->config, "re");
    if (!file)
        return sk_fail(err, SK_FATAL, "up.config", "cannot read %s: %s", cli->config,
                       strerror(errno));
    enum sk_verdict verdict = read_sections(cli, file, ret_processes, err);
    fclose(file);
    if (verdict == SK_OK && ret_processes->count == 0)
        return sk_fail(err, SK_FATAL, "up.config",
                       "%s names no process: it needs sections such as [registry]",
                       cli->config);
    return verdict;
}

enum sk_verdict sk_process_ask(const char *program, const char *option,
                               sk_process_line *visit, void *context,
                               struct sk_error *err)
{
    sk_auto_free char *command = sk_strf("'%s' %s 2>/dev/null", program, option);
    sk_auto_free char *line = sk_alloc(LARGEST_LINE);
    FILE *output = popen(command, "re");
    enum sk_verdict verdict = SK_OK;

    if (!output)
        return sk_fail(err, SK_RETRY, "process.run", "cannot run %s: %s", program,
                       strerror(errno));
    while (verdict == SK_OK && fgets(line, LARGEST_LINE, output)) {
        json_auto_t *value = NULL;
        verdict = sk_json_parse(line, strlen(line), &value, err);
        if (verdict == SK_OK)
            verdict = visit(context, value, err);
    }
    pclose(output);
    return verdict;
}

const char *sk_program_folder(char *out, size_t size)
{
    ssize_t used = readlink("/proc/self/exe", out, size - 1);

    out[used > 0 ? used : 0] = '\0';
    char *slash = strrchr(out, '/');
    if (slash)
        *slash = '\0';
    return out;
}
