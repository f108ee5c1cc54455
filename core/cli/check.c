/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel check - is everything right: configuration, reachability, credentials,
 * certificates, versions, clock, files. One line each, with what to do; it changes
 * nothing.
 */
#include "cli/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/json_write.h"
#include "cli/table.h"

static const char *const state_names[] = {
    [SK_FINDING_OK] = "ok", [SK_FINDING_WARN] = "warn", [SK_FINDING_FAIL] = "fail"};

static const enum sk_tone tones[] = {[SK_FINDING_OK] = SK_TONE_GOOD,
                                     [SK_FINDING_WARN] = SK_TONE_CARE,
                                     [SK_FINDING_FAIL] = SK_TONE_BAD};

void sk_check_add(struct sk_check *check, const struct sk_finding *finding)
{
    check->findings = sk_grow(check->findings, &check->capacity, check->count + 1,
                              sizeof(*check->findings));
    check->findings[check->count++] = *finding;
}

void sk_check_section(struct sk_check *check, const char *section,
                      sk_settings_visit *visit, void *context)
{
    struct sk_settings *settings = NULL;
    struct sk_error unread = {0};

    if (sk_settings_load(section, check->cli->config, 0, NULL, &settings, &unread) !=
            SK_OK ||
        sk_settings_each(settings, "", visit, context, &unread) != SK_OK)
        sk_check_add(check,
                     &(struct sk_finding){
                         .part = "configuratie",
                         .what = sk_text(section),
                         .state = SK_FINDING_FAIL,
                         .text = sk_arena_text(&check->arena, sk_text(unread.text)),
                         .todo = SK_TEXT("verbeter het configuratiebestand")});
    sk_settings_free(settings);
}

static void check_fini(struct sk_check *check)
{
    free(check->findings);
    sk_arena_fini(&check->arena);
}

static void print_table(const struct sk_check *check)
{
    sk_table_auto table;

    sk_table_init(&table,
                  (const char *const[]){"", "onderdeel", "wat", "hoe", "te doen", NULL});
    for (size_t i = 0; i < check->count; i++) {
        const struct sk_finding *finding = &check->findings[i];
        sk_table_add_toned(&table, sk_text(state_names[finding->state]),
                           tones[finding->state]);
        sk_table_add(&table, sk_text(finding->part));
        sk_table_add(&table, finding->what);
        sk_table_add(&table, finding->text);
        sk_table_add(&table, finding->todo.data ? finding->todo : SK_TEXT(""));
    }
    sk_table_print(&table);
}

static void print_json(const struct sk_check *check, bool well)
{
    sk_buffer_auto out = {0};

    sk_buffer_append_text(&out, SK_TEXT("{\"goed\":"));
    sk_buffer_append_text(&out, well ? SK_TEXT("true") : SK_TEXT("false"));
    sk_json_put_name(&out, "bevindingen", 11);
    sk_buffer_append_byte(&out, '[');
    for (size_t i = 0; i < check->count; i++) {
        const struct sk_finding *finding = &check->findings[i];
        sk_buffer_append_text(&out, i ? SK_TEXT(",\n{") : SK_TEXT("\n{"));
        sk_json_put_member(&out, SK_TEXT("onderdeel"), sk_text(finding->part));
        sk_json_put_member(&out, SK_TEXT("wat"), finding->what);
        sk_json_put_member(&out, SK_TEXT("toestand"),
                           sk_text(state_names[finding->state]));
        sk_json_put_member(&out, SK_TEXT("hoe"), finding->text);
        sk_json_put_member(&out, SK_TEXT("te_doen"), finding->todo);
        sk_buffer_append_byte(&out, '}');
    }
    sk_buffer_append_text(&out, SK_TEXT("]}\n"));
    fwrite(out.data, 1, out.size, stdout);
}

static enum sk_verdict run_check(struct sk_cli *cli, const void *, int *ret_exit,
                                 struct sk_error *err)
{
    static void (*const looks[])(struct sk_check *) = {
        sk_check_configuration, sk_check_bus,     sk_check_registry,
        sk_check_systems,       sk_check_secrets, sk_check_certificates,
        sk_check_versions,      sk_check_clock,   sk_check_folders,
    };
    SK_CLEANUP(check_fini) struct sk_check check = {.cli = cli};
    bool well = true;

    SK_TRY(sk_processes_find(cli, &check.processes, err));
    for (size_t i = 0; i < SK_COUNT(looks); i++)
        looks[i](&check);
    for (size_t i = 0; i < check.count; i++)
        well = well && check.findings[i].state == SK_FINDING_OK;
    if (cli->json)
        print_json(&check, well);
    else
        print_table(&check);
    if (!well)
        *ret_exit = check.away ? SK_CLI_AWAY : SK_CLI_ATTENTION;
    return SK_OK;
}

const struct sk_command sk_command_check = {
    .name = "check",
    .usage = "",
    .help = "kijkt na of alles klopt om te kunnen werken, en zegt wat te doen",
    .example = "check",
    .run = run_check,
};
