/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schakel status - how each process is, by its own status file. A process is well when it
 * lives, said so lately, none of its flows stopped and it raised no alarm.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "cli/processes.h"
#include "cli/table.h"

enum { LARGEST_STATUS = 256 * 1024, STALE_MS = 30000 };

struct overview {
    struct sk_table processes;
    struct sk_table flows;
    struct sk_table alarms;
    json_t *statuses; /* as the processes wrote them, with "leeft" */
    int64_t now_ms;
    bool attention;
};

static void overview_fini(struct overview *overview)
{
    sk_table_fini(&overview->processes);
    sk_table_fini(&overview->flows);
    sk_table_fini(&overview->alarms);
    json_decref(overview->statuses);
}

static int64_t number(const json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}

static int64_t instant(const json_t *object, const char *name)
{
    int64_t instant_ms = 0;

    (void)sk_instant_parse(sk_json_text_or_absent(object, name), &instant_ms);
    return instant_ms;
}

static bool alive(int64_t pid)
{
    return pid > 0 && (kill((pid_t)pid, 0) == 0 || errno == EPERM);
}

static struct sk_text error_text(struct sk_arena *arena, const json_t *holder)
{
    const json_t *error = json_object_get(holder, "fout");

    if (!json_is_object(error))
        return SK_TEXT("");
    return sk_arena_printf(arena, "%.*s: %.*s",
                           SK_TEXT_ARG(sk_json_text_or_absent(error, "id")),
                           SK_TEXT_ARG(sk_json_text_or_absent(error, "tekst")));
}

static void add_flow(struct overview *overview, const char *process, const json_t *flow)
{
    struct sk_table *table = &overview->flows;
    struct sk_text state = sk_json_text_or_absent(flow, "toestand");

    overview->attention = overview->attention || sk_text_is(state, "GESTOPT");
    sk_table_add(table,
                 sk_arena_printf(&table->arena, "%s/%.*s", process,
                                 SK_TEXT_ARG(sk_json_text_or_absent(flow, "naam"))));
    sk_table_add_toned(table, state,
                       sk_text_is(state, "GESTOPT") ? SK_TONE_BAD : SK_TONE_PLAIN);
    sk_table_add_number(table, number(flow, "gelezen"));
    sk_table_add_number(table, number(flow, "verstuurd") + number(flow, "geleverd"));
    sk_table_add_number(table, number(flow, "geparkeerd"));
    sk_table_add_number(table, number(flow, "dood"));
    sk_table_add(table, sk_table_ago(&table->arena, instant(flow, "laatste_op"),
                                     overview->now_ms));
    sk_table_add(table, error_text(&table->arena, flow));
}

static const char *judge(struct overview *overview, const json_t *status)
{
    if (!alive(number(status, "pid"))) {
        overview->attention = true;
        return "DOOD";
    }
    int64_t said_ms = instant(status, "op");
    if (said_ms && overview->now_ms - said_ms > STALE_MS) {
        overview->attention = true;
        return "ZWIJGT";
    }
    const char *state = json_string_value(json_object_get(status, "toestand"));
    return state ? state : "ONBEKEND";
}

static void add_process(struct overview *overview, const char *name, const json_t *status)
{
    struct sk_table *table = &overview->processes;
    const json_t *flow;
    size_t i;

    sk_table_add(table, sk_text(name));
    struct sk_text state = sk_text(judge(overview, status));
    bool bad = sk_text_is(state, "DOOD") || sk_text_is(state, "ZWIJGT");
    sk_table_add_toned(table, state, bad ? SK_TONE_BAD : SK_TONE_GOOD);
    sk_table_add_number(table, number(status, "pid"));
    sk_table_add(table, sk_table_ago(&table->arena, instant(status, "gestart_op"),
                                     overview->now_ms));
    sk_table_add_number(table, number(status, "commits"));
    sk_table_add_number(table, number(status, "geheugen_kb"));
    sk_table_add(table, error_text(&table->arena, status));
    json_array_foreach(json_object_get(status, "flows"), i, flow)
        add_flow(overview, name, flow);
}

/* What a process that works itself wants somebody to look at. */
static void add_alarms(struct overview *overview, const char *name, const json_t *status)
{
    struct sk_table *table = &overview->alarms;
    const json_t *alarm;
    size_t i;

    json_array_foreach(json_object_get(status, "alarmen"), i, alarm)
    {
        overview->attention = true;
        sk_table_add(table, sk_text(name));
        sk_table_add(table, sk_json_text_or_absent(alarm, "id"));
        sk_table_add_number(table, number(alarm, "aantal"));
        sk_table_add(table, sk_table_ago(&table->arena, instant(alarm, "sinds"),
                                         overview->now_ms));
        sk_table_add(table, sk_json_text_or_absent(alarm, "tekst"));
    }
}

static void read_process(struct overview *overview, const char *folder, const char *name)
{
    sk_auto_free char *path = sk_strf("%s/%s.status", folder, name);
    sk_buffer_auto text = {0};
    json_auto_t *status = NULL;
    struct sk_error err = {0};

    if (sk_file_read(path, LARGEST_STATUS, &text, &err) != SK_OK ||
        sk_json_parse(text.data, text.size, &status, &err) != SK_OK)
        status = json_pack("{s:s,s:{s:s,s:s}}", "proces", name, "fout", "id", err.id,
                           "tekst", err.text);
    json_object_set_new(status, "leeft", json_boolean(alive(number(status, "pid"))));
    json_array_append(overview->statuses, status);
    add_process(overview, name, status);
    add_alarms(overview, name, status);
}

static void print_tables(const struct overview *overview)
{
    sk_table_print(&overview->processes);
    putchar('\n');
    sk_table_print(&overview->flows);
    if (overview->alarms.cell_count > overview->alarms.columns) {
        putchar('\n');
        sk_table_print(&overview->alarms);
    }
}

static void overview_init(struct overview *overview)
{
    *overview = (struct overview){.now_ms = sk_clock_now_ms(), .statuses = json_array()};
    sk_table_init(&overview->processes,
                  (const char *const[]){"proces", "toestand", ">pid", ">sinds",
                                        ">commits", ">geheugen (kB)", "fout", NULL});
    sk_table_init(
        &overview->alarms,
        (const char *const[]){"alarm bij", "alarm", ">aantal", ">sinds", "wat", NULL});
    sk_table_init(&overview->flows,
                  (const char *const[]){"flow", "toestand", ">in", ">uit", ">geparkeerd",
                                        ">dood", ">laatste", "fout", NULL});
}

static enum sk_verdict run_status(struct sk_cli *cli, const void *, int *ret_exit,
                                  struct sk_error *err)
{
    SK_CLEANUP(overview_fini) struct overview overview;
    struct sk_processes processes;
    char folder[PATH_MAX];

    overview_init(&overview);
    SK_TRY(sk_processes_find(cli, &processes, err));
    sk_common_run_folder(&cli->common, folder, sizeof(folder));
    for (size_t i = 0; i < processes.count; i++)
        read_process(&overview, folder, processes.items[i].name);
    if (cli->json) {
        json_dumpf(overview.statuses, stdout, JSON_INDENT(2));
        putchar('\n');
    } else {
        print_tables(&overview);
    }
    if (overview.attention)
        *ret_exit = SK_CLI_ATTENTION;
    return SK_OK;
}

const struct sk_command sk_command_status = {
    .name = "status",
    .usage = "",
    .example = "status",
    .help = "toont hoe elk proces en elke flow eraan toe is",
    .run = run_status,
};
