/* SPDX-License-Identifier: Apache-2.0 */
#include "base/settings.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/map.h"

enum rank { RANK_COMMON, RANK_SECTION, RANK_ARGUMENT, RANK_COUNT };

struct entry {
    const char *key;
    struct sk_setting setting;
    const struct entry *earlier; /* the same option, given before this one */
    bool used;
};

struct sk_settings {
    const char *section;
    struct sk_arena arena;
    struct sk_map entries[RANK_COUNT]; /* key to struct entry, one map a rank */
    struct sk_map known;               /* every key asked for */
    const char **arguments;
    size_t argument_count, argument_capacity;
};

/* inih in Debian tells its handler no line number, so the reader counts. */
struct ini_context {
    struct sk_settings *settings;
    const char *file;
    FILE *stream;
    int line;
    bool indented; /* the line being read */
    struct sk_error *err;
    bool failed;
};

const char *sk_settings_keep(struct sk_settings *settings, struct sk_text text)
{
    return sk_arena_string(&settings->arena, text);
}

static bool put(struct sk_settings *settings, enum rank rank, const char *key,
                struct sk_setting setting)
{
    struct entry *entry = sk_arena_alloc_zeroed(&settings->arena, sizeof(*entry));

    entry->key = sk_settings_keep(settings, sk_text(key));
    entry->setting = setting;
    entry->earlier = sk_map_get(&settings->entries[rank], sk_text(key));
    return sk_map_put(&settings->entries[rank], sk_text(key), entry) == NULL;
}

/* An indented line goes on where the one before it ended in a backslash. */
static bool goes_on(const struct ini_context *context, enum rank rank, const char *name,
                    const char *value)
{
    struct sk_settings *settings = context->settings;
    struct entry *entry = sk_map_get(&settings->entries[rank], sk_text(name));
    struct sk_text before = sk_text(entry ? entry->setting.value : NULL);

    if (!context->indented || !before.size || before.data[before.size - 1] != '\\')
        return false;
    before.size--;
    entry->setting.value =
        sk_arena_printf(&settings->arena, "%.*s%s", SK_TEXT_ARG(before), value).data;
    return true;
}

static int on_ini_value(void *user, const char *section, const char *name,
                        const char *value)
{
    struct ini_context *context = user;
    struct sk_settings *settings = context->settings;
    bool common = strcmp(section, "schakel") == 0;
    enum rank rank = common ? RANK_COMMON : RANK_SECTION;

    if (!common && strcmp(section, settings->section) != 0)
        return 1;
    if (goes_on(context, rank, name, value))
        return 1;
    struct sk_setting setting = {
        .value = sk_settings_keep(settings, sk_text(value)),
        .origin =
            sk_arena_printf(&settings->arena, "%s:%d", context->file, context->line).data,
    };
    if (put(settings, rank, name, setting))
        return 1;
    if (!context->failed)
        (void)sk_fail(context->err, SK_FATAL, "option.twice",
                      "%s:%d: \"%s\" is set twice in [%s]", context->file, context->line,
                      name, section);
    context->failed = true;
    return 0;
}

/* As fgets; a line that inih would cut in silence is an error. */
static char *read_line(char *text, int size, void *user)
{
    struct ini_context *context = user;

    if (context->failed || !fgets(text, size, context->stream))
        return NULL;
    context->line++;
    context->indented = text[0] == ' ' || text[0] == '\t';
    if (!strchr(text, '\n') && !feof(context->stream)) {
        (void)sk_fail(context->err, SK_FATAL, "option.file",
                      "%s:%d: the line is longer than %d bytes", context->file,
                      context->line, size - 2);
        context->failed = true;
        return NULL;
    }
    return text;
}

static enum sk_verdict read_file(struct sk_settings *settings, const char *file,
                                 struct sk_error *err)
{
    struct ini_context context = {
        .settings = settings, .file = file, .stream = fopen(file, "re"), .err = err};

    if (!context.stream)
        return sk_fail(err, SK_FATAL, "option.file",
                       "cannot read the configuration %s: %s", file, strerror(errno));
    int line = ini_parse_stream(read_line, &context, on_ini_value, &context);
    fclose(context.stream);
    if (context.failed)
        return SK_FATAL;
    if (line != 0)
        return sk_fail(err, SK_FATAL, "option.file",
                       "%s:%d: expected \"key = value\" or \"[section]\"", file, line);
    return SK_OK;
}

/* --key=value, --key value, or --key alone (true) before another option or the end. */
static int take_argument(struct sk_settings *settings, int count, char *const *arguments)
{
    const char *name = arguments[0] + 2;
    const char *equals = strchr(name, '=');
    bool separate = !equals && count > 1 && strncmp(arguments[1], "--", 2) != 0;
    struct sk_text key = {name, equals ? (size_t)(equals - name) : strlen(name)};
    struct sk_setting setting = {
        .value = equals     ? equals + 1
                 : separate ? arguments[1]
                            : "true",
        .origin = sk_arena_printf(&settings->arena, "--%.*s", SK_TEXT_ARG(key)).data,
    };

    put(settings, RANK_ARGUMENT, sk_settings_keep(settings, key), setting);
    return separate ? 2 : 1;
}

