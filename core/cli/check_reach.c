/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Configuration and reachability. Each process judges its own section (--check), and an
 * outside system is asked with the credentials of the section that names it: any answer
 * but 401 and 403 means that it is there and knows us.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "cli/check.h"
#include "net/http.h"
#include "net/http_client.h"

enum { ANSWER_MS = 5000 };

/* Configuration. --------------------------------------------------------------------- */

/* The last line that the program says. */
static struct sk_text last_line(struct sk_arena *arena, FILE *output)
{
    char line[1024], kept[1024] = "";

    while (fgets(line, sizeof(line), output))
        if (sk_text_filled(sk_text_trim(sk_text(line))))
            memcpy(kept, line, sizeof(kept));
    return sk_arena_text(arena, sk_text_trim(sk_text(kept)));
}

void sk_check_configuration(struct sk_check *check)
{
    for (size_t i = 0; i < check->processes.count; i++) {
        struct sk_finding finding = {.part = "configuratie",
                                     .what = sk_text(check->processes.items[i].name),
                                     .text = SK_TEXT("klopt")};
        sk_auto_free char *command =
            sk_strf("'%s' --check --config '%s' 2>&1 >/dev/null </dev/null",
                    check->processes.items[i].program, check->cli->config);
        FILE *output = popen(command, "re");
        struct sk_text said = output ? last_line(&check->arena, output) : SK_TEXT("");
        if (!output || pclose(output) != 0) {
            finding.state = SK_FINDING_FAIL;
            finding.text = said;
            finding.todo =
                SK_TEXT("verbeter de sectie; schakel-<proces> --help legt elke "
                        "sleutel uit");
        }
        sk_check_add(check, &finding);
    }
}

/* The bus. --------------------------------------------------------------------------- */

static enum sk_verdict count_topic(void *context, const struct sk_bus_topic *,
                                   struct sk_error *)
{
    ++*(size_t *)context;
    return SK_OK;
}

static enum sk_verdict open_bus(struct sk_check *check, size_t *ret_topics,
                                struct sk_error *err)
{
    struct sk_cli *cli = check->cli;
    struct sk_bus_options options = {.data_path = cli->common.data};

    SK_TRY(sk_bus_section_read(cli->config, cli->common.bus, "schakel", &cli->bus_section,
                               err));
    sk_bus_section_give(cli->bus_section, &options);
    SK_TRY(sk_bus_open(cli->common.bus, &options, &cli->bus, err));
    return sk_bus_topics(cli->bus, count_topic, ret_topics, err);
}

void sk_check_bus(struct sk_check *check)
{
    struct sk_finding finding = {.part = "bereikbaarheid",
                                 .what = sk_text(check->cli->common.bus)};
    struct sk_error err = {0};
    size_t topics = 0;

    if (open_bus(check, &topics, &err) != SK_OK) {
        check->away = true;
        finding.state = SK_FINDING_FAIL;
        finding.text =
            sk_arena_printf(&check->arena, "de bus is weg: %s: %s", err.id, err.text);
        finding.todo = SK_TEXT("zet de bus aan, of verbeter bus= in [schakel]");
    } else if (topics == 0) {
        finding.state = SK_FINDING_WARN;
        finding.text = SK_TEXT("de bus is leeg");
        finding.todo = SK_TEXT("schakel topics --create, of start de processen");
    } else {
        finding.text = sk_arena_printf(&check->arena, "%zu topics", topics);
    }
    sk_check_add(check, &finding);
}

/* What answers HTTP. ----------------------------------------------------------------- */

/* Asks once; judges the answer. */
static void judge_answer(struct sk_check *check, struct sk_finding *finding,
                         const struct sk_http_client_options *options, const char *url)
{
    struct sk_http_client *client = NULL;
    struct sk_error err = {0};
    char text[240];
    const struct sk_http_client_request request = {.method = "GET", .url = url};

    if (sk_http_client_open(options, &client, &err) != SK_OK) {
        finding->state = SK_FINDING_FAIL;
        finding->text = sk_arena_text(&check->arena, sk_text(err.text));
        finding->todo = SK_TEXT("vul de sectie aan");
        return;
    }
    const struct sk_http_response *answer = sk_http_client_perform(client, &request);
    sk_http_describe(&request, answer, text, sizeof(text));
    finding->text = sk_arena_text(&check->arena, sk_text(text));
    if (answer->failure == SK_HTTP_CREDENTIALS || answer->status == 401 ||
        answer->status == 403) {
        finding->part = "aanmelding";
        finding->state = SK_FINDING_FAIL;
        finding->todo =
            SK_TEXT("vernieuw token, wachtwoord of certificaat van de sectie");
    } else if (answer->failure != SK_HTTP_ANSWERED) {
        finding->state = SK_FINDING_FAIL;
        finding->todo = SK_TEXT("kijk naar het adres, het netwerk en het systeem zelf");
    } else if (answer->status >= 500) {
        finding->state = SK_FINDING_WARN;
        finding->todo = SK_TEXT("het systeem antwoordt met een fout: verwittig de ploeg");
    }
    sk_http_client_close(client);
}

void sk_check_registry(struct sk_check *check)
{
    const struct sk_http_client_options options = {.timeout_ms = ANSWER_MS,
                                                   .response_limit = 16 << 20};
    sk_auto_free char *url = sk_strf("%s/schemas/types", check->cli->common.registry);
    struct sk_finding finding = {.part = "bereikbaarheid",
                                 .what = sk_text(check->cli->common.registry)};

    judge_answer(check, &finding, &options, url);
    check->away = check->away || finding.state == SK_FINDING_FAIL;
    sk_check_add(check, &finding);
}

struct systems {
    struct sk_check *check;
    const char *section;
    struct sk_settings *settings; /* of the section; for its credentials */
};

/* A key "url", "klachten.url"; not where tokens come from. */
static enum sk_verdict look_at_url(void *context, const char *key,
                                   struct sk_setting setting, struct sk_error *)
{
    struct systems *systems = context;
    struct sk_check *check = systems->check;
    size_t size = strlen(key);
    struct sk_http_client_options options = {0};
    struct sk_error err = {0};

    if (size < 3 || strcmp(key + size - 3, "url") != 0 || strcmp(key, "oauth2.url") == 0)
        return SK_OK;
    sk_auto_free char *prefix = sk_strndup(key, size - 3);
    struct sk_finding finding = {
        .part = "bereikbaarheid",
        .what = sk_arena_printf(&check->arena, "%s: %s", systems->section, key)};
    if (sk_options_read(sk_http_client_option_table, prefix, systems->settings, &options,
                        &err) == SK_OK) {
        options.timeout_ms = ANSWER_MS;
        judge_answer(check, &finding, &options, setting.value);
    } else {
        finding.state = SK_FINDING_FAIL;
        finding.text = sk_arena_text(&check->arena, sk_text(err.text));
        finding.todo = SK_TEXT("verbeter de sectie");
    }
    sk_check_add(check, &finding);
    return SK_OK;
}

void sk_check_systems(struct sk_check *check)
{
    for (size_t i = 0; i < check->processes.count; i++) {
        struct systems systems = {check, check->processes.items[i].name, NULL};
        struct sk_error unread = {0};
        if (sk_settings_load(systems.section, check->cli->config, 0, NULL,
                             &systems.settings, &unread) == SK_OK)
            sk_check_section(check, systems.section, look_at_url, &systems);
        sk_settings_free(systems.settings);
    }
}
