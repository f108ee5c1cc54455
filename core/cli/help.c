/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/help.h"

#include "base/json_write.h"

void sk_help_overview(const struct sk_help *help, FILE *out)
{
    fputs("schakel - de gebeurtenissenbus van toezicht op kinderopvang\n\n"
          "Gebruik: schakel OPDRACHT [opties] --config BESTAND\n\n",
          out);
    for (size_t i = 0; i < help->count; i++)
        fprintf(out, "  %-8s  %s\n", help->commands[i]->name, help->commands[i]->help);
    fputs(
        "\nMeer over een opdracht: schakel OPDRACHT --help\n"
        "Afloop: 0 goed, 1 vraagt aandacht, 2 verkeerd gebruik, 3 bus of register weg.\n",
        out);
}

void sk_help_command(const struct sk_help *help, const struct sk_command *command)
{
    printf("Gebruik: schakel %s %s\n%s\n\nOpties:\n", command->name, command->usage,
           command->help);
    if (command->options)
        sk_options_help(command->options, stdout);
    sk_options_help(help->flags, stdout);
    if (!command->standalone)
        sk_options_help(sk_common_options, stdout);
    printf("\nVoorbeeld:\n  schakel %s\n", command->example);
}

static void put_options(struct sk_buffer *out, const struct sk_option *option)
{
    static const char *const types[] = {
        [SK_OPTION_STRING] = "tekst", [SK_OPTION_INT64] = "getal",
        [SK_OPTION_BOOL] = "vlag",    [SK_OPTION_DURATION] = "duur",
        [SK_OPTION_SIZE] = "omvang",  [SK_OPTION_CHOICE] = "keuze",
    };

    for (; option && option->type != SK_OPTION_END; option++) {
        if (out->data[out->size - 1] != '[')
            sk_buffer_append_byte(out, ',');
        sk_buffer_append_byte(out, '{');
        sk_json_put_member(out, SK_TEXT("naam"), sk_text(option->name));
        sk_json_put_member(out, SK_TEXT("soort"), sk_text(types[option->type]));
        sk_json_put_member(out, SK_TEXT("keuzes"), sk_text(option->choices));
        sk_json_put_member(out, SK_TEXT("standaard"), sk_text(option->fallback));
        sk_json_put_member(out, SK_TEXT("hulp"), sk_text(option->help));
        sk_buffer_append_byte(out, '}');
    }
}

static void put_command(struct sk_buffer *out, const struct sk_help *help,
                        const struct sk_command *command)
{
    sk_buffer_append_byte(out, '{');
    sk_json_put_member(out, SK_TEXT("opdracht"), sk_text(command->name));
    sk_json_put_member(out, SK_TEXT("gebruik"), sk_text(command->usage));
    sk_json_put_member(out, SK_TEXT("hulp"), sk_text(command->help));
    sk_json_put_member(out, SK_TEXT("voorbeeld"), sk_text(command->example));
    sk_json_put_name(out, "opties", 6);
    sk_buffer_append_byte(out, '[');
    put_options(out, command->options);
    put_options(out, help->flags);
    put_options(out, command->standalone ? NULL : sk_common_options);
    sk_buffer_append_text(out, SK_TEXT("]}"));
}

void sk_help_json(const struct sk_help *help)
{
    sk_buffer_auto out = {0};

    for (size_t i = 0; i < help->count; i++) {
        sk_buffer_append_text(&out, i ? SK_TEXT(",\n") : SK_TEXT("["));
        put_command(&out, help, help->commands[i]);
    }
    sk_buffer_append_text(&out, SK_TEXT("]\n"));
    fwrite(out.data, 1, out.size, stdout);
}