static void read_arguments(struct sk_settings *settings, int count,
                           char *const *arguments)
{
    for (int i = 0; i < count;) {
        if (strncmp(arguments[i], "--", 2) == 0 && arguments[i][2]) {
            i += take_argument(settings, count - i, arguments + i);
            continue;
        }
        settings->arguments =
            sk_grow(settings->arguments, &settings->argument_capacity,
                    settings->argument_count + 1, sizeof(*settings->arguments));
        settings->arguments[settings->argument_count++] = arguments[i++];
    }
}

enum sk_verdict sk_settings_load(const char *section, const char *file, int count,
                                 char *const *arguments,
                                 struct sk_settings **ret_settings, struct sk_error *err)
{
    struct sk_settings *settings = sk_alloc_zeroed(sizeof(*settings));

    settings->section = sk_settings_keep(settings, sk_text(section));
    read_arguments(settings, count, arguments);
    enum sk_verdict verdict = file ? read_file(settings, file, err) : SK_OK;
    if (verdict != SK_OK) {
        sk_settings_free(settings);
        return verdict;
    }
    *ret_settings = settings;
    return SK_OK;
}

void sk_settings_free(struct sk_settings *settings)
{
    if (!settings)
        return;
    for (size_t i = 0; i < RANK_COUNT; i++)
        sk_map_fini(&settings->entries[i]);
    sk_map_fini(&settings->known);
    free(settings->arguments);
    sk_arena_fini(&settings->arena);
    free(settings);
}

static struct entry *entry_of(struct sk_settings *settings, enum rank rank,
                              const char *key)
{
    struct entry *entry = sk_map_get(&settings->entries[rank], sk_text(key));

    if (entry)
        entry->used = true;
    return entry;
}

static struct sk_setting from_environment(struct sk_settings *settings,
                                          const char *section, const char *key)
{
    struct sk_text name =
        sk_arena_printf(&settings->arena, "environment SCHAKEL_%s_%s", section, key);
    char *variable = strchr(name.data, ' ') + 1;

    for (char *at = variable; *at; at++)
        *at = isalnum((unsigned char)*at) ? (char)toupper((unsigned char)*at) : '_';
    const char *value = getenv(variable);
    if (!value)
        return (struct sk_setting){0};
    return (struct sk_setting){
        .value = value, .origin = name.data, .from_environment = true};
}

struct sk_setting sk_settings_get(struct sk_settings *settings, const char *key)
{
    sk_map_put(&settings->known, sk_text(key), settings);
    const struct entry *argument = entry_of(settings, RANK_ARGUMENT, key);
    const struct entry *own = entry_of(settings, RANK_SECTION, key);
    const struct entry *common = entry_of(settings, RANK_COMMON, key);
    if (argument)
        return argument->setting;
    struct sk_setting setting = from_environment(settings, settings->section, key);
    if (setting.value)
        return setting;
    if (own)
        return own->setting;
    setting = from_environment(settings, "SCHAKEL", key);
    if (setting.value || !common)
        return setting;
    return common->setting;
}

const char *sk_settings_repeated(struct sk_settings *settings, const char *key,
                                 size_t index)
{
    const struct entry *entry = entry_of(settings, RANK_ARGUMENT, key);

    sk_map_put(&settings->known, sk_text(key), settings);
    for (; entry && index > 0; index--)
        entry = entry->earlier;
    return entry ? entry->setting.value : NULL;
}

enum sk_verdict sk_settings_each(struct sk_settings *settings, const char *prefix,
                                 sk_settings_visit *visit, void *context,
                                 struct sk_error *err)
{
    for (enum rank rank = RANK_SECTION; rank < RANK_COUNT; rank++) {
        const struct sk_map_slot *slot;
        size_t at = 0;
        while ((slot = sk_map_next(&settings->entries[rank], &at))) {
            struct entry *entry = slot->value;
            if (strncmp(entry->key, prefix, strlen(prefix)) != 0)
                continue;
            entry->used = true;
            SK_TRY(visit(context, entry->key + strlen(prefix), entry->setting, err));
        }
    }
    return SK_OK;
}

static const char *nearest_known(const struct sk_settings *settings, const char *key)
{
    const struct sk_map_slot *slot;
    const char *best = NULL;
    size_t best_distance = strlen(key) / 2 + 1;
    size_t at = 0;

    while ((slot = sk_map_next(&settings->known, &at))) {
        size_t distance = sk_text_distance(sk_text(key), sk_text(slot->key));
        if (distance < best_distance ||
            (distance == best_distance && best && strcmp(slot->key, best) < 0)) {
            best = slot->key;
            best_distance = distance;
        }
    }
    return best;
}

enum sk_verdict sk_settings_check_unknown(struct sk_settings *settings,
                                          struct sk_error *err)
{
    for (enum rank rank = RANK_COMMON; rank < RANK_COUNT; rank++) {
        const struct sk_map_slot *slot;
        size_t at = 0;
        while ((slot = sk_map_next(&settings->entries[rank], &at))) {
            const struct entry *entry = slot->value;
            if (entry->used)
                continue;
            const char *nearest = nearest_known(settings, entry->key);
            return sk_fail(err, SK_FATAL, "option.unknown",
                           "%s: there is no option \"%s\"%s%s%s", entry->setting.origin,
                           entry->key, nearest ? "; did you mean \"" : "",
                           nearest ? nearest : "", nearest ? "\"?" : "");
        }
    }
    return SK_OK;
}

const char *sk_settings_argument(const struct sk_settings *settings, size_t index)
{
    return index < settings->argument_count ? settings->arguments[index] : NULL;
}

const char *sk_settings_section(const struct sk_settings *settings)
{
    return settings->section;
}
