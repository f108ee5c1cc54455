/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/bus_section.h"

#include <ctype.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/file.h"
#include "base/settings.h"

enum { LARGEST_SECRET = 65536 };

struct sk_bus_section {
    struct sk_settings *settings; /* owns every text */
    const char *process;
    struct sk_bus_setting *items;
    size_t count, capacity;
};

static bool is_secret(const char *name)
{
    static const char *const parts[] = {"password", "secret", "ssl.key.pem",
                                        "sasl.oauthbearer.config"};

    for (size_t i = 0; i < SK_COUNT(parts); i++) {
        if (strstr(name, parts[i]))
            return true;
    }
    return false;
}

/* The value with each {process} replaced. */
static const char *filled_in(struct sk_bus_section *self, const char *value)
{
    static const char mark[] = "{process}";
    sk_buffer_auto text = {0};
    const char *found;

    while ((found = strstr(value, mark))) {
        sk_buffer_append(&text, value, (size_t)(found - value));
        sk_buffer_append_text(&text, sk_text(self->process));
        value = found + sizeof(mark) - 1;
    }
    sk_buffer_append_text(&text, sk_text(value));
    return sk_settings_keep(self->settings, sk_buffer_text(&text));
}

static enum sk_verdict secret_read(struct sk_bus_section *self, const char *name,
                                   const char **value, const struct sk_setting *setting,
                                   struct sk_error *err)
{
    sk_buffer_auto contents = {0};

    if (strncmp(*value, "file:", 5) != 0)
        return setting->from_environment
                   ? SK_OK
                   : sk_fail(err, SK_FATAL, "option.secret",
                             "%s: %s is a secret: write file:PATH, or set it in the "
                             "environment",
                             setting->origin, name);
    if (sk_file_read(*value + 5, LARGEST_SECRET, &contents, err) != SK_OK) {
        sk_error_prefix(err, "%s: %s", setting->origin, name);
        err->id = "option.secret";
        return SK_FATAL;
    }
    *value = sk_settings_keep(self->settings, sk_text_trim(sk_buffer_text(&contents)));
    return SK_OK;
}

/* A later one of the same name takes the place of the earlier. */
static void item_put(struct sk_bus_section *self, const struct sk_bus_setting *item)
{
    for (size_t i = 0; i < self->count; i++) {
        if (strcmp(self->items[i].name, item->name) != 0)
            continue;
        self->items[i] = *item;
        return;
    }
    self->items =
        sk_grow(self->items, &self->capacity, self->count + 1, sizeof(*self->items));
    self->items[self->count++] = *item;
}

static enum sk_verdict take(void *context, const char *name, struct sk_setting setting,
                            struct sk_error *err)
{
    struct sk_bus_section *self = context;
    const char *value = filled_in(self, setting.value);

    if (is_secret(name))
        SK_TRY(secret_read(self, name, &value, &setting, err));
    const struct sk_bus_setting item = {sk_settings_keep(self->settings, sk_text(name)),
                                        value, setting.origin};
    item_put(self, &item);
    return SK_OK;
}

/* SCHAKEL_KAFKA_SSL_CA_LOCATION=… is ssl.ca.location. */
static enum sk_verdict take_environment(struct sk_bus_section *self, const char *scheme,
                                        struct sk_error *err)
{
    sk_auto_free char *prefix = sk_strf("SCHAKEL_%s_", scheme);

    for (char *at = prefix; *at; at++)
        *at = (char)toupper((unsigned char)*at);
    for (char **at = environ; *at; at++) {
        struct sk_text value = sk_text(*at);
        if (!sk_text_starts_with(value, prefix))
            continue;
        struct sk_text variable = sk_text_split(&value, '=');
        sk_auto_free char *name =
            sk_strndup(variable.data + strlen(prefix), variable.size - strlen(prefix));
        sk_auto_free char *origin = sk_strf("environment %.*s", SK_TEXT_ARG(variable));
        for (char *letter = name; *letter; letter++)
            *letter = *letter == '_' ? '.' : (char)tolower((unsigned char)*letter);
        SK_TRY(take(self, name,
                    (struct sk_setting){value.data,
                                        sk_settings_keep(self->settings, sk_text(origin)),
                                        true},
                    err));
    }
    return SK_OK;
}

enum sk_verdict sk_bus_section_read(const char *config, const char *bus_url,
                                    const char *process,
                                    struct sk_bus_section **ret_section,
                                    struct sk_error *err)
{
    struct sk_text url = sk_text(bus_url);
    struct sk_text scheme = sk_text_split(&url, ':');
    sk_auto_free char *name = sk_strndup(scheme.data, scheme.size);
    struct sk_bus_section *self = sk_alloc_zeroed(sizeof(*self));

    enum sk_verdict verdict =
        sk_settings_load(name, config, 0, NULL, &self->settings, err);
    if (verdict == SK_OK) {
        self->process = sk_settings_keep(self->settings, sk_text(process));
        verdict = sk_settings_each(self->settings, "", take, self, err);
    }
    if (verdict == SK_OK)
        verdict = take_environment(self, name, err);
    if (verdict != SK_OK) {
        sk_bus_section_free(self);
        return verdict;
    }
    *ret_section = self;
    return SK_OK;
}

void sk_bus_section_free(struct sk_bus_section *self)
{
    if (!self)
        return;
    sk_settings_free(self->settings);
    free(self->items);
    free(self);
}

void sk_bus_section_give(const struct sk_bus_section *self,
                         struct sk_bus_options *options)
{
    options->settings = self->items;
    options->setting_count = self->count;
}

void sk_bus_section_print(const struct sk_bus_section *self, FILE *out)
{
    for (size_t i = 0; i < self->count; i++)
        fprintf(out, "%s.%s = %s\n", sk_settings_section(self->settings),
                self->items[i].name,
                is_secret(self->items[i].name) ? "(hidden)" : self->items[i].value);
}
