/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel backup and restore - bus and registry as two files in a folder, copied while
 * all runs. The bus goes first: what its events were written with is then surely in the
 * copy of the registry. Restoring puts them where nothing stands, never over anything.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/json_write.h"
#include "cli/processes.h"

#define BUS_FILE "bus.db"
#define REGISTRY_FILE "registry.sqlite"

extern char **environ;

static enum sk_verdict want_folder(struct sk_cli *cli, const char **ret_folder,
                                   struct sk_error *err)
{
    *ret_folder = sk_settings_argument(cli->settings, 1);
    if (*ret_folder && cli->config)
        return SK_OK;
    return sk_fail(err, SK_FATAL, "backup.folder", "give a folder, and --config FILE");
}

static bool has_registry(struct sk_cli *cli)
{
    struct sk_processes processes;
    struct sk_error err = {0};

    if (sk_processes_find(cli, &processes, &err) != SK_OK)
        return false;
    for (size_t i = 0; i < processes.count; i++)
        if (strcmp(processes.items[i].name, "registry") == 0)
            return true;
    return false;
}

/* One line a file that was written; `what` needs no escape in JSON, a path may. */
static void say(const struct sk_cli *cli, const char *what, const char *path)
{
    sk_buffer_auto line = {0};
    struct stat about = {0};

    stat(path, &about);
    if (!cli->json) {
        printf("%s: %s (%.1f MB)\n", what, path, (double)about.st_size / 1e6);
        return;
    }
    sk_buffer_append_byte(&line, '{');
    sk_json_put_member(&line, SK_TEXT("wat"), sk_text(what));
    sk_json_put_member(&line, SK_TEXT("bestand"), sk_text(path));
    printf("%.*s,\"bytes\":%lld}\n", SK_TEXT_ARG(sk_buffer_text(&line)),
           (long long)about.st_size);
}

/* Its store is its own program's to read. */
static enum sk_verdict copy_registry(struct sk_cli *cli, const char *target,
                                     struct sk_error *err)
{
    sk_auto_free char *program = sk_strf("%s/schakel-registry", cli->program);
    char *const arguments[] = {program,
                               (char *)"--config",
                               (char *)cli->config,
                               (char *)"--backup",
                               (char *)target,
                               NULL};
    pid_t child;
    int status = 0;

    int code = posix_spawn(&child, program, NULL, NULL, arguments, environ);
    if (code != 0)
        return sk_fail(err, SK_FATAL, "backup.registry", "cannot run %s: %s", program,
                       strerror(code));
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0
               ? SK_OK
               : sk_fail(err, SK_FATAL, "backup.registry",
                         "the registry was not copied: see the line above");
}

static enum sk_verdict backup(struct sk_cli *cli, const void *, int *ret_exit,
                              struct sk_error *err)
{
    const char *folder;

    SK_TRY(want_folder(cli, &folder, err));
    SK_TRY(sk_folder_make(folder, err));
    sk_auto_free char *bus = sk_strf("%s/" BUS_FILE, folder);
    sk_auto_free char *registry = sk_strf("%s/" REGISTRY_FILE, folder);
    enum sk_verdict verdict = sk_bus_backup(cli->bus, bus, err);
    if (verdict == SK_REJECT) { /* Kafka: somebody must see to its copies */
        fprintf(stderr, "schakel: %s: %s\n", err->id, err->text);
        *ret_exit = SK_CLI_ATTENTION;
    } else if (verdict != SK_OK)
        return verdict;
    else
        say(cli, "bus", bus);
    if (!has_registry(cli))
        return SK_OK;
    SK_TRY(copy_registry(cli, registry, err));
    say(cli, "register", registry);
    return SK_OK;
}

/* Where the configuration says that bus and registry stand. */
struct places {
    const char *bus; /* NULL: not in a file */
    const char *registry;
};

static enum sk_verdict find_places(struct sk_cli *cli, struct places *ret_places,
                                   struct sk_error *err)
{
    struct sk_settings *settings;

