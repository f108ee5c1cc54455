/* SPDX-License-Identifier: Apache-2.0 */
#include "base/option.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/file.h"

struct unit {
    const char *suffix;
    int64_t factor;
};

static const struct unit durations[] = {{"ms", 1},      {"s", 1000},     {"m", 60000},
                                        {"h", 3600000}, {"d", 86400000}, {NULL, 0}};
static const struct unit sizes[] = {
    {"", 1},        {"K", 1 << 10},          {"M", 1 << 20},
    {"G", 1 << 30}, {"T", (int64_t)1 << 40}, {NULL, 0}};
static const struct unit plain[] = {{"", 1}, {NULL, 0}};

enum { LARGEST_SECRET = 64 * 1024 };

static const char *describe(const struct sk_option *option)
{
    switch (option->type) {
    case SK_OPTION_END:
    case SK_OPTION_STRING:
        return option->secret ? "file:PATH, or a value in the environment" : "text";
    case SK_OPTION_INT64:
        return "a whole number";
    case SK_OPTION_BOOL:
        return "true or false";
    case SK_OPTION_DURATION:
        return "a duration such as 250ms, 10s, 15m or 2h";
    case SK_OPTION_SIZE:
        return "a size such as 65536, 64K, 2M or 1G";
    case SK_OPTION_CHOICE:
        return option->choices;
    }
    return "";
}

static enum sk_verdict bad_value(const struct sk_option *option,
                                 struct sk_setting setting, struct sk_error *err)
{
    return sk_fail(err, SK_FATAL, "option.value", "%s: %s = %s: expected %s",
                   setting.origin, option->name,
                   option->secret ? "(hidden)" : setting.value, describe(option));
}

static bool parse_number(const char *text, const struct unit *units, int64_t *ret_value)
{
    size_t digits = strspn(text, text[0] == '-' ? "-0123456789" : "0123456789");
    int64_t number;

    if (!sk_text_to_int64((struct sk_text){text, digits}, &number))
        return false;
    for (; units->suffix; units++) {
        if (strcmp(units->suffix, text + digits) != 0)
            continue;
        return !__builtin_mul_overflow(number, units->factor, ret_value);
    }
    return false;
}

static bool parse_bool(const char *text, bool *ret_value)
{
    static const char *const words[] = {"false", "true", "no", "yes",
                                        "nee",   "ja",   "0",  "1"};

    for (size_t i = 0; i < SK_COUNT(words); i++) {
        if (strcmp(text, words[i]) != 0)
            continue;
        *ret_value = i % 2 == 1;
        return true;
    }
    return false;
}

static bool parse_choice(const char *choices, const char *text, int *ret_index)
{
    struct sk_text rest = sk_text(choices);

    for (int i = 0; rest.data; i++) {
        if (!sk_text_is(sk_text_split(&rest, '|'), text))
            continue;
        *ret_index = i;
        return true;
    }
    return false;
}

static enum sk_verdict read_secret(const struct sk_option *option,
                                   struct sk_settings *settings,
                                   struct sk_setting setting, const char **field,
                                   struct sk_error *err)
{
    sk_buffer_auto contents = {0};

    if (strncmp(setting.value, "file:", 5) != 0) {
        if (!setting.from_environment)
            return bad_value(option, setting, err);
        *field = setting.value;
        return SK_OK;
    }
    if (sk_file_read(setting.value + 5, LARGEST_SECRET, &contents, err) != SK_OK) {
        sk_error_prefix(err, "%s: %s", setting.origin, option->name);
        err->id = "option.secret";
        return SK_FATAL;
    }
    *field = sk_settings_keep(settings, sk_text_trim(sk_buffer_text(&contents)));
    return SK_OK;
}

static bool within(const struct sk_option *option, int64_t value)
{
    if (option->min == 0 && option->max == 0)
        return option->type == SK_OPTION_INT64 || value >= 0;
    return value >= option->min && value <= option->max;
}

static enum sk_verdict read_number(const struct sk_option *option,
                                   struct sk_setting setting, int64_t *field,
                                   struct sk_error *err)
{
    const struct unit *units = option->type == SK_OPTION_DURATION ? durations
                               : option->type == SK_OPTION_SIZE   ? sizes
                                                                  : plain;
    int64_t value;

    if (!parse_number(setting.value, units, &value))
        return bad_value(option, setting, err);
    if (!within(option, value))
        return sk_fail(err, SK_FATAL, "option.bounds",
                       "%s: %s = %s: must lie between %" PRId64 " and %" PRId64,
                       setting.origin, option->name, setting.value, option->min,
                       option->max);
    *field = value;
    return SK_OK;
}

