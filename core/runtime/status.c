/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/status.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "bus/admin.h"
#include "events/schakel_status.h"
#include "runtime/emitter.h"

enum {
    EVERY_MS = 10000,
    AT_MOST_EVERY_MS = 200, /* however often states change */
};

static int64_t memory_kb(void)
{
    FILE *file = fopen("/proc/self/smaps_rollup", "re");
    char line[128];
    long pss = 0;

    while (file && fgets(line, sizeof(line), file))
        if (sscanf(line, "Pss: %ld kB", &pss) == 1)
            break;
    if (file)
        fclose(file);
    return pss;
}

static struct fout *fault_of(const struct sk_error *error, struct sk_arena *arena)
{
    if (!error->id)
        return NULL;
    struct fout *fault = sk_arena_alloc_zeroed(arena, sizeof(*fault));
    fault->id = sk_text(error->id);
    fault->tekst = sk_text(error->text);
    return fault;
}

static void fill_times(const struct sk_flow *flow, struct flow_status *out)
{
    int64_t wait = flow->retry_at_ms - sk_clock_monotonic_ms();

    out->has_sinds = flow->state_ms != 0;
    out->sinds = flow->state_ms;
    out->has_laatste_op = flow->last_ms != 0;
    out->laatste_op = flow->last_ms;
    out->has_volgende_poging_op = flow->state >= SK_FLOW_WAITING;
    out->volgende_poging_op = sk_clock_now_ms() + (wait > 0 ? wait : 0);
}

static void fill_flow(const struct sk_flow *flow, struct sk_arena *arena,
                      struct flow_status *out)
{
    static const int32_t kinds[] = {FLOW_SOORT_BRON, FLOW_SOORT_DOEL,
                                    FLOW_SOORT_VERWERKER};
    static const int32_t states[] = {FLOW_TOESTAND_RUST, FLOW_TOESTAND_WERKT,
                                     FLOW_TOESTAND_WACHT, FLOW_TOESTAND_GESTOPT};

    flow_status_init(out);
    out->naam = sk_text(flow->name);
    out->soort = kinds[flow->kind];
    out->toestand = states[flow->state];
    out->gelezen = flow->count.read;
    out->verstuurd = flow->count.sent;
    out->geleverd = flow->count.delivered;
    out->onveranderd = flow->count.unchanged;
    out->herhaald = flow->count.retried;
    out->geparkeerd = flow->count.parked;
    out->dood = flow->count.dead;
    out->nieuwer = flow->count.newer;
    out->afgekeurd = flow->count.refused_values;
    out->fout = fault_of(&flow->error, arena);
    fill_times(flow, out);
}

static enum sk_verdict add_backlog(void *context,
                                   const struct sk_bus_group_position *position,
                                   struct sk_error *)
{
    struct flow_status *out = context;

    out->achterstand += position->lag;
    if (position->oldest_ms &&
        (!out->has_oudste_wachtend_op || position->oldest_ms < out->oudste_wachtend_op)) {
        out->has_oudste_wachtend_op = true;
        out->oudste_wachtend_op = position->oldest_ms;
    }
    return SK_OK;
}

static void fill_flows(struct sk_process *process, struct sk_arena *arena,
                       struct schakel_status *status)
{
    size_t count = sk_process_flow_count(process);
    struct flow_status *flows = sk_arena_alloc_zeroed(arena, count * sizeof(*flows));
    struct sk_error ignored = {0};

    for (size_t i = 0; i < count; i++) {
        const struct sk_flow *flow = sk_process_flow(process, i);
        fill_flow(flow, arena, &flows[i]);
        if (process->bus && flow->group &&
            sk_bus_group(process->bus, sk_text(flow->group), add_backlog, &flows[i],
                         &ignored) != SK_OK)
            sk_log_debug("status.backlog", SK_ERROR(ignored));
    }
    status->flows = flows;
    status->flows_count = count;
}

void sk_alarm(struct sk_emitter *out, const char *id, const char *text, int64_t count,
              int64_t since_ms)
{
    struct sk_process_alarm *slot = NULL;

    for (size_t i = SK_PROCESS_ALARMS; i-- > 0;) {
        struct sk_process_alarm *other = &out->process->alarms[i];
        if (!other->id && (!slot || !slot->id))
            slot = other;
        else if (other->id && strcmp(other->id, id) == 0)
            slot = other;
    }
    if (!slot || (!slot->id && !count))
        return;
    out->process->changed |= slot->count != count;
    *slot = (struct sk_process_alarm){count ? id : NULL, text, count, since_ms};
}