    SK_TRY(sk_settings_load("registry", cli->config, 0, NULL, &settings, err));
    const char *store = sk_settings_get(settings, "store").value;
    sk_auto_free char *usual = sk_strf("%s/registry.sqlite", cli->common.data);
    *ret_places = (struct places){
        .bus = strncmp(cli->common.bus, "sqlite:", 7) == 0 ? cli->common.bus + 7 : NULL,
        .registry = sk_settings_keep(cli->settings, sk_text(store ? store : usual)),
    };
    sk_settings_free(settings);
    return SK_OK;
}

static enum sk_verdict refuse_what_stands(struct sk_cli *cli, const struct places *places,
                                          struct sk_error *err)
{
    sk_auto_free char *cache = sk_strf("%s/schemas", cli->common.data);
    const char *const all[] = {places->registry, cache, places->bus};

    for (size_t i = 0; i < SK_COUNT(all); i++)
        if (all[i] && access(all[i], F_OK) == 0)
            return sk_fail(err, SK_FATAL, "restore.stands",
                           "%s stands there: stop all processes and move the whole "
                           "folder away first",
                           all[i]);
    return SK_OK;
}

static bool copy_bytes(int from, int to)
{
    char bytes[65536];
    ssize_t got;

    while ((got = read(from, bytes, sizeof(bytes))) > 0)
        for (ssize_t put = 0, now; put < got; put += now)
            if ((now = write(to, bytes + put, (size_t)(got - put))) < 0)
                return false;
    return got == 0 && fsync(to) == 0;
}

static enum sk_verdict put_back(const char *from, const char *to, struct sk_error *err)
{
    sk_auto_free char *aside = sk_strf("%s.part", to);
    int source = open(from, O_RDONLY | O_CLOEXEC);
    int target =
        source < 0 ? -1 : open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0660);
    bool well = target >= 0 && copy_bytes(source, target) &&
                renameat2(AT_FDCWD, aside, AT_FDCWD, to, RENAME_NOREPLACE) == 0;
    int cause = errno;

    if (target >= 0)
        close(target);
    if (source >= 0)
        close(source);
    if (well)
        return SK_OK;
    if (target >= 0)
        unlink(aside);
    return sk_fail(err, SK_FATAL, "restore.file", "%s to %s: %s", from, to,
                   strerror(cause));
}

/* A copy of something else, or of a newer version, does not stay. */
static enum sk_verdict check_bus(struct sk_cli *cli, const char *path,
                                 struct sk_error *err)
{
    struct sk_bus_options options = {.data_path = cli->common.data};

    enum sk_verdict verdict = sk_bus_open(cli->common.bus, &options, &cli->bus, err);
    if (verdict != SK_OK)
        unlink(path);
    return verdict;
}

static enum sk_verdict restore(struct sk_cli *cli, const void *, int *,
                               struct sk_error *err)
{
    const char *folder;
    struct places places;

    SK_TRY(want_folder(cli, &folder, err));
    SK_TRY(find_places(cli, &places, err));
    SK_TRY(refuse_what_stands(cli, &places, err));
    sk_auto_free char *bus = sk_strf("%s/" BUS_FILE, folder);
    sk_auto_free char *registry = sk_strf("%s/" REGISTRY_FILE, folder);
    if (places.bus) {
        SK_TRY(put_back(bus, places.bus, err));
        SK_TRY(check_bus(cli, places.bus, err));
        say(cli, "bus", places.bus);
    }
    if (!has_registry(cli))
        return SK_OK;
    SK_TRY(put_back(registry, places.registry, err));
    say(cli, "register", places.registry);
    return SK_OK;
}

const struct sk_command sk_command_backup = {
    .name = "backup",
    .usage = "MAP",
    .help = "kopieert bus en register naar een map, terwijl alles draait",
    .example = "backup /var/backups/schakel",
    .needs_bus = true,
    .run = backup,
};

const struct sk_command sk_command_restore = {
    .name = "restore",
    .usage = "MAP",
    .help = "zet een backup terug, waar nog niets staat",
    .example = "restore /var/backups/schakel",
    .run = restore,
};
