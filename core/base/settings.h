/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SK_BASE_SETTINGS_H
#define SK_BASE_SETTINGS_H

#include <stdbool.h>

#include "base/text.h"
#include "base/verdict.h"

/*
 * What the operator wrote, as text, before anybody knows what it means: the keys of one
 * process from its command line (--key=value, --key value), the environment
 * (SCHAKEL_<SECTION>_<KEY>, dots and dashes as _), its section of the INI file and the
 * common section [schakel], in this order of precedence. A value that ends in a backslash
 * goes on in the next line, which is indented. It remembers which keys were
 * asked for, so that a key nobody knows is an error and never silently without effect.
 */
struct sk_settings;

/* `file` may be NULL. `arguments` are those after the program's name; those that do not
 * begin with -- are left to the caller (sk_settings_argument). SK_FATAL names file and
 * line. */
enum sk_verdict sk_settings_load(const char *section, const char *file, int count,
                                 char *const *arguments,
                                 struct sk_settings **ret_settings, struct sk_error *err);
void sk_settings_free(struct sk_settings *settings);

struct sk_setting {
    const char *value; /* NULL: not set */
    const char
        *origin; /* "schakel.ini:12", "environment SCHAKEL_EDISON_URL" or "--url" */
    bool from_environment;
};

/* The value of `key`, remembered as known and used. Lives as long as the settings. */
struct sk_setting sk_settings_get(struct sk_settings *settings, const char *key);

/* The value of an option of the command line that may be given more than once, from the
 * last one (index 0) back; NULL beyond the first. Remembered as known. */
const char *sk_settings_repeated(struct sk_settings *settings, const char *key,
                                 size_t index);

/* Calls back for each key of file and command line that begins with `prefix` (the
 * section's own, not the environment), with the rest of the key; these count as used. */
typedef enum sk_verdict sk_settings_visit(void *context, const char *rest_of_key,
                                          struct sk_setting setting,
                                          struct sk_error *err);
enum sk_verdict sk_settings_each(struct sk_settings *settings, const char *prefix,
                                 sk_settings_visit *visit, void *context,
                                 struct sk_error *err);

/* SK_FATAL "option.unknown" for the first key that nobody asked for, with where it stands
 * and the nearest known name. Call after all options were read. */
enum sk_verdict sk_settings_check_unknown(struct sk_settings *settings,
                                          struct sk_error *err);

/* Positional argument number `index`, or NULL. */
const char *sk_settings_argument(const struct sk_settings *settings, size_t index);

/* A copy of `text` that lives as long as the settings. */
const char *sk_settings_keep(struct sk_settings *settings, struct sk_text text);

const char *sk_settings_section(const struct sk_settings *settings);

#endif