static void fill_alarms(const struct sk_process *process, struct sk_arena *arena,
                        struct schakel_status *status)
{
    status->alarmen = sk_arena_alloc(arena, SK_PROCESS_ALARMS * sizeof(*status->alarmen));
    for (size_t i = 0; i < SK_PROCESS_ALARMS; i++) {
        const struct sk_process_alarm *slot = &process->alarms[i];
        if (slot->id)
            status->alarmen[status->alarmen_count++] =
                (struct alarm){.id = sk_text(slot->id),
                               .tekst = sk_text(slot->text),
                               .aantal = slot->count,
                               .has_sinds = slot->since_ms != 0,
                               .sinds = slot->since_ms};
    }
}

static void fill_schemas(const struct sk_codec *codec, struct sk_arena *arena,
                         struct schakel_status *status)
{
    struct sk_text topic;
    size_t count = 0;
    int32_t id;

    while (sk_codec_last_read(codec, count, &topic, &id))
        count++;
    status->gelezen_schemas =
        sk_arena_alloc_zeroed(arena, count * sizeof(*status->gelezen_schemas));
    for (; sk_codec_last_read(codec, status->gelezen_schemas_count, &topic, &id);
         status->gelezen_schemas_count++)
        status->gelezen_schemas[status->gelezen_schemas_count] =
            (struct gelezen_schema){.topic = topic, .id = id};
}

static void fill(struct sk_process *process, struct sk_arena *arena,
                 struct schakel_status *status)
{
    static const int32_t states[] = {PROCES_TOESTAND_START, PROCES_TOESTAND_STANDBY,
                                     PROCES_TOESTAND_ACTIEF, PROCES_TOESTAND_GESTOPT};

    schakel_status_init(status);
    status->proces = sk_text(process->connector->name);
    status->instantie = sk_arena_printf(arena, "%s-%s", process->connector->name,
                                        process->options.instance);
    status->has_op = status->has_gestart_op = true;
    status->op = sk_clock_now_ms();
    status->gestart_op = process->started_ms;
    status->programma_versie = SK_TEXT(SK_VERSION);
    status->pid = getpid();
    status->toestand = states[process->at];
    status->commits = process->units;
    status->geheugen_kb = memory_kb();
    status->fout = fault_of(&process->error, arena);
    fill_flows(process, arena, status);
    fill_alarms(process, arena, status);
    if (process->codec)
        fill_schemas(process->codec, arena, status);
}

static void write_file(const struct sk_process *process,
                       const struct schakel_status *status)
{
    static const struct sk_event_view view = {0};
    char folder[PATH_MAX / 2], path[PATH_MAX];
    struct sk_error err = {0};
    json_auto_t *json = sk_event_to_json(&sk_schakel_status, status, &view);
    char *text = json_dumps(json, JSON_COMPACT);

    sk_common_run_folder(&process->common, folder, sizeof(folder));
    snprintf(path, sizeof(path), "%s/%s.status", folder, process->connector->name);
    if (sk_folder_make(folder, &err) != SK_OK ||
        sk_file_replace(path, text, strlen(text), &err) != SK_OK)
        sk_log_warn("status.file", SK_ERROR(err));
    free(text);
}

static void publish(struct sk_process *process, const struct schakel_status *status,
                    struct sk_arena *arena)
{
    struct sk_bus_message message;
    struct sk_error err = {0};

    if (!process->bus || !process->codec)
        return;
    if (sk_emitter_message(process, sk_text(sk_schakel_status.topic), &sk_schakel_status,
                           status, arena, &message, &err) != SK_OK ||
        sk_bus_publish(process->bus, &message, &err) != SK_OK)
        sk_log_debug("status.publish", SK_ERROR(err));
}

void sk_status_write(struct sk_process *process)
{
    struct schakel_status status;
    sk_arena_auto arena = {0};

    process->changed = false;
    process->status_ms = sk_clock_monotonic_ms();
    fill(process, &arena, &status);
    if (process->at != SK_PROCESS_STANDBY) /* the active instance's file stays */
        write_file(process, &status);
    publish(process, &status, &arena);
}

int64_t sk_status_due_ms(const struct sk_process *process)
{
    int64_t due = process->status_ms + (process->changed ? AT_MOST_EVERY_MS : EVERY_MS) -
                  sk_clock_monotonic_ms();

    return due < 0 ? 0 : due;
}

void sk_status_pump(struct sk_process *process)
{
    if (sk_status_due_ms(process) == 0)
        sk_status_write(process);
}