static enum sk_verdict read_value(const struct sk_option *option,
                                  struct sk_settings *settings, struct sk_setting setting,
                                  void *field, struct sk_error *err)
{
    switch (option->type) {
    case SK_OPTION_END:
        break;
    case SK_OPTION_STRING:
        if (option->secret)
            return read_secret(option, settings, setting, field, err);
        *(const char **)field = setting.value;
        break;
    case SK_OPTION_INT64:
    case SK_OPTION_DURATION:
    case SK_OPTION_SIZE:
        return read_number(option, setting, field, err);
    case SK_OPTION_BOOL:
        if (!parse_bool(setting.value, field))
            return bad_value(option, setting, err);
        break;
    case SK_OPTION_CHOICE:
        if (!parse_choice(option->choices, setting.value, field))
            return bad_value(option, setting, err);
        break;
    }
    return SK_OK;
}

static struct sk_setting find_setting(const struct sk_option *option, const char *prefix,
                                      struct sk_settings *settings)
{
    struct sk_setting general = sk_settings_get(settings, option->name);

    if (!prefix)
        return general;
    sk_auto_free char *key = sk_strf("%s%s", prefix, option->name);
    struct sk_setting own = sk_settings_get(settings, key);
    return own.value ? own : general;
}

enum sk_verdict sk_options_read(const struct sk_option *table, const char *prefix,
                                struct sk_settings *settings, void *state,
                                struct sk_error *err)
{
    for (const struct sk_option *option = table; option->type != SK_OPTION_END;
         option++) {
        struct sk_setting setting = find_setting(option, prefix, settings);
        if (!setting.value && !option->fallback && option->optional)
            continue;
        if (!setting.value && !option->fallback)
            return sk_fail(err, SK_FATAL, "option.missing",
                           "[%s] needs \"%s%s\" (%s): %s", sk_settings_section(settings),
                           prefix ? prefix : "", option->name, describe(option),
                           option->help ? option->help : "");
        if (!setting.value)
            setting = (struct sk_setting){.value = option->fallback, .origin = "default"};
        SK_TRY(
            read_value(option, settings, setting, (char *)state + option->offset, err));
    }
    return SK_OK;
}

void sk_options_help(const struct sk_option *table, FILE *out)
{
    for (const struct sk_option *option = table; option->type != SK_OPTION_END;
         option++) {
        fprintf(out, "  --%s  (%s", option->name, describe(option));
        if (option->fallback)
            fprintf(out, "; default %s",
                    option->fallback[0] ? option->fallback : "empty");
        else
            fputs(option->optional ? "; optional" : "; required", out);
        if (option->min || option->max)
            fprintf(out, "; %" PRId64 "..%" PRId64, option->min, option->max);
        fprintf(out, ")\n      %s\n", option->help ? option->help : "");
    }
}

static void print_choice(const char *choices, int index, FILE *out)
{
    struct sk_text rest = sk_text(choices);
    struct sk_text choice = sk_text_split(&rest, '|');

    while (index-- > 0)
        choice = sk_text_split(&rest, '|');
    fprintf(out, "%.*s", SK_TEXT_ARG(choice));
}

static void print_value(const struct sk_option *option, const void *field, FILE *out)
{
    const char *text;

    switch (option->type) {
    case SK_OPTION_END:
        break;
    case SK_OPTION_STRING:
        text = *(const char *const *)field;
        fputs(!text ? "(not set)" : option->secret ? "(hidden)" : text, out);
        break;
    case SK_OPTION_INT64:
    case SK_OPTION_SIZE:
        fprintf(out, "%" PRId64, *(const int64_t *)field);
        break;
    case SK_OPTION_DURATION:
        fprintf(out, "%" PRId64 "ms", *(const int64_t *)field);
        break;
    case SK_OPTION_BOOL:
        fputs(*(const bool *)field ? "true" : "false", out);
        break;
    case SK_OPTION_CHOICE:
        print_choice(option->choices, *(const int *)field, out);
        break;
    }
}

void sk_options_print(const struct sk_option *table, const char *prefix,
                      const void *state, FILE *out)
{
    for (const struct sk_option *option = table; option->type != SK_OPTION_END;
         option++) {
        fprintf(out, "%s%s = ", prefix ? prefix : "", option->name);
        print_value(option, (const char *)state + option->offset, out);
        fputc('\n', out);
    }
}
