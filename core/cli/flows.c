/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel flows - the register of processing: which process hands which fields of which
 * topic to whom, and why. Each program knows its own flows; this asks those of the
 * configuration.
 */
#include <stdio.h>

#include "base/json.h"
#include "cli/processes.h"

static void print_list(const char *label, const json_t *list)
{
    const json_t *value;
    size_t i;

    if (json_array_size(list) == 0)
        return;
    printf("    %s:", label);
    json_array_foreach(list, i, value)
        printf(" %s", json_is_string(value) ? json_string_value(value) : "?");
    putchar('\n');
}

static enum sk_verdict print_flow(void *context, const json_t *flow, struct sk_error *)
{
    const struct sk_cli *cli = context;
    struct sk_text purpose = sk_json_text_or_absent(flow, "doel");

    if (cli->json) {
        json_dumpf(flow, stdout, JSON_COMPACT);
        putchar('\n');
        return SK_OK;
    }
    printf("%.*s/%.*s  %.*s  %.*s\n", SK_TEXT_ARG(sk_json_text_or_absent(flow, "proces")),
           SK_TEXT_ARG(sk_json_text_or_absent(flow, "flow")),
           SK_TEXT_ARG(sk_json_text_or_absent(flow, "richting")),
           SK_TEXT_ARG(sk_json_text_or_absent(flow, "topic")));
    if (sk_text_filled(purpose))
        printf("    doel: %.*s\n", SK_TEXT_ARG(purpose));
    print_list("velden", json_object_get(flow, "velden"));
    print_list("persoonsgegevens", json_object_get(flow, "persoonsgegevens"));
    return SK_OK;
}

static enum sk_verdict flows(struct sk_cli *cli, const void *, int *,
                             struct sk_error *err)
{
    struct sk_processes processes;

    SK_TRY(sk_processes_find(cli, &processes, err));
    for (size_t i = 0; i < processes.count; i++)
        SK_TRY(
            sk_process_ask(processes.items[i].program, "--flows", print_flow, cli, err));
    return SK_OK;
}

const struct sk_command sk_command_flows = {
    .name = "flows",
    .usage = "",
    .example = "flows",
    .help = "toont het verwerkingsregister: welke velden gaan waarheen, en waarom",
    .run = flows,
};
